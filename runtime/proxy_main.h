/* The proxy's own process, from its fork on. */
#ifndef RUNTIME_PROXY_MAIN_H
#define RUNTIME_PROXY_MAIN_H

#include "runtime/load.h"

struct proxy_setup {
	const struct policies *all;
	char *const *env;		/* to be forgotten */
	int landlock_abi;
	pid_t parent;
	int fd;				/* to the supervisor */
};

/* The first that it says. */
struct proxy_ready {
	int is_ready, err;
	char what[256];
};

void proxy_main(const struct proxy_setup *s) __attribute__((noreturn));

/* One descriptor over a socket; -1: errno. */
int proxy_send_fd(int to, int fd);

#endif
