# why: decisions with the line behind them, and that codex-exec does the same.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
bin=$top/compiler/codex-policyc
src=$(cd "$srcdir" && pwd)
tmp=$(realpath "$(mktemp -d)")
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
mkdir "$tmp/ws" "$tmp/ws/keep" "$tmp/other" "$tmp/run"
cat >"$tmp/p.yaml" <<YAML
version: 1
name: p
variables: {extra: "$tmp/nothing"}
filesystem:
  read: ["/"]
  write: ["\${workspace}", "?\${extra}"]
  exec: [/bin, /usr, /lib, "?/lib64"]
network:
  mode: ports
  connect: [443, "db.example:5432"]
  bind: [8080]
  unix: [pair]
syscalls:
  default: errno(EPERM)
  newer: errno(ENOSYS)
  rules:
    - errno(EACCES): ["socket(domain == AF_PACKET)"]
    - allow: ["@system-service"]
exec:
  default: allow
  inline: |
    prefix_rule(["git", "push"], decision="prompt", id="push",
        justification="publishes")
    prefix_rule(["git"], decision="allow", id="git")
    prefix_rule(["false"], decision="forbidden", id="no")
environment:
  inherit: true
  drop: ["*_TOKEN"]
  keep: [MY_TOKEN]
  set: {SET: "\${home}/x"}
YAML
"$bin" build "$tmp/p.yaml" -o "$tmp/p.bin"
is "$?" 0 "the profile compiles"

why() {		# why WANT QUERY...: the first line begins with WANT
	want=$1
	shift
	(cd "$tmp/ws" && "$bin" why "$tmp/p.bin" -- "$@") >"$tmp/got" 2>&1
	st=$?
	got=$(head -n 1 "$tmp/got")
	[ "$st" = 0 ] && case $got in
	"$want"*) true ;;
	*) false ;;
	esac
	ok $? "$*: $want"
	[ "$st" = 0 ] || echo "# status $st"
	case $got in "$want"*) ;; *) echo "# $got" ;; esac
}
says() {	# says WORDS: so does the explanation
	grep -qF -e "$1" "$tmp/got"
	ok $? "... $1"
}

why "allowed: read /etc/passwd  [filesystem.read, p.yaml:5, hard]" \
    read /etc/passwd
why "allowed: write a.c  [filesystem.write, p.yaml:6, hard]" write a.c
says '"${workspace}" covers it'
says "the path is $tmp/ws/a.c"
why "denied: write $tmp/other/x  [filesystem.write, p.yaml:6, hard]" \
    write "$tmp/other/x"
says "no entry of filesystem.write covers it"
why "denied: write /etc/passwd  [filesystem.write, p.yaml:6" \
    write /etc/passwd
why "allowed: write /dev/null  [hard]" write /dev/null
says "as in every policy"
why "allowed: run /bin/sh  [filesystem.exec, p.yaml:7, hard]" run /bin/sh
why "denied: run $tmp/run/x  [filesystem.exec, p.yaml:7, hard]" \
    run "$tmp/run/x"
# The kernel goes by where a link leads, also one that leads nowhere yet.
ln -s "$tmp/other" "$tmp/ws/out"
ln -s "$tmp/other/new" "$tmp/ws/dangling"
ln -s loop "$tmp/ws/loop"
why "denied: write out/x  [filesystem.write" write out/x
why "denied: write dangling  [filesystem.write" write dangling
why "denied: write $tmp/ws/../other/x  [filesystem.write" \
    write "$tmp/ws/../other/x"
why "allowed: write loop" write loop

why "allowed: connect example.org:443  [network.connect, p.yaml:10, hard]" \
    connect example.org:443
says "the port, not the host"
why "allowed: connect db.example:5432  [network.connect, p.yaml:10, supervised]" \
    connect db.example:5432
