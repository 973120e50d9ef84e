/*
 * The EXEC section: constant-time validation and getters.  The automaton's
 * single steps are in exec_step.c; eval.c knows what a match means.
 */
#include "blob/exec.h"

#include <string.h>

#include "blob/bytes.h"

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
