# The table of --doctor on kernels that lack something, imitated: it says of each
# feature whether it is here, and what it says is what a run then does: refused by
# name, lost as the policy allows and recorded, or kept in another way.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside doctor
exe=$play/codex-exec
old=$play/oldkernel
cp "$top/tests/lib/oldkernel" "$play"
ws=$play/ws
mkdir -p "$ws/keep" "$play/home"
chmod 777 "$ws"
HOME=$play/home
export HOME
command -v python3 >/dev/null || {
	skip doctor "no python3 here"
	finish
	exit
}
build() {	# build NAME PARENT TEXT
	printf 'version: 1\nname: %s\nextends: [%s]\n%s\n' "$1" "$2" "$3" \
	    >"$play/$1.yaml"
	"$top/compiler/codex-policyc" build "$play/$1.yaml" \
	    -o "$play/$1.bin" -I "$srcdir/profiles" ||
	    ok 1 "$1 compiles"
}
build plain offline ""
build writes offline 'filesystem: {write: ["${workspace}"]}
syscalls: {rules: [{allow: [chmod]}]}'
build kept workspace-write 'filesystem: {protect: ["${workspace}/keep"], git: !replace []}'
build ports offline 'network: {mode: ports, connect: [443]}'
build hosts offline 'network: {mode: ports, connect: ["127.0.0.1:9"]}'
build tree offline 'exec: {scope: tree, inline: "prefix_rule([\"false\"], decision=\"forbidden\")"}'
build lo offline 'network: {mode: loopback}'
build scopeless offline 'degrade: [landlock.scope]'
build netless offline 'network: {mode: ports, connect: [443]}
degrade: [landlock.net, landlock.scope]'
build fsless offline 'degrade: [landlock.fs, landlock.scope]'
# No rule of Landlock keeps a socket from being connected.
python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('$play/sock')"
build bare trusted 'filesystem: {deny: ["/media/sock"]}
degrade: [mounts]'
build lone trusted 'filesystem: {deny: ["/media/sock"]}'
build timed offline 'limits: {wall: 20s}'
build filterless trusted 'degrade: [seccomp]'
chmod 644 "$play"/*.bin
user="setpriv --reuid 65534 --regid 65534 --clear-groups"
$user true 2>/dev/null || user=
who=
at() { (cd "$ws" && timeout 20 $who "$@") >"$play/log" 2>&1 </dev/null; }
# The features of a report: NAME HERE NEEDED EFFECT.
cat >"$play/features.py" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
names = [f["feature"] for f in d["features"]]
assert len(names) == len(set(names)) and all(f["since"].startswith("Linux ")
       and f["use"] and f["effect"] for f in d["features"])
if len(sys.argv) == 2:
    print(*sorted(f["feature"] for f in d["features"] if not f["here"]))
    sys.exit()
f, = [f for f in d["features"] if f["feature"] == sys.argv[2]]
print(f["here"], f["needed"], f["effect"])
PY
feature() { python3 "$play/features.py" "$play/log" "$@"; }

at "$old" openat2 -- true
if [ $? = 77 ]; then
	skip doctor "nothing can be imitated here"
	finish
	exit
fi
at "$exe" --doctor --json -p "$play/plain.bin"
is "$? $(feature)" "0 " "all is here" || cat "$play/log"
at "$exe" --doctor --dry-run -p "$play/plain.bin" true
is "$? $(cat "$play/log")" "125 codex-exec: options: --dry-run and --doctor do not go together: each prints one report" \
    "--dry-run with --doctor"
at "$exe" --doctor -p "$play/plain.bin"
grep -qE '^  openat2 +yes  Linux 5\.6 .*: not needed$' "$play/log" &&
    grep -qE '^  close_range +yes  Linux 5\.11 .*: used$' "$play/log"
ok $? "the table in words"

# WHAT is missing; the policy; as whom; what the row of FEATURE says; what a run
# does: its status, and words of its message or start event.
while IFS='|' read -r what policy as feature row status words; do
	who=
	if [ "$as" = user ]; then
		[ -n "$user" ] || {
			skip "$what $policy" "no other user here"
			continue
		}
		who=$user
	fi
	at "$old" $what -- "$exe" --doctor --json -p "$play/$policy.bin"
	r=$?
	is "$(feature "$feature")" "$row" "$what: $feature under $policy"
	[ $status = 125 ] && want=125 || want=0
	is $r $want "$what: --doctor says whether $policy can be kept"
	rm -f "$ws/ran"
	at "$old" $what -- "$exe" --json-fd 1 -p "$play/$policy.bin" true
	[ $? = $status ] && grep -q "$words" "$play/log"
	r=$?
	ok $r "$what: $policy runs as it says"
	[ $r = 0 ] || sed 's/^/# /' "$play/log"
	at "$old" $what -- "$exe" --dry-run -p "$play/$policy.bin" true
	is $? $want "$what: --dry-run says so, too: $policy"
done <<'END'
landlock=2|plain|root|landlock.fs|False True refused|125|landlock.fs (Landlock ABI 3, Linux 6.2)
landlock=0|fsless|root|landlock.fs|False True lost, as the policy allows|0|"lost":\["landlock.fs","landlock.scope"\]
landlock=3|ports|root|landlock.net|False True refused|125|landlock.net (Landlock ABI 4, Linux 6.7)
landlock=3|netless|root|landlock.net|False True lost, as the policy allows|0|"lost":\["landlock.net","landlock.scope"\]
landlock=3|scopeless|root|landlock.net|False False not needed|0|"lost":\["landlock.scope"\]
landlock=4|scopeless|root|landlock.ioctl_dev|False True ioctls on devices that may be opened are not covered|0|"landlock_abi":4
landlock=5|plain|root|landlock.scope|False True refused|125|landlock.scope (Landlock ABI 6, Linux 6.12)
landlock=5|scopeless|root|landlock.scope|False True lost, as the policy allows|0|"lost":\["landlock.scope"\]
seccomp|plain|root|seccomp|False True refused|125|seccomp (Linux 4.14)
seccomp|filterless|root|seccomp|False True lost, as the policy allows|0|"lost":\["seccomp"\]
openat2|plain|root|openat2|False False not needed|0|"lost":\[\]
openat2|writes|root|openat2|False True refused|125|openat2 (Linux 5.6)
closerange|plain|root|close_range|False True refused|125|close_range (Linux 5.11)
cloexec|plain|root|close_range|False True refused|125|close_range (Linux 5.11)
mountapi|kept|root|mounts|False True a supervisor keeps them|0|"mode":"supervised"
mountapi|bare|root|mounts|False True lost, as the policy allows|0|"lost":\["mounts"\]
mntns|lone|root|mounts|False True refused|125|namespace
mntns|kept|root|mounts|False True a supervisor keeps them|0|"mode":"supervised"
mntns|plain|root|mounts|False False not needed|0|"mode":"in-place"
userns|kept|user|user_namespace|False True a supervisor keeps them|0|"mode":"supervised"
userns|kept|root|user_namespace|False False not needed|0|"mode":"in-place"
userns|lo|user|user_namespace|False True refused|125|user and network namespace
netns|lo|root|network_namespace|False True refused|125|network namespace
netns|plain|root|network_namespace|False False not needed|0|"lost":\[\]
getfd|hosts|root|pidfd_getfd|False True refused|125|pidfd_getfd (Linux 5.6)
getfd|plain|root|pidfd_getfd|False False not needed|0|"lost":\[\]
listener|tree|root|seccomp.listener|False True refused|125|seccomp listener (Linux 5.19)
killable|tree|root|seccomp.listener|False True refused|125|seccomp listener (Linux 5.19)
killable|hosts|root|seccomp.listener|False True refused|125|seccomp listener (Linux 5.19)
killable|plain|root|seccomp.listener|False False not needed|0|"lost":\[\]
ptrace|tree|root|ptrace|False True refused|125|ptrace
ptrace|plain|root|ptrace|False False not needed|0|"lost":\[\]
vmread|tree|root|process_vm_readv|False True refused|125|process_vm_readv
pidfd|plain|root|pidfd|False False not needed|0|"lost":\[\]
pidfd|hosts|root|pidfd_getfd|False True refused|125|pidfd_getfd (Linux 5.6)
pidfd|timed|root|pidfd|False True refused|125|clone (Linux 5.2)
END
finish
