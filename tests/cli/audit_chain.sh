# The hash chain: several writers at once, every kind of damage, rotation,
# files that go away, disks that are full.
. "$srcdir/tests/lib/tap.sh"

# A small disk is mounted, for nobody else.
if [ "$(id -u)" = 0 ] && [ -z "${CODEX_TEST_INSIDE-}" ] &&
    unshare --mount --propagation private true 2>/dev/null; then
	export CODEX_TEST_INSIDE=yes
	exec unshare --mount --propagation private sh "$0"
fi

exe=$builddir/runtime/codex-exec
audit=$builddir/audit/codex-audit
play=$(mktemp -d)
trap 'umount "$play/small" 2>/dev/null; rm -rf "$play"' EXIT

profile() {	# profile NAME LINES
	printf 'version: 1\nname: %s\nextends: [offline]\n%s\n' "$1" "$2" \
	    >"$play/$1.yaml"
	"$builddir/compiler/codex-policyc" build -I "$srcdir/profiles" \
	    "$play/$1.yaml" -o "$play/$1.bin"
}
profile chained 'audit: {events: [denied, exec, allowed], chain: true}'
profile plain 'audit: {events: [denied, exec, allowed]}'
chained=$play/chained.bin
verify() {	# verify ARGS...: status in $status, text in $out
	out=$("$audit" verify "$@" 2>&1)
	status=$?
}

# Several writers at once, in place and supervised, make one chain.
log=$play/new/folder/log
for i in 1 2 3 4; do
	(for k in 1 2 3 4 5 6 7 8; do
		"$exe" -p "$chained" --audit "$log" true
		"$exe" -p "$chained" --audit "$log" --timeout 1m true
	done) &
done
wait
verify "$log"
is "$status:$(echo "$out" | head -n 1)" "0:intact: 160 records" \
    "four writers, one chain"
is "$(wc -l <"$log"):$(sort -u "$log" | wc -l)" 160:160 "no record is lost"
is "$(stat -c %a "$play/new") $(stat -c %a "$play/new/folder") $(stat -c %a "$log")" \
    "700 700 600" "folders and file are for their owner alone"
"$exe" -p "$play/plain.bin" --audit "$log" true
verify "$log"
is "$status:$(echo "$out" | head -n 1)" "0:intact: 162 records" \
    "a file with a chain keeps it, whatever the policy"
head=$(echo "$out" | sed -n 's/^head: //p')
is "$head" "$(tail -n 1 "$log" | tr -d '\n' | sha256sum | cut -d' ' -f1)" \
    "the head is the SHA-256 of the last line"
verify --anchor "$head" "$log"
is "$status:$(echo "$out" | grep -c anchor)" 0:0 "with its head as anchor"

# Every kind of damage, and where it is said to be.
damage() {	# damage NAME LINE SCRIPT [ARGS...]: sed SCRIPT on a copy
	sed "$3" "$log" >"$play/bad"
	name=$1 line=$2
	shift 3
	verify "$@" "$play/bad"
	is "$status:$(echo "$out" | grep -o 'damaged: line [0-9]*')" \
	    "1:damaged: line $line" "$name"
}
damage "a record is changed" 80 '80s/"decision":"allowed"/"decision":"denied"/'
damage "one byte of the first record" 1 '1s/codex/c0dex/;1s/"pid":/"pid":1/'
damage "a record is removed" 79 80d
damage "ten records are removed" 79 80,89d
damage "the first record is removed" 1 1d
damage "a record is put in twice" 80 80p
damage "a record is put in without a chain" 81 \
    '80a {"v":1,"timestamp":"2026-01-01T00:00:00Z","event":"exit"}'
damage "two records change places" 79 '80{h;d};81G'
damage "a line is no record" 80 '80s/.*/garbage/'
damage "an empty line" 81 '80G'
damage "the digest itself is changed" 79 '80s/"prev":"./"prev":"x/'
damage "the end is cut off" 152 '153,$d' --anchor "$head"
damage "the last record is changed" 162 '$s/"seq":/"seq":9/' --anchor "$head"
damage "all was made anew" 162 's/$//' --anchor "$(printf %064d 7)"
is "$(python3 "$srcdir/tests/lib/mutate.py" "$audit" "$log" 210)" "" \
    "210 changes at random, each found and named"
