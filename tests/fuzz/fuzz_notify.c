/*
 * Fuzz target of what a notification shows: a call (number, six arguments),
 * then the bytes of an address.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/decode.h"
#include "runtime/endpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_text(const struct text *t)
{
	if (t->len >= t->cap || t->p[t->len] != '\0')
		abort();
}

/* What is judged is all that the kernel would read of it. */
static void
check_endpoint(const struct endpoint *e, const uint8_t *p, size_t len)
{
	char host[ADDRESS_TEXT];
	struct address again;

	switch (e->kind) {
	case ENDPOINT_INET:
		address_text(&e->address, host);
		if (len < 16 || len > ENDPOINT_CAP || e->port !=
		    (p[2] << 8 | p[3]) || !address_parse(host, &again) ||
		    !address_is_same(&again, &e->address))
			abort();
		if (p[0] == 2 ? memcmp(e->address.b + 12, p + 4, 4) != 0 :
		    len < 24 || memcmp(e->address.b, p + 8, 16) != 0)
			abort();
		break;
	case ENDPOINT_UNIX:
		if (strlen(e->path) > len - 2 || memcmp(e->path, p + 2,
		    strlen(e->path)) != 0 || (strlen(e->path) < len - 2 &&
		    p[2 + strlen(e->path)] != 0))
			abort();
		break;
	case ENDPOINT_ABSTRACT:
		if (len < 3 || p[2] != 0)
			abort();
		break;
	default:
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct k_seccomp_data d = { .arch = K_AUDIT_ARCH };
	struct endpoint e;
	char wide[1024], narrow[16];
	struct text t;

	if (len < 52)
		return 0;
	memcpy(&d.nr, p, 4);
	memcpy(d.args, p + 4, sizeof(d.args));
	p += 52;
	len -= 52;
	text_init(&t, wide, sizeof(wide));
	decode_call(&d, &t);
	endpoint_read(p, len, &e);
	check_endpoint(&e, p, len);
	endpoint_put(&e, &t);
	check_text(&t);
	if (t.is_cut)
		abort();
	text_init(&t, narrow, sizeof(narrow));
	decode_call(&d, &t);
	endpoint_put(&e, &t);
	check_text(&t);
	return 0;
}
