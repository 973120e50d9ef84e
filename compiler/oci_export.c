/*
 * A blob's system call policy as an OCI profile.
 *
 * There the rules of a call have no order, a rule compares an argument once,
 * and comparisons are of 64 bits.  So each call is cut into regions that do
 * not overlap, each a set of bits that arguments must have (SCMP_CMP_MASKED_EQ):
 * nothing is lost, and a comparison of 32 bits stays one.
 */
#include "compiler/oci.h"

#include <linux/seccomp.h>
#include <string.h>

#include "compiler/bitdd.h"
#include "compiler/prove.h"
#include "compiler/sysname.h"

#define MAX_RULES	4096	/* of one call */

/* One entry of "syscalls". */
struct entry {
	uint32_t action;
	unsigned columns;		/* 0: all that have the call */
	const struct bitdd_cube *cube;	/* NULL: always */
	const char *names;		/* quoted, with commas */
	struct entry *next;
};

struct export {
	struct arena *a;
	struct diag *d;
	FILE *out;
	struct bitdd *dd;
	struct sysc_policy policies[SYSNAME_NARCHS];
	unsigned columns;		/* that the blob has */
	uint32_t action;		/* its default */
	struct entry *first, *last;
	size_t nrules;			/* of the present call */
	const char *call;		/* the present one */
	unsigned for_columns;
};

static uint32_t
term_diagram(struct export *x, const struct sysc_policy *p,
    const struct sysc_item *it)
{
	uint32_t when = bitdd_leaf(x->dd, 1), i;

	for (i = 0; i < it->natoms; i++)
		when = bitdd_if(x->dd, when, bitdd_atom(x->dd,
		    &p->atoms[it->atom + i]), bitdd_leaf(x->dd, 0));
	return when;
}

/* What a policy answers for a number, as a diagram. */
static uint32_t
call_diagram(struct export *x, const struct sysc_policy *p, uint32_t nr)
{
	uint32_t r = bitdd_leaf(x->dd, p->action);
	const struct sysc_item *it;
	size_t i = p->nitems;

	while (i-- > 0) {
		it = &p->items[i];
		if (nr >= it->lo && nr <= it->hi)
			r = bitdd_if(x->dd, term_diagram(x, p, it),
			    bitdd_leaf(x->dd, it->action), r);
	}
	return r;
}

/* --- entries --------------------------------------------------------------- */

static void
entry_add(struct export *x, struct entry e)
{
	struct entry *copy = arena_alloc(x->a, sizeof(*copy));

	*copy = e;
	if (x->last != NULL)
		x->last->next = copy;
	else
		x->first = copy;
	x->last = copy;
}

static bool
is_everything(const struct bitdd_cube *c)
{
	unsigned i;

	for (i = 0; i < 6; i++)
		if (c->mask[i] != 0)
			return false;
	return true;
}

/* Calls that are always decided stand in one entry. */
static void
add_always(struct export *x, uint32_t action)
{
	const char *name = arena_printf(x->a, "\"%s\"", x->call);
	struct entry *e;

	for (e = x->first; e != NULL; e = e->next)
		if (e->cube == NULL && e->action == action &&
		    e->columns == x->for_columns) {
			e->names = arena_printf(x->a, "%s,\n\t\t\t\t%s",
			    e->names, name);
			return;
		}
	entry_add(x, (struct entry){ .action = action,
	    .columns = x->for_columns, .names = name });
}

static bool
add_region(void *ctx, const struct bitdd_cube *cube, uint32_t answer)
{
	struct export *x = ctx;
	struct bitdd_cube *copy;

	if (answer == x->action)
		return true;
	if (is_everything(cube)) {
		add_always(x, answer);
		return true;
	}
	if (++x->nrules > MAX_RULES)
		return false;
	copy = arena_alloc(x->a, sizeof(*copy));
	*copy = *cube;
	entry_add(x, (struct entry){ .action = answer,
	    .columns = x->for_columns, .cube = copy,
	    .names = arena_printf(x->a, "\"%s\"", x->call) });
	return true;
}

/* --- calls ----------------------------------------------------------------- */

/* One diagram, and the architectures that have it. */
static int
export_group(struct export *x, const char *call, uint32_t root,
    unsigned columns, unsigned having)
{
	x->call = call;
	x->nrules = 0;
	x->for_columns = columns == having ? 0 : columns;
	if (root != BITDD_NONE && bitdd_walk(x->dd, root, add_region, x))
		return 0;
	diag_error(x->d, (struct loc){ .src = NULL }, "%s needs more than %d "
	    "rules that compare bits", call, MAX_RULES);
	return -1;
}

static int
export_call(struct export *x, size_t row)
{
	uint32_t roots[SYSNAME_NARCHS];
	unsigned i, k, having = 0, group;
	int nr;

	for (i = 0; i < SYSNAME_NARCHS; i++) {
		nr = sysname_number(row, sysc_arch_at(i)->audit);
		if (nr < 0 || !(x->columns >> i & 1))
			continue;
		having |= 1u << i;
		roots[i] = call_diagram(x, &x->policies[i], (uint32_t)nr);
	}
	for (i = 0; i < SYSNAME_NARCHS; i++) {
		for (group = 0, k = 0; k < SYSNAME_NARCHS; k++)
			if (having >> k & 1 && having >> i & 1 &&
			    roots[k] == roots[i])
				group |= 1u << k;
		/* Each group once, at its first architecture. */
		if (group == 0 || (group & ((1u << i) - 1)) != 0)
			continue;
		if (export_group(x, sysname_at(row), roots[i], group, having)
		    == -1)
			return -1;
	}
	return 0;
}

