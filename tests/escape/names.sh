# Protected and denied names that are not there: a supervised run keeps them,
# and all else that makes names works as ever; in place they are shown as not
# kept.  Each act is first done free, where it must make the name, then held.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside names
. "$srcdir/tests/lib/script.sh"
mkdir "$HOME"
cat >"$HOME/.gitconfig" <<'EOF'
[user]
	name = a
	email = a@example.com
[init]
	defaultBranch = main
[safe]
	directory = *
EOF
build absent workspace-write 'filesystem:
  git: !replace []
  protect: ["${workspace}/keep", "${workspace}/deep/a/none", "${workspace}/way/to/none"]
  deny: ["${workspace}/never"]' &&
    build tree absent 'exec: {scope: tree}' &&
    build open trusted 'filesystem: {protect: ["${workspace}/.codex", "${workspace}/deep/a/none", "${workspace}/way/to/none"], deny: ["${workspace}/never"]}'
ok $? "policies with names that are not there compile"
cp "$top/profiles/workspace-write.bin" "$play/git.bin" &&
    chmod 644 "$play/git.bin"

policy=absent
options="--timeout 20s"
reset() {
	rm -rf "$ws"
	mkdir -p "$ws/keep" "$ws/deep/a/beside" "$ws/free/d" "$ws/none"
	echo old >"$ws/keep/f"
	echo old >"$ws/top"
	echo old >"$ws/free/f"
	mkdir "$ws/free/never" "$ws/free/to"
	echo x >"$ws/free/to/none"
	[ -z "$who" ] || chown -Rh 65534:65534 "$ws" "$HOME"
}
free() { (cd "$ws" && TRIES=1000000 timeout 60 $who sh -c "$1") >"$play/free" 2>&1 \
    </dev/null; }
probe() {	# probe NAME COMMAND MADE
	reset
	free "$2"
	if [ ! -e "$ws/$3" ] && [ ! -L "$ws/$3" ]; then
		ok 1 "$label: $1: the free run has its effect"
		sed 's/^/# /' "$play/free"
		return
	fi
	reset
	held "$2; :"
	r=$?
	[ $r = 0 ] && [ ! -e "$ws/$3" ] && [ ! -L "$ws/$3" ]
	ok $? "$label: $1"
	[ $r = 0 ] || sed 's/^/# /' "$play/held"
}
py() { printf '%s' "python3 -c '$1'"; }

