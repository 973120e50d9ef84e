# Shell strings and wrappers: what execpolicy check --split and codex-exec
# decide.  Nothing here could harm if it ran, and it would run in a private
# mount namespace, on a file system of its own.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside shell
mkdir "$play/ws" "$play/out" "$play/link"
ln -s "$play/ws" "$play/link/ws"
policyc=$top/compiler/codex-policyc
for p in offline net-read-only workspace-write workspace-net trusted; do
	cp "$top/profiles/$p.bin" "$play"
	chmod 644 "$play/$p.bin"
done
cd "$play/ws" || exit 1

# --- execpolicy check --split ----------------------------------------------
cat >"$play/t.rules" <<'R'
prefix_rule(["git", "status"])
prefix_rule(["git", "push"], decision="prompt")
prefix_rule(["frobnicate"], decision="forbidden", justification="no")
R
split() { "$policyc" execpolicy check --split -r "$play/t.rules" "$@"; }
decision() { split "$@" | sed -n 's/.*\],"decision":"\([a-z]*\)"}$/\1/p'; }

is "$(split env git status)" '{"matchedRules":[{"prefixRuleMatch":{"matchedPrefix":["git","status"],"decision":"allow"}}],"parts":[{"kind":"exec","words":["git","status"]},{"kind":"exec","words":["env","git","status"]}],"decision":"allow"}' \
    "--split: a wrapper"
is "$(split sh -c 'echo *')" '{"matchedRules":[],"parts":[{"kind":"opaque","construct":"glob","column":6,"words":["echo","*"]},{"kind":"exec","column":1,"words":["echo","*"]},{"kind":"exec","words":["sh","-c","echo *"]}],"decision":"prompt"}' \
    "--split: a glob, with its column"
is "$(split sh -c 'git status >f')" '{"matchedRules":[{"prefixRuleMatch":{"matchedPrefix":["git","status"],"decision":"allow"}}],"parts":[{"kind":"write","column":13,"words":["f"]},{"kind":"exec","column":1,"words":["git","status"]},{"kind":"exec","words":["sh","-c","git status >f"]}],"decision":"allow"}' \
    "--split: a redirection is listed"
is "$(decision bash -lc 'git status && git push')" prompt "the strictest wins"
is "$(decision bash -lc 'git status && other')" "" \
    "a part that no rule names: no allow"
is "$(decision sudo timeout 5 sh -c 'x | xargs frobnicate')" forbidden \
    "through four wrappers"
is "$(decision sh -c "fr''obnicate")" forbidden "quotes do not hide a name"
is "$(decision find . ! -name -exec -exec frobnicate x \;)" forbidden \
    "find: an operand that looks like -exec"
is "$(decision env a.b=1 frobnicate)" forbidden \
    "env: a variable that no shell could name"
is "$("$policyc" execpolicy check -r "$play/t.rules" sh -c frobnicate)" \
    '{"matchedRules":[]}' "without --split nothing is looked into"
split --pretty env git status | grep -q '^  "parts": \[$'
ok $? "--pretty"

# --- profiles --------------------------------------------------------------
# A profile of its own: rules, and one write root.
profile() {	# profile NAME DEFAULT OPAQUE-LINE
	cat >"$play/$1.yaml" <<Y
version: 1
name: $1
filesystem:
  read: ["/"]
  write: ["$play/ws", "/dev/null"]
syscalls: {default: allow}
exec:
  default: $2
$3
  inline: |
    prefix_rule(["echo"])
    prefix_rule(["frobnicate"], decision="forbidden", justification="no")
environment: {inherit: true}
audit: {events: [denied, exec]}
Y
	"$policyc" build "$play/$1.yaml" -o "$play/$1.bin" 2>"$play/err" ||
	    sed 's/^/# /' "$play/err"
	chmod 644 "$play/$1.bin"
}
profile careful prompt ""
profile loose allow "  opaque: allow"
profile tight allow "  opaque: forbidden"
run() {		# run PROFILE COMMAND...: output, then the status
	p=$1
	shift
	"$play/codex-exec" -p "$play/$p.bin" -- "$@" 2>&1
	echo "= $?"
}
is "$(run careful sh -c 'echo a; echo b')" "a
b
= 0" "careful: a script of allowed commands runs"
is "$(run careful env A=b sh -c "'echo' a")" "a
= 0" "careful: through a wrapper"
is "$(run careful sh -c 'echo $HOME')" \
    "codex-exec: denied: exec sh -c 'echo \$HOME'  [exec.opaque, careful.yaml:8, consent]: needs an approval that nobody can give: expansion in echo '\$HOME', column 6
