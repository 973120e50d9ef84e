/* Unicode properties, case mappings and normal forms, from libunistring. */
#include "compiler/star_unicode.h"
#include "compiler/star_unicode_new.h"

#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

bool
star_is_alpha(uint32_t c)
{
	return uc_is_property_alphabetic(c) || star_new_alpha(c);
}

bool
star_is_numeric(uint32_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_N) ||
	    star_new_numeric(c);
}

bool
star_is_space(uint32_t c)
{
	return uc_is_property_white_space(c);
}

bool
star_is_upper(uint32_t c)
{
	return uc_is_property_uppercase(c) || star_new_upper(c);
}

bool
star_is_lower(uint32_t c)
{
	/* U+0295 was a small letter before Unicode 16. */
	return c != 0x295 && (uc_is_property_lowercase(c) ||
	    star_new_lower(c));
}

/* The library gives NULL for nothing as well as for no memory. */
static char *
not_null(uint8_t *p, size_t n)
{
	return p != NULL || n > 0 ? (char *)p : calloc(1, 1);
}

/* p with new cases, which are at most half as long again; frees p. */
static char *
map_new(char *p, size_t n, uint32_t (*map)(uint32_t), size_t *out_n)
{
	uint8_t *out;
	size_t i, m = 0;
	ucs4_t c;
	int len;

	if (p == NULL || (out = malloc(2 * n + 8)) == NULL) {
		free(p);
		return NULL;
	}
	for (i = 0; i < n; i += (size_t)len) {
		len = u8_mbtouc(&c, (const uint8_t *)p + i, n - i);
		m += (size_t)u8_uctomb(out + m, map(c),
		    (ptrdiff_t)(2 * n + 8 - m));
	}
	free(p);
	*out_n = m;
	return (char *)out;
}

char *
star_to_upper_dup(const char *p, size_t n, size_t *out_n)
{
	size_t m = 0;
	char *upper = (char *)u8_toupper((const uint8_t *)p, n, NULL, NULL,
	    NULL, &m);

	*out_n = 0;
	return map_new(not_null((uint8_t *)upper, m), m, star_new_to_upper,
	    out_n);
}

char *
star_to_lower_dup(const char *p, size_t n, size_t *out_n)
{
	size_t m = 0;
	char *lower = (char *)u8_tolower((const uint8_t *)p, n, NULL, NULL,
	    NULL, &m);

	*out_n = 0;
	return map_new(not_null((uint8_t *)lower, m), m, star_new_to_lower,
	    out_n);
}

char *
star_fold_dup(const char *p, size_t n, size_t *out_n)
{
	uint8_t *d, *f, *r;
	size_t nd = 0, nf = 0;

	/* Definition D145 of the standard: NFD(fold(NFD(X))). */
	*out_n = 0;
	d = u8_normalize(UNINORM_NFD, (const uint8_t *)p, n, NULL, &nd);
	if (d == NULL)
		return calloc(1, 1);
	f = u8_casefold(d, nd, NULL, NULL, NULL, &nf);
	free(d);
	if (f == NULL)
		return calloc(1, 1);
	r = u8_normalize(UNINORM_NFD, f, nf, NULL, out_n);
	free(f);
	return not_null(r, *out_n);
}

/*
 * Marks are ordered as they are before case folding.  What they fold to
 * needs no ordering of its own: only U+0345, whose class is the highest,
 * becomes a letter.
 */
static size_t
fold_one(uint32_t c, uint32_t *out)
{
	uint32_t folded[STAR_MAX_ITEMS], class;
	size_t n = STAR_MAX_ITEMS, i;

	class = (uint32_t)uc_combining_class(c) << 24;
	out[0] = c | class;
	if (!uc_is_property_changes_when_casefolded(c) || u32_casefold(&c, 1,
	    NULL, UNINORM_NFD, folded, &n) != folded)
		return 1;
	for (i = 0; i < n; i++)
		out[i] = folded[i] | class;
	return n;
}

size_t
star_fold_items(uint32_t c, uint32_t out[STAR_MAX_ITEMS])
{
	uint32_t parts[STAR_MAX_ITEMS], one[STAR_MAX_ITEMS];
	ucs4_t step[UC_DECOMPOSITION_MAX_LENGTH];
	size_t n = STAR_MAX_ITEMS, m = 0, k, i, j;

	if ((c >= 0xac00 && c < 0xd7a4) || (c >= 0xd800 && c < 0xe000))
		return 0;
	parts[0] = c;
	if (uc_canonical_decomposition(c, step) <= 0)
		n = 1;
	else if (u32_normalize(UNINORM_NFD, &c, 1, parts, &n) != parts)
		return 0;
	for (i = 0; i < n; i++) {
		k = fold_one(parts[i], one);
		for (j = 0; j < k && m < STAR_MAX_ITEMS; j++)
			out[m++] = one[j];
	}
	return m == 1 && out[0] == c ? 0 : m;
}
