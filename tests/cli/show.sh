# show: what is printed of a blob, and that the resolved text gives it again.
. "$srcdir/tests/lib/tap.sh"

bin=$(cd "$builddir" && pwd)/compiler/codex-policyc
src=$(cd "$srcdir" && pwd)
gold=$src/tests/golden/show
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# again FILE NAME: FILE.bin compiled from its own resolved text is the same.
again() {
	"$bin" show --resolved "$1" >"$tmp/again.yaml" 2>"$tmp/err" &&
	"$bin" build "$tmp/again.yaml" -o "$tmp/again.bin" 2>>"$tmp/err" &&
	cmp -s "$1" "$tmp/again.bin"
	ok $? "$2: the resolved text gives the same bytes"
	sed 's/^/# /' "$tmp/err"
	: >"$tmp/err"
}

built=0
for f in "$src"/profiles/*.yaml "$src"/examples/*.yaml "$gold"/*.yaml \
    "$src"/tests/golden/profile/*.yaml "$src"/tests/escape/*.yaml; do
	n=${f#"$src"/}
	"$bin" build -I "$src/profiles" "$f" -o "$tmp/one.bin" 2>/dev/null ||
		continue
	built=$((built + 1))
	again "$tmp/one.bin" "$n"
done
[ "$built" -ge 16 ]; ok $? "there were profiles to try ($built)"

# What a profile alone does not say.
"$bin" build "$gold/everything.yaml" --arch arm,x86_64 -o "$tmp/one.bin"
again "$tmp/one.bin" "two architectures"
"$bin" build "$gold/minimal.yaml" --rules "$src/profiles/rules/default.rules" \
    -o "$tmp/one.bin"
again "$tmp/one.bin" "rules of --rules alone"
cp "$gold/minimal.yaml" "$tmp/$(printf 'caf\351 \033[31m "q".yaml')"
"$bin" build "$tmp/$(printf 'caf\351 \033[31m "q".yaml')" \
    --rules "$gold/everything.rules" -o "$tmp/one.bin"
again "$tmp/one.bin" "a file whose name is no text"
cp "$src/profiles/rules/default.rules" "$tmp/$(printf '\351\033.rules')"
"$bin" build "$gold/minimal.yaml" --rules "$tmp/$(printf '\351\033.rules')" \
    -o "$tmp/one.bin"
again "$tmp/one.bin" "rules in such a file"
printf 'version: 1\nname: d\nfilesystem: {read: ["/${x}"]}\n' >"$tmp/d.yaml"
"$bin" build "$tmp/d.yaml" -D "x=$(printf 'a"\\\\$$\001')" -o "$tmp/one.bin" \
    2>"$tmp/err"
is "$?" 1 "a control byte of -D is refused"
"$bin" build "$tmp/d.yaml" -D "x=$(printf 'a\351')" -o "$tmp/one.bin" \
    2>"$tmp/err"
is "$?$(grep -c 'not UTF-8' "$tmp/err")" 11 "-D that is not UTF-8 is refused"
"$bin" build "$tmp/d.yaml" -D 'x=a"\$$é' -o "$tmp/one.bin"
again "$tmp/one.bin" "a value of -D"

# The texts themselves.
"$bin" build "$src/profiles/offline.yaml" -o "$tmp/offline.bin"
golden() {	# golden NAME ARG...
	name=$1
	shift
	"$bin" show "$@" >"$tmp/got" 2>&1
	is "$?" 0 "$name: exit status"
	sed -i 's/^sha256: .*/sha256: X/' "$tmp/got"
	[ -z "${UPDATE_GOLDEN-}" ] || cp "$tmp/got" "$gold/$name.out"
	cmp -s "$tmp/got" "$gold/$name.out"
	ok $? "$name: text"
	diff -u "$gold/$name.out" "$tmp/got" | sed 's/^/# /'
}
golden offline "$tmp/offline.bin"
golden offline-table --table "$tmp/offline.bin"
golden everything "$gold/everything.yaml"
golden everything-table --table "$gold/everything.yaml"
golden everything-resolved --resolved "$gold/everything.yaml"
"$bin" show "$tmp/offline.bin" | grep -q '^syscalls: x86_64 .* proved,'
ok $? "programs are said to be proved"
for p in allows-network allows-write allows-full-write; do
	"$bin" show "$tmp/offline.bin" | grep -qx "$p: false"
	ok $? "offline: $p: false"
