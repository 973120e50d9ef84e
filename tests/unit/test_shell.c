/* The scanner of shell scripts, wrappers, and the decision on the whole. */
#include "tests/lib/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blob/decide.h"
#include "blob/wrap.h"
#include "compiler/program_put.h"
#include "compiler/rules.h"

static struct shell_room room;

/* What the scanner says: "[a][b c]; [d] >f !glob@3". */
static const char *
scan(const char *script, char *out, size_t cap)
{
	struct shell_scan s;
	size_t i, n = 0;

	shell_start(&s, script, &room, 0, 0);
	out[0] = '\0';
#define SAY(...) (n += (size_t)snprintf(out + n, n < cap ? cap - n : 0, \
	__VA_ARGS__))
	while (shell_next(&s)) {
		if (n > 0)
			SAY("; ");
		for (i = 0; i < s.argc; i++)
			SAY("[%s]", s.argv[i]);
		for (i = 0; i < s.nfiles; i++)
			SAY("%s%s%s", s.files[i].is_read ? "<" : "",
			    s.files[i].is_write ? ">" : "", s.files[i].path);
		if (s.note.what != SHELL_PLAIN)
			SAY("!%s@%u", shell_construct_name(s.note.what),
			    s.note.column);
	}
#undef SAY
	return out;
}

static void
plain_commands_are_split(void **state)
{
	static const struct { const char *script, *want; } rows[] = {
		{ "", "" },
		{ "  \t\n ; \n", "" },
		{ "ls", "[ls]" },
		{ "ls -l a", "[ls][-l][a]" },
		{ "a&&b||c;d|e&f\ng|&h", "[a]; [b]; [c]; [d]; [e]; [f]; [g]; "
		    "[h]" },
		{ "'a b' \"c d\" e\\ f", "[a b][c d][e f]" },
		{ "g''it g\"\"it \\git", "[git][git][git]" },
		{ "\"a\\\"b\\\\c\\d\\\ne\"", "[a\"b\\c\\de]" },
		{ "'a\\b' '' \"\"", "[a\\b][][]" },
		{ "a\\\nb c\\\n d", "[ab][c][d]" },
		{ "a &\\\n& b", "[a]; [b]" },
		{ "a # b; c\nd", "[a]; [d]" },
		{ "a#b #", "[a#b]" },
		{ "#a\nb", "[b]" },
		{ "X=1 Y+=2 a Z=3", "[a][Z=3]" },
		{ "X=1", "" },
		{ "'X=1' a", "[X=1][a]" },
		{ "X\\=1 a", "[X=1][a]" },
		{ "1X=1 a", "[1X=1][a]" },
		{ "(a; b) | { c; }", "[a]; [b]; [{][c]; [}]" },
		{ "[ -f a ] && [ b ]", "[[][-f][a][]]; [[][b][]]" },
		{ "echo a$ \"b$\" c$.", "[echo][a$][b$][c$.]" },
		{ "find . -exec a {} +", "[find][.][-exec][a][{}][+]" },
		{ "stash@{0} HEAD^ a~1 --x={y}",
		    "[stash@{0}][HEAD^][a~1][--x={y}]" },
		{ "a '*' \"?\" \\[x] '$x' \\$x '~' '{a,b}'",
		    "[a][*][?][[x]][$x][$x][~][{a,b}]" },
	};
	char out[512];
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++)
		if (strcmp(scan(rows[i].script, out, sizeof(out)),
		    rows[i].want) != 0)
			fail_msg("%s: got %s, want %s", rows[i].script, out,
			    rows[i].want);
}

