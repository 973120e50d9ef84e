/*
 * JSON nodes to rules.  A key that is not known is an error: it may well be
 * a condition, and a rule without its condition says something else.
 */
#include "compiler/oci_key.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "compiler/json.h"
#include "compiler/sysconst.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_ARGS	32	/* comparisons of one rule */

static const struct oci_key profile_keys[] = {
	{ "defaultAction", OCI_TEXT }, { "defaultErrnoRet", OCI_NUMBER },
	{ "defaultErrno", OCI_TEXT }, { "architectures", OCI_TEXTS },
	{ "archMap", OCI_LIST }, { "syscalls", OCI_LIST },
	{ "flags", OCI_TEXTS },
	{ "listenerPath", OCI_TEXT }, { "listenerMetadata", OCI_TEXT },
};
static const struct oci_key map_keys[] = {
	{ "architecture", OCI_TEXT }, { "subArchitectures", OCI_TEXTS },
};
static const struct oci_key rule_keys[] = {
	{ "names", OCI_TEXTS }, { "name", OCI_TEXT }, { "action", OCI_TEXT },
	{ "errnoRet", OCI_NUMBER }, { "errno", OCI_TEXT },
	{ "args", OCI_LIST }, { "comment", OCI_TEXT },
	{ "includes", OCI_MAP }, { "excludes", OCI_MAP },
};
static const struct oci_key when_keys[] = {
	{ "arches", OCI_TEXTS }, { "caps", OCI_TEXTS },
	{ "minKernel", OCI_TEXT },
};
static const struct oci_key arg_keys[] = {
	{ "index", OCI_NUMBER }, { "value", OCI_NUMBER },
	{ "valueTwo", OCI_NUMBER }, { "op", OCI_TEXT },
};

/* --- actions ------------------------------------------------------------- */

static bool
action_of(const struct oci_reader *r, const struct node *n, uint32_t *action,
    bool *has_data)
{
	struct near near = { .word = n->text };
	size_t i;

	if (oci_action_find(n->text, action, has_data))
		return true;
	for (i = 0; oci_action_at(i) != NULL; i++)
		near_try(&near, oci_action_at(i));
	diag_error(r->d, n->at, "unknown action %s%s",
	    diag_quote(r->a, n->text), near_hint(r->a, &near));
	return false;
}

/* The errno by number or, as Podman has it, by name: the name counts. */
static bool
errno_of(const struct oci_reader *r, const struct node *number,
    const struct node *name, unsigned most, uint32_t *data)
{
	struct near near = { .word = name != NULL ? name->text : "" };
	unsigned least = most == SECCOMP_RET_DATA ? 0 : 1, e;
	uint64_t v = EPERM;
	size_t i;

	if (number != NULL && (!json_number(number, &v) || v < least ||
	    v > most)) {
		diag_error(r->d, number->at, "the errno is a number from %u "
		    "to %u, found %s", least, most,
		    node_what(r->a, number));
		return false;
	}
	*data = (uint32_t)v;
	if (name == NULL)
		return true;
	if (!syserrno_find(name->text, &e)) {
		for (i = 0; syserrno_at(i) != NULL; i++)
			near_try(&near, syserrno_at(i));
		diag_error(r->d, name->at, "unknown errno %s%s",
		    diag_quote(r->a, name->text), near_hint(r->a, &near));
		return false;
	}
	if (number != NULL && v != e)
		diag_warning(r->d, "oci-contradiction", name->at, "%s is %u "
		    "here, but the number beside it is %u; the name counts",
		    name->text, e, *data);
	*data = e;
	return true;
}

static bool
read_action(const struct oci_reader *r, const struct node *n,
    const struct node *number, const struct node *name, uint32_t *action)
{
	bool has_data;
	uint32_t data;

	if (!action_of(r, n, action, &has_data))
		return false;
	if (!has_data) {
		if (number != NULL)
			diag_error(r->d, number->at, "%s has no errno, and "
			    "container runtimes refuse one", n->text);
		return number == NULL;
	}
	if (!errno_of(r, number, name, *action == SECCOMP_RET_ERRNO ? 4095 :
	    SECCOMP_RET_DATA, &data))
		return false;
	*action |= data;
	return true;
}

/* --- conditions ---------------------------------------------------------- */

static const char *
joined(struct arena *a, const struct node *list)
{
	const struct node *c;
	const char *s = "";

	for (c = list->first; c != NULL; c = c->next)
		s = arena_printf(a, "%s%s%s", s, c == list->first ? "" : ", ",
		    c->text);
	return s;
}

static void
read_archs(const struct oci_reader *r, const struct node *list,
    struct oci_when *out)
{
	const struct node *c;
	size_t i;
	int column;

