# exec.scope tree: attacks while execs are decided on, unusual ways to start
# programs, the death of the supervisor; as root and as an ordinary user.
. "$srcdir/tests/lib/tap.sh"

if [ "$CODEX_RT_LIBC" = instrumented ]; then
	skip tree "an instrumented build"
	finish
	exit
fi
play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
mkdir "$play/ws"
# Runs its argument, which no rule sees into.
printf '#!/bin/sh\neval "$1"\n' >"$play/do"
chmod 755 "$play/do"
cp "$builddir/runtime/codex-exec" "$builddir/tests/escape/exec_attack" \
    "$builddir/tests/escape/exec_cases" "$play"
for name in good mark evil; do
	cp "$builddir/tests/escape/exec_mark" "$play/ws/$name"
done
ln -s good "$play/ws/link"
mkdir "$play/ws/by"
ln -s ../good "$play/ws/by/mark"
for name in good evil; do
	printf '#!%s\n' "$play/ws/$name" >"$play/ws/script-$name"
	chmod 755 "$play/ws/script-$name"
done
printf '#!%s\n' "$play/ws/evil" >"$play/ws/script"
printf '#!%s first\n' "$play/ws/mark" >"$play/ws/hidden"
printf '#!/bin/sh\n./mark evil\n' >"$play/ws/shell"
cp "$play/ws/mark" "$play/ws/secret"
chmod 755 "$play" "$play/ws/script" "$play/ws/hidden" "$play/ws/shell"
chmod 711 "$play/ws/secret"
cat >"$play/tree.yaml" <<'END'
version: 1
name: tree
extends: [offline]
filesystem: {write: ["${workspace}"]}
exec:
  scope: tree
  inline: |
    prefix_rule(pattern=["mark", glob("evil*")], decision="forbidden")
    prefix_rule(pattern=["mark", "first"], decision="forbidden")
    prefix_rule(pattern=["evil"], decision="forbidden", justification="bad")
    prefix_rule(pattern=["ask"], decision="prompt")
END
"$builddir/compiler/codex-policyc" build -I "$srcdir/profiles" \
    "$play/tree.yaml" -o "$play/tree.bin" || exit 1
chmod 644 "$play/tree.bin"
policy=tree
ws=$play/ws
. "$srcdir/tests/lib/users.sh"
cd "$ws" || exit 1

for who in $users; do
	[ "$who" = user ] && chown -R 65534:65534 "$play/ws"
	for kind in bytes pointer path link script descriptor page shared \
	    stack; do
		ln -sf good link
		out=$(as "$who" timeout -s KILL 60 "$play/exec_attack" "$kind" \
		    200 "$play/ws" 2>&1)
		[ "$(echo "$out" | grep -c evil)" -gt 0 ]
		ok $? "$who, $kind: free, forbidden programs run"
		out=$(held "$who" "$play/exec_attack" "$kind" 2000 "$play/ws")
		is "$? $(echo "$out" | grep -c evil)" "0 0" \
		    "$who, $kind: none of 2000 comes through"
		echo "# $(echo "$out" | grep '^ran')"
		[ "$kind" = stack ] || echo "$out" | grep -q 'killed [1-9]'
		ok $? "$who, $kind: one look alone would have let some through"
	done

	# case NAME TARGET STATUS OUTPUT
	while read -r way file status want; do
		got=$(as "$who" "$play/exec_cases" "$way" "$play/ws/$file" x \
		    2>&1 | sort -u)
		is "$(echo "$got" | grep -cE 'good|evil')" 1 \
		    "$who, $way $file: free"
		got=$(held "$who" "$play/exec_cases" "$way" "$play/ws/$file" x |
		    sort -u | tr '\n' ' ')
		held "$who" "$play/exec_cases" "$way" "$play/ws/$file" x \
		    >/dev/null
		is "$? $got" "$status ${want:+$want }" \
		    "$who, $way $file: held"
	done <<'END'
