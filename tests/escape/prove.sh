# --prove-here: the receipt says what holds, and finds out who lies.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside prove
cp "$top/tests/lib/oldkernel" "$top"/profiles/*.bin "$play"
chmod 644 "$play"/*.bin
ws=$play/ws
HOME=$play/home
export HOME
mkdir -p "$ws/.git/hooks" "$ws/.codex" "$ws/empty" "$play/home/.ssh" \
    "$play/secret"
echo "[core]" >"$ws/.git/config"
echo "ref: refs/heads/main" >"$ws/.git/HEAD"
mkdir "$ws/.git/objects" "$ws/.git/refs"
build() {	# build NAME TEXT
	printf 'version: 1\nname: %s\n%s\n' "$1" "$2" >"$play/$1.yaml"
	"$top/compiler/codex-policyc" build "$play/$1.yaml" \
	    -o "$play/$1.bin" -I "$srcdir/profiles" && chmod 644 "$play/$1.bin"
}
build tree 'extends: [workspace-write]
filesystem: {deny: ["/media/secret"]}
exec: {scope: tree}
limits: {wall: 1m, nofile: 100, fsize: 1M}' &&
    build narrow 'extends: [offline]
filesystem: {read: !replace ["/usr", "/lib", "?/lib64", "/etc"], exec: !replace ["/usr/lib", "?/lib64"]}' &&
    build loop 'extends: [workspace-write]
network: {mode: loopback}' &&
    build ports 'extends: [workspace-net]
network: {mode: ports, connect: !replace [9], bind: !replace []}' &&
    build hosts 'extends: [workspace-write]
network: {mode: ports, connect: ["127.0.0.2:9"]}' &&
    build bare 'extends: [workspace-write]
degrade: [mounts, landlock.scope]'
ok $? "the policies compile"

user="setpriv --reuid 65534 --regid 65534 --clear-groups"
who=
prove() {	# prove ARGS...: $status and $play/log
	(cd "$ws" && timeout 60 $who "$play/codex-exec" --prove-here "$@") \
	    >"$play/log" 2>&1 </dev/null
	status=$?
}
lying() {	# lying WHAT ARGS...
	what=$1
	shift
	(cd "$ws" && timeout 60 $who "$play/oldkernel" $what -- \
	    "$play/codex-exec" --prove-here "$@") >"$play/log" 2>&1 </dev/null
	status=$?
}
has() {
	grep -q "$1" "$play/log" || { sed 's/^/# /' "$play/log"; false; }
}
state() {	# Of places that are ours alone; elsewhere by its name.
	find "$ws" "$play/home" "$play/secret" -exec ls -ldn {} +
	find "$ws" -type f -exec cksum {} +
	find / -xdev -name ".codex-prove*" 2>/dev/null
	find /tmp /var/tmp /dev/shm -name ".codex-prove*" 2>/dev/null
}
for label in root user; do
	who=
	if [ $label = user ]; then
		who=$user
		$user true 2>/dev/null || {
			skip "$label" "no other user here"
			continue
		}
		chown -R 65534:65534 "$ws" "$play/home" "$play/secret"
	fi
	state >"$play/before"
	for p in offline net-read-only workspace-write workspace-net trusted \
	    tree narrow loop ports hosts; do
		prove -p "$play/$p.bin"
		[ $status = 0 ] && has '^proved: yes' && has '^  held '
		ok $? "$label: $p is kept"
	done
	prove -p "$play/ports.bin"
	has '^  works *connect 127.0.0.1:9:' &&
	    has '^  held *connect 127.0.0.1:.*network.connect'
	ok $? "$label: a listed port, and one that is not"
	prove -p "$play/hosts.bin"
	has '^  held *connect 127.0.0.1:.*network.connect.*, supervised\]' &&
	    has '^  held *bind 127.0.0.1:.*network.bind.*, hard\]'
	ok $? "$label: a host that is not listed"
	prove -p "$play/narrow.bin"
	has '^  held *run /.*true.*filesystem.exec' &&
	    has '^  held *read /media/home\|^  held *read /media/ws'
	ok $? "$label: reading and running elsewhere is refused"
	prove -p "$play/tree.bin"
	has '^mode: supervised' &&
	    has '^  held *create in /media/ws/.codex: .*filesystem.protect' &&
	    has '^  held *create in /media/ws/.git/hooks: .*filesystem.git' &&
	    has '^  held *remove /media/ws/.git: ' &&
	    has '^  held *read /media/secret: .*filesystem.deny, tree.yaml:4' &&
	    has '^  works *create in /media/ws: ' &&
	    has '^  held *exceed nofile: .*limits.nofile, tree.yaml:6'
	ok $? "$label: what is protected, its parent, what is denied, limits"
	prove -p "$play/tree.bin" -p "$play/offline.bin" -w "$ws/empty" -C /
	[ $status = 0 ] && has '^  held *create in /media/ws/empty: '
	ok $? "$label: of two policies the stricter is kept"
	prove -p "$play/workspace-write.bin" --json
	[ $status = 0 ] && python3 - "$play/log" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
assert r["proved"] is True and r["not_held"] == 0 and r["fails"] == 0
assert r["held"] == sum(p["verdict"] == "held" for p in r["probes"])
assert any(p["source"] == "workspace-write.yaml:10" and
    p["strength"] == "hard" for p in r["probes"] if "source" in p)
END
	ok $? "$label: JSON says the same"
	state >"$play/after"
	diff "$play/before" "$play/after" | sed 's/^/# /'
	cmp -s "$play/before" "$play/after"
	ok $? "$label: nothing is left behind, nothing was changed"

	while read -r what policy line; do
		lying "lie=$what" -p "$play/$policy.bin"
		[ $status = 77 ] && {
			skip "$label: $what" "nothing can be imitated here"
			continue
		}
		[ $status = 1 ] && has '^proved: no' &&
		    has "^  NOT HELD *$line"
		ok $? "$label: $policy, a $what that does nothing: $line"
	done <<END
landlock offline create in /media/ws
landlock offline signal a process
landlock narrow read /media/ws
landlock narrow run /
landlock ports connect 127.0.0.1
seccomp offline call socket(AF_INET
seccomp workspace-net call ptrace
seccomp trusted call ioctl
mounts workspace-write remove /media/ws/.git
mounts workspace-write create in /media/ws/.codex
mounts tree read /media/secret
END
	lying landlock=5 -p "$play/bare.bin"
	[ $status = 0 ] && has '^  lost *signal a process outside' &&
	    has '^  landlock.scope'
	ok $? "$label: what may be lost is shown, and no lie"
	for p in bare workspace-write; do
		lying mntns -p "$play/$p.bin"
		[ $status = 0 ] && has '^proved: yes' &&
		    has '^  held *read /media/home/.ssh: .*filesystem.deny.*supervised' &&
		    has '^  works *read /: ' &&
		    has '^  held *create in /media/ws/.git/hooks: '
		ok $? "$label: $p without mounts: a supervisor keeps what is denied"
	done
	lying landlock=5 -p "$play/workspace-write.bin"
	[ $status = 125 ] && has landlock.scope
	ok $? "$label: what cannot be applied cannot be proved"
	chown -R 0:0 "$ws" "$play/home" "$play/secret"
done
who=
build silent 'filesystem: {read: ["/"], exec: ["/"]}' 2>/dev/null &&
    "$play/codex-exec" -p "$play/silent.bin" true >"$play/log" 2>&1
[ $? = 125 ] && has 'policy "silent" lets no program start'
ok $? "a policy under which nothing starts says so"
prove -p "$play/offline.bin" true
is "$status" 125 "no command"
for other in --dry-run --doctor; do
	prove -p "$play/offline.bin" $other
	is "$status" 125 "not with $other, which would be all that is done"
done
prove -p "$play/offline.bin" --audit "$play/a"
[ $status = 125 ] && [ ! -e "$play/a" ]
ok $? "no records"
finish