	if (list == NULL || list->first == NULL)
		return;
	out->has_archs = true;
	out->archs = joined(r->a, list);
	for (c = list->first; c != NULL; c = c->next) {
		struct near near = { .word = c->text };

		column = oci_arch_find(c->text);
		if (column >= 0)
			out->columns |= 1u << column;
		if (column != OCI_UNKNOWN)
			continue;
		for (i = 0; oci_arch_at(i) != NULL; i++)
			near_try(&near, oci_arch_at(i));
		diag_warning(r->d, "oci-name", c->at, "unknown architecture "
		    "%s: it matches none%s", diag_quote(r->a, c->text),
		    near_hint(r->a, &near));
	}
}

static void
read_caps(const struct oci_reader *r, const struct node *list,
    struct oci_when *out)
{
	const struct node *c;
	size_t i;
	int cap;

	if (list == NULL || list->first == NULL)
		return;
	out->cap_names = joined(r->a, list);
	for (c = list->first; c != NULL; c = c->next) {
		struct near near = { .word = c->text };

		cap = oci_cap_find(c->text);
		if (cap >= 0) {
			out->caps |= UINT64_C(1) << cap;
			continue;
		}
		for (i = 0; oci_cap_at(i) != NULL; i++)
			near_try(&near, oci_cap_at(i));
		diag_warning(r->d, "oci-name", c->at, "unknown capability %s: "
		    "it counts as not held%s", diag_quote(r->a, c->text),
		    near_hint(r->a, &near));
		out->caps |= UINT64_C(1) << 63;		/* nobody has it */
	}
}

static bool
read_when(const struct oci_reader *r, const struct node *n,
    struct oci_when *out)
{
	const struct node *kernel;

	if (n == NULL)
		return true;
	if (!oci_keys(r, n, when_keys, LEN(when_keys)))
		return false;
	read_archs(r, json_get(n, "arches"), out);
	read_caps(r, json_get(n, "caps"), out);
	kernel = json_get(n, "minKernel");
	if (kernel == NULL)
		return true;
	out->has_kernel = oci_kernel_parse(kernel->text, &out->kernel);
	if (!out->has_kernel)
		diag_error(r->d, kernel->at, "a kernel version is MAJOR.MINOR, "
		    "found %s", diag_quote(r->a, kernel->text));
	return out->has_kernel;
}

static bool
read_arg(const struct oci_reader *r, const struct node *n, struct oci_arg *out)
{
	static const char *const needed[] = { "index", "op" };
	const struct node *op, *v;
	struct near near;
	uint64_t index = 0;
	size_t i;

	if (!oci_keys(r, n, arg_keys, LEN(arg_keys)))
		return false;
	for (i = 0; i < LEN(needed); i++)
		if (json_get(n, needed[i]) == NULL) {
			diag_error(r->d, n->at, "a comparison needs \"%s\"",
			    needed[i]);
			return false;
		}
	*out = (struct oci_arg){ .loc = n->at };
	json_number(json_get(n, "index"), &index);
	if (index > 5) {
		diag_error(r->d, json_get(n, "index")->at, "arguments are "
		    "numbered 0 to 5, found %llu", (unsigned long long)index);
		return false;
	}
	out->index = (unsigned)index;
	if ((v = json_get(n, "value")) != NULL)
		json_number(v, &out->value);
	if ((v = json_get(n, "valueTwo")) != NULL)
		json_number(v, &out->value_two);
	op = json_get(n, "op");
	if (oci_op_find(op->text, &out->op))
		return true;
	near = (struct near){ .word = op->text };
	for (i = 0; oci_op_at(i) != NULL; i++)
		near_try(&near, oci_op_at(i));
	diag_error(r->d, op->at, "unknown comparison %s%s",
	    diag_quote(r->a, op->text), near_hint(r->a, &near));
	return false;
}

static bool
read_args(const struct oci_reader *r, const struct node *list,
    struct oci_rule *out)
{
	struct oci_arg *args;
	const struct node *c;
	bool is_good = true;
	size_t n = 0;

	if (list == NULL)
		return true;
	for (c = list->first; c != NULL; c = c->next)
		n++;
	if (n > MAX_ARGS) {
		diag_error(r->d, list->at, "%zu comparisons in one rule; at "
		    "most %d", n, MAX_ARGS);
		return false;
	}
	args = arena_array(r->a, n + 1, sizeof(*args));
	for (c = list->first; c != NULL; c = c->next)
		if (read_arg(r, c, &args[out->nargs]))
			out->nargs++;
		else
			is_good = false;
	out->args = args;
	return is_good;
}

/* --- rules --------------------------------------------------------------- */

/* `names', or `name' of old, as a list. */
static const struct node *
names_of(const struct oci_reader *r, const struct node *n)
{
	const struct node *names = json_get(n, "names");
	const struct node *name = json_get(n, "name");
	struct node *list;

	if (names != NULL && names->first != NULL && name != NULL) {
		diag_error(r->d, name->at, "a rule has \"name\" or \"names\"");
		return NULL;
	}
	if (name == NULL) {
		if (names == NULL)
			diag_error(r->d, n->at, "a rule needs \"names\"");
		return names;
	}
	list = arena_alloc(r->a, sizeof(*list));
	list->kind = NODE_LIST;
	list->loc = list->at = name->at;
	node_add(list, node_copy(r->a, name));
	return list;
}

