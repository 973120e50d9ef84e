# Kernels that lack something, imitated: refused by name, or run as the
# policy allows with the loss recorded; what is left holds by effect.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside kernels
cp "$top/tests/lib/oldkernel" "$top/tests/escape/link_race" \
    "$top/profiles/workspace-write.bin" "$top/profiles/offline.bin" "$play"
chmod 644 "$play"/*.bin
ws=$play/ws
HOME=$play/home
export HOME
build() {	# build NAME DEGRADE [LINE [BARS]]
	cat >"$play/$1.yaml" <<END
version: 1
name: $1
extends: [workspace-write]
filesystem: {protect: ["\${workspace}/keep"], git: !replace []${4-}}
degrade: [$2]
$3
END
	"$top/compiler/codex-policyc" build "$play/$1.yaml" \
	    -o "$play/$1.bin" -I "$srcdir/profiles" && chmod 644 "$play/$1.bin"
}
build strict "" && build scope landlock.scope &&
    build unlocked "landlock.fs, landlock.scope" && {
	# No rule of Landlock keeps a socket from being connected.
	more="network: {unix: !replace [any]}"
	deny=", deny: [\"$play/out/sock\"]"
	build lone "" "$more" "$deny" && build bare mounts "$more" "$deny"
}
ok $? "the policies compile"

user="setpriv --reuid 65534 --regid 65534 --clear-groups"
who=
reset() {
	rm -rf "$ws" "$play/out"
	mkdir -p "$ws/keep" "$ws/.codex" "$play/out"
	echo old >"$ws/keep/f"
	python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('$play/out/sock')"
	[ -z "$who" ] || chown -R 65534:65534 "$ws" "$play/out"
}
# on WHAT POLICY ARGS...: status in $status, output in $play/log.
on() {
	what=$1 policy=$2
	shift 2
	(cd "$ws" && timeout 20 $who "$play/oldkernel" $what -- \
	    "$play/codex-exec" -p "$play/$policy.bin" "$@") >"$play/log" 2>&1 \
	    </dev/null
	status=$?
}
# A file, so that consent has nothing to say about what it does.
try=$play/try
echo "echo new >keep/f; echo new >$play/out/f; echo new >made; :" >"$try"
echo ". $try; umount keep; echo new >/proc/\$PPID/root$ws/keep/f; :" \
    >"$play/try-more"

reset
on seccomp strict true
if [ $status = 77 ]; then
	skip kernels "nothing can be imitated here"
	finish
	exit
fi
for o in --doctor "--doctor --json" "--dry-run true" --help --version; do
	"$play/codex-exec" -p "$play/offline.bin" $o >/dev/full 2>"$play/log"
	is "$?:$(cat "$play/log")" \
	    "125:codex-exec: standard output: No space left on device" \
	    "$o: what cannot be written is no success"
done
for label in root user; do
	who=
	if [ $label = user ]; then
		who=$user
		$user true 2>/dev/null || {
			skip "$label" "no other user here"
			continue
		}
	fi
	reset
	while read -r what policy word; do
		on "$what" "$policy" sh "$try"
		[ $status = 125 ] && grep -q "$word" "$play/log" &&
		    [ ! -e "$ws/made" ]
		ok $? "$label: without $what, $policy: refused, $word named"
	done <<END
landlock=0 offline landlock.fs
landlock=0 offline landlock.scope
landlock=1 offline landlock.fs
landlock=2 strict landlock.fs
landlock=3 strict landlock.scope
landlock=5 strict landlock.scope
landlock=3 bare landlock.scope
mntns lone namespace
mountapi lone mount_setattr
seccomp strict seccomp
seccomp bare seccomp
END
	for abi in 3 4 5; do
		reset
		on landlock=$abi scope --json-fd 1 sh "$try"
		[ $status = 0 ] && [ -e "$ws/made" ] &&
		    [ ! -e "$play/out/f" ] && grep -q old "$ws/keep/f" &&
		    grep -q '"lost":\["landlock.scope"\]' "$play/log"
		ok $? "$label: ABI $abi, allowed: runs, holds, and the loss is recorded"
	done
	reset
	on landlock=0 unlocked --json-fd 1 sh "$play/try-more"
	[ $status = 0 ] && [ -e "$ws/made" ] && [ ! -e "$play/out/f" ] &&
	    grep -q old "$ws/keep/f" &&
	    grep -q '"lost":\["landlock.fs","landlock.scope"\]' "$play/log"
	ok $? "$label: no Landlock, allowed: the mounts hold"
	for what in mntns mountapi; do
		reset
		on $what bare --json-fd 1 sh "$try"
		[ $status = 0 ] && [ -e "$ws/made" ] &&
		    [ ! -e "$play/out/f" ] && grep -q new "$ws/keep/f" &&
		    grep -q '"lost":\["mounts"\]' "$play/log"
		ok $? "$label: no $what, allowed: runs without, and the loss is recorded"
		on $what bare --strict-strength hard true
		[ $status = 125 ] && grep -q 'lacks mounts' "$play/log"
		ok $? "$label: no $what, allowed: refused by --strict-strength hard"
		on $what bare --doctor
		grep -q 'protected and denied paths: lost, as the policy allows' "$play/log"
		ok $? "$label: no $what, allowed: --doctor says so"
	done
	reset
	(cd "$ws" && timeout 20 $who "$play/link_race" 1000000) >"$play/log" 2>&1
	ok $? "$label: free: a descriptor changes under a link"
	for what in mntns mountapi; do
		reset
		on $what strict "$play/link_race" 5000
		is $status 1 "$label: no $what: what changes under a link is not linked"
		reset
		on $what strict python3 -c 'import os; os.umask(0o022)
f = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o640); os.write(f, b"t")
os.link("/proc/self/fd/%d" % f, "made", src_dir_fd=0, follow_symlinks=True)
assert open("made").read() == "t" and os.stat("made").st_mode & 0o777 == 0o640
for d in "keep", "/proc/self/root" + os.getcwd() + "/keep", "keep/../keep/":
    try: os.open(d, os.O_TMPFILE | os.O_RDWR)
    except OSError as e: assert e.errno in (1, 13, 30)
    else: raise SystemExit(d)'
		[ $status = 0 ] || sed 's/^/# /' "$play/log"
		ok $status "$label: no $what: files without a name, but not in what is kept"
		on $what strict --prove-here
		[ $status = 0 ] && grep -q "^mode: supervised" "$play/log" &&
		    grep -q "^  works  *create in $ws:" "$play/log" &&
		    grep -q "^  held  *create in $ws/keep: .*, supervised]" "$play/log" &&
		    grep -q "^  held  *call socket(AF_INET, .*, hard]" "$play/log" || {
			sed 's/^/# /' "$play/log"
			false
		}
		ok $? "$label: no $what: --prove-here finds that the policy is kept"
		reset
		on $what strict --json-fd 1 sh "$try"
		[ $status = 0 ] && [ -e "$ws/made" ] &&
		    [ ! -e "$play/out/f" ] && grep -q old "$ws/keep/f" &&
		    grep -q "\"lost\":\[\],.*\"kept_supervised\":\[\"$ws/keep\",\"$ws/.codex\"\],.*\"read_only_modes_and_times\":\"supervised\".*\"mode\":\"supervised\"" "$play/log"
		ok $? "$label: no $what: the supervisor keeps what mounts would"
		# Nobody holds it by there being nothing to be held.
		reset
		rm -r "$ws/keep" "$ws/.codex"
		echo old >"$play/out/f"
		[ -z "$who" ] || chown 65534 "$play/out/f"
		marks='chmod 604 "$1"; touch -d 2001-02-03 "$1"; :'
		(cd "$ws" && $who sh -c "$marks" sh "$play/out/f")
		is "$(stat -c '%a %y' "$play/out/f" | cut -c 1-8)" "604 2001" \
		    "$label: free: a mode and a time are set"
		on $what strict --json-fd 1 sh -c "umask 022; echo >made
		    $(echo "$marks" | sed 's/604/640/; s/2001/2002/')" sh made
		is "$(stat -c '%a %y' "$ws/made" | cut -c 1-8)" "640 2002" \
		    "$label: no $what: they are set in the workspace"
		on $what strict --json-fd 1 sh -c \
		    "$(echo "$marks" | sed 's/604/640/; s/2001/2002/')" sh "$play/out/f"
		is "$status $(stat -c '%a %y' "$play/out/f" | cut -c 1-8)" \
		    "0 604 2001" "$label: no $what: but nowhere else"
		reset
		on $what strict --strict-strength hard true
		[ $status = 125 ] && grep -q 'mount_setattr\|namespace' "$play/log"
		ok $? "$label: no $what: refused by --strict-strength hard"
		on $what strict --dry-run true
		grep -q '^mode: supervised' "$play/log" &&
		    grep -A1 '^kept supervised:' "$play/log" | grep -qx "  $ws/keep"
		ok $? "$label: no $what: --dry-run says so"
	done
	# A first try that failed leaves nothing open: signals and time once.
	reset
	cat >"$play/waits" <<'END'
echo $PPID >pid
mv pid made
until [ -e go ]; do sleep 0.1; done
END
	on mntns strict --timeout 1m sh "$play/waits" &
	i=0
	until [ -e "$ws/made" ] || [ $i -gt 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	pid=$(cat "$ws/made")
	is "$(ls -l "/proc/$pid/fd" | grep -c signalfd) $(ls -l \
	    "/proc/$pid/fd" | grep -c timerfd) $(grep -c ^ID: \
	    "/proc/$pid/timers")" "1 1 1" \
	    "$label: what a first try opened is closed before the second"
	: >"$ws/go"
	wait
	on mntns strict --doctor
	[ $status = 0 ] && grep -q '^  protected and denied paths: supervised' "$play/log"
	ok $? "$label: --doctor says how they are kept"
	on mntns lone --doctor
	[ $status = 125 ] && grep -q '^policies can be kept: no' "$play/log" &&
	    grep -q '^reason: .*namespace' "$play/log"
	ok $? "$label: --doctor says what is missing"
	reset
	on mntns offline echo alive
	is "$status $(cat "$play/log")" "0 alive" "$label: offline needs no mounts"
done
who=$user
if $user true 2>/dev/null; then
	reset
	on userns lone true
	[ $status = 125 ] && grep -q 'user and mount namespace' "$play/log"
	ok $? "a user without user namespaces is refused a denied socket"
	on userns strict sh "$try"
	[ $status = 0 ] && [ -e "$ws/made" ] && grep -q old "$ws/keep/f"
	ok $? "and has its files kept by the supervisor"
fi
finish