why "denied: connect [::1]:22  [network.connect, p.yaml:10" connect '[::1]:22'
says "no entry of network.connect covers it"
why "allowed: bind 8080  [network.bind, p.yaml:11, hard]" bind 8080
why "denied: bind 80  [network.bind, p.yaml:11, hard]" bind 80
why "denied: connect /run/x.sock  [network.unix, p.yaml:12, hard]" \
    connect /run/x.sock

why "errno(EAFNOSUPPORT): syscall socket(domain=AF_UNIX)  [network.mode, p.yaml:9, hard]" \
    syscall socket domain=AF_UNIX
why "allowed: syscall read  [syscalls.rules, p.yaml:18, hard]" syscall read
why "errno(EPERM): syscall mount  [syscalls.default, p.yaml:14" syscall mount
says "no rule names it: the default"
why "errno(ENOSYS): syscall nr=9999  [syscalls.newer, p.yaml:15" \
    syscall nr=9999
why "errno(EPERM): syscall ioctl(request=TIOCSTI)  [hard]" \
    syscall ioctl request=TIOCSTI
says "every policy refuses it"
why "allowed: env HOME  [environment.inherit, p.yaml:27, hard]" env HOME
why "denied: env A_TOKEN  [environment.drop, p.yaml:28, hard]" env A_TOKEN
why "allowed: env MY_TOKEN  [environment.keep, p.yaml:29" env MY_TOKEN
why "allowed: env SET  [environment.set, p.yaml:30" env SET
says 'it is set to "${home}/x"'

why "prompt: exec git push  [push, p.yaml:22, consent]" \
    exec git push
says "publishes (the first command alone)"
says "git, p.yaml:24 matches too"
why "forbidden: exec false" exec false
why "allowed: exec ls 'a b'  [exec.default, p.yaml:20" exec ls 'a b'
says "no rule matches it"
cp /bin/true "$tmp/ws/x"
why "denied: exec ./x  [filesystem.exec, p.yaml:7, hard]" exec ./x
says "the rules alone: allowed"
why "allowed: exec nosuch-program" exec nosuch-program
says "there is no such program here"
why "prompt: exec git push" exec git push
mkdir "$tmp/bin"
cp /bin/true "$tmp/bin/tool"
is "$(PATH=$tmp/bin:$PATH "$bin" why "$tmp/p.bin" -- exec tool | head -n 1)" \
    "denied: exec tool  [filesystem.exec, p.yaml:7, hard]" \
    "a program is looked up in PATH"

# What is inside a command.
why "prompt: exec bash -c 'ls && git push'  [push, p.yaml:22, consent]" \
    exec bash -c 'ls && git push'
says "exec git push, column 7: publishes (the first command alone)"
says "exec ls: allowed  [exec.default, p.yaml:20]"
says "exec bash -c 'ls && git push': by what is inside"
why "prompt: exec env A=1 git push  [push" exec env A=1 git push
why "denied: exec sh -c 'echo x >/etc/passwd'  [filesystem.write, p.yaml:6, hard]" \
    exec sh -c 'echo x >/etc/passwd'
says "write /etc/passwd, column 9: no entry of filesystem.write covers it"
is "$("$bin" why "$top/profiles/offline.bin" -- exec sh -c \
    'for i in a; do ls $i $i; done' | grep -c 'opaque do ls')" 1 \
    "two constructs of one command are one line"
why "prompt: exec sh -c 'for i in a; do ls; done'  [exec.opaque" \
    exec sh -c 'for i in a; do ls; done'
says "cannot be seen through"

# Options, and a profile instead of its blob.
is "$("$bin" why -w "$tmp/other" -w "$tmp/run" "$tmp/p.bin" -- \
    write "$tmp/run/x" | head -n 1)" \
    "allowed: write $tmp/run/x  [filesystem.write, p.yaml:6, hard]" "-w"
is "$("$bin" why "$tmp/p.yaml" -D extra=/var/extra -- write /var/extra/x |
    head -n 1)" \
    "allowed: write /var/extra/x  [filesystem.write, p.yaml:6, hard]" "-D"