head -c -5 "$log" >"$play/bad"
verify "$play/bad"
is "$status:$(echo "$out" | grep -o 'line [0-9]*')" "1:line 162" \
    "the last record is torn"
: >"$play/bad"
verify --anchor "$head" "$play/bad"
is "$status" 1 "an empty file, with an anchor"
verify --quiet --anchor "$head" "$play/bad"
is "$status:$out" 1: "--quiet says nothing of it"
verify --json "$log"
is "$(echo "$out" | python3 -c 'import json,sys; print(json.load(sys.stdin)["intact"])')" \
    True "--json"
verify -q "$log"
is "$status:$out" 0: "-q"
verify "$log"
is "$(echo "$out" | grep -c 'no anchor was given')" 1 "says what it does not prove"

# Half a record, as a killed writer leaves it, is taken back; any other torn
# line is gone on behind, and the chain covers it.
head -c -5 "$log" >"$play/half"
chmod 600 "$play/half"
"$exe" -p "$chained" --audit "$play/half" true
verify "$play/half"
is "$status:$(grep -c . "$play/half")" "0:$(($(grep -c . "$log") + 1))" \
    "half a record is taken back, the chain is whole"
{ cat "$log"; printf '{"v":1,"event":"no'; } >"$play/torn"
chmod 600 "$play/torn"
"$exe" -p "$chained" --audit "$play/torn" true
is "$(tail -n 2 "$play/torn" | "$audit" query 2>/dev/null | wc -l)" 2 \
    "behind a torn line a record begins a line of its own"

# Rotation: files in their order are one chain.
rot=$play/rot/log
for i in 1 2 3; do
	(k=0; while [ $k -lt 40 ]; do
		k=$((k + 1))
		"$exe" -p "$chained" --audit-rotate 64K --audit "$rot" true
	done) &
done
wait
set --
for i in 9 8 7 6 5 4 3 2 1; do
	[ ! -e "$rot.$i" ] || set -- "$@" "$rot.$i"
done
verify "$@" "$rot"
is "$status:$(echo "$out" | head -n 1)" "0:intact: 240 records" \
    "rotation under three writers: one chain, nothing lost"
is "$(find "$play/rot" -size +64k)" "" "no file is larger than that"
verify "$rot"
is "$status" 1 "the last file alone: what it follows is missing"
verify --from "$(tail -n 1 "$rot.1" | tr -d '\n' | sha256sum |
    cut -d' ' -f1)" "$rot"
is "$status" 0 "unless the digest is given"

# Others hold the lock for a while, the new file's too.
rot=$play/busy/log
mkdir "$play/busy"
(for i in 1 2 3 4 5 6; do flock "$rot" sleep 0.05; sleep 0.05; done) &
for i in 1 2 3; do
	(k=0; while [ $k -lt 40 ]; do
		k=$((k + 1))
		"$exe" -q -p "$chained" --audit-rotate 64K --audit "$rot" true
	done) 2>/dev/null &
done
wait
verify $(ls -r "$rot".* 2>/dev/null) "$rot"
is "$status" 0 "rotation while others hold the lock: the chain is whole"

# A supervised run and a file that goes away, or is renamed.
printf 'until [ -e "%s" ]; do sleep 0.1; done\n' "$play/moved" >"$play/stays"
"$exe" -p "$chained" --timeout 1m --audit "$play/gone" sh "$play/stays" &
pid=$!
i=0
until grep -q '"event":"decision"' "$play/gone" 2>/dev/null ||
    [ $i -gt 200 ]; do
	sleep 0.05
	i=$((i + 1))
done
mv "$play/gone" "$play/gone.1"
: >"$play/moved"
wait $pid
is "$(grep -c '"event":"exit"' "$play/gone")" 1 \
    "a file that was renamed is made again"
verify "$play/gone.1" "$play/gone"
is "$status" 0 "and goes on where the other ended"

# SIGHUP: the new file at once, and the command has its signal.
printf 'trap "echo hup" HUP\necho ready\nuntil [ -e "%s" ]; do sleep 0.1; done\nexit 3\n' \
    "$play/go" >"$play/waits"
"$exe" -p "$chained" --timeout 1m --audit "$play/hup" sh "$play/waits" \
    >"$play/heard" &
