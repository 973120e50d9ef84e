/*
 * Audit events, JSON Lines: one record a line, one write a record.  A record
 * that cannot be written without blocking is counted, never waited for.
 */
#ifndef RUNTIME_AUDIT_H
#define RUNTIME_AUDIT_H

#include <sys/types.h>

#include "runtime/command.h"
#include "runtime/env.h"
#include "runtime/plan.h"
#include "runtime/redact.h"
#include "runtime/sink.h"
#include "runtime/support.h"

#define AUDIT_SESSION_CAP	65
#define AUDIT_SESSION_VAR	"CODEX_SESSION_ID="
#define AUDIT_TARGET_CAP	16384u	/* of a command, before JSON */
#define AUDIT_RECORD_CAP	(12 * AUDIT_TARGET_CAP)

struct audit {
	struct sink file, socket;	/* --audit */
	struct sink json;		/* --json-fd */
	uint64_t seq;
	uint64_t lost, told, noticed;	/* records; told: by "lost" events */
	bool is_flowing;		/* the last record went everywhere */
	bool is_chained;
	size_t prev_at;			/* digits of `prev' in buf */
	uint8_t head[SHA256_LEN];	/* of our last record */
	uint32_t events;		/* AUDT_EV_* of any policy */
	bool is_advisory;		/* the command could change the file */
	struct redact redact;
	const char *const *labels;
	size_t nlabels;
	char session[AUDIT_SESSION_CAP];
	const char *parent;		/* session that this one is from */
	const char *mode;		/* how the command runs */
	const char *exec_strength;	/* of rules for the tree, or NULL */
	bool has_broker;		/* the supervisor connects */
	pid_t pid;			/* of who writes, as outside; 0: getpid() */
	char *buf;			/* for one record */
	char *target;			/* the command, redacted */
	bool is_deaf;		/* our own signals are blocked and dropped */
};

/* Open what the options ask for; without any, records go nowhere. */
int audit_open(struct audit *a, const struct options *o,
    const struct policies *all, const struct plan *plan, struct vars *v,
    struct failure *f);

/* Who writes records, by the number that they bear. */
pid_t audit_pid(const struct audit *a);

/* Do records go anywhere? */
bool audit_is_on(const struct audit *a);

/* Runs below the command are to know the session that they belong to. */
int audit_tell_session(const struct audit *a, struct env *e,
    struct scratch *mem, struct failure *f);

/* What was applied, and what could not be. */
void audit_start(struct audit *a, const struct policies *all,
    const struct command *c, const struct plan *plan, const struct env *e,
    const struct support *s);

/* The decision on the command. */
void audit_decision(struct audit *a, const struct command *c);

/*
 * From here to audit_begun() no file can be opened: if there has to be a new
 * one, it is begun now, and nobody else begins another meanwhile.
 */
void audit_lock_down(struct audit *a);

/* The command begins; who stays may open the file again. */
void audit_begun(struct audit *a, bool stays);

/* The file was renamed perhaps: begin a new one now, not with a record. */
void audit_follow(struct audit *a);

/* A decision within a supervised run. */
struct audit_item {
	const char *event;		/* "decision", "approval" */
	const char *operation;		/* "process_spawn", "file_write" */
	const char *target;		/* raw */
	enum blob_decision decision;
	const char *reason;
	const struct policy *by;	/* NULL: not us */
	uint32_t rule;			/* DBGI, 0: none */
	const char *layer, *strength;
	const char *outcome;		/* or NULL */
	int err;			/* or 0 */
	pid_t pid;
	unsigned count;			/* of the same, this included */
};

/* Are such decisions wanted by anybody? */
bool audit_wants(const struct audit *a, uint32_t events);

void audit_item(struct audit *a, const struct command *c,
    const struct audit_item *item);

struct ending;
struct left;

/* How a supervised run ended, what bars_look_again saw, and l or NULL. */
void audit_exit(struct audit *a, const struct command *c,
    const struct ending *e, const struct bars *b, const struct left *l);

#endif
