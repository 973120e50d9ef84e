# Escape tests run in a mount namespace of their own, with a tmpfs to play on.
# inside NAME: come back there, or skip the test of that name.
inside() {
	if [ "$CODEX_RT_LIBC" = instrumented ]; then
		skip "$1" "an instrumented build"
		finish
		exit
	fi
	if [ -z "${CODEX_TEST_INSIDE-}" ]; then
		export CODEX_TEST_INSIDE=yes
		as=
		[ "$(id -u)" = 0 ] || as="--user --map-root-user"
		# Not to be had in a plain chroot, nor by root in a container.
		if unshare $as --mount --pid --fork --mount-proc \
		    --propagation private true 2>/dev/null; then
			exec unshare $as --mount --pid --fork --kill-child \
			    --mount-proc --propagation private sh "$0"
		fi
		skip "$1" "no mount namespace to be had"
		finish
		exit
	fi
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	export PATH
	# Not below /tmp, which is a write root of the shipped profiles.
	play=/media
	mount -t tmpfs -o mode=755 tmpfs "$play" || exit 1
	cp "$top/runtime/codex-exec" "$play/codex-exec"
	# Who only seems to be root has no way into root's home.
	[ -x /root ] || mount -t tmpfs -o mode=700 tmpfs /root || exit 1
}

# A throw-away layer over the folder /$1, on $play.
overlay() {
	mkdir -p "$play/layer/$1/upper" "$play/layer/$1/work"
	mount -t overlay overlay -o "lowerdir=/$1,upperdir=$play/layer/$1/upper,workdir=$play/layer/$1/work" "/$1" || {
		echo "Bail out! no overlay over /$1"
		exit 1
	}
}

# A bare system has no /etc/hosts: give it one.
needs_hosts() {
	[ ! -e /etc/hosts ] || return 0
	overlay etc
	echo "127.0.0.1 localhost" >/etc/hosts
}

# A system that may be harmed.
overlays() {
	for d in etc usr var root home; do
		overlay $d
	done
}
