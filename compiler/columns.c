/* See columns.h. */
#include "compiler/columns.h"

static size_t
width_of(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

size_t
columns_widest(size_t width, const char *s)
{
	size_t n = width_of(s);

	return n > width && n <= COLUMNS_MAX ? n : width;
}

void
columns_put(FILE *out, const char *s, size_t width)
{
	size_t n = width_of(s);

	fputs(s, out);
	for (; n < width; n++)
		putc(' ', out);
	fputs("  ", out);
}