/* --- text ------------------------------------------------------------------ */

static void
put_action(struct export *x, const char *indent, const char *key,
    const char *data_key, uint32_t action)
{
	uint32_t kind = action & SECCOMP_RET_ACTION_FULL;

	fprintf(x->out, "%s\"%s\": \"%s\"", indent, key,
	    oci_action_name(action));
	if (kind == SECCOMP_RET_ERRNO || kind == SECCOMP_RET_TRACE)
		fprintf(x->out, ",\n%s\"%s\": %u", indent, data_key,
		    action & SECCOMP_RET_DATA);
}

static void
put_args(struct export *x, const struct bitdd_cube *c)
{
	const char *comma = "";
	unsigned i;

	fputs(",\n\t\t\t\"args\": [", x->out);
	for (i = 0; i < 6; i++) {
		if (c->mask[i] == 0)
			continue;
		fprintf(x->out, "%s\n\t\t\t\t{\"index\": %u, ", comma, i);
		if (c->mask[i] == UINT64_MAX)
			fprintf(x->out, "\"value\": %llu, \"op\": "
			    "\"SCMP_CMP_EQ\"}",
			    (unsigned long long)c->value[i]);
		else
			fprintf(x->out, "\"value\": %llu, \"valueTwo\": "
			    "%llu, \"op\": \"SCMP_CMP_MASKED_EQ\"}",
			    (unsigned long long)c->mask[i],
			    (unsigned long long)c->value[i]);
		comma = ",";
	}
	fputs("\n\t\t\t]", x->out);
}

static void
put_archs(struct export *x, unsigned columns)
{
	const char *comma = "";
	unsigned i;

	fputs(",\n\t\t\t\"includes\": {\"arches\": [", x->out);
	for (i = 0; i < SYSNAME_NARCHS; i++)
		if (columns >> i & 1) {
			fprintf(x->out, "%s\"%s\"", comma,
			    oci_arch_name(sysc_arch_at(i)->audit));
			comma = ", ";
		}
	fputs("]}", x->out);
}

static void
put_entry(struct export *x, const struct entry *e, const char *comma)
{
	fprintf(x->out, "%s\n\t\t{\n\t\t\t\"names\": [\n\t\t\t\t%s\n"
	    "\t\t\t],\n", comma, e->names);
	put_action(x, "\t\t\t", "action", "errnoRet", e->action);
	if (e->cube != NULL)
		put_args(x, e->cube);
	if (e->columns != 0)
		put_archs(x, e->columns);
	fputs("\n\t\t}", x->out);
}

/* Those without comparisons first, as people write them. */
static void
put_entries(struct export *x)
{
	const char *comma = "";
	const struct entry *e;
	int pass;

	fputs(",\n\t\"syscalls\": [", x->out);
	for (pass = 0; pass < 2; pass++)
		for (e = x->first; e != NULL; e = e->next)
			if ((e->cube != NULL) == (pass == 1)) {
				put_entry(x, e, comma);
				comma = ",";
			}
	fputs("\n\t]\n}\n", x->out);
}

static void
put_profile(struct export *x)
{
	const char *comma = "";
	unsigned i;

	fputs("{\n", x->out);
	put_action(x, "\t", "defaultAction", "defaultErrnoRet", x->action);
	fputs(",\n\t\"archMap\": [", x->out);
	for (i = 0; i < SYSNAME_NARCHS; i++)
		if (x->columns >> i & 1) {
			fprintf(x->out, "%s\n\t\t{\"architecture\": \"%s\", "
			    "\"subArchitectures\": []}", comma,
			    oci_arch_scmp(sysc_arch_at(i)->audit));
			comma = ",";
		}
	fputs("\n\t]", x->out);
	put_entries(x);
}

/* --- the whole ------------------------------------------------------------- */

static int
read_policies(struct export *x, const struct blob *b, const char *name)
{
	const struct sysc_arch *arch;
	struct blob_sysc_head h;
	struct loc at = { .src = source_named(x->a, name) };
	size_t i;

	for (i = 0; (arch = sysc_arch_at(i)) != NULL; i++) {
		if (blob_sysc_head_get(b, arch->audit, &h) != BLOB_OK)
			continue;
		if (prove_read_policy(x->a, b, arch->audit, &x->policies[i])
		    != BLOB_OK || oci_action_name(h.action) == NULL ||
		    (x->columns != 0 && h.action != x->action)) {
			diag_error(x->d, at, "the system call policy of %s "
			    "cannot be written", arch->name);
			return -1;
		}
		x->action = h.action;
		x->columns |= 1u << i;
		if (h.newer != oci_newer(h.action))
			diag_warning(x->d, "oci-lost", at, "calls that are "
			    "newer than the table: %s on %s; container "
			    "runtimes answer %s",
			    sysc_action_text(x->a, h.newer), arch->name,
			    sysc_action_text(x->a, oci_newer(h.action)));
	}
	if (x->columns == 0)
		diag_error(x->d, at, "there is no system call policy in it");
	return x->columns != 0 ? 0 : -1;
}

int
oci_export(struct arena *a, struct diag *d, const struct blob *b,
    const char *name, FILE *out)
{
	struct export x = { .a = a, .d = d, .out = out,
	    .dd = bitdd_new(a) };
	unsigned errors = d->errors;
	size_t row;

	if (read_policies(&x, b, name) == -1)
		return -1;
	for (row = 0; row < sysname_count(); row++)
		if (export_call(&x, row) == -1)
			return -1;
	if (d->errors != errors)
		return -1;
	put_profile(&x);
	return 0;
}
