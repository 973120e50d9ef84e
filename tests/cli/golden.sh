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
"$bin" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' >"$tmp/verbs"
is "$(wc -l <"$tmp/verbs")" 10 "--help lists the verbs"
while read -r v; do
	is "$("$bin" "$v" --help 2>"$tmp/err" | grep -c "^usage: .* $v ")" 1 \
	    "$v --help shows its usage"
	"$bin" "$v" --nosuch >"$tmp/out" 2>"$tmp/err2"
	is "$?:$(grep -c "^usage: .* $v " "$tmp/err2")" 2:1 \
	    "and so does a wrong option"
	is "$(cat "$tmp/err" "$tmp/out")" "" "on standard error alone"
done <"$tmp/verbs"
for v in import export; do
	is "$("$bin" $v oci-seccomp --help 2>&1 | grep -c "^usage: .* $v ")$("$bin" \
	    $v oci-seccomp -h >/dev/null 2>&1; echo $?)" 10 \
	    "$v oci-seccomp --help, too"
done
# As many files as there are, by names that make(1) has to read.
mkdir "$tmp/a \$b#"
for i in $(seq 300); do
	printf 'version: 1\nname: p%d\n' "$i" >"$tmp/a \$b#/p$i.yaml"
done
{ printf 'version: 1\nname: all\nextends: ['; seq -s , -f p%g.yaml 300 | tr -d '\n'
    echo ']'; } >"$tmp/a \$b#/all.yaml"
"$bin" build "$tmp/a \$b#/all.yaml" -o "$tmp/all.bin" --depfile "$tmp/all.d"
is "$?" 0 "300 files are extended"
printf '%s:\n\techo made\n' "$tmp/all.bin" >>"$tmp/all.d"
make -q -f "$tmp/all.d"; is "$?" 0 "the depfile is one of make"
sleep 0.01; touch "$tmp/a \$b#/p299.yaml"
make -q -f "$tmp/all.d"; is "$?" 1 "and has all of them"
# What is special to make in a target or behind it, and what is not.
mkdir "$tmp/names"
printf 'version: 1\nname: p\n' >"$tmp/names/p.yaml"
touch -d @5 "$tmp/names/p.yaml"
while read -r name; do
	name="x${name}x"
	: >"$tmp/names/$name.rules"
	touch -d @5 "$tmp/names/$name.rules"
	(cd "$tmp/names" && "$bin" build p.yaml --rules "$name.rules" \
	    -o "$name" --depfile d && printf '\ttouch made\n' >>d &&
	    touch -d @7 "$name" && make -q -f d "$name" &&
	    touch -d @9 "$name.rules" && make -f d "$name" && rm made) \
	    >"$tmp/names/log" 2>&1
	is $? 0 "a depfile with \"$name\""
done <<'END'
:
%
\
\:
\\\:
\ y
\\ y
\#
\%
y%\y
$
$$
#
'
~
END
for v in NONSENSE 5 5. 0.1 5.10x; do
	"$bin" check --target-kernel "$v" "$srcdir/profiles/offline.yaml" \
	    2>/dev/null
	is "$?" 2 "usage: no kernel is $v"
done
for d in home=/x =x x; do
	for v in check lint test "why --json"; do
		"$bin" $v -D "$d" "$srcdir/profiles/offline.yaml" -- env A \
		    2>"$tmp/err"
		is "$?:$(grep -c '^codex-policyc: -D' "$tmp/err")" 2:1 \
		    "usage: $v -D $d could never take effect"
	done
done
printf 'version: 1\nname: x\nfilesystem: {deny: ["/a/*/b"]}\n' >"$tmp/star.yaml"
is "$("$bin" check --strict "$tmp/star.yaml" 2>&1 | head -n 1)" \
    "star.yaml:3:25: error: paths are no patterns: \"*\" stands for itself here; name the folder [-Wpath-pattern]" \
    "a path with a star: a warning, with --strict an error"
"$bin" check "$tmp/star.yaml" 2>/dev/null; is "$?" 0 "or not"
is "$("$bin" check -W no-path-pattern "$tmp/star.yaml" 2>&1)" "" "or silence"
printf 'version: 1\nname: x\nnetwork: {domains: {allow: [a.example]}}\n' \
    >"$tmp/dead.yaml"
is "$("$bin" check --strict "$tmp/dead.yaml" 2>&1 | head -n 1)" \
    "dead.yaml:3:29: error: domains need \"mode: proxy\", found \"mode: none\" [-Wnet-dead]" \
    "domains that nothing asks for: the same"
