# The connect broker: hosts of network.connect, paths of network.unix.  Acts
# and races first free, then held; what works is the same with and without.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside broker
. "$srcdir/tests/lib/held.sh"
needs_hosts
needs_python broker
cp "$top/tests/escape/broker_act" "$top/tests/escape/broker_race" \
    "$top/tests/lib/oldkernel" "$top/profiles/offline.bin" "$srcdir/tests/lib/broker.py" "$play"
chmod 644 "$play"/*.bin
run=$play/run
mkdir -p "$HOME" "$run/sub" "$ws"
chmod 755 "$run" "$run/sub"

servers "$run/port" "$python" "$play/broker.py" serve "$run" "$ws/more"
read -r port full <"$run/port"
cat >"$play/one.py" <<'E2'
import errno, socket, sys
try:
    if sys.argv[1][0] == "/":
        s = socket.socket(socket.AF_UNIX)
        s.connect(sys.argv[1])
    else:
        a = socket.getaddrinfo(*sys.argv[1:3], type=socket.SOCK_STREAM)[-1]
        s = socket.socket(*a[:3])
        s.connect(a[4])
    print(s.recv(9).decode())
except OSError as e:
    print(errno.errorcode[e.errno])
E2
# A port that nobody listens on.
closed=$("$python" -c 'import socket
s = socket.socket(); s.bind(("127.0.0.2", 0)); print(s.getsockname()[1])')

hosts="connect: [\"127.0.0.2:$port\", \"127.0.0.2:$full\", \"127.0.0.2:$closed\"]"
ln -s "$run" "$play/by-link"
build both workspace-write \
    "network: {mode: ports, $hosts, unix: [pair, \"$run/good\", \"$run/full\"]}" &&
    build tree workspace-write "exec: {scope: tree}" \
	"network: {mode: ports, $hosts, unix: [pair, \"$run/good\", \"$run/full\"]}" &&
    build inet workspace-write "network: {mode: ports, $hosts}" &&
    build unix workspace-write "network: {unix: [\"$run/good\", \"$run/http\"]}" &&
    build link workspace-write "network: {unix: [\"$play/by-link/good\"]}" &&
    build mapped workspace-write "network: {mode: ports, connect: [\"[::ffff:127.0.0.2]:$port\"]}" &&
    build name workspace-write "network: {mode: ports, connect: [\"localhost:$port\"]}" &&
    build nobody workspace-write "network: {mode: ports, connect: [\"nobody.invalid:$port\"]}" &&
    build full workspace-write "network: {mode: full, unix: [\"$run/good\"]}" &&
    build ports workspace-write "network: {mode: ports, connect: [$port]}" &&
    build other workspace-write "network: {mode: ports, connect: [1]}" &&
    build events workspace-write "network: {mode: ports, $hosts}" \
	"audit: {events: [denied, allowed, exec]}"
ok $? "the policies compile"

works() {	# works NAME COMMAND...: prints what it printed
	(cd "$ws" && timeout 100 $who "$@" "$python" "$play/broker.py" works \
	    "$run" "$ws/more" "$port" "$full" "$closed") \
	    9>&- 2>&1 </dev/null
}

for label in root user; do
	become || continue
	# Ways round, each free, then held, alone and explained.
	for act in $("$play/broker_act" list); do
		free "$play/broker_act" $act "$port" "$run"
		status=$?
		if [ $status = 77 ] || { [ $status != 0 ] &&
		    case $act in any6|tcp6|mptcp|io_uring|raw*|packet*|xdp|can|ping|netlink-audit)
		        true ;; *) false ;; esac; }
		then
			skip "$label: $act" "nor free: $(cat "$play/log")"
			continue
		fi
		[ $status = 0 ] || diag "$status: $(cat "$play/log")"
		ok $? "$label: free: $act"
		for policy in other both both,--explain tree full,both; do
			# Where any host may be reached, any way leads there.
			[ $policy,$act != other,source-route ] || continue
			held $policy "$play/broker_act" $act "$port" "$run"
			status=$?
			[ $status = 1 ] && grep -q "^$act: " "$play/log" ||
			    [ $status = 77 ] ||
			    diag "$status: $(cat "$play/log")"
			ok $? "$label: $policy: held: $act"
		done
	done
	# Races: evil comes free, and never where it is held.
	for kind in address path link descriptor; do
		n=400
		evil=0
		for i in 1 2 3 4 5; do
			free "$play/broker_race" $kind $n "$port" "$run"
			evil=$(sed -n 's/^good .* evil \([0-9]*\) .*/\1/p' "$play/log")
			[ "${evil:-0}" -gt 0 ] && break
		done
		[ "${evil:-0}" -gt 0 ] || diag "$(cat "$play/log")"
		ok $? "$label: free: $kind: evil is reached"
		for policy in both both,--explain; do
			held $policy "$play/broker_race" $kind 2000 "$port" "$run"
			if [ $kind = descriptor ]; then
				grep -q '^good 0 evil 0 refused [1-9]' "$play/log"
			else
				grep -q '^good [1-9][0-9]* evil 0 refused [1-9]' \
				    "$play/log"
			fi || diag "$(cat "$play/log")"
			ok $? "$label: $policy: $kind: never evil"
		done
	done
	# Who decides is not kept waiting by a socket that waits after all.
	free "$play/broker_race" waiting 60 "$full" "$run"
	is "$? $(cat "$play/log")" "0 over" "$label: free: waiting"
	for policy in both both,--explain; do
		held $policy timeout -s KILL 50 "$play/broker_race" waiting \
		    60 "$full" "$run"
		is "$? $(cat "$play/log")" "0 over" \
		    "$label: $policy: waiting: who decides goes on"
	done
	# What works is the same, to the errno.
	works >"$play/bare"
	grep -q '^asyncio' "$play/bare" || diag "$(cat "$play/bare")"
	ok $? "$label: free: what works"
	for policy in both tree; do
		works "$play/codex-exec" -q -p "$play/$policy.bin" -- \
		    >"$play/held"
		cmp -s "$play/bare" "$play/held" ||
		    diag "$(diff "$play/bare" "$play/held")"
		ok $? "$label: $policy: works the same"
	done
	# What policies list, in any spelling.
	while read -r policy want act; do
		[ -n "$act" ] || continue
		held $policy "$python" "$play/one.py" $act
		is "$(head -1 "$play/log")" "$want" "$label: $policy: $act"
	done <<END
