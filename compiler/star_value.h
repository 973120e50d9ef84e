/*
 * Values of the `.rules' language.  Immutable but for lists and dicts; all
 * in the arena of one evaluation, never freed singly.
 */
#ifndef COMPILER_STAR_VALUE_H
#define COMPILER_STAR_VALUE_H

#include "compiler/star_ast.h"

enum star_type {
	STAR_NONE, STAR_BOOL, STAR_INT, STAR_FLOAT, STAR_STRING, STAR_BYTES,
	STAR_LIST, STAR_TUPLE, STAR_DICT, STAR_RANGE, STAR_FUNCTION,
	STAR_BUILTIN, STAR_ELLIPSIS, STAR_ITERATOR,
	STAR_BIG,	/* an int that is not within star_int */
	STAR_GLOB,	/* of rule files: its text is s */
	STAR_OPTION	/* of rule files: what flag() and opt() make */
};

/* What most integers are within; others are STAR_BIG. */
typedef __int128 star_int;

struct star;
struct star_frame;

struct star_seq {			/* list, tuple, iterator */
	struct star_value **v;
	size_t n, cap;
	unsigned loops;			/* running over it: no change */
	bool is_shown;			/* its repr is being made */
};

struct star_entry {
	struct star_value *key;		/* NULL: removed */
	struct star_value *value;
	uint64_t hash;
};

struct star_dict {			/* in order of insertion */
	struct star_entry *v;
	size_t n, cap;			/* n counts removed ones too */
	size_t count;			/* those that are there */
	uint32_t *index;		/* entry + 1; a power of two of them */
	size_t nindex;
	unsigned loops;
	bool is_shown;
};

struct star_range {
	int32_t start, stop, step;
};

struct star_builtin {
	const char *name;
	/*
	 * Parameters: "old new count? /".  `?' may be left out, `*' and `**'
	 * take the rest, those before `/' cannot be given by name, those
	 * behind `|' only by name.
	 */
	const char *params;
	/* arg[i] is NULL where it was left out.  NULL after an error. */
	struct star_value *(*call)(struct star *s, struct star_value *self,
	    struct star_value **arg);
};

struct star_function {
	const struct star_def *def;
	struct star_frame *outer;
	struct star_value **by_default;	/* one a parameter, or NULL */
	const struct star_annot **types;	/* likewise */
	const struct star_annot *result;
};

/* A type annotation. */
struct star_annot {
	enum star_type type;
	const char *name;		/* as shown */
	const struct star_annot **args;	/* list[T], dict[K, V], (A, B) */
	size_t nargs;
	bool is_rest;			/* tuple[T, ...] */
	const struct star_annot *either, *or;	/* A | B, NULL for others */
};

struct star_value {
	enum star_type type;
	union {
		bool b;
		star_int i;
		const struct star_big *big;
		double f;
		struct star_text s;		/* STRING, BYTES, GLOB */
		struct star_seq *seq;
		struct star_dict *dict;
		struct star_range range;
		struct star_function *fn;
		const void *option;		/* OPTION: the builtins' */
		struct {
			const struct star_builtin *b;
			struct star_value *self;	/* a method's */
		} builtin;
	};
};

/* What evaluation carries along. */
struct star {
	struct arena *a;
	struct diag *d;
	struct loc at;			/* of the call being made */
	const struct star_args *args;	/* as written, or NULL */
	unsigned long steps;		/* left */
	size_t memory;			/* bytes of both arenas left at first */
	const struct arena *kept;	/* what outlives the evaluation */
	unsigned depth;			/* expressions within expressions */
	unsigned calls;			/* functions within functions */
	bool has_failed;
	bool is_trying;			/* errors are not told */
	struct star_value *none, *yes, *no, *empty;
	const char *file;		/* in the names of functions */
	void *host;			/* the builtins' own data */
};

