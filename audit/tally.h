/*
 * How often each of many names was seen, in constant memory.  While the names
 * fit, the counts are exact; beyond that the rarest makes room and a newcomer
 * inherits its count (Metwally's space-saving), so that the most frequent
 * stay and a count is too high by at most what the name took over.
 */
#ifndef AUDIT_TALLY_H
#define AUDIT_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALLY_MAX	1024	/* names */
#define TALLY_NAME	192	/* bytes of a name; the rest is cut */

struct tally_row {
	char name[TALLY_NAME];
	uint64_t count, error;
};

struct tally {
	struct tally_row rows[TALLY_MAX];
	size_t n;
	uint64_t total;
	uint16_t slots[2 * TALLY_MAX];	/* hash of a name to its row + 1 */
};

void tally_add(struct tally *t, const char *name, uint64_t times);

/* Most frequent first, then by name; nothing may be added afterwards. */
void tally_sort(struct tally *t);

/* Have names been cut out? */
bool tally_is_exact(const struct tally *t);

#endif
