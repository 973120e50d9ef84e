# Supervised runs: time, signals, job control, the whole tree, the end.
. "$srcdir/tests/lib/tap.sh"

exe=$builddir/runtime/codex-exec
play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
offline=$builddir/profiles/offline.bin

# profile NAME TEXT: a profile that lets everything be done, and TEXT.
profile() {
	cat >"$play/$1.yaml" <<END
version: 1
name: $1
extends: [trusted]
$2
END
	"$builddir/compiler/codex-policyc" build -I "$srcdir/profiles" \
	    "$play/$1.yaml" -o "$play/$1.bin"
}

# run ARGS...: its status in $status, its output in $out.
run() {
	out=$("$exe" "$@" 2>"$play/err")
	status=$?
}

for want in 0 1 7 255; do
	run --timeout 1m -p "$offline" sh -c "exit $want"
	is "$status" "$want" "exit status $want"
done
for sig in 9 15 6; do
	run --timeout 1m -p "$offline" sh -c "kill -$sig \$\$"
	is "$status" $((128 + sig)) "death by signal $sig"
done
run --timeout 1m -p "$offline" /nonexistent
is "$status" 127 "not found is still 127"
run --timeout 1m -p "$offline" /etc/passwd
is "$status" 126 "not executable is still 126"
is "$(printf 'a\000b' | "$exe" --timeout 1m -p "$offline" cat | od -An -c |
    tr -d ' ')" 'a\0b' "standard streams are the command's"

# A caller that ignores SIGCHLD: the end is seen, and the command ignores it.
cat >"$play/ignore.py" <<'END'
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
END
want=$(python3 "$play/ignore.py" /bin/grep SigIgn /proc/self/status)
for how in "--timeout 1m" --explain; do
	out=$(timeout -s KILL 60 python3 "$play/ignore.py" "$exe" $how \
	    -p "$offline" /bin/grep SigIgn /proc/self/status)
	is "$? $out" "0 $want" "SIGCHLD ignored by the caller, $how"
done

# Each mark is an argument that no other process of this machine has.
mark=31.${$}000001
run --timeout 300ms -p "$offline" sh -c \
    "sleep $mark & setsid sleep $mark & (sleep $mark &) ; sleep $mark"
is "$status" 124 "the time is up: 124"
is "$(pgrep -f "sleep $mark")" "" "and nothing of the tree is left"
is "$(cat "$play/err")" \
    "codex-exec: the time was up: the command was ended" "and it says so"
out=$(timeout -s KILL 20 "$exe" -q --timeout 300ms -p "$offline" \
    sh -c "setsid sleep $mark & kill -STOP \$\$")
is "$?:$(pgrep -f "sleep $mark")" 124: "also for a command that stops itself"
run -q --timeout 200ms -p "$offline" sleep 10
is "$status:$(cat "$play/err")" 124: "--quiet: without a word"
for bad in 0 5x -1 "" 99999999999d 1.5s; do
	run --timeout "$bad" -p "$offline" true
	is "$status" 125 "--timeout '$bad' is refused"
done

run --json-fd 3 --timeout 200ms -p "$offline" sleep 10 3>"$play/events"
is "$(sed -n 's/.*"event":"\([a-z]*\)".*"mode":"\([a-z-]*\)".*/\1 \2/p' \
    "$play/events" | tr '\n' ',')" \
    "start supervised,decision supervised,exit supervised," \
    "start, decision and exit events"
is "$(grep -c '"origin":"timeout","status":124' "$play/events")" 1 \
    "the exit event says who ended it"
run --json-fd 3 --timeout 1m -p "$offline" sh -c 'kill -9 $$' 3>"$play/events"
is "$(grep -c '"origin":"command","status":137,"signal":9' "$play/events")" 1 \
    "and of which signal it died"

# A command can end like us: who ended the run says the event alone.
for want in 124 125 126 127; do
	run -q --json-fd 3 --timeout 1m -p "$offline" sh -c "exit $want" \
	    3>"$play/events"
	is "$status:$(grep -c "\"origin\":\"command\",\"status\":$want" \
	    "$play/events")" "$want:1" "an exit status of $want that is the command's"