is "$("$bin" why -I "$src/profiles" offline -- bind 80 | head -n 1)" \
    "denied: bind 80  [network.mode, offline.yaml:$(
    grep -n '^  mode:' "$src/profiles/offline.yaml" | cut -d : -f 1), hard]" \
    "a profile by its name"
is "$("$bin" why --arch aarch64 "$tmp/p.bin" -- syscall open 2>&1 |
    head -n 1)" 'query:1:1: error: system call "open" does not exist on aarch64' \
    "--arch"
"$bin" why --json "$tmp/p.bin" -- exec git push >"$tmp/got"
is "$(python3 -c 'import json, sys
b = json.load(sys.stdin)
print(b["query"], b["decision"], b["rule"], b["strength"],
    [m["id"] for m in b["matches"]])' <"$tmp/got")" \
    "exec prompt {'id': 'push', 'src': 'p.yaml:22', 'column': 5} \
consent ['push', 'git']" "--json"
printf 'version: 1\nname: e\n' >"$tmp/e.yaml"
for q in "read /x" "write /x" "run /x" "connect a:1" "bind 1" "env A" \
    "syscall read" "exec ls"; do
	# shellcheck disable=SC2086
	"$bin" why --json "$tmp/e.yaml" -- $q >"$tmp/got"
	is "$?$(grep -c '^  "decision": "denied"' "$tmp/got")$(
	    grep -c '"rule"' "$tmp/got")" "010" \
	    "an empty profile refuses $q, by no line"
done
printf 'version: 1\nname: f\nfilesystem: {read: [/nosuch/a]}\n' >"$tmp/f.yaml"
"$bin" why "$tmp/f.yaml" -- read /nosuch/a/b | grep -qF \
    "codex-exec would not start: /nosuch/a does not exist here  [filesystem.read, f.yaml:3]"
ok $? "what keeps codex-exec from starting is said"

printf 'version: 1\nname: w\nfilesystem: {read: [/], write: [%s]}\n' \
    '/etc, /proc/sys, "${home}", "${workspace}"' >"$tmp/w.yaml"
"$bin" build "$tmp/w.yaml" -o "$tmp/w.bin"
home=$(sed -n "s/^[^:]*:[^:]*:$(id -u):[^:]*:[^:]*:\([^:]*\):.*/\1/p" \
    /etc/passwd | head -n 1)
if [ -z "$home" ]; then
	home=$tmp/home
	mkdir "$home"
	HOME=$home
	export HOME
fi
"$bin" why "$tmp/w.bin" -w "$tmp/ws" -- read / >"$tmp/got"
says "codex-exec would not start: /etc cannot be written: it is or holds /etc  [filesystem.write, w.yaml:3]"
says "/proc/sys cannot be written: it lies within /proc"
says "$(realpath "$home") cannot be written: it is or holds the home directory"
"$bin" why "$tmp/w.bin" -w "$home" -- read / >"$tmp/got"
grep -q "the home directory" "$tmp/got"
is "$?" 1 "-w names the home directory"
"$bin" why "$tmp/w.bin" -w "$tmp" -- read / >"$tmp/got"
says "$tmp cannot be written: it is or holds the policy itself"
printf 'version: 1\nname: h\nfilesystem: {read: [/], deny: ["${home}/key"]}\n' \
    >"$tmp/h.yaml"
is "$("$bin" why "$tmp/h.yaml" -- read "$home/key" | cut -d ' ' -f 1)" \
    denied: "a denied path below the home directory"
is "$(HOME=$tmp/other "$bin" why "$tmp/h.yaml" -- read "$home/key" |
    cut -d ' ' -f 1)" denied: "and with another HOME"
is "$(HOME=$tmp/other "$bin" why "$tmp/h.yaml" -- read "$tmp/other/key" |
    cut -d ' ' -f 1)" denied: "and below that one, too"


