/*
 * The EXEC section: constant-time validation, getters, single steps of the
 * automaton.  Leaves what a match means to eval.c.
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

/* Cut n entries of size bytes off *s. */
static const uint8_t *
take(struct blob_span *s, uint64_t n, size_t size, bool *is_short)
{
	const uint8_t *p = s->p;

	if (n > s->len / size) {
		*is_short = true;
		return p;
	}
	s->p += (size_t)n * size;
	s->len -= (size_t)n * size;
	return p;
}

static void
head_read(struct exec_view *v, const uint8_t *p)
{
	v->dflt = p[EXEC_DEFAULT];
	v->scope = p[EXEC_SCOPE];
	v->opaque = p[EXEC_OPAQUE];
	v->rule_opaque = bytes_le32(p + EXEC_RULE_OPAQUE);
	v->rule_default = bytes_le32(p + EXEC_RULE_DEFAULT);
	v->tok_seed = bytes_le32(p + EXEC_TOK_SEED);
	v->edge_seed = bytes_le32(p + EXEC_EDGE_SEED);
	v->max_token = bytes_le32(p + EXEC_MAX_TOKEN);
	v->tok_homes = bytes_le32(p + EXEC_TOK_HOMES);
	v->tok_probe = bytes_le32(p + EXEC_TOK_PROBE);
	v->edge_homes = bytes_le32(p + EXEC_EDGE_HOMES);
	v->edge_probe = bytes_le32(p + EXEC_EDGE_PROBE);
	v->nstates = bytes_le32(p + EXEC_NSTATES);
	v->nplain = bytes_le32(p + EXEC_NPLAIN);
	v->naccepts = bytes_le32(p + EXEC_NACCEPTS);
	v->nrules = bytes_le32(p + EXEC_NRULES);
	v->nunless = bytes_le32(p + EXEC_NUNLESS);
	v->nelems = bytes_le32(p + EXEC_NELEMS);
	v->nalts = bytes_le32(p + EXEC_NALTS);
	v->nhosts = bytes_le32(p + EXEC_NHOSTS);
	v->npaths = bytes_le32(p + EXEC_NPATHS);
	v->nglobs = bytes_le32(p + EXEC_NGLOBSTATES);
	v->nclasses = bytes_le32(p + EXEC_NBYTECLASSES);
	v->folded = bytes_le32(p + EXEC_FOLDED);
	v->fold.nentries = bytes_le32(p + EXEC_NFOLDS);
	v->fold.nitems = bytes_le32(p + EXEC_NFOLDITEMS);
}

static bool
head_ok(const struct exec_view *v)
{
	bool globs_ok = v->nglobs == 0 ? v->nclasses == 0 :
	    v->nglobs <= EXEC_MAX_GLOBSTATES && v->nclasses >= 1 &&
	    v->nclasses <= EXEC_BYTE_MAP;
	bool folds_ok = v->folded == 0 ? v->fold.nentries == 0 &&
	    v->fold.nitems == 0 : v->folded < v->nstates &&
	    v->fold.nentries <= EXEC_MAX_FOLDS;

	return v->dflt < BLOB_NDECISIONS &&
	    v->opaque < BLOB_NDECISIONS && v->scope <= BLOB_SCOPE_TREE &&
	    v->tok_homes >= 1 && v->tok_probe <= EXEC_MAX_PROBE &&
	    v->edge_homes >= 1 && v->edge_probe <= EXEC_MAX_PROBE &&
	    v->nstates >= 1 && v->nrules <= BLOB_MAX_RULES &&
	    v->nplain < EXEC_TO_LEAF && globs_ok && folds_ok;
}

