/* One connection through the proxy: see proxy_conn.h. */
#include "runtime/proxy_conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT_HTTP	80
#define PORT_HTTPS	443

/* Milliseconds. */
#define TIME_HEAD	30000
#define TIME_LOOKUP	((int64_t)PROXY_LOOKUP_SECONDS * 1000 + 1000)
#define TIME_CONNECT	10000
#define TIME_IDLE	900000
#define TIME_HALF	120000
#define TIME_LAST	10000

static void
go(struct proxy_conn *c, const struct proxy_side *s, enum proxy_state state,
    int64_t time)
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
	go(c, s, CONN_FIRST, TIME_HEAD);
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

/* --- pipes -------------------------------------------------------------- */

static void
consume(struct proxy_pipe *p, size_t n)
{
	p->start += n;
	p->len -= n;
	if (p->len == 0)
		p->start = 0;
}

static size_t
room(const struct proxy_pipe *p)
{
	return p->cap - p->start - p->len;
}

/* How many bytes came; 0: none now; -1: it is broken. */
static ssize_t
fill(struct proxy_pipe *p, int fd, size_t most)
{
	size_t left = room(p);
	ssize_t n;

	if (left < most / 2 && p->start > 0) {
		memmove(p->p, p->p + p->start, p->len);
		p->start = 0;
		left = room(p);
	}
	n = recv(fd, p->p + p->start + p->len, left < most ? left : most, 0);
	if (n > 0)
		p->len += (size_t)n;
	if (n == 0 && left > 0 && most > 0)
		p->is_ended = true;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

static bool
drain(struct proxy_pipe *p, int fd)
{
	ssize_t n;

	if (p->len == 0)
		return true;
	n = send(fd, p->p + p->start, p->len, MSG_NOSIGNAL);
	if (n > 0)
		consume(p, (size_t)n);
	return n >= 0 || errno == EAGAIN || errno == EINTR;
}

/* Short answers always fit: what is before them is as short. */
static void
queue(struct proxy_pipe *p, const void *bytes, size_t n)
{
	if (n > room(p))
		return;
	memcpy(p->p + p->start + p->len, bytes, n);
	p->len += n;
}

/* --- records and refusals ----------------------------------------------- */

static void
fill_report(const struct proxy_conn *c, const struct proxy_ruling *r,
    enum proxy_reason reason, struct proxy_report *out)
{
	*out = (struct proxy_report){
		.reason = reason, .by = (uint32_t)r->by,
		.rule = r->verdict.rule, .why = r->verdict.why, .port = c->target.port,
	};
	memcpy(out->host, c->target.host, sizeof(out->host));
}

static void
tell(struct proxy_side *s, struct proxy_report *r)
{
	r->lost = s->lost;
	if (send(s->report, r, sizeof(*r), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		s->lost++;
	else
		s->lost = 0;
}

static void
put_refusal(const struct proxy_side *s, const struct proxy_report *r,
    struct text *out)
{
	const struct policy *by = &s->all->list[r->by];
	const char *why = r->reason == PROXY_REFUSED ?
	    blob_str(&by->blob, r->why) : "";
	struct proxy_target t = { .port = r->port };

	memcpy(t.host, r->host, sizeof(t.host));
	text_str(out, "codex-exec: denied: connect ");
	proxy_target_put(&t, out);
	policy_put_rule(by, r->rule, "supervised", out);
	text_str(out, ": ");
	if (why[0] != '\0')
		text_escaped(out, why);
	else
		proxy_reason_put(r, out);
	text_str(out, "\n");
}

static void
put_response(struct proxy_pipe *p, const char *status, const char *body)
{
	char buf[2048];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	text_str(&t, "HTTP/1.1 ");
	text_str(&t, status);
	text_str(&t, "\r\nContent-Type: text/plain; charset=utf-8\r\n"
	    "Content-Length: ");
	text_num(&t, strlen(body));
	text_str(&t, "\r\nConnection: close\r\n\r\n");
	text_str(&t, body);
	queue(p, buf, t.len);
}

static void
put_socks(struct proxy_pipe *p, enum proxy_socks_reply code)
{
	const uint8_t reply[10] = { PROXY_SOCKS_VERSION, (uint8_t)code, 0, 1 };

	queue(p, reply, sizeof(reply));
}

/* No more comes from it; what we say is the last. */
static void
finish(struct proxy_conn *c, struct proxy_side *s, const char *status,
    const char *body, enum proxy_socks_reply code)
{
	if (c->server >= 0)
		close(c->server);
	c->server = -1;
	/* Within a tunnel nothing of ours can be said but to HTTP. */
	if (c->state == CONN_HELLO) {
		conn_end(c);
		return;
	}
	if (c->front == NET_PROTO_SOCKS5_TCP && c->state != CONN_INNER)
		put_socks(&c->down, code);
	else
		put_response(&c->down, status, body);
	c->up.start = c->up.len = 0;
	go(c, s, CONN_LAST, TIME_LAST);
}

static void
refuse_it(struct proxy_conn *c, struct proxy_side *s, struct proxy_report *r)
{
	char body[1024];
	struct text t;

	tell(s, r);
	text_init(&t, body, sizeof(body));
	put_refusal(s, r, &t);
	finish(c, s, "403 Forbidden", body, PROXY_SOCKS_DENIED);
}

/* --- to the server ------------------------------------------------------ */

static void established(struct proxy_conn *c, struct proxy_side *s);

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
		go(c, s, CONN_CONNECT, TIME_CONNECT);
	else
		finish(c, s, "502 Bad Gateway", "codex-exec: the server "
		    "cannot be reached\n", PROXY_SOCKS_REFUSED);
}

static void
decide(struct proxy_conn *c, struct proxy_side *s)
{
	struct proxy_report r;

	proxy_rule_target(s->all, &c->target, c->front, &c->ruling);
	if (!c->ruling.is_allowed) {
		fill_report(c, &c->ruling, c->ruling.verdict.cause ==
		    JUDGE_BY_RULE ? PROXY_REFUSED : PROXY_NOT_ADMITTED, &r);
		refuse_it(c, s, &r);
		return;
	}
	c->id = 0;
	go(c, s, CONN_LOOKUP, TIME_LOOKUP);
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
		proxy_rule_answer(s->all, &a->list[i], c->target.port, &r);
		if (r.is_allowed) {
			c->answers[c->nanswers++] = a->list[i];
		} else if (refused.is_allowed) {
			refused = r;
			bad = a->list[i];
		}
	}
	if (c->nanswers == 0 && !refused.is_allowed) {
		fill_report(c, &refused, PROXY_ANSWER, &report);
		memcpy(report.address, bad.b, sizeof(bad.b));
		refuse_it(c, s, &report);
		return;
	}
	if (c->nanswers == 0)
		finish(c, s, "502 Bad Gateway", "codex-exec: the name has no "
		    "address\n", PROXY_SOCKS_UNREACHABLE);
	else
		try_next(c, s);
}

/* The head in front is replaced by what the server gets. */
static void
rewrite(struct proxy_conn *c, struct proxy_side *s)
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
	go(c, s, CONN_RELAY, TIME_IDLE);
}

