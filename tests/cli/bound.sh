# What an approval binds, for whom and how long: files that are swapped before
# the answer, a whole tree, many questions, programs that never answer.
. "$srcdir/tests/lib/tap.sh"

if [ "$CODEX_RT_LIBC" = instrumented ]; then
	skip bound "an instrumented build"
	finish
	exit
fi
top=$(cd "$builddir" && pwd)
lib=$(cd "$srcdir" && pwd)/tests/lib
profiles=$(cd "$srcdir" && pwd)/profiles
exe=$top/runtime/codex-exec
play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
mkdir "$play/ws"
# Runs its argument, which no rule sees into.
printf '#!/bin/sh\neval "$1"\n' >"$play/do"
chmod 755 "$play/do"
APPROVER_LOG=$play/questions
export APPROVER_LOG SWAP
profile() {	# profile NAME SCOPE [MORE]: MORE goes into the first rule
	cat >"$play/$1.yaml" <<END
version: 1
name: $1
extends: [offline]
filesystem: {write: ["\${workspace}"]}
exec:
  scope: $2
  inline: |
    prefix_rule(pattern=["ask"], decision="prompt"$3)
    prefix_rule(pattern=["prog"], decision="prompt")
END
	"$top/compiler/codex-policyc" build -I "$profiles" "$play/$1.yaml" \
	    -o "$play/$1.bin"
}
profile tree tree || exit 1
profile first command || exit 1
cd "$play/ws" || exit 1
printf '#!/bin/sh\necho "ran $1" >>ran\n' >ask
printf './ask x\n' >again
chmod 755 ask

by() {	# by ANSWER [OPTION...]: answered over a descriptor
	kind=$1
	shift
	: >"$APPROVER_LOG"
	rm -f ran
	out=$(timeout -s KILL 60 python3 "$lib/approver.py" "$kind" "$exe" -q \
	    -w "$play/ws" --approve fd:9 "$@" 2>"$play/err" </dev/null)
	status=$?
}
asked() { wc -l <"$APPROVER_LOG" | tr -d ' '; }
ran() { cat ran 2>/dev/null | wc -l | tr -d ' '; }

# --- swapped between the question and the answer ----------------------------
# What is approved says nothing; what takes its place would speak.
make_file() { cp /bin/true prog; }
make_folder() { mkdir in && cp /bin/true in/prog; }
make_interpreter() {
	cp /bin/true shell
	printf '#!%s\n' "$play/ws/shell" >prog
	chmod 755 prog
}
reset() {
	rm -rf prog other in out shell
	cp /bin/echo other
	"make_$1"
}
# swapped WHAT COMMAND: as SWAP does it
swapped() {
	reset "$1"
	by swap --json-fd 8 -p "$play/tree.bin" "$play/do" "$2; echo \$?" \
	    8>"$play/events"
	why=$(grep -c 'it is not what was approved' "$play/events")
	tree=$out:$why
	reset "$1"
	by swap -p "$play/first.bin" $2
	was_asked=$(asked)
}
while IFS='|' read -r what command swap; do
	SWAP=true
	swapped "$what" "$command"
	is "$tree $status$out" "0:0 0" "$what: it runs"
	SWAP=$swap
	reset "$what"
	is "$(sh -c "$swap; $command evil" | grep -c evil)" 1 \
	    "$what: free, the other speaks"
	swapped "$what" "$command evil"
	is "$tree" 137:1 "$what: swapped, it is killed"
	is "$was_asked:$out" 1: \
	    "$what: in place, what was approved runs or nothing"
done <<'END'
file|./prog|mv other prog
folder|./in/prog|mv in out; mkdir in; mv other in/prog
interpreter|./prog|mv other shell
END

# --- for this run: the whole tree, and no other run -------------------------
by run -p "$play/tree.bin" "$play/do" './ask x; sh ./again; setsid -w sh ./again
    sh -c "sh ./again; :"; (sh ./again; sh ./again &) | cat'
is "$(ran):$(asked)" 6:1 "for the run: who in the tree does not matter"
by run -p "$play/tree.bin" "$play/do" './ask x'
is "$(ran):$(asked)" 1:1 "the next run asks again"
by once -p "$play/tree.bin" "$play/do" 'sh ./again; sh ./again'
is "$(ran):$(asked)" 2:2 "once: asked each time"

# --- many -------------------------------------------------------------------
by sixteen -p "$play/tree.bin" "$play/do" 'i=0
    while [ $i -lt 16 ]; do ./ask $i & : $((i += 1)); done
    until [ "$(wc -l <"$APPROVER_LOG")" -ge 16 ]; do sleep 0.05; done
    ./ask 17 || ./ask 18; : >go; wait'
is "$(ran):$(asked)" 16:16 "sixteen wait at a time, one more is refused"

