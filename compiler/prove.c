/*
 * The checker: the kernel's rules, every path, the allow bitmap, dead code.
 */
#include "compiler/prove.h"

#include <linux/filter.h>
#include <stddef.h>
#include <string.h>

#include "compiler/arena.h"
#include "compiler/prove_impl.h"

#define MAX_PATHS	1000000u
#define MAX_REGIONS	20000000u
#define FIRST_PIECES	(1u << 12)	/* most proofs need some hundred */
#define MAX_PIECES	(1u << 20)

enum { REACHED = 1, TAKEN = 2, NOT_TAKEN = 4 };

/* Copies of sets of call numbers, as one list. */
struct numbers {
	struct vpiece *pieces;
	size_t n, cap;
	uint32_t at;		/* the return of the first */
};

struct walk {
	struct arena *a;
	const struct sysc_policy *p;
	const struct prove_options *o;
	const struct blob_bpf_insn *insns;
	size_t n;
	uint8_t *seen;		/* for each instruction */
	struct vstack st;
	struct region g;
	/* A is this word under this mask; at first the mask is 0. */
	size_t a_word;
	uint32_t a_mask;
	bool is_const;		/* nothing but nr and arch was loaded */
	struct numbers missed;	/* allowed after loading an argument */
	struct numbers limited;	/* not always allowed */
	struct judge judge;
	struct prove_witness *w;
	struct prove_effort *e;
};

const char *
prove_strerror(int err)
{
	switch (err) {
	case PROVE_OK:
		return "no error";
	case PROVE_ERR_LENGTH:
		return "the program is empty or too long";
	case PROVE_ERR_OPCODE:
		return "unexpected instruction";
	case PROVE_ERR_OFFSET:
		return "load of what is not a word of the call";
	case PROVE_ERR_JUMP:
		return "the program leaves itself";
	case PROVE_ERR_ACTION:
		return "the program and the policy differ";
	case PROVE_ERR_CACHE:
		return "the kernel's bitmap misses an allowed call";
	case PROVE_ERR_DEAD:
		return "an instruction or a branch is never taken";
	case PROVE_ERR_POLICY:
		return "the policy is malformed";
	case PROVE_ERR_EFFORT:
		return "too many paths to prove";
	}
	return err < PROVE_BLOB ? blob_strerror(err - PROVE_BLOB) :
	    "unknown error";
}

static bool
is_conditional(uint16_t code)
{
	return code == (BPF_JMP | BPF_JEQ | BPF_K) ||
	    code == (BPF_JMP | BPF_JGT | BPF_K) ||
	    code == (BPF_JMP | BPF_JGE | BPF_K) ||
	    code == (BPF_JMP | BPF_JSET | BPF_K);
}

/*
 * What bpf_check_classic() and seccomp_check_filter() demand, of the
 * instructions that keep the bitmap: nothing else is accepted.
 */
static int
check_insn(const struct blob_bpf_insn *x, size_t left)
{
	if (is_conditional(x->code))
		return x->jt < left && x->jf < left ? PROVE_OK :
		    PROVE_ERR_JUMP;
	switch (x->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		if (x->k % 4 != 0 || x->k >= sizeof(struct seccomp_data))
			return PROVE_ERR_OFFSET;
		return left > 0 ? PROVE_OK : PROVE_ERR_JUMP;
	case BPF_ALU | BPF_AND | BPF_K:
		return left > 0 ? PROVE_OK : PROVE_ERR_JUMP;
	case BPF_JMP | BPF_JA:
		return x->k < left ? PROVE_OK : PROVE_ERR_JUMP;
	case BPF_RET | BPF_K:
		return PROVE_OK;
	}
	return PROVE_ERR_OPCODE;
}

static int
check_shape(struct walk *v)
{
	if (v->n == 0 || v->n > BPF_MAXINSNS)
		return PROVE_ERR_LENGTH;
	for (size_t i = 0; i < v->n; i++) {
		int r = check_insn(&v->insns[i], v->n - i - 1);

		if (r != PROVE_OK) {
			v->w->at = (uint32_t)i;
			return r;
		}
	}
	return PROVE_OK;
}

static int
check_policy(const struct sysc_policy *p)
{
	for (size_t i = 0; i < p->nitems; i++) {
		const struct sysc_item *x = &p->items[i];

		if (x->lo > x->hi || x->atom > p->natoms ||
		    x->natoms > p->natoms - x->atom)
			return PROVE_ERR_POLICY;
	}
	for (size_t i = 0; i < p->natoms; i++) {
		const struct sysc_atom *x = &p->atoms[i];

		if (x->arg > 5 || x->op >= BLOB_NSYSOPS ||
		    (x->flags & ~SYSC_ALL_FLAGS) != 0)
			return PROVE_ERR_POLICY;
	}
	return PROVE_OK;
}

