"""Servers to be reached or not, and what a client sees of connect.

broker.py serve FOLDER MORE: good on 127.0.0.2 and FOLDER/good, evil elsewhere,
all on the port that FOLDER/port then holds; until its input ends.  MORE is a
file that asks for a place in FOLDER/full when it comes to be.
broker.py works FOLDER MORE PORT FULL CLOSED: prints what connect does, a line a case; a line
says the same without a sandbox as within one.
"""
import asyncio, ctypes, errno, os, signal, socket, sys, threading, time

def talk(s, word):
    while True:
        c, _ = s.accept()
        try:
            c.sendall(word)
        except OSError:
            pass
        c.close()

def talk_http(s, word):
    while True:
        c, _ = s.accept()
        c.recv(4096)
        c.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + word)
        c.close()

def listen(family, kind, address, word):
    s = socket.socket(family, kind)
    if family != socket.AF_UNIX:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind(address)
    s.listen(128)
    target = talk_http if word[:4] == b"http" else talk
    threading.Thread(target=target, args=(s, word), daemon=True).start()
    return s

def answer(u):
    while True:
        _, a = u.recvfrom(9)
        u.sendto(b"evil", a)

def make_room(queue, more):
    held = []
    while True:
        time.sleep(0.05)
        if os.path.exists(more):
            os.unlink(more)
            held.append(queue.accept()[0])

def serve(folder, more):
    inet, unix = socket.AF_INET, socket.AF_UNIX
    first = listen(inet, socket.SOCK_STREAM, ("127.0.0.2", 0), b"good")
    port = first.getsockname()[1]
    for host in "127.0.0.1", "127.0.0.3":
        listen(inet, socket.SOCK_STREAM, (host, port), b"evil")
    try:
        listen(socket.AF_INET6, socket.SOCK_STREAM, ("::1", port), b"evil")
    except OSError:
        pass
    u = socket.socket(inet, socket.SOCK_DGRAM)
    u.bind(("127.0.0.3", port))
    threading.Thread(target=answer, args=(u,), daemon=True).start()
    for name, word, kind in ("good", b"good", socket.SOCK_STREAM), \
            ("evil", b"evil", socket.SOCK_STREAM), \
            ("http", b"http", socket.SOCK_STREAM), \
            ("evil.http", b"http", socket.SOCK_STREAM), \
            ("evil.seq", b"evil", socket.SOCK_SEQPACKET), \
            ("\0codex-broker-%d" % port, b"evil", socket.SOCK_STREAM):
        listen(unix, kind, name if name[0] == "\0" else
            os.path.join(folder, name), word)
    d = socket.socket(unix, socket.SOCK_DGRAM)
    d.bind(os.path.join(folder, "evil.dgram"))
    # Their queues are full: who connects waits.
    full = socket.socket(inet)
    full.bind(("127.0.0.2", 0))
    full.listen(0)
    queue = socket.socket(unix)
    queue.bind(os.path.join(folder, "full"))
    queue.listen(0)
    for name in os.listdir(folder):
        os.chmod(os.path.join(folder, name), 0o777)
    with open(os.path.join(folder, "port.new"), "w") as f:
        f.write("%d %d\n" % (port, full.getsockname()[1]))
    os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
    threading.Thread(target=make_room, args=(queue, more),
        daemon=True).start()
    sys.stdin.read()

# --- what a client sees -----------------------------------------------------

libc = ctypes.CDLL(None, use_errno=True)

def raw(s, address, length=None):
    """connect as it is, without what Python adds."""
    if isinstance(address, str):
        b = (1).to_bytes(2, sys.byteorder) + address.encode() + b"\0"
    else:
        b = (2).to_bytes(2, sys.byteorder) + address[1].to_bytes(2, "big") + \
            socket.inet_aton(address[0]) + bytes(8)
    fd = s if isinstance(s, int) else s.fileno()
    n = libc.connect(fd, b, len(b) if length is None else length)
    return "0" if n == 0 else errno.errorcode.get(ctypes.get_errno(),
        str(ctypes.get_errno()))

def fresh(family=socket.AF_INET, **more):
    s = socket.socket(family, socket.SOCK_STREAM)
    if more.get("timeo"):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO,
            (more["timeo"]).to_bytes(8, sys.byteorder) + bytes(8))
    if more.get("tries") and family != socket.AF_UNIX:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, more["tries"])
    s.setblocking(not more.get("quick"))
    return s

def fill(make):
    """Take what room there is; those that take it."""
    taken = []
    while len(taken) < 9:
        s, result = make()
        taken.append(s)
        if result not in ("0",):
            break
        time.sleep(0.05)
    return taken

