# Network mode loopback: by effect, each act first free, then held.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside loopback
. "$srcdir/tests/lib/held.sh"
needs_python loopback
cp "$top/tests/lib/oldkernel" "$top/profiles/offline.bin" \
    "$top/profiles/workspace-write.bin" "$play"
chmod 644 "$play"/*.bin
build lo offline "network: {mode: loopback}" &&
    build any offline "network: {mode: loopback, unix: [any]}" &&
    build mounts workspace-write "network: {mode: loopback}" \
	'filesystem: {protect: ["${workspace}/keep"]}' &&
    build lacking workspace-write "network: {mode: loopback}" \
	'filesystem: {protect: ["${workspace}/keep"]}' \
	"degrade: [mounts, landlock.net, landlock.scope]" &&
    build full offline "network: {mode: full}"
ok $? "the policies compile"

# The probe: an act a word; its status says whether all succeeded.
cat >"$play/act.py" <<'E2'
import os, socket, sys, threading
what, args = sys.argv[1], sys.argv[2:]

def tcp(host, port):
    with socket.create_connection((host, int(port)), 3) as s:
        return s.recv(9) == b"hello"

def udp(host, port):
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(kind, socket.SOCK_DGRAM) as s:
        s.settimeout(3)
        s.sendto(b"x", (host, int(port)))
        return s.recv(9) == b"hello"

def serve(kind, host, udp_too=True):
    t = socket.socket(kind, socket.SOCK_STREAM)
    t.bind((host, 0))
    t.listen(8)
    def each():
        while True:
            c, _ = t.accept()
            c.sendall(b"hello")
            c.close()
    u = socket.socket(kind, socket.SOCK_DGRAM)
    u.bind((host, t.getsockname()[1]))
    def answer():
        while True:
            _, a = u.recvfrom(9)
            u.sendto(b"hello", a)
    for f in each, answer:
        threading.Thread(target=f, daemon=True).start()
    return t.getsockname()[1]

def child(what, host, port):
    return os.spawnv(os.P_WAIT, sys.executable, [sys.executable,
        sys.argv[0], what, host, str(port)]) == 0

def inside(kind, host):
    port = serve(kind, host)
    return child("tcp", host, port) and child("udp", host, port)

def opened(*triple):
    socket.socket(*triple).close()
    return True

if what == "host":       # until its input ends
    four = serve(socket.AF_INET, "127.0.0.1")
    six = serve(socket.AF_INET6, "::1") if socket.has_ipv6 and \
        os.path.exists("/proc/net/if_inet6") and args[0] == "6" else 0
    a = socket.socket(socket.AF_UNIX)
    a.bind("\0" + args[1])
    a.listen(8)
    with open(args[2] + ".new", "w") as f:
        f.write("%d %d\n" % (four, six))
    os.rename(args[2] + ".new", args[2])
    sys.stdin.read()
    sys.exit(0)
acts = {
    "tcp": lambda: tcp(*args), "udp": lambda: udp(*args),
    "abstract": lambda: socket.socket(socket.AF_UNIX).connect("\0" + args[0])
        is None,
    "four": lambda: inside(socket.AF_INET, "127.0.0.1"),
    "six": lambda: inside(socket.AF_INET6, "::1"),
    "every": lambda: inside(socket.AF_INET, "0.0.0.0"),
    "raw": lambda: opened(2, 3, 1), "packet": lambda: opened(17, 3, 0),
    "vsock": lambda: opened(40, 1, 0), "route": lambda: opened(16, 3, 0),
    "diag": lambda: opened(16, 3, 4),
    "icmp": lambda: opened(2, 2, 1), "sctp": lambda: opened(2, 1, 132),
    "only": lambda: [n for _, n in socket.if_nameindex()] == ["lo"],
    "bind": lambda: socket.socket().bind((args[0], 0)) is None,
}
try:
    sys.exit(0 if acts[what]() else 1)
except OSError as e:
    sys.exit("%s: %s" % (what, e))
E2

has6=0
grep -q ' lo$' /proc/net/if_inet6 2>/dev/null && has6=6
count() { find /run/netns /var/run/netns 2>/dev/null | wc -l; ls /sys/class/net; }
before=$(count)
name=codex-$(basename "$(mktemp -u)")
servers "$play/ports" "$python" "$play/act.py" host $has6 "$name" "$play/ports"
read -r four six <"$play/ports"
tool="$python $play/act.py"
for label in root user; do
	become || continue
	$who mkdir "$ws/keep"
	# What is outside is out of reach.
	while read -r policies act; do
		[ -n "$act" ] || continue
		free $act
		ok $? "$label: free: $act"
		held "$policies" $act
		status=$?
		[ $status = 1 ] && grep -q "$(echo "$act" | cut -d ' ' -f 1): " \
		    "$play/log" || { diag "$status: $(cat "$play/log")"; false; }
		ok $? "$label: $policies: refused: $act"
	done <<END
lo tcp 127.0.0.1 $four
lo udp 127.0.0.1 $four
any tcp 127.0.0.1 $four
any abstract $name
mounts tcp 127.0.0.1 $four
lo,--timeout=20s tcp 127.0.0.1 $four
full,lo tcp 127.0.0.1 $four
lo,offline tcp 127.0.0.1 $four
lo,offline bind 127.0.0.1
lo diag
any diag
$([ $has6 = 0 ] || printf 'lo tcp ::1 %s\nlo udp ::1 %s\n' "$six" "$six")
END
	for act in raw packet vsock icmp sctp; do
		if ! free $act; then
			skip "$label: any: refused: $act" "nor free"
			continue
		fi
		held any $act
		[ $? = 1 ] && grep -q "$act: " "$play/log"
		ok $? "$label: any: refused: $act"
	done
	# Between processes of the run it works.
	for policy in lo any mounts full,lo lo,--timeout=20s; do
		for act in four every route only; do
			held $policy $act || {
				diag "$(cat "$play/log")"
				false
			}
			ok $? "$label: $policy: works: $act"
		done
		if [ $has6 = 0 ]; then
			skip "$label: $policy: works: six" "no IPv6"
		else
			held $policy six
			ok $? "$label: $policy: works: six"
		fi
	done
	(cd "$ws" && $who "$play/codex-exec" -p "$play/mounts.bin" -- \
	    sh "$(script 'echo new >made; echo new >keep/f')") \
	    >"$play/log" 2>&1
	[ -e "$ws/made" ] && [ ! -e "$ws/keep/f" ]
	ok $? "$label: one namespace call makes mounts too"
	# The port is the host's business no more; 8000 may be taken there.
	if command -v curl >/dev/null; then
		(cd "$ws" && timeout 20 $who "$play/codex-exec" \
		    -p "$play/lo.bin" -- sh "$(script "
			$python -m http.server --bind 127.0.0.1 8000 &
			trap 'kill \$!' EXIT
			curl -fsS --noproxy '*' --retry 50 --retry-delay 1 \
			    --retry-connrefused http://127.0.0.1:8000/")") \
			>"$play/log" 2>/dev/null
		grep -q "listing for /" "$play/log"
		ok $? "$label: curl reads from a server of the run"
	fi
	(cd "$ws" && $who "$play/codex-exec" -p "$play/lo.bin" -- \
	    "$play/codex-exec" -p "$play/offline.bin" -- true) \
	    >"$play/log" 2>&1
	ok $? "$label: offline can be within"
	# Where there are no namespaces, nothing runs, whatever may be lacking.
	for outer in offline workspace-write lo; do
		(cd "$ws" && timeout 20 $who "$play/codex-exec" \
		    -p "$play/$outer.bin" -- "$play/codex-exec" \
		    -p "$play/lo.bin" -- touch "$ws/ran") >"$play/log" 2>&1
		[ $? = 125 ] && grep -q "network mode loopback" "$play/log" && [ ! -e "$ws/ran" ]
		ok $? "$label: within $outer: refused, and why"
	done
	for policy in lo lacking; do
		(cd "$ws" && timeout 20 $who "$play/oldkernel" netns -- \
		    "$play/codex-exec" -p "$play/$policy.bin" -- true) \
		    >"$play/log" 2>&1 </dev/null
		status=$?
		if [ $status = 77 ]; then
			skip "$label: $policy without network namespaces" \
			    "nothing can be imitated here"
			continue
		fi
		[ $status = 125 ] &&
		    grep -q "network mode loopback" "$play/log" ||
		    diag "$status: $(cat "$play/log")"
		ok $? "$label: $policy without network namespaces: refused"
		(cd "$ws" && timeout 20 $who "$play/oldkernel" netns -- \
		    "$play/codex-exec" -p "$play/$policy.bin" --doctor) \
		    >"$play/log" 2>&1 </dev/null
		grep -q "policies can be kept: no" "$play/log" &&
		    grep -q "network mode loopback" "$play/log"
		ok $? "$label: $policy: and --doctor says so"
	done
	(cd "$ws" && timeout 20 $who "$play/codex-exec" -p "$play/lo.bin" \
	    --doctor) 2>&1 | grep -q "network namespace: hard"
	ok $? "$label: --doctor: the strength"
	(cd "$ws" && timeout 20 $who "$play/codex-exec" -p "$play/lo.bin" \
	    --dry-run true) 2>&1 | grep -q "network namespace: yes"
	ok $? "$label: --dry-run tells the namespace"
	(cd "$ws" && timeout 20 $who "$play/codex-exec" -p "$play/lo.bin" \
	    --json-fd 1 true) 2>&1 |
	    grep -q '"network_namespace":"loopback only"'
	ok $? "$label: so does the start event"
done

# Root with less: a user namespace does, and lost mounts cost no network.
who=
if [ "$(id -u)" = 0 ] && setpriv --bounding-set -net_admin true; then
	for with in "setpriv --bounding-set -net_admin" \
	    "$play/oldkernel mntns --"; do
		for act in only "tcp 127.0.0.1 $four"; do
			(cd "$ws" && timeout 20 $with "$play/codex-exec" \
			    -p "$play/lacking.bin" -- "$python" \
			    "$play/act.py" $act) >"$play/log" 2>&1 </dev/null
			status=$?
			case $act,$status in
			*,77)
				skip "${with##*/}: $act" "nothing can be imitated here"
				continue ;;
			only,0|tcp*,1) ;;
			*) diag "$status: $(cat "$play/log")"; false ;;
			esac
			ok $? "${with##*/}: $act"
		done
	done
fi

# A socket made outside would lead there.
"$python" - "$play" <<'E2'
import socket, subprocess, sys
play = sys.argv[1]
s = socket.socket()
run = lambda c: subprocess.run(c, stdin=s, capture_output=True, cwd="/",
    timeout=20)
free, held = run(["true"]), run([play + "/codex-exec", "-p",
    play + "/lo.bin", "--", "true"])
sys.exit(0 if free.returncode == 0 and held.returncode == 125 and
    b"is a socket" in held.stderr else 1)
E2
ok $? "an inherited socket of the host is refused"

exec 9>&-
wait
[ "$before" = "$(count)" ]
ok $? "no interface and no name is left behind"
finish
