/*
 * What an instruction is for follows from the calls that reach it: each call
 * number is led through the program, both ways where an argument decides.
 * The rules behind a return come from the proof.
 */
#include "compiler/dump_bpf.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <string.h>

#include "compiler/arena.h"
#include "compiler/prove.h"
#include "compiler/sim.h"
#include "compiler/sysarg.h"
#include "compiler/sysvalue.h"

#define WORD_NR		0u
#define WORD_ARCH	1u
#define WORD_ARGS	4u
#define NWORDS		16u
#define X32_BIT		0x40000000u
#define MIXED		NWORDS		/* A is not the same on all paths */
#define X32_BIT		0x40000000u
#define MAX_RULES	3		/* shown for a return */
#define WIDTH		78

/* An instruction. */
struct place {
	uint32_t calls, cached;		/* how many reach it */
	uint32_t first;			/* of them */
	uint32_t stamp;			/* call that was last led here */
	uint8_t word;			/* what A holds */
	uint32_t mask;
	uint32_t *rules;		/* of a return */
	size_t nrules, cap_rules;
};

struct listing {
	struct arena *a;
	const struct blob *b;
	const struct sysc_arch *arch;
	FILE *out;
	struct blob_bpf_insn *insns;
	size_t n;
	struct sysc_policy policy;
	struct place *places;
	uint32_t nr;			/* being led, and whether the bitmap */
	bool is_cached;			/* answers it */
};

static bool
is_jump(const struct blob_bpf_insn *x)
{
	return BPF_CLASS(x->code) == BPF_JMP && BPF_OP(x->code) != BPF_JA;
}

/* Which way a jump on the number or the architecture goes. */
static bool
is_taken(const struct listing *d, const struct blob_bpf_insn *x, uint8_t word,
    uint32_t mask)
{
	uint32_t v = (word == WORD_NR ? d->nr : d->arch->audit) & mask;

	switch (BPF_OP(x->code)) {
	case BPF_JEQ:
		return v == x->k;
	case BPF_JGT:
		return v > x->k;
	case BPF_JGE:
		return v >= x->k;
	default:
		return (v & x->k) != 0;
	}
}

static void
arrive(struct listing *d, struct place *p, uint8_t word, uint32_t mask)
{
	if (p->calls == 0) {
		p->first = d->nr;
		p->word = word;
		p->mask = mask;
	}
	if (p->word != word || p->mask != mask)
		p->word = MIXED;
	p->calls++;
	p->cached += d->is_cached;
	p->stamp = d->nr + 1;
}

static void
lead(struct listing *d, size_t pc, uint8_t word, uint32_t mask)
{
	for (; pc < d->n; pc++) {
		const struct blob_bpf_insn *x = &d->insns[pc];

		if (d->places[pc].stamp == d->nr + 1)
			return;
		arrive(d, &d->places[pc], word, mask);
		if (BPF_CLASS(x->code) == BPF_RET)
			return;
		if (BPF_CLASS(x->code) == BPF_LD) {
			word = (uint8_t)(x->k / 4 % NWORDS);
			mask = UINT32_MAX;
		} else if (BPF_CLASS(x->code) == BPF_ALU) {
			mask &= x->k;
		} else if (!is_jump(x)) {
			pc += x->k;
		} else if (word == WORD_NR || word == WORD_ARCH) {
			pc += is_taken(d, x, word, mask) ? x->jt : x->jf;
		} else {
			lead(d, pc + 1 + x->jt, word, mask);
			pc += x->jf;
		}
	}
}

static void
lead_number(struct listing *d, uint32_t nr, bool is_cached)
{
	d->nr = nr;
	d->is_cached = is_cached;
	lead(d, 0, WORD_NR, 0);
}

/*
 * Every number of the table; then one newer, one of x32 and what stands
 * beyond, as arm's own calls do: the bitmap ends with the kernel's table.
 */
static void
lead_all(struct listing *d)
{
	const struct sysc_policy *p = &d->policy;

	for (uint32_t nr = 0; nr < p->newer_from; nr++)
		lead_number(d, nr, sim_is_cached(d->insns, d->n,
		    d->arch->audit, nr));
	lead_number(d, p->newer_from, false);
	for (size_t i = 0; i < p->nitems; i++)
		if (p->items[i].lo > p->newer_from)
			lead_number(d, p->items[i].lo, false);
	lead_number(d, X32_BIT, false);
}

