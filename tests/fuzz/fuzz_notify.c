/*
 * Fuzz target of what a notification shows: a call (number, six arguments),
 * then the bytes of an address.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_text(const struct text *t)
{
	if (t->len >= t->cap || t->p[t->len] != '\0')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct k_seccomp_data d = { .arch = K_AUDIT_ARCH };
	struct decoded_address a;
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
	decode_address(p, len, &t, &a);
	check_text(&t);
	if (t.is_cut || memchr(a.host, '\0', sizeof(a.host)) == NULL)
		abort();
	text_init(&t, narrow, sizeof(narrow));
	decode_call(&d, &t);
	decode_address(p, len, &t, &a);
	check_text(&t);
	return 0;
}
