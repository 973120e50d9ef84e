/* What the constructors of expressions and of statements share. */
#ifndef COMPILER_STAR_BUILD_H
#define COMPILER_STAR_BUILD_H

#include "compiler/star_ast.h"

/* arena_grow(), but beginning small: most lists of a rule file are short. */
void *star_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size);
#define STAR_GROW(p, l)	((l)->v = star_grow((p)->a, (l)->v, (l)->n,	\
	&(l)->cap, sizeof(*(l)->v)))

/* One more than under; complains where that is too much. */
unsigned star_taller(struct star_parse *p, struct loc at, unsigned under);
/* e is higher than child, which may be NULL. */
void star_raise(struct star_parse *p, struct star_expr *e,
    const struct star_expr *child);
/* Complain about what cannot be assigned to; is_whole: not in parts. */
void star_check_target(struct star_parse *p, const struct star_expr *e,
    bool is_whole);

#endif
