/* Fuzz target of what a command leaves behind: names, and files that count. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/left_kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* The bytes as a path. */
static void
match(const uint8_t *p, size_t len)
{
	char *path = malloc(len + 2);
	const struct left_row *row;

	if (path == NULL)
		abort();
	path[0] = '/';
	memcpy(path + 1, p, len);
	path[len + 1] = '\0';
	row = left_match(path);
	if (row != NULL && (row->kind >= LEFT_NKINDS ||
	    row->reader > LEFT_PROGRAM))
		abort();
	free(path);
}

/* The first byte says what kind of file the others are. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	uint8_t a[SHA256_LEN], b[SHA256_LEN];
	char detail[64];
	struct sha256 h;
	struct text t;
	bool has_some;

	if (len == 0)
		return 0;
	match(p + 1, len - 1);
	sha256_init(&h);
	sha256_final(&h, a);
	sha256_init(&h);
	text_init(&t, detail, sizeof(detail));
	has_some = left_read((enum left_reader)(p[0] % (LEFT_PROGRAM + 1)),
	    (const char *)p + 1, len - 1, &h, &t);
	sha256_final(&h, b);
	/* What does not count leaves no trace; t is a string. */
	if (!has_some && (memcmp(a, b, sizeof(a)) != 0 || t.len != 0))
		abort();
	if (memchr(detail, '\0', sizeof(detail)) == NULL)
		abort();
	return 0;
}