both good 127.0.0.2 $port
both EACCES 127.0.0.3 $port
mapped good 127.0.0.2 $port
mapped good ::ffff:127.0.0.2 $port
mapped EACCES ::ffff:127.0.0.3 $port
name evil 127.0.0.1 $port
name evil localhost $port
name EACCES 127.0.0.2 $port
inet good 127.0.0.2 $port
inet EAFNOSUPPORT $run/good
unix good $run/good
unix good $run/sub/../good
unix EACCES $run/evil
unix EAFNOSUPPORT 127.0.0.2 $port
link good $run/good
link good $play/by-link/good
link EACCES $play/by-link/evil
full good $run/good
full EACCES $run/evil
full evil 127.0.0.3 $port
full,both good 127.0.0.2 $port
full,both EACCES 127.0.0.3 $port
inet,both good 127.0.0.2 $port
ports,both good 127.0.0.2 $port
ports,both EACCES 127.0.0.3 $port
inet,name EACCES 127.0.0.2 $port
inet,name EACCES 127.0.0.1 $port
offline,both EAFNOSUPPORT $run/good
both,--timeout=20s good 127.0.0.2 $port
END
	held nobody touch "$ws/ran"
	[ $? = 125 ] && grep -q "nobody.invalid: no address.*nobody.yaml:4" \
	    "$play/log" && [ ! -e "$ws/ran" ] || diag "$(cat "$play/log")"
	ok $? "$label: a name without an address: nothing runs"
	# What was refused is told.
	held both "$python" "$play/one.py" 127.0.0.3 "$port"
	grep -q "denied: connect 127.0.0.3:$port  \[network.connect, both.yaml:4, supervised\]" \
	    "$play/log" && grep -q "to allow: add \"127.0.0.3:$port\" to network.connect" \
	    "$play/log" || diag "$(cat "$play/log")"
	ok $? "$label: a refused connect is in the footer, with a fix"
	held events,--json-fd=1 "$python" "$play/one.py" 127.0.0.3 "$port"
	grep -q "\"operation\":\"network_access\",\"target\":\"127.0.0.3:$port\",\"decision\":\"denied\".*\"src\":\"events.yaml:4\".*\"layer\":\"broker\",\"strength\":\"supervised\"" \
	    "$play/log" && grep -q '"connect_broker":"supervised"' \
	    "$play/log" || diag "$(cat "$play/log")"
	ok $? "$label: and an event"
	held events,--json-fd=1 "$python" "$play/one.py" 127.0.0.2 "$port"
	grep -q "\"operation\":\"network_access\",\"target\":\"127.0.0.2:$port\",\"decision\":\"allowed\"" \
	    "$play/log" || diag "$(cat "$play/log")"
	ok $? "$label: so is one that is let through, where wanted"
	# Before it runs.
	held both,--dry-run true
	grep -q "mode: supervised" "$play/log" &&
	    grep -q "the supervisor connects" "$play/log"
	ok $? "$label: --dry-run tells who connects, and so the mode"
	held both,--doctor
	grep -q "hosts, paths of Unix sockets: supervised" "$play/log"
	ok $? "$label: --doctor tells the strength"
	for policy in inet unix; do
		held $policy,--strict-strength=hard touch "$ws/ran"
		[ $? = 125 ] && grep -q "are supervised" "$play/log" &&
		    [ ! -e "$ws/ran" ]
		ok $? "$label: $policy: --strict-strength hard: refused"
	done
	(cd "$ws" && timeout 20 $who "$play/oldkernel" getfd -- \
	    "$play/codex-exec" -p "$play/both.bin" -- touch "$ws/ran") \
	    >"$play/log" 2>&1 </dev/null 9>&-
	status=$?
	if [ $status = 77 ]; then
		skip "$label: without pidfd_getfd" "it cannot be imitated here"
	else
		[ $status = 125 ] && [ ! -e "$ws/ran" ] &&
		    grep -q pidfd_getfd "$play/log" || diag "$(cat "$play/log")"
		ok $? "$label: without pidfd_getfd: refused"
	fi
	# Within itself there is nobody to be asked twice.
	held both "$play/codex-exec" -p "$play/both.bin" -- touch "$ws/ran"
	[ $? = 125 ] && [ ! -e "$ws/ran" ]
	ok $? "$label: a broker within a broker: refused"
	held both "$play/codex-exec" -p "$play/ports.bin" -- "$python" \
	    "$play/one.py" 127.0.0.3 "$port"
	is "$(head -1 "$play/log")" EACCES \
	    "$label: what is within has the outer broker"
	held both "$play/codex-exec" -p "$play/ports.bin" -- "$python" \
	    "$play/one.py" 127.0.0.2 "$port"
	is "$(head -1 "$play/log")" good "$label: and reaches what both list"
