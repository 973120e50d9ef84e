/*
 * Paths of a stack: of the roots, what lies in one of every layer; of what is
 * protected or denied, all.  Which of two roots is the deeper one depends on
 * variables now and then: then a row has both.
 */
#include "compiler/stack.h"

#include <string.h>

#include "blob/judge.h"
#include "compiler/expand.h"

#define MAX_REGIONS	4096

/* What lies in all of these paths. */
struct region {
	const char *path[STACK_MAX];	/* templates */
	bool is_optional[STACK_MAX];
	size_t npaths;
	bool is_device;			/* some layer lists it among devices */
	struct stack_by *by;
	struct region *next;
};

struct regions {
	struct region *first;
	size_t n;
};

/* --- one layer's roots -------------------------------------------------- */

struct root {
	const char *path;
	uint32_t rule;
	bool is_optional, is_device;
};

/* Entry i's path as a root of that right; false: it is none. */
static bool
root_of(const struct dump *d, uint32_t i, unsigned right, struct root *out)
{
	struct blob_fs e;

	if (blob_fs_get(d->b, i, &e) != BLOB_OK)
		return false;
	*out = (struct root){ .path = blob_str(d->b, e.path),
	    .is_optional = e.flags & FS_OPTIONAL };
	if (!(e.rights & right)) {
		/* A device may also lie below what can be written. */
		if (right != FS_DEVICE || !(e.rights & FS_WRITE))
			out->path = NULL;
		out->rule = dump_right_rule(&e, FS_WRITE);
		return true;
	}
	out->rule = dump_right_rule(&e, right);
	out->is_device = right == FS_DEVICE;
	if (right != FS_DEVICE && e.rights & FS_DEVICE &&
	    dump_is_device_rule(d, out->rule))
		out->path = NULL;
	return true;
}

/* --- what two have in common -------------------------------------------- */

static void
put_by(struct stack *s, struct region *r, size_t layer, uint32_t rule)
{
	struct stack_by *by = arena_alloc(s->a, sizeof(*by)), **at = &r->by;

	while (*at != NULL)
		at = &(*at)->next;
	*by = (struct stack_by){ .layer = layer, .rule = rule };
	*at = by;
}

static struct region *
copy_region(struct stack *s, const struct region *r)
{
	struct region *out = arena_alloc(s->a, sizeof(*out));
	const struct stack_by *by;

	*out = *r;
	out->next = NULL;
	out->by = NULL;
	for (by = r->by; by != NULL; by = by->next)
		put_by(s, out, by->layer, by->rule);
	return out;
}

static void
drop_path(struct region *r, size_t i)
{
	for (r->npaths--; i < r->npaths; i++) {
		r->path[i] = r->path[i + 1];
		r->is_optional[i] = r->is_optional[i + 1];
	}
}

/* Narrow r to what lies in the root, too; false: nothing does. */
static bool
narrow(struct region *r, const struct root *x)
{
	bool is_implied = false;
	size_t i = 0;

	while (i < r->npaths) {
		switch (stack_relate(r->path[i], x->path)) {
		case STACK_APART:
			return false;
		case STACK_SAME:
			r->is_optional[i] = r->is_optional[i] &&
			    x->is_optional;
			/* FALLTHROUGH */
		case STACK_WITHIN:
			is_implied = true;
			i++;
			break;
		case STACK_AROUND:
			drop_path(r, i);
			break;
		case STACK_UNKNOWN:
			i++;
			break;
		}
	}
	if (!is_implied) {
		r->path[r->npaths] = x->path;
		r->is_optional[r->npaths++] = x->is_optional;
	}
	r->is_device |= x->is_device;
	return true;
}

/* Does all of x lie in y? */
static bool
is_in(const struct region *x, const struct region *y)
{
	enum stack_relation how;
	size_t i, k;

	for (i = 0; i < y->npaths; i++) {
		for (k = 0; k < x->npaths; k++) {
			how = stack_relate(x->path[k], y->path[i]);
			if (how == STACK_SAME || how == STACK_WITHIN)
				break;
		}
		if (k == x->npaths)
			return false;
	}
	return x->is_device == y->is_device;
}

/*
 * A copy of r, or NULL when it is in another one already; what r holds goes.
 * Most pairs come to nothing, so nothing is copied before.
 */
static struct region *
keep_region(struct stack *s, struct regions *all, const struct region *r)
{
	struct region **at = &all->first;

	while (*at != NULL) {
		if (is_in(r, *at))
			return NULL;
		if (is_in(*at, r)) {
			*at = (*at)->next;
			all->n--;
			continue;
		}
		at = &(*at)->next;
	}
	all->n++;
	return *at = copy_region(s, r);
}