done
is "$("$bin" show "$src/profiles/trusted.yaml" | grep -c ': true$')" 3 \
    "trusted: all predicates are true"

# A profile, by its path and by its name, is shown like its blob.
"$bin" show "$tmp/offline.bin" >"$tmp/want"
"$bin" show "$src/profiles/offline.yaml" | cmp -s - "$tmp/want"
ok $? "a profile by its path"
"$bin" show -I "$src/profiles" offline | cmp -s - "$tmp/want"
ok $? "a profile by its name"
"$bin" show "$src/tests/golden/profile/values.yaml" >"$tmp/got" 2>"$tmp/err"
is "$?" 1 "a profile with errors: exit status"
grep -q '^values.yaml:[0-9]*:[0-9]*: error:' "$tmp/err" && [ ! -s "$tmp/got" ]
ok $? "a profile with errors: only messages"

# JSON, read by another program.
json() {	# json NAME FILE EXPRESSION WANT
	is "$("$bin" show --json "$2" | python3 -c 'import json, sys
b = json.load(sys.stdin)
def used(v):	# rule numbers that anything but "rules" itself names
    if isinstance(v, list):
        return [n for w in v for n in used(w)]
    if not isinstance(v, dict):
        return []
    return [n for k, w in v.items() if k != "rules" for n in
        ([w] if w and isinstance(w, int) and
        (k.endswith("rule") or k in rights) else used(w))]
rights = ("read", "write", "exec", "protect", "deny", "device", "git")
print(eval(sys.argv[1]))' "$3" 2>&1)" "$4" "json: $1"
}
e=$gold/everything.yaml
o=$tmp/offline.bin
json "top keys" "$o" "' '.join(b)" "format name description sha256 \
predicates filesystem network syscalls exec environment limits process audit \
degrade rules"
json name "$o" 'b["format"], b["name"]' "(1, 'offline')"
json digest "$o" 'b["sha256"]' "$(sed -n 's/^sha256: //p' "$tmp/want")"
json predicates "$e" 'b["predicates"]' \
    "{'allows-network': True, 'allows-write': True, 'allows-full-write': False}"
json "a path's rule" "$o" '[(r["name"], r["file"], r["line"]) for p in
    b["filesystem"]["paths"] for r in b["rules"]
    if p["path"] == "/" and r["number"] == p["rights"]["exec"]]' \
    "[('filesystem.exec', 'offline.yaml', 9)]"
json "every rule is used" "$e" 'len(b["rules"]) - len(set(used(b)))' 0
json host "$e" 'b["network"]["hosts"][1]' \
    "{'host': '[::1]', 'first': 1, 'last': 65535, 'rule': $(
    "$bin" show --json "$e" | python3 -c 'import json, sys
print(json.load(sys.stdin)["network"]["hosts"][1]["rule"])')}"
json domain "$e" '[(d["host"], d["protocols"], d["decision"],
    d["justification"]) for d in b["network"]["domains"]][4:5]' \
    "[('example.org', ['https'], 'forbidden', 'no')]"
json architectures "$e" '[a["name"] for a in
    b["syscalls"]["architectures"] if a["proved"]]' \
    "['x86_64', 'aarch64', 'riscv64', 'i386', 'arm']"
json condition "$gold/calls.yaml" '[c for i in
    b["syscalls"]["architectures"][0]["items"] for c in i["all_of"]
    if c["signed"] and c["bits"] == 64][0]' "{'arg': 1, 'mask': \
'0xffffffffffffffff', 'op': '<', 'value': '0xfffffffffffffffb', 'bits': 64, \
'signed': True}"
json rule "$e" '[r for r in b["exec"]["prefix_rules"]
    if r["id"]][1]["pattern"]' "[[{'word': 'hg'}], [{'word': 'push'}, \
{'word': 'pull'}], [{'glob': '*.t*t'}]]"
json unless "$e" '[r for r in b["exec"]["prefix_rules"]
    if r["id"]][0]["unless"][1][1]' "[{'glob': 'p*'}]"
json "odd words" "$e" '[w["word"] for r in b["exec"]["prefix_rules"]
    for p in r["pattern"] for w in p if "word" in w and "\0" in w["word"]]' \
    "['\\x00']"
