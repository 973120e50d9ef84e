/*
 * One audit record as it is made and sent: the fields that all have, the
 * quoting, the sinks.  What a record says is audit.c's.
 */
#ifndef RUNTIME_RECORD_H
#define RUNTIME_RECORD_H

#include "runtime/audit.h"

#define RECORD_LIST_CAP	4096u	/* of a list of names, escaped */

/* What every record begins with, up to the decision. */
void record_begin(struct audit *a, struct text *t, const char *event,
    const char *operation, const char *target, enum blob_decision decision);
void record_end(const struct audit *a, struct text *t,
    const struct policy *p, pid_t pid);

/* How many have taken it. */
unsigned record_send(struct audit *a, struct text *t);

void record_put_field(struct text *t, const char *name, const char *value);
void record_put_profile(const struct policy *p, struct text *t);
void record_put_rule(const struct policy *p, uint32_t rule, struct text *t);

/* "NAME":["...",...] of strings; what does not fit is counted instead. */
void record_put_list(const struct audit *a, struct text *t, const char *name,
    const char *const *list, size_t n,
    void (*put)(struct text *, const char *));

/* A JSON string. */
void record_put_redacted(const struct audit *a, struct text *t,
    const char *raw);

#endif