static void
redirections_are_found(void **state)
{
	static const struct { const char *script, *want; } rows[] = {
		{ "a >b", "[a]>b" },
		{ "a>b<c d", "[a][d]>b<c" },
		{ "a >>b >|c", "[a]>b>c" },
		{ "a 2>b 1>c", "[a]>b>c" },
		{ "a x2>b", "[a][x2]>b" },
		{ "a '2'>b \\2>b", "[a][2][2]>b>b" },
		{ "a 2>&1 >&- 3<&0 4>&2-", "[a]" },
		{ "a >&b", "[a]>b" },
		{ "a &>b &>>c", "[a]>b>c" },
		{ "a <>b", "[a]<>b" },
		{ ">b", ">b" },
		{ "a >\\\n> b", "[a]>b" },
		{ "a > 'b c'\"d\"", "[a]>b cd" },
		{ "a > b; c", "[a]>b; [c]" },
		{ "(a) > b", "[a]; >b" },
		{ "a >$x", "[a]!expansion@4" },
		{ "a >", "[a]!syntax@3" },
		{ "a > ; b", "[a]!syntax@3; [b]" },
		{ "a >!b", "[a]>!b!syntax@4" },
		{ "a 12>b", "[a][12]>b!syntax@3" },
		{ "a {x}>b", "[a][{x}]>b!syntax@3" },
	};
	char out[512];
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++)
		if (strcmp(scan(rows[i].script, out, sizeof(out)),
		    rows[i].want) != 0)
			fail_msg("%s: got %s, want %s", rows[i].script, out,
			    rows[i].want);
}

static void
what_is_not_plain_is_named(void **state)
{
	static const struct { const char *script, *want; } rows[] = {
		{ "a $x", "[a][$x]!expansion@3" },
		{ "a \"b $x\"", "[a][b $x]!expansion@6" },
		{ "a $'b'", "[a][$b]!expansion@3" },
		{ "a ${x:-b c} d", "[a][${x:-b c}][d]!expansion@3" },
		{ "$x a", "[$x][a]!expansion@1" },
		{ "a $(b; c) d", "[a][$(b; c)][d]!substitution@3; [b]; [c]" },
		{ "a \"$(b \"c d\")\" e", "[a][$(b \"c d\")][e]"
		    "!substitution@4; [b][c d]" },
		{ "a `b` c", "[a][`b`][c]!substitution@3; [b]" },
		{ "a $(b $(c))", "[a][$(b $(c))]!substitution@3; "
		    "[b][$(c)]!substitution@7; [c]" },
		{ "a <(b) c", "[a][<(b)][c]!substitution@3; [b]" },
		{ "X=$(b) a", "[a]!substitution@3; [b]" },
		{ "a *.c", "[a][*.c]!glob@3" },
		{ "a b? c", "[a][b?][c]!glob@4" },
		{ "a [bc]", "[a][[bc]]!glob@3" },
		{ "a ~/b", "[a][~/b]!tilde expansion@3" },
		{ "X=~ a", "[a]!tilde expansion@3" },
		{ "a {b,c}", "[a][{b,c}]!brace expansion@5" },
		{ "a x{1..9}", "[a][x{1..9}]!brace expansion@7" },
		{ "a { b }", "[a][{][b][}]!brace expansion@3" },
		{ "a <<E\nb\nE", "[a]!here-document@3" },
		{ "a <<E >f\nb\nE", "[a]>f!here-document@3" },
		{ "a <<< b c\nd", "[a][c]!here-document@3; [d]" },
		{ "f() { a; }", "[f]!function or array@2; [{][a]; [}]" },
		{ "x=(a b)", "!function or array@3; [a][b]" },
		{ "((x))", "!compound command@1; [x]" },
		{ "a) b", "[a]!compound command@2; [b]" },
		{ "PATH=/x a", "[a]!assignment that changes commands@1" },
		{ "LD_PRELOAD=x a", "[a]!assignment that changes commands@1" },
		{ "a =ls", "[a][=ls]!expansion@3" },
		{ "a 'b", "[a][b]!syntax@5" },
		{ "a \"b", "[a][b]!syntax@5" },
	};
	char out[512];
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++)
		if (strcmp(scan(rows[i].script, out, sizeof(out)),
		    rows[i].want) != 0)
			fail_msg("%s: got %s, want %s", rows[i].script, out,
			    rows[i].want);
}

