# /etc/codex/ceiling.bin: always one more layer, whatever is asked for; only its
# absence means none.  By effect, each free first, over a throw-away /etc.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside ceiling
# Who only seems to be root does not own what leads there: nothing would run.
if [ "$(stat -c %u /)" != 0 ]; then
	skip ceiling "not root outside"
	finish
	exit
fi
mkdir -p "$play/layer/upper" "$play/layer/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$play/layer/upper,workdir=$play/layer/work" /etc || {
	echo "Bail out! no overlay over /etc"
	exit 1
}
exe=$play/codex-exec
ws=$play/ws
cp "$top/profiles/offline.bin" "$top/profiles/trusted.bin" \
    "$top/profiles/workspace-write.bin" "$play"
mkdir "$ws" "$play/home"
HOME=$play/home
export HOME
cat >"$play/low.yaml" <<'END'
version: 1
name: low
extends: [trusted]
filesystem: {write: !replace ["/media/ws"], deny: ["?/media/secret"]}
network: {mode: none, unix: !replace [pair]}
syscalls: {rules: [{errno(EPERM): [acct]}]}
exec:
  inline: |
    prefix_rule(["false"], decision="forbidden", id="never-false")
environment: {drop: ["CEILING_*"], set: {UNDER: ceiling}}
limits: {nofile: 64, fsize: 4K}
END
cat >"$play/asks.yaml" <<'END'
version: 1
name: asks
extends: [trusted]
environment: {set: {CEILING_X: "1"}}
limits: {nofile: 128, fsize: 1M}
END
for p in low asks; do
	"$top/compiler/codex-policyc" build "$play/$p.yaml" -o "$play/$p.bin" \
	    -I "$srcdir/profiles" || ok 1 "$p compiles"
