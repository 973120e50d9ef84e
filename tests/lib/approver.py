"""Answers questions over a descriptor: approver.py ANSWER CODEX-EXEC [ARG...]

Runs codex-exec with a socket as descriptor 9 and answers by a name of the
table below.  Prints each question's fields on stderr's file APPROVER_LOG.
"""
import json
import os
import socket
import subprocess
import sys
import time

ours, theirs = socket.socketpair()


def reply(q, **more):
    return {"id": q["id"], "decision": "allow", **more}


def until(q, seconds):
    at = time.gmtime(time.time() + seconds)
    return reply(q, scope="run", until=time.strftime("%Y-%m-%dT%H:%M:%SZ", at))


def good(q):
    evil = any("evil" in s for s in q["argv"] + [q["path"]])
    return reply(q, scope="run", decision="deny" if evil else "allow")


def swap(q):
    os.system(os.environ["SWAP"])
    return reply(q)


answers = {
    "swap": swap,
    "good": good,
    "once": lambda q: reply(q),
    "run": lambda q: reply(q, scope="run"),
    "until": lambda q: until(q, 2),
    "deny": lambda q: {"id": q["id"], "decision": "deny"},
    "nonsense": lambda q: {"id": q["id"], "decision": "yes"},
    "other": lambda q: {"id": "999", "decision": "allow"},
    "extra": lambda q: reply(q, comment="fine"),
}
several = {"late": 3, "sixteen": 16}


def serve(name, log):
    stream = ours.makefile("rwb", buffering=0)
    waiting = []
    for line in stream:
        q = json.loads(line)
        print(json.dumps(q), file=log, flush=True)
        if name == "eof":
            ours.shutdown(socket.SHUT_RDWR)
            return
        if name in several:
            # They wait at once, and are answered backwards.
            waiting.append(q)
            if len(waiting) < several[name]:
                continue
            for w in reversed(waiting):
                stream.write(json.dumps(reply(w)).encode() + b"\n")
            waiting = []
            continue
        stream.write(json.dumps(answers[name](q)).encode() + b"\n")


def main():
    os.dup2(theirs.fileno(), 9)
    os.set_inheritable(9, True)
    log = open(os.environ["APPROVER_LOG"], "a")
    child = subprocess.Popen(sys.argv[2:], close_fds=False)
    theirs.close()
    os.close(9)
    import threading
    threading.Thread(target=serve, args=(sys.argv[1], log),
                     daemon=True).start()
    status = child.wait()
    sys.exit(status if status >= 0 else 128 - status)


main()