/* Every region with every root of one more layer; false: too many. */
static bool
fold_layer(struct stack *s, size_t layer, unsigned right,
    const struct regions *before, struct regions *out)
{
	const struct dump *d = &s->layers[layer];
	const struct region *r;
	struct region next, *kept;
	struct root x;
	uint32_t i;

	*out = (struct regions){ .n = 0 };
	for (r = before->first; r != NULL; r = r->next)
		for (i = 0; root_of(d, i, right, &x); i++) {
			if (x.path == NULL)
				continue;
			next = *r;
			if (!narrow(&next, &x))
				continue;
			kept = keep_region(s, out, &next);
			if (kept != NULL)
				put_by(s, kept, layer, x.rule);
			if (out->n > MAX_REGIONS)
				return false;
		}
	return true;
}

/* --- rows --------------------------------------------------------------- */

static const char *
region_text(const struct stack *s, const struct region *r)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < r->npaths; i++)
		text = arena_printf(s->a, "%s%s%s%s", text, i > 0 ?
		    " and in " : "", r->is_optional[i] ? "?" : "",
		    expand_show(s->a, r->path[i]));
	return text;
}

static uint32_t
list_rule(const struct dump *d, unsigned right)
{
	struct blob_fs_head h = { .count = 0 };

	(void)blob_fs_head_get(d->b, &h);
	return right == FS_READ ? h.list_read : right == FS_WRITE ?
	    h.list_write : h.list_exec;
}

static bool
is_everything(const struct region *r)
{
	return r->npaths == 1 && strcmp(r->path[0], "/") == 0;
}

static bool
has_everything(const struct dump *d, unsigned right)
{
	struct root x;
	uint32_t i;

	for (i = 0; root_of(d, i, right, &x); i++)
		if (x.path != NULL && strcmp(x.path, "/") == 0)
			return true;
	return false;
}

/* All that no root of some layer holds. */
static void
put_all_else(struct stack *s, unsigned right, const char *name)
{
	struct stack_row *row = stack_add(s, STACK_FILES, name, "all else",
	    "denied", judge_strength_name(JUDGE_HARD));
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!has_everything(&s->layers[i], right))
			stack_add_by(s, row, i, list_rule(&s->layers[i],
			    right));
	if (right == FS_EXEC)
		row->note = "execve of a file, not what an interpreter reads";
}

static void
put_right(struct stack *s, unsigned right, const char *name)
{
	static const struct region everything = { .npaths = 0 };
	struct regions all = { .n = 0 }, next;
	const struct stack_by *by;
	struct stack_row *row;
	struct region *r;
	bool is_open = false;
	size_t i;

	(void)keep_region(s, &all, &everything);
	for (i = 0; i < s->n; i++, all = next)
		if (!fold_layer(s, i, right, &all, &next)) {
			stack_add(s, STACK_FILES, name, "",
			    "too much to be listed", "-");
			return;
		}
	for (r = all.first; r != NULL; r = r->next) {
		if (right == FS_DEVICE && !r->is_device)
			continue;
		is_open |= is_everything(r);
		row = stack_add(s, STACK_FILES, name, region_text(s, r),
		    "allowed", judge_strength_name(JUDGE_HARD));
		for (by = r->by; by != NULL; by = by->next)
			stack_add_by(s, row, by->layer, by->rule);
	}
	if (right != FS_DEVICE && !is_open)
		put_all_else(s, right, name);
}

/* One layer is enough for these. */
static void
put_bars(struct stack *s, unsigned right, const char *name,
    const char *status)
{
	struct stack_row *row;
	const char *path;
	struct blob_fs e;
	uint32_t i;
	size_t k;

	for (k = 0; k < s->n; k++)
		for (i = 0; blob_fs_get(s->layers[k].b, i, &e) == BLOB_OK;
		    i++) {
			if (!(e.rights & right))
				continue;
			path = dump_path(&s->layers[k], &e, right);
			for (row = s->rows; row != NULL; row = row->next)
				if (strcmp(row->what, name) == 0 &&
				    strcmp(row->target, path) == 0)
					break;
			if (row == NULL)
				row = stack_add(s, STACK_FILES, name, path,
				    status, judge_strength_name(JUDGE_HARD));
			row->note = "with a mount namespace, what exists at "
			    "the start; other names in supervised runs";
			stack_add_by(s, row, k, dump_right_rule(&e, right));
		}
}

void
stack_files(struct stack *s)
{
	put_right(s, FS_READ, "read");
	put_right(s, FS_WRITE, "write");
	put_right(s, FS_EXEC, "exec");
	put_bars(s, FS_PROTECT, "protect", "unchanged");
	put_bars(s, FS_DENY, "deny", "denied");
	put_bars(s, FS_GIT, "git", "what git runs unchanged");
	put_right(s, FS_DEVICE, "device");
}
