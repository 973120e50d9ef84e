/*
 * One connection through the proxy: read what is wanted, decide, connect,
 * look at the first bytes, pass the rest on.  Nothing here waits.
 */
#ifndef RUNTIME_PROXY_CONN_H
#define RUNTIME_PROXY_CONN_H

#include "runtime/proxy_hello.h"
#include "runtime/proxy_http.h"
#include "runtime/proxy_lookup.h"
#include "runtime/proxy_pipe.h"
#include "runtime/proxy_report.h"
#include "runtime/proxy_socks.h"

#define PROXY_UP_CAP	32768u
#define PROXY_DOWN_CAP	16384u

enum proxy_state {
	CONN_FREE,
	CONN_FIRST,	/* which protocol? */
	CONN_GREETING, CONN_SOCKS,
	CONN_HEAD,	/* a request of HTTP to us */
	CONN_LOOKUP,	/* id 0: not asked yet */
	CONN_CONNECT,
	CONN_HELLO,	/* the server is there; first TLS has to be seen */
	CONN_INNER,	/* or a request to it */
	CONN_RELAY,
	CONN_LAST	/* an answer goes out, then it ends */
};

struct proxy_conn {
	enum proxy_state state;
	int client, server;		/* or -1 */
	unsigned front;			/* NET_PROTO_* */
	struct proxy_target target;
	struct proxy_ruling ruling;	/* that admitted it */
	struct proxy_head head;		/* of HTTP */
	bool is_request;		/* what goes up ends with a request */
	uint32_t id;			/* of its look-up */
	struct address answers[PROXY_LOOKUP_ANSWERS];
	size_t nanswers, next;
	struct proxy_pipe up, down;
	int64_t deadline;		/* ms */
};

/* What all connections share. */
struct proxy_side {
	const struct policies *all;
	int report;			/* socket to the supervisor */
	uint32_t lost;			/* reports */
	int64_t now;
	struct proxy_hello hello;
	char rewritten[PROXY_HEAD_MAX + PROXY_HEAD_MORE];
};

void conn_begin(struct proxy_conn *c, struct proxy_side *s, int client);
void conn_end(struct proxy_conn *c);

/* What to poll for; 0: nothing of this one. */
short conn_client_events(const struct proxy_conn *c);
short conn_server_events(const struct proxy_conn *c);

/* Something can be done at one end or the other. */
void conn_client_ready(struct proxy_conn *c, struct proxy_side *s,
    short events);
void conn_server_ready(struct proxy_conn *c, struct proxy_side *s,
    short events);

/* The addresses of its name. */
void conn_answered(struct proxy_conn *c, struct proxy_side *s,
    const struct proxy_answer *a);

/* Its time is up. */
void conn_late(struct proxy_conn *c, struct proxy_side *s);

#endif
