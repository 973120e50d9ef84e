/*
 * Steps of a connection, for the files that make one up: proxy_first.c (what
 * the client says first), proxy_say.c (what it is told), proxy_conn.c (the
 * rest).
 */
#ifndef RUNTIME_PROXY_STEP_H
#define RUNTIME_PROXY_STEP_H

#include "runtime/proxy_conn.h"

/* Milliseconds. */
#define TIME_HEAD	30000
#define TIME_IDLE	900000
#define TIME_LAST	10000

/* In that state for so long. */
void conn_go(struct proxy_conn *c, const struct proxy_side *s,
    enum proxy_state state, int64_t time);

/* A record about its target, and sending it. */
void conn_report(const struct proxy_conn *c, const struct proxy_ruling *r,
    enum proxy_reason reason, struct proxy_report *out);
void conn_tell(struct proxy_side *s, struct proxy_report *r);

void conn_put_socks(struct proxy_pipe *p, enum proxy_socks_reply code);

/* No more comes from it; what we say is the last. */
void conn_finish(struct proxy_conn *c, struct proxy_side *s,
    const char *status, const char *body, enum proxy_socks_reply code);

/* The same, because a policy wants it. */
void conn_refuse(struct proxy_conn *c, struct proxy_side *s,
    struct proxy_report *r);

/* With what the client has said, as long as that leads on. */
void conn_advance(struct proxy_conn *c, struct proxy_side *s);

/* Its target is known. */
void conn_decide(struct proxy_conn *c, struct proxy_side *s);

/* The head in front is replaced by what the server gets. */
void conn_rewrite(struct proxy_conn *c, struct proxy_side *s);

#endif
