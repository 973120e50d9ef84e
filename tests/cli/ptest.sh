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
		"$bin" check -I "$src/profiles" --arch x86_64,aarch64 \
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
finish
