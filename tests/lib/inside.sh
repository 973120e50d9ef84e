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
}

# A system that may be harmed: throw-away layers over it, on $play.
overlays() {
	for d in etc usr var root home; do
		mkdir -p "$play/layer/$d/upper" "$play/layer/$d/work"
		mount -t overlay overlay -o "lowerdir=/$d,upperdir=$play/layer/$d/upper,workdir=$play/layer/$d/work" "/$d" || {
			echo "Bail out! no overlay over /$d"
			exit 1
		}
	done
}
