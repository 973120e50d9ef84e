# What a program gets and gives is the same with and without us, in place and
# supervised: streams, terminal, status, arguments, environment, the rest.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
lib=$(cd "$srcdir" && pwd)/tests/lib
exe=$top/runtime/codex-exec
play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
OUT=$play/out
export OUT
cat >"$play/plain.yaml" <<'EOF'
version: 1
name: plain
extends: [trusted]
limits: {}
EOF
"$top/compiler/codex-policyc" build -I "$srcdir/profiles" "$play/plain.yaml" \
    -o "$play/plain.bin"
same() {	# same WHAT NAME OPTION...
	what=$1 name=$2
	shift 2
	is "$(timeout 120 python3 "$lib/faithful.py" $what "$exe" "$@" 2>"$play/err")" \
	    same "$name"
	[ ! -s "$play/err" ] || sed 's/^/# /' "$play/err" | tail -n 3
}
for how in "" "--timeout 100s" --explain; do
	for p in "$play/plain.bin" "$top/profiles/offline.bin"; do
		label="$(basename "$p" .bin)${how:+, ${how%% *}}"
		set -- -q $how -p "$p"
		[ "$p" != "$play/plain.bin" ] ||
		    same status "$label: exit status 0 to 255" "$@"
		same killed "$label: death by signal" "$@"
		same pipes "$label: 10 MB through pipes" "$@"
		same unbuffered "$label: nothing waits in a buffer" "$@"
		same argv "$label: arguments of any bytes" "$@"
		same many "$label: 2 MB of arguments" "$@"
		same kept "$label: umask, nice, affinity, directory, signals" "$@"
		same terminal "$label: the terminal, its modes and size" "$@"
		[ "$p" = "$play/plain.bin" ] || continue
		same environment "$label: variables of any bytes" "$@"
		same descriptors "$label: closed standard descriptors" "$@"
		same gone "$label: a directory that was removed" "$@"
	done
	"$exe" -q $how -p "$play/plain.bin" -- /etc/passwd 2>/dev/null
	is "$?" 126 "${how:-in place}: not executable"
	"$exe" -q $how -p "$play/plain.bin" -- /nonexistent 2>/dev/null
	is "$?" 127 "${how:-in place}: not found"
done

# Where mounts are needed it cannot be gone to again, and is refused.
mkdir "$play/gone"
(cd "$play/gone" && rmdir "$play/gone" &&
    "$exe" -p "$top/profiles/workspace-write.bin" true 2>"$play/err")
is "$?" 125 "a directory that was removed is no workspace"
grep -q 'workspace has no value here' "$play/err"
ok $? "and that is said"

# --- variables that are dropped ---------------------------------------------
NODE_OPTIONS=--val-1 PYTHONSTARTUP=val-2 MY_TOKEN=val-3 LD_AUDIT=val-4 \
    GIT_CONFIG_COUNT=val-5 KEPT=yes "$exe" -p "$top/profiles/offline.bin" \
    --json-fd 3 -- env 3>"$play/events" >"$play/env"
! grep -E 'val-|^(NODE_OPTIONS|PYTHONSTARTUP|MY_TOKEN|LD_AUDIT|GIT_CONFIG)' \
    "$play/env" && grep -qx KEPT=yes "$play/env" &&
    grep -qx CODEX_SANDBOX=codex-exec "$play/env" &&
    grep -qx CODEX_SANDBOX_NETWORK_DISABLED=1 "$play/env"
ok $? "variables that make programs run code, and secrets, are dropped"
for v in NODE_OPTIONS PYTHONSTARTUP MY_TOKEN LD_AUDIT GIT_CONFIG_COUNT; do
	grep -q "\"env_dropped\":\[[^]]*\"$v\"" "$play/events"
	ok $? "$v is in the start event by name"
done
! grep -q 'val-' "$play/events"
ok $? "and none by value"

# --- nothing appears on the disk ----------------------------------------------
# A file of the run itself would be newer than the mark, or be left over.
mkdir "$play/ws" "$play/tmp" "$play/home"
listing() { ls -lARi --time-style=full-iso "$play/ws" "$play/tmp" "$play/home"; }
(cd "$play/ws" && git init -q 2>/dev/null; echo x >f)
listing >"$play/before"
n=0
for p in offline net-read-only workspace-write workspace-net trusted; do
	for how in "" "--timeout 100s" --explain --dry-run --doctor; do
		(cd "$play/ws" && HOME=$play/home TMPDIR=$play/tmp "$exe" $how \
		    -p "$top/profiles/$p.bin" -- cat f) >"$play/log" 2>&1
		r=$?
		listing >"$play/after"
		cmp -s "$play/before" "$play/after" && { [ $r = 0 ] ||
		    grep -qE 'holds the (policy itself|home directory)' "$play/log"; }
		ok $? "$p${how:+, ${how%% *}}: nothing in the workspace, home or TMPDIR"
		[ $r = 0 ] && n=$((n + 1))
	done
done
[ $n -ge 15 ]
ok $? "and most of them ran"
# Which files it opens for writing at all: none but what it is told to.
if command -v strace >/dev/null && strace -o "$play/trace" true 2>/dev/null; then
	strace -f -e trace=file -o "$play/trace" "$exe" \
	    -p "$top/profiles/offline.bin" -- true 2>/dev/null
	! sed '/execve("[^"]*true"/,$d' "$play/trace" |
	    grep -E 'O_WRONLY|O_RDWR|O_CREAT|mkdir|symlink|rename|unlink' |
	    grep -v '/dev/null'
	ok $? "no file is opened to be written"
else
	skip strace "no strace that works"
fi
finish
