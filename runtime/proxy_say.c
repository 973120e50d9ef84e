/* What is told to the supervisor, and said to the client: see proxy_step.h. */
#include "runtime/proxy_step.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
conn_report(const struct proxy_conn *c, const struct proxy_ruling *r,
    enum proxy_reason reason, struct proxy_report *out)
{
	*out = (struct proxy_report){
		.reason = reason, .by = (uint32_t)r->by,
		.rule = r->verdict.rule, .why = r->verdict.why, .port = c->target.port,
	};
	memcpy(out->host, c->target.host, sizeof(out->host));
}

void
conn_tell(struct proxy_side *s, struct proxy_report *r)
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
	pipe_queue(p, buf, t.len);
}

void
conn_put_socks(struct proxy_pipe *p, enum proxy_socks_reply code)
{
	const uint8_t reply[10] = { PROXY_SOCKS_VERSION, (uint8_t)code, 0, 1 };

	pipe_queue(p, reply, sizeof(reply));
}

void
conn_finish(struct proxy_conn *c, struct proxy_side *s, const char *status,
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
		conn_put_socks(&c->down, code);
	else
		put_response(&c->down, status, body);
	c->up.start = c->up.len = 0;
	conn_go(c, s, CONN_LAST, TIME_LAST);
}

void
conn_refuse(struct proxy_conn *c, struct proxy_side *s,
    struct proxy_report *r)
{
	char body[1024];
	struct text t;

	conn_tell(s, r);
	text_init(&t, body, sizeof(body));
	put_refusal(s, r, &t);
	conn_finish(c, s, "403 Forbidden", body, PROXY_SOCKS_DENIED);
}
