#!/bin/sh
# The enforcer on real older kernels: Debian's, booted by qemu without KVM.
#
#     make check-qemu
#     builddir=build tests/qemu/run.sh [6.1] [6.12]
#
# Not part of `make check': it needs qemu-system-x86, cpio, the network for the
# first time, and minutes.  Kernels and busybox are fetched by apt into
# CODEX_QEMU_CACHE (default: BUILDDIR/qemu) and installed nowhere.  The guest
# sees this machine's files read-only, through 9p, below a layer of its own.
# CODEX_QEMU_TESTS names scripts of tests/ that run there as well.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${builddir:-$top/build}" && pwd)
cache=${CODEX_QEMU_CACHE:-$build/qemu}
mkdir -p "$cache/lists/partial" "$cache/archives/partial"
cache=$(cd "$cache" && pwd)
log=$cache/log
modules="virtio virtio_ring virtio_pci virtio_pci_legacy_dev
virtio_pci_modern_dev 9pnet 9pnet_virtio netfs fscache 9p overlay"

give_up() {
	echo "tests/qemu/run.sh: $*" >&2
	exit 1
}
for tool in qemu-system-x86_64:qemu-system-x86 cpio:cpio; do
	command -v "${tool%:*}" >/dev/null 2>&1 ||
	    give_up "no ${tool%:*}; on Debian: apt-get install ${tool#*:}"
done
[ -x "$build/tests/escape/probe" ] ||
    give_up "$build has no tests; make check TESTS= there builds them"

# --- what is booted ---------------------------------------------------------
# Lists and archives of our own: the system's stay as they are.
apt() {		# apt TOOL ARG...
	tool=$1
	shift
	"$tool" -q -o Dir::Etc::sourcelist="$cache/sources.list" \
	    -o Dir::Etc::sourceparts=/nonexistent -o Dir::Cache="$cache" \
	    -o Dir::State::lists="$cache/lists" -o APT::Sandbox::User= "$@"
}
update() {
	[ ! -e "$cache/updated" ] || return 0
	for s in bookworm bookworm-backports; do
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		    "http://deb.debian.org/debian $s main"
	done >"$cache/sources.list"
	apt apt-get update >"$log" 2>&1 || { cat "$log" >&2; give_up apt-get; }
	: >"$cache/updated"
}
unpack() {	# unpack PACKAGE DIR
	[ ! -d "$cache/$2" ] || return 0
	update
	(cd "$cache/archives" && apt apt-get download "$1") >"$log" 2>&1 || {
		cat "$log" >&2
		give_up "$1 cannot be had"
	}
	rm -rf "$cache/$2.part"
	dpkg -x "$cache/archives/$1"_*.deb "$cache/$2.part"
	mv "$cache/$2.part" "$cache/$2"
}
kernel() {	# kernel VERSION: unpacked in $cache/VERSION
	[ ! -d "$cache/$1" ] || return 0
	case $1 in
	6.1) suite=bookworm ;;
	6.12) suite=bookworm-backports ;;
	*) give_up "no kernel $1 is known; there are 6.1 and 6.12" ;;
	esac
	update
	package=$(apt apt-cache -t $suite depends linux-image-amd64 |
	    sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
	[ -n "$package" ] || give_up "$suite has no linux-image-amd64"
	unpack "$package" "$1"
}

initramfs() {	# initramfs VERSION: $cache/VERSION.img
	root=$cache/$1.root
	rm -rf "$root"
	mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/host" \
	    "$root/rw" "$root/new"
	release=$(basename "$cache/$1/lib/modules"/*)
	to=$root/lib/modules/$release
	mkdir -p "$to"
	for m in $modules; do
		file=$(find "$cache/$1/lib/modules" -name "$m.ko*" | head -n 1)
		case $file in
		*.xz) xz -dc "$file" >"$to/$m.ko" ;;
		?*) cp "$file" "$to/" ;;
		esac
	done
	: >"$to/modules.order"
	: >"$to/modules.builtin"
	cp "$cache/busybox/bin/busybox" "$root/bin/busybox"
	"$root/bin/busybox" depmod -b "$root" "$release"
	cp "$top/tests/qemu/init.sh" "$root/init"
	chmod 755 "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet -R 0:0) >"$cache/$1.img"
	rm -rf "$root"
}

# --- boot, read what it says -------------------------------------------------
run() {		# run VERSION
	kernel "$1"
	unpack busybox-static busybox
	initramfs "$1"
	echo "# Linux $1: $(basename "$cache/$1/boot"/vmlinuz-*)"
	timeout "${CODEX_QEMU_TIMEOUT:-1200}" qemu-system-x86_64 \
	    -accel "${CODEX_QEMU_ACCEL:-tcg}" -cpu max -smp 2 -m 2048 \
	    -nodefaults -display none -no-reboot -serial stdio \
	    -virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap" \
	    -kernel "$cache/$1/boot"/vmlinuz-* -initrd "$cache/$1.img" \
	    -append "console=ttyS0 quiet panic=-1 codex_top=$top codex_build=$build codex_tests=$(echo ${CODEX_QEMU_TESTS-} | tr ' ' ,)" \
	    </dev/null 2>"$log" | tr -d '\r' | tee "$cache/$1.tap" |
	    grep -E '^(ok|not ok|#|1\.\.|Bail)' || :
	# One plan, at the end, of as many tests; none of them failed.
	awk '/^ok /{ n++ } /^not ok /{ n++; bad++ } /^1\.\./{ plan = substr($1, 4) }
	    END { exit !(n > 0 && plan == n && bad == 0) }' "$cache/$1.tap"
}

status=0
for version in ${*:-6.1 6.12}; do
	if run "$version"; then
		echo "# Linux $version: all held"
	else
		echo "# Linux $version: FAILED; its console: $cache/$version.tap"
		status=1
	fi
done
exit $status
