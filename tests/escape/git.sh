# Git under workspace-write: it works, and what git itself would run later
# cannot be changed.  Each act is first done free, then held.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
if ! command -v git >/dev/null; then
	skip git "no git"
	finish
	exit
fi
. "$srcdir/tests/lib/inside.sh"
inside git
mkdir "$play/home"
HOME=$play/home
GIT_CONFIG_NOSYSTEM=1
export HOME GIT_CONFIG_NOSYSTEM play
cat >"$HOME/.gitconfig" <<'END'
[user]
	name = a
	email = a@example.com
[protocol "file"]
	allow = always
[init]
	defaultBranch = main
[safe]
	directory = *
END
cp "$top/profiles/workspace-write.bin" "$play"
chmod 644 "$play/workspace-write.bin"

# main: a repository with a submodule in a submodule and a linked tree.
cat >"$play/make" <<'END'
set -e
cd "$play/work"
for r in inner outer main; do
	git init -q $r
	(cd $r && echo $r >f && git add f && git commit -qm first)
done
(cd outer && git submodule --quiet add "$play/work/inner" in && git commit -qm sub)
cd main
git submodule --quiet add "$play/work/outer" lib/out
git submodule --quiet update --init --recursive
git commit -qm sub
git worktree add -q ../tree
git config extensions.worktreeConfig true
git config --worktree a.b c
mkdir -p d .git/hooks .git/info
END

user="setpriv --reuid 65534 --regid 65534 --clear-groups"
who=
old=
options=
cp "$top/tests/lib/oldkernel" "$play"
reset() {
	rm -rf "$play/work"
	mkdir "$play/work"
	[ -z "$who" ] || chown 65534:65534 "$play/work"
	$who sh "$play/make" >"$play/log" 2>&1 || {
		sed 's/^/# /' "$play/log"
		echo "Bail out! no repository"
		exit 1
	}
}
at=$play/work/main
free() { (cd "$at" && timeout 20 $who sh -c "$1") >"$play/log" 2>&1 \
    </dev/null; }
# The script is a file, so that consent has nothing to say about what it does.
held() {	# held COMMAND [OPTION...]
	echo "$1" >"$play/script"
	shift
	(cd "$at" && timeout 60 $who $old "$play/codex-exec" \
	    $options -p "$play/workspace-write.bin" "$@" -- sh "$play/script") \
	    >"$play/log" 2>&1 </dev/null
}
probe() {	# probe NAME COMMAND SEEN [OPTION...]
	name=$1 act=$2 seen=$3
	shift 3
	reset
	free "$act"
	if ! (cd "$play/work" && sh -c "$seen") >/dev/null 2>&1; then
		ok 1 "$label: $name: the free run has its effect"
		sed 's/^/# /' "$play/log"
		return
	fi
	reset
	held "$act; :" "$@"
	r=$?
	[ $r = 0 ] && ! (cd "$play/work" && sh -c "$seen") >/dev/null 2>&1
	ok $? "$label: $name"
	[ $r = 0 ] || sed 's/^/# /' "$play/log"
}
works() {	# works NAME COMMAND [OPTION...]
	name=$1
	shift
	held "$@"
	r=$?
	ok $r "$label: works: $name"
	[ $r = 0 ] || sed 's/^/# /' "$play/log" | head -n 5
}

