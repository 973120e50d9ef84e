/* What evaluation, calls and types of the `.rules' language share. */
#ifndef COMPILER_STAR_EVAL_H
#define COMPILER_STAR_EVAL_H

#include "compiler/star_value.h"

struct star_frame {
	struct star_frame *outer;
	struct star_value *slots[];
};

/* A function, or the file, being run. */
struct star_run {
	struct star *s;
	struct star_frame *f;
	bool is_module;			/* not in a function */
	const struct star_annot *result_type;
	struct star_value *result;
};

/* One level deeper (s->depth), one step on; false where a limit is met. */
bool star_enter(struct star *s, struct loc at);
struct star_value *star_eval_in(struct star_run *r,
    const struct star_expr *e);
bool star_assign(struct star_run *r, const struct star_expr *to,
    struct star_value *v);
/* Is v, the value of e, a string known to be empty before e runs? */
bool star_is_known_empty(struct star_run *r, const struct star_expr *e,
    const struct star_value *v);
/* The value of e if it is known before anything runs; else NULL, no error. */
struct star_value *star_fold(struct star_run *r, const struct star_expr *e);

struct star_frame *star_frame_new(struct star *s, struct star_frame *outer,
    size_t nslots);
struct star_value *star_eval(struct star *s, struct star_frame *f,
    const struct star_expr *e);
/* A function's body in its frame. */
struct star_value *star_body(struct star *s, struct star_frame *f,
    const struct star_def *def, const struct star_annot *result);
/* The function value of a def, with defaults and types evaluated. */
struct star_value *star_closure(struct star *s, struct star_frame *f,
    const struct star_def *def);

const struct star_annot *star_annot_eval(struct star *s,
    struct star_frame *f, const struct star_expr *e);
/* Complain if v is not of type t; what says what v is. */
bool star_annot_check(struct star *s, struct loc at,
    const struct star_annot *t, const struct star_value *v, const char *what);

#endif
