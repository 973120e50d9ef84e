/*
 * Folding for the canonical comparison.  Leaves what the result is compared
 * with to exec.c.
 */
#include "blob/fold.h"

#include "blob/bytes.h"
#include "blob/format.h"

/* Hangul syllables are composed by arithmetic: chapter 3.12. */
#define HANGUL_S	0xac00u
#define HANGUL_L	0x1100u
#define HANGUL_V	0x1161u
#define HANGUL_T	0x11a7u
#define HANGUL_NV	21u
#define HANGUL_NT	28u
#define HANGUL_NS	11172u

#define NO_CODE		0xffffffffu

/* The character at *p, which moves on; NO_CODE when it is not UTF-8. */
static uint32_t
take_code(const unsigned char **p)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = *p;
	unsigned n, i;
	uint32_t c;

	if (u[0] < 0x80) {
		++*p;
		return u[0];
	}
	n = u[0] >= 0xf0 ? 4 : u[0] >= 0xe0 ? 3 : 2;
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return NO_CODE;
	c = u[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {	/* a NUL ends it: not a trail byte */
		if ((u[i] & 0xc0) != 0x80)
			return NO_CODE;
		c = c << 6 | (u[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return NO_CODE;
	*p += n;
	return c;
}

static bool
is_utf8(const char *word)
{
	const unsigned char *p = (const unsigned char *)word;

	while (*p != '\0')
		if (take_code(&p) == NO_CODE)
			return false;
	return true;
}

void
fold_start(struct fold *f, const struct fold_table *t, const char *word)
{
	f->table = t;
	f->next = (const unsigned char *)word;
	f->is_raw = !is_utf8(word);
	f->nrun = f->at = 0;
	f->nbytes = f->byte = 0;
}

/* Append an item; a mark goes before those of a higher class. */
static bool
push(struct fold *f, uint32_t item)
{
	uint32_t class = item >> FOLD_I_SHIFT;
	size_t i = f->nrun;

	if (i == FOLD_MAX_RUN)
		return false;
	for (; class != 0 && i > 0 && f->run[i - 1] >> FOLD_I_SHIFT > class;
	    i--)
		f->run[i] = f->run[i - 1];
	f->run[i] = item;
	f->nrun++;
	return true;
}

static bool
push_hangul(struct fold *f, uint32_t s)
{
	uint32_t t = s % HANGUL_NT;

	return push(f, HANGUL_L + s / (HANGUL_NV * HANGUL_NT)) &&
	    push(f, HANGUL_V + s / HANGUL_NT % HANGUL_NV) &&
	    (t == 0 || push(f, HANGUL_T + t));
}

/* The table's entry of a character, or NULL. */
static const uint8_t *
find(const struct fold_table *t, uint32_t code)
{
	uint32_t lo = 0, hi = t->nentries, mid, c;
	const uint8_t *p;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		p = t->entries + (size_t)mid * FOLD_ENTRY_LEN;
		c = bytes_le32(p + FOLD_E_CODE) & FOLD_E_MASK;
		if (c == code)
			return p;
		if (c < code)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static bool
push_code(struct fold *f, uint32_t code)
{
	const uint8_t *e;
	uint32_t first, n, i;

	if (code < 0x80)
		return push(f, code >= 'A' && code <= 'Z' ? code + 32 : code);
	if (code - HANGUL_S < HANGUL_NS)
		return push_hangul(f, code - HANGUL_S);
	if ((e = find(f->table, code)) == NULL)
		return push(f, code);
	n = bytes_le32(e + FOLD_E_CODE) >> FOLD_E_SHIFT;
	first = bytes_le32(e + FOLD_E_ITEM);
	if (first > f->table->nitems || n > f->table->nitems - first)
		return false;
	for (i = 0; i < n; i++)
		if (!push(f, bytes_le32(f->table->items +
		    (size_t)(first + i) * FOLD_ITEM_LEN)))
			return false;
	return true;
}

/* True when a character can be moved before what stands in the run. */
static bool
begins_with_mark(const struct fold *f, uint32_t code)
{
	const uint8_t *e = code < 0x80 ? NULL : find(f->table, code);
	uint32_t first;

	if (e == NULL)
		return false;
	first = bytes_le32(e + FOLD_E_ITEM);
	return first < f->table->nitems && bytes_le32(f->table->items +
	    (size_t)first * FOLD_ITEM_LEN) >> FOLD_I_SHIFT != 0;
}

/* Refill the run from the word; false as fold_next()'s -1. */
static bool
fill(struct fold *f)
{
	const unsigned char *p;

	f->nrun = f->at = 0;
	do {
		if (!push_code(f, take_code(&f->next)))
			return false;
		p = f->next;
	} while (*p >= 0x80 && begins_with_mark(f, take_code(&p)));
	return true;
}

static void
encode(struct fold *f, uint32_t c)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	unsigned n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;

	for (i = n; i-- > 1; c >>= 6)
		f->bytes[i] = (unsigned char)(0x80 | (c & 0x3f));
	f->bytes[0] = (unsigned char)(lead[n] | c);
	f->nbytes = n;
	f->byte = 0;
}

int
fold_next(struct fold *f)
{
	uint32_t code;

	if (f->byte < f->nbytes)
		return f->bytes[f->byte++];
	if (f->is_raw)
		return *f->next == '\0' ? 0 : *f->next++;
	if (f->at == f->nrun) {
		if (*f->next == '\0')
			return 0;
		if (!fill(f))
			return -1;
	}
	code = f->run[f->at++] & FOLD_I_MASK;
	if (code == 0 || code > 0x10ffff)
		return -1;
	if (code < 0x80)
		return (int)code;
	encode(f, code);
	return f->bytes[f->byte++];
}
