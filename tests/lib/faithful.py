"""What of us reaches a program: faithful.py WHAT CODEX-EXEC [OPTION...]

Each WHAT starts a program through codex-exec and as it is, and compares what
both saw, byte by byte.  Prints "same", or what differs.
"""
import os
import pty
import resource
import signal
import subprocess
import sys
import termios
import fcntl
import struct

PYTHON = sys.executable


def run(argv, **more):
    p = subprocess.run(argv, stdout=subprocess.PIPE, timeout=60, **more)
    return p.returncode, p.stdout


def both(how, argv, **more):
    return run(argv, **more), run(how + argv, **more)


def compare(pair, want=None):
    a, b = pair
    if a == b and (want is None or b == want):
        return "same"
    return "%.200r, through codex-exec %.200r" % (a, b)


def status(how):
    for n in range(256):
        got = run(how + ["sh", "-c", "exit %d" % n])[0]
        if got != n:
            return "%d became %d" % (n, got)
    return "same"


def killed(how):
    """In place the shell sees the signal, else 128 and it."""
    for n in (1, 2, 3, 6, 9, 11, 13, 14, 15):
        got = run(how + [PYTHON, "-S", "-c", "import os, resource, signal as s;"
            "resource.setrlimit(resource.RLIMIT_CORE, (0, 0));"
            "s.signal(%d, 0) if %d != 9 else 0; os.kill(os.getpid(), %d)" %
            (n, n, n)])[0]
        if got != -n and got != 128 + n:
            return "signal %d: %d" % (n, got)
    return "same"


def pipes(how):
    """10 MB in and out, and as much on stderr."""
    data = os.urandom(10 << 20)
    code = ("import sys, threading\n"
        "d = sys.stdin.buffer.read()\n"
        "t = threading.Thread(target=sys.stderr.buffer.write, args=(d[::-1],))\n"
        "t.start(); sys.stdout.buffer.write(d); t.join()\n")
    p = subprocess.Popen(how + [PYTHON, "-S", "-c", code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = p.communicate(data, timeout=120)
    return "same" if (out, err) == (data, data[::-1]) else "not the bytes"


SHOW = ("import os, sys; sys.stdout.buffer.write(b'\\0'.join("
    "open('/proc/self/%s', 'rb').read().split(b'\\0')[%d:]))")


def argv(how):
    odd = [b"", b" ", b"\xff\xfe", bytes(range(1, 256)), b"--", b"-p",
        b"x" * 131071, b"\n", b"$HOME `id` *"]
    a = [os.fsencode(x) for x in (PYTHON, "-S", "-c", SHOW % ("cmdline", 4))]
    h = [os.fsencode(x) for x in how] + [b"--"]
    return compare(both(h, a + odd))


def many(how):
    """2 MB of arguments, which is what the kernel takes."""
    big = ["y" * 1000] * 1700
    a = [PYTHON, "-S", "-c", "import sys; print(len(sys.argv))"] + big
    return compare(both(how + ["--"], a))


def environment(how):
    env = {b"A": b"\xff\n=", b"B": b"", b"C": bytes(range(1, 256)),
        b"a b\xff": b"x", b"D": b"z" * 131000, b"PATH": os.environb[b"PATH"]}
    a = [PYTHON, "-S", "-c", "import sys; sys.stdout.buffer.write(b'\\0'.join("
        "sorted(x for x in open('/proc/self/environ', 'rb').read()"
        ".split(b'\\0') if not x.startswith((b'CODEX_SANDBOX', b'LC_CTYPE')))))"]
    return compare(both(how, a, env=env))


def kept(how):
    """umask, nice, affinity, directory, signals ignored and blocked."""
    code = ("import os, signal; m = os.umask(0);"
        "print(m, os.nice(0), sorted(os.sched_getaffinity(0)), os.getcwd(),"
        "os.getpgrp() == os.getpid(), os.getsid(0),"
        "[l for l in open('/proc/self/status') if l[:3] == 'Sig' and"
        " l[3:6] in ('Blk', 'Ign')],"
        "os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0))")

    def before():
        os.umask(0o27)
        os.nice(3)
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
        signal.signal(signal.SIGUSR2, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
    return compare(both(how, [PYTHON, "-S", "-c", code], preexec_fn=before,
        cwd="/usr"))


def descriptors(how):
    """Closed ones lead to /dev/null, so that no file comes to stand there."""
    code = ("import os\nr = ''\nfor f in (0, 1, 2):\n"
        "    r += os.readlink('/proc/self/fd/%d' % f) + ' '\n"
        "os.write(9, r.encode()) if False else open(os.environ['OUT'], 'w')"
        ".write(r)")
    out = os.environ["OUT"]

    def before():
        for f in (0, 1, 2):
            os.close(f)
    subprocess.run(how + [PYTHON, "-S", "-c", code], preexec_fn=before,
        timeout=60)
    got = open(out).read()
    want = "/dev/null /dev/null /dev/null "
    return "same" if got == want else got


def unbuffered(how):
    """What is written arrives while the program still waits for an answer."""
    p = subprocess.Popen(how + [PYTHON, "-S", "-c",
        "import os\nfor i in range(50):\n"
        "    os.write(1, b'%d\\n' % i); assert os.read(0, 9) == b'%d' % i"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    for i in range(50):
        if p.stdout.readline() != b"%d\n" % i:
            return "not %d" % i
        p.stdin.write(b"%d" % i)
    return "same" if p.wait(30) == 0 else "it failed"


def terminal(how):
    """Modes and size are the terminal's, and a change of size arrives."""
    code = ("import os, signal, sys, termios, fcntl, struct\n"
        "def size(): return struct.unpack('HH', fcntl.ioctl(0,"
        " termios.TIOCGWINSZ, b'1234'))\n"
        "def winch(*a): os.write(1, b'winch %d %d\\n' % size()); os._exit(0)\n"
        "signal.signal(signal.SIGWINCH, winch)\n"
        "a = termios.tcgetattr(0); print(os.isatty(1), os.isatty(2), size(),"
        " bool(a[3] & termios.ECHO), bool(a[3] & termios.ICANON), flush=True)\n"
        "a[3] |= termios.ECHO; termios.tcsetattr(0, termios.TCSANOW, a)\n"
        "print('ready', flush=True)\n"
        "while True: signal.pause()")

    def play(argv):
        pid, fd = pty.fork()
        if pid == 0:
            a = termios.tcgetattr(0)
            a[3] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(0, termios.TCSANOW, a)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", 31, 97, 0, 0))
            os.execvp(argv[0], argv)
        seen = b""
        while b"ready\r\n" not in seen:
            seen += os.read(fd, 999)
        echo = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("4H", 40, 80, 0, 0))
        while b"winch" not in seen or not seen.endswith(b"\n"):
            seen += os.read(fd, 999)
        return os.waitpid(pid, 0)[1], echo, seen
    a = [PYTHON, "-S", "-c", code]
    signal.alarm(60)
    return compare((play(a), play(how + a)))


def gone(how):
    """A working directory that was removed."""
    d = os.environ["OUT"] + ".d"

    def before():
        os.mkdir(d)
        os.chdir(d)
        os.rmdir(d)
    return compare(both(how, ["sh", "-c", "ls -A; readlink /proc/self/cwd"],
        preexec_fn=before))


print(globals()[sys.argv[1]](sys.argv[2:]))
