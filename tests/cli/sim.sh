# sim and show --bpf: what they print, and that a proof finds what was changed.
. "$srcdir/tests/lib/tap.sh"

bin=$(cd "$builddir" && pwd)/compiler/codex-policyc
spoil=$(cd "$builddir" && pwd)/tests/lib/spoil
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/p.yaml" <<'EOF'
version: 1
name: p
syscalls:
  default: errno(EPERM)
  newer: errno(ENOSYS)
  rules:
    - errno(EACCES): ["socket(domain == AF_PACKET)"]
    - allow: [read, write, execve, socket, "clone((flags & CLONE_NEWUSER) == 0)"]
network: {mode: full, unix: [any]}
EOF
"$bin" build "$tmp/p.yaml" -o "$tmp/p.bin" --arch x86_64,aarch64
is "$?" 0 "a profile is built"

# call ARGUMENTS WANT: what sim says of one call.
call() {
	is "$("$bin" sim "$tmp/p.bin" --arch x86_64 "$1" 2>&1 |
	    sed 's/  [0-9]* instructions.*//')" "$1: $2" "sim: $1"
}
call 'read' 'allow  [syscalls.rules, p.yaml:8]'
call 'socket(domain = AF_INET, type = 1)' 'allow  [syscalls.rules, p.yaml:8]'
call 'socket(domain = 17)' 'errno(EACCES)  [syscalls.rules, p.yaml:7]'
call 'socket(domain = 0x100000011)' 'errno(EACCES)  [syscalls.rules, p.yaml:7]'
call 'clone(flags = CLONE_NEWUSER|CLONE_NEWNS)' 'errno(EPERM)  [syscalls.default, p.yaml:4]'
call 'nr=41(arg0 = 17)' 'errno(EACCES)  [syscalls.rules, p.yaml:7]'
call 'nr=41(domain = AF_UNIX)' 'allow  [syscalls.rules, p.yaml:8]'
call 'nr=9999' 'errno(ENOSYS)  [syscalls.newer, p.yaml:5]'
call 'nr=0x40000000' 'errno(ENOSYS)  [no rule of the profile]'
is "$("$bin" sim "$tmp/p.bin" nr=335 | sed -n 2p)" \
    "nr=335: Linux 6.14 and later let this call pass, whatever a filter says" \
    "sim: uretprobe passes whatever the filter says"
is "$("$bin" sim --notify "$tmp/p.bin" execve 'socket(domain = 17)' read |
    sed 's/  .*//')" \
    "execve: notify
socket(domain = 17): notify
read: allow" "sim: the notifying program asks"
is "$("$bin" sim --json "$tmp/p.bin" 'socket(domain = 17)' |
    sed 's/"instructions":[0-9]*,"return":[0-9]*/N/')" \
    '{"call":"socket(domain = 17)","arch":"x86_64","nr":41,"args":[17,0,0,0,0,0],"action":"errno(EACCES)","rule":{"id":"syscalls.rules","src":"p.yaml:7"},N,"bitmap":false,"exempt":false}' \
    "sim: JSON"
"$bin" sim "$tmp/p.bin" read | grep -q 'none with the bitmap$'
ok $? "sim: says what the bitmap answers"
"$bin" sim "$tmp/p.bin" 'socket(domain = 1)' | grep -q 'instructions$'
ok $? "sim: says what it does not answer"
"$bin" sim "$tmp/p.bin" sokcet >"$tmp/err" 2>&1; is "$?" 2 "sim: unknown call"
grep -q 'did you mean "socket"' "$tmp/err"; ok $? "sim: names a near call"
"$bin" sim "$tmp/p.bin" nr=4294967296 2>/dev/null; is "$?" 2 "sim: number too large"
"$bin" sim "$tmp/p.bin" --arch i386 read 2>/dev/null; is "$?" 2 "sim: no such program"
"$bin" sim "$tmp/p.bin" 2>/dev/null; is "$?" 2 "sim: nothing to do"

