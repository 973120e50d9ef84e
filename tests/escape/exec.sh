# What may not be executed, by effect: files that the command writes, files in
# memory, and the loader that would run either.  Free, then held.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside exec
ws=$play/ws
build() {	# build NAME PARENT TEXT
	printf 'version: 1\nname: %s\nextends: [%s]\n%s\n' "$1" "$2" "$3" \
	    >"$play/$1.yaml"
	"$top/compiler/codex-policyc" build "$play/$1.yaml" \
	    -o "$play/$1.bin" -I "$srcdir/profiles" && chmod 644 "$play/$1.bin"
}
system='"?/usr", "?/bin", "?/sbin", "?/lib", "?/lib64", "?/lib32"'
build limited workspace-write "filesystem: {exec: !replace [$system, \"/media/codex-exec\"]}"
ok $? "a policy that limits what may be executed compiles"
for ld in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1 \
    /lib/ld-musl-*.so.1; do
	[ ! -e "$ld" ] || break
done
build loader workspace-write "filesystem: {exec: !replace [$system, \"$ld\"]}"
ok $? "and one that lists the loader"
so=$(python3 -c 'import _ctypes; print(_ctypes.__file__)')

user="setpriv --reuid 65534 --regid 65534 --clear-groups"
who=
reset() {
	rm -rf "$ws"
	mkdir "$ws"
	cp /bin/touch "$ws/prog"
	cp "$so" "$ws/lib.so"
	printf '#!/bin/sh\ntouch ran\n' >"$ws/script"
	printf 'touch ran\n' >"$ws/plain"
	chmod +x "$ws/prog" "$ws/script"
	[ -z "$who" ] || chown -R 65534:65534 "$ws"
}
free() { (cd "$ws" && timeout 10 $who sh -c "$1") >"$play/log" 2>&1 \
    </dev/null; }
run() {	# run POLICY COMMAND...
	policy=$1
	shift
	(cd "$ws" && timeout 20 $who "$play/codex-exec" -p "$play/$policy.bin" \
	    -- "$@") >"$play/log" 2>&1 </dev/null
}
probe() {	# probe NAME COMMAND: it would make `ran'
	reset
	free "$2"
	[ -e "$ws/ran" ] || {
		ok 1 "$label: $1: the free run has its effect"
		sed 's/^/# /' "$play/log"
		return
	}
	reset
	echo "$2; :" >"$play/act"
	run limited sh "$play/act"
	r=$?
	[ $r = 0 ] && [ ! -e "$ws/ran" ]
	ok $? "$label: $1"
	[ $r = 0 ] || sed 's/^/# /' "$play/log"
}
py() { echo "python3 -c '$1'"; }
memfd='import ctypes, os
c = ctypes.CDLL(None)
f = c.memfd_create(b"x", FLAGS)
os.write(f, open("/bin/touch", "rb").read())
os.fchmod(f, 0o700)'

for label in root user; do
	who=
	if [ $label = user ]; then
		who=$user
		$user true 2>/dev/null || {
			skip "$label" "no other user here"
			continue
		}
	fi
	probe program "./prog ran"
	probe copied "cp /bin/touch other; ./other ran"
	probe script "./script"
	probe loader "$ld ./prog ran"
	probe fexecve "$(py 'import os; f = os.open("prog", os.O_RDONLY); os.execve(f, ["prog", "ran"], {})')"
	probe temporary "f=\$(mktemp -p /dev/shm); cp /bin/touch \$f; chmod +x \$f; \$f ran; rm \$f"
	probe temporary-loader "f=\$(mktemp -p /tmp); cp /bin/touch \$f; $ld \$f ran; rm \$f"
	probe memfd "$(py "$(echo "$memfd" | sed 's/FLAGS/0/')
os.execve(f, [\"x\", \"ran\"], {})" | sed 's/0o700/448/')"
	probe memfd-path "$(py "$(echo "$memfd" | sed 's/FLAGS/0/')
os.execve(\"/proc/self/fd/%d\" % f, [\"x\", \"ran\"], {})")"
	probe memfd-loader "$(py "$(echo "$memfd" | sed 's/FLAGS/0/')
os.execve(\"$ld\", [\"ld\", \"/proc/self/fd/%d\" % f, \"ran\"], {})")"
	probe memfd-exec "$(py "$(echo "$memfd" | sed 's/FLAGS/16/')
os.execve(f, [\"x\", \"ran\"], {})")"
	probe library "$(py 'import ctypes; ctypes.CDLL("./lib.so"); open("ran", "w")')"
	probe map "$(py 'import mmap, os; f = os.open("prog", os.O_RDONLY); mmap.mmap(f, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC); open("ran", "w")')"
	probe remount "mount -o remount,exec,bind . ; ./prog ran"

	reset
	run limited ./prog ran
	is $? 126 "$label: as the command: a written program"
	run limited "$ld" /bin/touch ran
	is $? 126 "$label: as the command: the loader"
	grep -q 'the dynamic loader runs any file' "$play/log"
	ok $? "$label: and why is said"
	ln -s "$ld" "$ws/link"
	run limited ./link /bin/touch ran
	is $? 126 "$label: as the command: a link to the loader"
	run loader "$ld" /bin/touch ran
	is "$? $(ls "$ws/ran")" "0 $ws/ran" "$label: a loader that is listed runs"
	reset
	cat >"$play/act" <<'END'
. ./plain && sh ./script && rm ran && python3 -c '
import ctypes, os
f = ctypes.CDLL(None).memfd_create(b"x", 8)
assert f >= 0 and os.write(f, b"data") == 4'
END
	run limited sh "$play/act"
	ok $? "$label: works: interpreters, and memory for data"
	[ $r = 0 ] || sed 's/^/# /' "$play/log"
done
finish
