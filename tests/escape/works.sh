# Programs that must work: as root and as a user, in place, supervised,
# explained, and where a supervisor stands for mounts.  What is not on this machine is skipped by name.
. "$srcdir/tests/lib/tap.sh"

top=$(cd "$builddir" && pwd)
. "$srcdir/tests/lib/inside.sh"
inside works
cp "$top/profiles"/*.bin "$top/tests/lib/oldkernel" "$play"
chmod 644 "$play"/*.bin
ws=$play/ws
HOME=$play/home
export HOME
who=
old=
options=
port=
user="setpriv --reuid 65534 --regid 65534 --clear-groups"
policy=workspace-write
# needs NAME PROGRAM...
needs() {
	name=$1
	shift
	for program; do
		command -v "$program" >/dev/null && continue
		skip "$label: $name" "no $program here"
		return 1
	done
}
# works NAME COMMAND WANT: what it prints at its end.
works() {
	rm -rf "$ws" "$HOME"
	mkdir "$ws" "$HOME"
	[ -z "$who" ] || chown 65534:65534 "$ws" "$HOME"
	printf '%s\n' "$2" >"$play/act"
	got=$(cd "$ws" && timeout 100 $who $old "$play/codex-exec" -q $options \
	    -p "$play/$policy.bin" -- sh "$play/act" 2>"$play/err" </dev/null)
	is "$?:$(echo "$got" | tail -n 1)" "0:$3" "$label: $1"
	[ ! -s "$play/err" ] || tail -n 3 "$play/err" | sed 's/^/# /'
}

# Where nothing is kept all works.
kept() {
	rm -rf "$play/open"
	mkdir -m 777 "$play/open"
	echo "echo x >$play/open/free" >"$play/act"
	$who sh "$play/act" 2>/dev/null
	works "a file elsewhere" "echo x >$play/open/held; echo end" end
	is "$(ls "$play/open")" free "$label: which is not made"
}

all() {
	policy=workspace-write
	kept
	needs "gcc and make" gcc make && works "gcc and make" '
printf "#include <stdio.h>\n#include \"h.h\"\nint main(void){puts(WORD);}\n" >m.c
echo "#define WORD \"built\"" >h.h
printf "all: m\nm: m.o\n\tcc -o m m.o\nm.o: m.c h.h\n\tcc -g -O2 -c m.c\n" >Makefile
make -s -j4 && ./m' built
	needs python python3 && works "python: threads, subprocess, multiprocessing, asyncio" '
cat >p.py <<"EOF"
import asyncio, concurrent.futures, multiprocessing, os, subprocess, tempfile, threading, venv
def square(x): return x * x
async def tell():
    p = await asyncio.create_subprocess_exec("echo", "a", stdout=-1)
    r, w = await asyncio.wait_for(asyncio.gather(p.communicate(), asyncio.sleep(0.01)), 20)
    return r[0]
if __name__ == "__main__":
    l = []
    t = [threading.Thread(target=l.append, args=(i,)) for i in range(20)]
    [x.start() for x in t]; [x.join() for x in t]
    assert sorted(l) == list(range(20))
    assert subprocess.check_output("echo b | tr b c", shell=True) == b"c\n"
    for how in "fork", "spawn", "forkserver":
        if how == "forkserver": continue  # a Unix socket with a name
        with multiprocessing.get_context(how).Pool(2) as p:
            assert p.map(square, range(5)) == [0, 1, 4, 9, 16]
    q = multiprocessing.Queue(); q.put(1); assert q.get(timeout=20) == 1
    with concurrent.futures.ProcessPoolExecutor(2) as e:
        assert list(e.map(square, [3])) == [9]
    assert asyncio.run(tell()) == b"a\n"
    with tempfile.TemporaryDirectory() as d: open(d + "/x", "w").close()
    print("served")
EOF
python3 p.py' served
	needs perl perl && works perl \
	    'perl -e "open F, q(>), q(f) or die; print F 7; close F; print 6 * \`cat f\`, qq(\n)"' 42
	needs sqlite sqlite3 && works sqlite \
	    'sqlite3 d "pragma journal_mode=wal; create table t(a); insert into t values(4); insert into t values(5); select sum(a) from t"; sqlite3 d "begin; delete from t; commit; vacuum; select count(*) from t"' 0
	needs tar tar gzip && works tar \
	    'mkdir -p d/e; echo x >d/e/f; ln -s f d/e/l; ln d/e/f d/h; tar -czf a.tgz d; mkdir o; tar -C o -xzpf a.tgz; cat o/d/e/l o/d/h | sort -u' x
	needs rsync rsync && works rsync \
	    'mkdir d; echo x >d/f; rsync -a d/ o/; rsync -a --delete d/ o/; cat o/f' x
	needs node node && works node \
	    'node -e "const fs = require(\"fs\"), c = require(\"child_process\"), { Worker, isMainThread } = require(\"worker_threads\"); fs.mkdirSync(\"d\"); fs.writeFileSync(\"d/f\", \"x\"); fs.renameSync(\"d\", \"e\"); const w = new Worker(\"require(\\\"worker_threads\\\").parentPort.postMessage(3)\", { eval: true }); w.on(\"message\", m => fs.promises.readFile(\"e/f\").then(d => console.log(d + c.execSync(\"echo y\").toString().trim() + m)))"' xy3
	needs git git && works git \
	    'git init -q r && cd r && git config user.name a && git config user.email a@b && echo a >f && git add f && git commit -qm one && git checkout -q -b b && git log --format=%s' one
	policy=workspace-net
	needs "npm install from a folder" node npm && works "npm install from a folder" '
mkdir -p lib app
echo "{\"name\":\"lib\",\"version\":\"1.0.0\",\"main\":\"i.js\",\"bin\":{\"lib\":\"b.js\"}}" >lib/package.json
echo "module.exports = 9" >lib/i.js
printf "#!/usr/bin/env node\nconsole.log(1)\n" >lib/b.js
cd lib && npm pack --silent --cache ../cache >/dev/null && cd ../app
echo "{\"name\":\"app\",\"version\":\"1.0.0\"}" >package.json
npm install --silent --offline --no-audit --no-fund --cache ../cache ../lib/lib-1.0.0.tgz && node -e "console.log(require(\"lib\"))"' 9
	if [ -n "$who" ]; then
		skip "$label: ssh to loopback" "no account to log in to"
	elif needs "ssh to loopback" ssh sshd ssh-keygen && [ -z "$port" ]; then
		skip "$label: ssh to loopback" "sshd does not serve us here"
	elif [ -n "$port" ]; then
		works "ssh to loopback" "
cp $play/ssh/k k && chmod 600 k && echo ough >in
ssh -F none -i k -p $port -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=known -o BatchMode=yes 127.0.0.1 'echo thr; cat' \
    <in | tr -d '\\n'
test -s known" through
	fi
	needs "git over http" git python3 && works "git over http" '
git init -q r && cd r && git config user.name a && git config user.email a@b && echo a >f && git add f && git commit -qm one && git update-server-info && cd ..
python3 -u -m http.server --bind 127.0.0.1 0 >log 2>&1 &
i=0; until port=$(sed -n "s/.* port \([0-9]*\) .*/\1/p" log) && [ -n "$port" ] || [ $i = 100 ]; do i=$((i + 1)); sleep 0.1; done
git clone -q http://127.0.0.1:$port/r/.git c; kill $!; cat c/f' a
	policy=trusted
	# A traced program cannot be traced again.
	[ -n "$old" ] || { needs gdb gdb gcc && works gdb '
printf "int f(int x){return x*2;}\nint main(void){return f(21);}\n" >m.c && cc -g -O0 -o m m.c
gdb -nx -batch -ex "set disable-randomization off" -ex "break f" -ex run -ex "print x*2" ./m 2>&1 | grep "^.1 ="' '$1 = 42'; }
}