probes() {
	probe file "echo x >.codex" .codex
	probe append "echo x >>.codex" .codex
	probe touch "touch .codex" .codex
	probe folder "mkdir .codex" .codex
	probe folder-slash "mkdir .codex/" .codex
	probe symlink "ln -s free .codex" .codex
	probe link "ln top .codex" .codex
	probe fifo "mkfifo .codex" .codex
	probe rename "mv top .codex" .codex
	probe rename-folder "mv free .codex" .codex
	probe rename-new "mkdir n; mv n .codex" .codex
	probe rename-inner "mv free/d .codex" .codex
	probe rename-twice "mv free/d free/e; mv free/e none/e; mv none/e .codex" .codex
	probe absolute "mkdir $ws/.codex" .codex
	probe dots "mkdir free/../deep/.././.codex" .codex
	probe through-link "ln -s $ws free/l; mkdir free/l/.codex" .codex
	probe through-link-file "ln -s .codex l; echo x >l" .codex
	probe through-links "ln -s ../l2 free/l; ln -s .codex l2; echo x >free/l" .codex
	probe proc-cwd "mkdir /proc/self/cwd/.codex" .codex
	probe proc-root "mkdir /proc/self/root$ws/.codex" .codex
	probe proc-parent "for p in /proc/[0-9]*; do mkdir \$p/root$ws/.codex \$p/cwd/.codex; done" .codex
	probe from-below "cd free/d && mkdir ../../.codex" .codex
	probe descriptor "$(py 'import os; d = os.open(".", os.O_PATH); os.chdir("/"); os.mkdir(".codex", dir_fd=d)')" .codex
	probe descriptor-open "$(py 'import os; d = os.open(".", os.O_RDONLY); os.chdir("/"); os.open(".codex", os.O_CREAT | os.O_WRONLY, dir_fd=d)')" .codex
	probe exclusive "$(py 'import os; os.open(".codex", os.O_CREAT | os.O_EXCL)')" .codex
	probe openat2 "$(py 'import ctypes, struct; h = struct.pack("3Q", 0o101, 0o600, 0); ctypes.CDLL(None).syscall(437, -100, b".codex", h, 24)')" .codex
	probe openat2-beneath "$(py 'import ctypes, struct; h = struct.pack("3Q", 0o101, 0o600, 8); ctypes.CDLL(None).syscall(437, -100, b".codex", h, 24)')" .codex
	probe creat "$(py 'import ctypes; ctypes.CDLL(None).creat(b".codex", 0o600)')" .codex
	probe exchange "mkdir n; $(py 'import ctypes, os; c = ctypes.CDLL(None); c.syscall(316, -100, b"n", -100, b".codex", 0)')" .codex
	probe tmpfile "$(py 'import os; f = os.open(".", os.O_TMPFILE | os.O_WRONLY); os.link("/proc/self/fd/%d" % f, ".codex", src_dir_fd=0)')" .codex
	probe copy "cp -r free .codex" .codex
	probe archive "mkdir n; cp top n/.codex; tar -C n -cf a.tar .codex; tar -xf a.tar" .codex
	probe sqlite-like "$(py 'import os; os.rename("top", ".codex")')" .codex
	probe deep "mkdir deep/a/none" deep/a/none
	probe deep-rename "mv free deep/a/none" deep/a/none
	probe deep-exchange "mv none deep/a/; :" deep/a/none
	probe deep-parent "mkdir n n/a; mkdir n/a/none; mv deep old; mv n deep" deep/a/none
	probe deep-away "rm -rf deep; mkdir -p deep/a/none" deep/a/none
	probe deep-swap "$(py 'import os; os.mkdir("n"); os.mkdir("n/none"); import ctypes; ctypes.CDLL(None).syscall(316, -100, b"n", -100, b"deep/a", 2)')" deep/a/none
	probe way "mkdir -p way/to/none" way/to/none
	probe way-rename "mkdir way; mv free/to way/to" way/to/none
	probe way-symlink "mkdir way; ln -s ../free/to way/to" way/to/none
	probe way-first "mv free way" way/to/none
	probe way-link "ln -s free way" way/to/none
	probe denied "mkdir never" never
	probe denied-in "mv free/never ." never
	race="import ctypes, mmap, os
c = ctypes.CDLL(None); m = mmap.mmap(-1, 4096)
b = ctypes.addressof(ctypes.c_char.from_buffer(m))
if os.fork() == 0:
    while m[100] == 0:
        m[0:8] = b\".codex\\0\\0\"; m[0:8] = b\"made\\0\\0\\0\\0\"
    os._exit(0)
# Free, until it happens: the other process may not run at once.
for i in range(int(os.environ.get(\"TRIES\", \"1500\"))):
    c.mkdir(ctypes.c_void_p(b), 0o700); c.rmdir(b\"made\")
    f = c.open(ctypes.c_void_p(b), 0o101, 0o600)
    if f >= 0: c.close(f)
    c.unlink(b\"made\")
    if os.path.lexists(\".codex\"): break
m[100] = 1"
	probe raced "$(py "$race")" .codex
}

all_works() {
	works files "echo x >n; echo y >>n; test \$(wc -l <n) = 2; rm n; : >n; cp top n2; mv n2 n; cat n | grep -q old"
	works modes "umask 027; mkdir d; echo x >f; test \$(stat -c %a d) = 750; test \$(stat -c %a f) = 640; mkdir -m 700 e; test \$(stat -c %a e) = 700"
	works owner "mkdir d; test \$(stat -c %u d) = \$(id -u)"
	works folders "mkdir -p a/b/c/d; rmdir a/b/c/d; mkdir a/x; mv a/x a/y; mv a z; mv z free/z; mv free/z back; test -d back/b/c; rm -r back"
	works rename "mv top t2; mv t2 free/t; mv free/t top; mv free f2; mv f2 free; mv free/d d; mv d free/d; test -d free/d; cp top o; mv -f o top; ! mv none/missing x"
	works "rename by the call itself" "$(py "import os
def put(p): open(p, \"w\").write(p)
put(\"made\"); os.mkdir(\"new\")
os.rename(\"made\", \"free/made\"); os.rename(\"free/made\", \"new/made\")
os.rename(\"new/made\", \"free/m2\"); os.rename(\"free/m2\", \"new/m3\")
os.rename(\"top\", \"free/top\"); os.rename(\"free/top\", \"top\")
os.rename(\"new\", \"free/new\"); os.rename(\"free/new\", \"new\")
os.link(\"new/m3\", \"free/l\"); os.link(\"free/l\", \"l\")
assert open(\"l\").read() == \"made\" and open(\"new/m3\", \"a\").write(\"x\")
")"
	works links "ln -s top s; grep -q old s; ln top h; test \$(stat -c %h top) = 2; ln free/f h2; ln top free/h3; cat h2"
	works dangling "ln -s later s; echo x >s; test -f later; ln -s nodir/x s2; ! echo x >s2"
	works fifo "mkfifo p; (echo x >p &); read l <p; test \$l = x"
	works exists "set -C; echo a >e; not \"echo b >e\"; test \$(cat e) = a; not \"mkdir e\"; mkdir d; not \"mkdir d\"; not \"echo x >d\"; not \"mkdir no/such\"; not \"echo >no/such\""
	works flags "$(py "import os, fcntl
f = os.open(\"n\", os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o644)
assert fcntl.fcntl(f, fcntl.F_GETFD) == 1
assert fcntl.fcntl(f, fcntl.F_GETFL) & os.O_APPEND
assert os.write(f, b\"x\") == 1 and os.pread(f, 1, 0) == b\"x\"
os.ftruncate(f, 0)
g = os.open(\"/dev/null\", os.O_RDONLY); os.close(g); os.close(f)
assert os.open(\"n2\", os.O_CREAT) == f
f = os.open(\".\", os.O_TMPFILE | os.O_RDWR); os.write(f, b\"t\")
os.link(\"/proc/self/fd/%d\" % f, \"t\", src_dir_fd=0, follow_symlinks=True)
assert open(\"t\").read() == \"t\"
import threading
def go(i):
    for k in range(20):
        with open(\"t%d-%d\" % (i, k), \"x\"): pass
l = [threading.Thread(target=go, args=(i,)) for i in range(8)]
[t.start() for t in l]; [t.join() for t in l]
assert len([n for n in os.listdir(\".\") if \"-\" in n]) == 160")"
	works others "f=\$(mktemp); echo x >\$f; mv \$f free/x; d=\$(mktemp -d); mkdir \$d/x; rm -r \$d free/x"
	works descriptors "$(py "import os, resource
resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))
l = []
try:
    while True: l.append(os.open(\"e%d\" % len(l), os.O_CREAT))
except OSError as e: assert e.errno == 24")"
	works beside "echo x >deep/a/beside/n; echo x >deep/n; echo x >deep/a/n; mkdir way; mkdir way/to; echo x >way/to/x; rm -r way; mkdir way"
	works "nothing left" "test \"\$(echo .[a-z]*)\" = '.[a-z]*'"
}

git_works() {
	policy=git
	probe git-init "mkdir .git; echo x >.git/config" .git
	reset
	rm -rf "$ws/.git"
	held "cd free && git init -q && echo a >a && git add a && git commit -qm one && test \$(git log --oneline | wc -l) = 1 && mkdir ../new && cd ../new && git init -q && echo a >a && git add a && git commit -qm one && git gc -q && git fsck"
	ok $? "$label: works: git init and commit in folders below, old and new"
	reset
	(cd "$ws" && $who git init -q && $who git add -A &&
	    $who git commit -qm one)
	held "echo b >b && git add b && git commit -qm two && git checkout -qb other && git rm -q b && git commit -qm three && git checkout -q main && git merge -q other && git stash && git gc -q && git fsck && test \$(git log --oneline | wc -l) = 3"
	ok $? "$label: works: git at the top"
	reset
	probe_git() {
		name=$1
		reset
		(cd "$ws" && $who git init -q && rm -rf .git/hooks)
		free "$2"
		[ -e "$ws/$3" ] || ok 1 "$label: $name: the free run has its effect"
		reset
		(cd "$ws" && $who git init -q && rm -rf .git/hooks)
		held "$2; :" && [ ! -e "$ws/$3" ]
		ok $? "$label: $name"
	}
	probe_git git-hooks "mkdir .git/hooks; echo x >.git/hooks/pre-commit" .git/hooks
	probe_git git-commondir "echo ../free >.git/commondir" .git/commondir
	probe_git git-commondir-moved "echo ../free >free/c; mv free/c .git/commondir" .git/commondir
	probe_git git-away "mkdir n n/hooks; mv .git old; mv n .git" .git/hooks
	policy=absent
}

for label in root user root-explained user-tree; do
	who=
	policy=absent
	case $label in user*)
		$user true 2>/dev/null || {
			skip "$label" "no other user here"
			continue
		}
		who=$user
	esac
	options="--timeout 20s"
	case $label in
	*-explained) options="--explain" ;;
	*-tree) policy=tree ;;
	esac
	probes
	all_works
	if command -v git >/dev/null; then
		git_works
	else
		skip "$label: git" "no git"
	fi
done

# The same folder mounted a second time, where names can be made.
label=root
reset
mkdir "$ws/free/again"
mount --bind "$ws" "$ws/free/again"
held "mkdir free/again/.codex; mkdir free/again/never; mkdir free/again/other"
[ ! -e "$ws/.codex" ] && [ ! -e "$ws/never" ] && [ -e "$ws/other" ]
ok $? "a second mount of the folder"
umount "$ws/free/again"

# Where everything can be written: the file system's root is closed too.
label=open
who=
policy=open
options="--timeout 20s"
probes
all_works

# --- what is said about it ------------------------------------------------------
policy=absent
reset
cd "$ws" || exit 1
run() { "$play/codex-exec" -p "$play/absent.bin" -w "$ws" "$@"; }
said() {	# said WORD NAME COMMAND...: which list has the names
	word=$1 name=$2
	shift 2
	"$@" >"$play/said" 2>&1
	grep -q "\"$word\":\[[^]]*$ws/.codex" "$play/said"
	ok $? "$name"
	[ "$word" = kept_supervised ] && word=not_kept || word=kept_supervised
	grep -q "\"$word\":\[[^]]*$ws" "$play/said" && ok 1 "$name: once"
}
said not_kept "in place: the start event lists them as not kept" \
    run --json-fd 1 true
said not_kept "in place: --dry-run too" run --dry-run --json true
said not_kept "in place: --doctor too" run --doctor --json
said kept_supervised "supervised: the start event lists them as kept" \
    run --timeout 9s --json-fd 1 true
said kept_supervised "supervised: --dry-run too" \
    run --timeout 9s --dry-run --json true
err=$(run --timeout 9s --strict-strength hard true 2>&1)
case "$?: $err" in
"125: codex-exec: variables: --strict-strength hard: $ws/"*" does not exist, so only the supervisor keeps it") r=0 ;;
*) r=1; echo "# $err" ;;
esac
ok $r "--strict-strength hard refuses what only a supervisor keeps"
echo 'mkdir .codex; mkdir .codex; mkdir never; :' >"$play/act"
run --timeout 9s --json-fd 3 sh "$play/act" 3>"$play/json" 2>"$play/said"
grep -qx "codex-exec: denied: create $ws/.codex  \[filesystem.protect, workspace-write.yaml:10, supervised\] (2 times)" "$play/said" &&
    grep -q '"operation":"file_write","target":"[^"]*/.codex","decision":"denied".*"layer":"broker","strength":"supervised"' "$play/json"
ok $? "a refusal is in the footer and in the records"
for how in "absent --explain" "tree --timeout 9s"; do
	"$play/codex-exec" -p "$play/${how%% *}.bin" -w "$ws" ${how#* } \
	    --json-fd 3 mkdir .codex 3>"$play/json" 2>"$play/said"
	grep -q "^codex-exec: denied: create $ws/.codex  \[[^]]*, supervised\]\$" "$play/said" &&
	    [ "$(grep -c '"target":"[^"]*/.codex","decision":"denied".*"layer":"broker","strength":"supervised"' "$play/json")" = 1 ]
	ok $? "and once where it is explained: $how"
done
finish
