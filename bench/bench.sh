# Every number that has a goal, measured in turns with its baseline; run by
# `make bench' in the build folder.  The goal stands behind each line.  Numbers
# want a quiet machine: ratios hold on a busy one, single microseconds do not.
#
#	ROUNDS=11	rounds of the long ones
#	BENCH_DIR=$HOME	where to play; workspace-write must not write there
#	CODEX=PATH	the real program, for `execpolicy check' beside it
set -u
rounds=${ROUNDS:-11}
build=$PWD
play=$(mktemp -d "${BENCH_DIR:-$HOME}/codex-bench.XXXXXX") || exit 1
trap 'rm -rf "$play"' EXIT
# No policy may lie where its command writes, as in /tmp.
mkdir "$play/p" "$play/w" "$play/t"
export TMPDIR="$play/t"
${STRIP:-strip} -o "$play/codex-exec" runtime/codex-exec
cx=$play/codex-exec
policyc=$build/compiler/codex-policyc
pair=$build/bench/bench_pair

goal()
{
	sed "s/\$/   goal: $1/"
}

policy()
{
	cat >"$play/p/$1.yaml"
	"$policyc" build "$play/p/$1.yaml" -I "${srcdir:-.}/profiles" \
	    -o "$play/p/$1.bin" || exit 1
}

cp profiles/offline.bin profiles/workspace-write.bin "$play/p/"
policy tree <<'END'
version: 1
name: tree
extends: [offline]
filesystem: {write: ["${workspace}", "${tmpdir}"]}
exec:
  scope: tree
  inline: |
    prefix_rule(pattern=["evil"], decision="forbidden")
END
offline=$play/p/offline.bin
write=$play/p/workspace-write.bin
tree=$play/p/tree.bin

echo "# sizes"
ls -l "$cx" "$offline" | awk '{ print $5, $NF }' | sed 's#/.*/##'

echo "# launch, offline"
bench/bench_launch -n 300 "$cx" "$offline" | head -2 |
    goal "1.35 fork+exec, 1.55 posix_spawn"
# The goals were set where this floor was 1.27 to 1.29 over fork+exec.
${STRIP:-strip} -o "$play/floor" bench/floor
bench/bench_launch -n 300 "$play/floor" "$offline" | head -2 |
    sed 's/^ratio/floor/; s/$/   the same filter and rules, nothing else/'
cd "$play/w" || exit 1
$pair -n 200 "launch, protect by mounts" /bin/true :: \
    "$cx" -p "$write" /bin/true | goal "wall 1.65"
if command -v bwrap >/dev/null; then
	$pair -n 200 "bubblewrap, ro-bind and netns" /bin/true :: \
	    "$(command -v bwrap)" --ro-bind / / --unshare-net /bin/true |
	    goal "beside"
fi
$pair -n "$rounds" -k 100 -j 8 "8 at once x 100" /bin/true :: \
    "$cx" -p "$offline" /bin/true | goal "wall 1.45"

echo "# steady state, offline and workspace-write"
none="/usr/bin/find /usr/lib -name no.such.name"
$pair -n "$rounds" "find /usr/lib" $none :: "$cx" -p "$offline" $none |
    goal "cpu 1.03"
cat >a.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) { puts("a"); return 0; }
END
gcc=$(command -v gcc)
$pair -n "$rounds" "gcc -c" "$gcc" -O2 -c a.c :: \
    "$cx" -p "$write" "$gcc" -O2 -c a.c | goal "cpu 1.03"
if command -v git >/dev/null; then
	git=$(command -v git)
	git init -q repo && cp -r /usr/include repo/ && cd repo &&
	    git add include
	$pair -n "$rounds" "git status" "$git" status -s :: \
	    "$cx" -p "$offline" "$git" status -s >"$play/out"
	cd .. && tail -1 "$play/out" | goal "cpu 1.03"
fi

echo "# supervised, the exec rules of the whole tree"
$pair -n 200 "one command" /bin/true :: "$cx" -p "$tree" /bin/true |
    goal "wall 2.0"
cat >execs.sh <<'END'
i=0
while [ $i -lt 100 ]; do
	echo conftest.$i | sed s/test/out/ | grep -q conf
	expr $i + 1 >/dev/null
	cat /dev/null
	i=$((i + 1))
done
END
$pair -n "$rounds" "a script of 400 execs" /bin/sh execs.sh :: \
    "$cx" -p "$tree" /bin/sh execs.sh | goal "cpu 1.13"
if make=$(command -v make); then
	i=0
	while [ $i -lt 200 ]; do
		i=$((i + 1))
		echo "int f$i(void) { return $i; }" >"m$i.c"
	done
	printf 'all: $(patsubst %%.c,%%.o,$(wildcard m*.c))\n' >Makefile
	printf '%%.o: %%.c\n\t@%s -c -o /dev/null $<\n' "$gcc" >>Makefile
	$pair -n 3 "make of 200 files" "$make" -s :: \
	    "$cx" -p "$tree" "$make" -s | goal "cpu 1.05"
fi
$pair -n "$rounds" "--explain, gcc -c" "$gcc" -O2 -c a.c :: \
    "$cx" --explain -p "$write" "$gcc" -O2 -c a.c | goal "cpu 1.1"
$pair -n "$rounds" -k 100 -j 8 "8 supervised at once x 100" /bin/true :: \
    "$cx" -p "$tree" /bin/true | goal "wall 2.2"
"$cx" -p "$tree" /bin/sleep 1 &
sleep 0.5
awk '/^RssAnon/ { print "supervisor, its own memory:", $2, "KB" }' \
    "/proc/$!/status" | goal "400 KB"
wait $!

echo "# events, read slowly"
cat >fast.sh <<END
$cx --json-fd 4 -p $tree /bin/sh execs.sh 4>/dev/null
END
cat >slow.sh <<END
{ $cx --json-fd 4 -p $tree /bin/sh execs.sh 4>&1 >/dev/null; } |
    { sleep 0.2; cat >/dev/null; }
END
$pair -n "$rounds" "400 execs, all events, slow reader" /bin/sh fast.sh :: \
    /bin/sh slow.sh | goal "wall 1.03"
policy denied <<'END'
version: 1
name: denied
extends: [offline]
audit: {events: [denied]}
END
policy connects <<'END'
version: 1
name: connects
extends: [net-read-only]
network: {mode: ports, connect: ["127.0.0.1:9"]}
audit: {events: [allowed, denied]}
END
"$build/bench/bench_events" denied "$cx" "$play/p/denied.bin" | goal 3.0
"$build/bench/bench_events" slow "$cx" "$play/p/connects.bin" | goal 1.03
cd "$build" || exit 1

echo "# exec rules: open below 1 ms at 100,000"
bench/bench_exec
echo 'prefix_rule(pattern=["git", "push"], decision="prompt")' \
    >"$play/a.rules"
if [ -n "${CODEX:-}" ]; then
	$pair -n 50 "execpolicy check, codex to ours" "$CODEX" execpolicy \
	    check --rules "$play/a.rules" git push :: "$policyc" execpolicy \
	    check --rules "$play/a.rules" git push >"$play/out"
	tail -1 "$play/out" | goal "below 1"
fi
