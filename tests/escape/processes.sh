# process.namespaces: what a run sees of other processes and of their System V
# IPC, and that nothing of it outlives it.  By effect, each act first free.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
lib=$(cd "$srcdir" && pwd)/tests/lib
. "$srcdir/tests/lib/inside.sh"
inside processes
. "$srcdir/tests/lib/held.sh"
needs_python processes
cp "$top/tests/lib/oldkernel" "$top/profiles/offline.bin" "$play"
chmod 644 "$play"/*.bin
pid='process: {namespaces: [pid]}'
build pid offline "$pid" &&
    build ipc trusted 'process: {namespaces: [ipc]}' &&
    build both workspace-write 'process: {namespaces: [pid, ipc]}' &&
    build session offline 'process: {namespaces: [pid], new_session: true}' &&
    build lacking offline "$pid" 'degrade: [landlock.scope]' &&
    build lost offline 'degrade: [landlock.scope]' &&
    build open trusted '' &&
    build outer trusted "$pid" &&
    build detached trusted 'process: {detach: true}' &&
    build lo offline "$pid" 'network: {mode: loopback}' &&
    build proxied offline "$pid" 'network: {mode: proxy, domains: {allow: ["example.com"]}}' &&
    build some offline "$pid" 'filesystem:' \
	'  read: !replace [/usr, /bin, /lib, "?/lib64", /etc, /media, /proc]' \
	'  deny: [/proc/version]' &&
    build tree workspace-write "$pid" 'exec:' '  scope: tree' \
	'  inline: |' '    prefix_rule(pattern=["id"], decision="forbidden")' \
	'    prefix_rule(pattern=["ask"], decision="prompt")' \
	'audit: {events: [exec, allowed, denied]}'
ok $? "the policies compile"
cat >"$play/detach.yaml" <<'END'
version: 1
name: detach
process: {namespaces: [pid], detach: true}
END
is "$("$top/compiler/codex-policyc" check "$play/detach.yaml" 2>&1 |
    grep -c 'error: "detach" lets processes outlive')" 1 \
    "detach and the namespace pid contradict each other"
sed 's/pid\], detach: true/pip]/' "$play/detach.yaml" >"$play/near.yaml"
is "$("$top/compiler/codex-policyc" check "$play/near.yaml" 2>&1 |
    grep -c 'did you mean "pid"?')" 1 "a name that is none has a near one"
case $("$top/compiler/codex-policyc" show --table "$play/session.bin") in
*"process others"*absent*hard*"without Landlock's scopes"*) r=0 ;;
*) r=1 ;;
esac
ok $r "show --table: with a session the namespace stands for the scopes"
case $("$top/compiler/codex-policyc" show --table "$play/pid.bin") in
*"without Landlock's scopes"*) r=1 ;;
*"process others"*absent*hard*) r=0 ;;
*) r=1 ;;
esac
ok $r "show --table: without one it does not"

# The act that a run does, in a file: consent sees nothing of it.
script() { printf '%s\n' "$1" >"$play/act" && chmod 644 "$play/act"; }
# How many processes have that word among theirs; waits until it is the number.
alive() {	# alive NUMBER WORD
	i=0
	while [ "$(pgrep -fc -- "$2")" != "$1" ] && [ $i -lt 200 ]; do
		sleep 0.05
		i=$((i + 1))
	done
	pgrep -fc -- "$2"
}
# The act in the background, once it has made "up": its number in $supervisor.
begin() {	# begin POLICY [OPTION...]
	begun=$1
	shift
	rm -f "$ws/up"
	(cd "$ws" && exec $who "$play/codex-exec" "$@" -p \
	    "$play/$begun.bin" -- sh "$play/act") >"$play/log" 2>&1 \
	    </dev/null &
	supervisor=$!
	i=0
	until [ -e "$ws/up" ] || [ $i = 200 ]; do
		sleep 0.05
		i=$((i + 1))
	done
}
mark=31.${$}000002

for label in root user; do
	become || continue
	script 'echo $$; set -- /proc/[0-9]*; echo $#; kill -0 $OUTSIDE && echo there'
	$who sleep $mark &
	outside=$!
	# Only then it is who it will be.
	alive 1 "^sleep $mark" >/dev/null
	OUTSIDE=$outside
	export OUTSIDE
	free sh "$play/act"
	is "$(tail -n 1 "$play/log")" there "$label: free: a process beyond"
	held pid sh "$play/act"
	# PID 1 and the shell.
	is "$(sed -n '1,2p' "$play/log" | tr '\n' ' ')$(grep -c there "$play/log")" \
	    "2 2 0" "$label: pid: only its own, from 2 on"
	kill $outside
	wait $outside 2>/dev/null

	# Nor by way of where it starts, or of rules that name /proc.
	script 'set -- [0-9]* ../[0-9]*; echo $#'
	for dir in /proc /proc/self /proc/$$; do
		out=$(cd $dir && exec $who "$play/codex-exec" -p "$play/pid.bin" \
		    -- sh "$play/act" 2>/dev/null)
		case $dir:$?:$out in
		/proc:0:3|/proc/[0-9s]*:0:3|/proc/[0-9s]*:125:) r=0 ;;
		*) r=1 ;;
		esac
		ok $r "$label: from $dir no other processes are seen ($out)"
	done
	script 'cat /proc/self/stat >/dev/null && cat /proc/version 2>/dev/null'
	held some sh "$play/act"
	is "$?:$(cat "$play/log")" 1: "$label: rules for /proc are those of the new one"
	script 'echo $$'
	mkdir "$ws/gone"
	out=$(cd "$ws/gone" && rmdir "$ws/gone" && exec $who \
	    "$play/codex-exec" -p "$play/pid.bin" -- sh "$play/act" 2>/dev/null)
	is "$out" 2 "$label: from a folder that is gone"

	# Networks of its own beside it; a run within another.
	for policy in lo proxied; do
		held $policy sh "$play/act"
		is "$(cat "$play/log")" 2 "$label: $policy: with a network namespace"
	done
	for policy in offline open outer; do
		held $policy "$play/codex-exec" -p "$play/pid.bin" -- sh "$play/act"
		is "$?:$(grep -c 'another sandbox' "$play/log")" 125:1 \
		    "$label: within a run under $policy there is none, so refused"
	done
	script "while :; do sleep $mark; done"
	held pid,--timeout=300ms sh "$play/act"
	is "$?:$(pgrep -fc "^sleep $mark")" 124:0 "$label: the time is up"

	# PID 1 of the run: out of reach, and it takes the orphans.
	script 'for s in KILL STOP TERM SEGV 34; do kill -$s 1 2>/dev/null; done
for f in environ maps root/etc/passwd cwd/. fd/. mem; do
	cat /proc/1/$f >/dev/null 2>&1 && [ -n "$(cat /proc/1/$f 2>/dev/null | head -c 1 | tr -d "\0")" ] && echo "read $f"
	[ -n "$(ls /proc/1/$f/ 2>/dev/null)" ] && echo "listed $f"
done
echo alive'
	held pid sh "$play/act"
	is "$(cat "$play/log")" alive "$label: PID 1 cannot be ended or looked into"
	script 'i=0
while [ $i -lt 8 ]; do (true & true &) ; i=$((i + 1)); done
i=0
while grep -l "^State:.Z" /proc/[0-9]*/status >/dev/null 2>&1 && [ $i -lt 200 ]; do
	sleep 0.05; i=$((i + 1))
