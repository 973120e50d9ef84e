/* Before the start: what names and paths mean.  See broker.h. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/broker.h"
#include "runtime/kernel.h"
#include "runtime/landlock.h"

#define PER_NAME	32u	/* addresses taken of one name */

static int
no_memory(struct failure *f)
{
	return refuse(f, EXIT_RUNNER, ENOMEM, "connect broker", NULL);
}

/* --- hosts -------------------------------------------------------------- */

static bool
has_host(const struct broker *x, const struct broker_host *h)
{
	for (size_t i = 0; i < x->nhosts; i++)
		if (x->hosts[i].by == h->by &&
		    strcmp(x->hosts[i].name, h->name) == 0 &&
		    address_is_same(&x->hosts[i].address, &h->address))
			return true;
	return false;
}

static void
add_address(struct broker *x, struct broker_host h, const struct addrinfo *a)
{
	struct endpoint e;

	endpoint_read((const uint8_t *)a->ai_addr, a->ai_addrlen, &e);
	h.address = e.address;
	if (e.kind == ENDPOINT_INET && !has_host(x, &h))
		x->hosts[x->nhosts++] = h;
}

static int
look_up(struct broker *x, const struct policy *p,
    const struct blob_net_host *e, struct failure *f)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct broker_host h = { .by = p, .name = blob_str(&p->blob,
	    e->host) };
	struct addrinfo *list, *a;
	char rule[512];
	struct text t;
	unsigned n = 0;
	int r;

	if (address_parse(h.name, &h.address))
		return 0;	/* it speaks for itself */
	r = getaddrinfo(h.name, NULL, &hints, &list);
	if (r != 0) {
		text_init(&t, rule, sizeof(rule));
		policy_put_rule(p, e->rule, NULL, &t);
		return refuse(f, EXIT_RUNNER, r == EAI_SYSTEM ? errno : 0,
		    h.name, ": no address is found for it", rule, NULL);
	}
	for (a = list; a != NULL && n < PER_NAME; a = a->ai_next, n++)
		add_address(x, h, a);
	freeaddrinfo(list);
	return 0;
}

static int
look_up_all(struct broker *x, const struct policy *p, struct failure *f)
{
	struct blob_net_host e;

	for (uint32_t i = 0; blob_net_host_get(&p->blob, i, &e) == BLOB_OK;
	    i++)
		if (look_up(x, p, &e, f) < 0)
			return -1;
	return 0;
}

/* --- Unix sockets ------------------------------------------------------- */

/*
 * Without links, now: what a task makes of a folder later changes nothing.
 * The last name need not be there yet.
 */
static bool
find_real(const char *path, char real[PATH_CAP])
{
	char folder[PATH_CAP];
	const char *slash = strrchr(path, '/');
	struct text t;

	if (realpath(path, real) != NULL)
		return true;
	text_init(&t, folder, sizeof(folder));
	text_bytes(&t, path, (size_t)(slash - path));
	if (t.is_cut || realpath(t.len > 0 ? folder : "/", real) == NULL)
		return false;
	t = (struct text){ .p = real, .len = strlen(real), .cap = PATH_CAP,
	    .fd = -1 };
	text_str(&t, t.len > 1 ? slash : slash + 1);
	return !t.is_cut;
}

static int
add_path(struct broker *x, const struct policy *p, const char *path,
    struct vars *v, struct failure *f)
{
	struct broker_path *e = &x->paths[x->npaths];
	char real[PATH_CAP];

	if (!find_real(path, real) || strcmp(path, real) == 0)
		return 0;
	*e = (struct broker_path){ .by = p,
	    .listed = scratch_dup(v->mem, path, strlen(path)),
	    .real = scratch_dup(v->mem, real, strlen(real)) };
	if (e->listed == NULL || e->real == NULL)
		return no_memory(f);
	x->npaths++;
	return 0;
}

/* Each expansion of one entry. */
static int
add_template(struct broker *x, const struct policy *p, const char *template,
    struct vars *v, struct failure *f)
{
	bool is_many = strchr(template, BLOB_VAR_BASE +
	    BLOB_VAR_WORKSPACE) != NULL;
	size_t n = is_many ? v->nworkspaces : 1;
	enum blob_var missing;
	char path[PATH_CAP];
	struct text t;

