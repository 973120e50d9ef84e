# A codex-exec within another, and several policies of one: what can be done is
# what each alone would let be done, by effect; and as many layers as there can
# be.  Root and an ordinary user.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside nested
. "$srcdir/tests/lib/held.sh"
needs_python nested
profiles="offline net-read-only workspace-write workspace-net trusted"
for p in $profiles; do
	cp "$top/profiles/$p.bin" "$play"
done
chmod 644 "$play"/*.bin
cp "$srcdir/tests/escape/nested_act.py" "$play/act.py"
"$python" -c 'import socket, sys, threading
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(64)
open(sys.argv[1] + ".new", "w").write(str(s.getsockname()[1]))
import os; os.rename(sys.argv[1] + ".new", sys.argv[1])
while True: s.accept()[0].close()' "$play/port" &
server=$!
trap 'kill $server 2>/dev/null' EXIT
i=0
while [ ! -e "$play/port" ] && [ $i -lt 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
port=$(cat "$play/port")
exe=$play/codex-exec
# act WORDS-IN-FRONT...: which acts can be done behind them.
act() {
	(cd "$ws" && timeout 60 $who "$@" "$python" "$play/act.py" "$ws" \
	    "$play/out" "$HOME" "$port") 2>"$play/log" </dev/null
}
# both A B: the words that are in each.
both() {
	for w in $1; do
		case " $2 " in *" $w "*) printf '%s ' "$w" ;; esac
	done | sed 's/ $//'
}
repeat() {	# repeat N WORDS...
	n=$1
	shift
	words=
	while [ "$n" -gt 0 ]; do
		words="$words $*"
		n=$((n - 1))
	done
	echo "$words"
}
# What the outer one has to do for both.
build hosts offline 'network: {mode: ports, connect: ["127.0.0.1:9"]}'
build sock offline 'network: {unix: !replace [/run/some.sock]}'
build lo offline 'network: {mode: loopback}'
build out trusted 'network: {mode: proxy, domains: {allow: ["127.0.0.1:9"]}}'
build tree offline 'exec: {scope: tree, inline: "prefix_rule([\"false\"], decision=\"forbidden\")"}'
# No rule of Landlock keeps a socket from being connected.
"$python" -c "import socket; socket.socket(socket.AF_UNIX).bind('$play/socket')"
build lone trusted 'filesystem: {deny: ["/media/socket"]}'
hint="give both policies to the outer codex-exec (-p A -p B)"
limit="more than 16 layers, the limit of Landlock (E2BIG)"
for label in root user; do
	become || continue
	rm -rf "$play/out" "$HOME"
	mkdir -p "$play/out" "$HOME/.ssh" "$ws/.codex"
	for f in "$play/out/file" "$HOME/.ssh/key" "$ws/file" \
	    "$ws/.codex/file"; do
		echo x >"$f"
	done
	[ -z "$who" ] || chown -R 65534:65534 "$ws" "$play/out" "$HOME"
	free=$(act)
	all="make make-out make-tmp change change-out change-kept read read-key mode mode-out times run-new rename-kept connect udp bind unix abstract pair"
	is "$(both "$all" "$free")" "$all" "$label: free, all can be done"
	for p in $profiles; do
		act "$exe" -p "$play/$p.bin" -- >"$play/$p.able"
	done
	is "$(cat "$play/offline.able")" "read read-key pair memfd personality fork null" \
	    "$label: offline, what is left of it" 
	for outer in $profiles; do
		for inner in $profiles; do
			want=$(both "$(cat "$play/$outer.able")" \
			    "$(cat "$play/$inner.able")")
			is "$(act "$exe" -p "$play/$outer.bin" -- "$exe" \
			    -p "$play/$inner.bin" --)" "$want" \
			    "$label: $inner within $outer" || diag "$(cat "$play/log")"
			[ -n "$who" ] || is "$(act "$exe" -p "$play/$outer.bin" \
			    -p "$play/$inner.bin" --)" "$want" \
			    "$label: $outer and $inner together"
		done
		is "$(act $(repeat 8 "$exe" -p "$play/$outer.bin" --))" \
		    "$(cat "$play/$outer.able")" "$label: $outer, eight times"
		(cd "$ws" && $who $(repeat 17 "$exe" -p "$play/$outer.bin" --) \
		    touch "$ws/ran") >"$play/log" 2>&1 </dev/null
		is "$? $(grep -c "^codex-exec: landlock: .*$limit" "$play/log")" \
		    "125 1" "$label: $outer, 17 times"
	done
	(cd "$ws" && $who $(repeat 17 "$exe" --timeout 60s -p "$play/offline.bin" \
	    --) touch "$ws/ran") >"$play/log" 2>&1 </dev/null
	is "$? $(grep -c "^codex-exec: landlock: .*$limit" "$play/log")" \
	    "125 1" "$label: supervised, 17 times"
	(cd "$ws" && $who "$exe" -p "$play/trusted.bin" -- "$exe" --json-fd 1 \
	    -p "$play/workspace-write.bin" -- true) >"$play/log" 2>&1
	is "$(grep -c '"read_only_modes_and_times":"supervised"' "$play/log")" 1 \
	    "$label: within trusted modes and times are supervised"
	mkdir -p "$play/bare"
	(HOME=$play/bare && cd "$play/bare" && $who "$exe" -q --explain \
	    -p "$play/trusted.bin" -- "$exe" --json-fd 1 -p "$play/workspace-write.bin" -- true) >"$play/log" 2>&1
	is "$(grep -c "\"not_kept\":\[.*/.codex.*\"read_only_modes_and_times\":\"not kept\"" "$play/log")" 1 \
	    "$label: what nobody can keep there is told"
	for p in offline net-read-only; do
		(cd "$ws" && $who "$exe" --json-fd 3 -p "$play/$p.bin" -- \
		    "$exe" --json-fd 2 -p "$play/workspace-write.bin" -- env) \
		    >"$play/log" 2>&1 3>&1
		is "$(grep -c '"event":"start".*"mode":"in-place"' \
		    "$play/log") $(grep -c '"not kept"' \
		    "$play/log")" "2 0" \
		    "$label: within $p all is kept, in place"
	done
	for p in "offline net-read-only" "net-read-only offline"; do
		set -- $p
		is "$($who "$exe" -p "$play/$1.bin" -- "$exe" -p "$play/$2.bin" \
		    -- env | grep DISABLED)$($who "$exe" -p "$play/$1.bin" \
		    -p "$play/$2.bin" -- env | grep DISABLED)" \
		    "CODEX_SANDBOX_NETWORK_DISABLED=1CODEX_SANDBOX_NETWORK_DISABLED=1" \
		    "$label: $p: the command knows that it has no network"
	done
	# within OUTER INNER STATUS WORDS: whether it runs, and what is said.
	within() {
		(cd "$ws" && timeout 30 $who "$exe" -q -p "$play/$1.bin" -- "$exe" \
		    -q -p "$play/$2.bin" touch "$ws/ran") >"$play/log" 2>&1 </dev/null
		r=$?
		[ $r = "$3" ] && { [ -z "$4" ] || grep -qF "$4" "$play/log"; } || diag "$r $(cat "$play/log")"
		ok $? "$label: $2 within $1: $3, $4"
	}
	# Where offline is around, nothing can be made: touch fails.
	for o in hosts sock tree; do
		within $o hosts 125 "and there is another one above this one; $hint"
		within $o sock 125 "$hint"
		within $o tree 1 "another supervisor is above this one and alone is asked"
	done
	for o in offline trusted hosts tree lo; do
		[ "$o$who" = "trusted$user" ] && continue
		within $o lo 125 "$hint"
	done
	within offline tree 125 "a supervisor that is asked needs process_vm_readv"
	within trusted hosts 1 "touch: "
	within trusted lone 125 "namespaces: "
	within lone lone 0 ""
	rm -f "$ws/ran"
	within trusted tree 1 "touch: "
	[ -z "$who" ] || within out out 125 "$hint"
	rm -f "$ws/ran"
	(cd "$ws" && $who "$exe" $(repeat 16 -p "$play/trusted.bin") \
	    touch "$ws/ran") >"$play/log" 2>&1
	[ $? = 0 ] && [ -e "$ws/ran" ]
	ok $? "$label: 16 policies"
	rm -f "$ws/ran"
	(cd "$ws" && $who "$exe" $(repeat 17 -p "$play/trusted.bin") \
	    touch "$ws/ran") >"$play/log" 2>&1
	is "$? $(cat "$play/log")" "125 codex-exec: options: $play/trusted.bin: $limit; each policy is one, and so are those of every codex-exec around this one" \
	    "$label: 17 policies"
	(cd "$ws" && $who "$exe" $(repeat 15 -p "$play/trusted.bin") -- \
	    "$exe" -p "$play/trusted.bin" -p "$play/trusted.bin" \
	    touch "$ws/ran") >"$play/log" 2>&1
	is "$? $(grep -c "$limit" "$play/log")" "125 1" "$label: 15, and 2 within"
	[ ! -e "$ws/ran" ]
	ok $? "$label: and none of them ran"
done
finish
