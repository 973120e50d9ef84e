/* Rows of a stack, and what all sections share: see stack.h. */
#include "compiler/stack.h"

#include <linux/seccomp.h>
#include <string.h>

#include "blob/format.h"

struct stack_row *
stack_add(struct stack *s, enum stack_section section, const char *what,
    const char *target, const char *status, const char *strength)
{
	struct stack_row *row = arena_alloc(s->a, sizeof(*row));

	*row = (struct stack_row){ .section = section, .what = what,
	    .target = target, .status = status, .strength = strength };
	row->by_end = &row->by;
	*s->end = row;
	s->end = &row->next;
	return row;
}

void
stack_add_by(const struct stack *s, struct stack_row *row, size_t layer,
    uint32_t rule)
{
	struct stack_by *by;

	for (by = row->by; by != NULL; by = by->next)
		if (by->layer == layer && by->rule == rule)
			return;
	by = arena_alloc(s->a, sizeof(*by));
	*by = (struct stack_by){ .layer = layer, .rule = rule };
	*row->by_end = by;
	row->by_end = &by->next;
}

static bool
is_var(char c)
{
	return (unsigned char)c >= BLOB_VAR_BASE &&
	    (unsigned char)c < BLOB_VAR_BASE + BLOB_NVARS;
}

/* Does s, which goes on where another template ends, go on below it? */
static bool
goes_below(const char *s)
{
	return *s == '/';
}

enum stack_relation
stack_relate(const char *x, const char *y)
{
	size_t i = 0;

	if (strcmp(x, y) == 0)
		return STACK_SAME;
	if (strcmp(y, "/") == 0)
		return STACK_WITHIN;
	if (strcmp(x, "/") == 0)
		return STACK_AROUND;
	while (x[i] != '\0' && x[i] == y[i])
		i++;
	if (y[i] == '\0' && goes_below(x + i))
		return STACK_WITHIN;
	if (x[i] == '\0' && goes_below(y + i))
		return STACK_AROUND;
	/* A variable could end, or begin, with whatever the other one has. */
	return is_var(x[i]) || is_var(y[i]) ? STACK_UNKNOWN : STACK_APART;
}

unsigned
stack_severity(uint32_t action)
{
	static const uint32_t order[] = {
		SECCOMP_RET_ALLOW, SECCOMP_RET_LOG, SECCOMP_RET_TRACE,
		SECCOMP_RET_USER_NOTIF, SECCOMP_RET_ERRNO, SECCOMP_RET_TRAP,
		SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS,
	};
	unsigned i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (order[i] == (action & SECCOMP_RET_ACTION_FULL))
			return i;
	return i;
}

bool
stack_replaces(const char *name, const char *old)
{
	return strcmp(name, "CODEX_SANDBOX_NETWORK_DISABLED") != 0 ||
	    strcmp(old, "1") != 0;
}

/* The first architecture that every layer has programs for. */
static const struct sysc_arch *
find_arch(const struct stack *s)
{
	const struct sysc_arch *arch;
	struct blob_sysc_head h;
	size_t i, k;

	for (i = 0; (arch = sysc_arch_at(i)) != NULL; i++) {
		for (k = 0; k < s->n && blob_sysc_head_get(s->layers[k].b,
		    arch->audit, &h) == BLOB_OK; k++)
			continue;
		if (k == s->n)
			break;
	}
	return arch;
}

int
stack_build(struct stack *s)
{
	size_t i;
	int r;

	s->end = &s->rows;
	for (i = 0; i < s->n; i++) {
		r = blob_meta_get(s->layers[i].b, &s->meta[i]);
		if (r != BLOB_OK)
			return r;
	}
	if (s->arch == NULL)
		s->arch = find_arch(s);
	stack_files(s);
	stack_network(s);
	stack_syscalls(s);
	stack_exec(s);
	stack_environment(s);
	stack_limits(s);
	stack_process(s);
	return BLOB_OK;
}
