/*
 * Policies of the library: all of one lies in one mapping, so that nothing is
 * left when it is unmapped.
 */
#include "library/policy.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROOM	(4u << 20)	/* touched only as far as it is used */

int
policy_fail(const struct failure *f, struct codexpolicy_error *e)
{
	struct text t;

	if (e == NULL)
		return -1;
	e->status = f->status;
	e->err = f->err;
	text_init(&t, e->text, sizeof(e->text));
	text_escaped(&t, f->what);
	if (f->err != 0) {
		text_str(&t, ": ");
		text_escaped(&t, strerror(f->err));
	}
	return -1;
}

static struct codexpolicy *
make(struct failure *f)
{
	struct codexpolicy *c;
	char *p = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		refuse(f, EXIT_RUNNER, errno, "policy", NULL);
		return NULL;
	}
	c = (struct codexpolicy *)(void *)p;
	scratch_init(&c->mem, p, ROOM, 0);
	(void)scratch_alloc(&c->mem, sizeof(*c));
	return c;
}

void
codexpolicy_free(struct codexpolicy *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->all.count; i++)
		load_release(&c->all.list[i]);
	munmap(c, ROOM);
}

/* Pointers into the caller's environment must not outlive the load. */
static int
copy_environment(struct codexpolicy *c, char *const *env)
{
	size_t n = 0;
	char **copy;

	while (env != NULL && env[n] != NULL)
		n++;
	copy = scratch_alloc(&c->mem, (n + 1) * sizeof(*copy));
	for (size_t i = 0; i < n && copy != NULL; i++)
		if ((copy[i] = scratch_dup(&c->mem, env[i],
		    strlen(env[i]))) == NULL)
			copy = NULL;
	if (copy == NULL)
		return refuse(&c->failure, EXIT_RUNNER, ENOMEM,
		    "environment", NULL);
	vars_init(&c->vars, &c->mem, copy);
	return 0;
}

static int
prepare(struct codexpolicy *c, const struct codexpolicy_setup *setup)
{
	static const char *const here[] = { ".", NULL };
	const char *const *w = setup != NULL && setup->workspaces != NULL ?
	    setup->workspaces : here;

	if (copy_environment(c, setup != NULL && setup->environment != NULL ?
	    setup->environment : environ) < 0)
		return -1;
	c->vars.is_workspace_given = w != here;
	for (; *w != NULL; w++)
		if (vars_add_workspace(&c->vars, *w, &c->failure) < 0)
			return -1;
	return 0;
}

/* What is found out late in a run is found out now: then nothing changes. */
static int
finish(struct codexpolicy *c)
{
	struct text t;

	c->digest = scratch_alloc(&c->mem, c->all.count * sizeof(*c->digest));
	if (c->digest == NULL)
		return refuse(&c->failure, EXIT_RUNNER, ENOMEM, "policies", NULL);
	for (size_t i = 0; i < c->all.count; i++) {
		text_init(&t, c->digest[i], sizeof(c->digest[i]));
		text_hex(&t, blob_digest(&c->all.list[i].blob), SHA256_LEN);
	}
	return judged_init(&c->judged, &c->all, true, &c->vars, &c->mem,
	    &c->failure);
}

static int
give(struct codexpolicy *c, int r, struct codexpolicy **out,
    struct codexpolicy_error *e)
{
	if (r == 0)
		r = finish(c);
	if (r == 0) {
		*out = c;
		return 0;
	}
	(void)policy_fail(&c->failure, e);
	codexpolicy_free(c);
	return -1;
}

int
codexpolicy_load(struct codexpolicy **out, const char *const *names,
    const struct codexpolicy_setup *setup, struct codexpolicy_error *e)
{
	struct failure f = { .status = EXIT_RUNNER };
	struct codexpolicy *c = make(&f);
	size_t n = 0;
	int r;

	*out = NULL;
	if (c == NULL)
		return policy_fail(&f, e);
	while (names != NULL && names[n] != NULL)
		n++;
	r = prepare(c, setup);
	if (r == 0)
		r = load_policies(&c->all, names, n, &c->vars, &c->failure);
	return give(c, r, out, e);
}

int
codexpolicy_load_bytes(struct codexpolicy **out, const void *p, size_t len,
    const struct codexpolicy_setup *setup, struct codexpolicy_error *e)
{
	struct failure f = { .status = EXIT_RUNNER };
	struct codexpolicy *c = make(&f);
	int r;

	*out = NULL;
	if (c == NULL)
		return policy_fail(&f, e);
	r = prepare(c, setup);
	if (r == 0)
		r = load_bytes(&c->all, p, len, &c->vars, &c->failure);
	return give(c, r, out, e);
}

size_t
codexpolicy_count(const struct codexpolicy *c)
{
	return c->all.count;
}

const char *
codexpolicy_name(const struct codexpolicy *c, size_t i)
{
	return i < c->all.count ? c->all.list[i].name : NULL;
}

const char *
codexpolicy_sha256(const struct codexpolicy *c, size_t i)
{
	return i < c->all.count ? c->digest[i] : NULL;
}

int
codexpolicy_verify_integrity(const void *p, size_t len, const char *sha256,
    struct codexpolicy_error *e)
{
	char digest[2 * SHA256_LEN + 1];
	struct failure f;
	struct blob b;
	struct text t;
	int err = blob_open(&b, p, len);

	if (err == BLOB_OK)
		err = blob_check_digest(&b);
	if (err != BLOB_OK) {
		refuse(&f, EXIT_RUNNER, 0, blob_strerror(err), NULL);
		return policy_fail(&f, e);
	}
	text_init(&t, digest, sizeof(digest));
	text_hex(&t, blob_digest(&b), SHA256_LEN);
	if (sha256 == NULL || strcmp(sha256, digest) == 0)
		return 0;
	refuse(&f, EXIT_RUNNER, 0, "it is another policy: ", digest, NULL);
	return policy_fail(&f, e);
}
