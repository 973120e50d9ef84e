# Programs with typed arguments: as JSON, in a profile, in codex-exec.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
rules=$(cd "$srcdir" && pwd)/profiles/rules/programs.rules
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"

ask() {
	"$top/compiler/codex-policyc" execpolicy check --extensions \
	    --rules "$rules" -- "$@"
}

result() {
	ask "$@" | sed -n 's/.*"result":"\([a-z]*\)".*/\1/p'
}

is "$(result ls -la src)" safe "ls is safe"
is "$(result cp a b)" match "cp may write"
is "$(result sed -n 1,5p a)" safe "sed prints lines"
is "$(result sed -i 1,5p a)" unverified "sed -i is not verified"
is "$(result rg --pre sh x)" unverified "rg --pre is not verified"
is "$(result git status)" "" "a program without a spec is not spoken of"
is "$(result head -n +5 a):$(result sed -n +1,+5p a)" safe:safe \
    "a number may have a plus"
for n in + ++5 +-5 -5 +0 5+ +18446744073709551616; do
	is "$(result head -n "$n" a)" unverified "$n is no positive number"
done
is "$(result sed -n +,5p a):$(result sed -n 1,+p a)" unverified:unverified \
    "a plus alone is no number"
# An option has one value, whatever its type takes elsewhere.
cat >"$tmp/opt.rules" <<'END'
define_program(program = "x", options = [opt("-f", ARG_RFILES),
    opt("-o", ARG_RFILES_OR_CWD), opt("-u", ARG_UNVERIFIED_VARARGS)],
    args = [ARG_RFILES_OR_CWD])
END
opts() {
	"$top/compiler/codex-policyc" execpolicy check --extensions \
	    --rules "$tmp/opt.rules" -- x "$@" |
	    sed -n 's/.*"result":"\([a-z]*\)".*/\1/p'
}
is "$(opts -f a -o b c):$(opts -u a):$(opts -f ''):$(opts -f)" \
    safe:match:unverified:unverified "options of types for several words"
ask pwd | grep -q '"decision":"allow"'; ok $? "safe is allowed"
ask cp a b | grep -q '"decision":"prompt"'; ok $? "a match asks"
"$top/compiler/codex-policyc" execpolicy check --rules "$rules" pwd \
    2>/dev/null
is "$?" 1 "unknown names without --extensions"

cat >"$tmp/p.yaml" <<END
version: 1
name: p
filesystem: {read: ["/"], write: ["\${workspace}"], exec: ["/"]}
exec:
  rules: ["$rules"]
  default: forbidden
syscalls: {default: allow}
END
"$top/compiler/codex-policyc" build "$tmp/p.yaml" -o "$tmp/p.bin"
is "$?" 0 "a profile with programs compiles"
"$top/compiler/codex-policyc" show --resolved "$tmp/p.bin" >"$tmp/r.yaml"
is "$?" 0 "its resolved text gives the same bytes"
sed "s,$rules,$tmp/opt.rules," "$tmp/p.yaml" >"$tmp/o.yaml"
"$top/compiler/codex-policyc" build "$tmp/o.yaml" -o "$tmp/o.bin" &&
    "$top/compiler/codex-policyc" show --resolved "$tmp/o.bin" >"$tmp/r.yaml"
is "$?" 0 "so does one with such options"
why() {
	"$top/compiler/codex-policyc" why "$tmp/o.bin" -- exec x "$@" |
	    sed -n '1s/:.*//p'
}
is "$(why -f /etc/passwd):$(why -u /etc/passwd)" allowed:prompt \
    "of which one is not known"
mkdir "$tmp/ws"
run() {
	"$top/runtime/codex-exec" -p "$tmp/p.bin" -C "$tmp/ws" --dry-run \
	    -- "$@" 2>&1
}
run cp x /etc/passwd >"$tmp/out"
is "$?" 126 "cp to /etc/passwd is refused"
grep -q 'programs.rules:[0-9]' "$tmp/out" &&
    grep -q 'write /etc/passwd.*filesystem.write, p.yaml:3' "$tmp/out"
ok $? "both lines are named" || sed 's/^/# /' "$tmp/out"
run cp x ../../etc/passwd >"$tmp/out"
is "$?" 126 "dots do not lead out"
run cp x y >/dev/null; is "$?" 0 "cp in the workspace is allowed"
run ls /etc >/dev/null; is "$?" 0 "ls is allowed"
run ls --hyperlink >/dev/null; is "$?" 126 "what does not fit asks"

# By effect, on a file that stands in for /etc/passwd: first free, then held.
mkdir "$tmp/etc"
echo old >"$tmp/etc/passwd"
echo new >"$tmp/ws/x"
chmod -R go+rX "$tmp"
[ "$(id -u)" != 0 ] || chown -R 65534 "$tmp/ws"
(cd "$tmp/ws" && cp x "$tmp/etc/passwd")
is "$(cat "$tmp/etc/passwd")" new "free: cp writes"
echo old >"$tmp/etc/passwd"
held() {
	"$top/runtime/codex-exec" -p "$tmp/p.bin" -C "$tmp/ws" -- "$@"
}
held cp x "$tmp/etc/passwd" >"$tmp/out" 2>&1
is "$?" 126 "held: cp is refused"
is "$(cat "$tmp/etc/passwd")" old "and the file is as it was"
names_both() {
	grep -q "programs.rules:$line" "$1" &&
	    grep -q "write $tmp/etc/passwd.*filesystem.write, p.yaml:3" "$1"
}
line=$(grep -n -B1 'program = "cp"' "$rules" | sed -n '1s/-.*//p')
names_both "$tmp/out"; ok $? "naming the program's line and the profile's"
"$top/compiler/codex-policyc" why -w "$tmp/ws" "$tmp/p.bin" -- \
    exec cp x "$tmp/etc/passwd" >"$tmp/why"
grep -q '^forbidden: exec cp' "$tmp/why"; ok $? "why refuses"
grep -q "programs.rules:$line" "$tmp/why" &&
    grep -q "/etc/passwd.*write  \[filesystem.write, p.yaml:3\]" "$tmp/why"
ok $? "why names the same lines"
finish
