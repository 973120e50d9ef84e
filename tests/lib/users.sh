# Commands under $play/$policy.bin, in turn as root and as an ordinary user, or
# as whoever runs the test: what the tests of exec rules share.  $play and $ws
# are the caller's.
case $(id -u) in
0)	users="root user" ;;
*)	users=self ;;
esac

# as WHO COMMAND...
as() {
	who=$1
	shift
	if [ "$who" = user ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}
# held WHO COMMAND...: under the policy, bounded.
held() {
	who=$1
	shift
	as "$who" timeout -s KILL 120 "$play/codex-exec" -q -w "$ws" \
	    -p "$play/$policy.bin" "$@" </dev/null 2>"$play/err"
}
