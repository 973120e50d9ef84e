"""Changes a log with a chain at random: mutate.py CODEX-AUDIT LOG N

Each time verify, with the head as anchor, has to find it and to name the first
record that is not as it was, or one of its neighbours.  Prints what it did not.
"""
import hashlib
import os
import random
import subprocess
import sys

audit, log, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
good = open(log, "rb").read()
lines = good.splitlines(True)
head = hashlib.sha256(lines[-1][:-1]).hexdigest()
seed = int(os.environ.get("CODEX_SEED", "7"))
rnd = random.Random(seed)


def byte():
    at = rnd.randrange(len(good))
    return good[:at] + bytes([good[at] ^ rnd.randrange(1, 256)]) + good[at + 1:]


def newline():
    at = rnd.randrange(len(good))
    return good[:at] + b"\n" + good[at:]


def cut():
    return good[:rnd.randrange(len(good))]


def listed(change):
    some = list(lines)
    change(some, rnd.randrange(len(some)))
    return b"".join(some)


def remove(some, at):
    del some[at:at + rnd.randrange(1, 4)]


def insert(some, at):
    some.insert(at, rnd.choice(some))


def move(some, at):
    some.insert(rnd.randrange(len(some)), some.pop(at))


def join(some, at):
    some[at] = some[at][:-1]


ways = [byte, newline, cut] + [
    lambda f=f: listed(f) for f in (remove, insert, move, join)]
bad = log + ".changed"
for i in range(n):
    data = ways[i % len(ways)]()
    if data == good:
        continue
    with open(bad, "wb") as f:
        f.write(data)
    new = data.splitlines(True)
    first = next((k for k, (a, b) in enumerate(zip(lines, new)) if a != b),
                 min(len(lines), len(new))) + 1
    run = subprocess.run([audit, "verify", "--anchor", head, bad],
                         capture_output=True)
    words = run.stdout.split(b" line ")
    named = int(words[1].split()[0].strip(b":,")) if len(words) > 1 else 0
    if run.returncode != 1 or abs(named - first) > 1:
        print(f"seed {seed}, change {i}: line {first}, status "
              f"{run.returncode}, named {named}")