	for (size_t i = 0; i < n; i++) {
		text_init(&t, path, sizeof(path));
		/* What has no value speaks of nothing. */
		if (vars_expand(v, template, is_many ? v->workspaces[i]
		    : NULL, &t, &missing) < 0 || t.is_cut || path[0] != '/')
			continue;
		path_normalise(path);
		if (add_path(x, p, path, v, f) < 0)
			return -1;
	}
	return 0;
}

static int
find_paths(struct broker *x, const struct policy *p, struct vars *v,
    struct failure *f)
{
	struct blob_net_unix e;

	for (uint32_t i = 0; blob_net_unix_get(&p->blob, i, &e) == BLOB_OK;
	    i++)
		if (add_template(x, p, blob_str(&p->blob, e.path), v, f) < 0)
			return -1;
	return 0;
}

/* What the policies say of sockets; room for all that they list. */
static int
make_room(struct broker *x, struct scratch *mem, struct failure *f)
{
	size_t nhosts = 0, npaths = 0;

	for (size_t i = 0; i < x->s.all->count; i++) {
		struct blob_net_head net;

		if (blob_net_head_get(&x->s.all->list[i].blob, &net) !=
		    BLOB_OK)
			continue;
		x->is_tcp_only |= net.mode == BLOB_NET_PORTS ||
		    net.mode == BLOB_NET_PROXY;
		x->is_stream_only |= net.unix_mode == BLOB_UNIX_PATHS;
		nhosts += net.nhosts;
		npaths += net.nunix;
	}
	x->hosts = scratch_alloc(mem, (nhosts * PER_NAME + 1) *
	    sizeof(*x->hosts));
	x->paths = scratch_alloc(mem, (npaths * VARS_MAX_WORKSPACES + 1) *
	    sizeof(*x->paths));
	return x->hosts == NULL || x->paths == NULL ? no_memory(f) : 0;
}

int
broker_open(struct broker *x, const struct broker_setup *s, struct vars *v,
    struct failure *f)
{
	x->s = *s;
	x->listener = -1;
	if (brief_open(&x->brief, f) < 0 || make_room(x, v->mem, f) < 0)
		return -1;
	for (size_t i = 0; i < s->all->count; i++)
		if (look_up_all(x, &s->all->list[i], f) < 0 ||
		    find_paths(x, &s->all->list[i], v, f) < 0)
			return -1;
	return 0;
}

/* --- our own limits ----------------------------------------------------- */

static int
allow_listed(int ruleset, const struct policy *p)
{
	struct blob_net_port port;
	struct blob_net_host host;
	int r = 0;

	for (uint32_t i = 0; r == 0 && blob_net_port_get(&p->blob, i,
	    &port) == BLOB_OK; i++)
		if (!port.is_bind)
			r = landlock_allow_ports(ruleset,
			    K_LL_NET_CONNECT_TCP, port.lo, port.hi);
	for (uint32_t i = 0; r == 0 && blob_net_host_get(&p->blob, i,
	    &host) == BLOB_OK; i++)
		r = landlock_allow_ports(ruleset, K_LL_NET_CONNECT_TCP,
		    host.lo, host.hi);
	return r;
}

static int
confine_by(const struct policy *p, int abi, struct failure *f)
{
	const struct k_ll_ruleset set = { .net = K_LL_NET_CONNECT_TCP };
	int fd = landlock_create(set, abi);
	int r = fd < 0 || allow_listed(fd, p) < 0 || landlock_enter(fd) < 0 ?
	    -1 : 0;

	if (r < 0)
		(void)refuse_layer(f, errno, "the supervisor's landlock "
		    "domain");
	if (fd >= 0)
		close(fd);
	return r;
}

int
broker_confine(const struct policies *all, int landlock_abi,
    struct failure *f)
{
	if (apply_no_new_privs(f) < 0)
		return -1;
	for (size_t i = 0; landlock_abi >= 4 && i < all->count; i++) {
		struct blob_net_head net = { .mode = BLOB_NET_NONE };

		(void)blob_net_head_get(&all->list[i].blob, &net);
		if ((net.mode == BLOB_NET_NONE || net.mode ==
		    BLOB_NET_PORTS) && confine_by(&all->list[i],
		    landlock_abi, f) < 0)
			return -1;
	}
	return 0;
}