/* More than there is room for is noted, and nothing is written beyond. */
static void
limits_are_noted(void **state)
{
	size_t n = 4 * SHELL_MAX_TEXT, i;
	char *script = malloc(n + 1);
	struct shell_scan s;

	(void)state;
	assert_non_null(script);
	memset(script, 'a', n);
	script[n] = '\0';
	shell_start(&s, script, &room, 0, 0);
	assert_true(shell_next(&s));
	assert_int_equal(s.note.what, SHELL_TOO_LONG);
	assert_false(shell_next(&s));
	for (i = 1; i < n; i += 2)
		script[i] = ' ';
	shell_start(&s, script, &room, 0, 0);
	assert_true(shell_next(&s));
	assert_int_equal(s.note.what, SHELL_TOO_LONG);
	assert_int_equal(s.argc, SHELL_MAX_WORDS);
	for (i = 0; i + 4 <= n; i += 4)
		memcpy(script + i, ">a b", 4);
	shell_start(&s, script, &room, 0, 0);
	assert_true(shell_next(&s));
	assert_int_equal(s.note.what, SHELL_TOO_LONG);
	assert_int_equal(s.nfiles, SHELL_MAX_FILES);
	free(script);
}

/* Words between blanks; `_' stands for a blank. */
static size_t
words_of(char *text, const char **words, size_t cap)
{
	size_t n = 0;
	char *save = NULL, *p = strtok_r(text, " ", &save), *q;

	for (; p != NULL && n < cap; p = strtok_r(NULL, " ", &save)) {
		for (q = p; (q = strchr(q, '_')) != NULL; )
			*q = ' ';
		words[n++] = p;
	}
	return n;
}

