/* Text that grows at its end, in an arena. */
#ifndef COMPILER_TEXTBUF_H
#define COMPILER_TEXTBUF_H

#include "compiler/arena.h"

struct textbuf {
	struct arena *a;
	char *p;		/* n bytes and a NUL, or NULL: nothing yet */
	size_t n, cap;
};

void textbuf_add(struct textbuf *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* "" for nothing. */
const char *textbuf_text(const struct textbuf *t);

#endif
