/*
 * The fold table.  A character can be left out when what it becomes has no
 * part in any comparison:
 *
 * - A word equals a text only if all that it becomes is in the texts.  So
 *   without globs, characters that become anything else may stay what they
 *   are, since no folded text has such a character either.
 * - A glob's `*' takes any characters, so with globs those are needed that
 *   become something of which a part is in the texts.  The rest stays a
 *   character that only a `*' takes.
 * - The order of marks could tell words apart only where a mark is in the
 *   texts; then all characters are kept.
 */
#include "compiler/foldtable.h"

#include <string.h>

#include "blob/format.h"
#include "compiler/star_unicode.h"
#include "compiler/star_value.h"

#define CODES		0x110000u
/* Above these nothing is folded or decomposed, and there are no marks. */
#define CODES_USED	0x30000u

struct alphabet {
	uint8_t *has;		/* a bit for each character of the texts */
	bool has_marks, has_globs;
};

static bool
has_code(const struct alphabet *x, uint32_t c)
{
	return (x->has[c >> 3] >> (c & 7) & 1) != 0;
}

static void
note_text(struct alphabet *x, const char *s)
{
	uint32_t items[STAR_MAX_ITEMS], c;
	size_t i = 0, n = strlen(s);

	if (!star_utf8_valid(s, n))
		return;		/* stays as it is, as words that equal it */
	while (i < n) {
		c = star_utf8_next(s, n, &i);
		x->has[c >> 3] |= (uint8_t)(1u << (c & 7));
		if (star_fold_items(c, items) > 0)
			x->has_marks = true;
	}
}

static bool
is_needed(const struct alphabet *x, const uint32_t *items, size_t n)
{
	size_t i, in = 0;

	if (x == NULL || x->has_marks)
		return true;
	for (i = 0; i < n; i++)
		in += has_code(x, items[i] & FOLD_I_MASK);
	return x->has_globs ? in > 0 : in == n;
}

static void
add(struct arena *a, struct foldtable *t, uint32_t code,
    const uint32_t *items, size_t n)
{
	size_t i;

	t->codes = arena_grow(a, t->codes, t->nentries, &t->cap_codes,
	    sizeof(*t->codes));
	t->firsts = arena_grow(a, t->firsts, t->nentries, &t->cap_firsts,
	    sizeof(*t->firsts));
	t->codes[t->nentries] = code | (uint32_t)n << FOLD_E_SHIFT;
	t->firsts[t->nentries++] = (uint32_t)t->nitems;
	for (i = 0; i < n; i++) {
		t->items = arena_grow(a, t->items, t->nitems, &t->cap_items,
		    sizeof(*t->items));
		t->items[t->nitems++] = items[i];
	}
}

static void
fill(struct arena *a, const struct alphabet *x, struct foldtable *out)
{
	uint32_t c, items[STAR_MAX_ITEMS];
	size_t n;

	*out = (struct foldtable){ .nentries = 0 };
	for (c = 0x80; c < CODES_USED; c++) {
		n = star_fold_items(c, items);
		if (n > 0 && is_needed(x, items, n))
			add(a, out, c, items, n);
	}
}

void
foldtable_make(struct arena *a, const char *const *texts, size_t n,
    bool has_globs, struct foldtable *out)
{
	struct alphabet x = { .has = arena_array(a, CODES / 8, 1),
	    .has_globs = has_globs };
	size_t i;

	for (i = 0; i < n; i++)
		note_text(&x, texts[i]);
	fill(a, &x, out);
}

void
foldtable_make_whole(struct arena *a, struct foldtable *out)
{
	fill(a, NULL, out);
}

void
foldtable_put(const struct foldtable *t, struct blob_buf *out)
{
	size_t i;

	for (i = 0; i < t->nentries; i++) {
		blob_put32(out, t->codes[i]);
		blob_put32(out, t->firsts[i]);
	}
	for (i = 0; i < t->nitems; i++)
		blob_put32(out, t->items[i]);
}