/* Report once, at `at'; returns NULL. */
struct star_value *star_fail_at(struct star *s, struct loc at,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same at s->at. */
struct star_value *star_fail(struct star *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Memory within the budget, or NULL after an error. */
void *star_alloc(struct star *s, size_t n, size_t size);
/* Steps for work that is done at once; false after an error. */
bool star_spend(struct star *s, size_t n);

const char *star_type_name(const struct star_value *v);
/* What `v.type' is if v is a function such as int or str; else NULL. */
const char *star_type_named(const struct star_value *v);

/* Constructors: NULL only where the budget is spent. */
struct star_value *star_bool(struct star *s, bool b);
struct star_value *star_integer(struct star *s, star_int i);
struct star_value *star_real(struct star *s, double f);
struct star_value *star_string(struct star *s, const char *p, size_t n);
struct star_value *star_cstring(struct star *s, const char *p);
/* Without a copy. */
struct star_value *star_string_own(struct star *s, const char *p, size_t n);
struct star_value *star_seq(struct star *s, enum star_type type, size_t cap);
struct star_value *star_dict(struct star *s);
struct star_value *star_method(struct star *s, const struct star_builtin *b,
    struct star_value *self);
/* n values as a list, tuple or iterator. */
struct star_value *star_seq_of(struct star *s, enum star_type type,
    struct star_value *const *v, size_t n);

bool star_push(struct star *s, struct star_value *seq, struct star_value *v);

bool star_is_int(const struct star_value *v);
bool star_truth(const struct star_value *v);
/* 1, 0, or -1 after an error (values that hold themselves). */
int star_equal(struct star *s, const struct star_value *a,
    const struct star_value *b);
/* a < b, a == b, a > b as -1, 0, 1 in *out; false after an error. */
bool star_compare(struct star *s, const struct star_value *a,
    const struct star_value *b, int *out);

/* Dicts.  A key that cannot be one is an error. */
bool star_dict_get(struct star *s, const struct star_value *dict,
    const struct star_value *key, struct star_value **out);
bool star_dict_set(struct star *s, struct star_value *dict,
    struct star_value *key, struct star_value *value);
/* *out is what was there, NULL if nothing was. */
bool star_dict_remove(struct star *s, struct star_value *dict,
    const struct star_value *key, struct star_value **out);
/* Set from a dict or pairs (NULL: none), then from a dict of names. */
bool star_dict_update(struct star *s, struct star_value *dict,
    struct star_value *from, const struct star_value *named);
/* Complain if a loop runs over it. */
bool star_may_change(struct star *s, const struct star_value *v);

/* Iteration, in which lists and dicts do not change. */
struct star_iter {
	struct star_value *over;
	size_t i;
};
bool star_iter_start(struct star *s, struct star_value *v,
    struct star_iter *it);
/* false at the end; *out is NULL after an error. */
bool star_iter_next(struct star *s, struct star_iter *it,
    struct star_value **out);
void star_iter_end(struct star_iter *it);
/* All of it as an array. */
bool star_collect(struct star *s, struct star_value *v,
    struct star_value ***out, size_t *n);

size_t star_range_len(struct star_range r);

/* Text being built. */
struct star_buf {
	struct star *s;
	char *p;
	size_t n, cap;
	unsigned level;			/* of values within values */
};
void star_put(struct star_buf *b, const char *p, size_t n);
void star_puts(struct star_buf *b, const char *p);
void star_put_rune(struct star_buf *b, uint32_t c);
void star_put_str(struct star_buf *b, const struct star_value *v);
void star_put_repr(struct star_buf *b, const struct star_value *v);
void star_put_int(struct star_buf *b, star_int i, unsigned base,
    bool is_upper);
/* As the language shows a float: %g, %e, %f and their upper case. */
void star_put_float(struct star_buf *b, double f, char how);
struct star_value *star_buf_string(struct star_buf *b);
/* For messages: the value's repr, cut. */
const char *star_show(struct star *s, const struct star_value *v);

/* Operators and access; NULL after an error at s->at. */
struct star_value *star_binary(struct star *s, enum star_binary op,
    struct star_value *l, struct star_value *r);
struct star_value *star_unary(struct star *s, enum star_unary op,
    struct star_value *v);
struct star_value *star_index(struct star *s, struct star_value *of,
    struct star_value *i);
/* NULL pointers where a bound is left out. */
struct star_value *star_slice(struct star *s, struct star_value *of,
    struct star_value *i, struct star_value *j, struct star_value *step);
bool star_index_set(struct star *s, struct star_value *of,
    struct star_value *i, struct star_value *v);
struct star_value *star_attr(struct star *s, struct star_value *of,
    const char *name);
/* Tables of a type's methods, then NULL; each ends with a NULL name. */
const struct star_builtin *const *star_methods(enum star_type type);
const struct star_builtin *star_find_method(enum star_type type,
    const char *name);
extern const struct star_builtin star_string_methods[];
extern const struct star_builtin star_case_methods[];
extern const struct star_builtin star_split_methods[];
extern const struct star_builtin star_list_methods[];
extern const struct star_builtin star_dict_methods[];
extern const struct star_builtin star_bytes_methods[];
extern const struct star_builtin star_functions[];
extern const struct star_builtin star_conversions[];

struct star_value *star_percent(struct star *s, const struct star_value *fmt,
    struct star_value *v);
struct star_value *star_format(struct star *s, struct star_value *fmt,
    const struct star_value *args, const struct star_value *named);

/*
 * Where argument `name', or else the one at pos, of the call being made is
 * written; with elem, that element of it if it is a list written out.
 * s->at if it is not to be seen.
 */
#define STAR_WHOLE	((size_t)-1)
struct loc star_arg_loc(const struct star *s, const char *name, size_t pos,
    size_t elem);

/* Call with evaluated arguments; named is a dict or NULL. */
struct star_value *star_call(struct star *s, struct star_value *fn,
    struct star_value **pos, size_t npos, struct star_value *named);

/* Arguments of builtins: false after an error that names the parameter. */
bool star_want_string(struct star *s, const struct star_value *v,
    const char *what, struct star_text *out);
bool star_want_int(struct star *s, const struct star_value *v,
    const char *what, int32_t *out);
bool star_want_bool(struct star *s, const struct star_value *v,
    const char *what, bool *out);

/* UTF-8: characters of n bytes, and the byte where character i begins. */
size_t star_utf8_count(const char *p, size_t n);
size_t star_utf8_offset(const char *p, size_t n, size_t i);
uint32_t star_utf8_next(const char *p, size_t n, size_t *i);
bool star_utf8_valid(const char *p, size_t n);

/* Run a checked module. */
int star_run(struct star *s, const struct star_module *m);
void star_init(struct star *s, struct arena *a, const struct arena *kept,
    struct diag *d);
/* Is there memory for n more?  False after an error. */
bool star_has_room(struct star *s, size_t n);

#endif