probes() {
	at=$play/work/main
	probe hook "printf '#!/bin/sh\ntouch $play/work/ran\n' >.git/hooks/post-commit && chmod +x .git/hooks/post-commit" \
	    "cd main && git commit -q --allow-empty -m x; test -e ../ran"
	probe hooks-away "mv .git/hooks .git/h2" "test -e main/.git/h2"
	probe config "git config core.fsmonitor 'touch ran;'" "grep -q fsmonitor main/.git/config"
	probe config-lock "cp .git/config c; echo '[core] fsmonitor = x' >>c; mv c .git/config" "grep -q fsmonitor main/.git/config"
	probe config-worktree "echo '[core] fsmonitor = x' >>.git/config.worktree" "grep -q fsmonitor main/.git/config.worktree"
	probe attributes "echo '* filter=x' >>.git/info/attributes" "test -s main/.git/info/attributes"
	probe whole-dir "mv .git g; mkdir .git" "test -e main/g"
	probe remove-dir "rm -rf .git; git init -q; git config core.fsmonitor x" "grep -q fsmonitor main/.git/config"
	probe module-config "git config -f .git/modules/lib/out/config core.fsmonitor x" "grep -q fsmonitor main/.git/modules/lib/out/config"
	probe module-hook "echo x >.git/modules/lib/out/hooks/post-commit" "test -e main/.git/modules/lib/out/hooks/post-commit"
	probe inner-config "git config -f .git/modules/lib/out/modules/in/config core.fsmonitor x" "grep -q fsmonitor main/.git/modules/lib/out/modules/in/config"
	probe module-git-file "echo 'gitdir: /x' >lib/out/.git" "grep -q /x main/lib/out/.git"
	probe module-git-file-away "rm lib/out/.git; mkdir lib/out/.git" "test -d main/lib/out/.git"
	probe module-tree-away "mv lib l" "test -e main/l"
	probe inner-git-file "echo 'gitdir: /x' >lib/out/in/.git" "grep -q /x main/lib/out/in/.git"
	probe tree-commondir "echo /x >.git/worktrees/tree/commondir" "grep -q /x main/.git/worktrees/tree/commondir"
	probe tree-gitdir "echo /x >.git/worktrees/tree/gitdir" "grep -q /x main/.git/worktrees/tree/gitdir"
	probe tree-away "mv .git/worktrees .git/w" "test -e main/.git/w"
	probe tree-prune "rm -rf .git/worktrees/tree" "test ! -e main/.git/worktrees/tree/commondir"
	at=$play/work/tree
	probe tree-git-file "echo 'gitdir: /x' >.git" "grep -q /x tree/.git"
	probe tree-main-hook "echo x >../main/.git/hooks/post-commit" "test -e main/.git/hooks/post-commit"
	probe both-main-hook "echo x >../main/.git/hooks/post-commit" "test -e main/.git/hooks/post-commit" -w . -w ../main
	probe both-commondir "echo /x >../main/.git/worktrees/tree/commondir" "grep -q /x main/.git/worktrees/tree/commondir" -w . -w ../main
	# Where the workspace is a folder in the tree, only what is above counts.
	at=$play/work/main/d
	probe below "echo x >../.git/hooks/post-commit" "test -e main/.git/hooks/post-commit"
	probe below-root "echo x >../.git/hooks/post-commit" "test -e main/.git/hooks/post-commit" -w . -w ..
}

all_works() {
	reset
	at=$play/work/main
	works commit "echo b >b && git add b && git commit -qm b && git log --format=%s | grep -qx b"
	works "status, diff, stash" "echo c >>b && git status --porcelain | grep -q 'M b' && git stash -q && git stash pop -q && git checkout -q b"
	works "branch, merge, rebase" "git checkout -q -b side && echo s >s && git add s && git commit -qm s && git checkout -q main && git merge -q side && git rebase -q side && git tag one"
	works gc "git gc -q --prune=now"
	works "commit in a submodule" "cd lib/out && echo y >y && git add y && git commit -qm y && cd ../.. && git add lib/out && git commit -qm bump"
	works "a new repository below" "git init -q new && cd new && echo n >n && git add n && git commit -qm n && git log --format=%s | grep -qx n"
	works "a clone below" "git clone -q . copy && cd copy && git log -1 -q"
	at=$play/work/tree
	works "commit in a linked tree, with the main one" "echo t >t && git add t && git commit -qm t" -w . -w ../main
	at=$play/work/main
	(cd "$at" && $who git fsck >/dev/null 2>&1 && [ "$($who git log --format=%s | head -n 1)" = bump ])
	ok $? "$label: and the repository is whole"
}

for label in root user user-supervised user-without; do
	who=
	old=
	options=
	case $label in user*)
		who=$user
		$user true 2>/dev/null || {
			skip "$label" "no other user here"
			continue
		}
	esac
	case $label in
	*-supervised) options="--timeout 60s" ;;
	# No mounts, as where there are no user namespaces.
	*-without) old="$play/oldkernel mntns userns --" ;;
	esac
	probes
	all_works
done

who=
old=
at=$play/work/main
reset
cd "$at" || exit 1
"$play/codex-exec" -p "$play/workspace-write.bin" --dry-run true |
    sed -n '/^not kept:/,/^file mounts:/p' >"$play/log"
grep -qx "  $at/.git/commondir" "$play/log" &&
    grep -qx "  $at/.codex" "$play/log"
ok $? "what git would obey and is not there is listed"
mkdir "$play/work/none"
cd "$play/work/none" || exit 1
"$play/codex-exec" -p "$play/workspace-write.bin" --dry-run true |
    grep -qx "  $play/work/none/.git"
ok $? "and so is a repository that is not there"
finish
