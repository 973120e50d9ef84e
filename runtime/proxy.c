/* Network mode proxy, the supervisor's side: see proxy.h. */
#include "runtime/proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/advice.h"
#include "runtime/proxy_main.h"
#include "runtime/proxy_report.h"

#define REPORTS_A_ROUND		64u
#define REPORTS_QUEUED		4096u	/* more than a socket holds */
#define BACKLOG			512

int
proxy_start(struct proxy *p, const struct support *s, char *const *env,
    struct failure *f)
{
	pid_t self = getpid();
	sigset_t all, old;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return refuse(f, EXIT_RUNNER, errno, "proxy", NULL);
	/* What a terminal sends to the job is not meant for it. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	p->pid = fork();
	if (p->pid == 0)
		proxy_main(&(struct proxy_setup){ .all = p->all, .env = env,
		    .landlock_abi = s->landlock_abi, .parent = self,
		    .fd = pair[1] });
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(pair[1]);
	p->fd = pair[0];
	if (p->pid < 0)
		return refuse(f, EXIT_RUNNER, errno, "proxy", NULL);
	return 0;
}

/* --- in the child ------------------------------------------------------- */

static int
open_listener(struct failure *f)
{
	struct sockaddr_in here = {
		.sin_family = AF_INET, .sin_port = htons(PROXY_PORT),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&here, sizeof(here)) == 0
	    && listen(fd, BACKLOG) == 0)
		return fd;
	(void)refuse(f, EXIT_RUNNER, errno, "listener of the proxy", NULL);
	if (fd >= 0)
		close(fd);
	return -1;
}

int
proxy_hand_over(const struct proxy *p, struct failure *f)
{
	struct proxy_ready ready;
	int fd = open_listener(f), r = -1;
	ssize_t n;

	if (fd < 0)
		return -1;
	if (proxy_send_fd(p->fd, fd) < 0) {
		(void)refuse(f, EXIT_RUNNER, errno, "the proxy", NULL);
		goto out;
	}
	n = recv(p->fd, &ready, sizeof(ready), 0);
	if (n != (ssize_t)sizeof(ready)) {
		(void)refuse(f, EXIT_RUNNER, n < 0 ? errno : 0,
		    "the proxy did not start", NULL);
		goto out;
	}
	ready.what[sizeof(ready.what) - 1] = '\0';
	r = ready.is_ready ? 0 : refuse(f, EXIT_RUNNER, ready.err,
	    "the proxy did not start: ", ready.what, NULL);
out:
	/* Whose table we share: nobody but the proxy accepts here. */
	close(fd);
	return r;
}

/* --- what it tells ------------------------------------------------------ */

static void
put_record(struct proxy *p, const struct proxy_report *r,
    const struct denial *d, const char *why)
{
	bool is_allowed = r->reason == PROXY_ALLOWED;
	const struct audit_item item = {
		.event = "decision", .operation = "network_access",
		.target = d->target, .reason = why, .by = d->by,
		.decision = is_allowed ? BLOB_ALLOW : BLOB_FORBIDDEN,
		.rule = d->rule, .layer = "proxy", .strength = d->strength,
		.pid = p->pid,
	};

	if (audit_wants(p->log->audit, is_allowed ? AUDT_EV_ALLOWED :
	    AUDT_EV_DENIED))
		denial_log_put(p->log, &item);
}

/* Letters, digits and what stands between them in names and addresses. */
static bool
is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if ((*s < 'a' || *s > 'z') && (*s < '0' || *s > '9') &&
		    strchr("-_.:", *s) == NULL)
			return false;
	return true;
}

/* Its bytes come from who reads a stranger's: nothing is taken for granted. */
static bool
is_sound(const struct proxy *p, struct proxy_report *r)
{
	r->host[sizeof(r->host) - 1] = r->other[sizeof(r->other) - 1] = '\0';
	return r->reason < PROXY_NREASONS && r->by < p->all->count &&
	    is_plain(r->host) && is_plain(r->other);
}

static void
on_report(struct proxy *p, struct proxy_report *r)
{
	const struct policy *by = &p->all->list[r->by];
	struct proxy_target target = { .port = r->port };
	struct denial d = { .what = "connect", .by = by, .rule = r->rule,
	    .strength = "supervised" };
	char why[sizeof(r->other) + 256];
	struct text t;

	p->log->audit->lost += r->lost;
	memcpy(target.host, r->host, sizeof(target.host));
	text_init(&t, d.target, sizeof(d.target));
	proxy_target_put(&target, &t);
	text_init(&t, why, sizeof(why));
	if (r->reason == PROXY_REFUSED)
		text_str(&t, blob_str(&by->blob, r->why));
	if (t.len == 0)
		proxy_reason_put(r, &t);
	d.why = why;
	put_record(p, r, &d, why);
	if (r->reason == PROXY_ALLOWED)
		return;
	/* Kept beyond this call: only what stays. */
	d.why = r->reason == PROXY_REFUSED ? blob_str(&by->blob, r->why) : "";
	if (d.why[0] == '\0')
		d.why = proxy_reason_short((enum proxy_reason)r->reason);
	text_init(&t, d.fix, sizeof(d.fix));
	if (r->reason == PROXY_NOT_ADMITTED)
		advice_domain(target.host, target.port, &t);
	denials_add(p->log->denials, &d);
}

/* As many as there are, up to a limit: who sends on is no reason to stay. */
static void
take_reports(struct proxy *p, unsigned limit)
{
	struct proxy_report r;
	ssize_t n = -1;

	for (; limit > 0; limit--) {
		n = recv(p->fd, &r, sizeof(r), MSG_DONTWAIT);
		if (n != (ssize_t)sizeof(r))
			break;
		if (is_sound(p, &r))
			on_report(p, &r);
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		close(p->fd);
		p->fd = -1;
		p->is_unexpected = true;
	}
}

void
proxy_ready(struct proxy *p)
{
	take_reports(p, REPORTS_A_ROUND);
}

void
proxy_stop(struct proxy *p)
{
	/* To the end: behind what is left to be told it can be gone. */
	if (p->fd >= 0)
		take_reports(p, REPORTS_QUEUED);
	/* Whoever was gone has been reaped: its number may be another's. */
	if (p->fd < 0)
		return;
	kill(p->pid, SIGKILL);
	while (waitpid(p->pid, NULL, __WALL) < 0 && errno == EINTR)
		continue;
	take_reports(p, REPORTS_QUEUED);
	p->is_unexpected = false;
}
