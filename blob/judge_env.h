/*
 * Which variables of the environment reach a command.  judge_env() asks about
 * one; a start asks about all that the caller has, for which the globs are
 * put in order by their first byte once.
 */
#ifndef BLOB_JUDGE_ENV_H
#define BLOB_JUDGE_ENV_H

#include "blob/judge.h"

#define JUDGE_ENV_INDEXED	255	/* more globs are tried one by one */

/* The globs of a list, chained by their first byte; numbers are from 1. */
struct judge_env_globs {
	const uint8_t *p;	/* entries of ENVR */
	uint32_t n;
	uint8_t first[256];	/* by byte; '*': those that begin with it */
	uint8_t next[JUDGE_ENV_INDEXED + 1];
};

struct judge_envs {
	int error;		/* of the blob: BLOB_ERR_MISSING is none */
	struct blob_env_head head;
	struct blob_span strings;
	struct judge_env_globs drop, keep;
};

/* Points into the blob's bytes. */
void judge_envs_open(struct judge_envs *e, const struct blob *b);

/* As judge_env(), for a name of len bytes; NUL must follow them. */
int judge_envs_ask(const struct judge_envs *e, const char *name, size_t len,
    struct judge_verdict *out);

#endif