done
grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null || echo none'
	# Again and again on a busy machine: the first are there before PID 1
	# has had a turn.
	busy=
	for i in 1 2 3 4 5 6; do
		timeout 60 sh -c 'while :; do :; done' &
		busy="$busy $!"
	done
	for k in $(seq 40); do
		held pid sh "$play/act"
		[ "$(cat "$play/log")" = none ] || break
	done
	kill $busy
	wait $busy 2>/dev/null
	is "$(cat "$play/log")" none "$label: orphans are reaped"

	# What it ends with is ours to tell.
	for want in 0 1 7 255; do
		script "exit $want"
		held pid sh "$play/act"
		is $? $want "$label: exit status $want"
	done
	for sig in 9 15 6; do
		script "kill -$sig \$\$"
		held pid,--json-fd=1 sh "$play/act"
		is "$?:$(grep -c "\"origin\":\"command\",\"status\":$((128 + sig)),\"signal\":$sig" "$play/log")" \
		    "$((128 + sig)):1" "$label: death by signal $sig"
	done
	held pid /nonexistent
	is $? 127 "$label: not found"
	held pid /etc/passwd
	is $? 126 "$label: not executable"

	# The end of a tree.
	script "setsid sleep $mark >/dev/null 2>&1 & echo up"
	held pid sh "$play/act"
	is "$?:$(cat "$play/log"):$(pgrep -fc "sleep $mark")" 0:up:0 \
	    "$label: what is left over is ended"
	# One policy of several is enough, and another's "detach" undoes nothing.
	for policies in pid,detached detached,pid; do
		held $policies,--json-fd=2 sh "$play/act"
		is "$?:$(grep -c '"namespaces":\["pid"\],"tree_kill":"hard"' "$play/log"):$(pgrep -fc "sleep $mark")" \
		    0:1:0 "$label: $policies: the same"
	done
	script 'import os
