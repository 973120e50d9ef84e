# --approve: who answers prompt, what an answer binds, what is kept of it.
. "$srcdir/tests/lib/tap.sh"

if [ "$CODEX_RT_LIBC" = instrumented ]; then
	skip approve "an instrumented build"
	finish
	exit
fi
top=$(cd "$builddir" && pwd)
lib=$(cd "$srcdir" && pwd)/tests/lib
exe=$top/runtime/codex-exec
play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
mkdir "$play/ws"
# Runs its argument, which no rule sees into.
printf '#!/bin/sh\neval "$1"\n' >"$play/do"
chmod 755 "$play/do"
APPROVER_LOG=$play/questions
export APPROVER_LOG

profile() {	# profile NAME SCOPE
	cat >"$play/$1.yaml" <<END
version: 1
name: $1
extends: [offline]
filesystem: {write: ["\${workspace}"]}
exec:
  scope: $2
  inline: |
    prefix_rule(pattern=["ask"], decision="prompt", justification="think first")
    prefix_rule(pattern=["mark"], decision="prompt")
    prefix_rule(pattern=["evil"], decision="forbidden")
END
	"$builddir/compiler/codex-policyc" build -I "$srcdir/profiles" \
	    "$play/$1.yaml" -o "$play/$1.bin" || exit 1
}
profile tree tree
profile first command
cp "$builddir/tests/escape/exec_mark" "$play/ws/mark"
cp "$builddir/tests/escape/exec_mark" "$play/ws/good"
cp "$builddir/tests/escape/exec_mark" "$play/ws/evil"
cp "$builddir/tests/escape/exec_attack" "$play/attack"
printf '#!/bin/sh\necho "ran $1" >>ran\n' >"$play/ws/ask"
chmod 755 "$play/ws/ask"
cd "$play/ws" || exit 1

# by ANSWER [OPTION...]: answered over a descriptor.
by() {
	kind=$1
	shift
	: >"$APPROVER_LOG"
	rm -f ran
	out=$(timeout -s KILL 60 python3 "$lib/approver.py" "$kind" "$exe" -q \
	    -w "$play/ws" --approve fd:9 "$@" 2>"$play/err" </dev/null)
	status=$?
}
asked() { wc -l <"$APPROVER_LOG" | tr -d ' '; }
ran() { cat ran 2>/dev/null | wc -l | tr -d ' '; }