def interrupted(address, family, restarts):
    seen = []
    signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
    signal.siginterrupt(signal.SIGALRM, not restarts)
    s = fresh(family, tries=1)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    result = raw(s, address)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return "%s, handler %d" % (result, len(seen))

def many(address, n, each):
    bad = []
    def one():
        for _ in range(each):
            try:
                with socket.create_connection(address, 20) as s:
                    if s.recv(9) != b"good":
                        bad.append("answer")
            except OSError as e:
                bad.append(str(e))
    threads = [threading.Thread(target=one) for _ in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return "%d bad %s" % (len(bad), bad[:1])

async def by_asyncio(address):
    async def one():
        r, w = await asyncio.open_connection(*address)
        data = await r.read(9)
        w.close()
        return data
    return sorted(set(await asyncio.gather(*[one() for _ in range(20)])))

def cases(folder, more, port, full, closed):
    good, unix = ("127.0.0.2", port), os.path.join(folder, "good")
    s = fresh()
    yield "blocking", raw(s, good), s.recv(9), s.getpeername() == good
    yield "connected", raw(s, good)
    yield "flags", s.getblocking(), s.gettimeout()
    s = fresh(quick=True)
    yield "quick", raw(s, good)
    s.setblocking(True)
    yield "then", s.recv(9), raw(s, good)
    s = fresh(quick=True)
    raw(s, good)
    yield "quick flags", os.get_blocking(s.fileno())
    s = fresh(socket.AF_UNIX)
    yield "unix", raw(s, unix), s.recv(9), raw(s, unix)
    yield "unix peer", s.getpeername() == unix
    os.chdir(folder)
    s = fresh(socket.AF_UNIX)
    yield "unix relative", raw(s, "good"), s.recv(9)
    yield "absent", raw(fresh(socket.AF_UNIX), folder + "/absent")
    with open(more + ".file", "w") as f:
        yield "a file", raw(fresh(socket.AF_UNIX), f.name)
    yield "refused", raw(fresh(), ("127.0.0.2", closed))
    for n in 0, 1, 2, 8, 15, 129, -1, -2147483648:
        yield "length %d" % n, raw(fresh(), good, n)
    s = fresh()
    yield "address", libc.connect(s.fileno(), ctypes.c_void_p(8), 16), \
        ctypes.get_errno()
    yield "no descriptor", raw(999, good)
    yield "no socket", raw(0, good)
    with open("/dev/null") as f:
        yield "a device", raw(f.fileno(), good)
    # Who waits: for a place in a queue, for a packet that nobody sends.
    taken = fill(lambda: (lambda s: (s, raw(s, ("127.0.0.2", full))))(
        fresh(timeo=1, tries=1)))
    yield "full", bool(taken)
    yield "interrupted", interrupted(("127.0.0.2", full), socket.AF_INET, 0)
    yield "restarted", interrupted(("127.0.0.2", full), socket.AF_INET, 1)
    yield "in time", raw(fresh(timeo=1), ("127.0.0.2", full))
    queued = fill(lambda: (lambda s: (s, raw(s, folder + "/full")))(
        fresh(socket.AF_UNIX, quick=True)))
    yield "unix full", raw(queued[-1], folder + "/full")
    yield "unix in time", raw(fresh(socket.AF_UNIX, timeo=1),
        folder + "/full")
    yield "unix interrupted", interrupted(folder + "/full", socket.AF_UNIX, 0)
    # A place becomes free while we wait.
    late = []
    t = threading.Thread(target=lambda: late.append(raw(fresh(
        socket.AF_UNIX), folder + "/full")))
    t.start()
    time.sleep(0.4)
    yield "waits", late
    open(more, "w").close()
    t.join(20)
    yield "late", late
    # Meanwhile nobody else has to wait.
    t = threading.Thread(target=lambda: raw(fresh(tries=1),
        ("127.0.0.2", full)))
    t.start()
    time.sleep(0.1)
    before = time.time()
    yield "others", raw(fresh(), good), t.is_alive()
    t.join()
    # One that dies while it waits.
    pid = os.fork()
    if pid == 0:
        raw(fresh(), ("127.0.0.2", full))
        os._exit(0)
    time.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    yield "killed", os.waitpid(pid, 0)[1]
    yield "after", raw(fresh(), good)
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raw(fresh(), ("127.0.0.2", full))
        os._exit(0)
    time.sleep(0.3)
    os.kill(pid, signal.SIGSTOP)
    yield "stopped", os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])
    os.kill(pid, signal.SIGCONT)
    os.kill(pid, signal.SIGTERM)
    yield "ended", os.waitpid(pid, 0)[1]
    yield "threads", many(good, 16, 20)
    yield "asyncio", asyncio.run(by_asyncio(good))

if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        for case in cases(*sys.argv[2:4], *map(int, sys.argv[4:])):
            print(*case, flush=True)
