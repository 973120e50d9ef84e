# The supervisor is killed at any moment: what was recorded stays whole, and
# nothing that it watched is left, confined or not.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside killed
cat >"$play/t.yaml" <<'END'
version: 1
name: t
extends: [offline]
filesystem: {write: ["${workspace}"]}
exec:
  scope: tree
  inline: |
    prefix_rule(pattern=["never"], decision="forbidden")
audit: {events: [exec, allowed, denied], chain: true}
END
"$top/compiler/codex-policyc" build -I "$srcdir/profiles" "$play/t.yaml" \
    -o "$play/t.bin" || echo "Bail out! no profile"
chmod 644 "$play/t.bin"
mkdir "$play/work"
# What it does without end: execs, and a file that only a live tree grows.
cat >"$play/work/busy" <<'END'
(while :; do echo x; /bin/true; done >>grown) &
while :; do /bin/true; /bin/echo x >>grown; done
END

cat >"$play/drive.py" <<'END'
import json, os, random, signal, subprocess, sys, time
exe, play, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
random.seed(20261124)
work = play + "/work"

def alive():
    """Processes whose working directory is the play's: the tree."""
    n = 0
    for p in os.listdir("/proc"):
        if p.isdigit() and int(p) != os.getpid():
            try:
                if os.readlink("/proc/%s/cwd" % p) == work and \
                        open("/proc/%s/stat" % p).read().split(") ")[-1][0] not in "ZX":
                    n += 1
            except OSError:
                pass
    return n

left = freed = 0
for i in range(rounds):
    p = subprocess.Popen([exe, "-p", play + "/t.bin", "--audit", play + "/log",
        "--session", "s%d" % i, "sh", "busy"], cwd=work,
        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    time.sleep(random.random() * 0.06)
    os.kill(p.pid, signal.SIGKILL)
    p.wait()
    # Orphans can only fail: each exec of theirs, and so they end or spin
    # without one; the command itself dies with us.
    end = time.monotonic() + 10
    while alive() and time.monotonic() < end:
        for q in os.listdir("/proc"):
            if q.isdigit() and int(q) != os.getpid():
                try:
                    if os.readlink("/proc/%s/cwd" % q) != work:
                        continue
                    # A child that is not locked down yet runs our code
                    # alone, and gives up by itself.
                    if os.readlink("/proc/%s/exe" % q) == exe:
                        continue
                    s = dict(l.split(":\t", 1) for l in
                        open("/proc/%s/status" % q).read().splitlines()
                        if ":\t" in l)
                    # Either still confined, or gone.
                    if s.get("State", "Z")[0] not in "ZX" and \
                            (s["Seccomp"] != "2" or s["NoNewPrivs"] != "1"):
                        freed += 1
                    if s.get("State", "Z")[0] not in "ZX":
                        os.kill(int(q), signal.SIGKILL)
                        left += 1
                except (OSError, KeyError, ValueError):
                    pass
        time.sleep(0.005)
    freed += alive()
print("freed %d" % freed)
bad = 0
sessions = {}
data = open(play + "/log", "rb").read() if os.path.exists(play + "/log") else b""
lines = data.split(b"\n")
for n, line in enumerate(lines[:-1]):
    try:
        e = json.loads(line)
    except ValueError:
        bad += 1
        continue
    seen = sessions.setdefault(e["session_id"], [])
    seen.append(e["seq"])
for s, seq in sessions.items():
    if seq != list(range(len(seq))):
        bad += 1
print("bad %d cut %d" % (bad, lines[-1] != b""))
print("began %d" % (len(sessions) > rounds // 4))
END
timeout 500 python3 "$play/drive.py" "$play/codex-exec" "$play" 200 >"$play/told"
is "$(sed -n 1p "$play/told")" "freed 0" "200 times: nothing is left unconfined"
is "$(sed -n 2p "$play/told")" "bad 0 cut 0" "every record is whole, none is missing"
is "$(sed -n 3p "$play/told")" "began 1" "and many runs had begun"
"$top/audit/codex-audit" verify "$play/log" >"$play/out" 2>&1
is "$?" 0 "the chain goes through all of them"
(cd "$play/work" && timeout 20 "$play/codex-exec" -p "$play/t.bin" \
    --audit "$play/log" sh -c 'exit 5')
is "$?" 5 "and the next run works"
finish
