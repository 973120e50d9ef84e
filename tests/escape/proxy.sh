# Network mode proxy: by effect, each act first free, then held.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
here=$(cd "$srcdir" && pwd)
. "$here/tests/lib/inside.sh"
inside proxy
# A network of our own as well: whatever is "outside" here is harmless.
if [ -z "${CODEX_TEST_NET-}" ]; then
	export CODEX_TEST_NET=yes
	exec unshare --net sh "$0"
fi
. "$here/tests/lib/held.sh"
needs_hosts
needs_python proxy
unset HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy \
    all_proxy no_proxy
cp "$here/tests/lib/proxyhost.py" "$here/tests/lib"/proxyact.* "$play"
build p offline 'network:
  mode: proxy
  domains:
    allow:
      - "*.good.test"
      - good.test
      - tls.test
      - "odd.test:8080"
      - "odd.test:9000"
      - hidden.test
      - front.test
      - "*.dns.test"
      - 127.0.0.2
      - "127.0.0.4:443"
    deny: [bad.good.test]
audit: {events: [denied, allowed, exec]}
exec:
  default: allow
  inline: |
    network_rule(host = "rule.test", protocol = "http", decision = "allow")
    network_rule(host = "127.0.0.5", protocol = "socks5_tcp", decision = "allow")
    network_rule(host = "ask.good.test", protocol = "https", decision = "prompt")
    network_rule(host = "no.good.test", protocol = "http", decision = "deny", justification = "not this one")' &&
    build lo offline 'network: {mode: loopback}' &&
    build full offline 'network: {mode: full}' &&
    build mine offline 'network: {mode: proxy, domains: {allow: [localhost, 127.0.0.1]}}' &&
    build other offline 'network: {mode: proxy, domains: {allow: ["a.good.test", 127.0.0.2]}}'
ok $? "the policies compile"

printf '%s\n' "127.0.0.1 localhost" "127.0.0.2 good.test a.good.test" \
    "127.0.0.2 bad.good.test odd.test rule.test ask.good.test no.good.test" \
    "127.0.0.2 nowhere.test" "127.0.0.3 hidden.test" \
    "127.0.0.4 tls.test" "127.0.0.5 front.test" >"$play/hosts"
echo "nameserver 127.0.0.9" >"$play/resolv"
mount --bind "$play/hosts" /etc/hosts &&
    mount --bind "$play/resolv" "$(readlink -f /etc/resolv.conf)"
ok $? "names and their server are ours"
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$play/key" \
	    -out "$play/cert" -days 2 -subj /CN=tls.test >/dev/null 2>&1
fi
servers "$play/ready" "$python" "$play/proxyhost.py" "$play"
tool="$python $play/proxyact.py"
run() { (tool=; held p,-q "$@"); }
expect() {
	[ "$1" = 0 ] || diag "$(cat "$play/log")"
}
for label in root user; do
	become || continue
	# What is admitted works as it does without.
	while read -r act; do
		free $act
		expect $? || false
		ok $? "$label: free: $act"
		held p $act
		expect $? || false
		ok $? "$label: through the proxy: $act"
	done <<END
get http://a.good.test/x
get http://GOOD.test./x
get http://odd.test:8080/x
get http://rule.test/x
get http://127.0.0.2/x
get http://x.dns.test/x
get http://mixed.dns.test/x
post http://good.test/x 100000
chunked good.test 100000
big http://good.test/big
upload http://good.test/x
tunnel good.test 80 good.test
socks good.test 80 good.test
socks 127.0.0.2 80 127.0.0.2
socks front.test 80 front.test
tls good.test good.test
tls a.good.test A.good.test
split good.test good.test
sockstls good.test good.test
halfclose odd.test 9000
parallel 100
slow good.test
stalled good.test
END
	# What is not is refused, and is there without us.
	while read -r act; do
		free $act
		expect $? || false
		ok $? "$label: free: $act"
		held p $act
		status=$?
		# The proxy says no; past it there is nobody who could.
		case $act in tcp*|udp*|dns*) no=failed ;; *) no=refused ;; esac
		[ $status = 1 ] && grep -q "^$no: " "$play/log" ||
		    { diag "$(cat "$play/log")"; false; }
		ok $? "$label: refused: $act"
	done <<END