static void
wrappers_are_opened(void **state)
{
	static const struct { const char *command, *want; bool is_script; }
	rows[] = {
		{ "ls -l", "nothing", false },
		{ "env", "nothing", false },
		{ "env ls -l", "ls -l", false },
		{ "/usr/bin/env -i -u X A=1 B=2 ls", "ls", false },
		{ "env -uX --unset=Y -- ls", "ls", false },
		{ "env - ls", "ls", false },
		{ "env PATH=/x ls", "ls !assignment that changes commands",
		    false },
		{ "env -iS ls_-l", "script ls -l !unknown option", false },
		{ "env --split-string=ls x", "script ls !unknown option",
		    false },
		{ "env --what ls", "!unknown option", false },
		{ "timeout 5 ls", "ls", false },
		{ "timeout -k 3 -s KILL --foreground 5 ls -l", "ls -l",
		    false },
		{ "timeout -k3 5 ls", "ls", false },
		{ "timeout 5", "nothing", false },
		{ "nice -n 5 ls", "ls", false },
		{ "nice -5 ls", "ls", false },
		{ "nohup -- ls", "ls", false },
		{ "stdbuf -oL -e0 ls", "ls", false },
		{ "setsid -w ls", "ls", false },
		{ "time -p ls", "ls", true },
		{ "sudo -u root -n A=b ls", "ls", false },
		{ "sudo -l", "nothing", false },
		{ "doas -u x ls", "ls", false },
		{ "busybox rm -r x", "rm -r x", false },
		{ "xargs -0 -n 1 -I{} rm", "rm !arguments from elsewhere",
		    false },
		{ "xargs", "nothing", false },
		{ "git status", "nothing", false },
		{ "git -C /x --no-pager push -f", "(git) push -f", false },
		{ "git -c a=b push", "(git) push !unknown option", false },
		{ "git --git-dir=x status", "(git) status !unknown option",
		    false },
		{ "git bisect run rm -r x", "rm -r x", false },
		{ "git bisect start", "nothing", false },
		{ "git submodule foreach --recursive rm x", "rm x", false },
		{ "git submodule --quiet foreach ls", "script ls", false },
		{ "git submodule foreach a$b c", "a$b c !eval", false },
		{ "git submodule update", "nothing", false },
		{ "git rebase -i -x a --exec=b --exe c -xd -ix e",
		    "script a, script b, script c, script d, script e",
		    false },
		{ "git rebase main", "nothing", false },
		{ "git difftool -x a", "script a", false },
		{ "git filter-branch --tree-filter a", "script a", false },
		{ "git push -u origin", "nothing", false },
		{ "git clone -c a=b x", "!unknown option", false },
		{ "git fetch --upload-pack a x", "script a", false },
		{ "chrt -f 5 ls -l", "ls -l", false },
		{ "chrt -i ls -l", "ls -l", false },
		{ "chrt -p 5", "nothing", false },
		{ "taskset -c 0,1 ls", "ls", false },
		{ "taskset -p 5", "nothing", false },
		{ "setpriv --reuid 0 --nnp ls -l", "ls -l", false },
		{ "unshare -rm --mount-proc=/x -S 0 ls", "ls", false },
		{ "nsenter -t 1 -m/x --net ls", "ls", false },
		{ "systemd-run --user -u x --wait ls", "ls", false },
		{ "systemd-run -p ExecStartPre=x ls", "ls !unknown option",
		    false },
		{ "strace -f -o x -e trace=open ls -o", "ls -o", false },
		{ "strace -o |rm ls", "ls !unknown option", false },
		{ "pkexec --user root ls", "ls", false },
		{ "/lib64/ld-linux-x86-64.so.2 --argv0 x /bin/ls -l",
		    "/bin/ls -l", false },
		{ "busybox sh -c a", "sh -c a", false },
		{ "watch -n 5 ls", "script ls", false },
		{ "watch -n5 -d ls -l", "ls -l", false },
		{ "watch ls |sh", "ls |sh !eval", false },
		{ "watch -x ls |sh", "ls |sh", false },
		{ "parallel -j2 rm {} ::: a b", "rm {} !eval", false },
		{ "parallel rm -f ::: a b", "rm -f !arguments from elsewhere",
		    false },
		{ "parallel ::: a b", "!arguments from elsewhere", false },
		{ "script -q -c a x", "script a", false },
		{ "script -qca", "script a", false },
		{ "script x -- ls", "ls", false },
		{ "flock -n x ls -l", "ls -l", false },
		{ "flock x -c a", "script a", false },
		{ "flock 9", "nothing", false },
		{ "su -l me -c a", "script a", false },
		{ "su --command=a", "script a", false },
		{ "runuser -u me ls", "!unknown option", false },
		{ "tar -xf a --to-command=b", "script b", false },
		{ "tar -cvIa b c", "script a", false },
		{ "tar cIf a b", "!unknown option", false },
		{ "tar --checkpoint=1 --checkpoint-action exec=a",
		    "script a", false },
		{ "tar -xzf a -C b", "nothing", false },
		{ "rsync -avze a b c", "script a", false },
		{ "rsync -av --exclude e b c", "nothing", false },
		{ "ssh -p 22 -oProxyCommand=a -o localcommand=b h ls",
		    "script a, script b", false },
		{ "ssh -i x/o -o User=a h", "nothing", false },
		{ "- ls", "ls", true },
		{ "find . -exec rm {} ;", "rm {} !arguments from elsewhere",
		    false },
		{ "find . -execdir ls -l ; -ok id ;", "ls -l, id", false },
		{ "find . -exec ls", "ls", false },
		{ "find . -name x", "nothing", false },
		{ "sh -c a", "script a", false },
		{ "/bin/bash -lc a b", "script a", false },
		{ "bash -euo pipefail -x -c a", "script a", false },
		{ "bash -O x +O y -c -- a", "script a", false },
		{ "dash -ec a", "script a", false },
		{ "zsh -f -c a", "script a", false },
		{ "bash --norc -c a", "script a", false },
		{ "bash --rcfile x -c a", "!unknown option", false },
		{ "zsh -oerr -c a", "!unknown option", false },
		{ "sh -c", "!syntax", false },
		{ "sh x.sh -c a", "nothing", false },
		{ "command -p ls", "ls", true },
		{ "command -v ls", "nothing", true },
		{ "command ls", "nothing", false },
		{ "exec -a x ls", "ls", true },
		{ "! ls", "ls", true },
		{ "then ls", "ls !compound command", true },
		{ "fi", "!compound command", true },
		{ "eval rm x", "rm x !eval", true },
		{ ". x", "!eval", true },
		{ "export PATH=x", "!assignment that changes commands",
		    true },
		{ "export A=x", "nothing", true },
		{ "printf -v PATH x", "!unknown option", true },
	};
	const char *argv[16];
	char text[256], out[256];
	size_t i, j, n, argc;
	struct wrap w;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		snprintf(text, sizeof(text), "%s", rows[i].command);
		argc = words_of(text, argv, NELEM(argv));
		w = (struct wrap){ .next = 0 };
		n = 0;
		out[0] = '\0';
		do {
			if (!wrap_open(argv, argc, rows[i].is_script, &w))
				break;
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%s",
			    n > 0 ? ", " : "");
			if (w.script != NULL)
				n += (size_t)snprintf(out + n,
				    sizeof(out) - n, "script %s", w.script);
			if (w.is_git)
				n += (size_t)snprintf(out + n,
				    sizeof(out) - n, "(git) ");
			for (j = 0; w.argv != NULL && j < w.argc; j++)
				n += (size_t)snprintf(out + n,
				    sizeof(out) - n, "%s%s", j > 0 ? " " : "",
				    w.argv[j]);
			if (w.what != SHELL_PLAIN)
				n += (size_t)snprintf(out + n,
				    sizeof(out) - n, "%s!%s",
				    n > 0 ? " " : "",
				    shell_construct_name(w.what));
		} while (w.next > 0);
		if (strcmp(n > 0 ? out : "nothing", rows[i].want) != 0)
			fail_msg("%s: got %s, want %s", rows[i].command, out,
			    rows[i].want);
	}
}

