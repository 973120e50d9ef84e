/* The decision on a connect: see broker.h. */
#include "runtime/broker.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/advice.h"
#include "runtime/peek.h"

/* One call, from the question to the answer. */
struct asking {
	const struct k_notif *n;
	struct endpoint to;
	struct broker_socket sock;
	struct broker_wait call;
	char target[DENIAL_TARGET];
	/* Who decided, and by which line. */
	const struct policy *by;
	struct judge_verdict verdict;
	const char *why;
};

/* --- by one policy ------------------------------------------------------ */

static void
judge_host(const struct broker *x, const struct policy *p,
    const struct endpoint *e, struct judge_verdict *v)
{
	struct judge_verdict by_name;
	char host[ADDRESS_TEXT];

	address_text(&e->address, host);
	(void)judge_connect(&p->blob, host, e->port, v);
	for (size_t i = 0; v->decision != BLOB_ALLOW && i < x->nhosts; i++) {
		const struct broker_host *h = &x->hosts[i];

		if (h->by == p && address_is_same(&h->address, &e->address) &&
		    judge_connect(&p->blob, h->name, e->port, &by_name) ==
		    BLOB_OK && by_name.decision == BLOB_ALLOW)
			*v = by_name;
	}
}

static void
judge_socket(const struct broker *x, const struct policy *p,
    const char *path, struct judge_verdict *v)
{
	struct judge_verdict by_link;

	(void)judge_unix(&p->blob, x->s.vars, path, v);
	for (size_t i = 0; v->decision != BLOB_ALLOW &&
	    v->cause == JUDGE_BY_ABSENCE && i < x->npaths; i++) {
		const struct broker_path *e = &x->paths[i];

		if (e->by == p && strcmp(e->real, path) == 0 &&
		    judge_unix(&p->blob, x->s.vars, e->listed, &by_link) ==
		    BLOB_OK && by_link.decision == BLOB_ALLOW)
			*v = by_link;
	}
}

/* All policies, until one refuses; path: a Unix socket's, or NULL. */
static bool
is_allowed(const struct broker *x, struct asking *a, const char *path)
{
	const struct policies *all = x->s.all;

	for (size_t i = 0; i < all->count; i++) {
		struct judge_verdict v = { .decision = BLOB_FORBIDDEN };

		if (path != NULL)
			judge_socket(x, &all->list[i], path, &v);
		else
			judge_host(x, &all->list[i], &a->to, &v);
		/* Of several who allow it, the one that lists it. */
		if (a->by == NULL || v.decision != BLOB_ALLOW ||
		    v.cause == JUDGE_BY_RULE) {
			a->by = &all->list[i];
			a->verdict = v;
		}
		if (v.decision != BLOB_ALLOW)
			return false;
	}
	return true;
}

/* --- records ------------------------------------------------------------ */

static void
put_advice(const struct broker *x, const struct asking *a, struct text *out)
{
	bool is_host = a->to.kind == ENDPOINT_INET;

	if (a->verdict.cause != JUDGE_BY_ABSENCE || a->why[0] != '\0' ||
	    (!is_host && (a->to.kind != ENDPOINT_UNIX ||
	    !advice_may_connect(x->at.path, x->s.vars))))
		return;
	text_str(out, "add ");
	text_json(out, is_host ? a->target : x->at.path);
	text_str(out, is_host ? " to network.connect" : " to network.unix");
}

static void
refused(struct broker *x, const struct asking *a)
{
	struct denial d = {
		.what = "connect", .by = a->by, .rule = a->verdict.rule,
		.strength = judge_strength_name(JUDGE_SUPERVISED),
		.why = a->why, .operation = "network_access",
		.layer = "broker", .err = EACCES,
	};
	struct text t;

	text_init(&t, d.target, sizeof(d.target));
	text_str(&t, a->target);
	text_init(&t, d.fix, sizeof(d.fix));
	put_advice(x, a, &t);
	denial_log_add(x->s.log, &d, (pid_t)a->n->pid);
	notify_refuse(x->listener, a->n->id, EACCES);
}

static void
allowed(struct broker *x, const struct asking *a)
{
	const struct audit_item item = {
		.event = "decision", .operation = "network_access",
		.target = a->target, .decision = BLOB_ALLOW,
		.reason = "a rule lists it", .by = a->by,
		.rule = a->verdict.rule, .layer = "broker",
		.strength = judge_strength_name(JUDGE_SUPERVISED),
		.pid = (pid_t)a->n->pid,
	};

	if (audit_wants(x->s.log->audit, AUDT_EV_ALLOWED))
		denial_log_put(x->s.log, &item);
}

/* --- by kind of address ------------------------------------------------- */

/* By no line: what it is, no policy of these can have. */
static bool
refuse_kind(const struct broker *x, struct asking *a, const char *why)
{
	a->by = x->s.all->list;
	a->why = why;
	return false;
}

