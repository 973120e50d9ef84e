# TAP for shell tests: source it, call ok/is, end with `finish'.

# Debian's own programs first: a version manager's `python3' is a script that
# starts shells, whose sockets and files would be counted with the test's.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export PATH
# The modes that files have are tested, too.
umask 022
count=0
failures=0
ok() {		# ok STATUS NAME
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failures=$((failures + 1))
	fi
}
is() {		# is GOT WANT NAME
	if [ "$1" = "$2" ]; then
		ok 0 "$3"
	else
		ok 1 "$3"
		printf '%s\n' "got:  $1" "want: $2" | sed 's/^/# /'
	fi
}
skip() {	# skip NAME REASON
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}
finish() {
	echo "1..$count"
	[ "$failures" = 0 ]
}
# Its text in a file: a command line would be seen through, and what is
# forbidden inside of it refused before the kernel is asked.
script() {	# script TEXT: prints the name; $play is the caller's
	rm -f "$play/script"
	printf '%s\n' "$1" >"$play/script"
	chmod 644 "$play/script"
	echo "$play/script"
}