done
# Also what allows all is a domain: processes beyond it are out of reach.
sleep $mark &
outside=$!
cat >"$play/seize.py" <<'END'
import ctypes, os, sys
c = ctypes.CDLL(None, use_errno=True)
r = c.ptrace(0x4206, int(sys.argv[1]), None, None)
print("seized" if r == 0 else os.strerror(ctypes.get_errno()))
END
for how in "" "--timeout 1m"; do
	if [ "$(python3 "$play/seize.py" $outside)" != seized ]; then
		skip "trusted: a process beyond the run" "nor is it free (Yama)"
		continue
	fi
	is "$("$exe" $how -p "$builddir/profiles/trusted.bin" python3 \
	    "$play/seize.py" $outside)" "Operation not permitted" \
	    "trusted: one beyond the run is not $how"
done
kill $outside
wait $outside 2>/dev/null

profile wall 'limits: {wall: 300ms}'
run -p "$play/wall.bin" sleep 10
is "$status" 124 "limits.wall"
run --timeout 1h -p "$play/wall.bin" sleep 10
is "$status" 124 "the shorter of both counts"

profile detached 'process: {detach: true}'
run --timeout 1m -p "$offline" sh -c "setsid sleep $mark &"
is "$status:$(pgrep -f "sleep $mark")" 0: "what is left over is ended"
run --timeout 1m -p "$play/detached.bin" sh -c \
    "setsid sleep $mark >/dev/null 2>&1 &"
is "$status:$(pgrep -fc "sleep $mark")" 0:1 "but not with detach"
pkill -f "sleep $mark"

profile session 'process: {new_session: true}'
is "$(setsid -w "$exe" -p "$play/session.bin" sh -c \
    'ps -o sid= -p $$ | tr -d " "; echo $$' | uniq | wc -l)" 1 \
    "a new session, though we led a process group"

"$exe" --timeout 1m -p "$offline" sh -c \
    "trap 'echo got-usr1; exit 5' USR1; echo up; while :; do sleep 0.05; done" \
    >"$play/out" 2>&1 &
pid=$!
until grep -q up "$play/out"; do sleep 0.05; done
kill -USR1 $pid
wait $pid
is "$?:$(tail -n 1 "$play/out")" 5:got-usr1 "signals are passed on"

"$exe" --timeout 1m -p "$offline" sh -c "echo up; exec sleep $mark" \
    >"$play/out" 2>&1 &
pid=$!
until grep -q up "$play/out"; do sleep 0.05; done
kill -9 $pid
wait $pid 2>/dev/null
i=0
while pgrep -f "sleep $mark" >/dev/null && [ $i -lt 40 ]; do
	sleep 0.05
	i=$((i + 1))
done
is "$(pgrep -f "sleep $mark")" "" "the command does not outlive its supervisor"

want="ready stopped continued again trapped exit-3"
is "$(timeout 30 python3 "$srcdir/tests/lib/jobs.py" "$exe" -p "$offline" |
    tr '\n' ' ')" "$want " "Ctrl-Z, fg, Ctrl-C, in place"
is "$(timeout 30 python3 "$srcdir/tests/lib/jobs.py" "$exe" --timeout 1m -p "$offline" |
    tr '\n' ' ')" "$want " "the same, supervised"
profile tree 'exec: {scope: tree, inline: "prefix_rule(pattern=[\"evil\"], decision=\"forbidden\")"}'
is "$(timeout 30 python3 "$srcdir/tests/lib/jobs.py" "$exe" -p "$play/tree.bin" |
    tr '\n' ' ')" "$want " "the same, with execs decided on"

is "$(timeout 30 python3 "$srcdir/tests/lib/jobs.py" "$exe" --explain -p "$offline" |
    tr '\n' ' ')" "$want " "the same, explained"

want="ready window-33x77 int-got int-got quit-got exit-4"
for how in "-p $offline" "--timeout 1m -p $offline" "-p $play/tree.bin" \
    "--explain -p $offline"; do
	is "$(timeout 60 python3 "$srcdir/tests/lib/window.py" "$exe" $how)" \
	    "$want" "a window's size, Ctrl-C and Ctrl-\\ come once: ${how%-p*}"
done

# Runs its argument, which no rule sees into.
printf '#!/bin/sh\neval "$1"\n' >"$play/do"
chmod 755 "$play/do"
# What the supervisor of a tree says, and to whom.
run --json-fd 3 -p "$play/tree.bin" "$play/do" 'ln -s /bin/true '"$play"'/evil
    '"$play"'/evil; '"$play"'/evil; ls /proc/self/fd | wc -l' 3>"$play/events"
