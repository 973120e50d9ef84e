# show and why of several policies: what they come to together, and that it is
# what codex-exec -p A -p B does.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
bin=$top/compiler/codex-policyc
exe=$top/runtime/codex-exec
tmp=$(realpath "$(mktemp -d)")
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/ws" "$tmp/ws/a" "$tmp/ws/a/b" "$tmp/other"
HOME=$tmp TMPDIR=$tmp/ws/a/b
export HOME TMPDIR
cat >"$tmp/a.yaml" <<YAML
version: 1
name: a
filesystem:
  read: ["/"]
  write: ["\${workspace}", "$tmp/other", "?/dev/shm"]
  exec: [/bin, /usr, /lib, "?/lib64"]
  protect: ["\${workspace}/keep"]
  devices: minimal
network: {mode: ports, connect: [443, 8000-8100, "db.example:5432"], bind: [8080], unix: [pair]}
syscalls:
  default: errno(EPERM)
  newer: errno(ENOSYS)
  rules:
    - errno(EACCES): [acct, "getpriority(which == 2)"]
    - kill: [swapon]
    - allow: ["@system-service"]
exec:
  default: prompt
  inline: |
    prefix_rule(["true"], decision="allow", id="yes")
    prefix_rule(["env"], decision="allow", id="env")
    prefix_rule(["sh"], decision="allow", id="sh")
    prefix_rule(["git", "push"], decision="prompt", id="push")
environment: {inherit: true, drop: ["*_TOKEN"], keep: [MY_TOKEN], set: {ONE: a, BOTH: a}}
limits: {nofile: 100, cpu: 10m}
process: {new_session: auto, keep_fds: [0, 1, 2, 5], detach: true}
audit: {events: [denied], redact: [user]}
degrade: [landlock.net, mounts]
YAML
cat >"$tmp/b.yaml" <<YAML
version: 1
name: b
filesystem:
  read: ["/usr", "/lib", "?/lib64", "/bin", "/etc", "\${workspace}/a", "/proc"]
  write: ["\${workspace}/a/b", "\${tmpdir}"]
  exec: [/usr/bin, /usr/lib]
  deny: ["?\${home}/.ssh"]
  devices: minimal
network: {mode: ports, connect: [8050-9000, "DB.example:5000-5500", "10.0.0.1:443"], bind: [8080, 9000], unix: [none]}
syscalls:
  default: errno(EPERM)
  newer: errno(ENOSYS)
  rules:
    - errno(EPERM): [swapon, acct]
    - kill: ["@keyring"]
    - allow: ["@system-service"]
exec:
  default: allow
  inline: |
    prefix_rule(["git"], decision="forbidden", id="no-git")
environment: {inherit: true, drop: ["A*"], set: {TWO: b, BOTH: b, AX_TOKEN: t}}
limits: {nofile: 50, fsize: 1M}
process: {new_session: true, keep_fds: [0, 1, 2], detach: false, namespaces: [pid]}
audit: {events: [exec], redact: [home]}
degrade: [landlock.net]
YAML
sed -i 's/unix: \[none\]/unix: []/' "$tmp/b.yaml"
for p in a b; do
	"$bin" build "$tmp/$p.yaml" -o "$tmp/$p.bin" || ok 1 "$p compiles"