/* --- decisions ---------------------------------------------------------- */

/* Rules in a blob of their own. */
struct policy {
	struct arena *a;
	uint8_t *bytes;
	struct blob b;
};

static const char rules[] =
    "prefix_rule(['git', 'status'])\n"
    "prefix_rule(['ls'])\n"
    "prefix_rule(['cd'])\n"
    "prefix_rule(['git', 'push'], decision='prompt')\n"
    "prefix_rule(['rm'], decision='forbidden')\n";

static void
out_of_memory(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static void
compile(struct policy *p, enum blob_decision dflt, enum blob_decision opaque)
{
	static const struct rules_options opt = { .has_extensions = true };
	struct automaton_spec spec = { .dflt = dflt, .opaque = opaque };
	struct rule_set set = { .nprefix = 0 };
	struct diag d;
	size_t len;

	p->a = arena_new(0, out_of_memory);
	diag_init(&d, stderr);
	assert_int_equal(rules_read(p->a, &d, source_text(p->a, "t.rules",
	    rules, strlen(rules)), &opt, &set), 0);
	spec.set = &set;
	assert_int_equal(program_blob(p->a, &d, &spec, &p->bytes, &len), 0);
	assert_int_equal(blob_open(&p->b, p->bytes, len), BLOB_OK);
}

static void
release(struct policy *p)
{
	free(p->bytes);
	arena_free(p->a);
}

static struct decide_verdict
decide(const struct policy *p, const char *const *argv, size_t argc)
{
	struct eval_command c = { .argv = argv, .argc = argc,
	    .resolved = argv[0], .cwd = "/" };
	struct decide_verdict v;

	assert_int_equal(decide_command(&p->b, &c, NULL, NULL, &v), BLOB_OK);
	return v;
}

static struct decide_verdict
decide_script(const struct policy *p, const char *script)
{
	const char *argv[] = { "/bin/sh", "-c", script };

	return decide(p, argv, 3);
}

static void
the_strictest_part_decides(void **state)
{
	enum { A = BLOB_ALLOW, P = BLOB_PROMPT, F = BLOB_FORBIDDEN };
	static const struct {
		const char *script;
		int strict;		/* by default: prompt, opaque: prompt */
		int loose;		/* by default: allow, opaque: allow */
	} rows[] = {
		{ "git status && ls", A, A },
		{ "git status; unknown", P, A },
		{ "git status | git push", P, P },
		{ "ls || rm x", F, F },
		{ "env A=1 timeout 3 ls", A, A },
		{ "sudo ls", P, A },
		{ "sudo rm x", F, F },
		{ "find . -exec ls ;", P, A },
		{ "xargs ls", P, A },
		{ "xargs rm", F, F },
		{ "git -C x status", A, A },
		{ "git -C x push", P, P },
		{ "git -c x=y status", P, A },
		{ "bash -lc 'sh -c \"ls; rm x\"'", F, F },
		{ "bash -lc 'sh -c ls'", A, A },
		{ "'git' status; \\ls; l''s", A, A },
		{ "/bin/rm x", F, F },
		{ "/usr/bin/git status", A, A },
		{ "(ls); { ls; }; ! ls", A, A },
		{ "if ls; then rm x; fi", F, F },
		{ "if ls; then ls; fi", P, A },
		{ "for i in a b; do rm $i; done", F, F },
		{ "f() { rm x; }", F, F },
		{ "eval rm x", F, F },
		{ "ls $x", P, A },
		{ "ls $(rm x)", F, F },
		{ "ls \"`rm x`\"", F, F },
		{ "$x; rm y", F, F },
		{ "cat <<E\nrm x\nE\n", P, A },
		{ "ls > /etc/passwd", A, A },
		{ "PATH=/x ls", P, A },
		{ "A=b ls", A, A },
		{ "", P, A },
		{ "A=b", P, A },
		{ "command exec env nice nohup setsid time ls", A, A },
		{ "env env env env env env env env env rm x", P, A },
	};
	struct policy strict, loose;
	enum blob_decision d;
	size_t i;

	(void)state;
	compile(&strict, BLOB_PROMPT, BLOB_PROMPT);
	compile(&loose, BLOB_ALLOW, BLOB_ALLOW);
	for (i = 0; i < NELEM(rows); i++) {
		d = decide_script(&strict, rows[i].script).decision;
		if ((int)d != rows[i].strict)
			fail_msg("strict: %s: got %d, want %d",
			    rows[i].script, d, rows[i].strict);
		d = decide_script(&loose, rows[i].script).decision;
		if ((int)d != rows[i].loose)
			fail_msg("loose: %s: got %d, want %d",
			    rows[i].script, d, rows[i].loose);
	}
	release(&strict);
	release(&loose);
}

static void
what_decided_is_told(void **state)
{
	struct policy p;
	struct decide_verdict v;

	(void)state;
	compile(&p, BLOB_ALLOW, BLOB_PROMPT);
	v = decide_script(&p, "ls; echo \"$HOME\"");
	assert_int_equal(v.decision, BLOB_PROMPT);
	assert_int_equal(v.kind, DECIDE_OPAQUE);
	assert_int_equal(v.construct, SHELL_EXPANSION);
	assert_int_equal(v.column, 11);
	v = decide_script(&p, "ls;  rm x");
	assert_int_equal(v.decision, BLOB_FORBIDDEN);
	assert_int_equal(v.kind, DECIDE_COMMAND);
	assert_int_equal(v.column, 6);
	assert_int_equal(v.verdict.nmatches, 1);
	assert_int_equal(v.verdict.by.ntokens, 1);
	release(&p);
}

/* --- properties --------------------------------------------------------- */

#define ROUNDS	20000

static uint32_t
next_random(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* A script whose quotes and brackets are closed. */
static void
random_script(uint32_t *x, char *out, size_t cap)
{
	static const char *const pieces[] = {
		"git status", "git push", "ls", "rm x", "unknown", "A=b ls",
		"'git' \"push\"", "\\rm", "ls $x", "ls $(rm y)", "ls *",
		"ls > f", "env rm z", "sudo ls", "(ls; rm q)", "cd x",
		"sh -c 'rm a'", "sh -c \"ls && git push\"", "xargs ls",
		"git -C . push", "! ls", "{ ls; }", "PATH=x ls", "exec ls",
		"if ls; then rm x; fi", "ls 2>&1", "find . -exec rm {} +",
	};
	static const char *const glue[] = { " && ", " || ", "; ", " | ",
	    " & ", "\n" };
	uint32_t n = next_random(x) % 3 + 1;
	size_t len = 0;

	for (; n > 0; n--)
		len += (size_t)snprintf(out + len, cap - len, "%s%s",
		    pieces[next_random(x) % NELEM(pieces)],
		    n > 1 ? glue[next_random(x) % NELEM(glue)] : "");
}

static void
joining_is_never_weaker(void **state)
{
	char a[256], b[256], both[1024];
	enum blob_decision da, db, dab;
	struct policy p[3];
	uint32_t x = 0x5eed;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		compile(&p[i], (enum blob_decision)i,
		    i == 0 ? BLOB_ALLOW : BLOB_PROMPT);
	for (i = 0; i < ROUNDS; i++) {
		const struct policy *q = &p[i % 3];

		random_script(&x, a, sizeof(a));
		random_script(&x, b, sizeof(b));
		snprintf(both, sizeof(both), "%s && %s", a, b);
		da = decide_script(q, a).decision;
		db = decide_script(q, b).decision;
		dab = decide_script(q, both).decision;
		if (dab < da || dab < db)
			fail_msg("%s: %d, but %d and %d", both, dab, da, db);
	}
	for (i = 0; i < 3; i++)
		release(&p[i]);
}

static void
wrapping_is_never_weaker(void **state)
{
	static const char *const front[][5] = {
		{ "env" }, { "env", "-i", "A=b" }, { "timeout", "5" },
		{ "nice" }, { "nohup" }, { "setsid" }, { "stdbuf", "-oL" },
		{ "xargs" }, { "sudo" }, { "doas" }, { "busybox" },
		{ "find", ".", "-exec" }, { "time" },
	};
	static const char *const inner[][2] = { { "rm", "x" }, { "/bin/rm",
	    "x" }, { "rm", "{}" } };
	const char *argv[64];
	struct policy p;
	uint32_t x = 77;
	size_t i, j, n;

	(void)state;
	compile(&p, BLOB_ALLOW, BLOB_ALLOW);
	for (i = 0; i < ROUNDS; i++) {
		const char *const *in = inner[i % NELEM(inner)];
		uint32_t layers = next_random(&x) % 7 + 1;

		for (n = 0; layers > 0; layers--) {
			const char *const *f =
			    front[next_random(&x) % NELEM(front)];

			for (j = 0; j < 5 && f[j] != NULL; j++)
				argv[n++] = f[j];
		}
		argv[n++] = in[0];
		argv[n++] = in[1];
		if (decide(&p, argv, n).decision != BLOB_FORBIDDEN)
			fail_msg("%s ... %s is not forbidden", argv[0], in[0]);
	}
	release(&p);
}

/* One word of random bytes, quoted in a random way for a shell. */
static size_t
quote_randomly(uint32_t *x, const char *word, char *out)
{
	size_t n = 0;

	for (; *word != '\0'; word++)
		switch (next_random(x) % 4) {
		case 0:
			if (*word != '\'') {
				n += (size_t)sprintf(out + n, "'%c'", *word);
				break;
			}
			/* fall through */
		case 1:
			if (*word != '\n') {
				n += (size_t)sprintf(out + n, "\\%c", *word);
				break;
			}
			/* fall through */
		case 2:
			n += (size_t)sprintf(out + n, strchr("$`\"\\", *word)
			    != NULL ? "\"\\%c\"" : "\"%c\"", *word);
			break;
		default:
			n += (size_t)sprintf(out + n, (*word >= 'a' &&
			    *word <= 'z') ? "%c\\\n" : *word == '\'' ?
			    "\"%c\"" : "'%c'", *word);
		}
	return n;
}

static void
random_word(uint32_t *x, char *word, size_t max)
{
	static const char bytes[] = "abgitrmls \t\n'\"\\$`*?[]{}~=#;&|<>()!"
	    "-,.0\x80\xff";
	size_t n = 1 + next_random(x) % max, i;

	for (i = 0; i < n; i++)
		word[i] = bytes[next_random(x) % (sizeof(bytes) - 1)];
	word[n] = '\0';
}

static void
quoting_changes_nothing(void **state)
{
	char words[4][16], script[1024];
	struct shell_scan s;
	uint32_t x = 4711;
	size_t i, j, len;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		for (j = len = 0; j < 4; j++) {
			random_word(&x, words[j], 12);
			len += quote_randomly(&x, words[j], script + len);
			script[len++] = ' ';
		}
		script[len] = '\0';
		shell_start(&s, script, &room, 0, 0);
		if (!shell_next(&s) || s.argc != 4 ||
		    s.note.what != SHELL_PLAIN)
			fail_msg("not plain: %s", script);
		for (j = 0; j < 4; j++)
			if (strcmp(s.argv[j], words[j]) != 0)
				fail_msg("%s: got %s, want %s", script,
				    s.argv[j], words[j]);
	}
}

/* --- beside a real shell ------------------------------------------------ */

/* Words that are plain for the scanner, and some that are not. */
static void
random_line(uint32_t *x, char *out)
{
	static const char *const pieces[] = {
		"a", "b c", " ", " ", "'d e'", "\"f g\"", "\\h", "\\ ", "''",
		"\"\"", "\"\\$i\"", "'$j'", "#k", "l#m", "\\\n", "\\#", "=",
		"n=o", "\"\\\\\"", "'\\'", "\"p'q\"", "'r\"s'", "{}", "@",
		"%", "^", "+", "-", "_", ":", "/", ",", "!", "]", "\t", "\\\\",
		"\"\\\n\"", "$", "1", "}", "\\'", "\"\\t\"",
	};
	uint32_t n = 1 + next_random(x) % 8;
	size_t len = 0;

	for (; n > 0; n--)
		len += (size_t)sprintf(out + len, "%s",
		    pieces[next_random(x) % NELEM(pieces)]);
}

#define LINES	3000

/*
 * Every line with `d' before it, which prints its words, by one run of a
 * shell; what the scanner calls plain must be the same words.
 */
static void
compare_with(const char *shell, uint32_t x)
{
	static char lines[LINES][128];
	static char want[LINES * 256], got[LINES * 256];
	char path[] = "/tmp/test_shell.XXXXXX", command[256];
	size_t n = 0, i, j, plain = 0;
	struct shell_scan s;
	FILE *f;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	assert_non_null(f);
	fputs("d() { for w; do printf '[%s]' \"$w\"; done; echo; }\n", f);
	for (i = 0; i < LINES; i++) {
		strcpy(lines[i], "d ");
		random_line(&x, lines[i] + 2);
		/* A comment ends at a newline: the rest is no word of `d'. */
		shell_start(&s, lines[i], &room, 0, 0);
		if (!shell_next(&s) || shell_next(&s))
			continue;
		shell_start(&s, lines[i], &room, 0, 0);
		if (!shell_next(&s) || s.note.what != SHELL_PLAIN)
			continue;
		fprintf(f, "%s\n", lines[i]);
		for (j = 1; j < s.argc; j++)
			n += (size_t)sprintf(want + n, "[%s]", s.argv[j]);
		n += (size_t)sprintf(want + n, "\n");
		plain++;
	}
	assert_int_equal(fclose(f), 0);
	assert_true(plain > LINES / 2);
	snprintf(command, sizeof(command), "%s %s </dev/null", shell, path);
	f = popen(command, "r");
	assert_non_null(f);
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	pclose(f);
	unlink(path);
	for (i = 0; want[i] == got[i] && want[i] != '\0'; i++)
		continue;
	if (want[i] != got[i])
		fail_msg("%s: got %.40s, want %.40s", shell,
		    got + (i > 20 ? i - 20 : 0), want + (i > 20 ? i - 20 : 0));
}

static void
shells_see_the_same_words(void **state)
{
	(void)state;
	compare_with("sh", 1);
	if (system("bash -c true 2>/dev/null") == 0)
		compare_with("bash", 2);
	if (system("busybox sh -c true 2>/dev/null") == 0)
		compare_with("busybox sh", 3);
	if (system("zsh -c true 2>/dev/null") == 0)
		compare_with("zsh", 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_commands_are_split),
		cmocka_unit_test(redirections_are_found),
		cmocka_unit_test(what_is_not_plain_is_named),
		cmocka_unit_test(limits_are_noted),
		cmocka_unit_test(wrappers_are_opened),
		cmocka_unit_test(the_strictest_part_decides),
		cmocka_unit_test(what_decided_is_told),
		cmocka_unit_test(joining_is_never_weaker),
		cmocka_unit_test(wrapping_is_never_weaker),
		cmocka_unit_test(quoting_changes_nothing),
		cmocka_unit_test(shells_see_the_same_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
