/* Values of a blob in the words of the profile language. */
#include <inttypes.h>
#include <string.h>

#include "compiler/dump.h"
#include "compiler/dump_quote.h"
#include "compiler/expand.h"

int
dump_open(struct dump *d, struct arena *a, FILE *out, const struct blob *b)
{
	int r;

	*d = (struct dump){ .a = a, .out = out, .b = b };
	r = exec_view_of(&d->exec, b);
	if (r == BLOB_OK || r == BLOB_ERR_MISSING)
		r = program_view_of(&d->programs, b);
	if (r != BLOB_OK && r != BLOB_ERR_MISSING)
		return r;
	return dump_sysc_items(a, b, &d->items);
}

const char *
dump_rule_name(const struct dump *d, uint32_t rule)
{
	struct blob_rule_info info;

	return blob_rule_get(d->b, rule, &info) == BLOB_OK ?
	    blob_str(d->b, info.name) : "";
}

const char *
dump_rule_line(const struct dump *d, uint32_t rule)
{
	struct blob_rule_info info;

	return blob_rule_get(d->b, rule, &info) == BLOB_OK ?
	    arena_printf(d->a, "%s:%u", blob_str(d->b, info.file),
	    info.line) : NULL;
}

const char *
dump_rule_place(const struct dump *d, uint32_t rule)
{
	struct blob_rule_info info;

	return blob_rule_get(d->b, rule, &info) == BLOB_OK ?
	    arena_printf(d->a, "%s:%u:%u", blob_str(d->b, info.file),
	    info.line, info.col) : NULL;
}

const char *const dump_predicates[] = { "allows-network", "allows-write",
	"allows-full-write", NULL };
const char *const dump_unix_words[] = { "none", "pair", "paths", "any" };
const struct dump_right dump_rights[] = {
	{ FS_READ, "read" }, { FS_WRITE, "write" }, { FS_EXEC, "exec" },
	{ FS_PROTECT, "protect" }, { FS_DENY, "deny" },
	{ FS_DEVICE, "device" }, { FS_GIT, "git" }, { 0, NULL }
};

uint32_t
dump_right_rule(const struct blob_fs *e, unsigned right)
{
	switch (right) {
	case FS_READ:	return e->rule_read;
	case FS_EXEC:	return e->rule_exec;
	case FS_WRITE:
	case FS_DEVICE:
		return e->rights & FS_WRITE ? e->rule_write : e->rule_read;
	default:	return e->rule_bar;
	}
}

bool
dump_is_device_rule(const struct dump *d, uint32_t rule)
{
	return rule == 0 ||
	    strcmp(dump_rule_name(d, rule), "filesystem.devices") == 0;
}

unsigned
dump_predicate_bits(const struct dump *d)
{
	struct blob_net_head h;
	struct blob_fs e;
	unsigned bits = 0;
	uint32_t i;

	if (blob_net_head_get(d->b, &h) == BLOB_OK && h.mode != BLOB_NET_NONE)
		bits |= META_ALLOWS_NETWORK;
	for (i = 0; blob_fs_get(d->b, i, &e) == BLOB_OK; i++) {
		if (!(e.rights & FS_WRITE) || (e.rights & FS_DEVICE &&
		    dump_is_device_rule(d, e.rule_write)))
			continue;
		bits |= META_ALLOWS_WRITE;
		if (strcmp(blob_str(d->b, e.path), "/") == 0)
			bits |= META_ALLOWS_FULL_WRITE;
	}
	return bits;
}

const char *
dump_numbers(const struct dump *d, uint64_t bits, const char *between)
{
	const char *s = "";
	unsigned i;

	for (i = 0; i < 64; i++)
		if (bits >> i & 1)
			s = arena_printf(d->a, "%s%s%u", s,
			    *s != '\0' ? between : "", i);
	return s;
}

const char *
dump_path(const struct dump *d, const struct blob_fs *e, unsigned right)
{
	unsigned flag = right & FS_BARS ? FS_BAR_OPTIONAL :
	    FS_OPTIONAL;

	return arena_printf(d->a, "%s%s", e->flags & flag ? "?" : "",
	    expand_show(d->a, blob_str(d->b, e->path)));
}

const char *
dump_ports(const struct dump *d, unsigned lo, unsigned hi)
{
	return lo == hi ? arena_printf(d->a, "%u", lo) :
	    arena_printf(d->a, "%u-%u", lo, hi);
}

const char *
dump_words(const struct dump *d, const char *const *words, unsigned bits)
{
	const char *s = "";
	unsigned i;

	for (i = 0; words[i] != NULL; i++)
		if (bits >> i & 1)
			s = arena_printf(d->a, "%s%s%s", s,
			    *s != '\0' ? ", " : "", words[i]);
	return s;
}

/* Largest factor first; the last one divides everything. */
static const struct suffix {
	uint64_t by;
	const char *text;
} counts[] = { { 1, "" } },
bytes[] = { { UINT64_C(1) << 40, "T" }, { 1u << 30, "G" }, { 1u << 20, "M" },
	{ 1u << 10, "K" }, { 1, "" } },
seconds[] = { { 86400, "d" }, { 3600, "h" }, { 60, "m" }, { 1, "s" } },
milliseconds[] = { { 86400000, "d" }, { 3600000, "h" }, { 60000, "m" },
	{ 1000, "s" }, { 1, "ms" } };

static const struct limit {
	const char *name;
	const struct suffix *suffixes;
} limits[BLOB_NLIMITS] = {
	[BLOB_LIM_CPU] = { "cpu", seconds },
	[BLOB_LIM_FSIZE] = { "fsize", bytes },
	[BLOB_LIM_DATA] = { "data", bytes },
	[BLOB_LIM_STACK] = { "stack", bytes },
	[BLOB_LIM_CORE] = { "core", bytes },
	[BLOB_LIM_NPROC] = { "nproc", counts },
	[BLOB_LIM_NOFILE] = { "nofile", counts },
	[BLOB_LIM_MEMLOCK] = { "memlock", bytes },
	[BLOB_LIM_AS] = { "as", bytes },
	[BLOB_LIM_WALL] = { "wall", milliseconds },
};

const char *
dump_limit_name(unsigned resource)
{
	return resource < BLOB_NLIMITS ? limits[resource].name : "?";
}

const char *
dump_limit(const struct dump *d, const struct blob_limit_entry *e)
{
	const struct suffix *s;

	if (e->value == 0 || e->resource >= BLOB_NLIMITS)
		return arena_printf(d->a, "%" PRIu64, e->value);
	for (s = limits[e->resource].suffixes; e->value % s->by != 0; s++)
		;
	return arena_printf(d->a, "%" PRIu64 "%s", e->value / s->by, s->text);
}
