/* The proxy's loop: see proxy_loop.h. */
#include "runtime/proxy_loop.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#include "runtime/failure.h"

#define LOOKUPS		32	/* at a time */
#define FDS		(3 + 2 * PROXY_CONNS)

enum { FD_LISTENER, FD_LOOKUP, FD_REPORT, FD_CONNS };

struct proxy_loop *
proxy_loop_new(void)
{
	const size_t each = PROXY_UP_CAP + PROXY_DOWN_CAP;
	const size_t n = sizeof(struct proxy_loop) + PROXY_CONNS * each;
	struct proxy_loop *l = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *p;

	if (l == MAP_FAILED)
		return NULL;
	p = (char *)(l + 1);
	for (size_t i = 0; i < PROXY_CONNS; i++, p += each) {
		l->conns[i].client = l->conns[i].server = -1;
		l->conns[i].up.p = p;
		l->conns[i].down.p = p + PROXY_UP_CAP;
	}
	return l;
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct proxy_conn *
find_free(struct proxy_loop *l)
{
	for (size_t i = 0; i < l->most; i++)
		if (l->conns[i].state == CONN_FREE)
			return &l->conns[i];
	return NULL;
}

static void
accept_all(struct proxy_loop *l)
{
	struct proxy_conn *c;

	while ((c = find_free(l)) != NULL) {
		int fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC |
		    SOCK_NONBLOCK);

		if (fd < 0)
			return;
		conn_begin(c, &l->side, fd);
	}
}

static void
ask(struct proxy_loop *l, struct proxy_conn *c)
{
	struct proxy_query q = { .id = l->last_id + 1 };

	memcpy(q.name, c->target.host, sizeof(q.name));
	if (send(l->lookup, &q, sizeof(q), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;
	/* 0 is none. */
	c->id = ++l->last_id;
	if (l->last_id == UINT32_MAX)
		l->last_id = 0;
	l->asked++;
}

static void
ask_waiting(struct proxy_loop *l)
{
	for (size_t i = 0; i < l->most && l->asked < LOOKUPS; i++)
		if (l->conns[i].state == CONN_LOOKUP && l->conns[i].id == 0)
			ask(l, &l->conns[i]);
}

/* Who does not wait any more has freed his place already. */
static void
take_answers(struct proxy_loop *l)
{
	struct proxy_answer a;

	while (recv(l->lookup, &a, sizeof(a), MSG_DONTWAIT) ==
	    (ssize_t)sizeof(a))
		for (size_t i = 0; i < l->most; i++) {
			struct proxy_conn *c = &l->conns[i];

			if (c->state != CONN_LOOKUP || c->id != a.id)
				continue;
			l->asked--;
			conn_answered(c, &l->side, &a);
		}
}

static void
end_late(struct proxy_loop *l)
{
	for (size_t i = 0; i < l->most; i++) {
		struct proxy_conn *c = &l->conns[i];

		if (c->state == CONN_FREE || c->deadline > l->side.now)
			continue;
		if (c->state == CONN_LOOKUP && c->id != 0)
			l->asked--;
		conn_late(c, &l->side);
	}
}

static int
time_left(const struct proxy_loop *l)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < l->most; i++)
		if (l->conns[i].state != CONN_FREE &&
		    l->conns[i].deadline < first)
			first = l->conns[i].deadline;
	if (first == INT64_MAX)
		return -1;
	return first <= l->side.now ? 0 : (int)(first - l->side.now) + 1;
}

/* Nobody asks to be told of what nobody waits for. */
static void
set_fd(struct pollfd *p, int fd, short events)
{
	*p = (struct pollfd){ .fd = events != 0 ? fd : -1, .events = events };
}

static void
set_fds(struct proxy_loop *l, struct pollfd *fds)
{
	set_fd(&fds[FD_LISTENER], l->listener, find_free(l) != NULL ? POLLIN :
	    0);
	set_fd(&fds[FD_LOOKUP], l->lookup, POLLIN);
	/* Only its end: nothing is sent to us. */
	set_fd(&fds[FD_REPORT], l->side.report, POLLIN);
	for (size_t i = 0; i < l->most; i++) {
		struct proxy_conn *c = &l->conns[i];
		struct pollfd *p = &fds[FD_CONNS + 2 * i];
		bool is_free = c->state == CONN_FREE;

		set_fd(p, c->client, is_free ? 0 : conn_client_events(c));
		set_fd(p + 1, c->server, is_free ? 0 : conn_server_events(c));
	}
}

static void
serve(struct proxy_loop *l, const struct pollfd *fds)
{
	for (size_t i = 0; i < l->most; i++) {
		struct proxy_conn *c = &l->conns[i];
		const struct pollfd *p = &fds[FD_CONNS + 2 * i];

		if (p[0].revents != 0 && c->state != CONN_FREE)
			conn_client_ready(c, &l->side, p[0].revents);
		/* What happened at the other end may have ended this one. */
		if (p[1].revents != 0 && c->state != CONN_FREE &&
		    c->server == p[1].fd)
			conn_server_ready(c, &l->side, p[1].revents);
	}
}

void
proxy_loop_run(struct proxy_loop *l)
{
	struct pollfd fds[FDS];

	for (;;) {
		l->side.now = now();
		end_late(l);
		ask_waiting(l);
		set_fds(l, fds);
		if (poll(fds, FD_CONNS + 2 * l->most, time_left(l)) < 0)
			continue;
		l->side.now = now();
		if (fds[FD_REPORT].revents != 0 ||
		    (fds[FD_LOOKUP].revents & (POLLHUP | POLLERR)) != 0)
			leave(1);
		serve(l, fds);
		if (fds[FD_LOOKUP].revents != 0)
			take_answers(l);
		if (fds[FD_LISTENER].revents != 0)
			accept_all(l);
	}
}
