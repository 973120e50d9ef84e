/* Open, compile, prove; the only checks that are not the reader's. */
#include "compiler/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/dump.h"
#include "compiler/emit.h"
#include "compiler/lint.h"
#include "compiler/prove.h"
#include "compiler/ptest.h"
#include "compiler/verb.h"

static bool
ends_in(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n >= k && strcmp(s + n - k, suffix) == 0;
}

static bool
is_profile(const char *path)
{
	return ends_in(path, ".yaml") || ends_in(path, ".yml");
}

/* The file meant: the path itself, or that of a profile known by name. */
static const char *
find_file(struct arena *a, const char *arg, const char *const *dirs,
    size_t ndirs)
{
	const char *path;
	size_t i;

	if (strchr(arg, '/') != NULL || strchr(arg, '.') != NULL ||
	    access(arg, F_OK) == 0)
		return arg;
	for (i = 0; i < ndirs; i++) {
		path = arena_printf(a, "%s/%s.yaml", dirs[i], arg);
		if (access(path, F_OK) == 0)
			return path;
	}
	path = arena_printf(a, "%s/%s.yaml", CODEX_PROFILE_DIR, arg);
	if (access(path, F_OK) == 0)
		return path;
	/* By its other name, in the same places. */
	return merge_alias(arg) != NULL ?
	    find_file(a, merge_alias(arg), dirs, ndirs) : arg;
}

static int
open_bytes(struct policy *p, const char *arg, const void *bytes, size_t len)
{
	int r = blob_open(&p->blob, bytes, len);

	if (r == BLOB_OK)
		r = blob_check_digest(&p->blob);
	if (r == BLOB_OK)
		return VERB_OK;
	fprintf(stderr, "codex-policyc: %s: %s\n", arg, blob_strerror(r));
	return VERB_REFUSED;
}

int
policy_compile(struct arena *a, struct diag *d, const char *path,
    const struct policy_request *q, struct policy *out)
{
	struct node *root;
	size_t len;

	*out = (struct policy){ .bytes = NULL };
	verb_need_file(path);
	root = merge_load(a, d, path, &q->merge);
	if (root == NULL)
		return VERB_REFUSED;
	out->ir = arena_alloc(a, sizeof(*out->ir));
	if (lower_profile(a, d, root, &q->lower, out->ir) == -1)
		return VERB_REFUSED;
	out->ir->warns_unreachable = q->warns_unreachable;
	if (q->warns_unreachable)
		lint_run_one(a, d, root, out->ir, "net-dead");
	if (emit_blob(a, d, out->ir, out->ir->archs, out->ir->narchs,
	    &out->bytes, &len) == -1 || d->errors > 0)
		return VERB_REFUSED;
	if (open_bytes(out, path, out->bytes, len) != VERB_OK)
		return VERB_REFUSED;
	if (q->runs_tests)
		ptest_run_all(a, d, &out->blob, out->ir);
	return d->errors == 0 ? VERB_OK : VERB_REFUSED;
}

int
policy_open(struct policy *p, struct arena *a, const char *arg,
    const struct policy_request *q)
{
	const char *path = find_file(a, arg, q->merge.dirs, q->merge.ndirs);
	const struct source *src;
	struct diag d;
	int r;

	*p = (struct policy){ .bytes = NULL };
	if (is_profile(path)) {
		diag_init(&d, stderr);
		return policy_compile(a, &d, path, q, p);
	}
	r = source_load(a, path, path, &src);
	if (r != SOURCE_OK)
		die("%s: %s", path, r == SOURCE_ERR_OPEN ? strerror(errno) :
		    source_strerror(r));
	return open_bytes(p, path, src->text, src->len);
}

void
policy_clear(struct policy *p)
{
	free(p->bytes);
	p->bytes = NULL;
}

static int
prove_arch(struct arena *a, const struct blob *b, const char *arg,
    enum blob_kind kind, const struct sysc_arch *arch)
{
	struct prove_witness w = { .at = 0 };
	const char *name;
	int r = prove_blob(a, b, kind, arch->audit, &w, NULL);

	if (r == PROVE_OK)
		return VERB_OK;
	fprintf(stderr, "codex-policyc: %s: the %sprogram for %s does not "
	    "do what its policy says: %s", arg,
	    kind == BLOB_BPFN ? "notifying " : "", arch->name,
	    r > PROVE_BLOB ? prove_strerror(r) : blob_strerror(r - PROVE_BLOB));
	if (r == PROVE_ERR_ACTION || r == PROVE_ERR_CACHE) {
		name = sysc_call_name(arch->audit, (uint32_t)w.call.nr);
		fprintf(stderr, ", at instruction %u, call %s (%d)", w.at,
		    name != NULL ? name : "without a name", w.call.nr);
	}
	putc('\n', stderr);
	return VERB_REFUSED;
}

static int
check_predicates(struct arena *a, const struct blob *b, const char *arg)
{
	struct dump d = { .a = a, .b = b };
	unsigned want = dump_predicate_bits(&d), i;
	struct blob_meta m;
	int r = VERB_OK;

	if (blob_meta_get(b, &m) != BLOB_OK)
		return VERB_REFUSED;
	for (i = 0; dump_predicates[i] != NULL; i++)
		if ((want ^ m.predicates) >> i & 1) {
			fprintf(stderr, "codex-policyc: %s: it claims \"%s: "
			    "%s\", which its own lists contradict\n", arg,
			    dump_predicates[i],
			    m.predicates >> i & 1 ? "true" : "false");
			r = VERB_REFUSED;
		}
	return r;
}

int
policy_prove(struct arena *a, const struct blob *b, const char *arg)
{
	const struct sysc_arch *archs[8];
	size_t n = dump_sysc_archs(b, archs, 8), i;
	int r = check_predicates(a, b, arg);

	for (i = 0; i < n; i++)
		if (prove_arch(a, b, arg, BLOB_BPF0, archs[i]) != VERB_OK ||
		    prove_arch(a, b, arg, BLOB_BPFN, archs[i]) != VERB_OK)
			r = VERB_REFUSED;
	return r;
}
