"""Approvals at a terminal: terminal.py ANSWER CODEX-EXEC [ARG...]

Plays the person and the shell on a pseudo-terminal: starts the job in the
foreground (in the background for `behind'), reads until the question, answers
by ANSWER, and prints what was seen, one word a line.
"""
import os
import pty
import re
import select
import signal
import sys
import termios
import time

# The whole word: a read can end within it.
QUESTION = re.compile(rb"once type: ([a-z]+)(?=[^a-z])")


def job(argv, behind, is_stopped):
    """In the session leader: like a shell with one job."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    if is_stopped:
        # Whose write waits, as that of a job in the background.
        writer = os.fork()
        if writer == 0:
            os.write(3, b"writing\n")
            os.write(1, (1 << 18) * b".")
            signal.pause()
        while "S" != open(f"/proc/{writer}/stat").read().split()[2]:
            time.sleep(0.05)
    report = os.fdopen(3, "w", buffering=1)
    before = termios.tcgetattr(0)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        if not behind:
            os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.close(3)
        os.execv(argv[0], argv)
    _, status = os.waitpid(pid, 0)
    owner = os.tcgetpgrp(0)
    report.write("owner-same\n" if owner in (pid, os.getpid()) else "owner\n")
    os.tcsetpgrp(0, os.getpid())
    if is_stopped:
        os.kill(writer, signal.SIGKILL)
    same = termios.tcgetattr(0) == before
    report.write("terminal-same\n" if same else "terminal-changed\n")
    report.write(f"exit-{os.waitstatus_to_exitcode(status)}\n")
    os._exit(0)


def read_for(fd, seen, pattern, seconds):
    end = time.time() + seconds
    while time.time() < end:
        found = re.search(pattern, seen) if pattern else None
        if found:
            return seen, found
        if select.select([fd], [], [], 0.1)[0]:
            try:
                more = os.read(fd, 4096)
            except OSError:
                break
            if not more:
                break
            seen += more
    return seen, None


def answer(kind, terminal, word, seen):
    if kind in ("once", "resumed"):
        os.write(terminal, word + b"\n")
    elif kind == "run":
        os.write(terminal, word + b" run\n")
    elif kind == "no":
        os.write(terminal, b"y\n")
    elif kind == "empty":
        os.write(terminal, b"\n")
    elif kind == "interrupt":
        os.write(terminal, b"\x03\n")
    elif kind == "plain":
        odd = re.search(rb"[^ -~\r\n]|\r(?!\n)", seen)
        print(f"odd {odd.group(0)}" if odd else "plain")
        os.write(terminal, b"no\n")
    elif kind == "frozen":
        # Whatever else runs draws while we think.
        time.sleep(0.3)
        seen, _ = read_for(terminal, seen, None, 0.1)
        n = len(seen)
        seen, _ = read_for(terminal, seen, None, 0.5)
        print("still" if len(seen) == n else "moving")
        os.write(terminal, word + b"\n")
    return seen


def main():
    kind, argv = sys.argv[1], sys.argv[2:]
    r, w = os.pipe()
    go, typed = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.read(go, 1)
        os.dup2(w, 3)
        job(argv, kind == "behind", kind in ("stopped", "resumed"))
    os.close(w)
    report = os.fdopen(r)
    seen = b""
    # Typed ahead: thrown away, whatever it says.
    if kind != "behind":
        os.write(terminal, b"yes\nyes\n")
    os.write(typed, b".")
    if kind in ("stopped", "resumed"):
        os.write(terminal, b"\x13")
        while os.read(r, 1) != b"\n":
            pass
    asked = 0
    if kind == "resumed":
        seen, found = read_for(terminal, seen, QUESTION, 1)
        print("unseen" if not found else "seen")
        os.write(terminal, b"\x11")
    while True:
        seen, found = read_for(terminal, seen, QUESTION, 8)
        if not found:
            break
        asked += 1
        time.sleep(0.1)
        if kind != "plain":
            seen = seen[found.end():]
        seen = answer(kind, terminal, found.group(1), seen)
        if kind == "plain":
            seen = b""
    print(f"asked-{asked}")
    for line in report:
        print(line.strip())
    for word in re.findall(rb"ran-\w+|escape-\S+", seen):
        print(word.decode())


main()