# Each is gone before anybody can look: only a namespace catches all.
for i in range(8):
    if os.fork() == 0:
        os.setsid()
        while True:
            if os.fork(): os._exit(0)'
	held pid "$python" "$play/act" "$mark"
	is "$?:$(pgrep -fc -- "$mark")" 0:0 \
	    "$label: also those that fork faster than one can look"

	# What has left the session, too.
	script "setsid sleep $mark >/dev/null 2>&1 &
echo up >$ws/up; exec sleep $mark"
	for row in open:1 both:0; do
		begin "${row%:*}" --timeout 5m
		kill -KILL $supervisor
		wait $supervisor 2>/dev/null
		is "$(alive "${row#*:}" "^sleep $mark")" "${row#*:}" \
		    "$label: ${row%:*}: what the supervisor's end leaves"
		pkill -f "^sleep $mark"
	done

	# From outside: PID 1 killed, the command is too.
	script "echo up >$ws/up; exec sleep $mark"
	begin both --json-fd 1
	for p in $(cat /proc/$supervisor/task/$supervisor/children); do
		grep -q '^NSpid:.*[^0-9]1$' /proc/$p/status && kill -KILL $p
	done
	wait $supervisor
	is "$?:$(grep -c '"signal":9' "$play/log")" 137:1 \
	    "$label: without PID 1 the run is over"

	# Numbers in records are those that who reads them can use.
	script "sh -c 'echo up >$ws/up; exec sleep $mark'; true"
	begin tree --json-fd 1
	alive 1 "^sleep $mark" >/dev/null
	p=$(grep '"process_spawn".*"target":"sleep' "$play/log" |
	    sed 's/.*"pid":\([0-9]*\).*/\1/')
	q=$(sed -n 's/.*"event":"start".*"pid":\([0-9]*\).*/\1/p' "$play/log")
	is "$(tr '\0' ' ' <"/proc/${p:-0}/cmdline"):$(sed -n 's/^NSpid:.*[^0-9]//p' "/proc/${q:-0}/status")" \
	    "sleep $mark :2" "$label: pids in records are those outside"
	kill $p
	wait $supervisor
	grep -q '"namespaces":\["pid"\],"tree_kill":"hard"' "$play/log"
	ok $? "$label: the start event says what is hard"

	# What a supervisor is asked about.
	printf '#!/bin/sh\necho asked\n' >"$ws/ask"
	chmod 755 "$ws/ask"
	script 'id; echo $?; ./ask; echo $?; python3 -c "import os
os.execv(\"/usr/bin/id\", [\"id\"])"; echo $?'
	held tree sh "$play/act"
	is "$(grep -v codex-exec "$play/log" | grep -c '^126$'):$(grep -c 'denied: exec' "$play/log"):$(grep -c uid "$play/log")" \
	    2:2:0 "$label: execs are decided on, the footer tells"
	out=$(cd "$ws" && APPROVER_LOG=/dev/null timeout 60 $who "$python" \
	    "$lib/approver.py" once "$play/codex-exec" -q -w "$ws" --approve \
	    fd:9 -p "$play/tree.bin" sh "$play/act" 2>/dev/null </dev/null)
	case $out in *asked*0*) r=0 ;; *) r=1 ;; esac
	ok $r "$label: and approved"
	script 'echo x >/etc/x; true'
	held both,--explain sh "$play/act"
	grep -q 'denied: create /etc/x .*hard' "$play/log"
	ok $? "$label: --explain tells what the kernel refused"
	held both,--prove-here
	is "$?:$(grep -c '^  held  *signal a process outside' "$play/log")" 0:1 \
	    "$label: --prove-here finds it kept"

	# Signals, stops and the terminal are the caller's as ever.
	want="ready stopped continued again trapped exit-3 "
	for policy in pid tree; do
		is "$(cd "$ws" && timeout 60 $who "$python" "$lib/jobs.py" \
		    "$play/codex-exec" -p "$play/$policy.bin" | tr '\n' ' ')" \
		    "$want" "$label: $policy: Ctrl-Z, fg, Ctrl-C"
	done
	script "trap 'echo got-usr1; exit 5' USR1; echo up >$ws/up
