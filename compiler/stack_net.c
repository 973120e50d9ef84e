/*
 * The network of a stack: the modes that narrow it, the ports, hosts and paths
 * that every layer lists which has a list, the names of each proxy policy.
 */
#include "compiler/stack.h"

#include <string.h>

#include "blob/address.h"
#include "blob/hostname.h"
#include "blob/judge.h"
#include "compiler/expand.h"
#include "compiler/rules.h"
#include "compiler/schema.h"

#define BROKERED	"the supervisor connects"
#define MAX_TARGETS	(2 * (size_t)BLOB_MAX_NET)	/* all of one layer */

/* A port range, and a host where one is said. */
struct target {
	const char *host;		/* NULL: every one */
	const char *too[STACK_MAX];	/* other names that it has to have */
	size_t ntoo;
	unsigned lo, hi;
	struct stack_by by[STACK_MAX];
	size_t nby;
	struct target *next;
};

struct targets {
	struct target *first, **end;
	size_t n;
};

static const char *
hard(void)
{
	return judge_strength_name(JUDGE_HARD);
}

static const char *
supervised(void)
{
	return judge_strength_name(JUDGE_SUPERVISED);
}

static struct blob_net_head
head_of(const struct stack *s, size_t layer)
{
	struct blob_net_head h = { .mode = BLOB_NET_NONE };

	(void)blob_net_head_get(s->layers[layer].b, &h);
	return h;
}

/* --- modes -------------------------------------------------------------- */

static bool
has_mode(const struct stack *s, unsigned mode)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (head_of(s, i).mode == mode)
			return true;
	return false;
}

static void
put_by_mode(struct stack *s, struct stack_row *row, unsigned mode)
{
	struct blob_net_head h;
	size_t i;

	for (i = 0; i < s->n; i++) {
		h = head_of(s, i);
		if (h.mode == mode)
			stack_add_by(s, row, i, h.rule_mode);
	}
}

static void
put_modes(struct stack *s)
{
	static const struct {
		unsigned mode;
		const char *status;
	} narrow[] = {
		{ BLOB_NET_NONE, "denied" },
		{ BLOB_NET_LOOPBACK, "loopback only" },
		{ BLOB_NET_PROXY, "by the proxy only" },
		{ BLOB_NET_PORTS, "listed ports only" },
		{ BLOB_NET_FULL, "allowed" },
	};
	bool is_listed = false;
	size_t i;

	/* Each that narrows it counts; none leaves nothing to narrow. */
	for (i = 0; i < sizeof(narrow) / sizeof(narrow[0]); i++) {
		if (!has_mode(s, narrow[i].mode) ||
		    (narrow[i].mode == BLOB_NET_FULL && is_listed))
			continue;
		put_by_mode(s, stack_add(s, STACK_NETWORK, "network", "",
		    narrow[i].status, hard()), narrow[i].mode);
		is_listed = true;
		if (narrow[i].mode == BLOB_NET_NONE)
			return;
	}
}

/* --- ports and hosts ---------------------------------------------------- */

static bool
is_address(const char *host)
{
	struct address a;

	return address_parse(host, &a);
}

/* Another host, too; false: they are never the same. */
static bool
narrow_host(struct target *t, const char *host)
{
	size_t i;

	if (host == NULL)
		return true;
	if (t->host == NULL) {
		t->host = host;
		return true;
	}
	for (i = 0; i <= t->ntoo; i++) {
		const char *had = i == 0 ? t->host : t->too[i - 1];

		if (hostname_is_same(had, host))
			return true;
		if (is_address(had) && is_address(host))
			return false;
	}
	t->too[t->ntoo++] = host;
	return true;
}

static void
add_target(struct stack *s, struct targets *out, const struct target *t,
    const struct target *other, size_t layer, uint32_t rule)
{
	struct target n = *t;

	n.next = NULL;
	n.lo = t->lo > other->lo ? t->lo : other->lo;
	n.hi = t->hi < other->hi ? t->hi : other->hi;
	if (n.lo > n.hi || !narrow_host(&n, other->host) ||
	    out->n++ >= MAX_TARGETS)
		return;
	n.by[n.nby++] = (struct stack_by){ .layer = layer, .rule = rule };
	*out->end = arena_alloc(s->a, sizeof(n));
	**out->end = n;
	out->end = &(*out->end)->next;
}