# What is kept for git, and only where there is something to keep.
cat >"$tmp/g.yaml" <<YAML
version: 1
name: g
filesystem:
  read: ["/"]
  write: ["\${workspace}"]
  protect: ["?\${workspace}/keep", "?\${workspace}/later"]
  git: ["\${workspace}"]
YAML
mkdir -p "$tmp/ws/.git/hooks"
: >"$tmp/ws/.git/config"
while read -r path want; do
	is "$("$bin" why -w "$tmp/ws" "$tmp/g.yaml" -- write "$tmp/ws/$path" |
	    sed -n '1s/:.*\[/ /; 1s/, g.yaml:[0-9]*,//; 1s/]//p')" "$want" \
	    "write $path"
done <<LIST
keep denied filesystem.protect hard
keep/x denied filesystem.protect hard
later/x denied filesystem.protect -
.git/config denied filesystem.git hard
.git/hooks/new denied filesystem.git hard
.git/commondir denied filesystem.git -
.git/index allowed filesystem.write hard
LIST
rm -rf "$tmp/ws/.git"

# The manual shows what is printed.
for q in "write /etc/passwd" "exec git push"; do
	# shellcheck disable=SC2086
	"$bin" why -I "$src/profiles" offline -- $q >"$tmp/got"
	while read -r line; do
		grep -qFx -e "$line" -e "  $line" "$src/docs/codex-policyc.1" ||
		    echo "$line"
	done <"$tmp/got" >"$tmp/missing"
	is "$(cat "$tmp/missing")" "" "the manual's example: $q"
done

# Refusals.
bad() {		# bad STATUS WORDS ARGUMENT...
	want=$1 words=$2
	shift 2
	"$bin" why "$@" >"$tmp/got" 2>"$tmp/err"
	is "$?" "$want" "$*: exit status"
	[ ! -s "$tmp/got" ] && grep -qF -e "$words" "$tmp/err"
	ok $? "$*: $words"
}
b=$tmp/p.bin
bad 2 usage: "$b"
bad 2 usage: "$b" --
bad 2 usage: --
bad 2 usage: -- read /x
bad 2 usage: "$b" -- read
bad 2 usage: "$b" -- read /a /b
bad 2 usage: "$b" -- exec
bad 2 'did you mean "connect"' "$b" -- conect a:1
bad 2 'unknown query "mcp"' "$b" -- mcp a b
bad 2 "takes HOST:PORT" "$b" -- connect a
bad 2 "takes HOST:PORT" "$b" -- connect ::1:44
bad 2 "takes a port" "$b" -- bind 65536
bad 2 "takes a variable" "$b" -- env A=b
bad 2 "takes a path" "$b" -- read ""
bad 2 'query:1:6: error: read has no argument "nosuch"' "$b" -- \
    syscall read nosuch=1
bad 2 'unknown system call "raed"; did you mean "read"' "$b" -- syscall raed
bad 2 "workspace" -w "$tmp/absent" "$b" -- read /x
bad 2 "" "$tmp/absent.bin" -- read /x
head -c 1000 "$b" >"$tmp/cut.bin"
bad 1 "" "$tmp/cut.bin" -- read /x
python3 -c 'import hashlib, struct, sys
b = bytearray(open(sys.argv[1], "rb").read())
at = {}
for i in range(struct.unpack_from("<I", b, 16)[0]):
    kind, flags, arch, off, n = struct.unpack_from("<HHIII", b, 64 + 16 * i)
    at.setdefault(kind, off)
struct.pack_into("<I", b, at[5] + 32 + 4, 0x7fff0000)
sha = lambda p: hashlib.sha256(bytes(p)).digest()
mid = 64 + (len(b) - 64) // 128 * 64
b[32:64] = sha(b[:32] + sha(b[64:mid]) + sha(b[mid:]))
open(sys.argv[2], "wb").write(b)' "$b" "$tmp/liar.bin"
bad 1 "does not do what its policy says" "$tmp/liar.bin" -- syscall read

