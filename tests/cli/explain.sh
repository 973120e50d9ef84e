# --explain: what was denied, by which line, what would allow it.
. "$srcdir/tests/lib/tap.sh"

if [ "$CODEX_RT_LIBC" = instrumented ]; then
	skip explain "an instrumented build"
	finish
	exit
fi
top=$(cd "$builddir" && pwd)
exe=$top/runtime/codex-exec
play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
chmod 755 "$play"
# Runs its argument, which no rule sees into.
printf '#!/bin/sh\neval "$1"\n' >"$play/do"
chmod 755 "$play/do"
mkdir "$play/ws" "$play/open" "$play/.ssh"
chmod 777 "$play/ws" "$play/open"
echo x >"$play/open/file"
chmod 666 "$play/open/file"

profile() {	# profile NAME TEXT
	printf 'version: 1\nname: %s\n%s\n' "$1" "$2" >"$play/$1.yaml"
	"$builddir/compiler/codex-policyc" build -I "$srcdir/profiles" \
	    "$play/$1.yaml" -o "$play/$1.bin" || exit 1
	chmod 644 "$play/$1.bin"
}
profile ws 'extends: [offline]
filesystem: {write: ["${workspace}"]}'
profile ports 'extends: [net-read-only]
network: {mode: ports, connect: [1]}'
profile reads "extends: [offline]
filesystem: {read: !replace [/usr, /bin, /lib, /lib64, /etc, /dev, /proc, $play/do], exec: !replace [/usr, /bin, /lib, /lib64, $play/do]}"
profile tree 'extends: [ws]
exec: {scope: tree, inline: "prefix_rule(pattern=[\"evil\"], decision=\"forbidden\")"}'
profile log 'extends: [ws]
syscalls:
  rules:
    - log: [ptrace, process_vm_writev, sysinfo]
exec: {scope: tree, inline: "prefix_rule(pattern=[\"evil\"], decision=\"forbidden\")"}'
profile nolog 'extends: [offline]
syscalls:
  rules:
    - errno(ENXIO): [sysinfo]'
profile denies "extends: [ws]
filesystem: {deny: [$play/.ssh]}"
cd "$play/open" || exit 1

# explain PROFILE COMMAND: our lines of stderr, without our name.
explain() {
	timeout -s KILL 30 "$exe" -w "$play/ws" --explain -p "$play/$1.bin" \
	    "$play/do" "$2" 2>"$play/err" >"$play/out" </dev/null
	status=$?
	sed -n 's/offline.yaml:[0-9]*/offline.yaml:N/; s/^codex-exec: //p' \
	    "$play/err"
}
write="filesystem.write, ws.yaml:4, hard"
is "$(explain ws 'exec true')" "" "nothing denied: no word"
is "$(explain ws ': >../ws/a; : >/dev/null; cat file >/dev/null')" "" \
    "what is allowed is no denial"
is "$(explain ws ': >>file')" "denied: write $play/open/file  [$write]
1 operation denied by profile \"ws\"; to allow: add \"$play/open/file\" to filesystem.write" \
    "a write: the line, the strength, the least that allows it"
is "$(explain ws '(: >new); mkdir new; rm file; mv file other; ln -s x new' |
    sed "s|$play|P|g")" \
    "denied: create P/open/new  [$write] (3 times)
denied: remove P/open/file  [$write] (2 times)
denied: create P/open/other  [$write]
6 operations denied by profile \"ws\"; to allow: add \"P/open\" to filesystem.write" \
    "names: their folder"
ln -s ../open/file "$play/ws/link"
is "$(explain ws 'cd ../ws; : >>link' | head -n 1)" \
    "denied: write $play/open/file  [$write]" "what a link leads to"
is "$(explain ws ': >>/proc/self/cwd/../open/file' | wc -l)" 0 \
    "magic links are not looked up"
is "$(explain ws ': >../.ssh/key' | tail -n 1)" \
    '1 operation denied by profile "ws"' "no advice for private places"
is "$(explain ws ': >/x' | tail -n 1)" \
    '1 operation denied by profile "ws"' "nor for /"
is "$(explain ws 'chmod 600 file' | sed "s|$play|P|")" \
    "denied: syscall fchmodat file  [syscalls.rules, offline.yaml:N, supervised]
1 operation denied by profile \"ws\"" "a call and its path"
# -S: else python looks its user up, where HOME is not set, and that is a socket
is "$(explain ws 'python3 -IS -c "
import socket
for f in (socket.AF_INET, socket.AF_INET):
    try: socket.socket(f, socket.SOCK_DGRAM)
    except OSError as e: print(e.errno)
"' | head -n 1)" \
    "denied: network socket(AF_INET, SOCK_DGRAM)  [network.mode, offline.yaml:N, supervised] (2 times)" \
    "a socket: family and type; folded"