get http://bad.good.test/x
get http://nowhere.test/x
get http://no.good.test/x
get http://good.test:8080/x
get http://odd.test/x
get http://127.0.0.3/x
get http://hidden.test/x
get http://front.test/x
get http://mapped.dns.test/x
get http://127.0.0.3:8080/x
header http://good.test/x nowhere.test
tunnel good.test 80 nowhere.test
tunnel bad.good.test 80 bad.good.test
tunnel rule.test 80 rule.test
socks no.good.test 80 no.good.test
socks good.test 80 hidden.test
socks bad.good.test 80 bad.good.test
socks 127.0.0.3 80 127.0.0.3
tls good.test nowhere.test
tls good.test -
tls bad.good.test bad.good.test
tls ask.good.test ask.good.test
sockstls ask.good.test ask.good.test
sockstls good.test nowhere.test
twice good.test good.test
plain good.test
tcp 127.0.0.2 80
tcp 127.0.0.9 53
tcp 127.0.0.1 8080
udp 127.0.0.2 9000
dns good.dns.test
END
	# These make sense towards the proxy alone.
	for act in "nat http://nat.dns.test/x" "literal [::ffff:127.0.0.3]:80" \
	    "literal 2130706435:80" "literal 127.3:80" "literal 0x7f000003:80" \
	    "literal [::1]:80" "literal 169.254.169.254:80" \
	    "literal good.test:0" "literal good.test" "bind" "associate" \
	    "smuggle good.test"; do
		held p $act
		[ $? = 1 ] && grep -q "^refused: " "$play/log" ||
		    { diag "$(cat "$play/log")"; false; }
		ok $? "$label: refused: $act"
	done
	# Several policies: what all of them admit.
	for row in "p,other 0 http://a.good.test/x" \
	    "p,other 1 http://good.test/x" "other,p 1 http://good.test/x" \
	    "full,p 0 http://good.test/x" "p,full 1 http://nowhere.test/x" \
	    "p,lo 1 http://good.test/x" "lo,p 1 http://good.test/x" \
	    "p,offline 1 http://good.test/x"; do
		set -- $row
		[ "$1" != p,offline ] || cp "$top/profiles/offline.bin" "$play"
		held "$1" get "$3"
		[ $? = "$2" ] || { diag "$(cat "$play/log")"; false; }
		ok $? "$label: $1: $3: $2"
	done
	# The loopback interface inside is the command's own.
	held p serve
	expect $? || false
	ok $? "$label: servers of the command work"
	(cd "$ws" && timeout 60 $who "$play/codex-exec" -q -p "$play/mine.bin" \
	    -- sh -c 'echo "[$NO_PROXY]"') >"$play/log" 2>&1
	grep -qx '\[::1\]' "$play/log" || diag "$(cat "$play/log")"
	ok $? "$label: NO_PROXY leaves out what is listed"

	# Programs.
	if command -v curl >/dev/null; then
		for how in "http://good.test/x" "-p http://good.test/x" \
		    "-x socks5h://127.0.0.1:3128 http://good.test/x" \
		    "-x socks5://127.0.0.1:3128 http://127.0.0.2/x"; do
			run curl -fsS -m 20 $how
			[ $? = 0 ] && grep -q host= "$play/log" ||
			    diag "$(cat "$play/log")"
			ok $? "$label: curl $how"
		done
		run curl -sS -m 20 http://nowhere.test/
		grep -q 'denied: connect nowhere.test:80  \[network.mode, p.yaml:' \
		    "$play/log" || diag "$(cat "$play/log")"
		ok $? "$label: the answer names the line"
		if [ -s "$play/cert" ]; then
			for how in "" "-x socks5h://127.0.0.1:3128"; do
				run curl -fsSk -m 20 $how https://tls.test/x
				[ $? = 0 ] && grep -q host=tls.test "$play/log" ||
				    diag "$(cat "$play/log")"
				ok $? "$label: curl $how https"
			done
			run curl -fsSk -m 20 https://127.0.0.4/x
			[ $? = 0 ] || diag "$(cat "$play/log")"
			ok $? "$label: curl https of an address that is listed"
		else
			skip "$label: https" "no openssl"
		fi
	else
		skip "$label: curl" "not here"
	fi
	if command -v node >/dev/null; then
		by_node() { run node "$play/proxyact.js" "$@"; }
		by_node http http://good.test/x
		[ $? = 0 ] && grep -q host= "$play/log" || diag "$(cat "$play/log")"
		ok $? "$label: node"
		by_node http http://nowhere.test/x
		[ $? = 1 ] && grep -q '^refused: 403' "$play/log" ||
		    diag "$(cat "$play/log")"
		ok $? "$label: node learns that it is refused"
		if [ -s "$play/cert" ]; then
			by_node https https://tls.test/x
			[ $? = 0 ] && grep -q host=tls.test "$play/log" ||
			    diag "$(cat "$play/log")"
			ok $? "$label: node by CONNECT and TLS"
			by_node https https://nowhere.test/x
			[ $? = 1 ] && grep -q '^refused: 403' "$play/log" ||
			    diag "$(cat "$play/log")"
			ok $? "$label: node by CONNECT learns that it is refused"
		else
			skip "$label: node by CONNECT and TLS" "no openssl"
		fi
	else
		skip "$label: node" "not here"
	fi
	if command -v git >/dev/null && [ ! -e "$play/www/r.git" ]; then
		(mkdir -p "$play/www" "$play/w" && cd "$play/w" &&
		git init -q . && echo a >a && git add a &&
		git -c user.name=a -c user.email=a commit -qm a &&
		git clone -q --bare . "$play/www/r.git" &&
		cd "$play/www/r.git" && git update-server-info) \
		    >"$play/log" 2>&1 || diag "$(cat "$play/log")"
	fi
	if [ -e "$play/www/r.git/info/refs" ]; then
		run git ls-remote http://good.test/www/r.git
		[ $? = 0 ] && grep -q refs/heads "$play/log" ||
		    diag "$(cat "$play/log")"
		ok $? "$label: git over http"
		run git ls-remote http://nowhere.test/www/r.git
		[ $? != 0 ] && grep -q 403 "$play/log" ||
		    diag "$(cat "$play/log")"
		ok $? "$label: git learns that it is refused"
	else
		skip "$label: git" "not here"
	fi
	# Without it nothing is freer.
	held p killed
	expect $? || false
	ok $? "$label: the proxy cannot be harmed, or all is closed"