json limits "$e" '[(l["value"], l["text"]) for l in b["limits"]
    if l["resource"] == "wall"]' "[(1500, '1500ms')]"
json environment "$e" '[s["value"] for s in b["environment"]["set"]
    if s["name"] == "OVER"]' "['high \${user} \$\$ \\x01\\n\\t']"
json process "$e" 'b["process"]["keep_fds"], b["degrade"][-1]' \
    "([0, 1, 2, 9, 63], 'mounts')"

# Damage and lies.  edit IN OUT CODE: change bytes `b', digest renewed.
edit() {
	python3 -c 'import hashlib, struct, sys
b = bytearray(open(sys.argv[1], "rb").read())
at = {}
for i in range(struct.unpack_from("<I", b, 16)[0]):
    kind, flags, arch, off, n = struct.unpack_from("<HHIII", b, 64 + 16 * i)
    at.setdefault(kind, off)
exec(sys.argv[3])
sha = lambda p: hashlib.sha256(bytes(p)).digest()
mid = 64 + (len(b) - 64) // 128 * 64
b[32:64] = sha(b[:32] + sha(b[64:mid]) + sha(b[mid:]))
open(sys.argv[2], "wb").write(b)' "$@"
}
refused() {	# refused FILE NAME WORDS
	for view in "" --resolved --table --json; do
		"$bin" show $view "$1" >"$tmp/got" 2>"$tmp/err"
		is "$?" 1 "$2 $view: exit status"
		[ ! -s "$tmp/got" ] && grep -q "^codex-policyc: .*$3" "$tmp/err"
		ok $? "$2 $view: one message and nothing else"
	done
}
head -c 1000 "$tmp/offline.bin" >"$tmp/bad.bin"
refused "$tmp/bad.bin" "a cut blob" ""
sed 's/offline/OFFLINE/' "$tmp/offline.bin" >"$tmp/bad.bin"
refused "$tmp/bad.bin" "a changed byte" digest
echo "no blob" >"$tmp/bad.bin"
refused "$tmp/bad.bin" "a text" ""
edit "$tmp/offline.bin" "$tmp/same.bin" ''
cmp -s "$tmp/offline.bin" "$tmp/same.bin"; ok $? "the editor keeps what is right"
edit "$tmp/offline.bin" "$tmp/bad.bin" 'b[at[1] + 8] ^= 2'
refused "$tmp/bad.bin" "a false predicate" "allows-write: true"
# The first item's action, which the program does not have.
edit "$tmp/offline.bin" "$tmp/bad.bin" \
    'struct.pack_into("<I", b, at[5] + 32 + 4, 0x7fff0000)'
refused "$tmp/bad.bin" "a policy that the program does not keep" \
    "does not do what its policy says"

# What another compiler made is shown, but no text is claimed for it.
edit "$tmp/offline.bin" "$tmp/other.bin" \
    'struct.pack_into("<I", b, at[1] + 4, 0)'
"$bin" show "$tmp/other.bin" | grep -qx 'description: '
ok $? "a blob of another compiler is shown"
"$bin" show --resolved "$tmp/other.bin" >"$tmp/got" 2>"$tmp/err"
is "$?" 1 "no resolved text for it: exit status"
[ ! -s "$tmp/got" ] && grep -q 'no profile that gives these bytes' "$tmp/err"
ok $? "no resolved text for it: message"

# Usage.
"$bin" show "$tmp/absent.bin" 2>/dev/null; is "$?" 2 "a missing file"
"$bin" show "$tmp" 2>/dev/null; is "$?" 2 "a folder"
"$bin" show 2>/dev/null; is "$?" 2 "no file"
"$bin" show --json --table "$o" 2>/dev/null; is "$?" 2 "two views"
"$bin" show --arch arm "$o" 2>/dev/null; is "$?" 2 "--arch without --bpf"
"$bin" show --nosuch "$o" 2>/dev/null; is "$?" 2 "an unknown option"
"$bin" show --bpf --arch arm "$o" | grep -Eq '^ *0: '
ok $? "--bpf lists the program"
if [ -w /dev/full ]; then
	"$bin" show "$o" >/dev/full 2>/dev/null
	is "$?" 2 "standard output that is full"
fi
finish
