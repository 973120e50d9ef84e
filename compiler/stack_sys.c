/*
 * System calls of a stack, for one architecture: for each call the strictest
 * of what the layers answer, as the kernel has it.  Calls with the same answer
 * from the same lines share a row; where arguments decide, the items that ask
 * for them follow.
 */
#include "compiler/stack.h"

#include <linux/seccomp.h>
#include <string.h>

#include "blob/judge.h"
#include "compiler/sysname.h"

/* What a layer says of a call. */
struct says {
	uint32_t action, rule;	/* where no item with a condition matches */
	unsigned worst;		/* severity that some arguments can get */
	bool is_conditional;
};

/* Calls with one answer. */
struct answer_row {
	uint32_t action;
	bool is_conditional;
	struct stack_by by[STACK_MAX];
	size_t nby;
	const char *names;
	size_t n;
	struct answer_row *next;
};

static void
ask_layer(const struct stack *s, size_t layer, uint32_t nr, struct says *out)
{
	const struct blob *b = s->layers[layer].b;
	struct blob_sysc_head h = { .newer_from = 0 };
	struct blob_sysc_item it;
	uint32_t i;

	(void)blob_sysc_head_get(b, s->arch->audit, &h);
	*out = (struct says){ .action = nr >= h.newer_from ? h.newer :
	    h.action, .rule = nr >= h.newer_from ? h.rule_newer :
	    h.rule_default };
	for (i = 0; i < h.nitems && blob_sysc_item_get(b, s->arch->audit, i,
	    &it) == BLOB_OK; i++) {
		if (nr < it.lo || nr > it.hi)
			continue;
		if (it.natoms == 0) {
			out->action = it.action;
			out->rule = it.rule;
			break;
		}
		/* The same answer whatever the arguments is no condition. */
		out->is_conditional = true;
		if (stack_severity(it.action) > out->worst)
			out->worst = stack_severity(it.action);
	}
	if (stack_severity(out->action) > out->worst)
		out->worst = stack_severity(out->action);
}

/*
 * The strictest; of two as strict that of the last layer, whose program the
 * kernel asks first.  Do arguments change it?
 */
static void
decide(const struct stack *s, uint32_t nr, struct answer_row *out)
{
	struct says say[STACK_MAX];
	unsigned severity = 0;
	size_t i, from = 0;

	*out = (struct answer_row){ .action = SECCOMP_RET_ALLOW };
	for (i = 0; i < s->n; i++) {
		ask_layer(s, i, nr, &say[i]);
		if (stack_severity(say[i].action) >= severity) {
			severity = stack_severity(say[i].action);
			out->action = say[i].action;
			from = i;
		}
	}
	for (i = 0; i < s->n; i++)
		out->is_conditional |= say[i].is_conditional &&
		    (i == from || say[i].worst > severity ||
		    (say[i].worst == severity && i > from));
	for (i = 0; i < s->n; i++)
		if (out->is_conditional ? say[i].is_conditional || i == from :
		    say[i].action == out->action)
			out->by[out->nby++] = (struct stack_by){ .layer = i,
			    .rule = out->is_conditional ? 0 : say[i].rule };
}

static bool
is_same(const struct answer_row *x, const struct answer_row *y)
{
	size_t i;

	if (x->action != y->action || x->is_conditional != y->is_conditional ||
	    x->nby != y->nby)
		return false;
	for (i = 0; i < x->nby; i++)
		if (x->by[i].layer != y->by[i].layer ||
		    x->by[i].rule != y->by[i].rule)
			return false;
	return true;
}

static void
put_call(struct stack *s, struct answer_row **rows, const char *name,
    const struct answer_row *x)
{
	struct answer_row *r, **at = rows;

	while (*at != NULL && !is_same(*at, x))
		at = &(*at)->next;
	if (*at == NULL) {
		*at = arena_alloc(s->a, sizeof(**at));
		**at = *x;
	}
	r = *at;
	r->names = r->n++ == 0 ? name : arena_printf(s->a, "%s, %s",
	    r->names, name);
}

static const char *
status_of(const struct stack *s, uint32_t action)
{
	return (action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ALLOW ?
	    "allowed" : sysc_action_text(s->a, action);
}

static void
put_row(struct stack *s, const struct answer_row *r)
{
	struct stack_row *row = stack_add(s, STACK_SYSCALLS, "syscall",
	    r->n > 1 ? arena_printf(s->a, "{%s}", r->names) : r->names,
	    r->is_conditional ? "by arguments" : status_of(s, r->action),
	    judge_strength_name(JUDGE_HARD));
	size_t i;

	for (i = 0; i < r->nby; i++)
		stack_add_by(s, row, r->by[i].layer, r->by[i].rule);
}

/* `[x86_64, arm] name(...)' is for the architectures that it names. */
static bool
is_of_arch(const struct stack *s, const char **text)
{
	const char *end = strchr(*text, ']'), *at;

	if (**text != '[' || end == NULL)
		return true;
	at = strstr(*text, s->arch->name);
	*text = end + 2;
	return at != NULL && at < end;
}

/* Is there a condition, and do arguments decide on that call at all? */
static bool
counts(const struct stack *s, const char *text)
{
	struct answer_row x;
	const char *end;
	int nr;

	if (!is_of_arch(s, &text))
		return false;
	end = strchr(text, '(');
	if (end == NULL)
		return false;
	nr = sysc_call_number(s->arch->audit, arena_strndup(s->a, text,
	    (size_t)(end - text)));
	/* A list of names, or a group. */
	if (nr < 0)
		return true;
	decide(s, (uint32_t)nr, &x);
	return x.is_conditional;
}

/* What is said of arguments, layer by layer; the first that matches counts. */
static void
put_conditions(struct stack *s)
{
	const struct dump_item *it;
	struct stack_row *row;
	size_t i, k;

	for (i = 0; i < s->n; i++)
		for (k = 0; k < s->layers[i].items.n; k++) {
			it = &s->layers[i].items.v[k];
			if (!counts(s, it->text))
				continue;
			for (row = s->rows; row != NULL; row = row->next)
				if (row->section == STACK_SYSCALLS &&
				    strcmp(row->target, it->text) == 0 &&
				    strcmp(row->status, status_of(s,
				    it->action)) == 0)
					break;
			if (row == NULL)
				row = stack_add(s, STACK_SYSCALLS, "syscall",
				    it->text, status_of(s, it->action),
				    judge_strength_name(JUDGE_HARD));
			row->note = "of that layer; the strictest counts";
			stack_add_by(s, row, i, it->rule);
		}
}

/* Numbers that no name is for. */
static void
put_number(struct stack *s, uint32_t nr, const char *what)
{
	struct answer_row x;

	decide(s, nr, &x);
	x.names = what;
	x.n = 1;
	put_row(s, &x);
}

void
stack_syscalls(struct stack *s)
{
	struct answer_row *rows = NULL, x;
	const struct answer_row *r;
	size_t i;
	int nr;

	if (s->arch == NULL) {
		stack_add(s, STACK_SYSCALLS, "syscall", "all",
		    "no architecture that all layers have", "-");
		return;
	}
	for (i = 0; i < sysname_count(); i++) {
		nr = sysname_number(i, s->arch->audit);
		if (nr < 0)
			continue;
		decide(s, (uint32_t)nr, &x);
		put_call(s, &rows, sysname_at(i), &x);
	}
	for (r = rows; r != NULL; r = r->next)
		put_row(s, r);
	put_conditions(s);
	put_number(s, UINT32_MAX & ~0x40000000u, "newer than the compiler");
}
