/* One connection through the proxy: see proxy_conn.h. */
#include "runtime/proxy_step.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT_HTTP	80
#define PORT_HTTPS	443

/* Milliseconds. */
#define TIME_LOOKUP	((int64_t)PROXY_LOOKUP_SECONDS * 1000 + 1000)
#define TIME_CONNECT	10000
#define TIME_HALF	120000

void
conn_go(struct proxy_conn *c, const struct proxy_side *s,
    enum proxy_state state, int64_t time)
{
	c->state = state;
	c->deadline = s->now + time;
}

void
conn_begin(struct proxy_conn *c, struct proxy_side *s, int client)
{
	char *up = c->up.p, *down = c->down.p;

	*c = (struct proxy_conn){
		.client = client, .server = -1,
		.up = { .p = up, .cap = PROXY_UP_CAP },
		.down = { .p = down, .cap = PROXY_DOWN_CAP },
	};
	conn_go(c, s, CONN_FIRST, TIME_HEAD);
}

void
conn_end(struct proxy_conn *c)
{
	if (c->client >= 0)
		close(c->client);
	if (c->server >= 0)
		close(c->server);
	c->client = c->server = -1;
	c->state = CONN_FREE;
}

/* --- to the server ------------------------------------------------------ */

static int
open_socket(const struct address *a, uint16_t port)
{
	struct sockaddr_in6 six = {
		.sin6_family = AF_INET6, .sin6_port = htons(port),
	};
	struct sockaddr_in four = {
		.sin_family = AF_INET, .sin_port = htons(port),
	};
	bool is_v4 = address_is_v4(a);
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM |
	    SOCK_CLOEXEC | SOCK_NONBLOCK, 0), r;

	if (fd < 0)
		return -1;
	memcpy(&six.sin6_addr, a->b, 16);
	memcpy(&four.sin_addr, a->b + 12, 4);
	r = is_v4 ? connect(fd, (struct sockaddr *)&four, sizeof(four)) :
	    connect(fd, (struct sockaddr *)&six, sizeof(six));
	if (r == 0 || errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}

/* One address after the other. */
static void
try_next(struct proxy_conn *c, struct proxy_side *s)
{
	if (c->server >= 0)
		close(c->server);
	c->server = -1;
	while (c->next < c->nanswers && c->server < 0)
		c->server = open_socket(&c->answers[c->next++],
		    c->target.port);
	if (c->server >= 0)
		conn_go(c, s, CONN_CONNECT, TIME_CONNECT);
	else
		conn_finish(c, s, "502 Bad Gateway", "codex-exec: the server "
		    "cannot be reached\n", PROXY_SOCKS_REFUSED);
}

void
conn_decide(struct proxy_conn *c, struct proxy_side *s)
{
	struct proxy_report r;

	proxy_rule_target(s->all, &c->target, c->front, &c->ruling);
	if (!c->ruling.is_allowed) {
		conn_report(c, &c->ruling, c->ruling.verdict.cause ==
		    JUDGE_BY_RULE ? PROXY_REFUSED : PROXY_NOT_ADMITTED, &r);
		conn_refuse(c, s, &r);
		return;
	}
	c->id = 0;
	conn_go(c, s, CONN_LOOKUP, TIME_LOOKUP);
	if (!c->target.is_address)
		return;
	c->answers[0] = c->target.address;
	c->nanswers = 1;
	try_next(c, s);
}

