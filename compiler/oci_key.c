/* The keys that an object of an OCI profile may have, and what they take. */
#include "compiler/oci_key.h"

#include <string.h>

#include "compiler/json.h"

static bool
is_texts(const struct node *n)
{
	const struct node *c;

	if (n->kind != NODE_LIST)
		return false;
	for (c = n->first; c != NULL; c = c->next)
		if (!json_is_text(c))
			return false;
	return true;
}

static bool
is_kind(const struct node *n, enum oci_kind kind)
{
	uint64_t v;

	switch (kind) {
	case OCI_TEXT:
		return json_is_text(n);
	case OCI_NUMBER:
		return json_number(n, &v);
	case OCI_LIST:
		return n->kind == NODE_LIST;
	case OCI_MAP:
		return n->kind == NODE_MAP;
	case OCI_TEXTS:
		break;
	}
	return is_texts(n);
}

static void
check_key(const struct oci_reader *r, const struct node *n,
    const struct oci_key *keys, size_t nkeys)
{
	static const char *const what[] = { [OCI_TEXT] = "text in quotes",
		[OCI_NUMBER] = "a whole number of at most 64 bits",
		[OCI_LIST] = "a list", [OCI_MAP] = "an object",
		[OCI_TEXTS] = "a list of texts" };
	struct near near = { .word = n->key->text };
	size_t i;

	for (i = 0; i < nkeys; i++) {
		near_try(&near, keys[i].name);
		if (strcmp(keys[i].name, n->key->text) != 0)
			continue;
		if (!is_kind(n, keys[i].kind))
			diag_error(r->d, n->at, "\"%s\" takes %s, found %s",
			    keys[i].name, what[keys[i].kind],
			    node_what(r->a, n));
		return;
	}
	diag_error(r->d, n->key->at, "unknown key %s%s",
	    diag_quote(r->a, n->key->text), near_hint(r->a, &near));
}

bool
oci_keys(const struct oci_reader *r, const struct node *n,
    const struct oci_key *keys, size_t nkeys)
{
	unsigned errors = r->d->errors;
	const struct node *c;

	if (n->kind != NODE_MAP) {
		diag_error(r->d, n->at, "expected an object, found %s",
		    node_what(r->a, n));
		return false;
	}
	for (c = n->first; c != NULL; c = c->next)
		if (json_get(n, c->key->text) != NULL)
			check_key(r, c, keys, nkeys);
	return r->d->errors == errors;
}