# --- what is proposed, and what is kept -------------------------------------
# amended SCOPE DEFAULT PATTERN COMMAND...: asked, then with what was proposed
amended() {
	scope=$1 default=$2 pattern=$3 more=
	shift 3
	for round in 1 2; do
		{
			printf 'version: 1\nname: a\nextends: [offline]\n'
			printf 'exec:\n  scope: %s\n  default: %s\n' \
			    "$scope" "$default"
			printf '  rules: !replace []\n  opaque: allow\n  inline: |\n'
			printf '    prefix_rule(pattern=["do"], decision="allow")\n'
			[ -z "$pattern" ] ||
			    printf '    prefix_rule(pattern=["%s"], decision="prompt"%s)\n' \
			    "$pattern" "${unless:+, $unless}"
			[ -z "$allow" ] || printf '    %s\n' "$allow"
		} >"$play/a.yaml"
		"$top/compiler/codex-policyc" build -I "$profiles" \
		    "$play/a.yaml" -o "$play/a.bin" || return
		by once --approve-log "$play/kept" -p "$play/a.bin" "$@"
		[ $round = 2 ] || first=$(asked)
		unless=$(sed -n 's/^# to the rule at .* add: //p' "$play/kept")
		allow=$(grep '^prefix_rule' "$play/kept")
		rm -f "$play/kept"
	done
	is "$first:$(asked)" 1:0 "amended: $scope, $default, $pattern: $*"
	unless= allow=
}
cp /bin/true prog
unless= allow=
for scope in command tree; do
	for pattern in prog "$play/ws/prog"; do
		amended $scope allow "$pattern" "$play/ws/prog" x
	done
	amended $scope allow prog ./prog x
	amended $scope prompt '' ./prog x
done
amended tree allow prog "$play/do" './prog x'
amended tree allow "$play/ws/prog" "$play/do" './prog x'
amended tree prompt '' "$play/do" './prog x'
amended command allow prog env A=1 ./prog x
amended command allow prog sh -c "ls >/dev/null && ./prog x"
amended command prompt '' ./prog "a b" '\\"$x'
by once --approve-log "$play/kept" -p "$play/first.bin" sh -c './prog 1; ./prog 2'
is "$(sed 1d "$play/kept")" '# to the rule at first.yaml:9 add: unless=[["prog", "1"]]
# to the rule at first.yaml:9 add: unless=[["prog", "2"]]' "a line for each part"
rm -f "$play/kept"
by once --approve-log "$play/kept" -p "$play/tree.bin" "$play/do" './ask x'
ln -s "$play/kept" "$play/way"
: >"$play/open"
chmod 666 "$play/open"
for bad in way open; do
	by once --approve-log "$play/$bad" -p "$play/tree.bin" true
	is "$status" 125 "a log that is $bad"
done

# --- programs that never answer ---------------------------------------------
mark=31.${$}000003
sleeper() {	# sleeper TEXT [OPTION...]
	printf '#!/bin/sh\n%sexec sleep %s\n' "$1" "$mark" >"$play/sleeper"
	shift
	chmod 755 "$play/sleeper"
	rm -f ran
	timeout -s KILL 30 "$exe" -q -w "$play/ws" "$@" \
	    --approve "cmd:$play/sleeper" -p "$play/tree.bin" "$play/do" \
	    './ask x' </dev/null 2>/dev/null
	status=$?
}
sleeper '' --timeout 500ms
is "$status:$(ran):$(pgrep -f "sleep $mark")" 124:0: \
    "no answer: the time of the run counts, and nobody is left"
sleeper 'head -c 100000 /dev/zero | tr "\\0" x
'
is "$status:$(ran):$(pgrep -f "sleep $mark")" 126:0: "nonsense without an end"

# --- nothing foreign reaches whoever is asked as it is ----------------------
odd='./ask "$(printf "a\033[2J\302\233b\342\200\256c\rd\ne")"; :'
by deny -p "$play/tree.bin" "$play/do" "$odd"
is "$(asked):$(LC_ALL=C tr -d ' -~\n' <"$APPROVER_LOG" | wc -c)" 1:0 \
    "a question by a descriptor is plain text"
out=$(timeout -s KILL 60 python3 "$lib/terminal.py" plain "$exe" -q \
    -w "$play/ws" --approve tty -p "$play/tree.bin" "$play/do" "$odd" |
    tr '\n' ' ')
is "${out%% owner*}" "plain asked-1" "and at a terminal"
by once -p "$play/tree.bin" "$play/do" \
    './ask "$(head -c 40000 /dev/zero | tr "\0" x)"; ./ask x'
is "$(ran):$(asked)" 1:1 "what is too long to be shown is refused unasked"
finish
