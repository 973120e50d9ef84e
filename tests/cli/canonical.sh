# Same input, same bytes: whatever the folder, the environment, the user's mask
# and the compiler that built the program.
. "$srcdir/tests/lib/tap.sh"

policyc=$(cd "$builddir" && pwd)/compiler/codex-policyc
profiles=$(cd "$srcdir" && pwd)/profiles
blobs=$(cd "$builddir" && pwd)/profiles
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/a/deep/er" "$tmp/b c" "$tmp/home"
cp -R "$profiles" "$tmp/a/deep/er/policies"
cp -R "$profiles" "$tmp/b c/p"

# compile POLICYC NAME OUT FOLDER [VAR=VALUE...]: from a folder of sources
compile() {
	cc=$1 name=$2 out=$3 folder=$4
	shift 4
	(cd "$folder" && env "$@" "$cc" build "$name.yaml" -o "$out" -I .)
}
for f in "$profiles"/*.yaml; do
	n=$(basename "$f" .yaml)
	compile "$policyc" "$n" "$tmp/1.bin" "$tmp/a/deep/er/policies" \
	    LC_ALL=C TZ=UTC0 HOME=/nonexistent
	is "$?" 0 "$n compiles in one place"
	(umask 0077 && compile "$policyc" "$n" "$tmp/2.bin" "$tmp/b c/p" \
	    LC_ALL=tr_TR.UTF-8 TZ=Pacific/Kiritimati HOME="$tmp/home" \
	    CODEX_SECURITY_PROFILE=trusted TMPDIR="$tmp" LANGUAGE=de)
	is "$?" 0 "$n compiles in another"
	cmp -s "$tmp/1.bin" "$tmp/2.bin"
	ok $? "$n: same bytes elsewhere"
	# Parts of other profiles are not built by themselves.
	if ! grep -q '^# A part of' "$f"; then
		cmp -s "$tmp/1.bin" "$blobs/$n.bin"
		ok $? "$n: same bytes as built"
	fi
	(cd / && env -i "$policyc" build "$f" -o "$tmp/3.bin" -I "$profiles")
	cmp -s "$tmp/1.bin" "$tmp/3.bin"
	ok $? "$n: same bytes by an absolute path, without an environment"
	if [ -n "${CODEX_OTHER_POLICYC-}" ]; then
		compile "$CODEX_OTHER_POLICYC" "$n" "$tmp/4.bin" "$tmp/b c/p"
		cmp -s "$tmp/1.bin" "$tmp/4.bin"
		ok $? "$n: same bytes from another compiler's build"
	fi
	rm -f "$tmp"/*.bin
done
if [ -z "${CODEX_OTHER_POLICYC-}" ]; then
	skip "another compiler's build" "CODEX_OTHER_POLICYC is not set"
fi
finish