int
exec_view_open(struct exec_view *v, struct blob_span s, struct blob_span strs)
{
	struct exec_view w = { .strs = strs };
	bool is_short = false;

	if (s.len < EXEC_HEAD)
		return BLOB_ERR_TRUNCATED;
	if (s.p[EXEC_PAD] != 0)
		return BLOB_ERR_RESERVED;
	head_read(&w, s.p);
	if (!head_ok(&w))
		return BLOB_ERR_VALUE;
	take(&s, 1, EXEC_HEAD, &is_short);
	w.toks = take(&s, (uint64_t)w.tok_homes + w.tok_probe,
	    EXEC_TOKSLOT_LEN, &is_short);
	w.edges = take(&s, (uint64_t)w.edge_homes + w.edge_probe,
	    EXEC_EDGE_LEN, &is_short);
	w.states = take(&s, w.nstates, EXEC_STATE_LEN, &is_short);
	w.accepts = take(&s, w.naccepts, EXEC_ACCEPT_LEN, &is_short);
	w.rules = take(&s, w.nrules, EXEC_RULE_LEN, &is_short);
	w.unless = take(&s, w.nunless, EXEC_UNLESS_LEN, &is_short);
	w.elems = take(&s, w.nelems, EXEC_ELEM_LEN, &is_short);
	w.alts = take(&s, w.nalts, EXEC_ALT_LEN, &is_short);
	w.hosts = take(&s, w.nhosts, EXEC_HOST_LEN, &is_short);
	w.paths = take(&s, w.npaths, EXEC_PATH_LEN, &is_short);
	w.glob_class = take(&s, w.nglobs, EXEC_GLOBCLASS_LEN, &is_short);
	w.byte_map = take(&s, w.nglobs == 0 ? 0 : EXEC_BYTE_MAP, 1, &is_short);
	w.glob_next = take(&s, (uint64_t)w.nglobs * w.nclasses,
	    EXEC_GLOBNEXT_LEN, &is_short);
	w.fold.entries = take(&s, w.fold.nentries, FOLD_ENTRY_LEN, &is_short);
	w.fold.items = take(&s, w.fold.nitems, FOLD_ITEM_LEN, &is_short);
	if (is_short || s.len != 0)
		return BLOB_ERR_COUNT;
	*v = w;
	return BLOB_OK;
}

int
blob_exec_validate(struct blob_span s)
{
	struct exec_view v;

	return exec_view_open(&v, s, (struct blob_span){ .p = NULL });
}

int
exec_view_of(struct exec_view *v, const struct blob *b)
{
	struct blob_span exec, strs;
	int r;

	if ((r = blob_section(b, BLOB_EXEC, 0, &exec)) != BLOB_OK ||
	    (r = blob_section(b, BLOB_STRS, 0, &strs)) != BLOB_OK)
		return r;
	return exec_view_open(v, exec, strs);
}

const char *
exec_str(const struct exec_view *v, uint32_t off)
{
	if (off >= v->strs.len || v->strs.p[v->strs.len - 1] != '\0')
		return "";
	return (const char *)v->strs.p + off;
}

/*
 * Entry i of an array of n runs whose members are counted by total: p points
 * to its first member's number, the next run's is size bytes further.
 */
static int
run_get(const uint8_t *p, size_t size, uint32_t i, uint32_t n,
    uint32_t total, struct exec_run *out)
{
	uint32_t first = bytes_le32(p), next = total;

	if (i + 1 < n)
		next = bytes_le32(p + size);
	if (first > next || next > total)
		return BLOB_ERR_ORDER;
	*out = (struct exec_run){ .first = first, .n = next - first };
	return BLOB_OK;
}

int
exec_rule_get(const struct exec_view *v, uint32_t i, struct exec_rule *out)
{
	uint32_t after = v->nelems;	/* where the rules' elements end */
	const uint8_t *p;
	int r;

	if (i >= v->nrules)
		return BLOB_ERR_RANGE;
	p = v->rules + (size_t)i * EXEC_RULE_LEN;
	if (p[EXEC_R_DECISION] >= BLOB_NDECISIONS ||
	    p[EXEC_R_FLAGS] & ~EXEC_ALL_RFLAGS ||
	    bytes_le16(p + EXEC_R_PAD) != 0)
		return BLOB_ERR_VALUE;
	out->decision = p[EXEC_R_DECISION];
	out->flags = p[EXEC_R_FLAGS];
	out->info = bytes_le32(p + EXEC_R_RULE);
	out->why = bytes_le32(p + EXEC_R_WHY);
	out->id = bytes_le32(p + EXEC_R_ID);
	if (v->nunless > 0)
		after = bytes_le32(v->unless);
	if (after > v->nelems)
		return BLOB_ERR_ORDER;
	if ((r = run_get(p + EXEC_R_ELEM, EXEC_RULE_LEN, i, v->nrules, after,
	    &out->elems)) != BLOB_OK)
		return r;
	return run_get(p + EXEC_R_UNLESS, EXEC_RULE_LEN, i, v->nrules,
	    v->nunless, &out->unless);
}