pid=$!
i=0
until grep -q ready "$play/heard" || [ $i -gt 100 ]; do
	sleep 0.05
	i=$((i + 1))
done
mv "$play/hup" "$play/hup.1"
kill -HUP $pid
i=0
until [ -e "$play/hup" ] || [ $i -gt 100 ]; do
	sleep 0.05
	i=$((i + 1))
done
is "$(wc -c <"$play/hup")" 0 "SIGHUP: a file that was renamed is made again at once"
# It may be with the command only later.
i=0
until grep -q hup "$play/heard" || [ $i -gt 100 ]; do
	sleep 0.05
	i=$((i + 1))
done
: >"$play/go"
wait $pid
is "$?:$(tr '\n' ' ' <"$play/heard")" "3:ready hup " \
    "and the command has the signal"
verify "$play/hup.1" "$play/hup"
is "$status:$(grep -c '"event":"exit"' "$play/hup")" 0:1 "one chain"

# Full disks: the command runs, and it is said that records are lost.
"$exe" -p "$play/plain.bin" --json-fd 3 echo ran 3>/dev/full \
    >"$play/out" 2>"$play/err"
is "$?:$(cat "$play/out"):$(cat "$play/err")" \
    "0:ran:codex-exec: 2 audit records could not be written" "/dev/full"
mkdir "$play/small"
if mount -t tmpfs -o size=8k none "$play/small" 2>/dev/null; then
	for i in 1 2 3 4 5 6 7 8 9 10; do
		"$exe" -p "$chained" --audit "$play/small/log" true \
		    2>>"$play/err" || echo failed
	done >"$play/out"
	is "$(cat "$play/out")" "" "a full disk does not stop the command"
	verify "$play/small/log"
	is "$status" 0 "and no record is torn"
	mount -o remount,size=64k none "$play/small"
	"$exe" -p "$chained" --audit "$play/small/log" true
	verify "$play/small/log"
	is "$status" 0 "with room again the chain goes on"
	umount "$play/small"
else
	skip "a full disk" "cannot mount"
fi

"$exe" -p "$chained" --audit "$play/a" --audit "$play/b" true 2>/dev/null
is "$?:$(ls "$play/a" "$play/b" 2>/dev/null)" 125: "two files are refused"

# Supervisors that are killed at any moment tear no record.
timeout 60 python3 - "$exe" "$chained" "$play/killed" <<'END'
import random, subprocess, sys, time
for i in range(60):
    p = subprocess.Popen([sys.argv[1], "-p", sys.argv[2], "--timeout", "1m",
        "--audit", sys.argv[3], "sleep", "0.01"])
    time.sleep(random.random() * 0.03)
    p.kill()
    p.wait()
END
verify "$play/killed"
is "$status" 0 "60 supervisors killed at random: the chain is whole"

# A reader that does not read: nothing waits, and the count is exact.
cat >"$play/slow.py" <<'END'
import fcntl, json, os, subprocess, sys
r, w = os.pipe()
os.set_blocking(w, False)
filled = 0
try:
    while True:
        filled += os.write(w, b"\n" * 4096)
except BlockingIOError:
    pass
