# Protected and denied names by effect, as root and as an ordinary user, in
# place and supervised: each act is first done free, where it must succeed,
# then held.  All of it happens on a tmpfs in a private mount namespace.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside mounts
. "$srcdir/tests/lib/script.sh"
out=$play/out
export out
build bars workspace-write 'filesystem:
  git: !replace []
  protect: ["${workspace}/keep", "${workspace}/deep/a/keep", "${workspace}/file", "${workspace}/link", "${workspace}/absent", "${workspace}/.codex"]
  deny: ["${workspace}/hidden", "${workspace}/secret", "?${home}/safe", "/media/out/sock", "/media/out/via"]'
ok $? "a policy with protect and deny compiles"

# reset: everything as it was.
cat >"$play/reset" <<'END'
rm -rf $ws $out $HOME
mkdir -p $ws/keep/sub $ws/deep/a/keep $ws/hidden $ws/target $out/real $HOME/safe $ws/.codex
echo old >$ws/keep/f; echo old >$ws/deep/a/keep/f; echo old >$ws/file
echo old >$ws/target/f; ln -s target $ws/link
echo word >$ws/hidden/f; echo word >$ws/secret; echo word >$HOME/safe/f
echo old >$out/f; echo word >$out/real/f; ln -s real $out/via
python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('$out/sock')"
touch -d 2001-01-01 $out/f
END

alone=
policy=bars
key=$((0x43000000 + $$))
reset() { rm -rf "$ws" "$out" "$HOME"; sh "$play/reset"
	ipcrm -M $key 2>/dev/null
	[ -z "$who" ] || chown -Rh 65534:65534 "$ws" "$out" "$HOME"; }
# In a namespace of its own, so that what it mounts is gone afterwards.
free() { (cd "$ws" && timeout 10 $alone $who sh -c "$1") >"$play/free" 2>&1 \
    <"${input:-/dev/null}"; }
# probe NAME COMMAND SEEN: SEEN tells whether it had an effect.
probe() {
	reset
	free "$2"
	if ! sh -c "$3" >/dev/null 2>&1; then
		ok 1 "$label: $1: the free run has its effect"
		sed 's/^/# /' "$play/free"
		return
	fi
	reset
	held "$2; :"
	r=$?
	[ $r = 0 ] && ! sh -c "$3" >/dev/null 2>&1
	ok $? "$label: $1"
	[ $r = 0 ] || sed 's/^/# /' "$play/held"
}
# reads NAME COMMAND: the word must not come out.
reads() {
	reset
	free "$2"
	if ! grep -q word "$play/free"; then
		ok 1 "$label: $1: the free run reads"
		return
	fi
	reset
	held "$2; :"
	r=$?
	[ $r = 0 ] && ! grep -q word "$play/held"
	ok $? "$label: $1"
}
py() { echo "python3 -c '$1'"; }

