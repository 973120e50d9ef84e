/*
 * Attacks on a connect that is being decided on:
 * broker_race KIND N PORT FOLDER
 *
 * Connects N times while another thread changes what the call names from good
 * (127.0.0.2, FOLDER/good) to evil (127.0.0.3, FOLDER/evil) and back; whoever
 * is reached says what it is.  Prints how many were good, evil and refused.
 *
 * "waiting" is on who decides: a socket that does not wait is made to wait
 * meanwhile, at a PORT where nobody answers.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* "descriptor": which socket SLOT is. */
#define SLOT	100
#define TCP	101
#define UNIX	102

struct race {
	const char *kind, *dir;
	int port;
	atomic_bool is_over;
	struct sockaddr_in in;		/* "address": its last byte flips */
	struct sockaddr_un un;		/* "path": its name flips */
	char link[4200], spare[4200], good[4200], evil[4200];
	atomic_uint flips;
	pthread_t caller;
};

/* --- who changes -------------------------------------------------------- */

static void
pause_a_bit(unsigned n)
{
	for (volatile unsigned i = 0; i < n; i++)
		;
}

static void
flip(struct race *r, unsigned i)
{
	bool is_evil = i % 2;

	if (strcmp(r->kind, "address") == 0) {
		r->in.sin_addr.s_addr = htonl(is_evil ? 0x7f000003 :
		    0x7f000002);
	} else if (strcmp(r->kind, "path") == 0) {
		size_t n = strlen(r->dir) + 1;

		memcpy(r->un.sun_path + n, is_evil ? "evil" : "good", 4);
	} else if (strcmp(r->kind, "link") == 0) {
		unlink(r->spare);
		if (symlink(is_evil ? r->evil : r->good, r->spare) == 0)
			rename(r->spare, r->link);
	} else {
		/* A call on one socket meets another. */
		dup2(is_evil ? UNIX : TCP, SLOT);
	}
	atomic_fetch_add(&r->flips, 1);
}

static void *
change(void *arg)
{
	struct race *r = arg;

	for (unsigned i = 0; !atomic_load(&r->is_over); i++) {
		flip(r, i);
		pause_a_bit(i * 2654435761u % 3000);
	}
	return NULL;
}

static void
on_signal(int sig)
{
	(void)sig;
}

/* Now it waits, now it does not; a call that waits is ended. */
static void *
make_wait(void *arg)
{
	struct race *r = arg;

	for (unsigned i = 0; !atomic_load(&r->is_over); i++) {
		fcntl(SLOT, F_SETFL, i % 2 ? 0 : O_NONBLOCK);
		if (i % 1024 == 0)
			pthread_kill(r->caller, SIGUSR1);
	}
	return NULL;
}

/* --- who connects ------------------------------------------------------- */

static void
put_socket(int family, int number)
{
	int fd = socket(family, SOCK_STREAM, 0);

	dup2(fd, number);
	close(fd);
}

static int
attempt(struct race *r, int *fd)
{
	if (strcmp(r->kind, "address") == 0) {
		*fd = socket(AF_INET, SOCK_STREAM, 0);
		return connect(*fd, (struct sockaddr *)&r->in,
		    sizeof(r->in));
	}
	if (strcmp(r->kind, "descriptor") == 0) {
		unsigned before;

		put_socket(AF_INET, TCP);
		put_socket(AF_UNIX, UNIX);
		before = atomic_load(&r->flips);
		while (atomic_load(&r->flips) - before < 3)
			;
		*fd = dup(UNIX);
		/* The path is evil's, whatever socket it is. */
		return connect(SLOT, (struct sockaddr *)&r->un,
		    sizeof(r->un));
	}
	*fd = socket(AF_UNIX, SOCK_STREAM, 0);
	return connect(*fd, (struct sockaddr *)&r->un, sizeof(r->un));
}

static char
answer(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char c = 0;

	if (poll(&wait, 1, 3000) != 1 || read(fd, &c, 1) != 1)
		return '?';
	return c;
}

static void
wait_once(struct race *r)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	dup2(fd, SLOT);
	close(fd);
	connect(SLOT, (struct sockaddr *)&r->in, sizeof(r->in));
}

/* On who decides: what is shown is that it goes on. */
static int
hold_up(struct race *r, unsigned n)
{
	const struct sigaction act = { .sa_handler = on_signal };
	pthread_t t;

	sigaction(SIGUSR1, &act, NULL);
	r->caller = pthread_self();
	if (pthread_create(&t, NULL, make_wait, r) != 0)
		return 2;
	for (unsigned i = 0; i < n; i++)
		wait_once(r);
	atomic_store(&r->is_over, true);
	pthread_join(t, NULL);
	puts("over");
	return 0;
}

int
main(int argc, char **argv)
{
	static struct race r;
	unsigned good = 0, evil = 0, refused = 0, n;
	pthread_t t;

	if (argc != 5)
		return 2;
	r.kind = argv[1];
	n = (unsigned)atoi(argv[2]);
	r.port = atoi(argv[3]);
	r.dir = argv[4];
	snprintf(r.good, sizeof(r.good), "%s/good", r.dir);
	snprintf(r.evil, sizeof(r.evil), "%s/evil", r.dir);
	snprintf(r.link, sizeof(r.link), "link");
	snprintf(r.spare, sizeof(r.spare), "spare");
	r.in = (struct sockaddr_in){ .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)r.port),
	    .sin_addr.s_addr = htonl(0x7f000002) };
	r.un.sun_family = AF_UNIX;
	if (strcmp(r.kind, "waiting") == 0)
		return hold_up(&r, n);
	if (strcmp(r.kind, "link") == 0)
		strcpy(r.un.sun_path, r.link);
	else if (snprintf(r.un.sun_path, sizeof(r.un.sun_path), "%s",
	    strcmp(r.kind, "descriptor") == 0 ? r.evil : r.good) >=
	    (int)sizeof(r.un.sun_path))
		return 2;
	if (pthread_create(&t, NULL, change, &r) != 0)
		return 2;
	for (unsigned i = 0; i < n; i++) {
		int fd = -1, result = attempt(&r, &fd);
		char c = result == 0 ? answer(fd) : 0;

		good += c == 'g';
		evil += c == 'e';
		refused += result < 0 && errno == EACCES;
		if (fd >= 0)
			close(fd);
	}
	atomic_store(&r.is_over, true);
	pthread_join(t, NULL);
	printf("good %u evil %u refused %u\n", good, evil, refused);
	return 0;
}