done
who=

# Records, footer, plan.
log=$play/audit.json
(cd "$ws" && timeout 20 "$play/codex-exec" --explain -p "$play/p.bin" --audit \
    "$log" -- "$python" "$play/proxyact.py" pair http://good.test/x \
    http://nowhere.test/x) >"$play/log" 2>&1 </dev/null
grep -q 'denied: connect nowhere.test:80  \[network.mode, p.yaml:5, supervised\]' \
    "$play/log" && grep -q 'add "nowhere.test" to network.domains.allow' \
    "$play/log" || diag "$(cat "$play/log")"
ok $? "--explain: the denial, its line, what would allow it"
for want in '"target":"good.test:80","decision":"allowed","reason":"an entry admits it","rule":{"id":"network.domains","src":"p.yaml:9"},"layer":"proxy","strength":"supervised"' \
    '"target":"nowhere.test:80","decision":"denied","reason":"no entry admits it","rule":{"id":"network.mode","src":"p.yaml:5"},"layer":"proxy"' \
    '"network_namespace":"the proxy only"'; do
	grep -qF "$want" "$log" || diag "$(cat "$log")"
	ok $? "record: $(echo "$want" | cut -c 1-40)"
done
(cd "$ws" && "$play/codex-exec" -p "$play/p.bin" --dry-run true) >"$play/log"
grep -q "proxy: 127.0.0.1:3128" "$play/log" &&
    grep -q "allow odd.test port 8080  \[network.domains, p.yaml:11" "$play/log" ||
    diag "$(cat "$play/log")"
ok $? "--dry-run tells the plan"
(cd "$ws" && "$play/codex-exec" -p "$play/p.bin" --strict-strength hard true) \
    >"$play/log" 2>&1
[ $? = 125 ] && grep -q "network.domains are supervised" "$play/log"
ok $? "--strict-strength hard refuses names"
(cd "$ws" && "$play/codex-exec" -p "$play/p.bin" -- sh -c 'exit 7') 2>/dev/null
is $? 7 "the command's status is its own"
# The children of a process: number, name, state.
cat >"$play/children.py" <<'E2'
import os
def below(pid):
    for p in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % p) as f:
                name, rest = f.read().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue
        if rest.split()[1] == str(pid):
            yield int(p), name, rest.split()[0]
