/*
 * Folding by the table against the Unicode library: every character alone,
 * and texts in which marks meet.
 */
#include "tests/lib/unit.h"

#include <stdlib.h>

#include "blob/format.h"
#include "blob/fold.h"
#include "blob/utf8.h"
#include "compiler/foldtable.h"
#include "compiler/star_unicode.h"
#include "compiler/star_value.h"
#include "tests/lib/execrules.h"

#define MAX_TEXT	512

struct fixture {
	struct arena *a;
	struct foldtable whole;
	uint8_t *bytes;
	struct fold_table table;
};

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
	abort();
}

static void
put32(uint8_t *p, uint32_t v)
{
	int i;

	for (i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* The bytes as foldtable_put() gives them. */
static void
lay_out(struct fixture *x)
{
	const struct foldtable *t = &x->whole;
	uint8_t *p;
	size_t i;

	x->bytes = p = arena_array(x->a, 2 * t->nentries + t->nitems, 4);
	for (i = 0; i < t->nentries; i++, p += 8) {
		put32(p, t->codes[i]);
		put32(p + 4, t->firsts[i]);
	}
	x->table = (struct fold_table){ .entries = x->bytes, .items = p,
	    .nentries = (uint32_t)t->nentries,
	    .nitems = (uint32_t)t->nitems };
	for (i = 0; i < t->nitems; i++, p += 4)
		put32(p, t->items[i]);
}

/* As the library folds it, byte for byte. */
static void
compare(const struct fixture *x, const char *text)
{
	struct fold f;
	size_t n, i;
	char *want = star_fold_dup(text, strlen(text), &n);
	int c = 0;

	fold_start(&f, &x->table, text);
	for (i = 0; i < n; i++)
		if ((c = fold_next(&f)) != (unsigned char)want[i])
			break;
	if (i < n || (c = fold_next(&f)) != 0)
		fail_msg("\"%s\": byte %zu is %d, want \"%.*s\"", text, i, c,
		    (int)n, want);
	free(want);
}

static void
each_character(void **state)
{
	struct fixture *x = *state;
	char text[8];
	uint32_t c;

	for (c = 1; c < 0x110000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		text[utf8_put(text, c)] = '\0';
		compare(x, text);
	}
}

/* Of the characters that the table knows, and of some letters. */
static uint32_t
pick(const struct fixture *x, uint64_t *seed)
{
	static const uint32_t often[] = { 'a', 'K', 0x345, 0x301, 0x323, 0x5b0,
		0x3b1, 0x1f80, 0xac01, 0x1100, 0x344, 0x1d15e };
	uint32_t k = execrules_random(seed, 4);

	if (k == 0)
		return often[execrules_random(seed,
		    sizeof(often) / sizeof(often[0]))];
	k = execrules_random(seed, (uint32_t)x->whole.nentries);
	return x->whole.codes[k] & FOLD_E_MASK;
}

static void
random_texts(void **state)
{
	struct fixture *x = *state;
	uint64_t seed = 0x853c49e6748fea9bu;
	char text[MAX_TEXT];
	uint32_t i, k, len;
	size_t n;

	for (i = 0; i < 200000; i++) {
		len = 1 + execrules_random(&seed, 12);
		for (k = 0, n = 0; k < len; k++)
			n += utf8_put(text + n, pick(x, &seed));
		text[n] = '\0';
		compare(x, text);
	}
}

static int
fold_all(const struct fold_table *t, const char *text, char *to)
{
	struct fold f;
	int c;

	fold_start(&f, t, text);
	while ((c = fold_next(&f)) > 0)
		*to++ = (char)c;
	*to = '\0';
	return c;
}

/* What is not UTF-8 stays; so many marks that they cannot be sorted fail. */
static void
odd_texts(void **state)
{
	static const struct { const char *what, *text; } rows[] = {
		{ "lone byte", "A\xff" }, { "cut short", "A\xc3" },
		{ "overlong", "A\xc1\x81" }, { "NUL", "A\xc0\x80" },
		{ "surrogate", "A\xed\xa0\x80" },
		{ "beyond", "A\xf4\x90\x80\x80" },
		{ "overlong of three", "A\xe0\x81\x81" },
	};
	struct fixture *x = *state;
	char text[2 * FOLD_MAX_RUN + 16], got[2 * FOLD_MAX_RUN + 16];
	size_t i;

	for (i = 0; i < NELEM(rows); i++) {
		assert_int_equal(fold_all(&x->table, rows[i].text, got), 0);
		if (strcmp(got, rows[i].text) != 0)
			fail_msg("%s: changed", rows[i].what);
	}
	text[0] = 'a';
	for (i = 0; i < FOLD_MAX_RUN; i++)
		memcpy(text + 1 + 2 * i, "\xcc\x81", 2);
	text[1 + 2 * (FOLD_MAX_RUN - 1)] = '\0';
	assert_int_equal(fold_all(&x->table, text, got), 0);
	text[1 + 2 * (FOLD_MAX_RUN - 1)] = '\xcc';
	text[1 + 2 * FOLD_MAX_RUN] = '\0';
	assert_int_equal(fold_all(&x->table, text, got), -1);
}

static void
small_for_plain_words(void **state)
{
	static const char *const texts[] = { "git", "push", "--force" };
	struct fixture *x = *state;
	struct foldtable t;

	foldtable_make(x->a, texts, NELEM(texts), false, &t);
	assert_in_range(t.nentries, 1, 20);
	assert_true(x->whole.nentries > 3000);
}

static int
set_up(void **state)
{
	static struct fixture x;

	x.a = arena_new(0, on_full);
	foldtable_make_whole(x.a, &x.whole);
	lay_out(&x);
	*state = &x;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *x = *state;

	arena_free(x->a);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_character),
		cmocka_unit_test(random_texts),
		cmocka_unit_test(odd_texts),
		cmocka_unit_test(small_for_plain_words),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
