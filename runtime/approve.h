/*
 * Who answers `prompt': nobody, a person at the terminal, a descriptor, or a
 * program that is started for each question.  No answer in time, an end of
 * file and nonsense are refusals.
 */
#ifndef RUNTIME_APPROVE_H
#define RUNTIME_APPROVE_H

#include <poll.h>
#include <signal.h>

#include "runtime/freeze.h"
#include "runtime/options.h"
#include "runtime/plan.h"
#include "runtime/question.h"
#include "runtime/reply.h"

#define APPROVE_SLOTS	16		/* that wait at a time */
#define APPROVE_FDS	(APPROVE_SLOTS + 1)
#define APPROVE_TIME	120		/* seconds for an answer */
#define APPROVE_TARGET	512

enum approve_kind {
	APPROVE_NEVER, APPROVE_TTY, APPROVE_FD, APPROVE_CMD
};

struct answer {
	uint64_t id;
	bool is_allowed;
	bool is_for_run;
	int64_t until;			/* seconds since 1970; 0: no end */
	const char *why;		/* "approved once", "no answer in time" */
	char target[APPROVE_TARGET];	/* the command, for records */
};

struct approve_slot {
	struct answer answer;		/* id 0: free */
	bool is_done;
	int64_t deadline;		/* monotonic, milliseconds */
	int fd;				/* of its own program, or -1 */
	int pidfd;			/* that program's, or -1 */
	char input[REPLY_CAP];
	size_t ninput;
	char note[4096];		/* for the log */
};

struct approve {
	enum approve_kind kind;
	int channel;			/* fd:N, or -1: it has ended */
	const char *program;
	char *const *env;
	sigset_t mask;			/* that programs start with */
	int log;			/* or -1 */
	int timer;			/* ends a question as well; or -1 */
	uint64_t last_id;
	int64_t since;			/* a rate limit */
	unsigned asked;
	const char *why;		/* of a refusal without a question */
	char input[REPLY_CAP];		/* of the channel */
	size_t ninput;
	struct freeze *freeze;		/* NULL: there is no tree yet */
	struct freeze *room;
	char *line;
	struct approve_slot slots[APPROVE_SLOTS];
};

/* *a stays NULL where nobody is asked. */
int approve_open(struct approve **a, const struct options *o,
    const struct plan *plan, struct scratch *mem, char *const *env,
    struct failure *f);

/* Ask; q's id and time are filled in.  The id, or 0: refused, see a->why. */
uint64_t approve_ask(struct approve *a, struct question *q);

/* What to wait for, at most APPROVE_FDS, and how long: -1 for ever. */
size_t approve_fds(const struct approve *a, struct pollfd *fds);
int approve_timeout(const struct approve *a);

/* One answer that has come, or should have; false: none now. */
bool approve_answer(struct approve *a, struct answer *out);

/* Ask and wait. */
void approve_now(struct approve *a, struct question *q, struct answer *out);

/* approve_tty.c: the person's answer, or a refusal that says why. */
void approve_tty(struct approve *a, const struct question *q,
    struct answer *out);

#endif