# The server that ssh is to reach stands outside.
if command -v sshd >/dev/null && command -v ssh-keygen >/dev/null; then
	mkdir -p "$play/ssh"
	mount -t tmpfs -o mode=755 tmpfs /run
	mkdir /run/sshd
	port=$((20000 + $$ % 20000))
	ssh-keygen -q -t ed25519 -N "" -f "$play/ssh/k"
	ssh-keygen -q -t ed25519 -N "" -f "$play/ssh/host"
	"$(command -v sshd)" -D -e -p $port -h "$play/ssh/host" \
	    -f /dev/null -o ListenAddress=127.0.0.1 -o UsePAM=no \
	    -o StrictModes=no -o PidFile=none \
	    -o AuthorizedKeysFile="$play/ssh/k.pub" 2>"$play/ssh/log" &
	i=0
	until grep -q listening "$play/ssh/log" || [ $i = 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	# Free, it has to serve us.
	ssh -F none -i "$play/ssh/k" -p $port -o StrictHostKeyChecking=no \
	    -o UserKnownHostsFile=/dev/null -o BatchMode=yes 127.0.0.1 true \
	    </dev/null 2>/dev/null || port=
fi
for label in in-place user supervised explained without-mounts; do
	who=
	old=
	options=
	case $label in
	user)
		$user true 2>/dev/null || {
			skip "$label" "no other user here"
			continue
		}
		who=$user
		;;
	supervised) options="--timeout 90s" ;;
	explained) options=--explain ;;
	without-mounts) old="$play/oldkernel mntns userns --" ;;
	esac
	all
done
finish
