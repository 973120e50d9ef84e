/*
 * sim: what a blob's seccomp programs do with given calls, by running them;
 * --prove: that they do what its policy says, for every call there is.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "compiler/prove.h"
#include "compiler/sim.h"
#include "compiler/sysarg.h"
#include "compiler/verb.h"

struct sim {
	struct arena *a;
	struct diag d;
	struct blob b;
	const struct sysc_arch *arch;	/* NULL: not given */
	bool is_json, is_proof, is_notifying;
	/* The program that is run. */
	struct sysc_policy policy;
	struct blob_bpf_insn *insns;
	size_t ninsns;
};

/* What happened to a call. */
struct outcome {
	const char *text;		/* as given */
	struct sysc_query query;
	struct sim_result run;
	uint32_t rule;
	bool is_cached, is_exempt;
};

void
verb_sim_usage(FILE *out)
{
	fputs("usage: codex-policyc sim BLOB [--arch A] [--notify] [--json] "
	    "CALL...\n       codex-policyc sim BLOB [--arch A] --prove\n"
	    "CALL: NAME, NAME(ARG = VALUE, ...), nr=NUMBER, "
	    "nr=NUMBER(argN = VALUE)\n", out);
}

static void
print_json_string(const char *s)
{
	putchar('"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if ((unsigned char)*s < ' ')
			printf("\\u%04x", (unsigned char)*s);
		else
			putchar(*s);
	}
	putchar('"');
}

static void
print_json(struct sim *s, const struct outcome *o)
{
	struct blob_rule_info info;

	printf("{\"call\":");
	print_json_string(o->text);
	printf(",\"arch\":\"%s\",\"nr\":%u,\"args\":[", s->arch->name,
	    o->query.nr);
	for (size_t i = 0; i < 6; i++)
		printf("%s%llu", i > 0 ? "," : "",
		    (unsigned long long)o->query.args[i]);
	printf("],\"action\":\"%s\",\"rule\":", sysc_action_text(s->a,
	    o->run.action));
	if (blob_rule_get(&s->b, o->rule, &info) == BLOB_OK) {
		printf("{\"id\":");
		print_json_string(blob_str(&s->b, info.name));
		printf(",\"src\":");
		print_json_string(arena_printf(s->a, "%s:%u",
		    blob_str(&s->b, info.file), info.line));
		putchar('}');
	} else {
		printf("null");
	}
	printf(",\"instructions\":%u,\"return\":%u,\"bitmap\":%s,"
	    "\"exempt\":%s}\n", o->run.executed, o->run.at,
	    o->is_cached ? "true" : "false", o->is_exempt ? "true" : "false");
}

static void
print_text(struct sim *s, const struct outcome *o)
{
	struct blob_rule_info info;

	printf("%s: %s", o->text, sysc_action_text(s->a, o->run.action));
	if (blob_rule_get(&s->b, o->rule, &info) == BLOB_OK)
		printf("  [%s, %s:%u]", blob_str(&s->b, info.name),
		    blob_str(&s->b, info.file), info.line);
	else
		printf("  [no rule of the profile]");
	printf("  %u instructions%s\n", o->run.executed,
	    o->is_cached ? ", none with the bitmap" : "");
	if (o->is_exempt)
		printf("%s: Linux 6.14 and later let this call pass, whatever "
		    "a filter says\n", o->text);
}