probes() {
	# What is protected.
	probe create "echo x >keep/new" "test -e $ws/keep/new"
	probe create-deep "echo x >deep/a/keep/new" "test -e $ws/deep/a/keep/new"
	probe write "echo new >keep/f" "grep -q new $ws/keep/f"
	probe write-file "echo new >file" "grep -q new $ws/file"
	probe unlink "rm keep/f" "test ! -e $ws/keep/f"
	probe unlink-file "rm -f file" "test ! -e $ws/file"
	probe rename-in "echo new >n; mv n keep/f" "grep -q new $ws/keep/f"
	probe rename-over "echo new >n; mv -f n file" "grep -q new $ws/file"
	probe rename-away "mv keep k2" "test ! -e $ws/keep"
	probe rename-parent "mv deep d2; mkdir -p deep/a/keep; echo new >deep/a/keep/f" "grep -q new $ws/deep/a/keep/f"
	probe rename-middle "mv deep/a deep/b" "test ! -e $ws/deep/a"
	probe rmdir-parent "rm -rf deep" "test ! -e $ws/deep/a/keep/f"
	probe exchange "$(py 'import ctypes; ctypes.CDLL(None).syscall(316, -100, b"target", -100, b"keep", 2)')" "! test -e $ws/keep/sub"
	probe link-swap "ln -sfn deep link" "test \$(readlink $ws/link) = deep"
	probe link-remove "rm link" "test ! -L $ws/link"
	probe link-target "echo new >target/f" "grep -q new $ws/target/f"
	probe through-link "echo new >link/f" "grep -q new $ws/target/f"
	probe target-away "mv target t2" "test ! -e $ws/target"
	probe symlink-to "ln -s keep s; echo new >s/f" "grep -q new $ws/keep/f"
	probe hard-link "ln keep/f l; echo new >l" "grep -q new $ws/keep/f"
	probe hard-link-file "ln file l; echo new >l" "grep -q new $ws/file"
	probe hard-link-in "echo new >n; ln n keep/new" "test -e $ws/keep/new"
	probe tmpfile "$(py 'import os; f = os.open("keep", os.O_TMPFILE | os.O_WRONLY); os.link("/proc/self/fd/%d" % f, "keep/new", src_dir_fd=0)')" "test -e $ws/keep/new"
	probe truncate "truncate -s 0 file" "test ! -s $ws/file"
	probe mode "chmod 600 keep/f" "test \$(stat -c %a $ws/keep/f) = 600"
	probe time "touch -d 1999-09-09 file" "test \$(stat -c %Y $ws/file) -lt 1000000000"
	probe proc-root "echo new >/proc/self/root$ws/keep/f" "grep -q new $ws/keep/f"
	probe proc-cwd "echo new >/proc/self/cwd/keep/f" "grep -q new $ws/keep/f"
	probe proc-parent "for p in /proc/[0-9]*; do echo new >\$p/root$ws/keep/f; done" "grep -q new $ws/keep/f"
	probe proc-parent-cwd "for p in /proc/[0-9]*; do echo new >\$p/cwd/keep/f; done" "grep -q new $ws/keep/f"
	probe dotdot "cd keep/sub; echo new >../f" "grep -q new $ws/keep/f"
	probe copy-over "cp -a target/f keep/f2; cp --remove-destination target/f file; test ! -e keep/f2 || echo x" "test -e $ws/keep/f2"
	probe codex "echo x >.codex/config.toml" "test -e $ws/.codex/config.toml"
	probe codex-away "mv .codex c" "test ! -e $ws/.codex"
	# What no write root holds: Landlock does not see these.
	probe outer-mode "chmod 600 $out/f" "test \$(stat -c %a $out/f) = 600"
	probe outer-time "touch $out/f" "test \$(stat -c %Y $out/f) -gt 1000000000"
	probe shared-memory "$(py "import ctypes; ctypes.CDLL(None).shmget($key, 4096, 0o1600)")" "grep -q ^\ *$key\  /proc/sysvipc/shm"
	probe outer-write "echo new >$out/f" "grep -q new $out/f"
	probe outer-link-time "touch -h $out/via -d 2001-02-03" "test \$(stat -c %Y $out/via) -lt 1000000000"
	# What the caller has opened leads past the mounts.
	input=$ws/keep/f
	probe given "echo new >/proc/self/fd/0" "grep -q new $ws/keep/f"
	probe given-truncate "truncate -s 0 /proc/self/fd/0" "test ! -s $ws/keep/f"
	probe given-mode "$(py 'import os; os.fchmod(0, 0o600)')" "test \$(stat -c %a $ws/keep/f) = 600"
	probe given-time "$(py 'import os; os.utime(0, (9, 9))')" "test \$(stat -c %Y $ws/keep/f) = 9"
	input=$ws/file
	probe given-file "echo new >/proc/self/fd/0" "grep -q new $ws/file"
	works given "read x && test \$x = old && ! read x"
	input=$ws/secret
	reset
	held true
	r=$?
	[ $r = 125 ] && grep -q "descriptor 0 is a file that the policy denies" "$play/held"
	ok $? "$label: a denied file is refused as standard input"
	input=
	# What is denied.
	reads read-dir "cat hidden/f"
	reads read-file "cat secret"
	reads read-home "cat $HOME/safe/f"
	reads read-link "cat $out/via/f"
	reads read-real "cat $out/real/f"
	reads read-proc-root "cat /proc/self/root$ws/secret"
	reads read-others-root "for p in /proc/[0-9]*; do cat \$p/root$ws/secret \$p/cwd/secret; done"
	reads read-moved "mv hidden h2; cat h2/f"
	reads read-linked "ln secret s2; cat s2"
	reads read-mode "chmod 777 secret hidden; cat secret hidden/f"
	probe list "ls hidden >seen" "grep -q f $ws/seen"
	probe denied-write "echo new >secret" "grep -q new $ws/secret"
	probe denied-remove "rm -rf hidden" "test ! -e $ws/hidden/f"
	probe denied-away "mv secret s3" "test -e $ws/s3"
	probe denied-home "mv $HOME/safe $HOME/s" "test -e $HOME/s"
}

