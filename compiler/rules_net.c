/* network_rule() and host_executable(). */
#include "compiler/rules_impl.h"

#include <string.h>

struct star_value *
rules_network_rule(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	static const struct rules_word protocols[] = {
		{ "http", NET_PROTO_HTTP }, { "https", NET_PROTO_HTTPS },
		{ "https_connect", NET_PROTO_HTTPS },
		{ "http-connect", NET_PROTO_HTTPS },
		{ "socks5_tcp", NET_PROTO_SOCKS5_TCP },
		{ "socks5_udp", NET_PROTO_SOCKS5_UDP }, { .name = NULL }
	};
	static const struct rules_word net_decisions[] = {
		{ "allow", BLOB_ALLOW }, { "prompt", BLOB_PROMPT },
		{ "forbidden", BLOB_FORBIDDEN }, { "deny", BLOB_FORBIDDEN },
		{ .name = NULL }
	};
	struct rule_set *set = rules_context(s)->set;
	struct network_rule r = { .loc = s->at };
	unsigned decision = BLOB_ALLOW;
	struct star_text t;
	const char *fault;

	(void)self;
	if (!star_want_string(s, arg[0], "host", &t))
		return NULL;
	rules_at_arg(s, r.loc, "protocol", 1);
	if (!rules_read_enum(s, arg[1], "protocol", protocols, &r.protocol))
		return NULL;
	rules_at_arg(s, r.loc, "decision", 2);
	if (!rules_read_enum(s, arg[2], "decision", net_decisions, &decision))
		return NULL;
	rules_at_arg(s, r.loc, "justification", 3);
	if (!rules_read_justification(s, arg[3], &r.justification))
		return NULL;
	rules_at_arg(s, r.loc, "host", 0);
	r.decision = (enum blob_decision)decision;
	r.host = rules_host(rules_context(s)->a, rules_keep(s, t), &fault);
	if (r.host == NULL)
		return star_fail(s, "host %s %s", star_show(s, arg[0]),
		    fault);
	set->network = arena_grow(rules_context(s)->a, set->network, set->nnetwork,
	    &set->cap_network, sizeof(*set->network));
	set->network[set->nnetwork++] = r;
	return s->none;
}

/* The paths of a host_executable, normalised, each once. */
static bool
read_paths(struct star *s, const struct star_value *v,
    struct host_executable *out)
{
	const char **paths = arena_array(rules_context(s)->a, v->seq->n,
	    sizeof(*paths));
	const char *path, *base;
	struct star_text t;
	size_t i, j;

	for (i = 0; i < v->seq->n; i++) {
		s->at = out->loc;
		s->at = star_arg_loc(s, "paths", 1, i);
		if (!star_want_string(s, v->seq->v[i], "paths", &t))
			return false;
		if (t.len == 0 || t.p[0] != '/') {
			star_fail(s, "path %s is not absolute",
			    star_show(s, v->seq->v[i]));
			return false;
		}
		path = rules_absolute(rules_context(s)->a, rules_keep(s, t), "", NULL);
		base = rules_basename(path);
		if (base == NULL || strcmp(base, out->name) != 0) {
			star_fail(s, "path %s does not end in %s",
			    star_show(s, v->seq->v[i]),
			    diag_quote(s->a, out->name));
			return false;
		}
		for (j = 0; j < out->npaths; j++)
			if (strcmp(paths[j], path) == 0)
				break;
		if (j == out->npaths)
			paths[out->npaths++] = path;
	}
	out->paths = paths;
	return true;
}

struct star_value *
rules_host_executable(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct host_executable h = { .loc = s->at };
	struct rule_set *set = rules_context(s)->set;
	struct star_text t;
	size_t i;

	(void)self;
	if (!star_want_string(s, arg[0], "name", &t) ||
	    !rules_want_list(s, arg[1], "paths"))
		return NULL;
	h.name = rules_keep(s, t);
	if (t.len == 0 || strchr(h.name, '/') != NULL ||
	    strcmp(h.name, ".") == 0 || strcmp(h.name, "..") == 0)
		return star_fail(s, "name %s: expected the name of a program "
		    "without a path", star_show(s, arg[0]));
	if (!read_paths(s, arg[1], &h) || !star_spend(s, set->nhosts / 4))
		return NULL;
	for (i = 0; i < set->nhosts; i++)
		if (strcmp(set->hosts[i].name, h.name) == 0)
			break;
	if (i == set->nhosts) {
		set->hosts = arena_grow(rules_context(s)->a, set->hosts,
		    set->nhosts, &set->cap_hosts, sizeof(*set->hosts));
		set->nhosts++;
	}
	set->hosts[i] = h;		/* the last one counts */
	return s->none;
}