done
cd "$tmp/ws" || exit 1
"$bin" show "$tmp/a.bin" "$tmp/b.bin" >"$tmp/got" 2>"$tmp/err"
is "$?$(cat "$tmp/err")" 0 "two policies are shown"
# row LINE: the text has it; none PATTERN: and nothing like that.
row() {
	line=$(printf '%s' "$1" | sed "s|TMP|$tmp|g")
	grep -qxF -- "$line" "$tmp/got"
	r=$?
	ok $r "$1"
	[ $r = 0 ] || grep -F -- "${line%%:*}" "$tmp/got" | cut -c 1-300 |
	    sed 's/^/# /'
}
none() {
	is "$(grep -E -- "$1" "$tmp/got")" "" "nothing like $1"
}
row 'read /usr: allowed  # layer 1 a.yaml:4, 2 b.yaml:4'
row 'read ${workspace}/a: allowed  # layer 1 a.yaml:4, 2 b.yaml:4'
row 'read all else: denied  # layer 2 b.yaml:4'
none '^read /: '
row 'write ${workspace}/a/b: allowed  # layer 1 a.yaml:5, 2 b.yaml:5'
row 'write ${workspace} and in ${tmpdir}: allowed  # layer 1 a.yaml:5, 2 b.yaml:5'
row 'write TMP/other and in ${tmpdir}: allowed  # layer 1 a.yaml:5, 2 b.yaml:5'
row 'write all else: denied  # layer 1 a.yaml:5, 2 b.yaml:5'
row 'exec /usr/bin: allowed  # layer 1 a.yaml:6, 2 b.yaml:6'
none '^exec /(lib|bin|usr):'
row 'protect ${workspace}/keep: unchanged (with a mount namespace, what exists at the start; other names in supervised runs)  # layer 1 a.yaml:7'
row 'deny ?${home}/.ssh: denied (with a mount namespace, what exists at the start; other names in supervised runs)  # layer 2 b.yaml:7'
row 'device ?/dev/null: allowed  # layer 1 a.yaml:8, 2 b.yaml:8'
row 'network: listed ports only  # layer 1 a.yaml:9, 2 b.yaml:9'
row 'connect 8050-8100: allowed (plain TCP: the port, not the host)  # layer 1 a.yaml:9, 2 b.yaml:9'
row 'connect 10.0.0.1:443: allowed (the supervisor connects)  # layer 1 a.yaml:9, 2 b.yaml:9'
row 'connect db.example:5432: allowed (the supervisor connects)  # layer 1 a.yaml:9, 2 b.yaml:9'
none '^connect (443|8000|9000)'
row 'bind 8080: allowed  # layer 1 a.yaml:9, 2 b.yaml:9'
none '^bind 9000'
row 'unix sockets: denied  # layer 2 b.yaml:9'
row 'syscall acct: errno(EPERM)  # layer 2 b.yaml:14'
row 'syscall swapon: kill  # layer 1 a.yaml:15'
row 'syscall {add_key, keyctl, request_key}: kill  # layer 2 b.yaml:15'
grep -qE '^syscall \{getpriority, .*\}: by arguments  # layer 1, 2$' "$tmp/got"
ok $? "getpriority: by arguments"
row 'syscall getpriority(which == 2): errno(EACCES) (of that layer; the strictest counts)  # layer 1 a.yaml:14'
row 'command true ...: allowed  # layer 1 a.yaml:20'
row 'command git ...: denied  # layer 2 b.yaml:20'
row 'command all else: prompt  # layer 1 a.yaml:18'
row 'env *_TOKEN: dropped  # layer 1 a.yaml:24'
row 'env MY_TOKEN: kept (by that layer, where the others let it through)  # layer 1 a.yaml:24'
row 'env ONE: set to a  # layer 1 a.yaml:24'
row 'env BOTH: set to b  # layer 2 b.yaml:21'
row 'env AX_TOKEN: dropped  # layer 1 a.yaml:24'
row 'env all else: inherited  # layer 1 a.yaml:24, 2 b.yaml:21'
row 'limit nofile: 50  # layer 2 b.yaml:22'
row 'limit cpu: 10m  # layer 1 a.yaml:25'
row 'limit fsize: 1M  # layer 2 b.yaml:22'
row 'new_session: true  # layer 2'
row 'keep_fds: 0, 1, 2  # layer 1, 2'
row 'detach: false  # layer 2'
row 'namespace pid: true  # layer 2'
row 'event denied: true  # layer 1'
row 'event exec: true  # layer 2'
row 'redact user: true  # layer 1'
row 'layer landlock.net: may be missing  # layer 1, 2'
none '^layer mounts'