done

rm -rf "$ws"
mkdir -p "$ws"
# Sockets that were made outside.
"$python" - "$play" "$port" >"$play/log" 2>&1 <<'E2'
import socket, subprocess, sys
play, port = sys.argv[1], int(sys.argv[2])
bad = 0
def run(policy, s):
    held = [play + "/codex-exec", "-p", "%s/%s.bin" % (play, policy), "--"]
    return [subprocess.run(c + ["true"], stdin=s, capture_output=True,
        cwd=play + "/ws", timeout=20) for c in ([], held)]
udp, tcp = socket.socket(type=socket.SOCK_DGRAM), socket.socket()
tcp.connect(("127.0.0.2", port))
dgram = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0]
pair = socket.socketpair()[0]
for policy, s, want in ("ports", udp, 125), ("both", udp, 125), \
        ("ports", tcp, 0), ("both", tcp, 0), ("unix", tcp, 125), \
        ("full", udp, 0), ("both", dgram, 125), ("offline", dgram, 125), \
        ("both", pair, 0), ("offline", pair, 0):
    free, held = run(policy, s)
    if free.returncode != 0 or held.returncode != want:
        bad = 1
        print(policy, s, free.returncode, held.returncode, held.stderr)
sys.exit(bad)
E2
[ $? = 0 ] || diag "$(cat "$play/log")"
ok $? "inherited sockets are those that the policy could make"
# The kernel gives up a ".." when something is renamed meanwhile.
cat >"$play/dots.py" <<'E2'
import errno, os, socket, sys
if sys.argv[1] == "rename":
    os.chdir(sys.argv[2])
    open("a", "w").close()
    while os.getppid() == int(sys.argv[3]):
        os.rename("a", "b")
        os.rename("b", "a")