static void
read_rule(const struct oci_reader *r, const struct node *n,
    struct oci_profile *out)
{
	struct oci_rule *rule = arena_alloc(r->a, sizeof(*rule));
	const struct node *action = NULL, *comment;

	if (!oci_keys(r, n, rule_keys, LEN(rule_keys)))
		return;
	rule->loc = n->at;
	rule->names = names_of(r, n);
	action = json_get(n, "action");
	if (action == NULL)
		diag_error(r->d, n->at, "a rule needs \"action\"");
	if (rule->names == NULL || action == NULL ||
	    !read_action(r, action, json_get(n, "errnoRet"),
	    json_get(n, "errno"), &rule->action) ||
	    !read_args(r, json_get(n, "args"), rule) ||
	    !read_when(r, json_get(n, "includes"), &rule->includes) ||
	    !read_when(r, json_get(n, "excludes"), &rule->excludes))
		return;
	comment = json_get(n, "comment");
	if (comment != NULL && comment->text[0] != '\0')
		rule->comment = comment->text;
	if (out->last != NULL)
		out->last->next = rule;
	else
		out->first = rule;
	out->last = rule;
}

/* What a profile of ours has no place for. */
static void
report_lost(const struct oci_reader *r, const struct node *root)
{
	static const char *const known[] = { "SECCOMP_FILTER_FLAG_LOG",
		"SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC",
		"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" };
	const struct node *flags = json_get(root, "flags"), *c, *path;
	size_t i;

	for (c = flags != NULL ? flags->first : NULL; c != NULL; c = c->next) {
		for (i = 0; i < LEN(known); i++)
			if (strcmp(known[i], c->text) == 0)
				break;
		diag_warning(r->d, i == LEN(known) ? "oci-name" : "oci-lost",
		    c->at, i == LEN(known) ? "unknown flag %s" :
		    "flag %s has no place in a profile",
		    diag_quote(r->a, c->text));
	}
	path = json_get(root, "listenerPath");
	if (path != NULL && path->text[0] != '\0')
		diag_warning(r->d, "oci-lost", path->at, "the listener %s has "
		    "no place in a profile", diag_quote(r->a, path->text));
}

static void
check_arch(const struct oci_reader *r, const struct node *n)
{
	if (oci_arch_find(n->text) == OCI_UNKNOWN)
		diag_warning(r->d, "oci-name", n->at, "unknown architecture "
		    "%s", diag_quote(r->a, n->text));
}

/* The architectures that are listed; those below others are not admitted. */
static void
read_arch_lists(const struct oci_reader *r, const struct node *root,
    struct oci_profile *out)
{
	const struct node *list = json_get(root, "architectures");
	const struct node *map = json_get(root, "archMap"), *c, *sub, *arch;
	const char *s = NULL;

	if (list != NULL && list->first != NULL) {
		s = joined(r->a, list);
		for (c = list->first; c != NULL; c = c->next)
			check_arch(r, c);
	}
	if (s != NULL && map != NULL && map->first != NULL)
		diag_error(r->d, map->key->at, "a profile has "
		    "\"architectures\" or \"archMap\"");
	for (c = map != NULL ? map->first : NULL; c != NULL; c = c->next) {
		if (!oci_keys(r, c, map_keys, LEN(map_keys)))
			continue;
		arch = json_get(c, "architecture");
		if (arch == NULL) {
			diag_error(r->d, c->at, "an entry needs "
			    "\"architecture\"");
			continue;
		}
		check_arch(r, arch);
		s = arena_printf(r->a, "%s%s%s", s != NULL ? s : "",
		    s != NULL ? ", " : "", arch->text);
		sub = json_get(c, "subArchitectures");
		for (sub = sub != NULL ? sub->first : NULL; sub != NULL;
		    sub = sub->next)
			check_arch(r, sub);
	}
	out->archs = s;
}

int
oci_read(struct arena *a, struct diag *d, const struct source *src,
    struct oci_profile *out)
{
	struct oci_reader r = { .a = a, .d = d };
	const struct node *root = json_read(a, d, src), *n;
	unsigned errors = d->errors;

	*out = (struct oci_profile){ .src = src };
	if (root == NULL ||
	    !oci_keys(&r, root, profile_keys, LEN(profile_keys)))
		return -1;
	n = json_get(root, "defaultAction");
	if (n == NULL)
		diag_error(d, root->at, "a profile needs \"defaultAction\"");
	else
		read_action(&r, n, json_get(root, "defaultErrnoRet"),
		    json_get(root, "defaultErrno"), &out->action);
	read_arch_lists(&r, root, out);
	report_lost(&r, root);
	n = json_get(root, "syscalls");
	for (n = n != NULL ? n->first : NULL; n != NULL && !diag_is_full(d);
	    n = n->next)
		read_rule(&r, n, out);
	return d->errors == errors ? 0 : -1;
}
