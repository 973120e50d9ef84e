# codex-blob(5) and blob/format.h name the same constants with the same values
# and types.
. "$srcdir/tests/lib/tap.sh"

header=$srcdir/blob/format.h
page=$srcdir/docs/codex-blob.5
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# NAME VALUE TYPE of each #define with a number, TYPE `-' where the comment
# does not begin with one; then of each enumerator with a value of its own.
sed -nE 's/^#define[ \t]+([A-Z0-9_]+)[ \t]+(\(?[0-9][^/]*)(\/\* *(.*))?$/\1|\2|\4/p' \
    "$header" | awk -F'|' '{
	type = "-"
	if ($1 ~ /_(LEN|MAP)$/) {
		;	# a size, not a field
	} else if ($3 ~ /^u(8|16|32|64)([ :,;*]|$)/) {
		split($3, w, /[ :,;*]/)
		type = w[1]
		if (w[2] ~ /^(string|template|rule)$/)
			type = w[2]
	} else if ($3 ~ /^[0-9]+ bytes/) {
		type = $3
		sub(/ .*/, "", type)
		type = "u8[" type "]"
	}
	gsub(/[ \t]/, "", $2)
	print $1, $2, type
    }' >"$tmp/defines"
grep -oE '\b[A-Z][A-Z0-9_]* = [0-9]+' "$header" |
    sed 's/ = / /; s/$/ -/' >"$tmp/enums"
cat "$tmp/defines" "$tmp/enums" |
while read -r name value type; do
	n=$(printf '%s' "$value" | sed 's/\([0-9a-fA-F]\)u\>/\1/g')
	echo "$name $(($n)) $type"
done >"$tmp/header"

# The same of the page: a row of a table begins with `.It Dv NAME Ta'.
sed -nE 's/^\.It Dv ([A-Z0-9_]+) Ta ([^ ]+) Ta ([^ ]+) Ta .*/\1 \2 \3/p; t
    s/^\.It Dv ([A-Z0-9_]+) Ta ([^ ]+) Ta .*/\1 \2 -/p' "$page" |
while read -r name value type; do
	echo "$name $(($value)) $type"
done >"$tmp/page"

for f in header page; do
	n=$(wc -l <"$tmp/$f")
	[ "$n" -gt 200 ]; ok $? "$f: $n constants are found"
	is "$(cut -d' ' -f1 "$tmp/$f" | sort | uniq -d)" "" \
	    "$f: each name stands once"
done
awk 'NR == FNR { value[$1] = $2; type[$1] = $3; next }
    { seen[$1] = 1 }
    !($1 in value) {
	printf "%s (%s) is in blob/format.h and not in the page: add\n", $1, $2
	printf "\t.It Dv %s Ta %s Ta TYPE Ta MEANING\n", $1, $2
	printf "to the table of its record in docs/codex-blob.5"
	print " (without TYPE if it is no field)"
	next
    }
    value[$1] != $2 {
	printf "%s is %s in blob/format.h and %s in docs/codex-blob.5\n", $1,
	    $2, value[$1]
    }
    $3 != "-" && type[$1] != $3 {
	printf "%s is %s in blob/format.h and %s in docs/codex-blob.5\n", $1,
	    $3, type[$1] == "-" ? "without a type" : type[$1]
    }
    END {
	for (n in value)
		if (!(n in seen))
			printf "%s is in docs/codex-blob.5 and not in %s\n", n,
			    "blob/format.h"
    }' "$tmp/page" "$tmp/header" >"$tmp/report"
is "$(cat "$tmp/report")" "" "the page and the header agree"
finish
