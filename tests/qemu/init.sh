#!/bin/busybox sh
# The guest's first process: the host's files below a layer of our own, and
# tests/qemu/guest.sh as the first process there.
export PATH=/bin
for tool in mount mkdir modprobe sed switch_root chmod; do
	/bin/busybox ln -s busybox "/bin/$tool"
done
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for m in virtio_pci 9pnet_virtio 9p overlay; do
	modprobe $m 2>/dev/null		# or it is built in
done
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 \
    host /host || echo "Bail out! no files of the host"
mount -t tmpfs -o mode=755 tmpfs /rw
mkdir /rw/upper /rw/work
mount -t overlay overlay \
    -o lowerdir=/host,upperdir=/rw/upper,workdir=/rw/work /new ||
    echo "Bail out! no layer over them"
chmod 755 /new
mount -t proc proc /new/proc
mount -t sysfs sysfs /new/sys
mount -t devtmpfs devtmpfs /new/dev
mkdir -p /new/dev/pts /new/dev/shm
mount -t devpts -o ptmxmode=0666 devpts /new/dev/pts
mount -t tmpfs -o mode=1777 tmpfs /new/dev/shm
top=$(sed -n 's/.*codex_top=\([^ ]*\).*/\1/p' /proc/cmdline)
exec switch_root /new /bin/sh "$top/tests/qemu/guest.sh"