static void
note_rule(void *ctx, uint32_t at, uint32_t rule)
{
	struct listing *d = ctx;
	struct place *p = &d->places[at];

	for (size_t i = 0; i < p->nrules; i++)
		if (p->rules[i] == rule)
			return;
	p->rules = arena_grow(d->a, p->rules, p->nrules, &p->cap_rules,
	    sizeof(*p->rules));
	p->rules[p->nrules++] = rule;
}

static const char *
word_text(struct listing *d, uint32_t word)
{
	static const char *const heads[] = { "nr", "arch", "ip.lo", "ip.hi" };

	if (word < WORD_ARGS)
		return heads[word];
	return arena_printf(d->a, "arg%u.%s", (word - WORD_ARGS) / 2,
	    word % 2 == 0 ? "lo" : "hi");
}

static const char *
instruction_text(struct listing *d, size_t pc)
{
	static const struct { uint8_t op; const char *name; } jumps[] = {
		{ BPF_JEQ, "jeq" }, { BPF_JGT, "jgt" }, { BPF_JGE, "jge" },
		{ BPF_JSET, "jset" } };
	const struct blob_bpf_insn *x = &d->insns[pc];
	const char *k = arena_printf(d->a, x->k < 4096 ? "%u" : "0x%x", x->k);

	switch (x->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return arena_printf(d->a, "ld %s", word_text(d, x->k / 4 %
		    NWORDS));
	case BPF_ALU | BPF_AND | BPF_K:
		return arena_printf(d->a, "and 0x%x", x->k);
	case BPF_JMP | BPF_JA:
		return arena_printf(d->a, "ja %zu", pc + 1 + x->k);
	case BPF_RET | BPF_K:
		return arena_printf(d->a, "ret %s", sysc_action_text(d->a,
		    x->k));
	}
	for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++)
		if (x->code == (BPF_JMP | jumps[i].op | BPF_K))
			return arena_printf(d->a, "%s %s, %zu, %zu",
			    jumps[i].name, k, pc + 1 + x->jt, pc + 1 + x->jf);
	return arena_printf(d->a, "code 0x%x jt %u jf %u k 0x%x", x->code,
	    x->jt, x->jf, x->k);
}

static const char *
call_text(struct listing *d, uint32_t nr)
{
	const char *name = sysc_call_name(d->arch->audit, nr);

	if (nr >= d->policy.newer_from && name == NULL)
		return "newer";
	return name != NULL ? name : arena_printf(d->a, "call %u", nr);
}

/* The call that an argument is of, and others that share the instruction. */
static const char *
calls_text(struct listing *d, const struct place *p)
{
	const char *name = call_text(d, p->first);

	return p->calls == 1 ? name : arena_printf(d->a, "%s and %u more",
	    name, p->calls - 1);
}

static const char *
argument_text(struct listing *d, const struct place *p, uint32_t word)
{
	unsigned arg = (word - WORD_ARGS) / 2;
	const char *call = sysc_call_name(d->arch->audit, p->first);
	struct sysarg info;

	sysarg_at(d->a, call != NULL ? call : "", arg, d->arch->audit, &info);
	return arena_printf(d->a, "%s: %s%s", calls_text(d, p), info.name,
	    word % 2 == 0 ? "" : ", high word");
}

static const char *
argument_test(struct listing *d, const struct place *p,
    const struct blob_bpf_insn *x)
{
	static const char *const ops[] = { [BPF_JEQ >> 4] = "==",
		[BPF_JGT >> 4] = ">", [BPF_JGE >> 4] = ">=",
		[BPF_JSET >> 4] = "&" };
	unsigned arg = (p->word - WORD_ARGS) / 2;
	const char *call = sysc_call_name(d->arch->audit, p->first);
	bool is_named = p->word % 2 == 0 && (BPF_OP(x->code) == BPF_JEQ ||
	    BPF_OP(x->code) == BPF_JSET);
	const char *value = is_named ? sysvalue_text(d->a, call, arg,
	    d->arch->audit, x->k) : arena_printf(d->a, "0x%x", x->k);

	return arena_printf(d->a, "%s%s %s %s", argument_text(d, p, p->word),
	    p->mask != UINT32_MAX ? ", masked," : "",
	    ops[BPF_OP(x->code) >> 4], value);
}

