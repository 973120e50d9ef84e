# libcodexpolicy by the example that uses it: the same answers as `why', the
# lock by effect, the same records as --json-fd.
. "$srcdir/tests/lib/tap.sh"

if [ "$CODEX_RT_LIBC" = instrumented ]; then
	skip library "an instrumented build"
	finish
	exit
fi
top=$(cd "$builddir" && pwd)
ask=$top/examples/ask_policy
CODEX_EXEC=$top/runtime/codex-exec
export CODEX_EXEC
play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
offline=$top/profiles/offline.bin
cat >"$play/t.yaml" <<'END'
version: 1
name: t
extends: [offline]
exec:
  scope: tree
  inline: |
    prefix_rule(pattern=["id"], decision="prompt", justification="who")
    prefix_rule(pattern=["whoami"], decision="forbidden")
END
"$top/compiler/codex-policyc" build -I "$srcdir/profiles" "$play/t.yaml" \
    -o "$play/t.bin"

is "$(nm -D --defined-only "$top/library/libcodexpolicy.so.0" |
    awk '$2 != "A" && $3 !~ /^codexpolicy_/')" "" "only its own names are exported"
# One word each is the C library's own.
is "$(size -A "$top/library/libcodexpolicy.so.0" |
    awk '($1 == ".data" || $1 == ".bss") && $2 > 8')" "" \
    "nothing in it can be written"

# A policy that is whole, cut, changed, another one.
digest=$("$ask" "$offline" verify | cut -d ' ' -f 2)
is "$("$ask" "$offline" verify "$digest")" "offline $digest" "verify"
"$ask" "$offline" verify "$(echo "$digest" | tr 0-9a-f 1-9a-f0)" >/dev/null 2>&1
is "$?" 125 "another digest"
head -c 1000 "$offline" >"$play/cut"
"$ask" "$play/cut" verify >/dev/null 2>&1
is "$?" 125 "a policy that is cut"
cp "$offline" "$play/flip.bin"
printf X | dd of="$play/flip.bin" bs=1 seek=2000 conv=notrunc 2>/dev/null
"$ask" "$play/flip.bin" verify >/dev/null 2>&1
is "$?" 125 "a policy that is changed"
"$ask" "$play/flip.bin" exec ls >/dev/null 2>&1
is "$?" 125 "nor is it loaded"
"$ask" nosuchpolicy exec ls 2>"$play/err"
is "$?:$(grep -c "no policy named 'nosuchpolicy'" "$play/err")" 125:1 "no policy"

# Decisions.
for row in "exec ls -l=allowed" "exec git push=prompt" \
    "exec rm -rf /=denied" \
    "exec bash -c for f in *;=allowed" \
    "write /etc/passwd=denied" "write /dev/null=allowed" \
    "write /tmp/../dev//null=allowed" "connect example.org 443=denied"; do
	set -- ${row%=*}
	got=$("$ask" "$offline" "$@")
	is "${got%% *}" "${row#*=}" "${row%=*}"
done
got=$("$ask" "$offline" exec bash -c 'ls && git push')
is "${got%% *}" prompt "what is in a script"
is "$("$ask" "$offline" write relative; echo $?)" 2 "a relative path is no question"
got=$("$ask" "$offline" exec rm -rf /)
why=$("$top/compiler/codex-policyc" why "$offline" -- exec rm -rf /)
src=$(echo "$got" | sed 's/.*, \([^,]*:[0-9]*\), .*/\1/')
case $why in *"$src"*) r=0 ;; *) r=1 ;; esac
ok "$r" "the line is that of codex-policyc why ($src)"

# A second home, by $HOME: what is denied in one is denied in both.
mkdir -p "$play/home/.ssh"
real=$(getent passwd "$(id -u)" | cut -d : -f 6)
for home in "$play/home" "${real:-$play/home}"; do
	got=$(HOME=$play/home "$ask" "$top/profiles/net-read-only.bin" exec \
	    sh -c "cat <$home/.ssh/id")
	is "${got%% *}" denied "no key of a home: $(basename "$home")"
done
HOME=$play/home "$CODEX_EXEC" -p "$offline" --json-fd 3 ls -d "$play/home/x" \
    "$play/homes" 3>"$play/log" >/dev/null 2>&1
is "$(grep -c "\[HOME\]/x $play/homes" "$play/log")" 2 \
    "and both stand as [HOME] in records"

# The lock: free, then held.
echo x >"$play/file"
"$ask" "$top/profiles/trusted.bin" apply "$play/file"
is "$?" 0 "apply trusted: a file can be written"
is "$("$ask" "$offline" apply "$play/file"; echo $?)" "Permission denied
1" "apply offline: it cannot"
"$ask" "$play/t.bin" apply "$play/file" 2>"$play/err"
is "$?:$(grep -c 'need a supervisor' "$play/err")" 125:1 \
    "rules for the tree are not applied to oneself"
cat >"$play/pid.yaml" <<'END'
version: 1
name: pid
extends: [offline]
process: {namespaces: [pid]}
END
"$top/compiler/codex-policyc" build -I "$srcdir/profiles" "$play/pid.yaml" \
    -o "$play/pid.bin"
