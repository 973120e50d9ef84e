# Every limit by effect: what it stops is first done without it.
. "$srcdir/tests/lib/tap.sh"

play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
cd "$play" || exit 1
top=$(cd "$OLDPWD" && cd "$builddir" && pwd)
exe=$top/runtime/codex-exec
profiles=$(cd "$OLDPWD" && cd "$srcdir" && pwd)/profiles
case $CODEX_RT_LIBC in instrumented)
	skip limits "an instrumented build needs its address space"
	finish
	exit
esac
build() {	# build NAME TEXT
	printf 'version: 1\nname: %s\nextends: [trusted]\n%s\n' "$1" "$2" \
	    >"$play/$1.yaml"
	"$top/compiler/codex-policyc" build -I "$profiles" "$play/$1.yaml" \
	    -o "$play/$1.bin"
}
build none ""
# try LIMIT NAME COMMAND: fine without, not with; in place and supervised.
# A file, so that consent has nothing to say of what it does.
try() {
	build "$2" "limits: {$1}"
	printf '%s\n' "$3" >"$play/act"
	timeout 30 "$exe" -p "$play/none.bin" -- sh "$play/act" >"$play/log" 2>&1
	is "$?" 0 "$2: without"
	for how in "" "--timeout 20s"; do
		timeout 30 "$exe" $how -p "$play/$2.bin" -- sh "$play/act" \
		    >"$play/log" 2>&1
		r=$?
		[ $r != 0 ] && [ $r -lt 124 -o $r -gt 127 ]
		ok $? "$2: held${how:+, supervised}"
	done
}
python="python3 -c"
try "nofile: 30" nofile "$python 'l = [open(\"/dev/null\") for i in range(40)]'"
try "fsize: 4096" fsize "$python 'import os; f = os.open(\"big\", os.O_CREAT | os.O_WRONLY); os.write(f, b\"x\" * 4096); os.write(f, b\"x\")'"
# Without the limit it ends by itself.
try "cpu: 1s" cpu "exec $python 'import time
while time.process_time() < 2.5: pass'"
try "data: 64M" data "$python 'x = bytearray(256 << 20)'"
try "as: 512M" as "$python 'import mmap; m = mmap.mmap(-1, 1 << 30)'"
try "stack: 1M" stack "$python 'import resource; assert resource.getrlimit(resource.RLIMIT_STACK)[0] != 1 << 20'"
try "memlock: 64K" memlock "$python 'import ctypes, mmap
m = mmap.mmap(-1, 256 << 10)
a = ctypes.addressof(ctypes.c_char.from_buffer(m))
assert ctypes.CDLL(None).mlock(ctypes.c_void_p(a), 256 << 10) == 0'"

# Of processes the kernel counts all of a user, but never root's.
build nproc "limits: {nproc: 1}"
chmod 755 "$play"
chmod 644 "$play"/*.bin
cp "$exe" "$play/codex-exec"
printf '%s\n' '(true) && (true)' >"$play/act"
user="setpriv --reuid 65533 --regid 65533 --clear-groups"
if [ "$(id -u)" = 0 ] && $user true 2>/dev/null &&
    ! pgrep -u 65533 . >/dev/null; then
	$user "$play/codex-exec" -p "$play/none.bin" -- sh "$play/act"
	is "$?" 0 "nproc: without"
	$user "$play/codex-exec" -p "$play/nproc.bin" -- sh "$play/act" \
	    2>"$play/log"
	[ $? != 0 ] && grep -qi 'fork' "$play/log"
	ok $? "nproc: held"
else
	skip nproc "no user without processes"
fi

# A core only where it is asked for.
printf '%s\n' 'ulimit -c' >"$play/act"
if (ulimit -c unlimited) 2>/dev/null; then
	is "$(ulimit -c unlimited
	    "$exe" -p "$top/profiles/offline.bin" -- sh "$play/act")" 0 \
	    "no core unless asked"
	build core "limits: {core: 1M}"
	is "$(ulimit -c unlimited
	    "$exe" -p "$play/core.bin" -- sh "$play/act")" 2048 \
	    "and then so much"
else
	skip core "cores are limited here already"
fi
# The smallest of several policies, and never more than before.
build a "limits: {nofile: 50}"
build b "limits: {nofile: 40}"
printf '%s\n' 'ulimit -n; ulimit -Hn' >"$play/act"
is "$("$exe" -p "$play/a.bin" -p "$play/b.bin" -- sh "$play/act" | tr '\n' ' ')" \
    "40 40 " "several policies: the smallest"
is "$(ulimit -n 30; "$exe" -p "$play/a.bin" -- sh "$play/act" | tr '\n' ' ')" \
    "30 30 " "a lower one stays"
# What was lowered cannot be raised again.
printf '%s\n' 'ulimit -n 60' >"$play/act"
"$exe" -p "$play/a.bin" -- sh "$play/act" 2>/dev/null
[ $? != 0 ]
ok $? "it cannot be raised"
finish
