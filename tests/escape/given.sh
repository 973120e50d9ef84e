# What a caller may hand to the command as descriptor 0, 1, 2 or a kept one:
# each kind works free, and is refused (125) where it would be a way round.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside given
. "$srcdir/tests/lib/held.sh"
needs_python given
mkdir -p "$ws"
build kept offline 'process: {keep_fds: !replace [0, 1, 2, 5]}'
ok $? "a policy that keeps descriptor 5"
build proxied offline 'network: {mode: proxy, domains: {allow: [a.test]}}'
ok $? "a policy with a proxy"
cp "$top/profiles"/*.bin "$play"
chmod 644 "$play"/*.bin
# give KIND FD COMMAND...: that kind of thing as that descriptor.
cat >"$play/give.py" <<'PY'
import ctypes, os, socket, struct, sys
kind, to = sys.argv[1], int(sys.argv[2])
call = ctypes.CDLL(None).syscall
keep = []
def tcp():
    s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(1)
    c = socket.create_connection(s.getsockname()); keep.extend([s, c])
    return c.fileno()
def pair(how):
    keep.extend(socket.socketpair(socket.AF_UNIX, how))
    return keep[0].fileno()
def ended():
    pair(socket.SOCK_STREAM); keep.pop().close()
    return keep[0].fileno()
def alone(*how):
    keep.append(socket.socket(*how))
    return keep[0].fileno()
def waiting():
    alone(socket.AF_UNIX); keep[0].bind("waiting"); keep[0].listen(1)
    return keep[0].fileno()
def listener():
    # Allow all: what is asked for is the descriptor.
    code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7fff0000))
    prog = struct.pack("HxxxxxxQ", 1, ctypes.addressof(code))
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
    return call(317, 1, 8, ctypes.create_string_buffer(prog))
def block():
    os.mknod("node", 0o060600, os.makedev(7, 0))
    return os.open("node", os.O_RDONLY | os.O_NONBLOCK)
fd = {
    "folder": lambda: os.open(".", os.O_RDONLY),
    "path": lambda: os.open("/etc/passwd", os.O_PATH),
    "folder-path": lambda: os.open("/", os.O_PATH),
    "pidfd": lambda: os.pidfd_open(os.getppid()),
    "io_uring": lambda: call(425, 1, ctypes.create_string_buffer(120)),
    "listener": listener,
    "block": block,
    "eventfd": lambda: call(290, 0, 0),
    "memfd": lambda: os.memfd_create("m"),
    "file": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "pipe": lambda: os.pipe()[0],
    "null": lambda: os.open("/dev/null", os.O_RDWR),
    "tcp": tcp,
    "udp": lambda: (keep.append(socket.socket(type=2)), keep[0].fileno())[1],
    "stream": lambda: pair(socket.SOCK_STREAM),
    "seqpacket": lambda: pair(socket.SOCK_SEQPACKET),
    "dgram": lambda: pair(socket.SOCK_DGRAM),
    "ended": ended,
    "unix": lambda: alone(socket.AF_UNIX),
    "waiting": waiting,
    "unconnected": lambda: alone(socket.AF_INET),
    "raw": lambda: alone(socket.AF_INET, socket.SOCK_RAW, 1),
    "netlink": lambda: alone(socket.AF_NETLINK, socket.SOCK_RAW, 0),
}[kind]()
if fd < 0:
    sys.exit(99)
os.dup2(fd, to)
os.set_inheritable(to, True)
os.execvp(sys.argv[3], sys.argv[3:])
PY
echo 'test -L /proc/$$/fd/$1' >"$play/has"
while read -r kind fd policy want why; do
	rm -f "$ws/node" "$ws/waiting"
	(cd "$ws" && "$python" "$play/give.py" $kind $fd sh "$play/has" \
	    $fd) >"$play/free" 2>&1 0<&0
	r=$?
	case $r:$(cat "$play/free") in
	0:*) ;;
	99:*|*PermissionError*)
		skip "$kind as $fd" "not to be had here"
		continue
		;;
	*)
		diag "$(cat "$play/free")"
		ok 1 "$kind as $fd: free, the command has it"
		continue
		;;
	esac
	rm -f "$ws/node" "$ws/waiting"
	(cd "$ws" && "$python" "$play/give.py" $kind $fd "$play/codex-exec" \
	    -q -p "$play/$policy.bin" sh "$play/has" $fd) \
	    >"$play/log" 2>"$play/err"
	r=$?
	[ $fd != 2 ] || : >"$play/err"
	[ $r = $want ] && { [ "$why" = - ] || [ $fd = 2 ] ||
	    grep -q "descriptor $fd is $why" "$play/err"; } ||
	    diag "$r: $(cat "$play/err")"
	ok $? "$policy: $kind as $fd: $want"
done <<END
folder 0 offline 125 a directory
folder 5 kept 125 a directory
folder 5 offline 1 -
folder 0 trusted 125 a directory
path 0 offline 125 a bare path
path 5 kept 125 a bare path
folder-path 1 offline 125 a bare path
pidfd 0 offline 125 a kernel object
pidfd 5 kept 125 a kernel object
io_uring 0 offline 125 a kernel object
listener 0 offline 125 a kernel object
listener 5 kept 125 a kernel object
block 0 offline 125 a block device
eventfd 0 offline 125 a kernel object
tcp 0 offline 125 a socket
tcp 5 kept 125 a socket
tcp 5 offline 1 -
tcp 0 net-read-only 0 -
tcp 0 proxied 125 a socket
tcp 5 proxied 1 -
unconnected 0 proxied 125 a socket
unconnected 0 net-read-only 0 -
raw 0 net-read-only 125 a raw socket
raw 0 trusted 0 -
netlink 0 net-read-only 125 a datagram socket
netlink 0 trusted 0 -
udp 0 offline 125 a socket
dgram 0 offline 125 a datagram socket
dgram 0 net-read-only 125 a datagram socket
unix 0 offline 125 a socket that is not connected
unix 0 net-read-only 125 a socket that is not connected
unix 5 kept 125 a socket that is not connected
unix 0 trusted 0 -
waiting 0 workspace-net 125 a socket that is not connected
waiting 0 trusted 0 -
ended 0 net-read-only 0 -
ended 0 proxied 0 -
stream 0 net-read-only 0 -
stream 0 offline 0 -
seqpacket 0 offline 0 -
memfd 0 offline 0 -
file 0 offline 0 -
file 5 kept 0 -
file 5 offline 1 -
pipe 0 offline 0 -
null 0 offline 0 -
END
finish