/* Every target with every one of another layer; false: too many. */
static bool
fold_layer(struct stack *s, size_t layer, bool is_bind,
    const struct target *before, struct targets *out)
{
	const struct blob *b = s->layers[layer].b;
	struct blob_net_port p;
	struct blob_net_host h;
	uint32_t i;

	*out = (struct targets){ .end = &out->first };
	for (; before != NULL && out->n <= MAX_TARGETS;
	    before = before->next) {
		for (i = 0; blob_net_port_get(b, i, &p) == BLOB_OK; i++)
			if (p.is_bind == is_bind)
				add_target(s, out, before, &(struct target){
				    .lo = p.lo, .hi = p.hi }, layer, p.rule);
		for (i = 0; !is_bind && blob_net_host_get(b, i, &h) ==
		    BLOB_OK; i++)
			add_target(s, out, before, &(struct target){
			    .host = blob_str(b, h.host), .lo = h.lo,
			    .hi = h.hi }, layer, h.rule);
	}
	return out->n <= MAX_TARGETS;
}

static void
put_target(struct stack *s, const struct target *t, const char *what)
{
	const char *ports = dump_ports(&s->layers[0], t->lo, t->hi), *too = "";
	struct stack_row *row;
	size_t i;

	row = stack_add(s, STACK_NETWORK, what, t->host == NULL ? ports :
	    arena_printf(s->a, "%s:%s", t->host, ports), "allowed",
	    t->host == NULL ? hard() : supervised());
	for (i = 0; i < t->ntoo; i++)
		too = arena_printf(s->a, "%s%s%s", too, i > 0 ? " and " : "",
		    t->too[i]);
	if (t->ntoo > 0)
		row->note = arena_printf(s->a, "where %s %s that, too; %s",
		    too, t->ntoo > 1 ? "are" : "is", BROKERED);
	else if (t->host != NULL)
		row->note = BROKERED;
	else if (strcmp(what, "connect") == 0)
		row->note = "plain TCP: the port, not the host";
	for (i = 0; i < t->nby; i++)
		stack_add_by(s, row, t->by[i].layer, t->by[i].rule);
}

static void
put_ports(struct stack *s, bool is_bind)
{
	static const struct target all = { .lo = 1, .hi = 65535 };
	const char *what = is_bind ? "bind" : "connect";
	const struct target *t = &all;
	struct targets list;
	struct stack_row *row;
	struct blob_net_head h;
	size_t i;

	if (!has_mode(s, BLOB_NET_PORTS))
		return;
	for (i = 0; i < s->n; i++) {
		if (head_of(s, i).mode != BLOB_NET_PORTS)
			continue;
		if (!fold_layer(s, i, is_bind, t, &list)) {
			stack_add(s, STACK_NETWORK, what, "",
			    "too much to be listed", "-");
			return;
		}
		t = list.first;
	}
	for (; t != NULL; t = t->next)
		put_target(s, t, what);
	row = stack_add(s, STACK_NETWORK, what, "all else", "denied", hard());
	for (i = 0; i < s->n; i++) {
		h = head_of(s, i);
		if (h.mode == BLOB_NET_PORTS)
			stack_add_by(s, row, i, is_bind ? h.rule_bind :
			    h.rule_connect);
	}
}

/* --- Unix sockets ------------------------------------------------------- */

static uint32_t
unix_rule(const struct blob_net_head *h)
{
	return h->rule_unix != 0 ? h->rule_unix : h->rule_mode;
}

/* Does a layer let it be connected, as far as templates tell? */
static bool
lists_path(const struct stack *s, size_t layer, const char *path,
    struct stack_row *row)
{
	struct blob_net_head h = head_of(s, layer);
	const struct blob *b = s->layers[layer].b;
	struct blob_net_unix u;
	uint32_t i;

	if (h.unix_mode == BLOB_UNIX_ANY) {
		stack_add_by(s, row, layer, unix_rule(&h));
		return true;
	}
	for (i = 0; blob_net_unix_get(b, i, &u) == BLOB_OK; i++)
		switch (stack_relate(path, blob_str(b, u.path))) {
		case STACK_SAME:
			stack_add_by(s, row, layer, u.rule);
			return true;
		case STACK_UNKNOWN:
			row->status = "allowed where all list it";
			stack_add_by(s, row, layer, u.rule);
			return true;
		default:
			break;
		}
	return false;
}

static void
put_path(struct stack *s, size_t first, const struct blob_net_unix *u)
{
	const char *path = blob_str(s->layers[first].b, u->path);
	struct stack_row row = { .status = "allowed" }, *kept;
	const struct stack_by *by;
	size_t i;

	row.by_end = &row.by;
	for (i = 0; i < s->n; i++)
		if (!lists_path(s, i, path, &row))
			return;
	kept = stack_add(s, STACK_NETWORK, "unix", expand_show(s->a, path),
	    row.status, supervised());
	kept->note = BROKERED;
	for (by = row.by; by != NULL; by = by->next)
		stack_add_by(s, kept, by->layer, by->rule);
}

