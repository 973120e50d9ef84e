/*
 * Typed arguments: an `int' is compared in 32 bits, since the kernel ignores
 * the rest of the register, and a policy that looked at it could be walked
 * around by setting a bit there.
 */
#include "compiler/sysarg.h"

#include <string.h>

#include "compiler/sysname.h"

#define ALL	(-1)
#define X86_64	SYSNAME_X86_64
#define I386	SYSNAME_I386

static const struct signature {
	const char *call;
	int column;		/* ALL, or enum sysname_arch */
	const char *args;
} signatures[] = {
#define SIG(call, column, args)	{ #call, column, args },
#include "compiler/sysarg.def"
#undef SIG
};

#define NSIGNATURES	(sizeof(signatures) / sizeof(signatures[0]))

/* What a letter of the table means with registers of 64 and of 32 bits. */
static const struct type {
	char letter;
	uint8_t width64, width32;
	bool is_signed, is_pointer, is_split;
} types[] = {
	{ 'i', 32, 32, true, false, false },
	{ 'u', 32, 32, false, false, false },
	{ 'h', 16, 16, false, false, false },
	{ 'w', 32, 16, false, false, false },
	{ 'l', 64, 32, true, false, false },
	{ 'L', 64, 32, false, false, false },
	{ 'p', 64, 32, false, true, false },
	{ 'q', 64, 32, true, false, true },
	{ 'Q', 64, 32, false, false, true },
};

static const struct type *
type_of(char letter)
{
	size_t i;

	for (i = 0; types[i].letter != letter; i++)
		;
	return &types[i];
}

/* A row for one column counts before the row for all. */
static const char *
signature_of(const char *call, uint32_t audit)
{
	const char *all = NULL;
	size_t i;

	for (i = 0; i < NSIGNATURES; i++) {
		if (strcmp(signatures[i].call, call) != 0)
			continue;
		if (signatures[i].column == (int)sysname_column(audit))
			return signatures[i].args;
		if (signatures[i].column == ALL)
			all = signatures[i].args;
	}
	return all != NULL ? all : "";
}

/* One `a|b:t' of a signature, as it is walked. */
struct walk {
	const char *at, *names;
	size_t len;		/* of names */
	const struct type *type;
	unsigned index;
	bool is_split;		/* this one or one before it */
};

static bool
walk_next(struct walk *w, bool is_32bit)
{
	if (w->type != NULL)
		w->index++;
	if (*w->at == '\0')
		return false;
	w->names = w->at;
	w->len = strcspn(w->at, ":");
	w->type = type_of(w->at[w->len + 1]);
	w->is_split = w->is_split || (is_32bit && w->type->is_split);
	w->at += w->len + 2;
	w->at += *w->at == ' ';
	return true;
}

static bool
has_name(const struct walk *w, const char *name)
{
	size_t n = strlen(name), len;
	const char *p;

	for (p = w->names; p < w->names + w->len; p += len + 1) {
		len = strcspn(p, "|:");
		if (len == n && memcmp(p, name, n) == 0)
			return true;
	}
	return false;
}

static bool
by_index(const char *name, unsigned *index)
{
	if (strncmp(name, "arg", 3) != 0 || name[3] < '0' || name[3] > '5' ||
	    name[4] != '\0')
		return false;
	*index = (unsigned)(name[3] - '0');
	return true;
}

static void
fill(struct sysarg *out, const char *name, unsigned index,
    const struct type *type, bool is_32bit)
{
	*out = (struct sysarg){ .name = name, .index = (uint8_t)index,
	    .width = is_32bit ? type->width32 : type->width64,
	    .is_signed = type->is_signed, .is_pointer = type->is_pointer };
}

enum sysarg_result
sysarg_find(struct arena *a, const char *call, const char *name,
    uint32_t audit, struct sysarg *out)
{
	struct walk w = { .at = signature_of(call, audit) };
	bool is_32bit = sysname_is_32bit(audit);
	unsigned index = 0;
	bool is_number = by_index(name, &index);

	name = arena_strdup(a, name);
	while (walk_next(&w, is_32bit)) {
		if (has_name(&w, name) && w.is_split)
			return SYSARG_SPLIT;
		if (has_name(&w, name) ||
		    (is_number && !w.is_split && w.index == index)) {
			fill(out, name, w.index, w.type, is_32bit);
			return SYSARG_OK;
		}
	}
	if (!is_number)
		return SYSARG_UNKNOWN;
	fill(out, name, index, type_of('L'), is_32bit);
	return SYSARG_OK;
}

void
sysarg_at(struct arena *a, const char *call, unsigned index, uint32_t audit,
    struct sysarg *out)
{
	struct walk w = { .at = signature_of(call, audit) };
	bool is_32bit = sysname_is_32bit(audit);

	while (walk_next(&w, is_32bit) && !w.is_split)
		if (w.index == index) {
			fill(out, arena_strndup(a, w.names,
			    strcspn(w.names, "|:")), index, w.type, is_32bit);
			return;
		}
	fill(out, arena_printf(a, "arg%u", index), index, type_of('L'),
	    is_32bit);
}

void
sysarg_near(struct arena *a, const char *call, uint32_t audit,
    struct near *near)
{
	struct walk w = { .at = signature_of(call, audit) };
	const char *p;
	size_t len;

	while (walk_next(&w, false))
		for (p = w.names; p < w.names + w.len; p += len + 1) {
			len = strcspn(p, "|:");
			near_try(near, arena_strndup(a, p, len));
		}
}
