# What README.md and codex-exec.1 show is what the programs print; ./demo runs
# what README.md shows.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
readme=$(cd "$srcdir" && pwd)/README.md
page=${readme%README.md}docs/codex-exec.1
demo=${readme%README.md}demo
. "$srcdir/tests/lib/inside.sh"
inside shown
overlays
LC_ALL=C
PATH=$play:$PATH
export LC_ALL PATH
ws=$play/project
exe=$play/codex-exec
mkdir "$ws"
cp "$top/profiles/offline.bin" "$ws"
cp "$top/profiles/workspace-write.bin" "$play"
chmod 644 "$ws"/*.bin "$play"/*.bin
cd "$ws" || exit 1

# --- README: ./demo -----------------------------------------------------------
sed -n '/^    \$ \.\/demo$/,/^$/s/^    //p' "$readme" | sed 1d >"$play/want"
sed -n 's/^show \([0-9]*\) \(.*\)/$ codex-exec -p offline.bin \2 => \1/p' \
    "$demo" >"$play/runs"
is "$(awk '/^\$ codex-exec/ { c = $0 } a { print c " => " $0 }
    { a = /^\$ echo/ }' "$play/want")" "$(cat "$play/runs")" \
    "README.md has the commands of ./demo and their statuses"
# The first line of /etc/passwd is each machine's own.
first=$(head -n 1 /etc/passwd)
sed "s|^root:.*|$(printf %s "$first" | sed 's/[&|\\]/\\&/g')|" \
    "$play/want" >"$play/here"
if command -v wget >/dev/null; then
	sed -n 's/^\$ //p' "$play/want" | while IFS= read -r line; do
		printf '$ %s\n' "$line"
		# echo $? tells of the command before it.
		(exit "${last:-0}")
		eval "$line" </dev/null
		last=$?
	done >"$play/got" 2>&1
	is "$(grep -c '^\$ codex-exec' "$play/got"):$(cat "$play/got")" \
	    "3:$(cat "$play/here")" "README.md shows what ./demo prints"
	[ ! -e codex-demo ]
	ok $? "of which nothing is left"
else
	skip "README.md shows what ./demo prints" "no wget"
fi

# --- README: --prove-here -----------------------------------------------------
home=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)
mkdir -p .git/objects .git/refs .git/hooks
: >.git/config
echo 'ref: refs/heads/main' >.git/HEAD
# Of what was refused, how depends on the kernel.
blank() { sed 's/^ *//; s/: [A-Z][A-Za-z -]*  \[/: WHY  [/'; }
sed -n 's/^      \(works\|held\) /\1 /p' "$readme" |
    sed "s|/home/ann/project|$ws|; s|/home/ann|$home|" | blank >"$play/want"
if [ -d "$home" ] && [ "$home" != / ]; then
	HOME=$home "$exe" --prove-here -p "$play/workspace-write.bin" 2>&1 |
	    blank >"$play/got"
	is "$(grep -c . "$play/want"):$(grep -vxFf "$play/got" \
	    "$play/want")" 5: "README.md has lines of --prove-here"
else
	skip "README.md has lines of --prove-here" "no home directory here"
fi

# --- codex-exec.1 -------------------------------------------------------------
# What would be written is nothing.
echo ': >>/etc/passwd' >"$play/act"
"$exe" --explain -p "$ws/offline.bin" sh "$play/act" >"$play/out" 2>"$play/err"
is "$(grep '^codex-exec' "$play/err")" \
    "$(sed -n '/^codex-exec: denied: write/,/^\.Ed/{/^\./d;s/\\(dq/"/g;p;}' \
    "$page")" "codex-exec.1 shows a footer"
cat >"$ws/ask.yaml" <<'END'
version: 1
name: ask
extends: [offline]
exec: {inline: 'prefix_rule(["git", "pull"], decision="prompt")'}
END
"$top/compiler/codex-policyc" build -I "${page%/docs/*}/profiles" \
    "$ws/ask.yaml" -o "$ws/ask.bin"
chmod 644 "$ws/ask.bin"
printf '#!/bin/sh\ncat >"%s"\n' "$play/question" >"$play/asks"
chmod 755 "$play/asks"
"$exe" --approve "cmd:$play/asks" -p "$ws/ask.bin" git pull 2>/dev/null
is "$?" 126 "what is not answered is refused"
keys() { grep -o '"[a-z0-9_]*":' | sort | tr -d '\n'; }
is "$(keys <"$play/question")" \
    "$(sed -n '/^{"v":1,"id"/,/^\.Ed/p' "$page" | keys)" \
    "codex-exec.1 has the keys of a question"
finish
