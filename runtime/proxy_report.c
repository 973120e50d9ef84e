/* Why the proxy refused something: see proxy_report.h. */
#include "runtime/proxy_report.h"

#include <string.h>

static void
put_address(const uint8_t *p, struct text *out)
{
	char buf[ADDRESS_TEXT];
	struct address a;

	memcpy(a.b, p, sizeof(a.b));
	address_text(&a, buf);
	text_str(out, buf);
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