# Only root can do these free.
mount_probes() {
	alone="unshare --mount --propagation private"
	m() { probe "$1" "$2; echo new >keep/f" "cat $ws/keep/f $ws/target/f | grep -q new"; }
	m umount "umount keep"
	m umount-lazy "umount -l keep"
	m remount "mount -o remount,rw,bind keep"
	m unshare "unshare -m umount keep"
	m nested "unshare -Urm sh -c \"umount keep; mount -o remount,rw,bind keep; echo new >keep/f\""
	m bind "mount --bind target keep"
	m nsenter "nsenter -t 1 -m sh -c 'echo new >$ws/keep/f'"
	m nsenter-parent "nsenter -t \$PPID -m sh -c 'echo new >$ws/keep/f'"
	m chroot "chroot /proc/\$PPID/root sh -c 'echo new >$ws/keep/f'"
	m setattr "$(py 'import ctypes, struct; b = struct.pack("4Q", 0, 1, 0, 0); ctypes.CDLL(None).syscall(442, -100, b"keep", 0, b, 32)')"
	m move "mkdir m; mount --move keep m"
	m clone "$(py 'import ctypes, os; f = ctypes.CDLL(None).syscall(428, -100, b".", 1); os.fchdir(f); open("keep/f", "w").write("new")')"
	reads read-umount "umount -l secret; cat secret"
	reads read-clone "$(py 'import ctypes, os; f = ctypes.CDLL(None).syscall(428, -100, b".", 1); os.fchdir(f); print(open("secret").read())')"
	probe mknod "mknod keep/n p" "test -e $ws/keep/n"
	alone=
}
# Where root is only a user by another name, it can do none of these free.
owner_probes() {
	if ! chown 1 "$play/reset" 2>/dev/null; then
		skip "$label: handles and owners" "not root outside"
		return
	fi
	alone="unshare --mount --propagation private"
	reads read-handle "$(py 'import ctypes, os; c = ctypes.CDLL(None); h = ctypes.create_string_buffer(b"\x80\0\0\0", 136); m = ctypes.c_int(); c.name_to_handle_at(-100, b"secret", h, ctypes.byref(m), 0); f = c.open_by_handle_at(os.open(".", 0), h, 0); print(os.read(f, 9))')"
	probe outer-owner "chown 1 $out/f" "test \$(stat -c %u $out/f) = 1"
	probe owner "chown 1 keep/f" "test \$(stat -c %u $ws/keep/f) = 1"
	alone=
}