static void
remember(struct walk *v, struct numbers *l, uint32_t at)
{
	const struct vset *nr = &v->g.words[PROVE_NR];

	if (l->n == 0)
		l->at = at;
	for (size_t i = 0; i < nr->n; i++) {
		l->pieces = arena_grow(v->a, l->pieces, l->n, &l->cap,
		    sizeof(*l->pieces));
		l->pieces[l->n++] = nr->pieces[i];
	}
}

static bool
can_be_ours(const struct walk *v)
{
	const struct vset *arch = &v->g.words[PROVE_ARCH];

	/* The kernel fills a bitmap for the calls of this table only. */
	for (size_t i = 0; i < arch->n; i++) {
		const struct vpiece *x = &arch->pieces[i];

		if (x->lo <= v->p->arch && v->p->arch <= x->hi &&
		    (v->p->arch & x->mask) == x->bits)
			return true;
	}
	return false;
}

static int
at_return(struct walk *v, size_t pc)
{
	uint32_t action = v->insns[pc].k;
	int r;

	if (++v->e->paths > MAX_PATHS)
		return PROVE_ERR_EFFORT;
	if (can_be_ours(v)) {
		if (action != SECCOMP_RET_ALLOW)
			remember(v, &v->limited, (uint32_t)pc);
		else if (!v->is_const)
			remember(v, &v->missed, (uint32_t)pc);
	}
	v->judge.got = action;
	v->judge.at = (uint32_t)pc;
	r = judge_region(&v->judge);
	if (r == PROVE_ERR_ACTION)
		v->w->at = (uint32_t)pc;
	return r;
}

static struct vcond
condition_of(const struct walk *v, const struct blob_bpf_insn *x)
{
	struct vcond c = { VSET_GE, v->a_mask, x->k, false };

	switch (BPF_OP(x->code)) {
	case BPF_JEQ:
		c.test = VSET_EQ;
		break;
	case BPF_JSET:
		c = (struct vcond){ VSET_ANY_BIT, v->a_mask & x->k, 0, false };
		break;
	case BPF_JGT:
		c.value++;
		/* Nothing is greater than the greatest: no bit is set. */
		if (c.value == 0)
			c = (struct vcond){ VSET_ANY_BIT, 0, 0, false };
		break;
	}
	return c;
}

static int walk(struct walk *v, size_t pc);

/* One way out of a conditional jump. */
static int
branch(struct walk *v, size_t pc, struct vcond c, size_t to, uint8_t edge)
{
	struct vset *s = &v->g.words[v->a_word], saved = *s;
	size_t mark = v->st.n;
	int r = PROVE_OK;

	*s = vset_where(&v->st, saved, c);
	if (v->st.is_full)
		return PROVE_ERR_EFFORT;
	if (s->n > 0) {
		v->seen[pc] |= edge;
		r = walk(v, to);
	}
	*s = saved;
	v->st.n = mark;
	return r;
}

static int
both_ways(struct walk *v, size_t pc)
{
	const struct blob_bpf_insn *x = &v->insns[pc];
	struct vcond c = condition_of(v, x);
	int r = branch(v, pc, c, pc + 1 + x->jt, TAKEN);

	if (r != PROVE_OK)
		return r;
	c.is_negated = true;
	return branch(v, pc, c, pc + 1 + x->jf, NOT_TAKEN);
}

static void
load(struct walk *v, uint32_t off)
{
	v->a_word = off / 4;
	v->a_mask = UINT32_MAX;
	if (v->a_word != PROVE_NR && v->a_word != PROVE_ARCH)
		v->is_const = false;
}

/* All paths from pc on; A and is_const are restored. */
static int
walk(struct walk *v, size_t pc)
{
	size_t a_word = v->a_word;
	uint32_t a_mask = v->a_mask;
	bool was_const = v->is_const;
	int r;

	for (;; pc++) {
		const struct blob_bpf_insn *x = &v->insns[pc];

		v->seen[pc] |= REACHED;
		if (x->code == (BPF_LD | BPF_W | BPF_ABS))
			load(v, x->k);
		else if (x->code == (BPF_ALU | BPF_AND | BPF_K))
			v->a_mask &= x->k;
		else if (x->code == (BPF_JMP | BPF_JA))
			pc += x->k;
		else
			break;
	}
	if (v->insns[pc].code == (BPF_RET | BPF_K))
		r = at_return(v, pc);
	else
		r = both_ways(v, pc);
	v->a_word = a_word;
	v->a_mask = a_mask;
	v->is_const = was_const;
	return r;
}

