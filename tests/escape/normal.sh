# What ordinary programs do under each shipped profile, as root and as a user.
# A row: READ works in all of them; WRITE needs to write, in the workspace or
# in /tmp, so offline and net-read-only refuse it on purpose.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside normal
. "$srcdir/tests/lib/held.sh"
needs_python normal
# A make around this one has it say where it is.
unset MAKEFLAGS MFLAGS MAKELEVEL
profiles="offline net-read-only workspace-write workspace-net trusted"
for p in $profiles; do
	cp "$top/profiles/$p.bin" "$play"
done
chmod 644 "$play"/*.bin

# What there is to read, made anew for each act.
prepare() {
	rm -rf "$ws" "$HOME"
	mkdir -p "$ws" "$HOME"
	(
		cd "$ws" || exit 1
		git init -q . && git config user.name a &&
		    git config user.email a@b.c
		echo one >f && git add f && git commit -qm first
		echo two >>f
		printf 'int main(void) { return 0; }\n' >m.c
		printf 'all: a b\na b:\n\t@echo $@\n' >Makefile
		sqlite3 t.db 'create table t(a); insert into t values(7)'
	) >"$play/log" 2>&1
	[ -z "$who" ] || chown -R 65534:65534 "$ws" "$HOME"
}
writes="workspace-write workspace-net trusted"
row() {		# row KIND NAME PROGRAM COMMAND
	if ! command -v "$3" >/dev/null; then
		skip "$label: $2" "no $3 here"
		return
	fi
	printf '%s\n' "$4" >"$play/act"
	prepare
	free sh -e "$play/act"
	ok $? "$label: free: $2" || diag "$(tail -n 3 "$play/log")"
	for p in $profiles; do
		prepare
		held "$p" sh -e "$play/act"
		status=$?
		case $1:" $writes " in
		READ:*|*" $p "*)
			is $status 0 "$label: $p: $2"
			[ $status = 0 ] || diag "$(tail -n 3 "$play/log")"
			;;
		*)
			[ $status != 0 ] && [ $status != 125 ] &&
			    grep -qiE 'permission denied|read-?only|no usable temporary directory' \
			    "$play/log"
			ok $? "$label: $p: refused: $2"
			;;
		esac
	done
}
rows() {
	row READ ls ls 'ls -laR . >/dev/null'
	row READ cat cat 'test "$(cat f | head -n 1)" = one'
	row READ grep grep 'grep -rq two .'
	row READ "git status" git 'test "$(git status --porcelain f)" = " M f"'
	row READ "git log and diff" git 'git log -p | cat | grep -q one; git diff | cat | grep -q two'
	row WRITE "git commit" git 'git commit -qam second; test "$(git log --format=%s | head -n 1)" = second'
	row READ python3 python3 'test "$(python3 -c "import json, subprocess, threading; print(subprocess.check_output([\"echo\", \"a\"]).decode().strip())")" = a'
	row WRITE "python3, a file" python3 'python3 -c "import tempfile; tempfile.NamedTemporaryFile().write(b\"a\"); open(\"n\", \"w\").write(\"a\")"'
	row READ node node 'test "$(node -e "console.log(require(\"child_process\").execSync(\"echo a\").toString().trim())")" = a'
	row WRITE "node, a file" node 'node -e "require(\"fs\").writeFileSync(\"n\", \"a\")"; test -s n'
	row READ "gcc -fsyntax-only" gcc 'gcc -fsyntax-only m.c'
	row WRITE gcc gcc 'gcc -O2 -o m m.c; ./m'
	row READ "make -j2" make 'test "$(make -j2 | sort | tr -d "\n")" = ab'
	row WRITE "make -j2 with gcc" gcc 'make -s -j2 CFLAGS=-O m; ./m'
	row READ "sort in memory" sort 'test "$(seq 1 1000 | sort -n | tail -n 1)" = 1000'
	row WRITE "sort with temporary files" sort 'test "$(seq 1 200000 | sort -S 64k -n | tail -n 1)" = 200000'
	row READ /dev/null sh 'echo a >/dev/null; test -z "$(cat </dev/null)"; head -c 9 /dev/zero >/dev/null'
	row READ pipes sh 'test "$(seq 1 70000 | rev | tee /dev/null | wc -l)" -eq 70000'
	row READ "a pseudo-terminal" script 'script -qec "test -t 0 && stty size >/dev/null && echo a >/dev/tty" /dev/null </dev/null | grep -q a'
	row READ "locks to read" python3 'python3 -c "import fcntl; f = open(\"f\"); fcntl.lockf(f, fcntl.LOCK_SH); fcntl.flock(f, fcntl.LOCK_EX)"'
	row WRITE "locks to write" python3 'python3 -c "import fcntl; f = open(\"f\", \"r+\"); fcntl.lockf(f, fcntl.LOCK_EX, 10, 5)"'
	row READ "sqlite, to read" sqlite3 'test "$(sqlite3 t.db "select a from t")" = 7'
	row WRITE sqlite sqlite3 'sqlite3 t.db "begin exclusive; insert into t values(8); commit" && test "$(sqlite3 t.db "select sum(a) from t")" = 15'
}
for label in root user; do
	become && rows
done
finish
