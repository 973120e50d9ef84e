# Scripts under exec.scope tree: a script's own rule decides on it; what the
# kernel starts for it is no command of its own, what somebody starts is.  As
# root and as an ordinary user.
. "$srcdir/tests/lib/tap.sh"

if [ "$CODEX_RT_LIBC" = instrumented ]; then
	skip scripts "an instrumented build"
	finish
	exit
fi
play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
mkdir "$play/ws"
cp "$builddir/runtime/codex-exec" "$builddir/tests/escape/exec_attack" \
    "$builddir/tests/escape/exec_cases" "$play"
# Runs its argument, which no rule sees into.
printf '#!/bin/sh\neval "$1"\n' >"$play/do"
for name in good mark trap asked; do
	cp "$builddir/tests/escape/exec_mark" "$play/ws/$name"
done
ws=$play/ws
write() { printf '#!%s\n%s\n' "$2" "$3" >"$ws/$1"; }
write tool /bin/sh 'echo "tool $*"'
write other /bin/sh 'echo "other $*"'
write nested "$ws/tool x y" ''
write spaced "  /bin/sh	-e  " 'echo "spaced $*"'
write banned "$ws/mark" ''
write below "$ws/banned" ''
write asks "$ws/asked" ''
write words "/usr/bin/env -S $ws/mark" ''
write starts /bin/sh "$ws/mark x"
write script-good "$ws/good" ''
ln -s tool "$ws/named"
cp "$ws/tool" "$ws/first"
chmod 755 "$play" "$play/do" "$ws"/*
for default in prompt forbidden; do
	cat >"$play/$default.yaml" <<END
version: 1
name: $default
extends: [offline]
filesystem: {write: ["\${workspace}"]}
exec:
  scope: tree
  default: $default
  inline: |
    prefix_rule(pattern=[["do", "exec_attack", "exec_cases"]], decision="allow")
    prefix_rule(pattern=[["tool", "nested", "spaced", "named", "banned"]], decision="allow")
    prefix_rule(pattern=[["below", "asks", "starts", "words"]], decision="allow")
    prefix_rule(pattern=["first", "ok"], decision="allow")
    prefix_rule(pattern=["link", "ok"], decision="allow")
    prefix_rule(pattern=["mark"], decision="forbidden")
    prefix_rule(pattern=["asked"], decision="prompt")
audit: {events: [exec, allowed, denied]}
END
	"$builddir/compiler/codex-policyc" build -I "$srcdir/profiles" \
	    "$play/$default.yaml" -o "$play/$default.bin" || exit 1
	chmod 644 "$play/$default.bin"
done
. "$srcdir/tests/lib/users.sh"
cd "$ws" || exit 1

for policy in prompt forbidden; do
for who in $users; do
	[ "$who" = user ] && chown -R 65534:65534 "$ws"
	# What is printed, then the status that a shell sees.
	while IFS='|' read -r want act; do
		is "$(held "$who" "$play/do" "$act; echo \$?" | tr '\n' ' ')" \
		    "$want " "$who, $policy: $act"
	done <<END
tool a 0|./tool a
tool a 0|cd /; $ws/tool a
tool b 0|PATH=$ws:\$PATH; tool b
tool x y ./nested z 0|./nested z
spaced a 0|./spaced a
tool l 0|./named l
tool ok 0|./first ok
126|./first no
126|./other a
126|sh ./tool a
126|/bin/sh ./tool a
126|sh -c ./tool
126|./good
137|./banned
137|./below
137|./asks
126|./starts
137|./words
END
	is "$(held "$who" ./tool a)" "tool a" \
	    "$who, $policy: as the command itself"
	held "$who" ./banned
	is $? 137 "$who, $policy: nor what a rule forbids to interpret it"
	# The program's argv is all that follows.
	while read -r way file want; do
		is "$(held "$who" "$play/exec_cases" "$way" "$ws/$file" a)" \
		    "$want" "$who, $policy: $way $file"
	done <<END
descriptor tool tool a
descriptor other EPERM
thread tool tool a
scripted good
END
	held "$who" --json-fd 3 "$play/do" "./tool a; ./other b" 3>"$play/events"
	is "$(sed -n 's/.*"operation":"process_spawn","target":"\([^"]*\)","decision":"\([^"]*\)".*"rule":{[^}]*"src":"\([^"]*\)"}.*/\1 \2 \3/p' \
	    "$play/events" | sed s/requires_approval/denied/)" \
	    "/bin/sh ./tool a allowed $policy.yaml:10
./other b denied $policy.yaml:7" "$who, $policy: records"

	[ $policy = forbidden ] || continue
	ln -sf script-good link
	out=$(as "$who" timeout -s KILL 60 "$play/exec_attack" disguise 100 \
	    "$ws" 2>&1)
	[ "$(echo "$out" | grep -c evil)" -gt 0 ]
	ok $? "$who: free: programs run in a script's name"
	out=$(held "$who" "$play/exec_attack" disguise 300 "$ws")
	is "$? $(echo "$out" | grep -c evil)" "0 0" \
	    "$who, $policy: none of 300 comes through"
	echo "# $(echo "$out" | grep '^ran')"
done
done
finish