os.set_inheritable(w, True)
p = subprocess.Popen(sys.argv[1:3] + ["--timeout", "1m", "--json-fd", str(w),
    "sh", "-c", "echo up; read x"], pass_fds=[w], stdin=subprocess.PIPE,
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
p.stdout.readline()
left = filled
while left > 0:
    left -= len(os.read(r, min(left, 65536)))
p.stdin.write(b"\n")
p.stdin.close()
p.wait(20)
os.close(w)
seen = [json.loads(l) for l in os.read(r, 65536).splitlines()]
print([(e["event"], e["seq"], e.get("lost_records")) for e in seen])
END
is "$(timeout 30 python3 "$play/slow.py" "$exe" "-p$play/plain.bin")" \
    "[('lost', 2, 2), ('exit', 3, None)]" \
    "a pipe that is full: two records lost, and told when there is room"

# A storm of records and a reader that sleeps: every lost one is counted, once.
profile storm 'exec: {scope: tree, inline: "prefix_rule(pattern=[\"no\"], decision=\"forbidden\")"}
audit: {events: [exec, allowed], chain: true}'
cat >"$play/storm.py" <<'END'
import fcntl, json, os, subprocess, sys
r, w = os.pipe()
fcntl.fcntl(w, fcntl.F_SETPIPE_SZ, 16384)
p = subprocess.Popen(sys.argv[1:3] + ["--json-fd", str(w), "sh",
    sys.argv[3]], pass_fds=[w], stdin=subprocess.PIPE,
    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
os.close(w)
p.stdout.readline()
got = os.read(r, 1 << 20)
p.stdin.write(b"\n")
p.stdin.close()
while more := os.read(r, 1 << 20):
    got += more
open(sys.argv[4], "wb").write(got)
seen = [json.loads(l) for l in got.splitlines()]
told = sum(e.get("lost_records", 0) for e in seen)
gaps = seen[-1]["seq"] + 1 - len(seen)
said = sum(int(l.split()[1]) for l in p.stderr.read().decode().splitlines())
print(seen[-1]["event"], told == gaps == said, told > 50)
END
echo 'i=0; while [ $i -lt 150 ]; do /bin/true; : $((i += 1)); done; echo up; read x' \
    >"$play/storm"
is "$(timeout 60 python3 "$play/storm.py" "$exe" "-p$play/storm.bin" \
    "$play/storm" "$play/stormed")" "exit True True" \
    "a storm and a reader that sleeps: the count is exact"
verify "$play/stormed"
is "$status" 0 "and what came is a chain"

# The command cannot change the file, nor may it lie where it could.
profile writer "filesystem: {write: [\"$play/work\"]}
audit: {events: [exec, allowed]}"
mkdir "$play/work"
: >"$play/free"
for act in 'echo x >>"$0"' 'rm "$0"' 'mv "$0" "$0.x"' 'truncate -s 0 "$0"' \
    'chmod 666 "$0"' 'ln "$0" "$(dirname "$0")/hard"'; do
	: >"$play/free"
	(sh -c "$act" "$play/free") 2>/dev/null
	is "$?" 0 "free: $act"
	rm -f "$play/hard" "$play/free.x"
	"$exe" -p "$play/writer.bin" --audit "$play/held" sh -c "$act" \
	    "$play/held" 2>/dev/null
	r=$?
	test $r != 0 && test $r -lt 125		# it ran, and failed
	ok $? "held: $act"
done
is "$(wc -l <"$play/held"):$(stat -c %a "$play/held")" 12:600 \
    "and all of its records are there"
"$exe" -p "$play/writer.bin" --audit "$play/work/log" true 2>"$play/err"
is "$?:$(grep -c 'lies where the command can write' "$play/err")" 125:1 \
    "an audit file within a write root is refused"
ln -s "$play/work" "$play/way"
"$exe" -p "$play/writer.bin" --audit "$play/way/log" true 2>/dev/null
is "$?" 125 "also by way of a link to it"

# Links, foreign files and places that the command can write.
ln -s "$play/elsewhere" "$play/link"
echo keep >"$play/twin"
chmod 600 "$play/twin"
ln "$play/twin" "$play/twin2"
: >"$play/open"
chmod 666 "$play/open"
mkfifo "$play/fifo"
for f in link twin open fifo small; do
	timeout 10 "$exe" -p "$chained" --audit "$play/$f" true 2>/dev/null
	is "$?" 125 "an audit file that is $f"
done
is "$(cat "$play/twin"; ls "$play/elsewhere" 2>&1 | grep -c 'No such')" \
    "keep
1" "nothing was written through them"

# Somebody who never lets go of the lock costs neither records nor the command.
(flock 7; : >"$play/locked"; exec sleep 60) 7<"$log" &
pid=$!
i=0
until [ -e "$play/locked" ] || [ $i -gt 200 ]; do
	sleep 0.05
	i=$((i + 1))
done
timeout 30 "$exe" -p "$chained" --audit "$log" echo ran >"$play/out" 2>"$play/err"
is "$?:$(cat "$play/out" "$play/err")" 0:ran \
    "a lock that is held does not stop the command"
kill $pid
wait $pid 2>/dev/null
verify "$log"
is "$status:$(echo "$out" | head -n 1)" "0:intact: 164 records" \
    "nor the records"
# What is started by name is not looked into.
cat >"$play/locks" <<'END'
{ flock "$1" sh -c 'echo locked; exec sleep 60' & } | {
	read -r line
	exit 4
}
END
timeout 30 "$exe" -p "$chained" --audit "$play/log6" --timeout 1m sh \
    "$play/locks" "$play/log6" 2>"$play/err"
is "$?:$("$audit" query "$play/log6" | grep -c ' exit .*status 4'):$(cat \
    "$play/err")" 4:1: "it holds it to the end, which is recorded"

# clear leaves a record, and the chain goes on from it.
"$audit" clear "$log" >"$play/out"
"$exe" -p "$chained" --audit "$log" true
verify "$log"
is "$status:$(echo "$out" | head -n 1)" "0:intact: 3 records" "clear"
is "$("$audit" query "$log" | grep -c 'clear allowed policy_change.*164 lines were removed')" \
    1 "its record says what was there"

# Nor is a lock that is never let go waited for without end.
cp "$log" "$play/kept"
(flock 7; exec sleep 60) 7<"$log" &
pid=$!
sleep 0.3
timeout 30 "$audit" clear "$log" >"$play/out" 2>"$play/err"
is "$?:$(cat "$play/out"):$(grep -c 'holds its lock.*nothing was removed' \
    "$play/err"):$(cmp "$log" "$play/kept" && echo same)" 2::1:same \
    "clear: a lock that is held: refused, nothing is lost"
kill $pid
wait $pid 2>/dev/null

# The journal and syslog, by their sockets; one digest everywhere.
cat >"$play/listen.py" <<'END'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
s.settimeout(20)
open(sys.argv[1] + ".ready", "w").close()
with open(sys.argv[2], "wb") as f:
    for _ in range(2):
        f.write(s.recv(1 << 20) + b"\n--\n")
END
for kind in journald syslog; do
	sock=$play/$kind.sock
	python3 "$play/listen.py" "$sock" "$play/$kind.got" &
	pid=$!
	i=0
	until [ -e "$sock.ready" ] || [ $i -gt 100 ]; do
		sleep 0.05
		i=$((i + 1))
	done
	"$exe" -p "$chained" --audit "$kind:$sock" --audit "$play/$kind.file" \
	    true
	wait $pid
	sed -n 's/.*\({"v":1.*}\)$/\1/p' "$play/$kind.got" >"$play/$kind.log"
	verify "$play/$kind.log"
	is "$status:$(echo "$out" | head -n 1)" "0:intact: 2 records" "$kind"
	verify --anchor "$(echo "$out" | sed -n 's/^head: //p')" \
	    "$play/$kind.file"
	is "$status" 0 "$kind: what it got is an anchor for the file"
done
is "$(grep -c -e '^PRIORITY=6$' -e '^SYSLOG_IDENTIFIER=codex-exec$' \
    -e '^MESSAGE={"v":1' "$play/journald.got")" 6 "the journal's fields"
is "$(grep -c '^<86>codex-exec: {"v":1' "$play/syslog.got")" 2 "syslog's head"
"$exe" -p "$chained" --audit "syslog:$play/nobody" true 2>/dev/null
is "$?" 125 "nobody listens: refused before the command runs"
"$exe" -p "$chained" --audit "$play/both" --json-fd 3 true 3>"$play/copy"
is "$(cmp "$play/both" "$play/copy" && echo same)" same \
    "the descriptor has the same bytes: an anchor out of reach"

# Every byte of these has six in a record, and all of it fits.
profile writes 'filesystem: {write: ["${workspace}"]}'
mkdir "$play/w"
cat >"$play/names.py" <<'END'
import os
for _ in range(12):
    name = 200 * b"\x01"
    os.mkdir(name)
    os.chdir(name)
for i in range(9):
    os.symlink(b"/none/" + 18 * (200 * b"\x02" + b"/"), b"%d" % i)
END
"$exe" -C "$play/w" -p "$play/writes.bin" --audit "$play/wide" --timeout 1m \
    python3 "$play/names.py" "$(printf '%16000s' | tr ' ' '\1')"
is "$?:$("$audit" query --json "$play/wide" | python3 -c '
import json, sys
l = [json.loads(x) for x in sys.stdin]
print([e["event"] for e in l], "detected_more" in l[-1])')" \
    "0:['start', 'decision', 'exit'] True" \
    "the end is recorded, whatever the command and its files are called"
finish
