/* Why the proxy refused something: see proxy_report.h. */
#include "runtime/proxy_report.h"

#include <netinet/in.h>
#include <string.h>

#include "runtime/decode.h"

static void
put_address(const uint8_t *p, struct text *out)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct decoded_address d;
	struct address a;
	char buf[128];
	struct text t;

	memcpy(a.b, p, sizeof(a.b));
	memcpy(&six.sin6_addr, p, 16);
	memcpy(&four.sin_addr, p + 12, 4);
	text_init(&t, buf, sizeof(buf));
	if (address_is_v4(&a))
		decode_address((const uint8_t *)&four, sizeof(four), &t, &d);
	else
		decode_address((const uint8_t *)&six, sizeof(six), &t, &d);
	text_str(out, d.host);
}

const char *
proxy_reason_short(enum proxy_reason r)
{
	static const char *const texts[PROXY_NREASONS] = {
		[PROXY_ALLOWED] = "an entry admits it",
		[PROXY_NOT_ADMITTED] = "no entry admits it",
		[PROXY_REFUSED] = "an entry refuses it",
		[PROXY_ANSWER] = ("its address is refused, or neither public "
		    "nor listed"),
		[PROXY_HOST] = "the request's Host is another",
		[PROXY_NO_TLS] = "port 443 is for TLS that begins in clear",
		[PROXY_NAME] = "the TLS client says another name, or none",
	};

	return r < PROXY_NREASONS ? texts[r] : "?";
}

/* "...: 10.0.0.1", where there is more to be said. */
void
proxy_reason_put(const struct proxy_report *r, struct text *out)
{
	text_str(out, proxy_reason_short((enum proxy_reason)r->reason));
	if (r->reason != PROXY_ANSWER && r->other[0] == '\0')
		return;
	text_str(out, ": ");
	if (r->reason == PROXY_ANSWER)
		put_address(r->address, out);
	else
		text_str(out, r->other);
}
