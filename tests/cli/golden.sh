# Profiles that must be refused, with the whole text of the refusal.
. "$srcdir/tests/lib/tap.sh"

bin=$(cd "$builddir" && pwd)/compiler/codex-policyc
dir=$(cd "$srcdir" && pwd)/tests/golden/profile
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for f in "$dir"/*.yaml; do
	n=$(basename "$f" .yaml)
	"$bin" build "$f" -o "$tmp/out.bin" >"$tmp/got" 2>&1
	is "$?" 1 "$n: exit status"
	[ ! -e "$tmp/out.bin" ]; ok $? "$n: no output file"
	[ -z "${UPDATE_GOLDEN-}" ] || cp "$tmp/got" "$dir/$n.err"
	if cmp -s "$tmp/got" "$dir/$n.err"; then
		ok 0 "$n: message"
	else
		ok 1 "$n: message"
		diff -u "$dir/$n.err" "$tmp/got" | sed 's/^/# /'
	fi
done
sed 's|\[used/base.yaml\]|[{profile: used/base.yaml, override: true}]|' \
    "$dir/use-covered.yaml" >"$tmp/use.yaml"
cp -r "$dir/used" "$tmp/"
"$bin" build "$tmp/use.yaml" -o "$tmp/use.bin"
is "$?" 0 "use with override compiles"
"$bin" export oci-seccomp "$tmp/use.bin" | tr -d '\n\t' |
    grep -q '"names": \["swapon"\],"action": "SCMP_ACT_ALLOW"'
ok $? "and the profile's own rule decides"
"$bin" build "$dir/absent.yaml" -o "$tmp/out.bin" 2>/dev/null
is "$?" 2 "a file that is not there is not the policy's fault"
"$bin" build 2>/dev/null; is "$?" 2 "usage"
"$bin" nosuchverb 2>/dev/null; is "$?" 2 "unknown verb"
for n in offline net-read-only workspace-write workspace-net trusted; do
	"$bin" build "$srcdir/profiles/$n.yaml" -o "$tmp/$n.bin"
	is "$?" 0 "$n compiles"
	cmp -s "$tmp/$n.bin" "$builddir/profiles/$n.bin"
	ok $? "$n: same input, same bytes"
done
"$bin" show "$tmp/offline.bin" | grep -qx 'allows-write: false'
ok $? "show: offline allows no write"
"$bin" show "$tmp/trusted.bin" | grep -qx 'allows-full-write: true'
ok $? "show: trusted allows every write"
head -c 1000 "$tmp/offline.bin" >"$tmp/cut.bin"
"$bin" show "$tmp/cut.bin" >/dev/null 2>&1; is "$?" 1 "a cut blob is refused"
finish
