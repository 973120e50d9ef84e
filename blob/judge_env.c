/* Decisions on variables of the environment: see judge_env.h. */
#include "blob/judge_env.h"

#include <string.h>

#include "blob/bytes.h"
#include "blob/eval.h"

/* The text of a glob; "" matches no name. */
static const char *
glob_of(const struct judge_envs *e, const uint8_t *entry)
{
	uint32_t off = bytes_le32(entry + ENVR_G_GLOB);

	return off < e->strings.len ? (const char *)e->strings.p + off : "";
}

/* Backwards, so that each chain goes up. */
static void
chain(const struct judge_envs *e, struct judge_env_globs *g)
{
	unsigned char first;

	if (g->n == 0 || g->n > JUDGE_ENV_INDEXED)
		return;
	memset(g->first, 0, sizeof(g->first));
	for (uint32_t i = g->n; i > 0; i--) {
		first = (unsigned char)*glob_of(e, g->p +
		    (size_t)(i - 1) * ENVR_G_LEN);
		g->next[i] = g->first[first];
		g->first[first] = (uint8_t)i;
	}
}

void
judge_envs_open(struct judge_envs *e, const struct blob *b)
{
	struct blob_span s = { NULL, 0 }, globs;

	e->strings = (struct blob_span){ NULL, 0 };
	e->drop.n = e->keep.n = 0;
	e->head = (struct blob_env_head){ .inherit = false };
	e->error = blob_env_head_get(b, &e->head);
	if (e->error == BLOB_OK)
		e->error = blob_section(b, BLOB_ENVR, 0, &s);
	/* Without strings all globs are empty. */
	(void)blob_section(b, BLOB_STRS, 0, &e->strings);
	if (e->error == BLOB_OK)
		e->error = blob_sub(s, ENVR_HEAD, ((size_t)e->head.ndrop +
		    e->head.nkeep) * ENVR_G_LEN, &globs);
	if (e->error != BLOB_OK)
		return;
	e->drop.p = globs.p;
	e->drop.n = e->head.ndrop;
	e->keep.p = globs.p + (size_t)e->head.ndrop * ENVR_G_LEN;
	e->keep.n = e->head.nkeep;
	chain(e, &e->drop);
	chain(e, &e->keep);
}

/*
 * Whether a glob may match at all: most pairs of a glob and a name differ in
 * their first or last byte.
 */
static bool
can_match(const char *glob, const char *name, size_t len)
{
	char last;

	if (*glob != '*')
		return *glob == *name;
	last = glob[strlen(glob) - 1];
	return last == '*' || last == name[len - 1];
}

static bool
matches(const struct judge_envs *e, const struct judge_env_globs *g,
    uint32_t i, const char *name, size_t len)
{
	const char *glob = glob_of(e, g->p + (size_t)(i - 1) * ENVR_G_LEN);

	return can_match(glob, name, len) && eval_glob(glob, name);
}

/* The first of a chain that matches, from 1, or 0. */
static uint32_t
walk_chain(const struct judge_envs *e, const struct judge_env_globs *g,
    unsigned char first, const char *name, size_t len)
{
	uint32_t i = g->first[first];

	while (i != 0 && !matches(e, g, i, name, len))
		i = g->next[i];
	return i;
}

/* The rule of the first of all globs that matches. */
static bool
find_glob(const struct judge_envs *e, const struct judge_env_globs *g,
    const char *name, size_t len, uint32_t *rule)
{
	uint32_t found = 0, other;

	if (g->n > JUDGE_ENV_INDEXED) {
		for (uint32_t i = 1; i <= g->n && found == 0; i++)
			found = matches(e, g, i, name, len) ? i : 0;
	} else if (g->n > 0) {
		found = walk_chain(e, g, '*', name, len);
		other = *name == '*' ? 0 :
		    walk_chain(e, g, (unsigned char)*name, name, len);
		if (found == 0 || (other != 0 && other < found))
			found = other;
	}
	if (found == 0)
		return false;
	*rule = bytes_le32(g->p + (size_t)(found - 1) * ENVR_G_LEN +
	    ENVR_G_RULE);
	return true;
}

int
judge_envs_ask(const struct judge_envs *e, const char *name, size_t len,
    struct judge_verdict *out)
{
	/* No section: nothing is let through, by no line. */
	*out = (struct judge_verdict){ .decision = BLOB_FORBIDDEN,
	    .right = JUDGE_ENV, .cause = JUDGE_BY_DEFAULT,
	    .rule = e->head.rule_inherit, .entry = JUDGE_NO_ENTRY };
	if (e->error == BLOB_ERR_MISSING)
		return BLOB_OK;
	if (e->error != BLOB_OK)
		return e->error;
	if (len == 0 || memchr(name, '=', len) != NULL)
		return BLOB_ERR_VALUE;
	if (find_glob(e, &e->keep, name, len, &out->rule)) {
		out->decision = BLOB_ALLOW;
		out->cause = JUDGE_BY_RULE;
	} else if (!e->head.inherit) {
		return BLOB_OK;
	} else if (find_glob(e, &e->drop, name, len, &out->rule)) {
		out->cause = JUDGE_BY_RULE;
	} else {
		out->decision = BLOB_ALLOW;
	}
	return BLOB_OK;
}

int
judge_env(const struct blob *b, const char *name, struct judge_verdict *out)
{
	struct judge_envs e;

	judge_envs_open(&e, b);
	return judge_envs_ask(&e, name, strlen(name), out);
}

int
judge_env_set(const struct blob *b, const char *name,
    struct blob_env_set *out)
{
	struct blob_env_set e;
	int r = BLOB_ERR_MISSING;
	uint32_t i;

	/* The last one is what the command sees. */
	for (i = 0; blob_env_set_get(b, i, &e) == BLOB_OK; i++)
		if (strcmp(blob_str(b, e.name), name) == 0) {
			*out = e;
			r = BLOB_OK;
		}
	return r;
}
