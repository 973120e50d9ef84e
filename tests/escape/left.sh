# What a supervised run left behind: each kind is told by what it is, what was
# there before is not, and a hostile tree neither hides it nor leads away.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside left
mkdir "$play/home"
HOME=$play/home
export HOME play
cp "$top/profiles/workspace-write.bin" "$play/policy.bin"
# What the workspace's protected names would keep out, and setuid bits.
cat >"$play/open.yaml" <<'END'
version: 1
name: open
filesystem: {read: ["/"], exec: ["/"], write: ["${workspace}"]}
network: {mode: full, unix: [any]}
syscalls: {default: allow}
exec: {default: allow}
environment: {inherit: true}
END
# With it every call that makes names can be asked about, and they alone are
# looked at where --explain asks anyway.
sed -e 's/^name: .*/name: seen/' \
    -e '/^syscalls/s/.*/syscalls: {default: allow, rules: [{errno(EPERM): [io_uring_setup, mount, move_mount, open_by_handle_at]}]}/' \
    "$play/open.yaml" >"$play/seen.yaml"
for p in open seen; do
	"$top/compiler/codex-policyc" build "$play/$p.yaml" -o "$play/$p.bin" ||
	    echo "Bail out! no profile"
done
chmod 644 "$play"/*.bin
w=$play/work
policy=open

new() {
	rm -rf "$w"
	mkdir "$w"
}
# run TEXT [OPTION...]: the kinds and paths that its exit event has.
run() {
	printf '%s\n' "$1" >"$play/script"
	shift
	(cd "$w" && timeout 60 "$play/codex-exec" -p "$play/$policy.bin" \
	    --json-fd 3 --timeout 1m "$@" -- sh "$play/script" \
	    3>"$play/events" >"$play/out" 2>"$play/err" </dev/null)
	status=$?
	left=$(python3 - "$play/events" "$w/" <<'END'
import json, sys
e = [json.loads(l) for l in open(sys.argv[1])][-1]
assert e["event"] == "exit"
print(";".join(sorted(" ".join([d["kind"], d["path"].replace(sys.argv[2], ""),
    d.get("detail", "")]).strip() for d in e.get("detected", []))))
END
) || left="no exit event"
}
# tells NAME TEXT WANT: from an empty folder; and again, unchanged: nothing.
tells() {
	new
	run "$2"
	is "$left" "$3" "$1"
	run true
	is "$left" "" "$1: of an earlier run, it is not told again"
	new
	policy=seen
	run "$2" --explain
	policy=open
	is "$left" "$3" "$1: by its calls"
}
quiet() {	# quiet NAME TEXT
	new
	run "$2"
	is "$status:$left" "0:" "no alarm: $1"
	new
	policy=seen
	run "$2" --explain
	policy=open
	is "$status:$left" "0:" "no alarm by its calls: $1"
}

dotgit='mkdir -p r/.git/hooks r/.git/objects r/.git/refs; echo ref: refs/heads/main >r/.git/HEAD;'
hostile='[core]\n\tbare = false\n'
for s in "[core] fsmonitor = x=core.fsmonitor" "[core]\n hooksPath = x=core.hookspath" \
    "[core]\nsshCommand=x=core.sshcommand" '[Core]\n PAGER = "x"=core.pager' \
    "[filter \"a]b\"] clean = x=filter.clean" '[alias] a = "!x"=alias.a' \
    '[alias "b"]\n c = \\\n !x=alias.c' "[includeIf \"x\"] path = /x=includeif.path" \
    "[diff.z] textconv = x=diff.textconv" "[credential] helper = x=credential.helper"; do
	tells "git setting ${s##*=}" "$dotgit printf '$hostile${s%=*}\n' >r/.git/config" \
	    "git-config r/.git/config ${s##*=}"
done
tells "a bare repository's" "mkdir -p b/objects b/refs; echo x >b/HEAD; printf '[core] fsmonitor = x\n' >b/config" \
    "git-config b/config core.fsmonitor"
tells "a hook" "$dotgit echo x >r/.git/hooks/post-commit; chmod 755 r/.git/hooks/post-commit" \
    "git-hook r/.git/hooks/post-commit"
tells "a link to hooks" "mkdir h; $dotgit rmdir r/.git/hooks; ln -s ../../h r/.git/hooks" \
    "git-hook r/.git/hooks ../../h"
tells "a rebase's commands" "$dotgit mkdir r/.git/rebase-merge; printf 'pick 1 a\n\tx id\n' >r/.git/rebase-merge/git-rebase-todo" \
    "git-hook r/.git/rebase-merge/git-rebase-todo exec"
tells "commondir" "$dotgit echo /elsewhere >r/.git/commondir" \
    "git-dir r/.git/commondir /elsewhere"
tells "a .git file" "mkdir r; echo 'gitdir: ../../home/x' >r/.git" \
    "git-dir r/.git ../../home/x"
tells .envrc "echo x >.envrc" "envrc .envrc"
tells .npmrc "echo x >.npmrc; echo x >.pnpmfile.cjs" \
    "package-config .npmrc;package-config .pnpmfile.cjs"
tells "package scripts" 'echo "{\"a\": [1, {\"scripts\": 2}], \"scripts\": {\"test\": \"x\", \"post\u0069nstall\": \"y\"}}" >package.json' \
    "package-script package.json postinstall"
tells "editors" "mkdir .vscode; echo x >.vscode/tasks.json; echo x >.vscode/settings.json; mkdir .devcontainer; echo x >.devcontainer/devcontainer.json" \
    "editor .devcontainer/devcontainer.json;editor .vscode/settings.json;editor .vscode/tasks.json"
tells "agents" "mkdir .claude; echo x >.claude/settings.json; echo x >.mcp.json" \
    "agent .claude/settings.json;agent .mcp.json"
tells "python's start" "mkdir lib; echo x >lib/sitecustomize.py; echo x >usercustomize.py; printf '/x\nimport os\n' >a.pth" \
    "python a.pth import;python lib/sitecustomize.py;python usercustomize.py"
tells "shells" "echo x >.bashrc; echo x >.zshenv" "shell .bashrc;shell .zshenv"
tells "builds, debuggers, logins" "mkdir .cargo .ssh; echo x >.cargo/config.toml; echo x >.gdbinit; echo x >.ssh/authorized_keys" \
    "build .cargo/config.toml;debugger .gdbinit;login .ssh/authorized_keys"
# Git's names, where they are not git's.
tells "what is called config" "mkdir -p .ssh .cargo .bundle .config/git sub; for d in .ssh .cargo .bundle sub; do echo x >\$d/config; done; printf '[core] pager = x\n' >.config/git/config" \
    "build .bundle/config;build .cargo/config;git-config .config/git/config core.pager;login .ssh/config"
tells "links that lead out" "mkdir d; ln -s /etc/passwd a; ln -s ../../home/x d/b; ln -s d/../../home c; ln -s /nowhere/x e" \
    "symlink a /etc/passwd;symlink c d/../../home;symlink d/b ../../home/x;symlink e /nowhere/x"
tells "a link that leads out by another" "ln -s .. up; ln -s up/home x" \
    "symlink up ..;symlink x up/home"
tells "a socket" "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")'" "socket s"
tells "set-user-ID" "cp /bin/true t; chmod 4755 t; cp t u; chmod 2755 u" "setuid t;setuid u"

# Changed, not new; and new by another name.
new
mkdir -p "$w/.vscode" "$w/old"
echo a >"$w/.envrc"
echo a >"$w/.npmrc"
echo a >"$w/old/.envrc"
ln -s /etc "$w/l"
run "echo b >.envrc; cp .npmrc n; mv n .npmrc; mv old new; rm l; ln -s /usr/../etc/passwd l"
is "$left" "envrc .envrc;envrc new/.envrc;symlink l /usr/../etc/passwd" \
    "what is changed or renamed, not what is written as it was"
new
mkdir -p "$w/r/.git"
echo x >"$w/r/.git/HEAD"
printf '[core]\n\tpager = mine\n' >"$w/r/.git/config"
cp "$w/r/.git/config" "$play/config"
run "printf '[remote \"o\"]\n\turl = x\n' >>r/.git/config"
is "$left" "" "git's settings that were there, in a file that is another one"
run "printf '[core]\n\tpager = other\n' >>r/.git/config"
is "$left" "git-config r/.git/config core.pager" "but not when they change"

quiet "texts and builds" "echo 'all:' >Makefile; echo x >a.c; mkdir -p .vscode; echo x >.vscode/README; echo import >a.pth; echo x >config; mkdir hooks; echo x >hooks/a"
quiet "a rebase without commands" "$dotgit mkdir r/.git/rebase-merge; printf 'pick 1 exec\n# x y\nexecute 2\n' >r/.git/rebase-merge/git-rebase-todo"
quiet "npm init" 'echo "{\"name\": \"x\", \"scripts\": {\"test\": \"echo && exit 1\"}, \"b\": {\"postinstall\": 1}}" >package.json'
quiet "installed packages" 'mkdir -p node_modules/a node_modules/.bin; echo "{\"scripts\": {\"postinstall\": \"x\"}}" >node_modules/a/package.json; ln -s ../a/cli.js node_modules/.bin/a'
quiet "links within, and to programs" "mkdir -p d/e; ln -s d/e a; ln -s ../.. d/e/top; ln -s /usr/bin/python3 python; ln -s nothing b"
if command -v git >/dev/null; then
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
	commit='git -c user.name=a -c user.email=a@b'
	quiet "git init, commit, branch, remote, worktree" "git init -q -b main r; cd r; echo x >f; git add f; $commit commit -qm x; git branch -q o; git remote add u ../r; git config user.name a; git worktree add -q ../t o; git gc -q"
	new
	run "git init -q -b main r; cd r; git config core.fsmonitor ./x; git config alias.st status"
	is "$left" "git-config r/.git/config core.fsmonitor" \
	    "a new repository that would run something"
else
	skip "git's own" "no git"
fi

# By its calls: what they touch as it was before, and nothing else.
before() {
	new
	mkdir -p "$w/.vscode" "$w/old" "$w/sub" "$w/y" "$w/z"
	echo a | tee "$w/.envrc" "$w/.npmrc" "$w/old/.envrc" "$w/z/.envrc" \
	    "$w/sub/.bashrc" >/dev/null
	echo b >"$w/y/.envrc"
	printf '[core]\n\tpager = x\n' >"$w/sub/config"
	ln -s /etc "$w/l"
	sleep 0.05	# ticks of the clock that files have
}
by_calls() {	# by_calls NAME TEXT WANT
	before
	policy=seen
	run "$2" --explain
	policy=open
	is "$left" "$3" "by its calls: $1"
}
by_calls "what is changed or renamed, not what is written as it was" \
    "echo b >.envrc; cp .npmrc n; mv n .npmrc; mv old new; rm l; ln -s /usr/../etc/passwd l" \
    "envrc .envrc;envrc new/.envrc;symlink l /usr/../etc/passwd"
by_calls "what goes and comes back" \
    "mv old o; mv o old; rm .envrc; echo a >.envrc; rm l; ln -s /etc l; mv .npmrc x; cp x .npmrc" ""
by_calls "what takes another's place" "mv y o; mv z y; echo a >>y/x; mv o z" \
    "envrc y/.envrc;envrc z/.envrc"
by_calls "what was an ordinary file of that name" "echo x >sub/HEAD" \
    "git-config sub/config core.pager"
by_calls "a link to what is not there" "ln -s .yarnrc n; echo x >n" \
    "package-config .yarnrc"
by_calls "a descriptor, a folder, a hard link" "exec 5>.gdbinit; echo x >&5; cd sub; echo x >../.vscode/tasks.json; ln .bashrc ../.zshrc" \
    "debugger .gdbinit;editor .vscode/tasks.json;shell .zshrc"
by_calls "a folder where a name was" \
    "ln -s x n; rm n; mkdir d; echo x >d/.envrc; mv d n" "envrc n/.envrc"
by_calls "a file by another name" "ln .envrc n; echo b >n; rm n" "envrc .envrc"
by_calls "paths of /proc" "echo x >/proc/self/cwd/.yarnrc; echo x >/proc/\$\$/root$w/.irbrc" \
    "build .irbrc;package-config .yarnrc"
by_calls "exchanged" "python3 -c '
import ctypes
print(ctypes.CDLL(None).renameat2(-100, b\"y\", -100, b\"z\", 2))'" \
    "envrc y/.envrc;envrc z/.envrc"
by_calls "a mode alone" "mkdir hooks; echo x >hooks/a; echo x >HEAD; exec 5<>hooks/a; chmod 755 hooks/a; chmod 4755 sub/config" \
    "git-hook hooks/a;setuid sub/config"
before
policy=seen
run "i=0; while [ \$i -lt 1100 ]; do ln -s x \$i; : \$((i+=1)); done; echo b >.npmrc; echo x >sub/.zshrc" --explain
policy=open
# A look at all ends early on a busy machine, and says so.
is "$(echo "$left" | sed 's/;\(unseen\|shell\) .*/;more/')" "package-config .npmrc;more" \
    "by its calls: more than can be kept in mind"