= 126" "careful: an expansion, by construct and column"
is "$(run tight sh -c 'echo a; echo b*')" \
    "codex-exec: denied: exec sh -c 'echo a; echo b*'  [exec.opaque, tight.yaml:9, consent]: glob in echo 'b*', column 15
= 126" "exec.opaque: forbidden"
is "$(run loose sh -c 'for i in a b; do echo $i; done')" "a
b
= 0" "exec.opaque: allow"
is "$(run loose sh -c 'echo a; frobnicate x')" \
    "codex-exec: denied: exec sh -c 'echo a; frobnicate x'  [prefix_rule, loose.yaml:12, consent]: no: exec frobnicate x, column 9
= 126" "a forbidden part, by its rule and column"
for s in 'if true; then frobnicate; fi' 'echo $(frobnicate)' \
    'f() { frobnicate; }; f' '/usr/bin/frobnicate' 'eval frobnicate' \
    'echo x | xargs frobnicate' '$x; \frobnicate' 'cd / && (frobnicate)' \
    'true || bash -lc "env frobnicate"'; do
	run loose sh -c "$s" | grep -q '^codex-exec: denied: .*: no: exec '
	ok $? "refused where all else may run: $s"
done

# --- redirections ----------------------------------------------------------
held() {	# held FILE SCRIPT: written free, refused held
	rm -f "$1"
	sh -c "$2" >/dev/null
	[ -e "$1" ]
	ok $? "free: $2"
	rm -f "$1"
	run loose sh -c "$2" >"$play/got"
	[ ! -e "$1" ] && grep -q '\[filesystem.write, loose.yaml:5, consent\]: write ' "$play/got"
	ok $? "held: $2"
}
held "$play/out/a" "echo x > $play/out/a"
held "$play/out/b" "echo x >> ../out/b"
held "$play/out/c" "true && { echo x; } 2>&1 >'$play/out/c'"
held "$play/out/d" "env sh -c 'echo x >$play/ws/../out/d'"
held "$play/out/e" "echo \$x; echo x <>$play/out/e"
for s in "echo x > $play/ws/f" "echo x > f" "echo x >/dev/null" \
    "echo x >/dev/stderr" "echo x 2>&1" "cat </etc/hostname >/dev/null" \
    "echo x > $play/link/ws/f" "cd $play && echo x > ws/f"; do
	[ "$(run loose sh -c "$s" | tail -n 1)" = "= 0" ]
	ok $? "what is given can be written: $s"
done
"$play/codex-exec" -p "$play/loose.bin" --dry-run --json -- sh -c \
    'echo x > ../out/z' | grep -q '"refusal":"[^"]*write ../out/z, column 10"'
ok $? "--dry-run tells it"
"$play/codex-exec" -p "$play/loose.bin" --json-fd 3 -- sh -c 'frobnicate' \
    3>"$play/log" 2>/dev/null
grep -q '"event":"decision".*"decision":"denied","reason":"no"' "$play/log"
ok $? "the record has the reason"
"$play/codex-exec" -p "$play/careful.bin" --json-fd 3 -- sh -c 'echo *' \
    3>"$play/log" 2>/dev/null
grep -q '"reason":"glob","rule":{"id":"exec.opaque"' "$play/log"
ok $? "the record names what is opaque"

# --- the shipped profiles --------------------------------------------------
for p in offline net-read-only workspace-write workspace-net trusted; do
	is "$(run $p sh -c 'for i in 1 2; do echo $i >/dev/null; done
echo "$((1 + 1))$(echo x)" *')" "2x f
= 0" "$p: an ordinary script runs"
	# No run: what it would do is asked for.
	"$play/codex-exec" -p "$play/$p.bin" --dry-run -- \
	    env sh -c 'echo $x; rm -rf /' |
	    grep -q '^decision: forbidden'
	ok $? "$p: its rules see the part behind what is opaque"
done
finish
