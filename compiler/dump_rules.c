/* Exec rules in the language they were written in, extensions included. */
#include <string.h>

#include "compiler/dump.h"
#include "compiler/dump_quote.h"
#include "compiler/rules.h"
#include "compiler/textbuf.h"

static const char *
quoted(const struct dump *d, uint32_t string)
{
	return dump_quote_star(d->a, exec_str(&d->exec, string));
}

static const char *
word_text(const struct dump *d, uint32_t alt)
{
	struct exec_alt x;

	if (exec_alt_get(&d->exec, alt, &x) != BLOB_OK)
		return "None";
	return x.is_glob ? arena_printf(d->a, "glob(%s)",
	    quoted(d, x.string)) : quoted(d, x.string);
}

/* Alternatives of one place; a single one needs no brackets. */
static const char *
alts_text(const struct dump *d, struct exec_run alts)
{
	struct textbuf t = { .a = d->a };
	uint32_t i;

	if (alts.n == 1)
		return word_text(d, alts.first);
	for (i = 0; i < alts.n; i++)
		textbuf_add(&t, "%s%s", i > 0 ? ", " : "[",
		    word_text(d, alts.first + i));
	textbuf_add(&t, "]");
	return textbuf_text(&t);
}

/* Places from `from' on. */
static const char *
elems_text(const struct dump *d, struct exec_run elems, uint32_t from)
{
	struct textbuf t = { .a = d->a };
	struct exec_run alts;
	uint32_t i;

	for (i = from; i < elems.n; i++)
		if (exec_elem_get(&d->exec, elems.first + i, &alts) ==
		    BLOB_OK)
			textbuf_add(&t, "%s%s", i > from ? ", " : "",
			    alts_text(d, alts));
	return textbuf_text(&t);
}

static const char *
unless_text(const struct dump *d, struct exec_run unless)
{
	struct textbuf t = { .a = d->a };
	struct exec_run elems;
	uint32_t i;

	for (i = 0; i < unless.n; i++)
		if (exec_unless_get(&d->exec, unless.first + i, &elems) ==
		    BLOB_OK)
			textbuf_add(&t, "%s[%s]", i > 0 ? ", " : "",
			    elems_text(d, elems, 0));
	return textbuf_text(&t);
}

static const char *
head_text(const struct dump *d, const struct exec_rule *r)
{
	struct exec_run alts;

	if (exec_elem_get(&d->exec, r->elems.first, &alts) != BLOB_OK ||
	    alts.n == 0)
		return "None";
	return word_text(d, alts.first);
}

/* All but the first word: what rules of one call have in common. */
static const char *
tail_text(const struct dump *d, const struct exec_rule *r)
{
	struct textbuf t = { .a = d->a };

	textbuf_add(&t, "%s%s], decision = \"%s\"",
	    r->elems.n > 1 ? ", " : "", elems_text(d, r->elems, 1),
	    rules_decision_name(r->decision));
	if (*exec_str(&d->exec, r->why) != '\0')
		textbuf_add(&t, ", justification = %s", quoted(d, r->why));
	if (r->flags & EXEC_RF_CANONICAL)
		textbuf_add(&t, ", canonical_matching = True");
	if (r->flags & EXEC_RF_EXACT)
		textbuf_add(&t, ", exact = True");
	if (r->unless.n > 0)
		textbuf_add(&t, ", unless = [%s]", unless_text(d, r->unless));
	if (*exec_str(&d->exec, r->id) != '\0')
		textbuf_add(&t, ", id = %s", quoted(d, r->id));
	textbuf_add(&t, ")");
	return textbuf_text(&t);
}

const char *
dump_rule(const struct dump *d, uint32_t i, uint32_t *n)
{
	struct textbuf heads = { .a = d->a };
	struct exec_rule r, next;
	const char *tail;

	*n = 0;
	if (exec_rule_get(&d->exec, i, &r) != BLOB_OK)
		return NULL;
	textbuf_add(&heads, "%s", head_text(d, &r));
	tail = tail_text(d, &r);
	while (exec_rule_get(&d->exec, i + *n + 1, &next) == BLOB_OK &&
	    next.info == r.info && strcmp(tail_text(d, &next), tail) == 0) {
		textbuf_add(&heads, ", %s", head_text(d, &next));
		++*n;
	}
	return arena_printf(d->a, *n > 0 ? "prefix_rule(pattern = [[%s]%s" :
	    "prefix_rule(pattern = [%s%s", textbuf_text(&heads), tail);
}

