/* Names to addresses: see proxy_lookup.h. */
#include "runtime/proxy_lookup.h"

#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/failure.h"

static bool
take_address(const struct sockaddr *from, struct address *out)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;

	*out = (struct address){ { [10] = 0xff, [11] = 0xff } };
	if (from->sa_family == AF_INET) {
		memcpy(&four, from, sizeof(four));
		memcpy(out->b + 12, &four.sin_addr, 4);
		return true;
	}
	if (from->sa_family != AF_INET6)
		return false;
	memcpy(&six, from, sizeof(six));
	memcpy(out->b, &six.sin6_addr, 16);
	/* One of this link needs to know which. */
	return six.sin6_scope_id == 0;
}

static void
look_up(const struct proxy_query *q, struct proxy_answer *out)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *list = NULL;

	if (getaddrinfo(q->name, NULL, &hints, &list) != 0)
		return;
	for (struct addrinfo *a = list; a != NULL &&
	    out->count < PROXY_LOOKUP_ANSWERS; a = a->ai_next)
		if (take_address(a->ai_addr, &out->list[out->count]))
			out->count++;
}

static void
answer(int fd, const struct proxy_query *q, bool is_tried)
{
	struct proxy_answer a = { .id = q->id };

	if (is_tried)
		look_up(q, &a);
	(void)send(fd, &a, sizeof(a), MSG_NOSIGNAL);
}

/* It ends with who started it, and when its time is up. */
static void
serve_one(int fd, const struct proxy_query *q, pid_t parent)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		leave(1);
	sigaction(SIGALRM, &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(PROXY_LOOKUP_SECONDS);
	answer(fd, q, true);
	leave(0);
}

void
proxy_lookup_serve(int fd)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	pid_t self = getpid(), pid;
	struct proxy_query q;

	/* The dead are nobody's business. */
	sigaction(SIGCHLD, &ignore, NULL);
	while (recv(fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q)) {
		q.name[sizeof(q.name) - 1] = '\0';
		pid = fork();
		if (pid == 0)
			serve_one(fd, &q, self);
		if (pid < 0)
			answer(fd, &q, false);
	}
	leave(0);
}
