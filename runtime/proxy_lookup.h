/*
 * Names to addresses, in processes of their own: a slow answer keeps nobody
 * else waiting, and who parses a client's bytes opens no file.
 */
#ifndef RUNTIME_PROXY_LOOKUP_H
#define RUNTIME_PROXY_LOOKUP_H

#include "runtime/proxy_target.h"

#define PROXY_LOOKUP_ANSWERS	16
#define PROXY_LOOKUP_SECONDS	20u

struct proxy_query {
	uint32_t id;
	char name[HOSTNAME_CAP];
};

struct proxy_answer {
	uint32_t id;
	uint32_t count;			/* 0: there is none */
	struct address list[PROXY_LOOKUP_ANSWERS];
};

/* Answer what comes on the socket (SOCK_SEQPACKET) until it ends. */
void proxy_lookup_serve(int fd) __attribute__((noreturn));

#endif
