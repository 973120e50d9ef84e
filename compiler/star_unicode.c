/* Unicode properties, case mappings and normal forms, from libunistring. */
#include "compiler/star_unicode.h"

#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

bool
star_is_alpha(uint32_t c)
{
	return uc_is_property_alphabetic(c);
}

bool
star_is_numeric(uint32_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_N);
}

bool
star_is_space(uint32_t c)
{
	return uc_is_property_white_space(c);
}

bool
star_is_upper(uint32_t c)
{
	return uc_is_property_uppercase(c);
}

bool
star_is_lower(uint32_t c)
{
	return uc_is_property_lowercase(c);
}

/* The library gives NULL for nothing as well as for no memory. */
static char *
not_null(uint8_t *p, size_t n)
{
	return p != NULL || n > 0 ? (char *)p : calloc(1, 1);
}

char *
star_to_upper_dup(const char *p, size_t n, size_t *out_n)
{
	*out_n = 0;
	return not_null(u8_toupper((const uint8_t *)p, n, NULL, NULL, NULL,
	    out_n), *out_n);
}

char *
star_to_lower_dup(const char *p, size_t n, size_t *out_n)
{
	*out_n = 0;
	return not_null(u8_tolower((const uint8_t *)p, n, NULL, NULL, NULL,
	    out_n), *out_n);
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