# --- what must work -----------------------------------------------------------
all_works() {
	works write "echo x >a && mkdir d && mv a d/b && rm -r d"
	works beside "echo x >deep/n && echo x >deep/a/n && mv deep/a/n deep/m && rm deep/m"
	works read-kept "grep -q old keep/f && grep -q old link/f && grep -q old file"
	works chmod "echo x >a && chmod 700 a && touch -d 2001-01-01 a"
	works devices "echo x >/dev/null && head -c 4 /dev/urandom >/dev/null"
	works temporary "f=\$(mktemp) && rm \$f"
	works "the same ids" "test \$(id -u) = $($who id -u) && test \$(stat -c %u keep) = $($who id -u)"
	works "no capability" "test \$(grep -c '^Cap[IPEA].*:.*[1-9a-f]' /proc/self/status) = 0"
	works "a folder below the kept one" "test \$(pwd) = $ws/keep/sub && ! echo x 2>/dev/null >x && ! echo x 2>/dev/null >../f" -C "$ws/keep/sub"
	reset
	made="absent "
	case $label in *-*) made= ;; esac
	held "echo x >absent; echo x >later" && [ -e "$ws/later" ] &&
	    [ "$(ls "$ws" | tr '\n' ' ')" = "${made}deep file hidden keep later link secret target " ]
	ok $? "$label: nothing is left behind"
	held "pwd" -C "$ws/hidden"
	is $? 125 "$label: a denied working directory is refused"
	reset
	cp /bin/true "$ws/hidden/run"
	(cd "$ws" && $who $old "$play/codex-exec" $options -p "$play/bars.bin" \
	    -w "$ws" hidden/run) 2>/dev/null
	is $? 126 "$label: a denied program does not run"
	echo 'echo in >a; echo new >keep/f; cat secret' >"$play/inner"
	held "exec $play/codex-exec -p $play/bars.bin -w $ws -- sh $play/inner"
	r=$?
	! grep -q new "$ws/keep/f" && ! grep -q word "$play/held" &&
	    if [ -n "$old" ]; then
		# Nothing shows that a folder is denied to the inner one.
		[ $r = 125 ] && [ ! -e "$ws/a" ]
	    else
		grep -q in "$ws/a"
	    fi
	ok $? "$label: nested in itself"
}

runs=0
cp "$top/tests/lib/oldkernel" "$play"
for label in root user root-supervised user-supervised root-without user-without user-without-explained; do
	who=
	old=
	options=
	case $label in user*)
		$user true 2>/dev/null || {
			skip "$label" "no other user here"
			continue
		}
		who=$user
	esac
	case $label in
	*-supervised) options="--timeout 15s" ;;
	# No mounts, as where there are no user namespaces.
	*-without) old="$play/oldkernel mntns userns --" ;;
	*-explained) old="$play/oldkernel mntns userns --" options=--explain ;;
	esac
	probes
	[ -n "$who$old" ] || mount_probes
	[ -n "$who" ] || owner_probes
	all_works
	runs=$((runs + 1))
done
old=

# --- where every call is open -------------------------------------------------------
# trusted lets namespaces be made and mounts be asked for.
build open trusted 'filesystem:
  protect: ["${workspace}/keep", "${workspace}/deep/a/keep"]
  deny: ["${workspace}/secret"]'
open_probes() {
	policy=open
	alone="unshare --mount --propagation private"
	o() { probe "open: $1" "$2" "grep -q new $ws/keep/f"; }
	o write "echo new >keep/f"
	o parent "mv deep d2; echo new >keep/f"
	inner="umount -l keep; mount -o remount,rw,bind keep; mount --bind . /mnt; echo new >/mnt/keep/f; echo new >keep/f"
	o nested "unshare -Urm sh -c '$inner'; echo new >keep/f"
	o nested-twice "unshare -Urm unshare -Urm sh -c '$inner'; echo new >keep/f"
	o nested-setattr "unshare -Urm $(py 'import ctypes, struct; b = struct.pack("4Q", 0, 1, 0, 0); ctypes.CDLL(None).syscall(442, -100, b"keep", 0, b, 32); open("keep/f", "w").write("new")' | sed "s/^/ /"); echo new >keep/f"
	o nested-clone "unshare -Urm $(py 'import ctypes, os; f = ctypes.CDLL(None).syscall(428, -100, b".", 1); os.fchdir(f); open("keep/f", "w").write("new")'); echo new >keep/f"
	o nested-proc "unshare -Urmpf --mount-proc sh -c 'echo new >/proc/1/root$ws/keep/f'; echo new >keep/f"
	o parent-root "for p in /proc/[0-9]*; do echo new >\$p/root$ws/keep/f; done; echo new >keep/f"
	o chroot "unshare -Ur chroot /proc/\$PPID/root sh -c 'echo new >$ws/keep/f'; echo new >keep/f"
	o setns "nsenter -t \$PPID -U -m --preserve-credentials sh -c 'echo new >$ws/keep/f'; echo new >keep/f"
	reads open-read "cat secret"
	reads open-nested "unshare -Urm sh -c 'umount -l secret; cat secret'; cat secret"
	alone=
	policy=bars
}
for who in "" "$user"; do
	[ -z "$who" ] || $user true 2>/dev/null || continue
	label=${who:+user}
	label=${label:-root}
	options=
	open_probes
