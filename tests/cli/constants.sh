# Named constants against the kernel headers that are installed: values must
# agree; names of the families that policies filter must be in the table.
# With clang and the headers of other machines (Debian's
# linux-libc-dev-ARCH-cross), those as well.
. "$srcdir/tests/lib/tap.sh"

def=$(cd "$srcdir" && pwd)/compiler/sysconst.def
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

# NAME x86_64 aarch64 riscv64 i386 arm
tr '\n' ' ' <"$def" | sed 's/CONST/\nCONST/g' | sed -n \
    -e 's/^CONST(\([A-Za-z0-9_]*\), *\([^ )]*\)).*/\1 \2 \2 \2 \2 \2/p' \
    -e 's/^CONST5(\([A-Za-z0-9_]*\), *\([^)]*\)).*/\1 \2/p' |
    tr -d ',' | tr -s ' ' | grep -v '^name ' >table
is "$(wc -l <table)" "$(grep -c '^CONST' "$def")" "the table is read whole"

headers="asm/termbits.h asm/fcntl.h asm/mman.h asm/ioctls.h asm/ptrace.h
linux/fcntl.h linux/mman.h linux/sched.h linux/prctl.h linux/futex.h
linux/bpf.h linux/perf_event.h linux/ptrace.h linux/personality.h
linux/seccomp.h linux/keyctl.h linux/mount.h linux/in.h linux/sockios.h
linux/fs.h linux/landlock.h linux/memfd.h linux/netlink.h linux/stat.h
linux/close_range.h linux/membarrier.h linux/mempolicy.h linux/userfaultfd.h
linux/io_uring.h linux/kcmp.h linux/reboot.h linux/random.h linux/kd.h
linux/vt.h linux/kvm.h linux/fscrypt.h linux/loop.h linux/if_tun.h
linux/falloc.h linux/xattr.h linux/fanotify.h linux/kexec.h linux/module.h
asm/socket.h"
families='^(CLONE_[A-Z]+$|MAP_|PROT_|PR_[A-Z]|MADV_|PER_|ADDR_|KEYCTL_[A-Z]+$'
families="$families|SECCOMP_(SET|GET|FILTER|MODE)|MS_|UMOUNT|TIOC[A-Z]+\$|TC[GS]ET"
families="$families|FS_IOC|BLK[A-Z]+\$|O_[A-Z]+\$|F_(GET|SET|DUP|ADD)|IPPROTO_[A-Z]+\$"
families="$families|FUTEX_(WAIT|WAKE|LOCK|CMP|REQ|TRY|UNL|PRIV|CLOCK)[A-Z_]*\$"
families="$families|PTRACE_(GET|SET|PEEK|POKE|CONT|ATT|SEI|TRA)[A-Z]*\$"
families="$families|PERF_(FLAG|EVENT_IOC))"
# What those headers define beside arguments.
others='^(O_TMPFILE_MASK|FUTEX_WAITERS|FUTEX_WAITV_MAX|MAP_HUGE_.*|PER_MASK'
others="$others|MS_RMT_MASK|PROT_NONE_.*|KEYCTL_CAPS.*|F_SETLK[W]*64|F_GETLK64"
others="$others|PERF_EVENT_IOC_FLAGS|O_NDELAY_.*|PR_[A-Z]+_LEN_MASK"
others="$others|PR_SCHED_CORE_MAX|PER_CLEAR_ON_SETID|MS_MGC_.*)\$"

# Of the C library, which has some of the kernel's names to itself.
libc="sys/socket.h netinet/in.h netinet/tcp.h sys/epoll.h sys/eventfd.h
sys/timerfd.h sys/shm.h sys/sem.h sys/msg.h sys/wait.h sched.h sys/resource.h
sys/ptrace.h sys/mount.h sys/swap.h"

differences() {	# differences COLUMN NAME COMPILER...
	column=$1; name=$2; shift 2
	{ cat head.c; awk -v c="$column" '$(c + 1) != "NONE" {
		printf "_Static_assert((unsigned)(%s) == (unsigned)(%s), " \
		    "\"DIFF %s\");\n", $1, $(c + 1), $1 }' table
	    echo '_Static_assert(0, "DIFF canary");'; } >all.c
	LC_ALL=C "$@" -fsyntax-only all.c 2>err
	# The library says 0 where 64 bits need no flag; the kernel has one.
	is "$(grep -v 'DIFF O_LARGEFILE' err | sed -n \
	    's/.*static.assert.*failed.*DIFF \([A-Za-z0-9_]*\).*/\1/p')" \
	    canary "$name: values, and a wrong one is seen"
	grep -c 'undeclared' err | sed "s/^/# $name: not in these headers: /"
}

check() {	# check COLUMN NAME COMPILER...
	column=$1; name=$2; shift 2
	: >head.c
	for h in $headers; do
		echo "#include <$h>" >try.c
		"$@" -fsyntax-only try.c 2>/dev/null && cat try.c >>head.c
	done
	"$@" -fsyntax-only head.c 2>err || {
		ok 1 "$name: headers"
		sed 's/^/# /' err
		return
	}
	differences "$column" "$name" "$@"
	"$@" -dM -E head.c | sed -n 's/^#define \([A-Z0-9_]*\) .*/\1/p' |
	    grep -E "$families" | grep -vE "$others" | sort >defined
	cut -d' ' -f1 table | LC_ALL=C sort >known
	is "$(LC_ALL=C sort defined | LC_ALL=C comm -23 - known |
	    tr '\n' ' ')" "" "$name: names of the families"
}

cc=${CC:-cc}
column=0
for a in x86_64 aarch64 riscv64 i386 arm; do
	column=$((column + 1))
	case $a in
	i386) t=i686-linux-gnu ;;
	arm) t=arm-linux-gnueabihf ;;
	*) t=$a-linux-gnu ;;
	esac
	if ! command -v "${cc%% *}" >/dev/null; then
		skip "$a" "no compiler"
	elif [ "$($cc -dumpmachine 2>/dev/null | cut -d- -f1)" = "$a" ] &&
	    [ -r /usr/include/linux/seccomp.h ]; then
		check $column "$a" $cc
		for h in $libc; do echo "#include <$h>"; done >head.c
		differences $column "$a, C library" $cc -D_GNU_SOURCE
	elif command -v clang >/dev/null && [ -d "/usr/$t/include/linux" ]; then
		check $column "$a" clang "--target=$t" -nostdinc \
		    -fno-spell-checking -ferror-limit=0 \
		    -isystem "/usr/$t/include"
	else
		skip "$a" "no headers of that machine"
	fi
done
finish