/* Where rule i of a return stands, unless one before stands there too. */
static const char *
rule_text(struct listing *d, const struct place *p, size_t i)
{
	struct blob_rule_info x, y;

	if (p->rules[i] == 0)
		return d->policy.foreign != d->insns[p - d->places].k ?
		    "of every policy" : "of every policy, or foreign";
	if (blob_rule_get(d->b, p->rules[i], &x) != BLOB_OK)
		return NULL;
	for (size_t k = 0; k < i; k++)
		if (blob_rule_get(d->b, p->rules[k], &y) == BLOB_OK &&
		    y.file == x.file && y.line == x.line && y.name == x.name)
			return NULL;
	return arena_printf(d->a, "%s %s:%u", blob_str(d->b, x.name),
	    blob_str(d->b, x.file), x.line);
}

static const char *
rules_text(struct listing *d, const struct place *p)
{
	const char *text = "";
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < p->nrules; i++) {
		const char *one = rule_text(d, p, i);

		if (one == NULL)
			continue;
		if (shown == MAX_RULES)
			more++;
		else
			text = arena_printf(d->a, "%s%s%s", text,
			    shown++ > 0 ? ", " : "", one);
	}
	return more == 0 ? text : arena_printf(d->a, "%s and %zu more", text,
	    more);
}

static const char *
comment_text(struct listing *d, size_t pc)
{
	const struct blob_bpf_insn *x = &d->insns[pc];
	const struct place *p = &d->places[pc];

	if (BPF_CLASS(x->code) == BPF_RET)
		return rules_text(d, p);
	if (BPF_CLASS(x->code) == BPF_LD && x->k / 4 >= WORD_ARGS)
		return argument_text(d, p, x->k / 4 % NWORDS);
	if (!is_jump(x) || p->word == MIXED)
		return "";
	if (p->word == WORD_ARCH)
		return d->arch->name;
	if (p->word != WORD_NR)
		return argument_test(d, p, x);
	return BPF_OP(x->code) == BPF_JSET && x->k == X32_BIT ? "x32" :
	    call_text(d, x->k);
}

static void
dump_line(struct listing *d, size_t pc)
{
	const struct place *p = &d->places[pc];
	bool is_all_cached = p->calls > 0 && p->cached == p->calls;
	const char *index = arena_printf(d->a, "%zu:", pc);
	const char *comment = comment_text(d, pc);

	fprintf(d->out, "%-5s %c %s", index, is_all_cached ? '*' : ' ',
	    arena_printf(d->a, *comment != '\0' ? "%-24s" : "%s",
	    instruction_text(d, pc)));
	fprintf(d->out, *comment != '\0' ? "  %s\n" : "%s\n", comment);
}

/* The calls that never run the program, in lines of `#'. */
static void
dump_cached(struct listing *d)
{
	size_t column = 0;

	for (uint32_t nr = 0; nr < d->policy.newer_from; nr++) {
		const char *name = sysc_call_name(d->arch->audit, nr);

		if (name == NULL || !sim_is_cached(d->insns, d->n,
		    d->arch->audit, nr))
			continue;
		if (column + strlen(name) + 1 > WIDTH) {
			fputc('\n', d->out);
			column = 0;
		}
		if (column == 0)
			column = (size_t)fprintf(d->out, "#  ");
		column += (size_t)fprintf(d->out, " %s", name);
	}
	if (column > 0)
		fputc('\n', d->out);
}

int
dump_bpf(struct arena *a, const struct blob *b, enum blob_kind kind,
    const struct sysc_arch *arch, FILE *out)
{
	struct listing d = { .a = a, .b = b, .arch = arch, .out = out };
	struct prove_options o;
	int r = prove_read_policy(a, b, arch->audit, &d.policy);

	if (r == BLOB_OK)
		r = prove_read_program(a, b, kind, arch->audit, &d.insns,
		    &d.n, &o);
	if (r != BLOB_OK)
		return r;
	d.places = arena_array(a, d.n, sizeof(*d.places));
	o.on_rule = note_rule;
	o.ctx = &d;
	r = prove_program_with(a, &d.policy, &o, d.insns, d.n, NULL, NULL);
	lead_all(&d);
	fprintf(out, "# %s%s: %zu instructions, %s\n", arch->name,
	    kind == BLOB_BPFN ? ", supervised" : "", d.n, r == PROVE_OK ?
	    "proved" : arena_printf(a, "NOT PROVED: %s", prove_strerror(r)));
	fputs("# jumps: value, index if true, index if false; * runs only for "
	    "calls\n# that the kernel's bitmap answers from Linux 5.11 on\n",
	    out);
	for (size_t i = 0; i < d.n; i++)
		dump_line(&d, i);
	fputs("# answered by the bitmap:\n", out);
	dump_cached(&d);
	return BLOB_OK;
}