static void
put_unix(struct stack *s)
{
	static const char *const status[BLOB_NUNIXMODES] = {
		[BLOB_UNIX_NONE] = "denied", [BLOB_UNIX_PAIR] =
		"socketpair only", [BLOB_UNIX_PATHS] = "listed paths only",
		[BLOB_UNIX_ANY] = "allowed" };
	unsigned least = BLOB_UNIX_ANY;
	struct blob_net_head h;
	struct blob_net_unix u;
	struct stack_row *row;
	size_t i, first = 0;
	uint32_t k;

	for (i = 0; i < s->n; i++)
		if (head_of(s, i).unix_mode < least)
			least = head_of(s, i).unix_mode;
	row = stack_add(s, STACK_NETWORK, "unix sockets", "", status[least],
	    least == BLOB_UNIX_PATHS ? supervised() : hard());
	for (i = s->n; i-- > 0;)
		if (head_of(s, i).unix_mode == least)
			first = i;
	for (i = 0; i < s->n; i++) {
		h = head_of(s, i);
		if (h.unix_mode == least)
			stack_add_by(s, row, i, unix_rule(&h));
	}
	for (k = 0; least == BLOB_UNIX_PATHS && blob_net_unix_get(
	    s->layers[first].b, k, &u) == BLOB_OK; k++)
		put_path(s, first, &u);
}

/* --- names -------------------------------------------------------------- */

/* What the other proxy policies say of a name without patterns, at a port. */
static unsigned
ask_others(struct stack *s, size_t layer, const char *host, uint16_t port,
    const struct blob_net_domain *e, struct stack_row *row)
{
	unsigned decision = e->decision;
	struct judge_verdict v;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (i == layer || head_of(s, i).mode != BLOB_NET_PROXY ||
		    judge_domain(s->layers[i].b, host, port,
		    judge_front(port), &v) != BLOB_OK)
			continue;
		if ((unsigned)v.decision > decision) {
			decision = v.decision;
			row->by = NULL;
			row->by_end = &row->by;
		}
		if ((unsigned)v.decision == decision)
			stack_add_by(s, row, i, v.rule);
	}
	return decision;
}

/* A name without a port is for 80 and 443: is that the same to the others? */
static bool
is_same_at_both(struct stack *s, size_t layer, const char *host,
    const struct blob_net_domain *e, unsigned decision)
{
	struct stack_row row = { .by = NULL };

	row.by_end = &row.by;
	return e->lo != 0 ||
	    ask_others(s, layer, host, 80, e, &row) == decision;
}

static void
put_domain(struct stack *s, size_t layer, const struct blob_net_domain *e,
    bool is_alone)
{
	static const char *const words[] = { [BLOB_ALLOW] = "allowed",
		[BLOB_PROMPT] = "prompt", [BLOB_FORBIDDEN] = "denied" };
	const struct dump *d = &s->layers[layer];
	const char *host = blob_str(d->b, e->host);
	const char *target = arena_printf(s->a, "%s %s",
	    dump_domain_entry(d, e), dump_protocols(e->protocols));
	struct stack_row *row, asked = { .by = NULL };
	unsigned decision;

	/* That of an earlier layer has asked this one already. */
	for (row = s->rows; row != NULL; row = row->next)
		if (strcmp(row->what, "domain") == 0 &&
		    strcmp(row->target, target) == 0) {
			if (e->decision == BLOB_FORBIDDEN) {
				row->status = words[e->decision];
				stack_add_by(s, row, layer, e->rule);
			}
			return;
		}
	row = stack_add(s, STACK_NETWORK, "domain", target,
	    words[e->decision], supervised());
	stack_add_by(s, row, layer, e->rule);
	row->note = "in supervised runs";
	if (is_alone || e->decision == BLOB_FORBIDDEN)
		return;
	asked.by_end = &asked.by;
	stack_add_by(s, &asked, layer, e->rule);
	decision = ask_others(s, layer, host, e->lo != 0 ? e->lo : 443, e,
	    &asked);
	if (strpbrk(host, "*?[") != NULL ||
	    !is_same_at_both(s, layer, host, e, decision)) {
		row->note = "as far as the other layers admit it";
		return;
	}
	row->status = words[decision];
	row->by = asked.by;
	row->by_end = asked.by_end;
}

static void
put_domains(struct stack *s)
{
	struct blob_net_domain e;
	size_t i, n = 0;
	uint32_t k;

	for (i = 0; i < s->n; i++)
		n += head_of(s, i).mode == BLOB_NET_PROXY;
	for (i = 0; i < s->n; i++)
		for (k = 0; head_of(s, i).mode == BLOB_NET_PROXY &&
		    blob_net_domain_get(s->layers[i].b, k, &e) == BLOB_OK;
		    k++)
			put_domain(s, i, &e, n == 1);
}

void
stack_network(struct stack *s)
{
	put_modes(s);
	if (!has_mode(s, BLOB_NET_NONE)) {
		put_ports(s, false);
		put_ports(s, true);
		if (!has_mode(s, BLOB_NET_LOOPBACK))
			put_domains(s);
	}
	put_unix(s);
}