"$bin" sim "$tmp/p.bin" --prove >"$tmp/proof"; is "$?" 0 "prove: a good blob"
is "$(sed 's/: proved, [0-9]* paths, [0-9]* regions, [0-9]* instructions, at most [0-9]* a call$//' \
    "$tmp/proof" | tr '\n' ' ')" \
    "x86_64 x86_64, supervised aarch64 aarch64, supervised " "prove: every program"

# The return of EACCES allows; the witness is the call it is for.
at=$("$bin" show --bpf "$tmp/p.bin" | grep 'ret errno(EACCES)' | cut -d: -f1)
"$spoil" "$tmp/p.bin" "$tmp/q.bin" x86_64 BPF0 "$at" k 0x7fff0000
"$bin" sim "$tmp/q.bin" --prove >"$tmp/proof"; is "$?" 1 "prove: a changed return"
is "$(grep -A1 '^x86_64: ' "$tmp/proof")" \
    "x86_64: not proved: the program and the policy differ
  socket(domain = 0x11): wanted errno(EACCES), got allow, at instruction $at" \
    "prove: names the call"
is "$(grep -c 'supervised: proved' "$tmp/proof")" 2 "prove: the others are good"
"$bin" sim "$tmp/q.bin" 'socket(domain = 17)' >"$tmp/out" 2>&1
is "$?" 1 "sim: program and policy differ"
grep -q 'the policy says errno(EACCES); see --prove$' "$tmp/out"
ok $? "sim: says so"
"$bin" show --bpf "$tmp/q.bin" >"$tmp/out" 2>/dev/null
is "$?$(cat "$tmp/out")" 1 "show --bpf: lists nothing that is not proved"
"$bin" build "$tmp/p.yaml" -o "$tmp/r.bin" --arch aarch64
"$bin" show --bpf --arch x86_64 "$tmp/r.bin" >/dev/null 2>&1
is "$?" 2 "show --bpf: no such program"
at=$("$bin" show --bpf --notify "$tmp/p.bin" | grep 'ret notify' | cut -d: -f1)
"$spoil" "$tmp/p.bin" "$tmp/q.bin" x86_64 BPFN "$at" k 0x7fff0000
"$bin" sim "$tmp/q.bin" --prove >"$tmp/proof"; is "$?" 1 "prove: BPFN that does not ask"
grep -q 'wanted notify, got allow' "$tmp/proof"; ok $? "prove: a refusal must be asked about"
"$bin" show "$tmp/q.bin" >/dev/null 2>&1; is "$?" 1 "show: both programs must be good"
cp "$tmp/p.bin" "$tmp/q.bin"
printf 'X' | dd of="$tmp/q.bin" bs=1 seek=200 conv=notrunc 2>/dev/null
"$bin" sim "$tmp/q.bin" --prove >/dev/null 2>&1; is "$?" 1 "prove: a damaged blob"

"$bin" show --bpf "$tmp/p.bin" >"$tmp/list"
is "$(grep -v '^#' "$tmp/list" | grep -cv '^[0-9]*:')" 0 "show --bpf: index and colon"
grep -q 'jeq 17, .*socket: domain == AF_PACKET$' "$tmp/list"
ok $? "show --bpf: calls, arguments and values by name"
grep -q 'ret errno(EACCES)  *syscalls.rules p.yaml:7$' "$tmp/list"
ok $? "show --bpf: the rule behind a return"
sed '1,/^# answered/d' "$tmp/list" | tr -d '#\n' >"$tmp/names"
is "$(cat "$tmp/names")" "   read write execve" "show --bpf: what the bitmap answers"

# Numbers of x32 run what tells them apart, whoever else the bitmap answers.
printf 'version: 1\nname: x\nsyscalls: {default: allow, newer: allow, rules: []}\n%s\n' \
    'network: {mode: full, unix: [any]}' >"$tmp/x.yaml"
"$bin" build "$tmp/x.yaml" -o "$tmp/x.bin" &&
    "$bin" show --bpf "$tmp/x.bin" >"$tmp/x.bpf"
ok $? "a policy that allows all has a listing"
is "$(grep -c '^[0-9]*: *\* j.*\(x32\|newer\)' "$tmp/x.bpf")" \
    0 "show --bpf: what calls beyond the table run is not marked"

