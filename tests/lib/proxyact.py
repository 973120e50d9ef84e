"""An act a word, with the proxy if the variables say so; the status says
whether it succeeded, "refused" that who was asked said no, "failed" that
nobody could be asked."""
import os, signal, socket, struct, subprocess, sys, threading, time
import urllib.request

through = bool(os.environ.get("HTTP_PROXY"))
PROXY = ("127.0.0.1", 3128)


class Refused(Exception):
    pass


def rest(s, stop=None):
    got = b""
    while stop is None or stop not in got:
        b = s.recv(65536)
        if not b:
            break
        got += b
    return got


def connect(host, port):
    """A tunnel to there."""
    if not through:
        return socket.create_connection((host, int(port)), 10)
    s = socket.create_connection(PROXY, 10)
    s.sendall(("CONNECT %s:%s HTTP/1.1\r\nHost: x\r\n\r\n" %
               (host, port)).encode())
    got = rest(s, b"\r\n\r\n")
    if b" 200 " not in got:
        raise Refused(got)
    return s


def exactly(s, n):
    got = b""
    while len(got) < n:
        b = s.recv(n - len(got))
        if not b:
            raise Refused("short")
        got += b
    return got


def socks(host, port):
    if not through:
        return socket.create_connection((host, int(port)), 10)
    s = socket.create_connection(PROXY, 10)
    s.sendall(b"\5\2\0\2")
    assert exactly(s, 2) == b"\5\0"
    try:
        where = b"\1" + socket.inet_aton(host)
    except OSError:
        where = b"\3" + bytes([len(host)]) + host.encode()
    s.sendall(b"\5\1\0" + where + struct.pack(">H", int(port)))
    if exactly(s, 10)[1] != 0:
        raise Refused("socks")
    return s


def fetch(url, data=None, headers={}):
    r = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(r, timeout=30) as f:
            return f.read()
    except urllib.error.HTTPError as e:
        raise Refused("%d %s" % (e.code, e.read()))


def get(url):
    return b"path=/x" in fetch(url)


def inner(s, host):
    s.sendall(("GET /x HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" %
               host).encode())
    got = rest(s)
    if b" 200 " not in got or b"path=/x" not in got:
        raise Refused(got)
    return True


def vector(n, b):
    return len(b).to_bytes(n, "big") + b


def hello(*names):
    ext = b"\0\x0b" + vector(2, vector(1, b"\0"))
    for n in names:
        ext += b"\0\0" + vector(2, vector(2, b"\0" + vector(2, n.encode())))
    body = b"\3\3" + b"r" * 32 + vector(1, b"s" * 32) + \
        vector(2, b"\x13\1\x13\2") + vector(1, b"\0") + vector(2, ext)
    return b"\1" + vector(3, body)


def record(b):
    return b"\x16\3\1" + vector(2, b)


def tls(s, *parts):
    for p in parts:
        s.sendall(p)
        time.sleep(0.05)
    try:
        got = rest(s)
    except ConnectionError:
        got = b""
    if got != b"reply":
        raise Refused("no reply")
    return True


def tls_names(host, name):
    return tls(connect(host, 443),
               record(hello(*([] if name == "-" else [name]))))


def split(host, name):
    h = hello(name)
    a, b = record(h[:30]), record(h[30:])
    # The server outside answers to the first bytes.
    return tls(connect(host, 443), *([a + b] if not through else
                                     [a[:3], a[3:], b[:9], b[9:]]))


def post(url, n):
    return fetch(url, b"y" * int(n)) == b"length=%d\n" % int(n)


def chunked(host, n):
    def parts():
        left = int(n)
        while left > 0:
            yield b"z" * min(left, 4321)
            left -= 4321
    return fetch("http://%s/x" % host, parts(),
                 {"Content-Type": "a/b"}) == b"length=%d\n" % int(n)


def halfclose(host, port):
    s = connect(host, port)
    s.sendall(b"q" * 1000000)
    s.shutdown(socket.SHUT_WR)
    return rest(s) == b"1000000"


def parallel(n):
    done = []

    def one():
        if get("http://good.test/x"):
            done.append(1)
    all = [threading.Thread(target=one) for _ in range(int(n))]
    for t in all:
        t.start()
    for t in all:
        t.join()
    return len(done) == int(n)


