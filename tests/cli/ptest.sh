# The tests of profiles: run by build and check, in no blob; the verb test.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
bin=$top/compiler/codex-policyc
src=$(cd "$srcdir" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

for p in offline net-read-only workspace-write workspace-net trusted; do
	f=$src/profiles/$p.yaml
	n=$(grep -c ', expect: ' "$f")
	[ "$n" -ge 10 ]
	ok $? "$p brings tests ($n)"
	"$bin" check "$f"
	is "$?" 0 "$p: they pass"
	# Each turned round fails.
	sed -n 's/^  - \({.*\), expect: allowed}.*/  - \1, expect: denied}/p
	    t
	    s/^  - \({.*\), expect: [deEfp][a-zA-Z]*}.*/  - \1, expect: allowed}/p' \
	    "$f" >"$tmp/turned"
	is "$(wc -l <"$tmp/turned")" "$n" "$p: each can be turned round"
	failed=0
	while read -r t; do
		sed '/^tests:/,$d' "$f" >"$tmp/one.yaml"
		printf 'tests:\n  %s\n' "$t" >>"$tmp/one.yaml"
		[ -d "$tmp/rules" ] || ln -s "$src/profiles/rules" "$tmp/rules"
		"$bin" check -I "$src/profiles" --arch x86_64,arm,i386 \
		    "$tmp/one.yaml" 2>"$tmp/err" && echo "# $t"
		grep -q "^one.yaml:[0-9]*:[0-9]*: error: test failed: " \
		    "$tmp/err" && failed=$((failed + 1))
	done <"$tmp/turned"
	is "$failed" "$n" "$p: and fails then"
done

f=$src/profiles/offline.yaml
mkdir "$tmp/bare"
cp -r "$src/profiles/rules" "$tmp/bare/rules"
sed '/^tests:/,$d' "$f" >"$tmp/bare/offline.yaml"
"$bin" build "$tmp/bare/offline.yaml" -o "$tmp/bare.bin" &&
    "$bin" build "$f" -o "$tmp/with.bin" &&
    cmp -s "$tmp/bare.bin" "$tmp/with.bin"
ok $? "tests are in no blob"

# A failure leaves what was there; other verbs do not mind it.
cp "$src/tests/golden/profile/tests-fail.yaml" "$tmp/f.yaml"
echo old >"$tmp/f.bin"
"$bin" build "$tmp/f.yaml" -o "$tmp/f.bin" 2>/dev/null
is "$?$(cat "$tmp/f.bin")" 1old "a failing test: the old output stays"
"$bin" check "$tmp/f.yaml" 2>/dev/null; is "$?" 1 "check fails, too"
"$bin" why "$tmp/f.yaml" -- write /etc/passwd >/dev/null
is "$?" 0 "why answers nevertheless"

# What rules are added counts; tests are not inherited.
printf 'prefix_rule(["ls"], decision="forbidden")\n' >"$tmp/more.rules"
"$bin" check --rules "$tmp/more.rules" "$f" 2>"$tmp/err"
is "$?" 1 "rules of --rules can make a test fail"
grep -q 'test failed: exec "ls -l": expected allowed, got forbidden' "$tmp/err"
ok $? "and it is said which"
cat >"$tmp/wide.yaml" <<YAML
version: 1
name: wide
extends: [offline]
filesystem: {write: ["\${workspace}"]}
YAML
"$bin" check -I "$src/profiles" "$tmp/wide.yaml"
is "$?" 0 "tests of a parent are not those of the child"
cat >"$tmp/arch.yaml" <<YAML
version: 1
name: arch
syscalls: {rules: [{allow: [read, "[x86_64] open"]}]}
tests:
  - {syscall: open, expect: allowed}
YAML
"$bin" check --arch aarch64 "$tmp/arch.yaml"
is "$?" 0 "a call that the architecture asked for lacks is passed over"
"$bin" check --arch x86_64,i386 "$tmp/arch.yaml" 2>"$tmp/err"
is "$?$(grep -c 'got errno(EPERM) on i386' "$tmp/err")" 11 \
    "each architecture must answer as expected"