"$bin" check -W no-net-dead --strict "$tmp/dead.yaml"; is "$?" 0 "or silence"
is "$("$bin" check -W no-nosuch "$tmp/dead.yaml" 2>&1; echo $?)" \
    "codex-policyc: -W no-nosuch: there is no warning \"nosuch\"; lint --list and codex-policyc(1) have their names
2" "but not of what is no warning"
for v in build check lint test; do
	is "$("$bin" $v "$tmp" $([ $v != build ] || echo -o x) 2>&1; echo $?)" \
	    "codex-policyc: $tmp: is not a regular file
2" "$v: a folder"
done
for o in "--target-kernel six" "--rules /nonexistent" \
    "--frequency /nonexistent"; do
	"$bin" check $o "$srcdir/profiles/offline.yaml" 2>/dev/null
	is "$?" 2 "$o: a mistake of the command line"
done
for o in --help --version "lint --list" "execpolicy check --help" \
    "sim $builddir/profiles/offline.bin read" \
    "show --json $builddir/profiles/offline.bin" \
    "export oci-seccomp $builddir/profiles/offline.bin" \
    "why $builddir/profiles/offline.bin -- env A"; do
	"$bin" $o >/dev/null 2>&1
	status=$?
	"$bin" $o >/dev/full 2>/dev/null
	is "$status:$?" 0:2 "$o: what cannot be written is no success"
done
# What is no file is written to: an output that replaced it would have
# removed /dev/null from the machine.
mkfifo "$tmp/pipe"
ln -s pipe "$tmp/link"
timeout 20 cat "$tmp/pipe" >"$tmp/piped" &
timeout 20 "$bin" build "$srcdir/profiles/offline.yaml" -o "$tmp/link"
is "$?" 0 "a pipe, by a link"
wait
cmp -s "$tmp/piped" "$builddir/profiles/offline.bin"
ok $? "it had the blob"
[ -p "$tmp/pipe" ] && [ -L "$tmp/link" ]; ok $? "and is still a pipe"
# Through a link to a file; and where there is no room, all stays as it was.
echo old >"$tmp/real.bin"
ln -s real.bin "$tmp/alias.bin"
(trap '' XFSZ && ulimit -f 1 && exec "$bin" build \
    "$srcdir/profiles/offline.yaml" -o "$tmp/alias.bin") 2>/dev/null
is "$?:$(cat "$tmp/real.bin")" 2:old "no room: the old file stays"
"$bin" build "$srcdir/profiles/offline.yaml" -o "$tmp/alias.bin" \
    --depfile "$tmp/none/d" 2>/dev/null
is "$?:$(cat "$tmp/real.bin")" 2:old "nor is it written without its depfile"
is "$(ls "$tmp" | grep -c 'bin\.')" 0 "and nothing is left beside it"
"$bin" build "$srcdir/profiles/offline.yaml" -o "$tmp/alias.bin" &&
    [ -L "$tmp/alias.bin" ] &&
    cmp -s "$tmp/real.bin" "$builddir/profiles/offline.bin"
ok $? "a link to a file stays a link"
"$bin" nosuchverb 2>/dev/null; is "$?" 2 "unknown verb"
for n in offline net-read-only workspace-write workspace-net trusted; do
	"$bin" build "$srcdir/profiles/$n.yaml" -o "$tmp/$n.bin"
	is "$?" 0 "$n compiles"
	cmp -s "$tmp/$n.bin" "$builddir/profiles/$n.bin"
	ok $? "$n: same input, same bytes"
done
for n in read-net:net-read-only workspace:workspace-write full-access:trusted
do
	printf 'version: 1\nname: x\nextends: [%s]\n' "${n%:*}" >"$tmp/x.yaml"
	"$bin" build -I "$srcdir/profiles" "$tmp/x.yaml" -o "$tmp/x.bin" &&
	    sed -i "s/${n%:*}/${n#*:}/" "$tmp/x.yaml" &&
	    "$bin" build -I "$srcdir/profiles" "$tmp/x.yaml" -o "$tmp/y.bin" &&
	    cmp -s "$tmp/x.bin" "$tmp/y.bin"
	ok $? "$n: an alias is extended"
	is "$("$bin" show -I "$srcdir/profiles" "${n%:*}" | head -n 1)" \
	    "profile: ${n#*:}" "and shown"
done
"$bin" show "$tmp/offline.bin" | grep -qx 'allows-write: false'
ok $? "show: offline allows no write"
"$bin" show "$tmp/trusted.bin" | grep -qx 'allows-full-write: true'
ok $? "show: trusted allows every write"
head -c 1000 "$tmp/offline.bin" >"$tmp/cut.bin"
"$bin" show "$tmp/cut.bin" >/dev/null 2>&1; is "$?" 1 "a cut blob is refused"
finish
