/* Variables that programs look for a proxy in: see proxy.h. */
#include <errno.h>
#include <string.h>

#include "runtime/proxy.h"

#define HTTP	"http://" PROXY_LISTENS
#define SOCKS	"socks5h://" PROXY_LISTENS

/* Is it listed?  Then it is not the command's own. */
static bool
is_listed(const struct policies *all, const char *host)
{
	struct blob_net_domain e;
	struct address_range r;
	struct address a;
	bool is_address = address_read(host, strlen(host), &a);

	for (size_t i = 0; i < all->count; i++) {
		const struct blob *b = &all->list[i].blob;

		for (uint32_t k = 0; blob_net_domain_get(b, k, &e) == BLOB_OK;
		    k++) {
			const char *entry = blob_str(b, e.host);

			if (e.decision == BLOB_ALLOW && (is_address ?
			    address_range_parse(entry, &r) &&
			    address_range_has(&r, &a) :
			    strcmp(entry, host) == 0))
				return true;
		}
	}
	return false;
}

static int
put(struct env *e, const char *name, const char *value, struct scratch *mem,
    struct failure *f)
{
	char entry[128], *kept;
	struct text t;

	text_init(&t, entry, sizeof(entry));
	text_str(&t, name);
	text_str(&t, "=");
	text_str(&t, value);
	kept = scratch_dup(mem, entry, t.len);
	if (kept == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "environment", NULL);
	env_put(e, kept);
	return 0;
}

int
proxy_set_environment(struct env *e, const struct policies *all,
    struct scratch *mem, struct failure *f)
{
	static const char *const own[] = { "localhost", "127.0.0.1", "::1" };
	static const struct { const char *name, *value; } rows[] = {
		{ "HTTP_PROXY", HTTP }, { "http_proxy", HTTP },
		{ "HTTPS_PROXY", HTTP }, { "https_proxy", HTTP },
		{ "ALL_PROXY", SOCKS }, { "all_proxy", SOCKS },
	};
	char none[64];
	struct text t;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (put(e, rows[i].name, rows[i].value, mem, f) < 0)
			return -1;
	text_init(&t, none, sizeof(none));
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!is_listed(all, own[i])) {
			text_str(&t, t.len > 0 ? "," : "");
			text_str(&t, own[i]);
		}
	return put(e, "NO_PROXY", none, mem, f) < 0 ? -1 :
	    put(e, "no_proxy", none, mem, f);
}
