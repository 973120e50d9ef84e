# Prints which acts can be done here, one word each; nothing is harmed.
# nested_act.py WORKSPACE OUTSIDE HOME PORT
import ctypes, os, socket, stat, subprocess, sys
ws, out, home, port = sys.argv[1:5]
libc = ctypes.CDLL(None, use_errno=True)


def call(nr, *args):
    if libc.syscall(nr, *args) < 0:
        raise OSError(ctypes.get_errno(), "call")


def make(path):
    open(path, "w").close()
    os.unlink(path)


def connect():
    socket.create_connection(("127.0.0.1", int(port)), 5).close()


def udp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(b"x", ("127.0.0.1", int(port)))


def bind():
    socket.socket().bind(("127.0.0.1", 0))


def change(path):
    with open(path, "r+"):
        pass


def mode(path):
    os.chmod(path, stat.S_IMODE(os.stat(path).st_mode))


def run_new():
    path = ws + "/new"
    try:
        with open(path, "w") as f:
            f.write("#!/bin/sh\n")
        os.chmod(path, 0o700)
        subprocess.run([path], check=True)
    finally:
        if os.path.exists(path):
            os.unlink(path)


# What would stay with us.
def apart(act):
    pid = os.fork()
    if pid == 0:
        try:
            act()
        except OSError:
            os._exit(1)
        os._exit(0)
    if os.waitpid(pid, 0)[1] != 0:
        raise OSError(1, "apart")


acts = {
    "make": lambda: make(ws + "/made"),
    "make-out": lambda: make(out + "/made"),
    "make-tmp": lambda: make("/tmp/codex-nested"),
    "change": lambda: change(ws + "/file"),
    "change-out": lambda: change(out + "/file"),
    "change-kept": lambda: change(ws + "/.codex/file"),
    "read": lambda: open(out + "/file").close(),
    "read-key": lambda: open(home + "/.ssh/key").close(),
    "mode": lambda: mode(ws + "/file"),
    "mode-out": lambda: mode(out + "/file"),
    "times": lambda: os.utime(ws + "/file"),
    "run-new": run_new,
    "rename-kept": lambda: (os.rename(ws + "/.codex", ws + "/moved"),
                            os.rename(ws + "/moved", ws + "/.codex")),
    "connect": connect,
    "udp": udp,
    "bind": bind,
    "unix": lambda: socket.socket(socket.AF_UNIX).close(),
    "abstract": lambda: socket.socket(socket.AF_UNIX).bind("\0nested%d" %
                                                           os.getpid()),
    "pair": lambda: socket.socketpair(),
    "io_uring": lambda: call(425, 1, None),
    "memfd": lambda: os.memfd_create("x"),
    "userns": lambda: apart(lambda: call(272, 0x10000000)),
    "ptrace": lambda: apart(lambda: call(101, 0, 0, 0, 0)),
    "bpf": lambda: call(321, 0, None, 0),
    "keyctl": lambda: call(250, 0, -3, 0, 0, 0),
    "personality": lambda: apart(lambda: call(135, 0x0040000)),
    "fork": lambda: subprocess.run(["true"], check=True),
    "null": lambda: change("/dev/null"),
}
able = []
for name, act in acts.items():
    try:
        act()
        able.append(name)
    except OSError as e:
        # Refused by itself: it was let through.
        if name in ("bpf", "keyctl", "io_uring") and e.errno in (14, 22, 126):
            able.append(name)
    except subprocess.SubprocessError:
        pass
print(*able)