# --- the verb test ----------------------------------------------------------
# run STATUS ARGUMENT...: TAP that another reader understands; its counts.
run() {
	want=$1
	shift
	"$bin" test "$@" >"$tmp/got" 2>"$tmp/err"
	is "$?" "$want" "test $*: exit status"
	counts=$(python3 -c 'import re, sys
lines = open(sys.argv[1]).read().split("\n")
assert lines[0] == "TAP version 14", lines[0]
plan = int(re.match(r"1\.\.(\d+)", lines[1]).group(1))
count = {"ok": 0, "not ok": 0, "skip": 0}
n, inside = 0, False
for l in lines[2:]:
    if l == "  ---" or l == "  ...":
        inside = l == "  ---"
        continue
    if inside:
        assert re.match(r"  [a-z]+: \"", l), l
        continue
    m = re.match(r"(not ok|ok) (\d+) - (.*)$", l)
    if not m:
        assert l == "" or l.startswith("# "), l
        continue
    n += 1
    assert int(m.group(2)) == n, l
    d = re.search(r"(?<!\\)#(.*)", m.group(3))
    assert d is None or d.group(1).startswith(" SKIP "), l
    count["skip" if d else m.group(1)] += 1
assert n == plan, (n, plan)
print(count["ok"], count["not ok"], count["skip"])' "$tmp/got" 2>&1)
}
run 0 --coverage "$src"/profiles/*.yaml \
    "$src"/profiles/rules/default.rules
case $counts in
*" 0 0") ok 0 "the shipped profiles and rules: $counts" ;;
*) ok 1 "the shipped profiles and rules: $counts" ;;
esac
set -- $(sed -n 's/^# coverage: \([0-9]*\) of \([0-9]*\) rules$/\1 \2/p' \
    "$tmp/got")
[ "$1" -gt 100 ] && [ $(($1 * 5)) -ge $(($2 * 4)) ]
ok $? "tests exercise most lines of them ($1 of $2)"
is "$(grep -c 'default.rules:[0-9]*: match "git push origin main"$' \
    "$tmp/got")" 1 "what five profiles share is tried once"
run 0 "$src/profiles/rules/programs.rules"
grep -q ': should_match ' "$tmp/got"; ok $? "examples of programs, too"

run 1 --junit "$tmp/j.xml" --coverage "$tmp/f.yaml"
is "$counts" "3 12 0" "failing tests are counted"
grep -q '^not ok 3 - f.yaml:20: write /etc/passwd: allowed$' "$tmp/got"
ok $? "each names its place and question"
sed -n '/^not ok 3/,/\.\.\./p' "$tmp/got" | grep -qFx \
    '  message: "write \"/etc/passwd\": expected allowed, got denied: no entry of filesystem.write covers it"'
ok $? "and what was expected and got"
sed -n '/^not ok 3/,/\.\.\./p' "$tmp/got" | grep -qFx '  decided: "f.yaml:6:10"'
ok $? "and the line that decided"
is "$(python3 -c 'import sys, xml.etree.ElementTree as t
r = t.parse(sys.argv[1]).getroot()
s = r.find("testsuite")
print(r.tag, r.get("tests"), r.get("failures"), s.get("failures"),
    len(s.findall("testcase")), len(s.findall("testcase/failure")),
    s.findall("testcase")[2].find("failure").get("message"))' "$tmp/j.xml")" \
    "testsuites 15 12 12 15 12 write \"/etc/passwd\": expected allowed, got \
denied: no entry of filesystem.write covers it" "--junit"
is "$(grep '^#' "$tmp/got")" "# coverage: 10 of 10 rules" "--coverage"

cat >"$tmp/e.rules" <<'RULES'
prefix_rule(["git"], match = ["git push", "hg push"],
    not_match = ["git status", "svn up"])
prefix_rule(["# <&>"], decision = "prompt")
prefix_rule(["x"], match = [["x", "# SKIP"]])
RULES
run 1 --coverage --junit "$tmp/j.xml" "$tmp/e.rules"
is "$counts" "3 2 0" "examples that fail"
grep -q 'not_match "git status"$' "$tmp/got"; ok $? "in order of the file"
grep -qF 'match "x \# SKIP"' "$tmp/got"; ok $? "# is escaped"
is "$(grep '^#' "$tmp/got")" "# coverage: 2 of 3 rules
# not exercised: $tmp/e.rules:3:1: prefix_rule" "coverage of rules"
python3 -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' \
    "$tmp/j.xml"
ok $? "--junit with odd characters"
cat >"$tmp/u.yaml" <<YAML
version: 1
name: u
exec: {rules: [e.rules], default: allow}
tests:
  - {exec: [svn], expect: allowed}
  - {syscall: open, expect: denied}
YAML
run 1 --arch aarch64 "$tmp/u.yaml"
is "$counts" "4 2 1" "rules of a profile; a call that is not there is skipped"
"$bin" check "$tmp/u.yaml" 2>/dev/null
is "$?" 1 "check refuses what test counts"

printf 'version: 1\nname: none\n' >"$tmp/none.yaml"
run 0 "$tmp/none.yaml"
is "$(cat "$tmp/got")" "TAP version 14
1..0 # SKIP no tests" "no tests"
sed 's/mode: none/mode: nun/' "$tmp/f.yaml" >"$tmp/broken.yaml"
run 1 "$tmp/broken.yaml" "$src/profiles/trusted.yaml"
grep -q "^not ok 1 - .*broken.yaml compiles" "$tmp/got" &&
    grep -q "broken.yaml:7:17: error:" "$tmp/err"
ok $? "a profile that does not compile is a failure, and the next is tried"
echo 'prefix_rule(' >"$tmp/broken.rules"
run 1 "$tmp/broken.rules"
is "$counts" "0 1 0" "so are rules"
run 0 --coverage -I "$src/profiles" -D x=y --rules "$src/profiles/rules/default.rules" \
    "$tmp/wide.yaml"
grep -qx '# not exercised: wide.yaml:4:22: filesystem.write' "$tmp/got"
ok $? "a line that no test exercises"

bad() {
	"$bin" test "$@" >"$tmp/got" 2>"$tmp/err"
	is "$?" 2 "test $*: exit status"
	[ ! -s "$tmp/got" ] && [ -s "$tmp/err" ]
	ok $? "test $*: a message and nothing else"
}
bad
bad --nosuch "$f"
bad "$f" "$tmp/absent.yaml"
bad --arch nosuch "$f"
"$bin" test --junit "$tmp/no/such" "$f" >/dev/null 2>"$tmp/err"
is "$?" 2 "--junit where nothing can be written"
if [ -w /dev/full ]; then
	"$bin" test "$f" >/dev/full 2>/dev/null
	is "$?" 2 "standard output that is full"
fi
finish