E2
# The supervisor's child that is not the command, whose name is its link's or
# its file's, as the kernel likes.
cat >"$play/end.py" <<'E2'
import os, signal, sys, time
from children import below
for _ in range(100):
    time.sleep(0.1)
    them = {name: pid for pid, name, state in below(sys.argv[1])}
    if len(them) == 2 and "codex-exec" in them:
        sys.exit(os.kill(them["codex-exec"], signal.SIGKILL))
sys.exit("no proxy")
E2
echo 'until [ -e "$1" ]; do sleep 0.1; done' >"$play/until"
(cd "$ws" && exec "$play/codex-exec" -p "$play/p.bin" -- sh "$play/until" \
    "$play/killed") >"$play/log" 2>&1 </dev/null 9>&- &
pid=$!
"$python" "$play/end.py" $pid
killed=$?
: >"$play/killed"
wait $pid
is "$killed $? $(cat "$play/log")" \
    "0 0 codex-exec: the proxy was gone before the command ended" \
    "a proxy that goes is told, and ends nothing else"
# So it is where more is still to be told of it than a round takes: it goes
# while its supervisor stands still, and the command ends.
cat >"$play/late.py" <<'E2'
import os, signal, subprocess, sys, time
from children import below
def until(test):
    for _ in range(200):
        if test():
            return
        time.sleep(0.05)
    sys.exit("not in time")
act = """
import socket, sys
print("up", flush=True)
sys.stdin.readline()
for i in range(150):
    s = socket.create_connection(("127.0.0.1", 3128))
    s.sendall(b"CONNECT no%d.nowhere.test:80 HTTP/1.1\\r\\n\\r\\n" % i)
    s.recv(9)
print("told", flush=True)
sys.stdin.readline()
"""
p = subprocess.Popen(sys.argv[1:] + [sys.executable, "-c", act],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
p.stdout.readline()
os.kill(p.pid, signal.SIGSTOP)
p.stdin.write("go\n")
p.stdin.flush()
p.stdout.readline()
proxy = [pid for pid, name, _ in below(p.pid) if name == "codex-exec"]
os.kill(proxy[0], signal.SIGKILL)
p.stdin.close()
until(lambda: all(state == "Z" for _, _, state in below(p.pid)))
os.kill(p.pid, signal.SIGCONT)
sys.exit(p.wait(20))
E2
(cd "$ws" && "$python" "$play/late.py" "$play/codex-exec" -p "$play/p.bin" --) \
    >"$play/log" 2>&1 9>&-
is "$? $(grep -c 'the proxy was gone' "$play/log") $(grep -c \
    '150 operations denied' "$play/log")" "0 1 1" \
    "also behind all that it had to tell"

exec 9>&-
finish
