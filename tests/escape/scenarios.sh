# Escape probes by effect: each act is first done free, where it must
# succeed, then held, where nothing of it may be seen.  All of it happens in
# a private mount namespace with throw-away overlays over the system.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
policies=${CODEX_TEST_POLICIES:-$top/profiles}

. "$srcdir/tests/lib/inside.sh"
inside escape

# --- a system that may be harmed ------------------------------------------
overlays
ws=$play/ws
mkdir -p "$ws" "$play/out"
# The built files may lie under an overlay: take copies.
for p in offline workspace-write net-read-only; do
	cp "$policies/$p.bin" "$play/$p.bin"
	chmod 644 "$play/$p.bin"
done
cat >"$play/server.py" <<'PY'
import socket, sys
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(16)
open(sys.argv[1] + ".port", "w").write(str(s.getsockname()[1]))
while True:
    c, _ = s.accept()
    c.settimeout(1)
    try:
        data = c.recv(65536)
        if data == b"seen?":
            # Whoever came before was answered before.
            c.sendall(b"yes")
            continue
        open(sys.argv[1], "ab").write(data + b"+")
        c.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
    except OSError:
        pass
    c.close()
PY
python3 "$play/server.py" "$play/got" &
server=$!
trap 'kill $server 2>/dev/null' EXIT
i=0
while [ ! -s "$play/got.port" ] && [ $i -lt 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
port=$(cat "$play/got.port")

free() { (cd "$ws" && timeout 10 sh -c "$1") >/dev/null 2>&1 </dev/null; }
held() {	# held PROFILE COMMAND
	(cd "$ws" && timeout 10 "$play/codex-exec" -p "$play/$1.bin" -w "$ws" \
	    -- sh "$(script "$2")") >"$play/out/held" 2>&1 </dev/null
}

# A runner that runs nothing would pass every probe.
[ "$(cd "$ws" && "$play/codex-exec" -p "$play/offline.bin" -- echo alive)" = alive ]
ok $? "a command runs under offline"

# probe PROFILE NAME SETUP COMMAND SEEN: SEEN tells whether it had an effect.
probe() {
	sh -c "$3" >/dev/null 2>&1
	free "$4"
	if ! sh -c "$5" >/dev/null 2>&1; then
		ok 1 "$2: the free run has its effect"
		return
	fi
	ok 0 "$2: the free run has its effect"
	sh -c "$3" >/dev/null 2>&1
	held "$1" "$4; :"
	# A command that never started shows nothing about the boundary.
	[ $? = 0 ] && ! sh -c "$5" >/dev/null 2>&1
	ok $? "$2: held by $1"
}

# --- network ----------------------------------------------------------------
no_bytes="rm -f $play/got"
cat >"$play/asks.py" <<'PY'
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
s.sendall(b"seen?")
sys.exit(s.recv(3) != b"yes")
PY
bytes="python3 $play/asks.py $port && test -s $play/got"
net() { probe offline "$1" "$no_bytes" "$2" "$bytes"; }
net curl "curl -s -m 5 http://127.0.0.1:$port/"
net wget "wget -q -T 5 -t 1 -O /dev/null http://127.0.0.1:$port/"
net nc "echo hello | nc -w 2 127.0.0.1 $port"
net bash-tcp "bash -c 'echo hello >/dev/tcp/127.0.0.1/$port'"
net python-socket "python3 -c 'import socket; s = socket.create_connection((\"127.0.0.1\", $port)); s.sendall(b\"x\")'"
net sh-c-curl "sh -c 'sh -c \"curl -s -m 5 http://127.0.0.1:$port/\"'"
net python-system "python3 -c 'import os; os.system(\"curl -s -m 5 http://127.0.0.1:$port/\")'"
net eval-curl "eval 'curl -s -m 5 http://127.0.0.1:$port/'"

# --- files ------------------------------------------------------------------
file() {	# file NAME COMMAND TARGET
	probe offline "$1" "rm -rf '$3'" "$2" "test -e '$3'"
}
file cp-etc "cp /bin/true /etc/evil" /etc/evil
file mv-usr "echo x >$ws/x; cp /bin/true $play/out/x; mv $play/out/x /usr/evil" /usr/evil
file redirect-etc "echo evil >/etc/evil2" /etc/evil2
file mkdir-usr "mkdir /usr/evil3" /usr/evil3
file bash-c "bash -c 'echo evil >/etc/evil4'" /etc/evil4
file sh-c "sh -c 'echo evil >/etc/evil5'" /etc/evil5
file python "python3 -c 'open(\"/etc/evil6\", \"w\").write(\"x\")'" /etc/evil6
file os-system "python3 -c 'import os; os.system(\"echo x >/etc/evil7\")'" /etc/evil7
file eval "eval 'echo x >/etc/evil8'" /etc/evil8
file link "ln -s /etc/passwd /var/evil9" /var/evil9
probe offline hardlink "rm -f /var/evil10; touch /var/own" "ln /var/own /var/evil10" "test -e /var/evil10"
file mkfifo "mkfifo /var/evil11" /var/evil11
file workspace-write "echo x >$ws/a.c" "$ws/a.c"
file workspace-mkdir "mkdir $ws/d" "$ws/d"
file proc-self-root "echo x >/proc/self/root/etc/evil12" /etc/evil12
probe offline truncate "echo full >/var/victim" "true >/var/victim" "test ! -s /var/victim"
probe offline rm-rf "mkdir -p /var/tree/a/b; touch /var/tree/a/b/c" \
    "rm -rf /var/tree/a" "test ! -e /var/tree/a/b/c"
probe offline chmod "touch /var/mode; chmod 600 /var/mode" "chmod 666 /var/mode" \
    "test \$(stat -c %a /var/mode) = 666"
probe offline touch "touch -d 2001-01-01 /var/mode" "touch /var/mode" \
    "test \$(stat -c %Y /var/mode) -gt 1500000000"
probe offline mount "umount $play/out/m; mkdir -p $play/out/m" \
    "mount -t tmpfs tmpfs $play/out/m" "mountpoint -q $play/out/m"
umount "$play/out/m" 2>/dev/null
outside() {	# outside the workspace, under workspace-write
	probe workspace-write "$1" "rm -rf '$3'" "$2" "test -e '$3'"
}
outside ws-etc "echo x >/etc/evil20" /etc/evil20
outside ws-home "echo x >/home/evil21" /home/evil21
outside ws-link "ln -sfn /etc l; echo x >l/evil22" /etc/evil22
outside ws-dotdot "echo x >../out/evil23" "$play/out/evil23"
outside ws-net "curl -s -m 5 -o /usr/evil24 http://127.0.0.1:$port/" /usr/evil24
probe workspace-write ws-rm-rf "mkdir -p /var/tree/a/b; touch /var/tree/a/b/c" \
    "rm -rf /var/tree/a" "test ! -e /var/tree/a/b/c"
probe workspace-write ws-curl "$no_bytes" "curl -s -m 5 http://127.0.0.1:$port/" "$bytes"

# A Windows path is a file name like any other.
rm -rf "$ws"/*
held workspace-write "echo x >'C:\\Windows\\System32\\evil.dll'"
is "$(ls "$ws")" 'C:\Windows\System32\evil.dll' "a Windows path is a plain name in the workspace"
held offline "echo x >'C:\\Windows\\System32\\evil2.dll'"
[ ! -e "$ws/C:\\Windows\\System32\\evil2.dll" ]
ok $? "and is not written under offline"

# --- what must work -----------------------------------------------------------
works() {	# works PROFILE NAME COMMAND
	held "$1" "$3"
	r=$?
	ok $r "works under $1: $2"
	[ $r = 0 ] || sed 's/^/# /' "$play/out/held" | head -n 5
}
works offline ls "ls / >/dev/null"
works offline cat "cat /etc/passwd >/dev/null"
works offline grep "grep -q root /etc/passwd"
works offline dev-null "echo x >/dev/null && head -c 4 /dev/urandom >/dev/null"
works offline pipe "seq 1 1000 | sort -n | tail -n 1 | grep -qx 1000"
works offline python "python3 -c 'import threading, subprocess; subprocess.run([\"true\"], check=True)'"
works workspace-write write "echo x >$ws/a.c && mkdir -p $ws/d && test -s $ws/a.c"
works workspace-write sort-temporary "seq 1 200000 | sort -S 64k -n | tail -n 1 | grep -qx 200000"
works workspace-write git "git init -q $ws/g && cd $ws/g && echo a >a && git add a && git -c user.name=a -c user.email=a@b commit -qm a && git status --porcelain"
works workspace-write gcc-make "cd $ws && printf 'int main(void){return 0;}' >m.c && printf 'm: m.c\n\tgcc -o m m.c\n' >Makefile && make -j2 m && ./m"
works workspace-write sqlite "sqlite3 $ws/t.db 'create table t(a); insert into t values(1); select * from t' | grep -qx 1"
works workspace-write pty "script -qc true /dev/null"
works net-read-only curl "curl -s -m 5 http://127.0.0.1:$port/ | grep -q ok"

# --- the suite can fail ------------------------------------------------------
if [ -z "${CODEX_TEST_POLICIES-}" ]; then
	empty=$(mktemp -d)
	"$top/compiler/codex-policyc" build "$srcdir/tests/escape/empty.yaml" \
	    -o "$empty/offline.bin"
	cp "$empty/offline.bin" "$empty/workspace-write.bin"
	cp "$empty/offline.bin" "$empty/net-read-only.bin"
	CODEX_TEST_POLICIES=$empty sh "$0" >"$empty/log" 2>&1
	n=$(grep -c '^not ok .* held by' "$empty/log")
	[ "$n" -ge 30 ]
	ok $? "an empty policy fails the suite ($n probes)"
	rm -rf "$empty"
fi
finish