# A condition is for the architectures that have the call.
printf 'version: 1\nname: a\nsyscalls:\n  rules:\n    - allow: ["%s"]\n' \
    'arch_prctl(code == ARCH_SET_FS)' >"$tmp/a.yaml"
"$bin" build "$tmp/a.yaml" -o "$tmp/a.bin"
is "$?" 0 "a constant that is there wherever the call is"

# A mask is one test, whatever masks the policy has for other calls.
cat >"$tmp/mask.yaml" <<'EOF'
version: 1
name: mask
syscalls:
  rules:
    - allow: ["clone((flags & 0x7e020000) == 0)"]
    - allow:
        - "socket((domain & ~1) == 2)"
        - "socket((domain & ~3) == 4)"
        - "socket((domain & ~7) == 8)"
        - "socket((domain & ~15) == 16)"
        - "socket((domain & ~31) == 32)"
network: {mode: full, unix: [any]}
EOF
"$bin" build "$tmp/mask.yaml" -o "$tmp/mask.bin"
is "$("$bin" show --bpf "$tmp/mask.bin" | grep -A1 ': *ld .*clone: flags' |
    sed 's/^[0-9]*: *//;s/,.*//;s/ *clone.*//' | tr '\n' ' ')" \
    "ld arg0.lo jset 0x7e020000 " "a mask is one test"

# Too long: the calls that need most of it, with their places.
awk 'BEGIN {
	print "version: 1\nname: long\nsyscalls:\n  rules:"
	n = split("mount prctl fcntl futex madvise ptrace bpf keyctl lseek", c)
	split("flags option cmd futex_op advice request cmd operation whence", a)
	for (i = 1; i <= n; i++) {
		printf "    - allow: [\"%s(%s in {", c[i], a[i]
		for (k = 0; k < 520; k++)
			printf "%s%d", k ? "," : "", 3 + k * k * 7 + k * (1000003 + i)
		print "})\"]"
	}
}' >"$tmp/long.yaml"
"$bin" build "$tmp/long.yaml" -o "$tmp/long.bin" --arch x86_64 >"$tmp/err" 2>&1
is "$?" 1 "too long: refused"
[ ! -e "$tmp/long.bin" ]; ok $? "too long: no output file"
sed -n 1p "$tmp/err" | grep -q 'for x86_64 needs [0-9]* instructions; the kernel takes 4096$'
ok $? "too long: says by how much"
is "$(grep -c '^long.yaml:[0-9]*:[0-9]*: note: [0-9]* instructions ([0-9]*%) for the arguments of [a-z]*$' \
    "$tmp/err")" 8 "too long: names the largest"

# Masks that cut each other too often for a proof are a refusal with a place.
printf 'version: 1\nname: masks\nsyscalls:\n  rules:\n' >"$tmp/masks.yaml"
while read -r action mask value; do
	echo "    - $action: [\"clone((flags & $mask) == $value)\"]"
done >>"$tmp/masks.yaml" <<'EOF'
errno(EPERM) 0x5000951 0x10
allow 0xa4040410 0x410
errno(EIO) 0xa0154110 0xa0004100
errno(EPERM) 0x1e328400 0x14228000
errno(EIO) 0xb0000946 0x80000806
errno(EPERM) 0x80790004 0x80010004
errno(EPERM) 0x898d15 0x888911
errno(EPERM) 0xe1200440 0x61000000
allow 0x480d218 0x1008
errno(EIO) 0x3a2024a0 0x3a202080
errno(EIO) 0x2a002125 0x28002000
errno(EPERM) 0x807a1147 0x807a1007
errno(EIO) 0x1ce88000 0x14208000
allow 0x80280804 0x200004
errno(EIO) 0x85041044 0x4041000
EOF
"$bin" build "$tmp/masks.yaml" -o "$tmp/masks.bin" --arch x86_64 >"$tmp/err" 2>&1
is "$?" 1 "too many cases: refused"
grep -q '^error: the system call policy for x86_64: .*too many' "$tmp/err"
ok $? "too many cases: says so"
grep -q '^masks.yaml:5:.*note: most of them: 15 comparisons .* of clone$' "$tmp/err"
ok $? "too many cases: names the call"

