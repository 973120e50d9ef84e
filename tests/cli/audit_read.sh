# codex-audit reads what codex-exec wrote, and what anybody could have.
. "$srcdir/tests/lib/tap.sh"

exe=$builddir/runtime/codex-exec
audit=$builddir/audit/codex-audit
offline=$builddir/profiles/offline.bin
play=$(mktemp -d)
trap 'rm -rf "$play"' EXIT
log=$play/log

"$exe" -p "$offline" --audit "$log" --session one true
"$exe" -p "$offline" --audit "$log" --session two --timeout 1m sh -c 'exit 3'
is "$("$audit" query "$log" | wc -l)" 5 "query: every record"
is "$("$audit" query --json "$log" | cmp - "$log" && echo same)" same \
    "query --json: as they are"
is "$("$audit" query --session one "$log" | wc -l)" 2 "--session"
is "$("$audit" query --event exit "$log" | grep -c 'status 3')" 1 "--event"
none() { out=$("$audit" "$@"); echo "$?:$out"; }
is "$(none query --since 2000-01-01 --until 2001-01-01 "$log")" 0: "--until"
is "$("$audit" query --since 1h "$log" | wc -l)" 5 "--since with an age"
is "$("$audit" query --target 'sh -c*' --event start "$log" | wc -l)" 1 \
    "--target"
is "$("$audit" query --rule exec.default <"$log" | wc -l)" 2 "--rule, stdin"
is "$(none query --decision denied "$log")" 0: "--decision"
is "$("$audit" query "$log" --event exit | wc -l)" 1 "an option behind a file"
is "$(none query --profile other "$log")" 0: "--profile"
is "$("$audit" tail -n 2 "$log" | wc -l)" 2 "tail -n"
is "$(none tail -n 0 "$log")" 0: "tail -n 0"
is "$("$audit" stats --json "$log" | python3 -c '
import json, sys
s = json.load(sys.stdin)
print(s["records"], [(e["event"], e["count"]) for e in s["events"]])')" \
    "5 [('decision', 2), ('start', 2), ('exit', 1)]" "stats --json"
is "$("$audit" stats "$log" | grep -c '####')" 4 "stats: bars"
is "$("$audit" metrics -o "$play/m.prom" "$log"
    grep -c '^codex_audit_records_total{event="start",profile="offline"} 2$' \
    "$play/m.prom")" 1 "metrics, to a file"
mkfifo "$play/pipe"
timeout 20 cat "$play/pipe" >"$play/piped" &
timeout 20 "$audit" metrics -o "$play/pipe" "$log"
wait
[ -p "$play/pipe" ] && cmp -s "$play/piped" "$play/m.prom"
ok $? "metrics, to a pipe, which stays one"
for f in ocsf ecs; do
	is "$("$audit" export $f "$log" | python3 -c '
import json, sys
print(len([json.loads(l) for l in sys.stdin]))')" 5 "export $f: JSON lines"
done
is "$("$audit" export cef "$log" | grep -c '^CEF:0|.*|.*|.*|.*|.*|1|rt=')" 5 \
    "export cef"

# Sessions: a version 7 UUID that those below inherit, or name as parent.
"$exe" -p "$offline" --json-fd 3 sh -c 'echo "$CODEX_SESSION_ID"' \
    3>"$play/s" >"$play/id"
is "$(grep -c -E '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' \
    "$play/id"):$("$audit" query --session "$(cat "$play/id")" "$play/s" |
    wc -l)" 1:2 "a session is a version 7 UUID, and the command knows it"
CODEX_SESSION_ID=outer "$exe" -p "$offline" --session inner --json-fd 3 true \
    3>"$play/s"
is "$("$audit" query --session outer "$play/s" | wc -l)" 2 "parent_session"
CODEX_SESSION_ID=outer "$exe" -p "$offline" --json-fd 3 true 3>"$play/s"
is "$(grep -c '"session_id":"outer","event"' "$play/s")" 2 "inherited"
is "$(CODEX_SESSION_ID= "$exe" -p "$offline" sh -c 'echo "[$CODEX_SESSION_ID]"')" \
    "[]" "no events, no variable"

# What anybody could have written.
python3 - "$play/odd" <<'END'
import sys
def rec(**k):
    import json
    return json.dumps(dict(v=1, timestamp="2026-01-02T03:04:05.006Z",
        event="decision", decision="denied", operation="file_write", **k),
        ensure_ascii=False).encode()
with open(sys.argv[1], "wb") as f:
    f.write(b"not a record\n\n")
    f.write(rec(target="a\x1b[31m\u202eb\u009b=|\\", session_id="s",
        profile={"name": 'p"\\\n'}, rule={"id": "r|", "src": "x:1"}) + b"\n")
    f.write(b"x" * 600000 + b"\n")
    f.write(b'{"v":1,"v":1}\n' + b"\xff\n" + b"[" * 100000 + b"\n")
    f.write(rec(target="torn")[:-3])
