/*
 * One question to one policy or to several that apply together: what `why'
 * found out, and how it is printed.
 */
#ifndef COMPILER_WHY_H
#define COMPILER_WHY_H

#include "compiler/policy.h"
#include "compiler/question.h"

#define WHY_MAX		16	/* layers of Landlock */

/* One policy's part in it. */
struct why_layer {
	struct policy p;
	const char *arg;		/* as it was given */
	const char *name;		/* META's */
	struct place place;
	struct question q;
	struct answer answer;
};

struct why {
	struct arena *a;
	struct why_layer layers[WHY_MAX];
	size_t n;
	size_t by;			/* the layer that decides */
};

void why_print(const struct why *w);
void why_print_json(const struct why *w);

#endif
