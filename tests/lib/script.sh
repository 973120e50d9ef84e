# Shell commands done free, then held in a workspace that each finds as
# "reset" makes it: what the tests of protected and denied names share.
# Source it after inside; $policy, $options and $label are the caller's.
ws=$play/ws
HOME=$play/home
export ws HOME
# The ones to be: root, and a user with nothing but a user namespace.
user="setpriv --reuid 65534 --regid 65534 --clear-groups"
who=
input=		# standard input of a command
old=		# a kernel to be on, see oldkernel
options=

build() {	# build NAME PARENT TEXT: a policy at $play/NAME.bin
	printf 'version: 1\nname: %s\nextends: [%s]\n%s\n' "$1" "$2" "$3" \
	    >"$play/$1.yaml"
	"$top/compiler/codex-policyc" build "$play/$1.yaml" \
	    -o "$play/$1.bin" -I "$srcdir/profiles" && chmod 644 "$play/$1.bin"
}
# The script is a file, so that consent has nothing to say about what it does.
held() {	# held COMMAND [OPTION...]
	printf '%s\n' "$1" >"$play/act"
	shift
	(cd "$ws" && timeout 30 $who $old "$play/codex-exec" $options \
	    -p "$play/$policy.bin" -w "$ws" "$@" -- sh "$play/act") \
	    >"$play/held" 2>&1 <"${input:-/dev/null}"
}
works() {	# works NAME COMMAND [OPTION...]: each step of it succeeds
	name=$1 act=$2
	shift 2
	reset
	# A command after ! does not end what has set -e.
	held "not() { ! eval \"\$1\"; }; set -e; $act" "$@"
	r=$?
	ok $r "$label: works: $name"
	[ $r = 0 ] || sed 's/^/# /' "$play/held" | head -n 5
}
