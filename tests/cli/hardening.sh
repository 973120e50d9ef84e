# The built programs have the hardening that configure promises.
. "$srcdir/tests/lib/tap.sh"

if [ "$CODEX_RT_LIBC" = instrumented ]; then
	skip hardening "an instrumented build"
	finish
	exit
fi
for p in compiler/codex-policyc runtime/codex-exec; do
	f=$builddir/$p
	readelf -h "$f" | grep -q 'Type:.*DYN'; ok $? "$p is position independent"
	readelf -lW "$f" | grep -q GNU_RELRO; ok $? "$p asks for relro"
	! readelf -lW "$f" | grep GNU_STACK | grep -q 'RWE'
	ok $? "$p has no executable stack"
done
for p in compiler/codex-policyc runtime/codex-exec; do
	readelf -sW "$builddir/$p" | grep -q __stack_chk
	ok $? "$p has a stack protector"
done
readelf -dW "$builddir/compiler/codex-policyc" | grep -q -e BIND_NOW -e "FLAGS.*NOW"
ok $? "codex-policyc binds now"
f=$builddir/runtime/codex-exec
# A static program has nobody who does it: the one that stays does it itself.
if [ "$(id -u)" != 0 ]; then
	skip relro "the supervisor's memory can only be seen by root"
else
	play=$(mktemp -d) || exit 1
	mkfifo "$play/fifo"
	"$f" -q --timeout 20 -p "$builddir/profiles/offline.bin" \
	    sh -c 'grep "^PPid:" /proc/self/status; read -r line' \
	    <"$play/fifo" >"$play/out" &
	exec 9>"$play/fifo"
	i=0
	until [ -s "$play/out" ] || [ $i -gt 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	grep -q 'r--p .*/codex-exec$' "/proc/$!/maps"
	ok $? "the supervisor of codex-exec has relro"
	exec 9>&-
	wait
	rm -rf "$play"
fi
! readelf -dW "$f" | grep -q NEEDED; ok $? "codex-exec needs no library"
! readelf -lW "$f" | grep -q INTERP; ok $? "codex-exec has no interpreter"
! readelf -sW "$f" | grep -q -e blob_writer -e yaml_ -e diag_
ok $? "codex-exec has no writer or compiler code"
finish
