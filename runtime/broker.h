/*
 * The connect broker: hosts of network.connect and paths of network.unix,
 * which no kernel interface knows.  Every connect of the tree is held; its
 * address is copied once, decided on by the policies' own rules, and what may
 * be is done by us on our own duplicate of the task's socket.  The task's call
 * itself never goes on, so nothing that it changes meanwhile can matter.
 *
 * broker_open.c finds out before the start what names mean; broker.c decides;
 * broker_connect.c connects.
 */
#ifndef RUNTIME_BROKER_H
#define RUNTIME_BROKER_H

#include <poll.h>

#include "runtime/brief.h"
#include "runtime/denial_log.h"
#include "runtime/endpoint.h"
#include "runtime/notify.h"
#include "runtime/resolve.h"

#define BROKER_MAX	64	/* that wait; more wait in the kernel */

/* One address of a listed name, as it was at the start. */
struct broker_host {
	const struct policy *by;
	const char *name;
	struct address address;
};

/* A listed socket's path, and what it was without links at the start. */
struct broker_path {
	const struct policy *by;
	const char *listed, *real;
};

/* A blocking call whose connection is not made yet. */
struct broker_wait {
	uint64_t id;			/* of its question */
	pid_t tid;
	int fd;				/* our duplicate of the socket */
	int file;			/* Unix: the socket's place, else -1 */
	union broker_address {
		uint8_t raw[ENDPOINT_CAP];
		struct { uint16_t family; uint64_t align; } any;
	} to;
	unsigned len;
	int64_t until;			/* ms of CLOCK_MONOTONIC, or -1 */
	bool was_signalled;		/* at the last look */
};

struct broker_setup {
	const struct policies *all;
	const struct judge_vars *vars;
	struct denial_log *log;
};

struct broker {
	struct broker_setup s;
	int listener;
	struct brief brief;
	/* Some policy has no other sockets of these families. */
	bool is_tcp_only, is_stream_only;
	struct broker_host *hosts;
	size_t nhosts;
	struct broker_path *paths;
	size_t npaths;
	struct broker_wait waits[BROKER_MAX];
	size_t nwaits;
	struct resolved at;	/* where a path leads */
};

/* Does one policy list hosts, or paths of Unix sockets? */
bool broker_is_needed(const struct policies *all);
bool broker_is_needed_by(const struct policy *p);

/*
 * Look names and paths up, once.  *x is zeroed.  0, or -1 with f filled where a
 * name is not found.
 */
int broker_open(struct broker *x, const struct broker_setup *s,
    struct vars *v, struct failure *f);

/*
 * We ourselves connect to no TCP port but those listed: a Landlock domain,
 * which all that we start is in too.
 */
int broker_confine(const struct policies *all, int landlock_abi,
    struct failure *f);

/* A question about a connect. */
void broker_ask(struct broker *x, const struct k_notif *n);

/* Is there room for one more? */
bool broker_has_room(const struct broker *x);

/* What to wait for: how many were put; ms, -1: for ever. */
size_t broker_fds(const struct broker *x, struct pollfd fds[BROKER_MAX]);
int broker_timeout(const struct broker *x);

/* Look at those that wait, after poll() has filled fds. */
void broker_work(struct broker *x, const struct pollfd *fds);

/* broker_connect.c: *sock is the task's socket; 0, or an errno for it. */
struct broker_socket {
	int fd, domain, type, protocol;
};
int broker_take(const struct broker *x, const struct k_notif *n,
    struct broker_socket *sock);

/* Our duplicate: a socket can be made to linger. */
void broker_close(const struct broker *x, int fd);

/* Connect to w->to, and answer or wait; takes w's descriptors. */
void broker_connect(struct broker *x, const struct broker_wait *w);

#endif