done

# --- other names of the same thing ----------------------------------------------
# Mounted a second time: the whole, a part, and a part of a part.
for who in "" "$user"; do
	[ -z "$who" ] || $user true 2>/dev/null || continue
	label=${who:+user}
	options=
	reset
	mkdir "$play/again" "$ws/other" "$ws/inner"
	mount --bind "$out" "$play/again"
	mount --bind "$ws/keep" "$ws/other"
	mount --bind "$ws/keep/sub" "$ws/inner"
	held "cat $play/again/real/f; echo new >other/f; echo new >inner/f; echo new >made; :"
	[ $? = 0 ] && [ -e "$ws/made" ] && ! grep -q word "$play/held" &&
	    grep -q old "$ws/keep/f" && [ ! -e "$ws/keep/sub/f" ]
	ok $? "${label:-root}: second mounts are kept and hidden too"
	umount "$play/again" "$ws/other" "$ws/inner"
	rmdir "$play/again"
done

# --- what is said about it ------------------------------------------------------
who=
options=
reset
cd "$ws" || exit 1
run() { "$play/codex-exec" -p "$play/bars.bin" -w "$ws" "$@"; }
run --dry-run true >"$play/dry"
grep -qx "  read-only $ws/keep  \[filesystem.protect, bars.yaml:6\]" "$play/dry" &&
    grep -qx "  pinned $ws/deep" "$play/dry" &&
    grep -qx "  hidden $ws/secret  \[filesystem.deny, bars.yaml:7\]" "$play/dry"
ok $? "--dry-run lists the mounts"
is "$(sed -n '/^not kept:/,/^file mounts:/p' "$play/dry")" "not kept:
  $ws/absent
kept supervised: none
file mounts:" "--dry-run lists what is not kept"
run --doctor | grep -qx "  protected and denied paths: hard (mounts)"
ok $? "--doctor names the strength"
run --json-fd 1 true | head -n 1 >"$play/start"
grep -q "\"not_kept\":\[\"$ws/absent\"\]" "$play/start" &&
    grep -q "\"file_mounts\":\[.*\"$ws/file\"" "$play/start"
ok $? "the start event lists what is not kept and what are files"
err=$(run --strict-strength hard true 2>&1)
is "$?: $err" "125: codex-exec: variables: --strict-strength hard: $ws/absent does not exist, so it cannot be kept in place" "--strict-strength hard refuses"
mkdir absent
run --strict-strength hard true
ok $? "and does not once it exists"
ln file another
err=$(run --strict-strength hard true 2>&1)
is "$?: $err" "125: codex-exec: variables: --strict-strength hard: $ws/file has another name, a hard link, which is not kept" "--strict-strength hard refuses a hard link"
run --json-fd 1 true | grep -q "\"hard_linked\":\[\"$ws/file\"\]"
ok $? "and the start event lists it"
rm another
ln keep/f another
run --json-fd 1 true | grep -q "\"hard_linked\":\[\"$ws/keep/f\"\]"
ok $? "and one in a protected folder"
err=$(run --strict-strength hard true 2>&1)
is "$?: $err" "125: codex-exec: variables: --strict-strength hard: $ws/keep/f has another name, a hard link, which is not kept" "which --strict-strength hard refuses too"
rm another
rmdir absent
cat >"$play/act" <<'END'
touch up
i=0
while [ ! -e seen ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
END
run --timeout 20s --json-fd 1 sh "$play/act" >"$play/end" 2>"$play/note" &
i=0
while [ ! -e up ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
echo x >absent
echo other >"$play/other"
mv "$play/other" file
touch seen
wait $!
ok $? "a supervised run goes on while a file is replaced outside"
grep -q "\"event\":\"exit\".*\"appeared\":\[\"$ws/absent\"\].*\"replaced\":\[\"$ws/file\"\]" "$play/end"
ok $? "the exit event has what appeared and what was replaced"
is "$(cat "$play/note")" "codex-exec: $ws/absent: protected or denied, and was made meanwhile
codex-exec: $ws/file: protected or denied, and was replaced from outside meanwhile" "and stderr says so"
run --strict-strength soft true 2>/dev/null
is $? 125 "no other strength can be asked for"
finish
