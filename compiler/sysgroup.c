/* Look-up and expansion of groups; what they hold is in sysgroup.def. */
#include "compiler/sysgroup.h"

#include <string.h>

#include "compiler/sysname.h"

#define MAX_NAME	48

static const struct sysgroup groups[] = {
#define GROUP(name, calls)	{ name, calls },
#include "compiler/sysgroup.def"
#undef GROUP
	{ "@known", NULL },	/* every call of the table */
};

#define NGROUPS	(sizeof(groups) / sizeof(groups[0]))

const struct sysgroup *
sysgroup_at(size_t i)
{
	return i < NGROUPS ? &groups[i] : NULL;
}

const struct sysgroup *
sysgroup_find(const char *name)
{
	size_t i;

	for (i = 0; i < NGROUPS; i++)
		if (strcmp(groups[i].name, name) == 0)
			return &groups[i];
	return NULL;
}

static void
add_all(struct sysrows *out)
{
	size_t i;

	for (i = 0; i < sysname_count(); i++)
		sysrows_add(out, i);
}

/* A test checks that every word of every group is known. */
static void
add_group(const struct sysgroup *g, struct sysrows *out, unsigned depth)
{
	const char *p = g->calls;
	char word[MAX_NAME];
	size_t len;
	int row;

	for (; *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		if (len >= sizeof(word))
			continue;
		memcpy(word, p, len);
		word[len] = '\0';
		if (word[0] == '@' && depth < SYSGROUP_MAX_DEPTH)
			add_group(sysgroup_find(word), out, depth + 1);
		row = word[0] == '@' ? -1 : sysname_find(word);
		if (row >= 0)
			sysrows_add(out, (size_t)row);
	}
}

bool
sysgroup_expand(const char *name, struct sysrows *out)
{
	const struct sysgroup *g = sysgroup_find(name);

	if (g == NULL)
		return false;
	if (g->calls == NULL)
		add_all(out);
	else
		add_group(g, out, 0);
	return true;
}