"$ask" "$play/pid.bin" apply "$play/file" 2>"$play/err"
is "$?:$(grep -c 'namespaces pid needs a supervisor' "$play/err")" 125:1 \
    "nor is a namespace that only children would live in"

# No descriptor is left that leads past the mounts.
mkdir "$play/ws"
echo x >"$play/ws/kept"
cat >"$play/kept.yaml" <<'END'
version: 1
name: kept
extends: [offline]
filesystem: {write: ["${workspace}"], protect: ["${workspace}/kept"]}
END
"$top/compiler/codex-policyc" build -I "$srcdir/profiles" "$play/kept.yaml" \
    -o "$play/kept.bin"
lock() {	# lock POLICY PATH, in the workspace
	(cd "$play/ws" && "$ask" "$1" apply "$2" >/dev/null 2>&1)
}
if lock "$play/kept.bin" "$play/ws/other"; then
	lock "$top/profiles/trusted.bin" "/proc/self/fd/3$play/ws/kept" 3</
	is "$?" 0 "apply: a file can be written by way of a descriptor of /"
	by=
	for fd in 3 4 5 6 7 8 9 10 11 12; do
		! lock "$play/kept.bin" "/proc/self/fd/$fd$play/ws/kept" ||
		    by="$by $fd"
	done
	is "$by" "" "apply: none is left by which a protected one can be"
else
	skip "descriptors past the mounts" "no mounts"
fi

# Nothing there is to be protected, and nobody keeps modes and times.
mkdir "$play/bare"
(cd "$play/bare" && HOME=$play/bare "$top/tests/lib/oldkernel" mntns userns -- \
    "$ask" "$top/profiles/workspace-write.bin" apply "$play/bare/x") \
    >"$play/err" 2>&1
case $? in
77) skip "apply without mounts" "no other kernel can be imitated here" ;;
125)	grep -q namespace "$play/err" && [ ! -e "$play/bare/x" ]
	ok $? "apply without mounts is refused"
	;;
*) ok 1 "apply without mounts is refused" ;;
esac

# A run.
run() {
	out=$(cd / && timeout 60 "$ask" "$play/t.bin" run "$@" 2>"$play/err" </dev/null)
	status=$?
}
run sh "$(script '/usr/bin/whoami; exit 7')"
is "$status" 7 "run: the command's status"
is "$(echo "$out" | grep -c '^denial {"v":1,.*"operation":"process_spawn","target":"/usr/bin/whoami"')" 1 \
    "run: a denial"
is "$(echo "$out" | sed -n 's/^\([a-z]*\) {.*"event":"\([a-z]*\)".*/\1 \2/p' | sed -n '1p;2p;$p' | tr '\n' ,)" \
    "event start,decision decision,event exit," "run: start, decision, exit"
run sh "$(script id)"
is "$(echo "$out" | grep -c '^question {.*"argv":\["id"\]')$status" 1126 "run: a question, no"
ANSWER=yes
export ANSWER
run sh "$(script 'id -u; id -u')"
is "$(echo "$out" | grep -c '^question')$status" 20 "run: yes, each time"
ANSWER=run
run sh "$(script 'id -u; id -u')"
is "$(echo "$out" | grep -c '^question')$status" 10 "run: yes, for the run"
unset ANSWER
CODEX_EXEC=/nonexistent "$ask" "$offline" run true 2>/dev/null
is "$?" 125 "run: no codex-exec"
run sh "$(script 'kill -9 $$')"
is "$status" 137 "run: death by signal"

# The header, in C++, and a program of it that is told and asked.
cat >"$play/run.cc" <<'END'
#include "codexpolicy.h"
#include <cstdio>

static void told(void *arg, const char *, size_t)
{
	std::puts(static_cast<const char *>(arg));
}

static codexpolicy_answer asked(void *, const char *, size_t)
{
	std::puts("asked");
	return CODEXPOLICY_NO;
}

int main(int, char **argv)
{
	const char *options[] = { "-p", argv[2], nullptr };
	const char *words[] = { "id", nullptr };
	char arg[] = "told";
	codexpolicy_hooks hooks = { arg, told, told, told, asked };
	struct codexpolicy_run run = { argv[1], options, words, &hooks };
	codexpolicy_error e;
	int status = -1;

	return codexpolicy_run(&run, &status, &e) == 0 ? status : 1;
}
END
cxx=$(command -v c++ || command -v g++ || command -v clang++)
ln -sf "$top/library/libcodexpolicy.so.0" "$play/libcodexpolicy.so"
if [ -z "$cxx" ]; then
	skip "C++" "no compiler"
else
	"$cxx" -std=c++11 -Wall -Wextra -pedantic -Werror \
	    -I "$srcdir/library" -o "$play/run" "$play/run.cc" \
	    -L "$play" -lcodexpolicy
	ok $? "the header is C++, too"
	is "$(LD_LIBRARY_PATH=$top/library "$play/run" "$CODEX_EXEC" \
	    "$play/t.bin" 2>/dev/null | sort | uniq -c | tr -d '\n ')" \
	    "1asked3told" "and its hooks are called"
fi
finish
