/* What is to be tried of a run's policies, made from their own sections. */
#ifndef RUNTIME_PROVE_LIST_H
#define RUNTIME_PROVE_LIST_H

#include "runtime/launch.h"
#include "runtime/probe.h"

/* What stands outside, for probes to fail to reach. */
struct prove_outside {
	pid_t process;
	int port;		/* a TCP listener's on loopback; 0: none */
	char name[32];		/* an abstract Unix listener; "": none */
};

struct prove_list {
	struct probe *list;
	size_t count, cap;
	struct run *run;
	struct scratch *mem;
	bool is_full;
};

/* 0, or -1 without memory. */
int prove_list_make(struct prove_list *l, struct run *r,
    const struct prove_outside *outside);

#endif
