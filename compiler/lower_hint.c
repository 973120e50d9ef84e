/*
 * What the programs are to be fast for: `syscalls.hot', `target_kernel', and
 * the options that say the same.
 */
#include "compiler/lower.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/frequency.h"
#include "compiler/sysname.h"

#define DEFAULT_WEIGHT	1u
#define MAX_VERSION	255u

/* A name that two lists give has the greater weight. */
static void
hot_add(struct lower *l, const char *name, uint32_t weight)
{
	struct ir *ir = l->ir;

	for (size_t i = 0; i < ir->nhot; i++)
		if (strcmp(ir->hot[i].name, name) == 0) {
			if (ir->hot[i].weight < weight)
				ir->hot[i].weight = weight;
			return;
		}
	ir->hot = arena_grow(l->a, ir->hot, ir->nhot, &ir->cap_hot,
	    sizeof(*ir->hot));
	ir->hot[ir->nhot++] = (struct ir_hot){ name, weight };
}

static const char *
near_call(struct lower *l, const char *name)
{
	struct near near = { .word = name };

	for (size_t i = 0; sysname_at(i) != NULL; i++)
		near_try(&near, sysname_at(i));
	return near_hint(l->a, &near);
}

/* `read', or `read=120'. */
static void
lower_hot(struct lower *l, const struct node *n)
{
	size_t len = strcspn(n->text, "=");
	const char *name = arena_strndup(l->a, n->text, len), *number;
	uint32_t weight = DEFAULT_WEIGHT;
	char *end;
	unsigned long v;

	if (n->text[len] == '=') {
		number = n->text + len + 1;
		errno = 0;
		v = strtoul(number, &end, 10);
		if (*number < '0' || *number > '9' || *end != '\0' ||
		    errno != 0 || v < 1 || v > UINT32_MAX) {
			diag_error(l->d, n->loc, "\"hot\" takes CALL or "
			    "CALL=WEIGHT with a weight from 1 to %u, found "
			    "%s", UINT32_MAX, diag_quote(l->a, n->text));
			return;
		}
		weight = (uint32_t)v;
	}
	if (sysname_find(name) == -1)
		diag_error(l->d, n->loc, "unknown system call %s%s",
		    diag_quote(l->a, name), near_call(l, name));
	else
		hot_add(l, name, weight);
}

/* strace may know calls that we do not: a hint that is lost is no error. */
static void
lower_frequency(struct lower *l, const char *path)
{
	struct frequencies f = { .n = 0 };
	const struct source *src;
	int r = source_load(l->a, path, path, &src);

	if (r != SOURCE_OK) {
		diag_error(l->d, (struct loc){ .src = NULL },
		    "frequencies %s %s%s%s", diag_quote(l->a, path),
		    source_strerror(r), r == SOURCE_ERR_OPEN ? ": " : "",
		    r == SOURCE_ERR_OPEN ? strerror(errno) : "");
		return;
	}
	if (l->on_file != NULL)
		l->on_file(l->ctx, path);
	if (frequency_read(l->a, l->d, src, &f) == -1)
		return;
	for (size_t i = 0; i < f.n; i++)
		if (sysname_find(f.v[i].name) == -1)
			diag_warning(l->d, "frequency", f.v[i].loc,
			    "unknown system call %s%s",
			    diag_quote(l->a, f.v[i].name),
			    near_call(l, f.v[i].name));
		else
			hot_add(l, f.v[i].name, f.v[i].calls);
}

static bool
read_part(const char **p, uint32_t *out)
{
	*out = 0;
	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; ++*p)
		if ((*out = *out * 10 + (uint32_t)(**p - '0')) > MAX_VERSION)
			return false;
	return true;
}

bool
lower_kernel_parse(const char *p, uint32_t *version)
{
	uint32_t major = 0, minor = 0;

	if (!read_part(&p, &major) || *p++ != '.' || !read_part(&p, &minor) ||
	    *p != '\0' || major == 0)
		return false;
	*version = major << 16 | minor;
	return true;
}

static void
lower_kernel(struct lower *l, const char *text, struct loc loc)
{
	if (!lower_kernel_parse(text, &l->ir->target_kernel))
		diag_error(l->d, loc, "a kernel version is X.Y, such as 5.10, "
		    "found %s", diag_quote(l->a, text));
}

static int
by_name(const void *x, const void *y)
{
	const struct ir_hot *a = x, *b = y;

	return strcmp(a->name, b->name);
}

void
lower_hints(struct lower *l, const struct node *syscalls)
{
	const struct node *kernel = node_get(syscalls, "target_kernel");
	const struct node *n = node_get(syscalls, "hot");

	for (n = n != NULL ? n->first : NULL; n != NULL; n = n->next)
		lower_hot(l, n);
	for (size_t i = 0; l->frequencies != NULL &&
	    l->frequencies[i] != NULL; i++)
		lower_frequency(l, l->frequencies[i]);
	if (l->target_kernel != NULL)
		lower_kernel(l, l->target_kernel,
		    (struct loc){ .src = NULL });
	else if (kernel != NULL)
		lower_kernel(l, kernel->text, kernel->loc);
	if (l->ir->nhot > BLOB_MAX_HINTS)
		diag_error(l->d, (struct loc){ .src = NULL }, "more than %d "
		    "hot calls", BLOB_MAX_HINTS);
	if (l->ir->nhot > 1)
		qsort(l->ir->hot, l->ir->nhot, sizeof(*l->ir->hot), by_name);
}