END
is "$("$audit" query "$play/odd" 2>"$play/err" | wc -l)" 1 \
    "damaged lines are passed over"
is "$(cat "$play/err")" "codex-audit: $play/odd: 7 damaged lines passed over, the first is line 1: not a JSON object" "and counted"
for verb in query "query --json" stats "stats --json" metrics "export ocsf" \
    "export ecs" "export cef"; do
	"$audit" $verb "$play/odd" >"$play/said" 2>/dev/null
	[ -s "$play/said" ]
	is "$?:$(LC_ALL=C tr -d '\n -~' <"$play/said" | wc -c)" 0:0 "$verb: printable ASCII of hostile text"
done
is "$("$audit" export cef "$play/odd" 2>/dev/null | wc -l)" 1 \
    "export cef: one line of hostile text"

# One series for what looks the same, and no sum that begins anew.
python3 - "$play/same" <<'END'
import json, sys
with open(sys.argv[1], "w") as f:
    for name in ['p"', "p_", "p\u001f"] + 16 * ["p_"]:
        f.write(json.dumps(dict(v=1, timestamp="2026-01-02T03:04:05.006Z",
            event="decision", decision="denied", operation="syscall",
            target="t", count=10**18 - 1, profile={"name": name})) + "\n")
END
is "$("$audit" metrics "$play/same" | sed '/^#/d; s/ .*//' | sort | uniq -d)" \
    "" "metrics: no series twice"
is "$("$audit" metrics "$play/same" | grep -c '"p_"} 18446744073709551615$')" \
    1 "a sum that is too large stays at the largest"

# Any size in constant memory.
if python3 - "$log" "$play/big" <<'END'
import sys
line = open(sys.argv[1]).readlines()[1]
with open(sys.argv[2], "w") as f:
    for i in range(60000):
        f.write(line.replace('"target":"true"', '"target":"t%d"' % i)
            .replace('"decision":"allowed"', '"decision":"denied"'))
END
then
	# Shadow memory is not counted as ours.
	[ "$CODEX_RT_LIBC" = instrumented ] && limit=unlimited || limit=16000
	is "$(ulimit -v $limit; "$audit" stats -n 3 --json "$play/big" | grep -o \
	    '"denied_targets_exact":false')" '"denied_targets_exact":false' \
	    "60000 targets in little memory; it says that counts are not exact"
fi

# tail -f goes on in the file that takes the place.
: >"$play/live"
: >"$play/seen"
timeout 20 "$audit" tail -f "$play/live" >"$play/seen" &
pid=$!
seen() {	# seen N: wait for so many lines
	i=0
	while [ "$(wc -l <"$play/seen")" -lt "$1" ] && [ $i -lt 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	wc -l <"$play/seen"
}
head -n 1 "$log" >>"$play/live"
is "$(seen 1)" 1 "tail -f: a record comes"
# Bytes that the reader has read.
has_read() { sed -n 's/^rchar: //p' "/proc/$(pgrep -P $pid)/io"; }
before=$(has_read)
sed -n 2p "$log" | tr -d '\n' | head -c 100 >>"$play/live"
i=0
until [ "$(has_read)" -ge $((before + 100)) ] || [ $i -gt 200 ]; do
	sleep 0.05
	i=$((i + 1))
done
[ $i -le 200 ]; ok $? "half a record was read"
is "$(wc -l <"$play/seen")" 1 "and is not told"
sed -n 2p "$log" | tail -c +101 >>"$play/live"
is "$(seen 2)" 2 "a record in two pieces"
mv "$play/live" "$play/live.1"
sed -n 3p "$log" >"$play/live"
is "$(seen 3)" 3 "another file takes its place"
sed -n 1p "$log" >>"$play/live"
mv "$play/live" "$play/live.2"
sed -n 2p "$log" >"$play/live"
is "$(seen 5)" 5 "what came just before that is read, too"
kill $pid
wait $pid 2>/dev/null

# Wrong usage.
for bad in "" frob "query --frob x" "query --since never x" "tail" "verify" \
    "export xml $log" "query $play/none" "verify --anchor 12 $log" \
    "stats -n x" "query --event exits $log" "query --operation write $log" \
    "query --decision no $log" "tail --json=x $log" "query $log --rule" \
    "clear"; do
	"$audit" $bad >/dev/null 2>"$play/err" </dev/null
	is "$?:$(wc -l <"$play/err")" 2:1 "'$(echo $bad | cut -c1-20)' is refused"
done
"$audit" verify "$log" 2>"$play/err"
is "$?" 2 "verify: a file without a chain"
"$audit" query "$log" >/dev/full 2>"$play/err"
is "$?" 2 "a full disk is an error"
for opt in --help --version "query --help" "clear -h"; do
	"$audit" $opt >"$play/out"
	is "$?" 0 "$opt"
done
finish