while :; do sleep 0.05; done"
	begin both
	kill -USR1 $supervisor
	wait $supervisor
	is "$?:$(tail -n 1 "$play/log")" 5:got-usr1 "$label: signals are passed on"

	# System V IPC.
	script 'import ctypes
c = ctypes.CDLL(None, use_errno=True)
print(c.shmget(0x0c0de, 4096, 0) >= 0)'
	$who "$python" -c 'import ctypes
print(ctypes.CDLL(None).shmget(0x0c0de, 4096, 0o1600))' >"$play/shm"
	held open "$python" "$play/act"
	is "$(cat "$play/log")" True "$label: memory of others, where it may be shared"
	held ipc,--json-fd=2 "$python" "$play/act"
	is "$(grep -c False "$play/log"):$(grep -c '"namespaces":\["ipc"\].*"mode":"in-place"' "$play/log")" \
	    1:1 "$label: ipc: none of it, in place"
	held both "$python" "$play/act"
	is "$(cat "$play/log")" False "$label: nor with both"
	$who "$python" -c 'import ctypes, sys
ctypes.CDLL(None).shmctl(int(sys.argv[1]), 0, None)' "$(cat "$play/shm")"

	# Where there are none, and where others stand in for Landlock's scopes.
	for what in pidns ipcns; do
		policy=pid
		[ $what = pidns ] || policy=ipc
		for o in "" --dry-run --timeout\ 1m; do
			(cd "$ws" && timeout 20 $who "$play/oldkernel" $what -- \
			    "$play/codex-exec" $o -p "$play/$policy.bin" true) \
			    >"$play/log" 2>&1 </dev/null
			is "$?:$(grep -c "process.namespaces needs\|process.namespaces: root" "$play/log")" \
			    125:1 "$label: no $what, refused${o:+: $o}"
		done
	done
	# The group is the caller's too, unless there is a session.
	script 'import os, signal, sys
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
for target in int(os.environ["OUTSIDE"]), 0, -1:
    try: os.kill(target, signal.SIGUSR1)
    except OSError: pass'
	cat >"$play/bystander.py" <<'END'
import os, signal, subprocess, sys
got = []
signal.signal(signal.SIGUSR1, lambda *a: got.append(1))
os.setpgid(0, 0)
os.environ["OUTSIDE"] = str(os.getpid())
r = subprocess.call(sys.argv[1:], stdin=subprocess.DEVNULL)
print("signalled" if got else "not", r)
END
	for row in "5 lost signalled -10" "5 lacking signalled -10" \
	    "5 session not 0" "5 pid not 125" "6 pid not 0"; do
		set -- $row
		out=$(cd "$ws" && timeout 20 $who "$python" "$play/bystander.py" \
		    "$play/oldkernel" landlock=$1 -- "$play/codex-exec" --json-fd 2 -p \
		    "$play/$2.bin" "$python" "$play/act" 2>"$play/log")
		is "$out" "$3 $4" "$label: Landlock ABI $1, $2: signals beyond"
		[ $2 != session ] || {
			grep -q '"lost":\[\],.*"scope":"hard (PID namespace' "$play/log"
			ok $? "$label: and the start event says what keeps them"
		}
	done
done

# A /proc of which parts are hidden is not followed by one that shows them.
mount -t tmpfs tmpfs /proc/sys/fs || echo "Bail out! no mount below /proc"
for label in root user; do
	become || continue
	held pid true
	is "$?:$(grep -c 'process.namespaces: a /proc of its own' "$play/log")" \
	    125:1 "$label: no new /proc where parts of the old one are hidden"
	held pid,--doctor
	is "$?:$(grep -c '^reason: process.namespaces: a /proc' "$play/log")" \
	    125:1 "$label: --doctor says so"
done
finish