outside() {	# what another process has made meanwhile
	before
	policy=$1
	(
		i=0
		until [ -e "$w/go" ] || [ $i -gt 600 ]; do
			sleep 0.1
			i=$((i + 1))
		done
		echo x >"$w/.yarnrc"
		: >"$w/done"
	) &
	run ": >go; until [ -e done ]; do sleep 0.1; done" --explain
	policy=open
	wait $!
}
outside open
is "$left" "package-config .yarnrc" "where all is looked at, others' doing counts"
outside seen
is "$left" "" "by its calls it does not"

# Hostile trees.
new
mkdir "$play/outside"
echo x >"$play/outside/.envrc"
run 'ln -s ../outside out; mkdir "$(printf "a\nb\"\033[2J")"; echo x >"$(printf "a\nb\"\033[2J")/.envrc"' \
    --explain
is "$left" "$(printf 'envrc a\nb"\033[2J/.envrc;symlink out ../outside')" \
    "links are not followed, names of any bytes are told"
is "$(grep -c 'left behind: envrc .*a\\x0ab"\\x1b\[2J/.envrc' "$play/err")" 1 \
    "and are escaped on a terminal"
new
run 'python3 - <<END
import os
for i in range(120):
    os.mkdir("d" * 100); os.chdir("d" * 100)
open(".envrc", "w").write("x")
END
echo x >.envrc'
is "$(echo "$left" | sed 's/unseen d.*too.*/unseen d/')" "envrc .envrc;unseen d" \
    "a deep tree: what is near is told, and that there is more"
new
run "mkfifo .envrc; mkdir .npmrc; mkfifo r"
is "$left" "envrc .envrc no regular file" "a pipe blocks nobody"
new
run "dd if=/dev/zero of=package.json bs=65536 count=2 2>/dev/null"
is "$left" "package-script package.json cannot be read whole" \
    "what is too large to be read is told"
new
run "mkdir d; echo x >d/.envrc; chmod 0 d; echo x >.npmrc; chmod 0 .npmrc"
is "$left" "package-config .npmrc cannot be read whole;unseen d Permission denied" \
    "what cannot be looked into is told"
run true
is "$left" "" "once"
new
run "i=0; while [ \$i -lt 70 ]; do mkdir \$i; echo x >\$i/.envrc; i=\$((i+1)); done" --explain
is "$(grep -c '"detected_more":' "$play/events")" 1 "long lists are counted"
is "$(grep -c '^codex-exec: left behind' "$play/err")" 10 "ten lines at most"
is "$(tail -n 1 "$play/err")" "codex-exec: left behind: 61 more" "the last says how many more"

# Who asks for it.
new
run "echo x >.envrc; exit 3" --fail-on-left git-hook,setuid
is "$status:$(grep -c fail-on "$play/err")" 3:0 "--fail-on-left: other kinds"
new
run "echo x >.envrc; exit 3" --fail-on-left=git-hook,envrc
is "$status" 126 "--fail-on-left: that kind"
is "$(cat "$play/err")" "codex-exec: left behind: envrc $w/.envrc
codex-exec: the run left behind what --fail-on-left names" "and it says what"
is "$(grep -c '"origin":"policy","status":126,"command_status":3,"detected":' "$play/events")" 1 \
    "the exit event has both statuses"
new
run "exit 3" --fail-on-left any
is "$status" 3 "--fail-on-left any: nothing left"
new
(cd "$w" && "$play/codex-exec" -p "$play/open.bin" --fail-on-left any sh -c \
    'echo x >.envrc' 2>"$play/err")
is "$?" 126 "--fail-on-left stays by itself"
for bad in x git-hook, "" any,setui; do
	"$play/codex-exec" -p "$play/open.bin" --fail-on-left "$bad" true 2>"$play/err"
	is "$?" 125 "--fail-on-left '$bad' is refused"
done

# By the shipped profile, and where everything may be written.
new
echo a >"$w/f"
(cd "$w" && "$play/codex-exec" -p "$play/policy.bin" --json-fd 3 --explain -q \
    sh -c 'echo x >.envrc' 3>"$play/events")
is "$(grep -c "\"detected\":\\[{\"kind\":\"envrc\",\"path\":\"$w/.envrc\"}\\]" "$play/events")" 1 \
    "workspace-write"
# Shared places are for a verdict only.
shared() {	# shared OPTION...: .envrc in a new folder of /tmp, as it is told
	fresh=$(mktemp -u /tmp/left.XXXXXXXX)
	(cd "$w" && "$play/codex-exec" -p "$play/policy.bin" "$@" sh -c \
	    "mkdir $fresh && echo x >$fresh/.envrc" 2>"$play/err")
	status=$?
	told=$(grep -c "envrc $fresh/.envrc" "$play/err")
	rm -rf "$fresh"
}
if [ -k /tmp ]; then
	shared --explain
	is "$status:$told" 0:0 "/tmp is not looked through to record"
	shared --fail-on-left envrc
	is "$status:$told" 126:1 "but for --fail-on-left it is"
else
	skip "shared places" "/tmp has no sticky bit"
fi
cp "$top/profiles/trusted.bin" "$play/trusted.bin"
new
(cd "$w" && "$play/codex-exec" -p "$play/trusted.bin" --json-fd 3 --explain -q \
    sh -c "echo x >.envrc" 3>"$play/events")
is "$(grep -c "\"detected\":\\[{\"kind\":\"envrc\",\"path\":\"$w/.envrc\"}\\]" "$play/events")" 1 \
    "trusted: the workspace"
finish