int
exec_unless_get(const struct exec_view *v, uint32_t i, struct exec_run *out)
{
	if (i >= v->nunless)
		return BLOB_ERR_RANGE;
	return run_get(v->unless + (size_t)i * EXEC_UNLESS_LEN,
	    EXEC_UNLESS_LEN, i, v->nunless, v->nelems, out);
}

int
exec_elem_get(const struct exec_view *v, uint32_t i, struct exec_run *out)
{
	if (i >= v->nelems)
		return BLOB_ERR_RANGE;
	return run_get(v->elems + (size_t)i * EXEC_ELEM_LEN, EXEC_ELEM_LEN, i,
	    v->nelems, v->nalts, out);
}

int
exec_alt_get(const struct exec_view *v, uint32_t i, struct exec_alt *out)
{
	uint32_t a;

	if (i >= v->nalts)
		return BLOB_ERR_RANGE;
	a = bytes_le32(v->alts + (size_t)i * EXEC_ALT_LEN);
	*out = (struct exec_alt){
		.string = a & ~EXEC_ALT_GLOB,
		.is_glob = (a & EXEC_ALT_GLOB) != 0,
	};
	return BLOB_OK;
}

int
exec_host_get(const struct exec_view *v, uint32_t i, struct exec_host *out)
{
	const uint8_t *p;

	if (i >= v->nhosts)
		return BLOB_ERR_RANGE;
	p = v->hosts + (size_t)i * EXEC_HOST_LEN;
	out->name = bytes_le32(p + EXEC_H_NAME);
	out->info = bytes_le32(p + EXEC_H_RULE);
	return run_get(p + EXEC_H_PATH, EXEC_HOST_LEN, i, v->nhosts,
	    v->npaths, &out->paths);
}

int
exec_path_get(const struct exec_view *v, uint32_t i, uint32_t *string)
{
	if (i >= v->npaths)
		return BLOB_ERR_RANGE;
	*string = bytes_le32(v->paths + (size_t)i * EXEC_PATH_LEN);
	return BLOB_OK;
}

/*
 * Binary search for s among n entries of size bytes that begin with the
 * number of a string and ascend by its bytes; n when it is not there.
 */
static uint32_t
string_find(const struct exec_view *v, const uint8_t *p, size_t size,
    uint32_t n, const char *s)
{
	uint32_t lo = 0, hi = n, mid;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		c = strcmp(s, exec_str(v, bytes_le32(p + mid * size)));
		if (c == 0)
			return mid;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return n;
}

int
exec_host_find(const struct exec_view *v, const char *name,
    struct exec_host *out)
{
	uint32_t i = string_find(v, v->hosts, EXEC_HOST_LEN, v->nhosts, name);

	return i == v->nhosts ? BLOB_ERR_MISSING : exec_host_get(v, i, out);
}

bool
exec_host_has(const struct exec_view *v, const struct exec_host *h,
    const char *path)
{
	const struct exec_run *r = &h->paths;

	if (r->first > v->npaths || r->n > v->npaths - r->first)
		return false;
	return string_find(v, v->paths + (size_t)r->first * EXEC_PATH_LEN,
	    EXEC_PATH_LEN, r->n, path) != r->n;
}

/* Cut n accepts off *rest; false when there are fewer, or best is odd. */
static bool
accepts_take(struct blob_span *rest, const uint8_t *n, const uint8_t *best,
    struct exec_accepts *out)
{
	bool is_short = false;

	out->n = bytes_le32(n);
	out->best = bytes_le32(best);
	out->p = take(rest, out->n, EXEC_ACCEPT_LEN, &is_short);
	return !is_short && (out->n == 0) == (out->best == EXEC_NONE);
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
