/* Bytes on their way from one end to the other: see proxy_pipe.h. */
#include "runtime/proxy_pipe.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

void
pipe_consume(struct proxy_pipe *p, size_t n)
{
	p->start += n;
	p->len -= n;
	if (p->len == 0)
		p->start = 0;
}

static size_t
room(const struct proxy_pipe *p)
{
	return p->cap - p->start - p->len;
}

ssize_t
pipe_fill(struct proxy_pipe *p, int fd, size_t most)
{
	size_t left = room(p);
	ssize_t n;

	if (left < most / 2 && p->start > 0) {
		memmove(p->p, p->p + p->start, p->len);
		p->start = 0;
		left = room(p);
	}
	n = recv(fd, p->p + p->start + p->len, left < most ? left : most, 0);
	if (n > 0)
		p->len += (size_t)n;
	if (n == 0 && left > 0 && most > 0)
		p->is_ended = true;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

bool
pipe_drain(struct proxy_pipe *p, int fd)
{
	ssize_t n;

	if (p->len == 0)
		return true;
	n = send(fd, p->p + p->start, p->len, MSG_NOSIGNAL);
	if (n > 0)
		pipe_consume(p, (size_t)n);
	return n >= 0 || errno == EAGAIN || errno == EINTR;
}

/* Short answers always fit: what is before them is as short. */
void
pipe_queue(struct proxy_pipe *p, const void *bytes, size_t n)
{
	if (n > room(p))
		return;
	memcpy(p->p + p->start + p->len, bytes, n);
	p->len += n;
}
