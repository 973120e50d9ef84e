# OCI seccomp profiles: what an import says and writes, that it builds, and
# that a second round of export and import changes nothing.
. "$srcdir/tests/lib/tap.sh"

bin=$(cd "$builddir" && pwd)/compiler/codex-policyc
dir=$(cd "$srcdir" && pwd)/tests/golden/oci
srcdir_abs=$(cd "$srcdir" && pwd)
builddir_abs=$(cd "$builddir" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

golden() {	# golden FILE NAME
	[ -z "${UPDATE_GOLDEN-}" ] || cp "$tmp/got" "$dir/$1"
	if cmp -s "$tmp/got" "$dir/$1"; then
		ok 0 "$2"
	else
		ok 1 "$2"
		diff -u "$dir/$1" "$tmp/got" | sed 's/^/# /'
	fi
}

# Files are named as in their own folder, in messages and in what is written.
cd "$dir" || exit 1
for f in *.json; do
	n=${f%.json}
	args=
	[ ! -f "$n.args" ] || args=$(cat "$n.args")
	"$bin" import oci-seccomp $args "$f" >"$tmp/got" 2>"$tmp/err"
	status=$?
	if [ "$status" = 0 ]; then
		golden "$n.out" "$n: profile"
		"$bin" build "$tmp/got" -o "$tmp/$n.bin"
		is "$?" 0 "$n: builds as it is"
	else
		is "$status" 1 "$n: exit status"
		is "$(wc -c <"$tmp/got")" 0 "$n: nothing is written"
	fi
	cp "$tmp/err" "$tmp/got"
	golden "$n.err" "$n: messages"
	if [ -s "$tmp/err" ] && [ "$status" = 0 ]; then
		"$bin" import oci-seccomp --strict $args "$f" \
		    >/dev/null 2>&1
		is "$?" 1 "$n: --strict refuses it"
	fi
done
cd "$tmp" || exit 1

# The same names in each round: blobs hold those of their sources.
rounds() {	# rounds NAME FILE.json
	cp "$2" p.json
	for i in 1 2 3; do
		"$bin" import oci-seccomp p.json >p.yaml 2>/dev/null &&
		    "$bin" build p.yaml -o p.bin &&
		    "$bin" export oci-seccomp p.bin >p.json || {
			ok 1 "$1: round $i"
			return
		}
		cp p.json "$i.json"; cp p.yaml "$i.yaml"; cp p.bin "$i.bin"
	done
	cmp -s 1.json 2.json; ok $? "$1: an import does not change an export"
	cmp -s 2.yaml 3.yaml; ok $? "$1: the second profile is the third"
	cmp -s 2.bin 3.bin; ok $? "$1: and so is its blob"
}
rounds engine "$dir/engine.json"
rounds contradictions "$dir/contradictions.json"
# Real ones, where they are: they are not part of the sources.
for f in "$srcdir_abs/../shared/data/seccomp/docker/default.json" \
    "$srcdir_abs/../shared/data/seccomp/podman/seccomp.json" \
    /usr/share/containers/seccomp.json; do
	n=$(basename "$(dirname "$f")")
	if [ -r "$f" ]; then
		rounds "$n" "$f"
	else
		skip "$n: rounds" "no $(basename "$f")"
	fi
done

"$bin" export oci-seccomp "$builddir_abs/profiles/offline.bin" >offline.json
is "$?" 0 "offline is exported"
grep -q '"SCMP_ARCH_RISCV64"' offline.json; ok $? "with its architectures"
head -c 500 p.bin >cut.bin
"$bin" export oci-seccomp cut.bin >got 2>/dev/null
is "$?" 1 "a cut blob is refused"
is "$(wc -c <got)" 0 "and nothing is written"

# Usage.
"$bin" import oci-seccomp 2>/dev/null; is "$?" 2 "import: a file is needed"
"$bin" import nonesuch p.json 2>/dev/null; is "$?" 2 "import: format"
"$bin" import oci-seccomp absent.json 2>/dev/null; is "$?" 2 "import: no file"
"$bin" import oci-seccomp --cap SYS_ADMIN p.json 2>/dev/null
is "$?" 2 "import: capability"
"$bin" import oci-seccomp --kernel 6 p.json 2>/dev/null
is "$?" 2 "import: kernel"
for a in s390x ppc64 mips aarch64_be; do
	"$bin" import oci-seccomp --arch "$a" p.json 2>err
	is "$?" 2 "--arch $a: status"
	grep -q "\"$a\": it is big-endian" err; ok $? "--arch $a: why"
done
for v in import build check; do
	"$bin" "$v" $([ "$v" != import ] || echo oci-seccomp) --arch x32 \
	    p.yaml 2>err
	grep -q '"x32": its calls share numbers' err; ok $? "$v --arch x32: why"
done
"$bin" show --arch amd64 p.bin 2>err
grep -q 'it is called "x86_64" here' err; ok $? "--arch amd64: the name"
finish
