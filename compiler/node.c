/* Building and reading node trees. */
#include "compiler/node.h"

#include <string.h>

struct node *
node_get(const struct node *map, const char *key)
{
	struct node *n;

	if (map == NULL || map->kind != NODE_MAP)
		return NULL;
	for (n = map->first; n != NULL; n = n->next)
		if (strcmp(n->key->text, key) == 0)
			return n;
	return NULL;
}

void
node_add(struct node *list, struct node *child)
{
	child->next = NULL;
	if (list->last == NULL)
		list->first = child;
	else
		list->last->next = child;
	list->last = child;
}

struct node *
node_copy(struct arena *a, const struct node *n)
{
	struct node *c = arena_alloc(a, sizeof(*c));

	*c = *n;
	c->next = NULL;
	return c;
}

const char *
node_what(struct arena *a, const struct node *n)
{
	if (n->kind == NODE_LIST)
		return "a list";
	if (n->kind == NODE_MAP)
		return "a map";
	if (n->is_plain && n->text[0] == '\0')
		return "nothing";
	return diag_quote(a, n->text);
}