for row in once:2:2 run:2:1 deny:0:2 nonsense:0:1 eof:0:1 other:0:1 extra:0:1; do
	kind=${row%%:*}
	rest=${row#*:}
	by "$kind" -p "$play/tree.bin" "$play/do" './ask x; ./ask x; exit 3'
	is "$status:$(ran):$(asked)" "3:$rest" "fd, $kind: ran:asked"
done
by run -p "$play/tree.bin" "$play/do" './ask x; ./ask y; cd /; "$OLDPWD"/ask x'
is "$(asked)" 3 "for the run: these arguments, this folder"
by until -p "$play/tree.bin" "$play/do" './ask x; ./ask x; sleep 4; ./ask x'
is "$(ran):$(asked)" 3:2 "until: asked again afterwards"
by late -p "$play/tree.bin" "$play/do" './ask 1 & ./ask 2 & ./ask 3 & wait'
is "$(ran):$(asked)" 3:3 "three wait at a time"
by once -p "$play/tree.bin" "$play/do" './evil; echo $?'
is "$out:$(asked)" 126:0 "what is forbidden is not asked about"
by once -p "$play/tree.bin" "$play/do" \
    'i=0; while [ $i -lt 40 ]; do ./ask $i; : $((i += 1)); done'
is "$(asked)" 30 "thirty questions a minute"
by once -p "$play/tree.bin" "$play/do" './mark evil'
is "$out" evil "an approved program runs"
is "$(sed 's/"sha256": "[0-9a-f]*"/H/; s/"expires": "[^"]*"/E/; s|'"$play"'|P|g' \
    "$APPROVER_LOG")" \
    '{"v": 1, "id": "1", "kind": "exec", "argv": ["./mark", "evil"], "path": "P/ws/mark", "cwd": "P/ws", "rules": [{"id": "prefix_rule", "src": "tree.yaml:9", "decision": "prompt", "why": ""}], "profile": {"name": "tree", H}, "amendment": "# to the rule at tree.yaml:9 add: unless=[[\"mark\", \"evil\"]]", E}' \
    "the question"

# What was approved is what runs: what is good is approved, and while it is
# asked and started it is changed to what is not.
for attack in bytes pointer path link descriptor page shared; do
	ln -sf good link
	by good -p "$play/tree.bin" "$play/attack" "$attack" 300 "$play/ws"
	is "$(echo "$out" | grep -c evil)" 0 "$attack: bound"
	[ "$(echo "$out" | grep -c good)" -gt 0 ]
	ok $? "$attack: and what was approved does run"
	echo "# $(echo "$out" | grep '^ran')"
done

by once --json-fd 8 --approve-log "$play/log" -p "$play/tree.bin" \
    "$play/do" './ask x' 8>"$play/events"
is "$(grep -c '"event":"approval","operation":"process_spawn".*"target":"./ask x","decision":"allowed","reason":"approved once"' \
    "$play/events")" 1 "an event"
is "$(sed 's/^# 20[0-9TZ:-]*/# T/' "$play/log")" '# T approved once
# to the rule at tree.yaml:8 add: unless=[["ask", "x"]]' "the log"
is "$(stat -c %a "$play/log")" 600 "is its owner's"
by deny --json-fd 8 --approve-log "$play/log" -p "$play/tree.bin" \
    "$play/do" './ask y' 8>"$play/events"
is "$(grep -c '"event":"approval".*"decision":"denied","reason":"refused"' \
    "$play/events"):$(wc -l <"$play/log")" 1:2 "a refusal: an event, no rule"

# --- the command itself, in place -------------------------------------------
by once -p "$play/first.bin" ./ask x
is "$status:$(ran):$(asked)" 0:1:1 "in place: approved"
by deny -p "$play/first.bin" ./ask x
is "$status:$(ran):$(asked)" 126:0:1 "in place: refused"
is "$(cat "$play/err")" "codex-exec: denied: exec ./ask x  [prefix_rule, first.yaml:8, consent]: refused: think first" \
    "and says so"
by once --json-fd 8 -p "$play/first.bin" ./ask x 8>"$play/events"
is "$(sed -n 's/.*"event":"\([a-z]*\)".*"decision":"\([a-z]*\)".*/\1 \2/p' \
    "$play/events" | tr '\n' ,)" \
    "start allowed,decision allowed,approval allowed," "in place: events"

# --- programs ---------------------------------------------------------------
approver() {	# approver NAME SHELL-TEXT
	printf '#!/bin/sh\nread -r line\nid=$(echo "$line" | sed "s/.*\\"id\\":\\"\\([0-9]*\\)\\",\\"kind.*/\\1/")\n%s\n' \
	    "$2" >"$play/$1"
	chmod 755 "$play/$1"
}
cmd() {
	program=$1
	shift
	rm -f ran
	timeout -s KILL 60 "$exe" -q -w "$play/ws" --approve \
	    "cmd:$play/$program" "$@" >"$play/out" 2>"$play/err" </dev/null
	status=$?
}
approver yes 'echo "{\"id\":\"$id\",\"decision\":\"allow\"}"'
approver no 'echo "{\"id\":\"$id\",\"decision\":\"deny\"}"'
approver silent 'exit 0'
approver stale 'echo "{\"id\":\"77\",\"decision\":\"allow\"}"'
approver rights 'grep -E "NoNewPrivs|CapEff|SigBlk" /proc/self/status >'"$play"'/seen; ls /proc/self/fd | wc -l >>'"$play"'/seen; echo "{\"id\":\"$id\",\"decision\":\"allow\"}"'
for row in yes:2 no:0 silent:0 stale:0; do
	cmd "${row%:*}" -p "$play/tree.bin" "$play/do" './ask x; ./ask y'
	is "$(ran)" "${row#*:}" "cmd, ${row%:*}"
done
cmd rights -p "$play/tree.bin" ./ask x
is "$(ran)" 1 "cmd: the command itself"
cmd rights -p "$play/tree.bin" "$play/do" './ask x'
is "$(tr -d '\t\n ' <"$play/seen")" \
    "SigBlk:0000000000000000CapEff:0000000000000000NoNewPrivs:14" \
    "cmd: no rights, no blocked signals, no descriptors of ours"
cmd yes -p "$play/first.bin" ./ask x
is "$status:$(ran)" 0:1 "cmd, in place"
cat >"$play/caged" <<END
#!/bin/sh
exec "$exe" -q -p "$top/profiles/offline.bin" "$play/yes"
END
chmod 755 "$play/caged"
cmd caged -p "$play/tree.bin" "$play/do" './ask x'
is "$(ran)" 1 "cmd: itself under a policy"

# --- refused at once --------------------------------------------------------
cp "$play/yes" ./mine
for bad in maybe fd:x fd:2 fd:77 cmd:yes cmd:/nonexistent "cmd:$play/ws/mine"; do
	"$exe" -w "$play/ws" --approve "$bad" -p "$play/tree.bin" true \
	    2>/dev/null
	is "$?" 125 "--approve $bad"
done
"$exe" -w "$play/ws" --approve tty --approve-log "$play/ws/log" \
    -p "$play/tree.bin" true 2>/dev/null
is "$?" 125 "a log that the command can write"
# Where all can be written, so can be who decides.
"$exe" --approve "cmd:$play/yes" -p "$top/profiles/trusted.bin" true \
    2>"$play/err"
is "$?:$(grep -c 'where the command can write' "$play/err")" 125:1 \
    "a program that approves, under trusted"

# --- a person ---------------------------------------------------------------
person() {
	kind=$1
	shift
	rm -f ran
	out=$(timeout -s KILL 60 python3 "$lib/terminal.py" "$kind" "$exe" -q \
	    -w "$play/ws" --approve tty "$@" | tr '\n' ' ')
}
same="owner-same terminal-same"
two='./ask a; ./ask a; exit 7'
for row in once:2:2 run:1:2 no:2:0 empty:2:0 interrupt:2:0 behind:0:0; do
	kind=${row%%:*}
	rest=${row#*:}
	person "$kind" -p "$play/tree.bin" "$play/do" "$two"
	is "$out$(ran)" "asked-${rest%:*} $same exit-7 ${rest#*:}" \
	    "terminal, $kind"
done
person frozen -p "$play/tree.bin" "$play/do" \
    'sleep 0.2; (while :; do echo tick; sleep 0.02; done) & ./ask a; kill $!'
is "$out$(ran)" "still asked-1 $same exit-0 1" \
    "terminal: nothing runs while it is asked"
# Ctrl-S, and somebody outside whose write waits for Ctrl-Q.
person stopped --timeout 1s -p "$play/tree.bin" "$play/do" './ask a; exit 7'
is "$out$(ran)" "asked-0 $same exit-124 0" \
    "terminal, stopped: time goes on"
person resumed -p "$play/tree.bin" "$play/do" './ask a; exit 7'
is "$out$(ran)" "unseen asked-1 $same exit-7 1" \
    "terminal, stopped: it is asked once that goes on"
person once -p "$play/first.bin" ./ask a
is "$out$(ran)" "asked-1 $same exit-0 1" "terminal, in place"
person no -p "$play/first.bin" ./ask a
is "$out$(ran)" "asked-1 $same exit-126 0" "terminal, in place: no"
is "$(setsid -w "$exe" -w "$play/ws" --approve tty -p "$play/first.bin" ./ask \
    2>&1 </dev/null)" \
    "codex-exec: denied: exec ./ask  [prefix_rule, first.yaml:8, consent]: there is no terminal to ask at: think first" \
    "without a terminal"
finish