# Of networks.
net() {		# net NAME TEXT
	printf 'version: 1\nname: %s\nnetwork: {%s}\n' "$1" "$2" >"$tmp/$1.yaml"
}
net p1 'mode: proxy, domains: {allow: ["*.example.com", "a.test:8080", "b.test"], deny: [evil.example.com]}'
net p2 'mode: proxy, domains: {allow: ["www.example.com", "a.test:8080"]}'
net u1 'mode: loopback, unix: [/run/a.sock, "${home}/b.sock"]'
net u2 'mode: full, unix: [/run/a.sock, /run/c.sock]'
net n 'mode: none'
net f 'mode: full, unix: [any]'
nets() {	# nets A B: what is left, to "got"
	"$bin" show "$tmp/$1.yaml" "$tmp/$2.yaml" |
	    grep -E '^(network|unix|domain|connect|bind)' >"$tmp/got"
}
nets p1 p2
row 'network: by the proxy only  # layer 1 p1.yaml:3, 2 p2.yaml:3'
row 'domain a.test:8080 any: allowed (in supervised runs)  # layer 1 p1.yaml:3, 2 p2.yaml:3'
row 'domain b.test any: denied (in supervised runs)  # layer 2 p2.yaml:3'
row 'domain www.example.com any: allowed (in supervised runs)  # layer 2 p2.yaml:3, 1 p1.yaml:3'
row 'domain *.example.com any: allowed (as far as the other layers admit it)  # layer 1 p1.yaml:3'
row 'domain evil.example.com any: denied (in supervised runs)  # layer 1 p1.yaml:3'
nets p2 p1
row 'domain a.test:8080 any: allowed (in supervised runs)  # layer 1 p2.yaml:3, 2 p1.yaml:3'
is "$(grep -c '^domain a.test' "$tmp/got")" 1 "one row for one name"
net p3 'mode: proxy, domains: {allow: [a.test, c.test]}'
net p4 'mode: proxy, domains: {allow: ["a.test:443"]}'
nets p3 p4
row 'domain a.test any: allowed (as far as the other layers admit it)  # layer 1 p3.yaml:3'
row 'domain a.test:443 any: allowed (in supervised runs)  # layer 2 p4.yaml:3, 1 p3.yaml:3'
row 'domain c.test any: denied (in supervised runs)  # layer 2 p4.yaml:3'
nets u1 u2
row 'network: loopback only  # layer 1 u1.yaml:3'
row 'unix /run/a.sock: allowed (the supervisor connects)  # layer 1 u1.yaml:3, 2 u2.yaml:3'
none '^unix /run/c.sock: allowed [(]'
nets u2 f
row 'unix /run/c.sock: allowed (the supervisor connects)  # layer 1 u2.yaml:3, 2 f.yaml:3'
row 'network: allowed  # layer 1 u2.yaml:3, 2 f.yaml:3'
nets p1 u1
none '^domain'
nets p1 n
is "$(grep -v '^unix' "$tmp/got")" 'network: denied  # layer 2 n.yaml:3' \
    "none leaves nothing"

# --- the other forms ----------------------------------------------------------
"$bin" show --table "$tmp/a.bin" "$tmp/b.bin" >"$tmp/got"
grep -qE '^limit nofile +50 +hard +2 b.yaml:22$' "$tmp/got"
ok $? "--table"
is "$(grep -c . "$tmp/got")" "$(($("$bin" show "$tmp/a.bin" "$tmp/b.bin" |
    grep -c .) + 1))" "--table has the same rows"
"$bin" show --json "$tmp/a.bin" "$tmp/b.yaml" | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert [l["name"] for l in d["layers"]] == ["a", "b"] and d["format"] == 1
x, = [r for r in d["limits"] if r["target"] == "nofile"]
assert x["status"] == "50" and x["strength"] == "hard"
assert x["by"] == [{"layer": 2, "profile": "b", "id": "limits.nofile",
                    "src": "b.yaml:22"}], x
assert {"filesystem", "network", "syscalls", "exec", "environment",
        "process", "audit", "degrade"} < set(d)'
ok $? "--json, of a blob and a profile"
for o in --bpf --resolved; do
	"$bin" show $o "$tmp/a.bin" "$tmp/b.bin" >"$tmp/got" 2>"$tmp/err"
	is "$?$(cat "$tmp/got")" 2 "$o takes one"
	grep -q 'one policy' "$tmp/err"
	ok $? "$o: and says so"
