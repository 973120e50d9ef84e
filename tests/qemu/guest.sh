# What runs in the guest, as its first process: see run.sh.  Everything the
# five profiles promise on this kernel, or that they say what is missing.
word() { sed -n "s/.*codex_$1=\\([^ ]*\\).*/\\1/p" /proc/cmdline; }
srcdir=$(word top)
builddir=$(word build)
CODEX_RT_LIBC=yes
HOME=/root
export srcdir builddir CODEX_RT_LIBC HOME
. "$srcdir/tests/lib/tap.sh"
leave() {
	finish
	sync
	sleep 1			# for the last line to leave the console
	echo o >/proc/sysrq-trigger
	sleep 60
}
trap leave EXIT
cd /
ip link set lo up 2>/dev/null
profiles="offline net-read-only workspace-write workspace-net trusted"
play=/srv/codex-guest	# the scripts below play on /media
mkdir -p "$play"
mount -t tmpfs -o mode=755 tmpfs "$play"
mkdir "$play/ws" "$play/out" "$play/own"
cp "$builddir/runtime/codex-exec" "$play"
for p in $profiles; do
	cp "$builddir/profiles/$p.bin" "$play/$p.bin"
done
chmod 644 "$play"/*.bin
exe=$play/codex-exec
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"

# --- what this kernel offers, and what that means --------------------------------
echo "# $(uname -r)"
(cd "$play/ws" && "$exe" -p "$play/workspace-write.bin" --doctor) \
    >"$play/doctor" 2>&1
doctor=$?
sed 's/^/# /' "$play/doctor"
abi=$(sed -n 's/^landlock abi: //p' "$play/doctor")
[ -n "$abi" ]; ok $? "--doctor knows the kernel's Landlock"
"$exe" -p "$play/offline.bin" --doctor --json >"$play/out/json"
python3 -c 'import json; json.load(open("'"$play"'/out/json"))'
ok $? "--doctor --json is JSON"

# The first layer that is missing, as the profiles need them.
missing=
[ "$abi" -ge 6 ] || missing="landlock.scope (Landlock ABI 6, Linux 6.12)"
[ "$abi" -ge 3 ] || missing="landlock.fs (Landlock ABI 3, Linux 6.2)"
is "$doctor" "$([ -z "$missing" ] && echo 0 || echo 125)" \
    "--doctor's status fits"
for who in "" "$nobody"; do
	label=${who:+user}
	label=${label:-root}
	for p in $profiles; do
		out=$(cd "$play/ws" && $who "$exe" -p "$play/$p.bin" true 2>&1)
		status=$?
		if [ -z "$missing" ]; then
			is "$status:$out" 0: "$label: $p runs"
		else
			is "$status:$out" "125:codex-exec: policy: policy \"$p\" needs $missing, which this kernel lacks" \
			    "$label: $p says what is missing, and since when"
		fi
	done
done

# --- with what may be missing given up: runs, holds what is left ----------------
for p in $profiles; do
	printf 'version: 1\nname: %s\nextends: [%s]\ndegrade: [landlock.fs, landlock.scope]\n' \
	    "$p" "$srcdir/profiles/$p.yaml" >"$play/own/$p.yaml"
	"$builddir/compiler/codex-policyc" build "$play/own/$p.yaml" \
	    -o "$play/own/$p.bin"
	ok $? "$p compiles with degrade"
done
lost=
[ "$abi" -ge 6 ] || lost='"landlock.scope"'
[ "$abi" -ge 3 ] || lost='"landlock.fs","landlock.scope"'
# A file: consent has nothing to say about what it does.
cat >"$play/act" <<END
echo new >$play/ws/made
echo new >$play/out/made
mkdir $play/out/dir
python3 -c 'import socket; socket.socket()'
:
END
for who in "" "$nobody"; do
	label=${who:+user}
	label=${label:-root}
	# Root has no capabilities inside: what it may write is its own.
	owner=${who:+65534}
	chown "${owner:-0}" "$play/ws" "$play/out"
	for p in $profiles; do
		try="cd $play/ws && rm -rf made $play/out/made $play/out/dir"
		sh -c "$try"
		(cd "$play/ws" && $who sh "$play/act") >/dev/null 2>&1
		[ -e "$play/ws/made" ] && [ -e "$play/out/made" ] &&
		    [ -e "$play/out/dir" ]
		ok $? "$label: $p: free, all has its effect"
		sh -c "$try"
		(cd "$play/ws" && timeout 60 $who "$exe" -p "$play/own/$p.bin" \
		    --json-fd 3 sh "$play/act") >"$play/log" 2>&1 3>"$play/events"
		is "$?" 0 "$label: $p runs with what there is"
		is "$(sed -n 's/.*"event":"start".*"lost":\[\([^]]*\)\].*/\1/p' \
		    "$play/events")" "$lost" "$label: $p: the start event tells what is lost"
		made=$([ -e "$play/ws/made" ] && echo ws
		    [ -e "$play/out/made" ] && echo out
		    [ -e "$play/out/dir" ] && echo dir
		    grep -q 'not supported' "$play/log" || echo net)
		case $p in
		offline) want= ;;
		net-read-only) want=net ;;
		workspace-write) want=ws ;;
		workspace-net) want="ws net" ;;
		trusted) want="ws out dir net" ;;
		esac
		is "$(echo $made)" "$want" "$label: $p holds"
	done
done

# --- the scripts of the suite that say something here -------------------------------
tests="tests/escape/scenarios.sh"
[ -n "$missing" ] || tests="$tests tests/escape/kernels.sh"
for t in $tests $(word tests | tr , ' '); do
	policies=$builddir/profiles
	[ -z "$missing" ] || policies=$play/own
	# Their own mount namespaces begin from a mount that is private.
	CODEX_TEST_POLICIES=$policies sh "$srcdir/$t" >/tmp/codex-guest.log 2>&1
	sed -n 's/^ok [0-9]* - /ok /p; s/^not ok [0-9]* - /not ok /p; s/^#/#/p' \
	    /tmp/codex-guest.log >/tmp/codex-guest.lines
	while read -r line; do
		case $line in
		"ok "*) ok 0 "$t: ${line#ok }" ;;
		"not ok "*) ok 1 "$t: ${line#not ok }" ;;
		*) echo "$line" ;;
		esac
	done </tmp/codex-guest.lines
	grep -q '^1\.\.[1-9]' /tmp/codex-guest.log
	ok $? "$t came to its end"
done