def slow(host):
    """Half a head, and nothing at all, of many."""
    if not through:
        return get("http://%s/x" % host)
    held = [socket.create_connection(PROXY, 10) for _ in range(100)]
    for s in held[:60]:
        s.sendall(b"GET http://good.test/x HTTP/1.1\r\nA: ")
    return get("http://%s/x" % host) and len(held) == 100


def stalled(host):
    """Names of which nobody says anything keep nobody else waiting."""
    if not through:
        return get("http://%s/x" % host)
    held = [socket.create_connection(PROXY, 10) for _ in range(50)]
    for s in held:
        s.sendall(b"GET http://slow.dns.test/x HTTP/1.1\r\n\r\n")
    start = time.monotonic()
    return get("http://%s/x" % host) and get("http://x.dns.test/x") and \
        len(held) == 50


def smuggle(host):
    """A second request on the connection goes nowhere."""
    s = socket.create_connection(PROXY, 10)
    one = "GET http://%s/x HTTP/1.1\r\nHost: %s\r\n\r\n"
    s.sendall((one % (host, host) + one % ("nowhere.test",
                                           "nowhere.test")).encode())
    got = rest(s)
    if got.count(b"HTTP/1.1 200") == 1 and b"nowhere" not in got:
        raise Refused("one answer")
    return True


def plain(host):
    s = connect(host, 443)
    s.sendall(b"GET / HTTP/1.1\r\nHost: good.test\r\n\r\n")
    if rest(s) != b"reply":
        raise Refused("no reply")
    return True


def command(n):
    s = socket.create_connection(PROXY, 10)
    s.sendall(b"\5\1\0")
    exactly(s, 2)
    s.sendall(b"\5" + bytes([n]) + b"\0\1\x7f\0\0\2\0\x50")
    if exactly(s, 10)[1] != 0:
        raise Refused("socks")
    return True


def udp(host, port, data=b"x"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(3)
        s.sendto(data, (host, int(port)))
        return len(s.recv(512)) > 0


def dns(name):
    q = b"ab\1\0\0\1\0\0\0\0\0\0" + b"".join(
        vector(1, l.encode()) for l in name.split(".")) + b"\0\0\1\0\1"
    return udp("127.0.0.9", 53, q)


def tcp(host, port):
    with socket.create_connection((host, int(port)), 5):
        return True


def serve():
    s = socket.socket()
    s.bind(("127.0.0.1", 8080))
    s.listen()
    socket.create_connection(("127.0.0.1", 8080), 5)
    return s.accept() is not None


def killed():
    """Whom we may harm by a signal, and what is open afterwards."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/comm" % pid) as f:
                if f.read() == "codex-exec\n":
                    os.kill(int(pid), signal.SIGKILL)
        except OSError:
            pass
    try:
        return not tcp("127.0.0.2", 80)
    except OSError:
        return True


def pair(*urls):
    for u in urls:
        try:
            fetch(u)
        except Refused:
            pass
    return True


def literal(where):
    host, _, port = where.rpartition(":")
    return connect(host if host else where, port) is not None


acts = {
    "get": get, "nat": get, "post": post, "chunked": chunked,
    "big": lambda u: len(fetch(u)) == 10485760,
    "upload": lambda u: post(u, 10485760),
    "tunnel": lambda h, p, n: inner(connect(h, p), n),
    "socks": lambda h, p, n: inner(socks(h, p), n),
    "tls": tls_names, "split": split,
    "sockstls": lambda h, n: tls(socks(h, 443), record(hello(n))),
    "twice": lambda h, n: tls(connect(h, 443), record(hello(n, n))),
    "plain": plain, "halfclose": halfclose, "parallel": parallel,
    "slow": slow, "stalled": stalled, "smuggle": smuggle,
    "header": lambda u, h: b"path=/x" in fetch(u, headers={"Host": h}),
    "bind": lambda: command(2), "associate": lambda: command(3),
    "literal": literal, "udp": udp, "dns": dns, "tcp": tcp,
    "serve": serve, "killed": killed, "pair": pair,
}
try:
    sys.exit(0 if acts[sys.argv[1]](*sys.argv[2:]) else 1)
except (Refused, OSError) as e:
    print("%s: %s" % ("refused" if isinstance(e, Refused) else "failed", e))
    sys.exit(1)