/* Alternatives of one place, shell-like. */
static void
add_words(const struct dump *d, struct textbuf *t, struct exec_run alts)
{
	struct exec_alt x;
	uint32_t i;

	for (i = 0; i < alts.n; i++)
		if (exec_alt_get(&d->exec, alts.first + i, &x) == BLOB_OK)
			textbuf_add(t, "%s%s", i > 0 ? "|" : "",
			    exec_str(&d->exec, x.string));
}

const char *
dump_rule_words(const struct dump *d, uint32_t i, uint32_t *n)
{
	struct textbuf t = { .a = d->a };
	struct exec_rule r, head;
	struct exec_run alts;
	uint32_t k;

	dump_rule(d, i, n);
	if (exec_rule_get(&d->exec, i, &r) != BLOB_OK)
		return "";
	for (k = i; k <= i + *n; k++)
		if (exec_rule_get(&d->exec, k, &head) == BLOB_OK &&
		    exec_elem_get(&d->exec, head.elems.first, &alts) ==
		    BLOB_OK) {
			textbuf_add(&t, "%s", k > i ? "|" : "");
			add_words(d, &t, alts);
		}
	for (k = 1; k < r.elems.n; k++)
		if (exec_elem_get(&d->exec, r.elems.first + k, &alts) ==
		    BLOB_OK) {
			textbuf_add(&t, " ");
			add_words(d, &t, alts);
		}
	if (!(r.flags & EXEC_RF_EXACT))
		textbuf_add(&t, " ...");
	if (r.unless.n > 0)
		textbuf_add(&t, ", with exceptions");
	return textbuf_text(&t);
}

const char *
dump_host(const struct dump *d, const struct exec_host *h)
{
	struct textbuf t = { .a = d->a };
	uint32_t i, path;

	for (i = 0; i < h->paths.n; i++)
		if (exec_path_get(&d->exec, h->paths.first + i, &path) ==
		    BLOB_OK)
			textbuf_add(&t, "%s%s", i > 0 ? ", " : "",
			    quoted(d, path));
	return arena_printf(d->a, "host_executable(name = %s, paths = [%s])",
	    quoted(d, h->name), textbuf_text(&t));
}

bool
dump_domain_is_rule(const struct dump *d, const struct blob_net_domain *e)
{
	return strcmp(dump_rule_name(d, e->rule), "network_rule") == 0;
}

const char *
dump_protocols(unsigned protocols)
{
	static const struct { unsigned bit; const char *name; } rows[] = {
		{ NET_PROTO_HTTP, "http" }, { NET_PROTO_HTTPS, "https" },
		{ NET_PROTO_SOCKS5_TCP, "socks5_tcp" },
		{ NET_PROTO_SOCKS5_UDP, "socks5_udp" } };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].bit == protocols)
			return rows[i].name;
	return "any";
}

/* As `network.domains' has it: brackets only where a port follows. */
const char *
dump_domain_entry(const struct dump *d, const struct blob_net_domain *e)
{
	const char *host = blob_str(d->b, e->host);
	bool is_wide = strchr(host, ':') != NULL;

	if (e->lo == 0)
		return host;
	return arena_printf(d->a, "%s%s%s:%s", is_wide ? "[" : "", host,
	    is_wide ? "]" : "", dump_ports(d, e->lo, e->hi));
}

const char *
dump_domain(const struct dump *d, const struct blob_net_domain *e)
{
	const char *why = blob_str(d->b, e->why);

	return arena_printf(d->a, "network_rule(host = %s, protocol = \"%s\", "
	    "decision = \"%s\"%s%s)",
	    dump_quote_star(d->a, blob_str(d->b, e->host)),
	    dump_protocols(e->protocols), rules_decision_name(e->decision),
	    *why != '\0' ? ", justification = " : "",
	    *why != '\0' ? dump_quote_star(d->a, why) : "");
}