static struct vset
minus(struct vstack *st, struct vset s, const struct vpiece *x)
{
	struct vcond from = { VSET_GE, UINT32_MAX, x->lo, false };
	struct vcond above = { VSET_GE, UINT32_MAX, x->hi + 1, false };
	struct vset within = vset_where(st, s, from);
	size_t mark;

	if (x->hi != UINT32_MAX) {
		above.is_negated = true;
		within = vset_where(st, within, above);
		above.is_negated = false;
	}
	mark = st->n;
	vset_where(st, within, (struct vcond){ VSET_EQ, x->mask, x->bits,
	    true });
	from.is_negated = true;
	vset_where(st, s, from);
	if (x->hi != UINT32_MAX)
		vset_where(st, s, above);
	return (struct vset){ st->pieces + mark, st->n - mark };
}

/*
 * A call that some path allows after loading an argument must have a path
 * that does not allow it; else it is allowed always, and the bitmap should
 * have it.
 */
static int
check_cache(struct walk *v)
{
	for (size_t i = 0; i < v->missed.n; i++) {
		struct vset s = { &v->missed.pieces[i], 1 };

		v->st.n = 0;
		for (size_t k = 0; s.n > 0 && k < v->limited.n; k++)
			s = minus(&v->st, s, &v->limited.pieces[k]);
		if (v->st.is_full)
			return PROVE_ERR_EFFORT;
		if (s.n > 0) {
			v->w->at = v->missed.at;
			v->w->call.arch = v->p->arch;
			v->w->call.nr = (int)vset_least(s);
			return PROVE_ERR_CACHE;
		}
	}
	return PROVE_OK;
}

static int
check_dead(struct walk *v)
{
	for (size_t i = 0; i < v->n; i++) {
		uint8_t want = is_conditional(v->insns[i].code) ?
		    REACHED | TAKEN | NOT_TAKEN : REACHED;

		if (v->seen[i] != want) {
			v->w->at = (uint32_t)i;
			return PROVE_ERR_DEAD;
		}
	}
	return PROVE_OK;
}

static void
begin(struct walk *v, size_t pieces)
{
	v->seen = arena_array(v->a, v->n, sizeof(*v->seen));
	v->st.cap = pieces;
	v->st.pieces = arena_array(v->a, v->st.cap, sizeof(*v->st.pieces));
	for (size_t i = 0; i < PROVE_NWORDS; i++)
		v->g.words[i] = vset_all(&v->st);
	v->is_const = true;
	v->judge = (struct judge){ .p = v->p, .st = &v->st, .g = &v->g,
		.max_regions = MAX_REGIONS, .w = v->w, .o = v->o };
	if (v->o->is_notifying)
		v->judge.nasked = sysnotify_calls(v->p->arch, v->o->notify,
		    v->judge.asked);
	*v->w = (struct prove_witness){ 0 };
	*v->e = (struct prove_effort){ 0 };
}

/* *is_full: it might be decided with more pieces. */
static int
attempt(struct walk v, size_t pieces, bool *is_full)
{
	int r;

	begin(&v, pieces);
	r = walk(&v, 0);
	v.e->regions = v.judge.regions;
	if (r == PROVE_OK)
		r = check_cache(&v);
	*is_full = v.st.is_full;
	return r == PROVE_OK ? check_dead(&v) : r;
}

int
prove_program_with(struct arena *a, const struct sysc_policy *p,
    const struct prove_options *o, const struct blob_bpf_insn *insns,
    size_t n, struct prove_witness *w, struct prove_effort *e)
{
	static const struct prove_options no_options;
	struct prove_witness no_witness;
	struct prove_effort no_effort;
	struct walk v = { .a = a, .p = p, .insns = insns, .n = n,
		.o = o != NULL ? o : &no_options,
		.w = w != NULL ? w : &no_witness,
		.e = e != NULL ? e : &no_effort };
	size_t pieces = FIRST_PIECES;
	bool is_full = false;
	int r = check_policy(p);

	*v.w = (struct prove_witness){ 0 };
	*v.e = (struct prove_effort){ 0 };
	if (r == PROVE_OK)
		r = check_shape(&v);
	if (r != PROVE_OK)
		return r;
	for (r = attempt(v, pieces, &is_full); is_full && pieces < MAX_PIECES;
	    r = attempt(v, pieces, &is_full))
		pieces *= 16;
	return is_full ? PROVE_ERR_EFFORT : r;
}

int
prove_program(struct arena *a, const struct sysc_policy *p,
    const struct blob_bpf_insn *insns, size_t n, struct prove_witness *w,
    struct prove_effort *e)
{
	return prove_program_with(a, p, NULL, insns, n, w, e);
}
