/*
 * Single steps of the EXEC section's automaton: from a state by a word to the
 * next, and the hashes by which words and edges are found.
 */
#include "blob/exec.h"

#include <string.h>

#include "blob/bytes.h"

#define HASH_MUL	0x9e3779b97f4a7c15u	/* 2^64 / golden ratio */

static inline uint64_t
mix(uint64_t h, uint64_t v)
{
	h ^= v;
	return (h << 26 | h >> 38) * HASH_MUL;
}

uint32_t
exec_hash_token(uint32_t seed, const char *s, size_t max, size_t *len)
{
	const unsigned char *u = (const unsigned char *)s;
	uint64_t h = seed + HASH_MUL;
	size_t i;

	for (i = 0; i <= max && u[i] != '\0'; i++)
		h = mix(h, u[i]);
	*len = i;
	return (uint32_t)(mix(h, i) >> 32);
}

uint32_t
exec_hash_edge(uint32_t seed, uint32_t state, uint32_t symbol)
{
	return (uint32_t)(mix(mix(seed + HASH_MUL, state), symbol) >> 32);
}

uint32_t
exec_home(uint32_t hash, uint32_t n)
{
	return (uint32_t)((uint64_t)hash * n >> 32);
}

/* Cut n accepts off *rest; false when there are fewer, or best is odd. */
static bool
accepts_take(struct blob_span *rest, const uint8_t *n, const uint8_t *best,
    struct exec_accepts *out)
{
	out->n = bytes_le32(n);
	out->best = bytes_le32(best);
	out->p = rest->p;
	if (out->n > rest->len / EXEC_ACCEPT_LEN)
		return false;
	rest->p += (size_t)out->n * EXEC_ACCEPT_LEN;
	rest->len -= (size_t)out->n * EXEC_ACCEPT_LEN;
	return (out->n == 0) == (out->best == EXEC_NONE);
}

static const struct exec_accepts no_accepts = { .best = EXEC_NONE };

/* A state with a record. */
static int
state_get(const struct exec_view *v, uint32_t i, struct exec_state *out)
{
	const uint8_t *p;
	struct blob_span rest;
	uint32_t first;

	p = v->states + (size_t)i * EXEC_STATE_LEN;
	first = bytes_le32(p + EXEC_T_ACCEPT);
	if (first > v->naccepts)
		return BLOB_ERR_VALUE;
	rest.p = v->accepts + (size_t)first * EXEC_ACCEPT_LEN;
	rest.len = (size_t)(v->naccepts - first) * EXEC_ACCEPT_LEN;
	out->number = i;
	out->glob = bytes_le32(p + EXEC_T_GLOB);
	out->is_folded = false;
	if (!accepts_take(&rest, p + EXEC_T_NARRIVE, p + EXEC_T_BEST_ARRIVE,
	    &out->arrive) ||
	    !accepts_take(&rest, p + EXEC_T_NSTOP, p + EXEC_T_BEST_STOP,
	    &out->stop) ||
	    !accepts_take(&rest, p + EXEC_T_NEND, p + EXEC_T_BEST_END,
	    &out->end))
		return BLOB_ERR_VALUE;
	return BLOB_OK;
}

int
exec_start(const struct exec_view *v, struct exec_state *out)
{
	return state_get(v, 0, out);
}

int
exec_start_folded(const struct exec_view *v, struct exec_state *out)
{
	int r = state_get(v, v->folded, out);

	out->is_folded = true;
	return r;
}

/* The state that an edge leads to. */
static int
state_after(const struct exec_view *v, const uint8_t *edge,
    struct exec_state *out)
{
	uint32_t to = bytes_le32(edge + EXEC_G_TO);

	if (to < v->nstates)
		return state_get(v, to, out);
	*out = (struct exec_state){ .number = to, .arrive = no_accepts,
	    .stop = no_accepts, .end = no_accepts };
	if (to & EXEC_TO_LEAF) {
		out->number = EXEC_NONE;
		out->arrive = (struct exec_accepts){ .p = edge + EXEC_G_TO,
		    .n = 1, .best = to & ~EXEC_TO_LEAF };
		return BLOB_OK;
	}
	return to - v->nstates < v->nplain ? BLOB_OK : BLOB_ERR_RANGE;
}

static const uint8_t *
tok_home(const struct exec_view *v, uint32_t tag)
{
	return v->toks + (size_t)exec_home(tag, v->tok_homes) *
	    EXEC_TOKSLOT_LEN;
}

static bool
token_is(const struct exec_view *v, uint32_t off, const char *s, size_t len)
{
	return off < v->strs.len && len < v->strs.len - off &&
	    memcmp(v->strs.p + off, s, len) == 0 &&
	    v->strs.p[off + len] == '\0';
}

/*
 * The symbol of a token with this hash for which is_same() holds, or
 * EXEC_NONE.
 */