# Hints change programs and no verdict; the same input gives the same bytes.
cat >"$tmp/freq" <<'EOF'
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 90.00    0.000612          10       580           clone
 10.00    0.000012          10         5         2 openat
------ ----------- ----------- --------- --------- ----------------
100.00    0.001906           7       585         2 total
EOF
sed 's/^  default:/  hot: [clone=580, openat=5]\n&/' "$tmp/p.yaml" >"$tmp/hot.yaml"
o=$srcdir/profiles/offline.yaml
"$bin" build "$o" -I "$srcdir/profiles" -o "$tmp/plain.bin" --arch x86_64
"$bin" build "$o" -I "$srcdir/profiles" -o "$tmp/fast.bin" --arch x86_64 \
    --frequency "$tmp/freq"
"$bin" build "$o" -I "$srcdir/profiles" -o "$tmp/again.bin" --arch x86_64 \
    --frequency "$tmp/freq"
cmp -s "$tmp/fast.bin" "$tmp/again.bin"; ok $? "frequency: same input, same bytes"
"$bin" sim --prove "$tmp/fast.bin" >/dev/null; is "$?" 0 "frequency: proved"
count() {
	"$bin" sim "$1" "$2" | sed 's/.*  \([0-9]*\) instructions.*/\1/'
}
[ "$(count "$tmp/fast.bin" clone)" -lt "$(count "$tmp/plain.bin" clone)" ]
ok $? "frequency: a call made often needs fewer instructions"
"$bin" build "$tmp/hot.yaml" -o "$tmp/h.bin"; is "$?" 0 "hot: in a profile"
"$bin" show --resolved "$tmp/h.bin" >"$tmp/again.yaml"
is "$?" 0 "hot: resolved text"
"$bin" build "$tmp/again.yaml" -o "$tmp/h2.bin"; cmp -s "$tmp/h.bin" "$tmp/h2.bin"
ok $? "hot: resolved text gives the same bytes"
for v in 5.4 5.11; do
	"$bin" build "$o" -I "$srcdir/profiles" -o "$tmp/k$v.bin" \
	    --arch x86_64 --frequency "$tmp/freq" --target-kernel $v
done
[ "$(count "$tmp/k5.4.bin" clone)" -le "$(count "$tmp/plain.bin" clone)" ] &&
    [ "$(count "$tmp/k5.4.bin" openat)" -lt "$(count "$tmp/k5.11.bin" openat)" ]
ok $? "target kernel: without a bitmap allowed calls weigh too"
all() {
	"$bin" sim "$1" read write close mmap futex getpid fstat lseek |
	    sed 's/.*  \([0-9]*\) instructions.*/\1/' | awk '{ n += $1 }
	    END { print n }'
}
for v in 5.10 5.11; do
	"$bin" build "$o" -I "$srcdir/profiles" -o "$tmp/k$v.bin" \
	    --arch x86_64 --target-kernel $v
done
[ "$(all "$tmp/k5.10.bin")" -le "$(all "$tmp/k5.11.bin")" ]
ok $? "target kernel: without hints as well"
sed 's/clone$/colne/' "$tmp/freq" >"$tmp/freq2"
"$bin" build "$tmp/p.yaml" -o "$tmp/x.bin" --frequency "$tmp/freq2" 2>"$tmp/err"
is "$?" 0 "frequency: an unknown call is a warning"
grep -q 'freq2:3:52: warning: unknown system call "colne"; did you mean "clone"? \[-Wfrequency\]$' "$tmp/err"
ok $? "frequency: which has a place and a near name"
"$bin" build "$tmp/p.yaml" -o "$tmp/y.bin" --frequency "$tmp/p.yaml" 2>/dev/null
is "$?" 1 "frequency: not a table"
"$bin" build "$tmp/p.yaml" -o "$tmp/y.bin" --target-kernel 5 2>/dev/null
is "$?" 2 "target kernel: not a version"
[ ! -e "$tmp/y.bin" ]; ok $? "no output file for either"
finish