static bool
may_connect_inet(const struct broker *x, struct asking *a)
{
	const struct broker_socket *s = &a->sock;

	if (s->domain != AF_INET && s->domain != AF_INET6)
		return refuse_kind(x, a, "it is no Internet socket");
	if (x->is_tcp_only && (s->type != SOCK_STREAM ||
	    s->protocol != IPPROTO_TCP))
		return refuse_kind(x, a, "it is no plain TCP socket");
	return is_allowed(x, a, NULL);
}

/* The path's end becomes the address: a descriptor, which no one can move. */
static void
point_at_file(struct broker_wait *w, int file)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct text t;

	text_init(&t, to.sun_path, sizeof(to.sun_path));
	text_fd(&t, file);
	memcpy(w->to.raw, &to, sizeof(to));
	w->len = (unsigned)(offsetof(struct sockaddr_un, sun_path) +
	    t.len + 1);
	w->file = file;
}

/* 0, or an errno that is no refusal of ours; ELOOP can be one. */
static int
find_file(struct broker *x, struct asking *a)
{
	struct stat st;
	int err;

	if (!resolve_path((pid_t)a->n->pid, AT_FDCWD, a->to.path,
	    RESOLVE_FILE, &x->at))
		return errno;
	if (x->at.is_there && fstat(x->at.fd, &st) == 0 &&
	    S_ISSOCK(st.st_mode))
		return 0;
	/* The kernel looks at permissions first. */
	err = x->at.is_there ? resolve_access(&x->at, W_OK) : ENOENT;
	close(x->at.fd);
	return err != 0 ? err : ECONNREFUSED;
}

static bool
may_connect_unix(struct broker *x, struct asking *a, int *err)
{
	struct text t;

	x->at.path[0] = '\0';
	if (a->sock.domain != AF_UNIX || (x->is_stream_only &&
	    a->sock.type != SOCK_STREAM && a->sock.type != SOCK_SEQPACKET))
		return refuse_kind(x, a, "it is no Unix stream socket");
	*err = find_file(x, a);
	if (*err == ELOOP)
		return refuse_kind(x, a, "its path leads through a link of "
		    "/proc");
	if (*err != 0)
		return true;
	text_init(&t, a->target, sizeof(a->target));
	text_str(&t, "unix:");
	text_shell(&t, x->at.path);
	if (is_allowed(x, a, x->at.path)) {
		point_at_file(&a->call, x->at.fd);
		return true;
	}
	close(x->at.fd);
	return false;
}

/* True: it may go on, but with *err. */
static bool
may_connect(struct broker *x, struct asking *a, int *err)
{
	struct text t;

	text_init(&t, a->target, sizeof(a->target));
	endpoint_put(&a->to, &t);
	switch (a->to.kind) {
	case ENDPOINT_BAD:
		*err = EINVAL;
		return true;
	case ENDPOINT_NONE:
		return true;
	case ENDPOINT_INET:
		return may_connect_inet(x, a);
	case ENDPOINT_UNIX:
		return may_connect_unix(x, a, err);
	case ENDPOINT_ABSTRACT:
		/* It has no path, so none that could be listed. */
		return is_allowed(x, a, "");
	case ENDPOINT_OTHER:
		break;
	}
	return refuse_kind(x, a, "no rule can speak of it");
}

/* --- the question ------------------------------------------------------- */

/* The socket and our copy of the address.  0 or an errno. */
static int
take_call(const struct broker *x, struct asking *a)
{
	int64_t len = (int32_t)a->n->data.args[2];
	int err = broker_take(x, a->n, &a->sock);

	if (err != 0)
		return err;
	if (len < 0 || len > ENDPOINT_CAP)
		return EINVAL;
	a->call.len = (unsigned)len;
	err = len > 0 ? peek_bytes((pid_t)a->n->pid, a->n->data.args[1],
	    a->call.to.raw, (size_t)len) : 0;
	endpoint_read(a->call.to.raw, (size_t)len, &a->to);
	return err == EPERM ? EACCES : err != 0 ? EFAULT : 0;
}

void
broker_ask(struct broker *x, const struct k_notif *n)
{
	struct asking a = { .n = n, .why = "", .sock = { .fd = -1 },
		.call = { .id = n->id, .tid = (pid_t)n->pid, .file = -1,
		.until = -1 } };
	int err = take_call(x, &a);
	bool may = err != 0 || may_connect(x, &a, &err);

	a.call.fd = a.sock.fd;
	/* Was it the asking task all the time, and does it still wait? */
	if (notify_is_valid(x->listener, n->id)) {
		if (!may) {
			refused(x, &a);
		} else if (err != 0) {
			notify_refuse(x->listener, n->id, err);
		} else {
			if (a.by != NULL)
				allowed(x, &a);
			broker_connect(x, &a.call);
			return;
		}
	}
	broker_close(x, a.sock.fd);
	if (a.call.file >= 0)
		close(a.call.file);
}