void
conn_answered(struct proxy_conn *c, struct proxy_side *s,
    const struct proxy_answer *a)
{
	struct proxy_ruling refused = { .is_allowed = true }, r;
	struct proxy_report report;
	struct address bad = { { 0 } };

	for (size_t i = 0; i < a->count && i < PROXY_LOOKUP_ANSWERS; i++) {
		proxy_rule_answer(s->all, &a->list[i], c->target.port,
		    c->front, &r);
		if (r.is_allowed) {
			c->answers[c->nanswers++] = a->list[i];
		} else if (refused.is_allowed) {
			refused = r;
			bad = a->list[i];
		}
	}
	if (c->nanswers == 0 && !refused.is_allowed) {
		conn_report(c, &refused, PROXY_ANSWER, &report);
		memcpy(report.address, bad.b, sizeof(bad.b));
		conn_refuse(c, s, &report);
		return;
	}
	if (c->nanswers == 0)
		conn_finish(c, s, "502 Bad Gateway", "codex-exec: the name has no "
		    "address\n", PROXY_SOCKS_UNREACHABLE);
	else
		try_next(c, s);
}

void
conn_rewrite(struct proxy_conn *c, struct proxy_side *s)
{
	size_t rest = c->up.len - c->head.len, body;
	struct text t;

	text_init(&t, s->rewritten, sizeof(s->rewritten));
	proxy_http_put(c->up.p + c->up.start, &c->head, &t);
	body = proxy_body_take(&c->head.body, c->up.p + c->up.start +
	    c->head.len, rest);
	if (t.is_cut || c->head.body.is_bad ||
	    t.len + body > c->up.cap) {
		conn_end(c);
		return;
	}
	memmove(c->up.p + t.len, c->up.p + c->up.start + c->head.len, body);
	memcpy(c->up.p, s->rewritten, t.len);
	c->up.start = 0;
	c->up.len = t.len + body;
	c->is_request = true;
	conn_go(c, s, CONN_RELAY, TIME_IDLE);
}

static void
tunnel(struct proxy_conn *c, struct proxy_side *s)
{
	static const char ok[] = "HTTP/1.1 200 Connection established\r\n\r\n";

	if (c->front == NET_PROTO_SOCKS5_TCP) {
		conn_put_socks(&c->down, PROXY_SOCKS_OK);
	} else {
		pipe_consume(&c->up, c->head.len);
		pipe_queue(&c->down, ok, sizeof(ok) - 1);
	}
	if (c->target.port == PORT_HTTPS)
		conn_go(c, s, CONN_HELLO, TIME_HEAD);
	else if (c->target.port == PORT_HTTP)
		conn_go(c, s, CONN_INNER, TIME_HEAD);
	else
		conn_go(c, s, CONN_RELAY, TIME_IDLE);
}

static void
established(struct proxy_conn *c, struct proxy_side *s)
{
	struct proxy_report r;

	conn_report(c, &c->ruling, PROXY_ALLOWED, &r);
	conn_tell(s, &r);
	if (c->front == NET_PROTO_HTTP)
		conn_rewrite(c, s);
	else
		tunnel(c, s);
}

/* --- both ends ---------------------------------------------------------- */

static bool
is_reading(enum proxy_state state)
{
	return state == CONN_FIRST || state == CONN_GREETING ||
	    state == CONN_SOCKS || state == CONN_HEAD ||
	    state == CONN_HELLO || state == CONN_INNER;
}

static bool
takes_more(const struct proxy_conn *c)
{
	return !c->up.is_ended && !(c->is_request && c->head.body.is_done) &&
	    c->up.len < c->up.cap / 2;
}

short
conn_client_events(const struct proxy_conn *c)
{
	bool reads = (is_reading(c->state) && c->up.len < PROXY_HEAD_MAX) ||
	    (c->state == CONN_RELAY && takes_more(c)) ||
	    (c->state == CONN_LAST && !c->up.is_ended);

	return (short)((reads ? POLLIN : 0) | (c->down.len > 0 ? POLLOUT : 0));
}

short
conn_server_events(const struct proxy_conn *c)
{
	if (c->state == CONN_CONNECT)
		return POLLOUT;
	if (c->state != CONN_RELAY)
		return 0;
	return (short)((!c->down.is_ended && c->down.len < c->down.cap / 2 ?
	    POLLIN : 0) | (c->up.len > 0 ? POLLOUT : 0));
}

