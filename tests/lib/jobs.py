"""Job control seen by a shell: jobs.py CODEX-EXEC [OPTION...]

Plays the shell on a pseudo-terminal of its own: starts the job in its own
process group in the foreground, types Ctrl-Z and Ctrl-C, continues it, and
prints what it saw, one word a line.
"""
import os
import pty
import signal
import sys
import time

# Not a shell: one that is stopped within vfork() can't be seen to stop.
SCRIPT = """
import os, signal, time
def on_int(signum, frame):	# print() may not be interrupted by itself
    os.write(1, b"got-int")
    os._exit(3)
signal.signal(signal.SIGINT, on_int)
signal.signal(signal.SIGCONT, lambda signum, frame: os.write(1, b"again"))
os.write(1, b"ready")
while True:
    time.sleep(0.05)
"""


def read_until(fd, word):
    seen = b""
    while word not in seen:
        try:
            got = os.read(fd, 1024)
        except OSError:
            break
        if not got:
            break
        seen += got
    return word in seen


def shell(argv):
    """In the session leader: run the job, report on descriptor 3."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    report = os.fdopen(3, "w", buffering=1)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.close(3)
        os.execv(argv[0], argv + ["python3", "-c", SCRIPT])
    _, status = os.waitpid(job, os.WUNTRACED)
    report.write("stopped\n" if os.WIFSTOPPED(status) else f"{status}\n")
    os.tcsetpgrp(0, os.getpid())
    os.killpg(job, signal.SIGCONT)
    os.tcsetpgrp(0, job)
    report.write("continued\n")
    _, status = os.waitpid(job, 0)
    report.write(f"exit-{os.waitstatus_to_exitcode(status)}\n")
    os._exit(0)


def main():
    r, w = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.dup2(w, 3)
        shell(sys.argv[1:])
    os.close(w)
    report = os.fdopen(r)
    print("ready" if read_until(terminal, b"ready") else "silent")
    os.write(terminal, b"\x1a")
    print(report.readline().strip())
    print(report.readline().strip())
    print("again" if read_until(terminal, b"again") else "not-again")
    os.write(terminal, b"\x03")
    print("trapped" if read_until(terminal, b"got-int") else "not-trapped")
    print(report.readline().strip())


main()
