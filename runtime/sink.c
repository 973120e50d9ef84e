/* Where audit records go: see sink.h.  Files are in sink_file.c. */
#include "runtime/sink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/send.h"
#include "runtime/sink_file.h"
#include "runtime/text.h"

/* What goes before a record, by the protocol of the socket. */
static const struct socket_kind {
	enum sink_kind kind;
	const char *name, *path, *head;
} sockets[] = {
	{ SINK_JOURNAL, "journald:", "/run/systemd/journal/socket",
	    "PRIORITY=6\nSYSLOG_IDENTIFIER=codex-exec\nMESSAGE=" },
	/* authpriv.info; the daemon knows the time and the process. */
	{ SINK_SYSLOG, "syslog:", "/dev/log", "<86>codex-exec: " },
};

int
sink_socket_open(struct sink *s, const char *where, struct failure *f)
{
	const struct socket_kind *k = &sockets[where[0] == 's'];
	const char *path = where + strlen(k->name);
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n;

	path = *path != '\0' ? path : k->path;
	n = strlen(path);
	if (n >= sizeof(to.sun_path))
		return refuse(f, EXIT_RUNNER, ENAMETOOLONG, "audit socket ",
		    path, NULL);
	memcpy(to.sun_path, path, n + 1);
	*s = (struct sink){ .kind = k->kind };
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0 || connect(s->fd, (struct sockaddr *)&to,
	    sizeof(to)) < 0)
		return refuse(f, EXIT_RUNNER, errno, "audit socket ", path,
		    NULL);
	return 0;
}

static bool
send_datagram(const struct sink *s, const struct sink_record *r)
{
	const char *head = "";
	struct iovec iov[2];
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };
	size_t len;

	for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++)
		if (sockets[i].kind == s->kind)
			head = sockets[i].head;
	/* The journal wants the newline, syslog none. */
	len = r->len - (s->kind == SINK_SYSLOG);
	iov[0] = (struct iovec){ (void *)(uintptr_t)head, strlen(head) };
	iov[1] = (struct iovec){ (void *)(uintptr_t)r->p, len };
	return sendmsg(s->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	    (ssize_t)(iov[0].iov_len + len);
}

bool
sink_write(struct sink *s, const struct sink_record *r)
{
	switch (s->kind) {
	case SINK_FILE:
		return sink_file_write(s, r);
	case SINK_STREAM:
		return send_whole(s->fd, r->p, r->len);
	default:
		return send_datagram(s, r);
	}
}

void
sink_digest(const char *line, size_t len, uint8_t out[SHA256_LEN])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_update(&h, line, len);
	sha256_final(&h, out);
}

void
sink_put_digest(const uint8_t digest[SHA256_LEN], char out[SINK_PREV])
{
	char digits[SINK_PREV + 1];
	struct text t;

	text_init(&t, digits, sizeof(digits));
	text_hex(&t, digest, SHA256_LEN);
	memcpy(out, digits, SINK_PREV);
}