static void
tunnel(struct proxy_conn *c, struct proxy_side *s)
{
	static const char ok[] = "HTTP/1.1 200 Connection established\r\n\r\n";

	if (c->front == NET_PROTO_SOCKS5_TCP) {
		put_socks(&c->down, PROXY_SOCKS_OK);
	} else {
		consume(&c->up, c->head.len);
		queue(&c->down, ok, sizeof(ok) - 1);
	}
	if (c->target.port == PORT_HTTPS)
		go(c, s, CONN_HELLO, TIME_HEAD);
	else if (c->target.port == PORT_HTTP)
		go(c, s, CONN_INNER, TIME_HEAD);
	else
		go(c, s, CONN_RELAY, TIME_IDLE);
}

static void
established(struct proxy_conn *c, struct proxy_side *s)
{
	struct proxy_report r;

	fill_report(c, &c->ruling, PROXY_ALLOWED, &r);
	tell(s, &r);
	if (c->front == NET_PROTO_HTTP)
		rewrite(c, s);
	else
		tunnel(c, s);
}

/* --- what the client says first ----------------------------------------- */

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
		go(c, s, CONN_RELAY, TIME_IDLE);
		return;
	}
	fill_report(c, &c->ruling, r == PROXY_DONE ? PROXY_NAME :
	    PROXY_NO_TLS, &report);
	if (r == PROXY_DONE)
		memcpy(report.other, s->hello.name, sizeof(report.other));
	refuse_it(c, s, &report);
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
		finish(c, s, "400 Bad Request", "codex-exec: the proxy takes "
		    "CONNECT, and requests with an http:// URL\n",
		    PROXY_SOCKS_FAILED);
		return;
	}
	c->target = c->head.target;
	if (r == PROXY_BAD) {
		proxy_rule_target(s->all, &c->target, is_inner ? c->front :
		    NET_PROTO_HTTP, &c->ruling);
		fill_report(c, &c->ruling, PROXY_HOST, &report);
		refuse_it(c, s, &report);
		return;
	}
	if (is_inner) {
		rewrite(c, s);
		return;
	}
	c->front = c->head.is_connect ? NET_PROTO_HTTPS : NET_PROTO_HTTP;
	decide(c, s);
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
		consume(&c->up, used);
		queue(&c->down, yes, sizeof(yes));
		c->state = CONN_SOCKS;
		return;
	case PROXY_BAD:
		queue(&c->down, no, sizeof(no));
		c->up.len = 0;
		go(c, s, CONN_LAST, TIME_LAST);
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
		finish(c, s, "", "", why);
	if (r != PROXY_DONE)
		return;
	consume(&c->up, used);
	decide(c, s);
}

/* As long as what there is leads on. */
static void
advance(struct proxy_conn *c, struct proxy_side *s)
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
	ssize_t n = fill(&c->up, c->client, c->state == CONN_RELAY ?
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
		advance(c, s);
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
	    !drain(&c->down, c->client)) {
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
		advance(c, s);
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
	    !drain(&c->up, c->server)) || ((wanted & POLLIN) != 0 &&
	    (events & ~POLLOUT) != 0 && fill(&c->down, c->server,
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
		finish(c, s, "504 Gateway Timeout", "codex-exec: no answer "
		    "about the name\n", PROXY_SOCKS_UNREACHABLE);
	else
		conn_end(c);
}
