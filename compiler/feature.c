/*
 * Features of Codex 0.169.0, older spellings included.  None changes what
 * `execpolicy check' answers, but one that does not exist is refused.
 */
#include "compiler/feature.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {	/* in the order of strcmp() */
#include "compiler/feature.def"
};

static int
compare(const void *name, const void *of)
{
	return strcmp(name, *(const char *const *)of);
}

bool
feature_is_known(const char *name)
{
	return bsearch(name, names, sizeof(names) / sizeof(names[0]),
	    sizeof(names[0]), compare) != NULL;
}
