# Manuals are clean, list the options that the programs have, and the
# examples compile.
. "$srcdir/tests/lib/tap.sh"

for m in libcodexpolicy.3 codex-audit.1 codex-policyc.1 codex-exec.1 codex-policy.5 codex-blob.5; do
	if command -v mandoc >/dev/null; then
		out=$(mandoc -Tlint -Wwarning "$srcdir/docs/$m" 2>&1)
		is "$out" "" "$m: lint"
	else
		skip "$m: lint" "no mandoc"
	fi
done
"$builddir/runtime/codex-exec" --help | grep -oE -e '--[a-z-]+' | sort -u >docs.want
grep -oE 'Fl -[a-z-]+' "$srcdir/docs/codex-exec.1" | sed 's/Fl -/--/' |
    sort -u >docs.missing
is "$(diff docs.want docs.missing)" "" "codex-exec.1 lists its options"
for verb in build check test show why sim "import oci-seccomp" \
    "export oci-seccomp" lint "execpolicy check"; do
	"$builddir/compiler/codex-policyc" $verb --help 2>&1
done | grep -oE -e '--[a-z][a-z-]+' | grep -v -x -e --help | sort -u >docs.want
grep -oE 'Fl -[a-z-]+' "$srcdir/docs/codex-policyc.1" | sed 's/Fl -/--/' |
    grep -v -x -e --doctor -e --help | sort -u >docs.missing
is "$(diff docs.want docs.missing)" "" "codex-policyc.1 lists its options"
"$builddir/audit/codex-audit" --help | grep -oE -e '--[a-z-]+' | sort -u >docs.want
grep -oE 'Fl -[a-z-]+' "$srcdir/docs/codex-audit.1" | sed 's/Fl -/--/' |
    grep -v -x -e --audit -e --json-fd -e --label | sort -u >docs.missing
is "$(diff docs.want docs.missing)" "" "codex-audit.1 lists its options"
rm -f docs.missing docs.want
for e in "$srcdir"/examples/*.yaml; do
	"$builddir/compiler/codex-policyc" check -I "$srcdir/profiles" "$e"
	is "$?" 0 "$(basename "$e") compiles"
done
finish