static inline uint32_t
symbol_find(const struct exec_view *v, uint32_t tag, size_t len,
    bool (*is_same)(const struct exec_view *v, uint32_t off, const char *s,
    size_t len), const char *s)
{
	const uint8_t *p = tok_home(v, tag);
	uint32_t i, t, str;

	for (i = 0; i <= v->tok_probe; i++, p += EXEC_TOKSLOT_LEN) {
		str = bytes_le32(p + EXEC_K_STRING);
		t = bytes_le32(p + EXEC_K_TAG);
		if (str == EXEC_NONE || t > tag)
			break;
		if (t == tag && is_same(v, str, s, len))
			return bytes_le32(p + EXEC_K_SYMBOL);
	}
	return EXEC_NONE;
}

void
exec_word_start(const struct exec_view *v, const char *s,
    struct exec_word *w)
{
	w->s = s;
	w->tag = exec_hash_token(v->tok_seed, s, v->max_token, &w->len);
	__builtin_prefetch(tok_home(v, w->tag));
}

/* The symbol of a known token, or EXEC_NONE. */
static uint32_t
token_find(const struct exec_view *v, const struct exec_word *w)
{
	if (w->len > v->max_token)
		return EXEC_NONE;
	return symbol_find(v, w->tag, w->len, token_is, w->s);
}

/* The same for folded words, of len bytes. */
static bool
token_is_folded(const struct exec_view *v, uint32_t off, const char *s,
    size_t len)
{
	struct fold f;
	size_t i;

	if (off >= v->strs.len || len >= v->strs.len - off)
		return false;
	fold_start(&f, &v->fold, s);
	for (i = 0; i < len; i++)
		if (fold_next(&f) != v->strs.p[off + i])
			return false;
	return v->strs.p[off + len] == '\0';
}

/* *token as from token_find(); BLOB_ERR_WORD when s cannot be folded. */
static int
token_find_folded(const struct exec_view *v, const char *s, uint32_t *token)
{
	uint64_t h = v->tok_seed + HASH_MUL;
	struct fold f;
	size_t len = 0;
	int c;

	*token = EXEC_NONE;
	fold_start(&f, &v->fold, s);
	for (; (c = fold_next(&f)) > 0; len++)
		h = mix(h, (unsigned char)c);
	if (c < 0)
		return BLOB_ERR_WORD;
	if (len <= v->max_token)
		*token = symbol_find(v, (uint32_t)(mix(h, len) >> 32), len,
		    token_is_folded, s);
	return BLOB_OK;
}

/* The edge from a state by a symbol, or NULL. */
static const uint8_t *
edge_find(const struct exec_view *v, uint32_t state, uint32_t symbol)
{
	uint32_t home, i, from;
	const uint8_t *p;

	home = exec_home(exec_hash_edge(v->edge_seed, state, symbol),
	    v->edge_homes);
	p = v->edges + (size_t)home * EXEC_EDGE_LEN;
	for (i = 0; i <= v->edge_probe; i++, p += EXEC_EDGE_LEN) {
		from = bytes_le32(p + EXEC_G_STATE);
		if (from == EXEC_NONE)
			break;
		if (from == state && bytes_le32(p + EXEC_G_SYMBOL) == symbol)
			return p;
	}
	return NULL;
}

/* The glob state after one byte; 0 is dead. */
static uint32_t
glob_next(const struct exec_view *v, uint32_t g, unsigned char byte)
{
	uint32_t c;

	if (g >= v->nglobs)		/* without globs there is no map */
		return 0;
	c = v->byte_map[byte];
	if (c >= v->nclasses)
		return 0;
	return bytes_le16(v->glob_next + ((size_t)g * v->nclasses + c) *
	    EXEC_GLOBNEXT_LEN);
}

/* The class of globs that match s, run from glob state g; 0 for none. */
static uint32_t
glob_class(const struct exec_view *v, uint32_t g, const char *s,
    bool is_folded)
{
	const unsigned char *u = (const unsigned char *)s;
	struct fold f;
	int c;

	if (is_folded) {
		fold_start(&f, &v->fold, s);
		while (g != 0 && (c = fold_next(&f)) > 0)
			g = glob_next(v, g, (unsigned char)c);
	} else {
		for (; g != 0 && *u != '\0'; u++)
			g = glob_next(v, g, *u);
	}
	if (g == 0 || g >= v->nglobs)
		return 0;
	return bytes_le32(v->glob_class + (size_t)g * EXEC_GLOBCLASS_LEN);
}

int
exec_step(const struct exec_view *v, struct exec_state *s,
    const struct exec_word *w)
{
	const uint8_t *edge = NULL;
	bool is_folded = s->is_folded;
	uint32_t token, class;
	int r = BLOB_OK;

	if (s->number == EXEC_NONE)
		return BLOB_ERR_MISSING;
	if (is_folded)
		r = token_find_folded(v, w->s, &token);
	else
		token = token_find(v, w);
	if (r != BLOB_OK)
		return r;
	if (token != EXEC_NONE)
		edge = edge_find(v, s->number, token);
	if (edge == NULL && s->glob != 0) {
		class = glob_class(v, s->glob, w->s, is_folded);
		if (class != 0)
			edge = edge_find(v, s->number, EXEC_SYM_CLASS | class);
	}
	if (edge == NULL)
		return BLOB_ERR_MISSING;
	r = state_after(v, edge, s);
	s->is_folded = is_folded;
	return r;
}
