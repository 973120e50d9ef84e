/* Doubling keeps a long list of words from being copied for each of them. */
#include "compiler/textbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
make_room(struct textbuf *t, size_t len)
{
	size_t cap = t->cap == 0 ? 64 : t->cap;
	char *p;

	while (cap - t->n <= len)
		cap *= 2;
	if (cap == t->cap)
		return;
	p = arena_alloc(t->a, cap);
	if (t->n > 0)
		memcpy(p, t->p, t->n);
	t->p = p;
	t->cap = cap;
}

void
textbuf_add(struct textbuf *t, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len <= 0)
		return;
	make_room(t, (size_t)len);
	va_start(ap, fmt);
	vsnprintf(t->p + t->n, t->cap - t->n, fmt, ap);
	va_end(ap);
	t->n += (size_t)len;
}

const char *
textbuf_text(const struct textbuf *t)
{
	return t->p != NULL ? t->p : "";
}