done
chmod 644 "$play"/*.bin
user="setpriv --reuid 65534 --regid 65534 --clear-groups"
$user true 2>/dev/null || user=
chmod 777 "$ws"
mkdir "$play/out"
chmod 777 "$play/out"

codex=/etc/codex
put() {		# put FILE: it becomes the ceiling
	rm -rf $codex
	mkdir -m 755 $codex
	cp "$play/$1.bin" $codex/ceiling.bin
	chmod 644 $codex/ceiling.bin
}
none() { rm -rf $codex; }
run() { (cd "$ws" && timeout 20 $who "$exe" "$@") >"$play/log" 2>&1 </dev/null; }
cat >"$play/act" <<'END'
echo x >/media/ws/in
echo x >/media/out/file
head -c 8192 /dev/zero >/media/ws/big
echo "nofile=$(ulimit -n) x=$CEILING_X under=$UNDER"
:
END
# acts ARGS...: what could be done, in a word or two.
acts() {
	rm -f "$ws"/* "$play"/out/*
	run "$@" -- sh "$play/act"
	status=$?
	echo "$status$([ -e "$ws/in" ] && echo " in")$([ -e "$play/out/file" ] &&
	    echo " out")$([ "$(wc -c 2>/dev/null <"$ws/big")" = 8192 ] &&
	    echo " big") $(grep -o 'nofile=.*' "$play/log")"
}
held="0 in nofile=64 x= under=ceiling"
for label in root user; do
	who=
	if [ $label = user ]; then
		[ -n "$user" ] || {
			skip user "no other user here"
			continue
		}
		who=$user
	fi
	none
	is "$(acts -p "$play/asks.bin")" "0 in out big nofile=128 x=1 under=" \
	    "$label: free, no ceiling"
	put low
	is "$(acts -p "$play/asks.bin")" "$held" "$label: held by the ceiling"
	# What could lead round it.
	is "$(acts --timeout 9s -p "$play/asks.bin")" "$held" "$label: supervised"
	is "$(acts --explain -q -p "$play/asks.bin")" "$held" "$label: explained"
	is "$(CODEX_SECURITY_PROFILE=$play/asks.bin acts)" "$held" \
	    "$label: by variable"
	is "$(XDG_CONFIG_HOME=$play/x HOME=$play/y CODEX_CEILING= acts \
	    -p "$play/asks.bin")" "$held" "$label: other variables"
	is "$(acts -C / -w "$ws" -p "$play/asks.bin")" "$held" "$label: -C"
	is "$(acts -p $codex/ceiling.bin -p "$play/asks.bin")" "$held" \
	    "$label: named as a policy, too"
	is "$(acts -p "$play/trusted.bin" -- "$exe" -p "$play/asks.bin")" "$held" \
	    "$label: nested"
	run -p "$play/trusted.bin" -- sh -c "rm -f $codex/ceiling.bin; echo >$codex/ceiling.bin; mv $codex /etc/other"
	cmp -s "$play/low.bin" $codex/ceiling.bin
	ok $? "$label: the command cannot change it"
	# The rest of what a layer is.
	run -p "$play/trusted.bin" false
	is "$? $(grep -c never-false "$play/log")" "126 1" "$label: its exec rules"
	echo s >"$play/secret"
	run -p "$play/trusted.bin" cat "$play/secret"
	[ $? = 1 ] && ! grep -qx s "$play/log"
	ok $? "$label: what it denies"
	rm -f "$play/secret"
	[ -z "$(command -v python3)" ] || {
		run -p "$play/trusted.bin" python3 -c 'import socket; socket.socket()'
		[ $? = 1 ] && grep -q 'Address family' "$play/log"
		ok $? "$label: its network"
	}
	run --json-fd 1 -p "$play/trusted.bin" true
	grep -q '"profiles":\[.*"name":"trusted".*"name":"low"' "$play/log"
	ok $? "$label: the start event names it"
	for o in --dry-run --doctor --prove-here; do
		[ "$label$o" = user--prove-here ] && continue
		case $o in --dry-run) set -- true ;; *) set -- ;; esac
		run $o -p "$play/trusted.bin" "$@"
		grep -q "low" "$play/log"
		ok $? "$label: $o counts it"
	done
	run -p "$play/trusted.bin" --help
	is $? 0 "$label: --help needs none"
	many=$(i=0; while [ $i -lt 16 ]; do echo "-p $play/trusted.bin"; i=$((i + 1)); done)
	run $many true
	is "$? $(grep -c '16 layers' "$play/log")" "125 1" \
	    "$label: with 16 policies it is the 17th layer"
	none
	run $many true
	is $? 0 "$label: without it there are 16"

	# --- anything but its absence is a failure ---------------------------
	# refused NAME WORDS: nothing runs, and the message has the words.
	refused() {
		rm -f "$ws/ran"
		run -p "$play/trusted.bin" touch "$ws/ran"
		[ $? = 125 ] && [ ! -e "$ws/ran" ] && grep -q "$2" "$play/log"
		r=$?
		ok $r "$label: refused: $1"
		[ $r = 0 ] || sed 's/^/# /' "$play/log"
		run --doctor -p "$play/trusted.bin"
		is $? 125 "$label: --doctor, too: $1"
	}
	none && mkdir $codex
	run -p "$play/trusted.bin" true
	is $? 0 "$label: a folder without it"
	none && mkdir -p $codex/ceiling.bin
	refused "a folder" "not a regular file"
	none && mkdir $codex && mkfifo $codex/ceiling.bin
	refused "a pipe, without waiting" "not a regular file"
	none && mkdir $codex && : >$codex/ceiling.bin
	refused "empty" "not a compiled policy"
	put low && head -c 1000 "$play/low.bin" >$codex/ceiling.bin
	refused "cut short" "ceiling.bin: "
	put low && printf x | dd of=$codex/ceiling.bin bs=1 seek=200 conv=notrunc 2>/dev/null
	refused "damaged" "ceiling.bin: "
	none && mkdir $codex && echo "version: 1" >$codex/ceiling.bin
	refused "a profile's source" "ceiling.bin"
	put low && chmod 664 $codex/ceiling.bin
	refused "writable by its group" "can be written by group or others"
	put low && chmod 646 $codex/ceiling.bin
	refused "writable by others" "can be written by group or others"
	put low && chmod 775 $codex
	refused "in a folder that is" "/etc/codex can be written by group or others"
	put low && chmod 1777 $codex
	refused "in a sticky one" "/etc/codex can be written by group or others"
	if [ -n "$user" ]; then
		put low && chown 65534 $codex/ceiling.bin
		refused "not root's" "not owned by root"
		put low && chown 65534 $codex
		refused "in a folder not root's" "/etc/codex is not owned by root"
	fi
	none && mkdir $codex && ln -s nowhere $codex/ceiling.bin
	refused "a link that leads nowhere" "No such file"
	none && mkdir $codex && ln -s ceiling.bin $codex/ceiling.bin
	refused "a link to itself" "link"
	none && : >$codex
	refused "/etc/codex is a file" "Not a directory"
	none && ln -s "$play/loop" $codex && ln -sf loop "$play/loop"
	refused "/etc/codex leads nowhere" "link"
	none && mkdir $codex && ln -s "$ws/low.bin" $codex/ceiling.bin
	cp "$play/low.bin" "$ws/low.bin" && chmod 644 "$ws/low.bin"
	refused "a link to where others can write" "can be written by group or others"
	none && mkdir $codex && ln -s "$play/low.bin" $codex/ceiling.bin
	is "$(acts -p "$play/asks.bin")" "$held" "$label: a link to a good one"
	if [ $label = user ]; then
		put low && chmod 600 $codex/ceiling.bin
		refused "unreadable" "Permission denied"
		put low && chmod 700 $codex
		refused "in a folder that cannot be searched" "Permission denied"
		none && mkdir -m 700 $codex
		refused "nor can it be seen whether there is one" "Permission denied"
	fi
done
# The library has it too.
if [ -x "$top/examples/ask_policy" ]; then
	who=
	none
	"$top/examples/ask_policy" "$play/trusted.bin" write /etc/passwd >"$play/log" 2>&1
	free=$(cat "$play/log")
	put low
	"$top/examples/ask_policy" "$play/trusted.bin" write /etc/passwd >"$play/log" 2>&1
	[ "$free" != "$(cat "$play/log")" ]
	ok $? "the library's answers count it"
fi
finish