descriptor mark 0 good
descriptor evil 99 EPERM
memory mark 99 EPERM
memory evil 99 EPERM
below mark 0 good
below evil 99 EPERM
empty mark 0 good
empty evil 99 EPERM
renamed mark 0 good
renamed evil 99 EPERM
thread mark 0 good
thread evil 99 EPERM
threads mark 0 good
threads evil 99 EPERM
failures mark 0 good
failures evil 99 EPERM
signals mark 0 good
signals evil 99 EPERM
undumpable mark 99 EPERM
folder mark 99 EPERM
long mark 0 good
long evil 137
scripted mark 137
scripted by/mark 137
named by/mark 137
END
	for way in storm thread-storm; do
		is "$(held "$who" "$play/exec_cases" "$way" "$play/ws/mark" |
		    grep 'not so' | cut -d' ' -f1)" 0 "$who, $way: all run"
		is "$(held "$who" "$play/exec_cases" "$way" "$play/ws/evil" |
		    sed -n 's/^\([0-9]*\) of \1 not so$/all/p; /evil/p')" \
		    all "$who, $way: none runs"
	done

	# What a first look does not see is killed.
	for name in script hidden; do
		[ -n "$(as "$who" "./$name" evil)" ]
		ok $? "$who, $name: free"
		is "$(held "$who" "$play/do" "./$name evil; echo \$?")" 137 \
		    "$who, $name: its interpreter is decided on"
	done
	is "$(held "$who" "$play/do" './shell; echo $?')" 126 \
	    "$who: what a script starts is decided on"
	for name in script hidden; do
		held "$who" "./$name" x >/dev/null
		is $? 137 "$who, $name: as the command too"
	done
	loader=$(ls /lib64/ld-linux*.so* /lib/ld-linux*.so* 2>/dev/null |
	    head -n 1)
	is "$(held "$who" "$play/do" "$loader /bin/echo evil; echo \$?")" 126 \
	    "$who: a loader is not run by hand"
	is "$(held "$who" "$loader" /bin/echo evil; echo $?)" 126 \
	    "$who: nor as the command itself"
	is "$(held "$who" "$play/do" 'ask; echo $?')" 127 \
	    "$who: what is not there is not found"
	is "$(held "$who" "$play/do" 'exec ./evil'; echo $?)" 126 \
	    "$who: the command itself may not become it"
	is "$(held "$who" "$play/do" './mark good & wait; ./mark good | cat')" \
	    "good
good" "$who: what is allowed runs"
done
if [ "$(id -u)" = 0 ]; then
	chown root "$play/ws/secret"
	is "$(as user ./secret x)" good "unreadable: free"
	is "$(held user "$play/do" './secret x; echo $?')" 137 \
	    "unreadable: what cannot be looked at does not run"
fi

# --- the supervisor dies ----------------------------------------------------
# The loop is out of the command's reach; it ends when an exec fails.
cat >"$play/ws/loop" <<'END'
while ./mark good; do :; done >/dev/null 2>&1
./evil >>"$1"
echo stopped >>"$1"
END
chmod 666 "$play/ws/loop"
log=$play/ws/log
: >"$log"
i=0
while [ $i -lt 200 ]; do
	"$play/codex-exec" -q -w "$play/ws" -p "$play/tree.bin" "$play/do" \
	    "setsid sh ./loop $log & while :; do ./mark good; done" \
	    >/dev/null 2>&1 &
	pid=$!
	sleep "0.0$((i % 9))$((i % 7))"
	kill -9 $pid
	wait $pid 2>/dev/null
	i=$((i + 1))
done
i=0
while pgrep -f "sh ./loop $log" >/dev/null && [ $i -lt 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
is "$(pgrep -f "sh ./loop $log" | wc -l)" 0 \
    "without a supervisor no exec succeeds (200 times)"
# Where that fails, two hundred loops would stay.
pkill -9 -f "sh ./loop $log"
is "$(grep -c evil "$log")" 0 "and nothing forbidden ran"
[ "$(grep -c stopped "$log")" -gt 50 ]
ok $? "which the loops themselves say ($(grep -c stopped "$log"))"

# --- two supervisors --------------------------------------------------------
is "$(held root "$play/codex-exec" -q -w "$play/ws" -p "$play/tree.bin" \
    "$play/do" './mark good; ./evil; echo $?')" "good
126" "nested: the outer one decides"
is "$(cat "$play/err" | grep -c 'another supervisor is above')" 1 \
    "nested: and the inner one says so"
finish
