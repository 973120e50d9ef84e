# Acts of programs that talk to servers, done free, then held under policies:
# what the tests of networks share.  Source it after inside.
HOME=$play/home ws=$play/ws
export HOME
user="setpriv --reuid 65534 --regid 65534 --clear-groups"
who=
tool=		# words in front of each act

needs_python() {	# needs_python TEST
	python=$(PATH=/usr/bin:/bin command -v python3) ||
	    python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null)
	[ -z "$python" ] || ! "$python" -c pass || return 0
	skip "$1" "no python3 here"
	finish
	exit
}
diag() {
	printf '%s\n' "$1" | cut -c 1-600 | sed 's/^/# /'
	return 1
}
build() {	# build NAME PARENT LINES...: a policy at $play/NAME.bin
	name=$1
	shift
	{
		printf 'version: 1\nname: %s\nextends: [%s]\n' "$name" "$1"
		shift
		printf '%s\n' "$@"
	} >"$play/$name.yaml"
	"$top/compiler/codex-policyc" build "$play/$name.yaml" \
	    -o "$play/$name.bin" -I "$srcdir/profiles" &&
	    chmod 644 "$play/$name.bin"
}
# servers FILE COMMAND...: there once FILE is; descriptor 9 keeps them.
servers() {
	ready=$1
	shift
	mkfifo "$play/stop"
	"$@" <"$play/stop" >"$play/servers.log" 2>&1 &
	exec 9>"$play/stop"
	i=0
	while [ ! -e "$ready" ] && [ $i -lt 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	[ -e "$ready" ] || diag "$(cat "$play/servers.log")"
	ok $? "servers are there"
}
free() { (cd "$ws" && timeout 60 $who $tool "$@") >"$play/log" 2>&1 \
    </dev/null 9>&-; }
# held POLICIES-AND-OPTIONS ACT...: by commas, an option's value behind "="
held() {
	options=
	for o in $(echo "$1" | tr , ' '); do
		case $o in
		-*|*=*) options="$options $(echo "$o" | tr = ' ')" ;;
		*) options="$options -p $play/$o.bin" ;;
		esac
	done
	shift
	(cd "$ws" && timeout 60 $who "$play/codex-exec" $options -- \
	    $tool "$@") >"$play/log" 2>&1 </dev/null 9>&-
}
# become: who $label is, "root" or "user"; false: that is skipped.
become() {
	who=
	if [ "$label" = user ]; then
		$user "$python" -c pass 2>/dev/null || {
			skip "$label" "no other user here"
			return 1
		}
		who=$user
	fi
	rm -rf "$ws"
	mkdir -p "$ws" "$HOME"
	[ -z "$who" ] || chown -R 65534:65534 "$ws"
}