# By effect: each act is done free, then held, and held it ends as `why' says.
cat >"$tmp/r.yaml" <<YAML
version: 1
name: r
extends: [offline]
filesystem:
  write: ["\${workspace}"]
  exec: !replace [/bin, /usr, /lib, "?/lib64", "$tmp/bin"]
environment: {drop: ["DROP_*"], keep: [DROP_NOT]}
exec:
  inline: 'prefix_rule(["false"], decision="forbidden")'
YAML
"$bin" build -I "$src/profiles" "$tmp/r.yaml" -o "$tmp/r.bin"
is "$?" 0 "a profile to run"
r=$tmp/r.bin
if [ "$CODEX_RT_LIBC" = instrumented ] ||
    ! "$top/runtime/codex-exec" -q -p "$tmp/r.bin" true 2>/dev/null; then
	skip "by effect" "codex-exec cannot run here"
	finish
	exit
fi
"$top/runtime/codex-exec" -p "$tmp/w.bin" -w "$tmp/ws" true 2>"$tmp/err"
is "$?" 125 "codex-exec refuses the write root"
"$bin" why "$tmp/w.bin" -w "$tmp/ws" -- read / >"$tmp/got"
says "codex-exec would not start: $(
    sed -n 's/^codex-exec: variables: //p' "$tmp/err")"
cd "$tmp/ws" || exit 1
effect() {	# effect WHAT QUERY -- COMMAND...
	what=$1
	shift
	q=
	while [ "$1" != -- ]; do q="$q $1"; shift; done
	shift
	"$@" >/dev/null 2>&1
	is "$?" 0 "free: $what"
	# shellcheck disable=SC2086
	case $("$bin" why "$r" -- $q) in
	allowed*) said=allowed ;;
	*) said=denied ;;
	esac
	"$top/runtime/codex-exec" -q -p "$r" "$@" >/dev/null 2>&1
	case $? in
	0) done=allowed ;;
	125) done=unstarted ;;
	*) done=denied ;;
	esac
	is "$done" "$said" "held: $what is $said"
}
: >"$tmp/other/old"
: >old
effect "a new file in the workspace" write new -- \
    sh -c 'rm -f new && : >new'
effect "a new file outside" write "$tmp/other/new" -- \
    sh -c "rm -f $tmp/other/new && : >$tmp/other/new"
effect "an old file in the workspace" write old -- dd if=/dev/zero of=old count=1
effect "an old file outside" write "$tmp/other/old" -- \
    dd if=/dev/zero "of=$tmp/other/old" count=1
effect "a link that leads out" write out/y -- \
    sh -c 'rm -f out/y && : >out/y'
effect "/dev/null" write /dev/null -- dd if=/dev/zero of=/dev/null count=1
effect "reading" read /etc/passwd -- cat /etc/passwd
effect "a listed program" run "$tmp/bin/tool" -- env "$tmp/bin/tool"
effect "a program that is not listed" run "$tmp/ws/x" -- env "$tmp/ws/x"
effect "the same as the command" exec "$tmp/ws/x" -- "$tmp/ws/x"
# Wherever python3 is.
"$bin" build "$src/profiles/offline.yaml" -o "$tmp/offline.bin"
r=$tmp/offline.bin
effect "no socket" syscall read -- python3 -c pass
effect "a socket" syscall socket domain=AF_INET -- \
    python3 -c 'import socket; socket.socket()'
effect "a pair" syscall socketpair domain=AF_UNIX type=1 -- \
    python3 -c 'import socket; socket.socketpair()'
r=$tmp/r.bin
DROP_IT=1 DROP_NOT=1
export DROP_IT DROP_NOT
effect "a dropped variable" env DROP_IT -- sh -c 'test -n "$DROP_IT"'
effect "a kept variable" env DROP_NOT -- sh -c 'test -n "$DROP_NOT"'
cd / || exit 1
finish
