/*
 * What the proxy tells the supervisor, who keeps records: one message each,
 * never waited for.
 */
#ifndef RUNTIME_PROXY_REPORT_H
#define RUNTIME_PROXY_REPORT_H

#include "runtime/proxy_ruling.h"

enum proxy_reason {
	PROXY_ALLOWED,
	PROXY_NOT_ADMITTED,	/* the name or literal address, or its port */
	PROXY_REFUSED,		/* by an entry, which may have a reason */
	PROXY_ANSWER,		/* an address that the name has */
	PROXY_HOST,		/* Host of another */
	PROXY_NO_TLS,		/* not TLS, or nothing that we can read */
	PROXY_NAME,		/* TLS with another name, or none */
	PROXY_NREASONS
};

struct proxy_report {
	uint32_t reason;	/* enum proxy_reason */
	uint32_t by;		/* policy */
	uint32_t rule;		/* DBGI, 0: none */
	uint32_t why;		/* string of the policy: justification */
	uint32_t lost;		/* messages before this one */
	uint16_t port;
	uint8_t address[ADDRESS_LEN];	/* of PROXY_ANSWER */
	char host[HOSTNAME_CAP];
	char other[HOSTNAME_CAP];	/* of PROXY_NAME: what was said */
};

/* Why; with the address, or the name that was said. */
void proxy_reason_put(const struct proxy_report *r, struct text *out);

/* The same without what is this one's own. */
const char *proxy_reason_short(enum proxy_reason r);

#endif
