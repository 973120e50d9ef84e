# Every escape probe, free and held, as root and as an ordinary user; see
# tests/escape/probe.h.  All of it in private namespaces with throw-away
# overlays over the system.
. "$srcdir/tests/lib/tap.sh"
. "$srcdir/tests/lib/inside.sh"

top=$(cd "$builddir" && pwd)
policies=${CODEX_TEST_POLICIES:-$top/profiles}
profiles="offline net-read-only workspace-write workspace-net trusted"

if [ "$CODEX_RT_LIBC" = instrumented ]; then
	skip probes "an instrumented build"
	finish
	exit
fi
if [ "$(id -u)" = 0 ] && [ -z "${CODEX_TEST_INSIDE-}" ]; then
	export CODEX_TEST_INSIDE=yes
	if ! unshare --mount --uts --ipc --propagation private true 2>/dev/null
	then
		skip probes "no namespaces to be had"
		finish
		exit
	fi
	exec unshare --mount --uts --ipc --propagation private sh "$0"
fi

# --- a system that may be harmed; not below /tmp, which is a write root -----
if [ "$(id -u)" = 0 ]; then
	play=/media
	mount -t tmpfs -o mode=755 tmpfs "$play" || exit 1
	overlays
else
	# An ordinary user's free runs can harm nothing but what is here.
	case $top in
	/tmp/*|/var/tmp/*)
		skip probes "the build lies in a write root"
		finish
		exit
		;;
	esac
	play=$top/probes.tmp
	rm -rf "$play"
fi
mkdir -p "$play/bin"
cp "$top/runtime/codex-exec" "$top/tests/escape/probe" \
    "$top/tests/lib/oldkernel" "$play/bin/"
# As where there are no user namespaces: no mounts either.
cat >"$play/bin/without" <<END
#!/bin/sh
exec "$play/bin/oldkernel" mntns userns -- "$play/bin/codex-exec" -q "\$@"
END
chmod 755 "$play/bin/without"
for p in $profiles; do
	cp "$policies/$p.bin" "$play/bin/$p.bin"
	chmod 644 "$play/bin/$p.bin"
done

exe=codex-exec
label=user
drive() {	# drive NAME COMMAND...: its TAP becomes ours
	mkdir -p "$play/$1"
	chmod 777 "$play/$1"
	dir=$play/$1
	shift
	"$@" "$play/bin/probe" drive "$play/bin/$exe" "$play/bin" \
	    "$dir" >"$play/log" 2>&1
	sed -n "s/ - user:/ - $label:/"'
	    s/^ok [0-9]* - /ok /p; s/^not ok [0-9]* - /not ok /p; /^#/p; /^Bail/p' \
	    "$play/log" >"$play/lines"
	while read -r line; do
		case $line in
		"ok "*) ok 0 "${line#ok }" ;;
		"not ok "*) ok 1 "${line#not ok }" ;;
		"Bail"*) ok 1 "$line" ;;
		*) echo "$line" ;;
		esac
	done <"$play/lines"
	# A driver that fell silent has tested nothing.
	grep -q '^1\.\.[0-9]' "$play/log" &&
	    [ "$(grep '^ok ' "$play/lines" | grep -vc SKIP)" -ge 120 ]
	ok $? "the driver came to its end"
}
if [ "$(id -u)" = 0 ]; then
	cp "$play/bin/probe" "$play/capable"
	"$play/bin/probe" make-capable "$play/capable"
	ok $? "a program with a capability"
	drive root env
	cp "$play/bin/probe" "$play/suid"
	chmod 4755 "$play/suid"
	drive user setpriv --reuid 65534 --regid 65534 --clear-groups
else
	drive user env
fi
# Once is enough: not of the empty policies.
exe=without
label="user without mounts"
"$play/bin/$exe" true 2>/dev/null
if [ $? = 77 ]; then
	skip "$label" "no other kernel can be imitated here"
elif [ -n "${CODEX_TEST_POLICIES-}" ]; then
	:
elif [ "$(id -u)" = 0 ]; then
	drive without setpriv --reuid 65534 --regid 65534 --clear-groups
else
	drive without env
fi

# --- the suite can fail ------------------------------------------------------
if [ -z "${CODEX_TEST_POLICIES-}" ]; then
	empty=$(mktemp -d)
	chmod 755 "$empty"
	for p in $profiles; do
		"$top/compiler/codex-policyc" build \
		    "$srcdir/tests/escape/empty.yaml" -o "$empty/$p.bin"
	done
	CODEX_TEST_POLICIES=$empty sh "$0" >"$empty/log" 2>&1
	n=$(grep -c '^not ok .*not held by' "$empty/log")
	[ "$n" -ge "$([ "$(id -u)" = 0 ] && echo 200 || echo 90)" ]
	ok $? "an empty policy fails the suite ($n probes)"
	rm -rf "$empty"
fi
[ "$(id -u)" = 0 ] || rm -rf "$play"
finish