/* Run one call.  Returns the exit status. */
static int
run_call(struct sim *s, const char *text)
{
	struct loc loc = { source_text(s->a, "call", text, strlen(text)), 1,
	    1, 1 };
	struct outcome o = { .text = text };
	struct seccomp_data data = { .arch = s->arch->audit };
	uint32_t wanted;

	if (sysc_query_parse(s->a, &s->d, text, loc, s->arch, &o.query) == -1)
		return VERB_USAGE;
	data.nr = (int)o.query.nr;
	for (size_t i = 0; i < 6; i++)
		data.args[i] = o.query.args[i];
	if (sim_run(s->insns, s->ninsns, &data, &o.run) != 0) {
		fprintf(stderr, "codex-policyc: %s: the program is broken at "
		    "instruction %u\n", text, o.run.at);
		return VERB_REFUSED;
	}
	wanted = sysc_eval(&s->policy, o.query.nr, o.query.args, &o.rule);
	o.is_cached = sim_is_cached(s->insns, s->ninsns, s->arch->audit,
	    o.query.nr);
	o.is_exempt = sim_is_exempt(s->arch->audit, o.query.nr);
	if (s->is_json)
		print_json(s, &o);
	else
		print_text(s, &o);
	/* BPFN differs on purpose; --prove knows how. */
	if (s->is_notifying || wanted == o.run.action)
		return VERB_OK;
	fflush(stdout);
	fprintf(stderr, "codex-policyc: %s: the policy says %s; see --prove\n",
	    text, sysc_action_text(s->a, wanted));
	return VERB_REFUSED;
}

static int
run_calls(struct sim *s, const char *file, char **calls, int n)
{
	struct prove_options unused;
	int r = VERB_OK, e;

	if (prove_read_policy(s->a, &s->b, s->arch->audit, &s->policy) !=
	    BLOB_OK || prove_read_program(s->a, &s->b, s->is_notifying ?
	    BLOB_BPFN : BLOB_BPF0, s->arch->audit, &s->insns, &s->ninsns,
	    &unused) != BLOB_OK)
		die("%s: no %sprogram for %s", file, s->is_notifying ?
		    "notifying " : "", s->arch->name);
	for (int i = 0; i < n; i++) {
		e = run_call(s, calls[i]);
		if (e > r)
			r = e;
	}
	return r;
}

/* --- proofs ------------------------------------------------------------- */

/* `socket(domain = 2, type = 1)': arguments that are not zero. */
static const char *
call_text(struct sim *s, const struct seccomp_data *call)
{
	const char *name = sysc_call_name(call->arch, (uint32_t)call->nr);
	const char *text, *sep = "(";
	struct sysarg arg;

	text = name != NULL ? name : arena_printf(s->a, "nr=%u",
	    (uint32_t)call->nr);
	for (unsigned i = 0; i < 6; i++) {
		if (call->args[i] == 0)
			continue;
		sysarg_at(s->a, name != NULL ? name : "", i, call->arch, &arg);
		text = arena_printf(s->a, "%s%s%s = 0x%llx", text, sep,
		    arg.name, (unsigned long long)call->args[i]);
		sep = ", ";
	}
	return *sep == ',' ? arena_printf(s->a, "%s)", text) : text;
}

static void
print_witness(struct sim *s, const struct sysc_arch *arch, int err,
    const struct prove_witness *w)
{
	if (err == PROVE_ERR_ACTION && w->call.arch != arch->audit)
		printf("  a call of architecture 0x%x, nr %u: wanted %s, got "
		    "%s, at instruction %u\n", w->call.arch,
		    (uint32_t)w->call.nr, sysc_action_text(s->a, w->want),
		    sysc_action_text(s->a, w->got), w->at);
	else if (err == PROVE_ERR_ACTION)
		printf("  %s: wanted %s, got %s, at instruction %u\n",
		    call_text(s, &w->call), sysc_action_text(s->a, w->want),
		    sysc_action_text(s->a, w->got), w->at);
	else if (err == PROVE_ERR_CACHE)
		printf("  %s, at instruction %u\n", call_text(s, &w->call),
		    w->at);
	else if (err < 0 && err > PROVE_BLOB)
		printf("  at instruction %u\n", w->at);
}

/* Prove one program.  Returns the exit status. */
static int
prove_one(struct sim *s, const struct sysc_arch *arch, enum blob_kind kind)
{
	const char *what = kind == BLOB_BPFN ? ", supervised" : "";
	struct blob_bpf_insn *insns;
	struct prove_options unused;
	struct prove_witness w;
	struct prove_effort e;
	size_t n;
	int r = prove_blob(s->a, &s->b, kind, arch->audit, &w, &e);

	if (r == PROVE_OK && prove_read_program(s->a, &s->b, kind,
	    arch->audit, &insns, &n, &unused) == BLOB_OK) {
		printf("%s%s: proved, %zu paths, %zu regions, %zu "
		    "instructions, at most %u a call\n", arch->name, what,
		    e.paths, e.regions, n, sim_longest(s->a, insns, n));
		return VERB_OK;
	}
	printf("%s%s: not proved: %s\n", arch->name, what, prove_strerror(r));
	print_witness(s, arch, r, &w);
	return VERB_REFUSED;
}

