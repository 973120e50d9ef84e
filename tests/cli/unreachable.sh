# Rules that never decide: warned of with both lines, refused when strict;
# and what else is wrong with rules between themselves.
. "$srcdir/tests/lib/tap.sh"

bin=$(cd "$builddir" && pwd)/compiler/codex-policyc
top=$(cd "$srcdir" && pwd)
dir=$top/tests/golden/unreachable
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$dir" || exit 1
for f in *.yaml; do
	n=$(basename "$f" .yaml)
	"$bin" check "$f" >"$tmp/got" 2>&1
	is "$?" "$([ "$n" = clash ] && echo 1 || echo 0)" "$n: exit status"
	[ -z "${UPDATE_GOLDEN-}" ] || cp "$tmp/got" "$n.err"
	if cmp -s "$tmp/got" "$n.err"; then
		ok 0 "$n: messages"
	else
		ok 1 "$n: messages"
		diff -u "$n.err" "$tmp/got" | sed 's/^/# /'
	fi
done
"$bin" build covered.yaml -o "$tmp/p.bin" 2>"$tmp/err"
is "$?" 0 "a warning does not refuse"
cmp -s "$tmp/err" covered.err; ok $? "build says what check does"
"$bin" build --strict covered.yaml -o "$tmp/strict.bin" 2>"$tmp/err"
is "$?" 1 "--strict refuses"
[ ! -e "$tmp/strict.bin" ]; ok $? "and writes nothing"
is "$(grep -c ': error: this rule never decides' "$tmp/err")" \
    "$(grep -c ': warning: this rule never decides' covered.err)" \
    "each is an error"
is "$("$bin" check --strict -W no-exec-unreachable covered.yaml 2>&1)" "" \
    "it can be muted"
is "$("$bin" why covered.yaml -- exec git status 2>&1 >/dev/null)" "" \
    "why does not warn"
is "$("$bin" execpolicy check --rules covered.rules git status 2>&1)" \
    '{"matchedRules":[{"prefixRuleMatch":{"matchedPrefix":["git"],"decision":"forbidden"}},{"prefixRuleMatch":{"matchedPrefix":["git","status"],"decision":"allow"}}],"decision":"forbidden"}' \
    "execpolicy check says what it always did"
# Nobody can take out a line of the profile that theirs extends.
cat >"$tmp/more.yaml" <<END
version: 1
name: more
extends: ["$dir/covered.yaml"]
exec:
  inline: |
    prefix_rule(["ls"], decision="forbidden")
    prefix_rule(["git"], decision="forbidden")
END
"$bin" check "$tmp/more.yaml" >"$tmp/got" 2>&1
is "$(grep -c ': warning: ' "$tmp/got")" 1 "only own rules are reported"
grep -q 'more.yaml:7:5: warning: .*exec-unreachable' "$tmp/got"
ok $? "of two that are the same the own one"
for f in "$top"/profiles/*.yaml "$top"/examples/*.yaml; do
	"$bin" check -I "$top/profiles" "$f" >"$tmp/got" 2>&1
	is "$?:$(grep exec-unreachable "$tmp/got")" 0: \
	    "$(basename "$f"): every rule decides"
done
finish
