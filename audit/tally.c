/* Counts by name: see tally.h. */
#include "audit/tally.h"

#include <stdlib.h>
#include <string.h>

#define NSLOTS	(2 * TALLY_MAX)

static size_t
hash_of(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h % NSLOTS;
}

/* The slot of a name, or the free one where it would be. */
static size_t
find_slot(const struct tally *t, const char *name)
{
	size_t i = hash_of(name);

	while (t->slots[i] != 0 &&
	    strcmp(t->rows[t->slots[i] - 1].name, name) != 0)
		i = (i + 1) % NSLOTS;
	return i;
}

static void
rebuild_slots(struct tally *t)
{
	memset(t->slots, 0, sizeof(t->slots));
	for (size_t i = 0; i < t->n; i++)
		t->slots[find_slot(t, t->rows[i].name)] = (uint16_t)(i + 1);
}

static size_t
find_rarest(const struct tally *t)
{
	size_t least = 0;

	for (size_t i = 1; i < t->n; i++)
		if (t->rows[i].count < t->rows[least].count)
			least = i;
	return least;
}

/* A record can name any number: no sum begins anew. */
static void
add_to(uint64_t *sum, uint64_t times)
{
	*sum = times > UINT64_MAX - *sum ? UINT64_MAX : *sum + times;
}

void
tally_add(struct tally *t, const char *name, uint64_t times)
{
	struct tally_row *row;
	char cut[TALLY_NAME];
	size_t slot, n = strlen(name);

	if (n >= sizeof(cut)) {
		/* Not within a character. */
		n = sizeof(cut) - 4;
		while (n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80)
			n--;
		memcpy(cut, name, n);
		memcpy(cut + n, "...", 4);
		name = cut;
	}
	add_to(&t->total, times);
	slot = find_slot(t, name);
	if (t->slots[slot] != 0) {
		add_to(&t->rows[t->slots[slot] - 1].count, times);
		return;
	}
	if (t->n < TALLY_MAX) {
		row = &t->rows[t->n++];
		*row = (struct tally_row){ .count = times };
		t->slots[slot] = (uint16_t)t->n;
		strcpy(row->name, name);
		return;
	}
	row = &t->rows[find_rarest(t)];
	row->error = row->count;
	add_to(&row->count, times);
	strcpy(row->name, name);
	rebuild_slots(t);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->name, y->name);
}

void
tally_sort(struct tally *t)
{
	qsort(t->rows, t->n, sizeof(t->rows[0]), compare_rows);
}

bool
tally_is_exact(const struct tally *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].error > 0)
			return false;
	return true;
}
