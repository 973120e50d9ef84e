/*
 * Requests of HTTP/1 to the proxy: their head, what is sent on of it, and
 * where their body ends.
 */
#ifndef RUNTIME_PROXY_HTTP_H
#define RUNTIME_PROXY_HTTP_H

#include "runtime/proxy_target.h"

#define PROXY_HEAD_MAX	16384u
#define PROXY_HEAD_MORE	512u	/* that a head can grow when rewritten */

enum proxy_body_kind {
	PROXY_BODY_LENGTH, PROXY_BODY_CHUNKED
};

struct proxy_body {
	enum proxy_body_kind kind;
	uint64_t left;		/* of the body, or of the chunk */
	int state;		/* within chunks */
	unsigned idle;		/* bytes of chunk extensions and trailers */
	bool is_done, is_bad;
};

struct proxy_head {
	struct proxy_target target;
	bool is_connect, is_old;	/* old: of HTTP/1.0 */
	size_t len;		/* with the empty line */
	size_t method, path, path_len;	/* path: where it stands */
	bool is_path_bare;	/* it has no "/" in front */
	bool is_other_host;	/* bad, because Host is not the target */
	struct proxy_body body;
};

/*
 * The head that p begins with.  Within a tunnel to some host, it is a request
 * to that one; else (NULL) to the proxy: CONNECT, or with the whole URL.
 */
enum proxy_read proxy_http_read(const char *p, size_t n,
    const struct proxy_target *tunnel, struct proxy_head *out);

/*
 * As the server gets it: with the path alone, the Host that was admitted, no
 * header that is meant for us, and the last request of its connection.
 */
void proxy_http_put(const char *p, const struct proxy_head *h,
    struct text *out);

/* How many of the bytes belong to the request that has begun. */
size_t proxy_body_take(struct proxy_body *b, const char *p, size_t n);

#endif