done
"$bin" show --arch arm "$tmp/a.bin" "$tmp/b.bin" | grep -q '^architecture: arm$'
ok $? "--arch"
many=$(i=0; while [ $i -lt 17 ]; do echo "$tmp/a.bin"; i=$((i + 1)); done)
for v in "show $many" "why $many -- read /"; do
	"$bin" $v >/dev/null 2>"$tmp/err"
	is "$? $(cat "$tmp/err")" "2 codex-policyc: more than 16 policies, the limit of Landlock" \
	    "17 policies: ${v%% *}"
done
# The order changes numbers alone, but for ties of two errnos.
"$bin" show "$tmp/b.bin" "$tmp/a.bin" | sed 's/  # layer.*//' | sort >"$tmp/x"
"$bin" show "$tmp/a.bin" "$tmp/b.bin" | sed 's/  # layer.*//' | sort >"$tmp/y"
is "$(diff "$tmp/x" "$tmp/y" | grep '^[<>]' | grep -v '^. layer [12]:\|and in\|BOTH\|acct\|by arguments\|socketpair')" \
    "" "the order does not matter"

# --- why ------------------------------------------------------------------------
why() {		# why WANT LAYER QUERY...
	want=$1 layer=$2
	shift 2
	"$bin" why --json "$tmp/a.bin" "$tmp/b.bin" -- "$@" >"$tmp/got" 2>&1
	is "$(python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
print(d["result"], d["layer"], len(d["layers"]))' "$tmp/got")" \
	    "$want $layer 2" "why $*"
}
why denied 2 read /root/x
why allowed 1 read /usr/bin/env
why denied 2 write "$tmp/other/x"
why denied 1 run /opt/x
why denied 2 run /bin/../sbin/x
why allowed 1 connect x.example:8060
why denied 2 connect x.example:443
why denied 1 bind 9000
why "errno(EPERM)" 2 syscall acct
why kill 1 syscall swapon
why kill 2 syscall keyctl
why "errno(EACCES)" 1 syscall getpriority which=2
why allowed 2 syscall getpriority which=1
why allowed 1 env HOME
why allowed 2 env BOTH
why denied 1 env AX_TOKEN
why denied 2 env AWS
why prompt 1 exec ls
why forbidden 2 exec git push
why allowed 1 exec true
"$bin" why "$tmp/a.bin" "$tmp/b.bin" -- write "$tmp/other/x" >"$tmp/got"
is "$(sed "s|$tmp|TMP|" "$tmp/got")" "denied: write TMP/other/x  [filesystem.write, b.yaml:5, hard]
  no entry of filesystem.write covers it
  layer 2, \"b\", decides
  layer 1, \"a\": allowed  [filesystem.write, a.yaml:5, hard]: \"TMP/other\" covers it
  layer 2, \"b\": denied  [filesystem.write, b.yaml:5, hard]: no entry of filesystem.write covers it" \
    "why, in words"
"$bin" why -- read / 2>/dev/null; is "$?" 2 "why without a policy"
# What show says of calls is what why says, and the programs do.
"$bin" show --json "$tmp/a.bin" "$tmp/b.bin" | python3 -c '
import json, sys
for r in json.load(sys.stdin)["syscalls"]:
    if "(" in r["target"] or r["status"] == "by arguments" or " " in \
       r["target"].replace(", ", ","): continue
    names = r["target"].strip("{}").split(", ")
    for n in names[::40] + names[-1:]: print(n, r["status"])' >"$tmp/calls"
bad=
while read -r name status; do
	"$bin" why "$tmp/a.bin" "$tmp/b.bin" -- syscall "$name" |
	    grep -qF "$status: syscall $name  [" || bad="$bad $name"
done <"$tmp/calls"
is "$bad$([ "$(grep -c . "$tmp/calls")" -ge 15 ] || echo few)" "" \
    "show and why agree on calls"

# --- codex-exec does the same ----------------------------------------------------
case $CODEX_RT_LIBC in instrumented)
	skip "by effect" "an instrumented build"
	finish
	exit
esac
sed 's/^network:.*/network: {mode: none, unix: [pair]}/; s/detach: true/detach: false/; /^degrade/d
    s/new_session: true/new_session: false/' "$tmp/a.yaml" >"$tmp/c.yaml"
sed 's/^network:.*/network: {mode: none, unix: [pair]}/; /^degrade/d; s/^name: b/name: d/
    s/new_session: true/new_session: false/; /protect:/d' "$tmp/b.yaml" >"$tmp/d.yaml"
