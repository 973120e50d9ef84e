/* Between question_answer.c and question_exec.c. */
#ifndef COMPILER_QUESTION_IMPL_H
#define COMPILER_QUESTION_IMPL_H

#include "compiler/question.h"

struct question_asked {
	struct arena *a;
	const struct blob *b;
	const struct place *p;
	const struct question *q;
};

/* "no entry of filesystem.write covers it", for a verdict on a path. */
const char *question_path_reason(const struct question_asked *x,
    const struct judge_verdict *v);
int question_answer_path(const struct question_asked *x,
    enum judge_right right, const char *path, struct answer *out);
int question_answer_exec(const struct question_asked *x, struct answer *out);

#endif