is "$out" 4 "nothing of ours on stdout, no descriptor of ours in the tree"
is "$(sed 's/supervised\.[0-9]*//; s/ *$//; s|/[^ ]*/evil|evil|' "$play/err" |
    grep codex-exec)" \
    "codex-exec: denied: exec evil  [prefix_rule, tree.yaml:4 (inline):1, advisory] (2 times)
codex-exec: 2 operations denied by profile \"tree\"" "the footer"
is "$(grep -c '"operation":"process_spawn".*"decision":"denied".*"outcome":"EPERM"' \
    "$play/events")" 2 "an event for each refused exec"
is "$(grep -c '"operation":"process_spawn".*"decision":"allowed"' \
    "$play/events")" 3 "and for each allowed one"
is "$(grep -c '"event":"start".*"exec_tree":"advisory"' "$play/events")" 1 \
    "the start event says how strong the rules are"
run -q -p "$play/tree.bin" "$play/do" "$play/evil"
is "$status:$(grep -c codex-exec "$play/err")" 126:0 "--quiet: no footer"
profile open 'exec: {scope: tree, rules: !replace []}'
run --json-fd 3 -p "$play/open.bin" "$play/do" 'ls >/dev/null' 3>"$play/events"
is "$(grep -c '"process_spawn".*"target":"ls".*"strength":"advisory"' \
    "$play/events"):$(cat "$play/err")" 1: "rules that only allow: recorded"
run -p "$play/open.bin" -p "$play/tree.bin" "$play/do" "$play/evil"
is "$status" 126 "several policies: the strictest"
printf '#!/bin/sh\nenv ls -d /\nsh -c "ls -d / && ls -d /"\nsh -c "ls -d / && id"\nid\nexit 0\n' \
    >"$play/go"
chmod 755 "$play/go"
strict() {
	profile strict "exec: {scope: tree, rules: !replace [], default: forbidden, inline: ['prefix_rule(pattern=[\"ls\"], decision=\"allow\")', 'prefix_rule(pattern=[\"go\"], decision=\"allow\")', '$1']}"
	run -q -p "$play/strict.bin" "$play/go"
}
strict
is "$status:$out" "0:/
/
/" "a command that is a script counts by its name"
strict 'prefix_rule(pattern=["/bin/sh", glob("*/go")], decision="allow")'
is "$status:$out" "0:/
/
/" "wrappers and shell strings below count by what is inside"
"$exe" -p "$play/tree.bin" "$play/do" 'cat /proc/$PPID/status' >"$play/out"
is "$(grep -E '^(NoNewPrivs|CapEff)' "$play/out" | tr -d '\n\t ')" \
    "CapEff:0000000000000000NoNewPrivs:1" "the supervisor has no rights left"
cat >"$play/look" <<'END'
cat /proc/$PPID/environ >/dev/null 2>&1
echo $?
END
is "$(sh "$play/look"; "$exe" -p "$play/tree.bin" "$play/do" \
    ". $play/look")" "0
1" "and cannot be looked into"
# trusted lets a program change limits of others: of who watches it, too.
cat >"$play/blind" <<'END'
import os, resource, time
resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (0, 0))
if os.fork() == 0:
    os.fork()
    os._exit(0)
time.sleep(60)
END
# An instrumented one would look for leaks at its end, and open files for it.
echo 'ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 "$@" 2>/dev/null
echo "ended $?"' >"$play/tell"
is "$(timeout -s KILL 40 sh "$play/tell" "$exe" -q --timeout 50s \
    -p "$builddir/profiles/trusted.bin" python3 "$play/blind" 2>/dev/null)" \
    "ended 137" "who cannot be watched any more is ended"
# A policy that refuses all calls refuses exit to us as well.
cat >"$play/shut.yaml" <<'END'
version: 1
name: shut
filesystem: {read: ["/"], exec: ["/"]}
exec: {default: allow}
END
"$builddir/compiler/codex-policyc" build "$play/shut.yaml" -o "$play/shut.bin" \
    2>/dev/null
if [ "$CODEX_RT_LIBC" = instrumented ]; then
	skip "a filter that refuses exit" "an instrumented build"
else
	timeout -s KILL 20 "$exe" -p "$play/shut.bin" true >/dev/null 2>&1
	is "$?" 125 "where exec and exit are refused nothing begins"
fi
finish