is "$(sort -u "$play/out")" 97 "and the policy's errno"
is "$(explain ports 'python3 -IS -c "
import socket
try: socket.create_connection((\"127.0.0.1\", 9))
except OSError as e: print(e.errno)
"' | tail -n 2)" \
    "denied: connect 127.0.0.1:9  [network.connect, ports.yaml:4, hard]
1 operation denied by profile \"ports\"; to allow: add 9 to network.connect" \
    "a port"
is "$(explain reads "cat $play/open/file" | head -n 1)" \
    "denied: read $play/open/file  [filesystem.read, reads.yaml:4, hard]" \
    "reads, where not all may be read"
echo key >"$play/.ssh/id"
ln -s ../.ssh "$play/ws/way"
cat "$play/ws/way/id" >/dev/null
ok $? "free: what will be denied can be read"
if "$exe" -w "$play/ws" -p "$play/denies.bin" true 2>/dev/null; then
	is "$(explain denies "cat $play/.ssh/id ../ws/way/id; : >>../.ssh/new" |
	    sed "s|$play|P|g")" \
	    'denied: read P/.ssh/id  [filesystem.deny, denies.yaml:4, hard] (2 times)
denied: write P/.ssh/new  [filesystem.deny, denies.yaml:4, hard]
3 operations denied by profile "denies"' "what filesystem.deny hides"
else
	skip "what filesystem.deny hides" "no mounts here"
fi
cp /bin/true "$play/open/run"
is "$(explain reads "$play/open/run" | head -n 1)" \
    "denied: run $play/open/run  [filesystem.exec, reads.yaml:4, hard]" \
    "programs that may not be run"
is "$(explain ws 'printf "\033[2J" >"$(printf "a\033[2Jb")"' | head -n 1 |
    grep -cF 'a\x1b[2Jb')" 1 "foreign text is escaped"

is "$(explain ws 'i=0; while [ $i -lt 30 ]; do mkdir d$i; : $((i += 1)); done' |
    wc -l)" 10 "ten lines"
is "$(explain ws 'i=0; while [ $i -lt 30 ]; do mkdir d$i; : $((i += 1)); done' |
    tail -n 1 | sed 's/;.*//')" \
    '30 operations denied by profile "ws", 21 of them not shown' "and a sum"
"$exe" -w "$play/ws" -q --explain -p "$play/ws.bin" "$play/do" ': >>file' 2>&1 | grep codex-exec
is "$?" 1 "--quiet: no footer"
is "$("$exe" -w "$play/ws" --explain -p "$play/ws.bin" "$play/do" 'echo out; : >>file' \
    2>/dev/null)" out "nothing of ours on stdout"
"$exe" -w "$play/ws" --explain -p "$play/ws.bin" "$play/do" 'true >>file; sleep 0.1; echo end >&2' \
    2>"$play/err"
is "$(sed -n '/^end/=' "$play/err")" 2 "the footer comes after the end"
is "$(explain tree 'ln -s /bin/true ../ws/evil; ../ws/evil; : >>file' |
    cut -d' ' -f1-2 | sort | tr '\n' ,)" \
    "2 operations,denied: exec,denied: write," "with execs of the tree"

# A call to be logged goes on by our answer, which must not skip the rest.
trace='python3 -c "
import ctypes
c = ctypes.CDLL(None, use_errno=True)
r = c.ptrace(0, 0, 0, 0)
print(r, ctypes.get_errno() if r < 0 else 0)
r = c.sysinfo(ctypes.create_string_buffer(256))
print(r, ctypes.get_errno() if r < 0 else 0)
"'
explain log "$trace" >/dev/null
is "$(tr '\n' ' ' <"$play/out")" "-1 1 0 0 " \
    "logged calls: what a tree refuses stays refused"
"$exe" -q --explain -p "$play/log.bin" -p "$play/nolog.bin" "$play/do" "$trace" \
    >"$play/out" 2>/dev/null
is "$(tr '\n' ' ' <"$play/out")" "-1 1 -1 6 " \
    "and what another policy refuses"

run_events() {	# run_events PROFILE COMMAND: denial records
	timeout -s KILL 30 "$exe" -w "$play/ws" --json-fd 3 --explain \
	    -p "$play/$1.bin" "$play/do" "$2" 3>"$play/events" >/dev/null 2>&1
}
run_events ws 'i=0; while [ $i -lt 11 ]; do mkdir d; : $((i += 1)); done'
is "$(grep -c '"operation":"file_write".*"decision":"denied"' "$play/events")" \
    5 "events: the first, second, fourth, eighth, and all"
is "$(grep '"file_write"' "$play/events" | tail -n 1 |
    grep -c '"count":11')" 1 "with the count"
is "$(grep '"file_write"' "$play/events" | head -n 1 | grep -c \
    '"rule":{"id":"filesystem.write","src":"ws.yaml:4"},"layer":"landlock","strength":"hard","errno":13')" \
    1 "and rule, layer, strength, errno"
is "$(tail -n 1 "$play/events" | grep -c '"event":"exit"')" 1 \
    "the exit event is the last"

if [ "$(id -u)" = 0 ]; then
	chmod 600 file
	cp "$top/profiles/trusted.bin" "$play/trusted.bin"
	chmod 644 "$play/trusted.bin"
	out=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$exe" \
	    --explain -p "$play/trusted.bin" "$play/do" ': >>file' 2>&1)
	is "$(echo "$out" | sed -n 's/^codex-exec: //p')" \
	    "not us: write $play/open/file: the policy allows it, ordinary permissions do not" \
	    "not us"
else
	skip "not us" "not root"
fi
is "$("$exe" --explain -p "$play/ws.bin" -p "$play/reads.bin" "$play/do" \
    "cat $play/open/file; true >>file; python3 -c 'import socket;socket.socket()'" \
    2>&1 | sed -n 's/^codex-exec: //p' | tail -n 1 | grep -c 'several profiles')" 1 \
    "several policies: each denial by its own"
is "$("$exe" --explain --dry-run -p "$play/ws.bin" true | grep -c \
    '^mode: supervised')" 1 "--dry-run tells the mode"
is "$("$exe" -q --explain -p "$play/ws.bin" "$exe" --explain -p "$play/ws.bin" \
    true 2>&1 | grep -c 'another supervisor')" 1 "nested: the inner one says so"
finish
