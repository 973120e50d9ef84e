/* What the client says first: see proxy_step.h. */
#include "runtime/proxy_step.h"

#include <string.h>

/* The name in clear is the one that was admitted. */
static bool
is_right_name(const struct proxy_conn *c, const struct proxy_side *s)
{
	struct proxy_target t = { .port = c->target.port };
	struct proxy_ruling r;
	const char *name = s->hello.name;

	if (!c->target.is_address)
		return strcmp(name, c->target.host) == 0;
	/* For an address there is none; or it is one that is admitted. */
	if (name[0] == '\0')
		return true;
	memcpy(t.host, name, sizeof(t.host));
	proxy_rule_target(s->all, &t, c->front, &r);
	return r.is_allowed;
}

static void
read_hello(struct proxy_conn *c, struct proxy_side *s)
{
	enum proxy_read r = proxy_hello_read((const uint8_t *)c->up.p +
	    c->up.start, c->up.len, &s->hello);
	struct proxy_report report;

	if (r == PROXY_MORE)
		return;
	if (r == PROXY_DONE && is_right_name(c, s)) {
		conn_go(c, s, CONN_RELAY, TIME_IDLE);
		return;
	}
	conn_report(c, &c->ruling, r == PROXY_DONE ? PROXY_NAME :
	    PROXY_NO_TLS, &report);
	if (r == PROXY_DONE)
		memcpy(report.other, s->hello.name, sizeof(report.other));
	conn_refuse(c, s, &report);
}

/* A request of HTTP, to us or, within a tunnel, to the server. */
static void
read_head(struct proxy_conn *c, struct proxy_side *s)
{
	bool is_inner = c->state == CONN_INNER;
	enum proxy_read r = proxy_http_read(c->up.p + c->up.start, c->up.len,
	    is_inner ? &c->target : NULL, &c->head);
	struct proxy_report report;

	if (r == PROXY_MORE)
		return;
	if (r == PROXY_BAD && !c->head.is_other_host) {
		conn_finish(c, s, "400 Bad Request", "codex-exec: the proxy takes "
		    "CONNECT, and requests with an http:// URL\n",
		    PROXY_SOCKS_FAILED);
		return;
	}
	c->target = c->head.target;
	if (r == PROXY_BAD) {
		proxy_rule_target(s->all, &c->target, is_inner ? c->front :
		    NET_PROTO_HTTP, &c->ruling);
		conn_report(c, &c->ruling, PROXY_HOST, &report);
		conn_refuse(c, s, &report);
		return;
	}
	if (is_inner) {
		conn_rewrite(c, s);
		return;
	}
	c->front = c->head.is_connect ? NET_PROTO_HTTPS : NET_PROTO_HTTP;
	conn_decide(c, s);
}

static void
read_greeting(struct proxy_conn *c, struct proxy_side *s)
{
	static const uint8_t yes[2] = { PROXY_SOCKS_VERSION, 0 };
	static const uint8_t no[2] = { PROXY_SOCKS_VERSION, 0xff };
	size_t used = 0;

	switch (proxy_socks_greeting((const uint8_t *)c->up.p + c->up.start,
	    c->up.len, &used)) {
	case PROXY_MORE:
		return;
	case PROXY_DONE:
		pipe_consume(&c->up, used);
		pipe_queue(&c->down, yes, sizeof(yes));
		c->state = CONN_SOCKS;
		return;
	case PROXY_BAD:
		pipe_queue(&c->down, no, sizeof(no));
		c->up.len = 0;
		conn_go(c, s, CONN_LAST, TIME_LAST);
	}
}

static void
read_socks(struct proxy_conn *c, struct proxy_side *s)
{
	enum proxy_socks_reply why;
	size_t used = 0;
	enum proxy_read r = proxy_socks_request((const uint8_t *)c->up.p +
	    c->up.start, c->up.len, &c->target, &used, &why);

	c->front = NET_PROTO_SOCKS5_TCP;
	if (r == PROXY_BAD)
		conn_finish(c, s, "", "", why);
	if (r != PROXY_DONE)
		return;
	pipe_consume(&c->up, used);
	conn_decide(c, s);
}

void
conn_advance(struct proxy_conn *c, struct proxy_side *s)
{
	enum proxy_state before;

	do {
		before = c->state;
		if (c->up.len == 0)
			return;
		switch (c->state) {
		case CONN_FIRST:
			c->state = c->up.p[c->up.start] ==
			    PROXY_SOCKS_VERSION ? CONN_GREETING : CONN_HEAD;
			break;
		case CONN_GREETING:
			read_greeting(c, s);
			break;
		case CONN_SOCKS:
			read_socks(c, s);
			break;
		case CONN_HEAD:
		case CONN_INNER:
			read_head(c, s);
			break;
		case CONN_HELLO:
			read_hello(c, s);
			break;
		default:
			return;
		}
	} while (c->state != before && c->state != CONN_FREE);
}