sed -i '/protect:/d; s/^name: a/name: c/' "$tmp/c.yaml"
for p in c d; do
	"$bin" build "$tmp/$p.yaml" -o "$tmp/$p.bin" || ok 1 "$p compiles"
done
# A file, so that consent has nothing to say about what it does.
script() {
	printf '%s\n' "$1" >"$tmp/ws/a/script"
}
run() {
	first=$tmp/$1.bin second=$tmp/$2.bin
	shift 2
	ONE=x AWS=1 MY_TOKEN=m YOUR_TOKEN=y PATH=/usr/bin \
	    "$exe" -p "$first" -p "$second" -- "$@" 2>&1
}
for order in "c d" "d c"; do
	set -- $order
	is "$(run $order env | grep -E '^(ONE|TWO|AWS|MY_|YOUR|AX_)' | sort |
	    tr '\n' ' ')" "MY_TOKEN=m ONE=a TWO=b " "$order: variables"
	script "ulimit -n; echo x >a/b/f; echo x >f; echo x >$tmp/other/f"
	is "$(run $order sh a/script | head -n 1)" 50 "$order: limits"
	[ -e a/b/f ]
	ok $? "$order: written where both let it"
	rm -f a/b/f
	[ ! -e f ] && [ ! -e "$tmp/other/f" ]
	ok $? "$order: and nowhere else"
	run $order git push >/dev/null
	is "$?" 126 "$order: commands"
	run $order ls >/dev/null
	is "$?" 126 "$order: the default of one"
	script 'exec /usr/bin/python3 -c "import os, ctypes
l = ctypes.CDLL(None, use_errno=True)
l.syscall(163, None)
print(ctypes.get_errno())
os.fork() or l.syscall(167, None, 0)
print(os.wait()[1])"'
	out=$(run $order sh a/script)
	[ "$1" = c ] && want="1 31" || want="13 31"
	is "$(echo $out)" "$want" "$order: calls, the strictest; of errnos the last"
done

# Each has what is asked for, and lists that would fill the memory are not made.
"$bin" build --arch x86_64 "$tmp/c.yaml" -o "$tmp/one.bin"
"$bin" show --arch aarch64 "$tmp/c.bin" "$tmp/one.bin" >"$tmp/got" 2>"$tmp/err"
is "$? $(cat "$tmp/got" "$tmp/err")" \
    "2 codex-policyc: $tmp/one.bin: no system calls for aarch64" \
    "an architecture that one lacks"
"$bin" why --arch aarch64 "$tmp/c.bin" "$tmp/one.bin" -- syscall read \
    >"$tmp/got" 2>"$tmp/err"
is "$?:$(cat "$tmp/got" "$tmp/err")" \
    "2:codex-policyc: $tmp/one.bin: no system calls for aarch64" \
    "why: the same"
seq -s , -f '"h%g.example:443"' 100 >"$tmp/hosts"
cat >"$tmp/hosts.yaml" <<YAML
version: 1
name: hosts
filesystem: {read: [/]}
network: {mode: ports, connect: [$(cat "$tmp/hosts")]}
YAML
"$bin" build "$tmp/hosts.yaml" -o "$tmp/hosts.bin" &&
    "$bin" show "$tmp/hosts.bin" "$tmp/a.bin" >"$tmp/got"
is "$?,$(grep -c '^connect h.*:443: allowed' "$tmp/got")" "0,100" \
    "hosts behind a port"
"$bin" show "$tmp/hosts.bin" "$tmp/hosts.bin" | grep '^connect' >"$tmp/got"
is "$(cat "$tmp/got")" "connect: too much to be listed  # layer -" \
    "too many pairs of hosts"
for h in h1 h2 h3; do
	net $h "mode: ports, connect: [\"$h.example:443\"]"
done
is "$("$bin" show "$tmp/h1.yaml" "$tmp/h2.yaml" "$tmp/h3.yaml" "$tmp/h2.yaml" |
    sed -n 's/^connect h\(.*\)  #.*/\1/p')" \
    "1.example:443: allowed (where h2.example and h3.example are that, too; the supervisor connects)" \
    "each name that a host has to have"
finish
