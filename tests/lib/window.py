"""What a terminal sends reaches the command once: window.py CODEX-EXEC [OPTION...]

Runs a shell as a job on a pseudo-terminal, changes the window's size, types
Ctrl-C twice and Ctrl-\\ once, and prints what the command says of it.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

# python: a shell tells of a signal when its child has ended.
SCRIPT = """
import os, signal, sys, time
def say(text):		# print() may not be interrupted by itself
    os.write(1, text.encode() + b"\\n")
def on_window(signum, frame):
    size = os.get_terminal_size(0)
    say(f"window-{size.lines}x{size.columns}")
def on_quit(signum, frame):
    say("quit-got")
    os._exit(4)
signal.signal(signal.SIGWINCH, on_window)
signal.signal(signal.SIGINT, lambda signum, frame: say("int-got"))
signal.signal(signal.SIGQUIT, on_quit)
say("ready")
while True:
    time.sleep(0.02)
"""


def shell(argv):
    """In the session leader: one job, and how it ended."""
    job = os.fork()
    if job == 0:
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(argv[0], argv + ["python3", "-c", SCRIPT])
    _, status = os.waitpid(job, 0)
    os.write(1, b"exit-%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def main():
    pid, terminal = pty.fork()
    if pid == 0:
        shell(sys.argv[1:])
    seen = b""

    def read_for(word, seconds=10):
        nonlocal seen
        end = time.time() + seconds
        while time.time() < end and (word is None or word not in seen):
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    seen += os.read(terminal, 4096)
                except OSError:
                    return

    read_for(b"ready")
    size = struct.pack("HHHH", 33, 77, 0, 0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
    read_for(b"window-")
    for _ in range(2):
        os.write(terminal, b"\x03")
        # A second one of the same would come now.
        read_for(None, 0.4)
    os.write(terminal, b"\x1c")
    read_for(b"exit-")
    print(" ".join(w.decode() for w in re.findall(
        rb"ready|window-\w+|int-got|quit-got|exit-\d+", seen)))


main()
