"""What is outside of the proxy: servers on loopback addresses, until the end
of the input.  Names come from /etc/hosts, and from the name server here."""
import fcntl, http.server, os, socket, socketserver, ssl, struct, sys, threading

play = sys.argv[1]
with socket.socket() as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/big":
            return self.answer(b"x" * 10485760)
        if path.startswith("/www/") and ".." not in path:
            try:
                with open(play + path, "rb") as f:
                    return self.answer(f.read())
            except OSError:
                return self.send_error(404)
        self.answer(("host=%s path=%s\n" % (self.headers["Host"],
                                            self.path)).encode())

    def do_POST(self):
        n = 0
        if self.headers["Transfer-Encoding"] == "chunked":
            while True:
                size = int(self.rfile.readline(), 16)
                n += len(self.rfile.read(size))
                self.rfile.readline()
                if size == 0:
                    break
        else:
            n = len(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(b"length=%d\n" % n)

    def log_message(self, *args):
        pass


class Raw(socketserver.BaseRequestHandler):
    def handle(self):
        if self.request.recv(65536):
            self.request.sendall(b"reply")


class Counts(socketserver.BaseRequestHandler):
    def handle(self):
        n = 0
        while True:
            b = self.request.recv(65536)
            if not b:
                break
            n += len(b)
        self.request.sendall(b"%d" % n)


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 512


def serve(host, port, handler, context=None):
    s = Server((host, port), handler)
    if context:
        s.socket = context.wrap_socket(s.socket, server_side=True)
    threading.Thread(target=s.serve_forever, daemon=True).start()


def packed(text):
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return (28 if ":" in text else 1), socket.inet_pton(family, text)


names = {
    "x": ["127.0.0.2"], "good": ["127.0.0.2"],
    "mapped": ["127.0.0.3", "::ffff:127.0.0.3"],
    "nat": ["64:ff9b::7f00:3"], "mixed": ["127.0.0.3", "127.0.0.2"],
    "slow": None,
}


def dns():
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.bind(("127.0.0.9", 53))
    while True:
        q, who = u.recvfrom(512)
        label = q[13:13 + q[12]].decode().lower()
        end = q.index(b"\0", 12) + 1
        kind = struct.unpack(">H", q[end:end + 2])[0]
        if names.get(label, []) is None:
            continue
        found = [p for p in map(packed, names.get(label, []))
                 if p[0] == kind]
        r = q[:2] + struct.pack(">HHHHH", 0x8180, 1, len(found), 0, 0)
        r += q[12:end + 4]
        for t, a in found:
            r += struct.pack(">HHHIH", 0xc00c, t, 1, 1, len(a)) + a
        u.sendto(r, who)


def udp():
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.bind(("127.0.0.2", 9000))
    while True:
        _, who = u.recvfrom(512)
        u.sendto(b"hello", who)


for host, port in ("127.0.0.2", 80), ("127.0.0.2", 8080), ("127.0.0.3", 80), \
        ("127.0.0.3", 8080), ("127.0.0.5", 80), ("127.0.0.1", 8080):
    serve(host, port, Web)
serve("127.0.0.2", 443, Raw)
serve("127.0.0.2", 9000, Counts)
serve("127.0.0.9", 53, Raw)
if os.path.exists(play + "/cert"):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(play + "/cert", play + "/key")
    serve("127.0.0.4", 443, Web, c)
for f in dns, udp:
    threading.Thread(target=f, daemon=True).start()
open(play + "/ready", "w").close()
sys.stdin.read()
