/*
 * One allocator for a whole compilation: everything parsed lives in it and
 * is freed at once.  Memory is zeroed and aligned for any type.
 */
#ifndef COMPILER_ARENA_H
#define COMPILER_ARENA_H

#include <stddef.h>

struct arena;

/*
 * When memory runs out, or more than limit bytes are asked for (0: no
 * limit), on_full is called with what was exceeded, and must not return.
 */
struct arena *arena_new(size_t limit, void (*on_full)(const char *what));
void arena_free(struct arena *a);
/* Another one without a limit, and with the same on_full. */
struct arena *arena_new_like(const struct arena *a);

void *arena_alloc(struct arena *a, size_t n);
/* n elements of size bytes; the product is checked. */
void *arena_array(struct arena *a, size_t n, size_t size);
char *arena_strdup(struct arena *a, const char *s);
/* Copy of n bytes and a NUL. */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * Make room for one more in an array of count elements that has *cap:
 * returns the array, moved if it had to grow (the old one stays valid).
 */
void *arena_grow(struct arena *a, void *array, size_t count, size_t *cap,
    size_t size);
/* Bytes handed out so far. */
size_t arena_used(const struct arena *a);

#endif