/* Ends that have come are passed on; where both have, or nothing is left. */
static void
settle(struct proxy_conn *c, struct proxy_side *s)
{
	if (c->state == CONN_LAST && c->down.len == 0) {
		if (!c->down.is_shut)
			shutdown(c->client, SHUT_WR);
		c->down.is_shut = true;
		if (c->up.is_ended)
			conn_end(c);
		return;
	}
	if (c->state != CONN_RELAY)
		return;
	if (c->up.is_ended && c->up.len == 0 && !c->up.is_shut) {
		shutdown(c->server, SHUT_WR);
		c->up.is_shut = true;
	}
	if (c->down.is_ended && c->down.len == 0 && !c->down.is_shut) {
		shutdown(c->client, SHUT_WR);
		c->down.is_shut = true;
	}
	/* A request's answer is all there is to come. */
	if (c->down.is_shut && (c->up.is_shut || c->is_request)) {
		conn_end(c);
		return;
	}
	c->deadline = s->now + (c->up.is_ended || c->down.is_ended ?
	    TIME_HALF : TIME_IDLE);
}

static void
read_client(struct proxy_conn *c, struct proxy_side *s)
{
	size_t before = c->up.len, body;
	ssize_t n = pipe_fill(&c->up, c->client, c->state == CONN_RELAY ?
	    PROXY_UP_CAP / 2 : PROXY_HEAD_MAX - (c->state == CONN_LAST ? 0 :
	    c->up.len));

	/* Half a head, or half a body, is nothing that goes on. */
	if (n < 0 || (c->up.is_ended && c->state != CONN_LAST &&
	    (c->state != CONN_RELAY || c->is_request))) {
		conn_end(c);
		return;
	}
	if (c->state == CONN_LAST) {
		c->up.start = c->up.len = 0;
		return;
	}
	if (c->state != CONN_RELAY || !c->is_request) {
		conn_advance(c, s);
		return;
	}
	body = proxy_body_take(&c->head.body, c->up.p + c->up.start + before,
	    c->up.len - before);
	c->up.len = before + body;
	if (c->head.body.is_bad)
		conn_end(c);
}

void
conn_client_ready(struct proxy_conn *c, struct proxy_side *s, short events)
{
	short wanted = conn_client_events(c);

	if ((wanted & POLLOUT) != 0 && (events & ~POLLIN) != 0 &&
	    !pipe_drain(&c->down, c->client)) {
		conn_end(c);
		return;
	}
	if ((wanted & POLLIN) != 0 && (events & ~POLLOUT) != 0)
		read_client(c, s);
	settle(c, s);
}

static void
connected(struct proxy_conn *c, struct proxy_side *s)
{
	socklen_t len = sizeof(int);
	int err = 0;

	if (getsockopt(c->server, SOL_SOCKET, SO_ERROR, &err, &len) < 0 ||
	    err != 0) {
		try_next(c, s);
		return;
	}
	established(c, s);
	if (c->state != CONN_FREE)
		conn_advance(c, s);
}

void
conn_server_ready(struct proxy_conn *c, struct proxy_side *s, short events)
{
	short wanted = conn_server_events(c);

	if (c->state == CONN_CONNECT) {
		connected(c, s);
		return;
	}
	if (((wanted & POLLOUT) != 0 && (events & ~POLLIN) != 0 &&
	    !pipe_drain(&c->up, c->server)) || ((wanted & POLLIN) != 0 &&
	    (events & ~POLLOUT) != 0 && pipe_fill(&c->down, c->server,
	    PROXY_DOWN_CAP / 2) < 0)) {
		conn_end(c);
		return;
	}
	settle(c, s);
}

void
conn_late(struct proxy_conn *c, struct proxy_side *s)
{
	if (c->state == CONN_CONNECT)
		try_next(c, s);
	else if (c->state == CONN_LOOKUP)
		conn_finish(c, s, "504 Gateway Timeout", "codex-exec: no answer "
		    "about the name\n", PROXY_SOCKS_UNREACHABLE);
	else
		conn_end(c);
}