static bool
has_section(const struct sim *s, enum blob_kind kind,
    const struct sysc_arch *arch)
{
	struct blob_span unused;

	return blob_section(&s->b, kind, arch->audit, &unused) == BLOB_OK;
}

static int
prove_all(struct sim *s, const char *file)
{
	static const enum blob_kind programs[] = { BLOB_BPF0, BLOB_BPFN };
	const struct sysc_arch *arch;
	unsigned found = 0;
	int r = VERB_OK;

	for (size_t i = 0; (arch = sysc_arch_at(i)) != NULL; i++) {
		if ((s->arch != NULL && s->arch != arch) ||
		    (!has_section(s, BLOB_SYSC, arch) &&
		    !has_section(s, BLOB_BPF0, arch) &&
		    !has_section(s, BLOB_BPFN, arch)))
			continue;
		found++;
		for (size_t k = 0; k < 2; k++)
			if (prove_one(s, arch, programs[k]) != VERB_OK)
				r = VERB_REFUSED;
	}
	if (found == 0) {
		fprintf(stderr, "codex-policyc: %s: nothing to prove\n", file);
		return VERB_REFUSED;
	}
	return r;
}

/* --- options ------------------------------------------------------------ */

static int
parse_options(struct sim *s, int argc, char **argv)
{
	static const struct option options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "notify", no_argument, NULL, 'n' },
		{ "prove", no_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 'a':
			s->arch = sysc_arch_by_name(optarg);
			if (s->arch == NULL)
				die("unknown architecture \"%s\"; there are "
				    "x86_64, aarch64, riscv64, i386 and arm",
				    optarg);
			break;
		case 'j': s->is_json = true; break;
		case 'n': s->is_notifying = true; break;
		case 'p': s->is_proof = true; break;
		default: return -1;
		}
	return 0;
}

/* Returns VERB_OK, or VERB_REFUSED after a message. */
static int
open_blob(struct sim *s, const char *path)
{
	const struct source *src;
	int r = source_load(s->a, path, path, &src);

	if (r != SOURCE_OK)
		die("%s: %s", path, r == SOURCE_ERR_OPEN ? strerror(errno) :
		    source_strerror(r));
	r = blob_open(&s->b, src->text, src->len);
	if (r == BLOB_OK)
		r = blob_check_digest(&s->b);
	if (r == BLOB_OK)
		return VERB_OK;
	fprintf(stderr, "codex-policyc: %s: %s\n", path, blob_strerror(r));
	return VERB_REFUSED;
}

static const struct sysc_arch *
first_arch(const struct sim *s)
{
	const struct sysc_arch *arch = NULL;

	for (size_t i = 0; (arch = sysc_arch_at(i)) != NULL; i++)
		if (has_section(s, BLOB_BPF0, arch))
			break;
	return arch;
}

int
verb_sim(int argc, char **argv)
{
	struct sim s = { .arch = NULL };
	const char *file;
	int r;

	if (parse_options(&s, argc, argv) == -1 || optind == argc ||
	    s.is_proof == (optind + 1 < argc) ||
	    (s.is_proof && (s.is_json || s.is_notifying)))
		return VERB_SYNTAX;
	file = argv[optind];
	s.a = arena_new(0, die_full);
	diag_init(&s.d, stderr);
	r = open_blob(&s, file);
	if (r == VERB_OK && s.is_proof) {
		r = prove_all(&s, file);
	} else if (r == VERB_OK) {
		if (s.arch == NULL)
			s.arch = first_arch(&s);
		if (s.arch == NULL)
			die("%s: no program for any architecture", file);
		r = run_calls(&s, file, argv + optind + 1, argc - optind - 1);
	}
	arena_free(s.a);
	return r;
}
