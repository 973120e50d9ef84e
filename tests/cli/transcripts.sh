# What codex-policyc.1 shows is what the program prints: each command of its
# transcripts is run.  UPDATE_MANUAL=1 writes what it prints into the page.
. "$srcdir/tests/lib/tap.sh"

page=$(cd "$srcdir" && pwd)/docs/codex-policyc.1
PATH=$(cd "$builddir" && pwd)/compiler:$PATH
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp -R "$srcdir/profiles/." "$tmp"
chmod -R u+w "$tmp"
cp "$srcdir/tests/golden/oci/engine.json" "$tmp/default.json"
cd "$tmp" || exit 1
for p in offline trusted workspace-write; do
	codex-policyc build $p.yaml -o $p.bin
	is "$?" 0 "$p is built"
done

# The page as it should be, to "new"; one line a command, to "log".
cat >replay.awk <<'END'
function plain(s) {
	gsub(/\\\(dq/, "\"", s); gsub(/\\\(ti/, "~", s); gsub(/\\\(ha/, "^", s)
	gsub(/\\&/, "", s); gsub(/\\-/, "-", s); gsub(/\\e/, "\\", s)
	return s
}
function escaped(s) {
	gsub(/\\/, "\\e", s)
	return s ~ /^[.']/ ? "\\&" s : s
}
function run(command,   line) {
	while (((command " 2>&1") | getline line) > 0)
		print escaped(line) >"new"
	close(command " 2>&1")
}
/^\.Bd -literal/ { is_text = 1 }
/^\.Ed/ { is_text = is_output = 0 }
is_text && /^\$ codex-policyc / {
	print >"new"
	print >"log"
	is_output = 1
	run(plain(substr($0, 3)))
	next
}
!is_output { print >"new" }
END
awk -f replay.awk "$page"
[ "$(grep -c . log)" -ge 8 ]; ok $? "the page has transcripts"
if [ -n "$UPDATE_MANUAL" ]; then
	cp new "$page"
fi
is "$(diff "$page" new)" "" "the page shows what the program prints"
is "$(codex-policyc import oci-seccomp again.json >again.yaml 2>err
    echo $?; cat err)" 0 "what was exported is imported again"

# codex-policy.5: the example of system calls, the groups and their version.
lang=${page%codex-policyc.1}codex-policy.5
{ printf 'version: 1\nname: p\nsyscalls:\n  default: log\n  rules:\n'
    sed -n '/^\.Ss System calls/,$p' "$lang" |
    sed -n '/^\.Bd/,/^\.Ed/{/^\./d;s/^/    /;p;};/^\.Ed/q'; } >p.yaml
is "$(grep -c 'errno(EPERM)\|reason' p.yaml)" 2 "codex-policy.5 has its example"
codex-policyc build --strict p.yaml -o p.bin; is "$?" 0 "the example is built"
is "$(sed -n '/^\.Em Groups/,/^\.S/s/^\(@[a-z-]*\)[,.]$/\1/p' "$lang")" \
    "$(sed -n 's/.*GROUP("\(@[a-z-]*\)".*/\1/p' \
    "${lang%docs/*}compiler/sysgroup.def"; echo @known)" \
    "codex-policy.5 lists the groups"
version=$(codex-policyc --version | sed 's/.*groups //')
grep -q "^version $version of the lists" "$lang"; ok $? "and their version"
is "$(codex-policyc show p.bin | grep '^groups')" \
    "groups: version $version of the lists" "show: the same version"

# Each form of condition that the page names, with a call for which it holds
# and one for which it does not.
while IFS=';' read -r condition yes no; do
	printf 'version: 1\nname: c\nsyscalls:\n  default: errno(EPERM)\n' >c.yaml
	printf '  rules:\n    - allow: ["%s"]\n' "$condition" >>c.yaml
	printf 'network: {mode: full, unix: [any]}\n' >>c.yaml
	codex-policyc build c.yaml -o c.bin --arch x86_64
	is "$(codex-policyc sim c.bin "$yes" "$no" | sed 's/.*: //;s/  .*//' |
	    tr '\n' ' ')" "allow errno(EPERM) " "condition: $condition"
done <<'END'
socket(domain == AF_UNIX);socket(domain = 1);socket(domain = 2)
socket(domain != AF_UNIX);socket(domain = 2);socket(domain = 1)
kill(sig < 9);kill(sig = -1);kill(sig = 9)
kill(sig <= 9);kill(sig = 9);kill(sig = 10)
kill(sig > 9);kill(sig = 10);kill(sig = -1)
kill(sig >= 9);kill(sig = 9);kill(sig = 8)
kill(sig in {0, 9, 15..20});kill(sig = 20);kill(sig = 21)
openat((flags & O_ACCMODE) == O_RDONLY);openat(flags = O_CLOEXEC);openat(flags = O_RDWR)
openat((flags & ~O_CLOEXEC) == 0o1);openat(flags = 0x80001);openat(flags = 3)
open(flags == O_WRONLY|O_CREAT);open(flags = 0101);open(flags = 1)
socket(domain == 1 && !(type == 3));socket(domain = 1);socket(domain = 1, type = 3)
socket(arg0 == 1 || (arg0 == 2 && arg2 == 6));socket(domain = 2, protocol = 6);socket(domain = 2)
personality(persona == 0xffffffff);personality(persona = 0x5ffffffff);personality(persona = 0)
END
finish
