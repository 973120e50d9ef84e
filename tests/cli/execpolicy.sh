# execpolicy check: arguments, output and exit status against the recorded
# ones of the program that it stands in for.
. "$srcdir/tests/lib/tap.sh"

bin=$(cd "$builddir" && pwd)/compiler/codex-policyc
golden=$(cd "$srcdir" && pwd)/tests/golden/rules
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/w" "$tmp/home"
cp "$golden"/*.rules "$tmp/w"
cd "$tmp/w" || exit 99
HOME=$tmp/home
export HOME

# One case: its words in $words, what is wanted in want.
cases=0 bad=0
check() {
	[ -n "$words" ] || return 0
	cases=$((cases + 1))
	eval "\"$bin\" execpolicy check $words" >"$tmp/out" 2>"$tmp/err"
	{ echo "= $?"; cat "$tmp/out"; } >"$tmp/got"
	sed "s|@W@|$tmp/w|g; s|@HOME@|$tmp/home|g" "$tmp/want.in" >"$tmp/want"
	cmp -s "$tmp/want" "$tmp/got" && return 0
	bad=$((bad + 1))
	echo "# execpolicy check $words"
	diff -u "$tmp/want" "$tmp/got" | sed 's/^/# /'
}

words=
while IFS= read -r line; do
	case $line in
	'# '*) ;;
	'$ '*) check; words=${line#??}; : >"$tmp/want.in" ;;
	*) printf '%s\n' "$line" >>"$tmp/want.in" ;;
	esac
done <"$golden/check.cases"
check
is "$bad" 0 "answers that differ from the recorded ones"
[ "$cases" -gt 300 ]; ok $? "enough cases: $cases"

"$bin" execpolicy check --help | grep -q -- '--resolve-host-executables'
ok $? "--help lists the options"
"$bin" execpolicy check -h | sed -n 3p >got
is "$(cat got)" "Usage: codex-policyc execpolicy check [OPTIONS] --rules <PATH> <COMMAND>..." "-h is a summary"
is "$(echo 'prefix_rule(["a"])' | "$bin" execpolicy check -r /dev/stdin a)" \
    '{"matchedRules":[{"prefixRuleMatch":{"matchedPrefix":["a"],"decision":"allow"}}],"decision":"allow"}' \
    "rules from a pipe"
"$bin" execpolicy 2>/dev/null; is "$?" 2 "execpolicy alone is usage"
"$bin" execpolicy nosuch 2>/dev/null; is "$?" 2 "only check is known"
echo 'prefix_rule(["a"], exact=True, id="x")' >ext.rules
"$bin" execpolicy check -r ext.rules a >/dev/null 2>&1
is "$?" 1 "extensions are unknown unless asked for"
is "$("$bin" execpolicy check --extensions -r ext.rules a b)" \
    '{"matchedRules":[]}' "exact=True"
printf 'prefix_rule(["a"])\nx = nosuch\n' >bad.rules
is "$("$bin" execpolicy check -r bad.rules a 2>&1)" \
    "bad.rules:2:5: error: name \"nosuch\" is not defined
  x = nosuch
      ^~~~~~" "a refusal has place and caret, and nothing on stdout"
"$bin" execpolicy check -r hosts.rules git >/dev/full 2>/dev/null
is "$?" 2 "an answer that cannot be written is an error"
finish
