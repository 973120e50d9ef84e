# A damaged policy: exit status 125, and the command never starts.
. "$srcdir/tests/lib/tap.sh"

codex=$(cd "$builddir" && pwd)/runtime/codex-exec
good=$(cd "$builddir" && pwd)/profiles/trusted.bin
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
size=$(wc -c <"$good")
bad=$tmp/bad.bin
began=$tmp/began

# The command would leave a file behind: trusted lets it.
try() {
	chmod 600 "$bad"
	"$codex" -p "$bad" -- touch "$began" >"$tmp/out" 2>&1
	status=$?
}
refused() {	# refused NAME
	try
	if [ "$status" != 125 ] || [ -e "$began" ]; then
		echo "$1: status $status: $(cat "$tmp/out")" >>"$tmp/wrong"
	fi
	rm -f "$began"
}
cp "$good" "$bad"
try
if [ "$status" = 125 ]; then
	# A kernel that cannot hold the policy proves nothing here.
	skip "damaged policies" "$(cat "$tmp/out")"
	finish
	exit
fi
is "$status" 0 "the good policy runs the command"
[ -e "$began" ]; ok $? "which leaves its file"
rm -f "$began"

: >"$tmp/wrong"
for n in 0 1 7 8 63 64 65 $((size / 2)) $((size - 1)) \
    $(awk -v s="$size" 'BEGIN { for (i = 1; i < 40; i++) print int(s * i / 40) }')
do
	head -c "$n" "$good" >"$bad"
	refused "cut to $n bytes"
done
is "$(cat "$tmp/wrong")" "" "truncated policies are refused"

: >"$tmp/wrong"
for at in $(awk -v s="$size" 'BEGIN { for (i = 0; i < 64; i++) print i
    for (i = 0; i < 80; i++) print 64 + int((s - 64) * i / 80); print s - 1 }')
do
	byte=$(od -An -tu1 -j "$at" -N 1 "$good" | tr -d ' ')
	bit=$((1 << at % 8))
	{
		head -c "$at" "$good"
		printf "\\$(printf %03o $((byte ^ bit)))"
		tail -c "+$((at + 2))" "$good"
	} >"$bad"
	refused "bit $((at % 8)) of byte $at"
done
is "$(cat "$tmp/wrong")" "" "flipped bits are refused"
cat "$good" - >"$bad" <<E
x
E
refused "longer"
is "$(cat "$tmp/wrong")" "" "trailing bytes are refused"
finish