bad = set()
for _ in range(2000):
    with socket.socket(socket.AF_UNIX) as s:
        try:
            s.connect(sys.argv[2])
        except OSError as e:
            bad.add(errno.errorcode[e.errno])
print(*bad, "done")
E2
mkdir "$play/busy"
"$python" "$play/dots.py" rename "$play/busy" $$ 9>&- </dev/null &
renames=$!
who=
free "$python" "$play/dots.py" connect "$run/sub/../good"
is "$(cat "$play/log")" done "free: dots, while others rename"
held unix "$python" "$play/dots.py" connect "$run/sub/../good"
is "$(cat "$play/log")" done "dots are followed, while others rename"
kill $renames
# Programs.  Another port of the same hosts, for a server of files.
"$python" -m http.server --bind 127.0.0.2 --directory "$run/.." "$closed" \
    >"$play/http" 2>&1 9>&- </dev/null &
http=$!
printf 'a file\n' >"$play/file"
i=0
until curl -fsS --noproxy '*' "http://127.0.0.2:$closed/file" >/dev/null 2>&1 ||
    [ $i -ge 50 ]; do
	sleep 0.1
	i=$((i + 1))
done
who=
# unreached POLICY ARG...: curl connects free, and is told so where it is held.
unreached() {
	policy=$1
	shift
	free curl -sS -m 5 "$@"
	was=$?
	[ $was != 7 ] || diag "free: $(cat "$play/log")"
	held "$policy" curl -sS -m 5 "$@"
	now=$?
	[ $was != 7 ] && [ $now = 7 ]
	ok $? "and cannot connect to another"
}
if command -v curl >/dev/null; then
	held both curl -fsS --noproxy '*' "http://127.0.0.2:$closed/file"
	is "$(cat "$play/log")" "a file" "curl reads from a listed host"
	unreached both --noproxy '*' "http://127.0.0.3:$port/"
	held unix curl -sS --unix-socket "$run/http" http://x/
	is "$(cat "$play/log")" http "curl reads from a listed socket"
	# One who does not hang up at once, of which curl says 7, too.
	unreached unix --unix-socket "$run/evil.http" http://x/
fi
if command -v git >/dev/null; then
	mkdir "$play/src"
	(cd "$play/src" && git init -q . && git -c user.name=a \
	    -c user.email=a@b commit -q --allow-empty -m one &&
	    git update-server-info) >"$play/log" 2>&1
	held both git clone -q "http://127.0.0.2:$closed/src/.git" copy
	[ $? = 0 ] && [ -e "$ws/copy/.git/HEAD" ] || diag "$(cat "$play/log")"
	ok $? "git clones over http"
fi
if command -v node >/dev/null; then
	for host in 127.0.0.2 127.0.0.3; do
		held both node -e "require('net').connect($port, '$host')
		    .on('data', d => console.log(String(d)))
		    .on('error', e => console.log(e.code))"
		is "$(head -1 "$play/log")" "$([ $host = 127.0.0.2 ] &&
		    echo good || echo EACCES)" "node: $host"
	done
fi
kill $http

exec 9>&-
wait
finish
