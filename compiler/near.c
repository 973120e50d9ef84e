/*
 * The nearest known name to a misspelt one, for diagnostics: optimal string
 * alignment (insert, delete, replace, swap neighbours), as compilers do.
 */
#include "compiler/diag.h"

#include <string.h>

#define NEAR_MAX	48	/* longer names get no suggestion */

static size_t
min3(size_t x, size_t y, size_t z)
{
	size_t m = x < y ? x : y;

	return m < z ? m : z;
}

static size_t
distance(const char *s, size_t ns, const char *t, size_t nt)
{
	unsigned char d[NEAR_MAX + 1][NEAR_MAX + 1];
	size_t i, j, cost, best;

	for (i = 0; i <= ns; i++)
		d[i][0] = (unsigned char)i;
	for (j = 0; j <= nt; j++)
		d[0][j] = (unsigned char)j;
	for (i = 1; i <= ns; i++)
		for (j = 1; j <= nt; j++) {
			cost = s[i - 1] != t[j - 1];
			best = min3(d[i - 1][j] + 1u, d[i][j - 1] + 1u,
			    d[i - 1][j - 1] + cost);
			if (i > 1 && j > 1 && s[i - 1] == t[j - 2] &&
			    s[i - 2] == t[j - 1] &&
			    d[i - 2][j - 2] + 1u < best)
				best = d[i - 2][j - 2] + 1u;
			d[i][j] = (unsigned char)best;
		}
	return d[ns][nt];
}

void
near_try(struct near *n, const char *candidate)
{
	size_t ns = strlen(n->word), nt = strlen(candidate), dist;

	if (ns == 0 || ns > NEAR_MAX || nt > NEAR_MAX)
		return;
	dist = distance(n->word, ns, candidate, nt);
	if (n->best == NULL || dist < n->distance) {
		n->best = candidate;
		n->distance = dist;
	}
}

const char *
near_hint(struct arena *a, const struct near *n)
{
	size_t len = strlen(n->word);
	/* A third of the word wrong is still a slip; a word of one is not. */
	size_t most = len <= 2 ? 1 : (len + 2) / 3;

	if (n->best == NULL || n->distance == 0 || n->distance > most ||
	    n->distance >= len)
		return "";
	return arena_printf(a, "; did you mean \"%s\"?", n->best);
}
