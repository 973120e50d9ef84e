/* Bytes on their way from one end of a connection to the other. */
#ifndef RUNTIME_PROXY_PIPE_H
#define RUNTIME_PROXY_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct proxy_pipe {
	char *p;
	size_t cap, start, len;
	bool is_ended;		/* no more comes in */
	bool is_shut;		/* and that was passed on */
};

/* The first n are dealt with. */
void pipe_consume(struct proxy_pipe *p, size_t n);

/* How many bytes came; 0: none now; -1: it is broken. */
ssize_t pipe_fill(struct proxy_pipe *p, int fd, size_t most);

/* False: it is broken. */
bool pipe_drain(struct proxy_pipe *p, int fd);

/* Bytes of our own. */
void pipe_queue(struct proxy_pipe *p, const void *bytes, size_t n);

#endif
