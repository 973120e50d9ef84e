/*
 * The EXEC section: a view of its arrays, getters for what `show' prints,
 * and the steps of a look-up.
 *
 * What is promised: exec_view_open() checks the header and that the arrays
 * fill the section exactly, in constant time; it does not walk them, so a
 * blob of 100,000 rules opens as fast as one of ten.  Therefore nothing in
 * the arrays is trusted: every number is checked where it is read, and every
 * loop is bounded by the caller's arguments or by a limit in the header.  A
 * damaged section gives an error or a wrong answer, never a stray access; a
 * walk over all rules with the getters ends after at most as many steps as
 * there are entries, because runs cannot overlap.
 *
 * A look-up starts in state 0 and takes one symbol for each argument: the
 * class of a known token, or that of the globs that match it.  It costs
 * two probes of hash tables an argument, whatever the number of rules.
 */
#ifndef BLOB_EXEC_H
#define BLOB_EXEC_H

#include "blob/fold.h"
#include "blob/read.h"

struct exec_view {
	struct blob_span strs;
	enum blob_decision dflt, opaque;
	enum blob_exec_scope scope;
	uint32_t rule_default, rule_opaque;	/* DBGI */
	uint32_t tok_seed, tok_homes, tok_probe, max_token;
	uint32_t edge_seed, edge_homes, edge_probe;
	uint32_t nstates, nplain, naccepts, nrules, nunless, nelems, nalts;
	uint32_t nhosts, npaths, nglobs, nclasses;
	uint32_t folded;		/* first state; 0 without any */
	struct fold_table fold;
	const uint8_t *toks, *edges, *states, *accepts, *rules, *unless;
	const uint8_t *elems, *alts, *hosts, *paths;
	const uint8_t *glob_class, *byte_map, *glob_next;
};

/* Entries first .. first + n - 1 of the next array. */
struct exec_run {
	uint32_t first, n;
};

struct exec_rule {
	enum blob_decision decision;
	unsigned flags;			/* EXEC_RF_* */
	uint32_t info;			/* DBGI */
	uint32_t why, id;		/* strings, "" without */
	struct exec_run elems;		/* its pattern */
	struct exec_run unless;		/* its exceptions */
};

struct exec_alt {
	uint32_t string;
	bool is_glob;
};

struct exec_host {
	uint32_t name;			/* string */
	struct exec_run paths;
	uint32_t info;			/* DBGI */
};

/* One kind of a state's accepts. */
struct exec_accepts {
	const uint8_t *p;		/* n accepts, ascending by rule */
	uint32_t n;
	uint32_t best;			/* accept, EXEC_NONE if n is 0 */
};

struct exec_state {
	uint32_t number;		/* EXEC_NONE: a leaf */
	uint32_t glob;			/* 0 without globs */
	bool is_folded;			/* takes words in their folded form */
	struct exec_accepts arrive, stop, end;
};

struct exec_word {
	const char *s;
	size_t len;			/* above v->max_token: at least that */
	uint32_t tag;
};

/* Check a section's header: BLOB_OK or the first error.  Constant time. */
int blob_exec_validate(struct blob_span s);

/* The same, and *v borrows both spans; strs ends with NUL. */
int exec_view_open(struct exec_view *v, struct blob_span exec,
    struct blob_span strs);
/* The view of a blob's EXEC; BLOB_ERR_MISSING without one. */
int exec_view_of(struct exec_view *v, const struct blob *b);

/* A string of STRS; "" when the offset is outside. */
const char *exec_str(const struct exec_view *v, uint32_t off);

/*
 * Getters: BLOB_OK, BLOB_ERR_RANGE past the last entry, BLOB_ERR_VALUE or
 * BLOB_ERR_ORDER when the entry is damaged.
 */
int exec_rule_get(const struct exec_view *v, uint32_t i,
    struct exec_rule *out);
int exec_unless_get(const struct exec_view *v, uint32_t i,
    struct exec_run *elems);
int exec_elem_get(const struct exec_view *v, uint32_t i,
    struct exec_run *alts);
int exec_alt_get(const struct exec_view *v, uint32_t i,
    struct exec_alt *out);
int exec_host_get(const struct exec_view *v, uint32_t i,
    struct exec_host *out);
int exec_path_get(const struct exec_view *v, uint32_t i, uint32_t *string);

/*
 * The host entry that pins a name: BLOB_OK, or BLOB_ERR_MISSING.  Then
 * whether path is among its paths, byte for byte.
 */
int exec_host_find(const struct exec_view *v, const char *name,
    struct exec_host *out);
bool exec_host_has(const struct exec_view *v, const struct exec_host *h,
    const char *path);

/* The first state.  BLOB_OK or BLOB_ERR_VALUE. */
int exec_start(const struct exec_view *v, struct exec_state *out);
/* That of the rules that compare folded words; v->folded is not 0. */
int exec_start_folded(const struct exec_view *v, struct exec_state *out);
/*
 * Look a word up ahead of its step, so that the memory it needs is there by
 * then; *w borrows s.
 */
void exec_word_start(const struct exec_view *v, const char *s,
    struct exec_word *w);
/*
 * From s by one word: BLOB_OK with *s the next state, BLOB_ERR_MISSING when
 * the walk stops here, BLOB_ERR_WORD when it cannot be folded, else the state
 * is damaged.
 */
int exec_step(const struct exec_view *v, struct exec_state *s,
    const struct exec_word *w);

/*
 * The hashes, shared with the builder, which checks that no slot stands too
 * far from its home.  exec_hash_token() also tells the length of s, of which
 * it reads at most max + 1 bytes.
 */
uint32_t exec_hash_token(uint32_t seed, const char *s, size_t max,
    size_t *len);
uint32_t exec_hash_edge(uint32_t seed, uint32_t state, uint32_t symbol);
/* The home of a hash among n slots: ascending as the hash is. */
uint32_t exec_home(uint32_t hash, uint32_t n);

#endif
