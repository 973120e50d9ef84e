# Lint: what is found and where, as text and as SARIF; profiles that are
# shipped have nothing to say beside what trusted is.
. "$srcdir/tests/lib/tap.sh"

bin=$(cd "$builddir" && pwd)/compiler/codex-policyc
dir=$(cd "$srcdir" && pwd)/tests/golden/lint
top=$(cd "$srcdir" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$dir" || exit 1
for f in *.yaml *.rules; do
	"$bin" lint "$f" >"$tmp/out" 2>"$tmp/got"
	[ -z "${UPDATE_GOLDEN-}" ] || cp "$tmp/got" "$f.lint"
	want=1; [ -s "$f.lint" ] || want=0
	if cmp -s "$tmp/got" "$f.lint"; then
		ok 0 "$f: findings"
	else
		ok 1 "$f: findings"
		diff -u "$f.lint" "$tmp/got" | sed 's/^/# /'
	fi
	"$bin" lint --sarif "$f" >"$tmp/got" 2>"$tmp/err"
	is "$?" "$want" "$f: exit status"
	is "$(cat "$tmp/err")" "" "$f: SARIF alone"
	is "$(grep -c '"ruleId"' "$tmp/got")" \
	    "$(grep -cE '^.+:[0-9]+:[0-9]+: (warning|error): ' "$f.lint")" \
	    "$f: as many results"
	if command -v python3 >/dev/null; then
		python3 "$top/tests/lib/sarif.py" "$tmp/got" >"$tmp/err" 2>&1
		is "$? $(cat "$tmp/err")" "0 " "$f: SARIF 2.1.0"
	else
		skip "$f: SARIF 2.1.0" "no python3"
	fi
done
# Every check has a finding here.
[ "$("$bin" lint --list | wc -l)" -ge 16 ]
ok $? "the checks are listed"
"$bin" lint --list | while read -r id rest; do
	grep -q "\[-W$id\]" ./*.lint || echo "$id"
done >"$tmp/missing"
is "$(cat "$tmp/missing")" "" "every check is shown by a golden file"
# And is described.
"$bin" lint --list | while read -r id rest; do
	grep -q "^\.It Cm $id\$" "$top/docs/codex-policyc.1" || echo "$id"
done >"$tmp/missing"
is "$(cat "$tmp/missing")" "" "codex-policyc.1 lists the checks"
"$bin" lint -W no-fs-write-root broad.yaml >"$tmp/muted" 2>&1
is "$(grep -c fs-write-root "$tmp/muted"):$(grep -c syscall-default \
    "$tmp/muted")" 0:1 "a muted check says nothing, others do"
"$bin" lint --strict broad.yaml 2>&1 | grep -q 'error:.*fs-write-root'
ok $? "--strict makes errors"
for p in offline net-read-only workspace-write workspace-net; do
	is "$("$bin" lint "$top/profiles/$p.yaml" 2>&1)" "" "$p is clean"
done
is "$("$bin" lint "$top/profiles/trusted.yaml" 2>&1 |
    sed -n 's/.*\[-W\(.*\)\]$/\1/p' | sort | tr '\n' ' ')" \
    "env-loader fs-write-root syscall-default " "trusted is what it is"
"$bin" lint 2>/dev/null; is "$?" 2 "usage"
"$bin" lint absent.yaml 2>/dev/null; is "$?" 2 "no such file"
finish
