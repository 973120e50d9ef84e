/* Exec rules: a pattern is a list of places, a place a list of words. */
#include "compiler/dump_json.h"
#include "compiler/rules.h"
#include "compiler/schema.h"

static void
put_pattern(const struct dump *d, struct jsonout *j, const char *key,
    struct exec_run elems)
{
	struct exec_run alts;
	struct exec_alt x;
	uint32_t i, k;

	jsonout_open(j, key, '[');
	for (i = 0; i < elems.n && exec_elem_get(&d->exec, elems.first + i,
	    &alts) == BLOB_OK; i++) {
		jsonout_open(j, NULL, '[');
		for (k = 0; k < alts.n && exec_alt_get(&d->exec,
		    alts.first + k, &x) == BLOB_OK; k++) {
			jsonout_open(j, NULL, '{');
			jsonout_string(j, x.is_glob ? "glob" : "word",
			    exec_str(&d->exec, x.string));
			jsonout_close(j, '}');
		}
		jsonout_close(j, ']');
	}
	jsonout_close(j, ']');
}

static void
put_rule(const struct dump *d, struct jsonout *j, const struct exec_rule *r)
{
	struct exec_run elems;
	uint32_t i;

	jsonout_open(j, NULL, '{');
	jsonout_string(j, "id", exec_str(&d->exec, r->id));
	put_pattern(d, j, "pattern", r->elems);
	jsonout_string(j, "decision", rules_decision_name(r->decision));
	jsonout_bool(j, "exact", r->flags & EXEC_RF_EXACT);
	jsonout_bool(j, "canonical", r->flags & EXEC_RF_CANONICAL);
	jsonout_open(j, "unless", '[');
	for (i = 0; i < r->unless.n && exec_unless_get(&d->exec,
	    r->unless.first + i, &elems) == BLOB_OK; i++)
		put_pattern(d, j, NULL, elems);
	jsonout_close(j, ']');
	jsonout_string(j, "justification", exec_str(&d->exec, r->why));
	jsonout_number(j, "rule", r->info);
	jsonout_close(j, '}');
}

static void
put_host(const struct dump *d, struct jsonout *j, const struct exec_host *h)
{
	uint32_t i, path;

	jsonout_open(j, NULL, '{');
	jsonout_string(j, "name", exec_str(&d->exec, h->name));
	jsonout_open(j, "paths", '[');
	for (i = 0; i < h->paths.n && exec_path_get(&d->exec,
	    h->paths.first + i, &path) == BLOB_OK; i++)
		jsonout_string(j, NULL, exec_str(&d->exec, path));
	jsonout_close(j, ']');
	jsonout_number(j, "rule", h->info);
	jsonout_close(j, '}');
}

void
dump_json_exec(const struct dump *d, struct jsonout *j)
{
	const struct exec_view *v = &d->exec;
	struct exec_rule r;
	struct exec_host h;
	const char *text;
	uint32_t i, rule;

	jsonout_open(j, "exec", '{');
	jsonout_string(j, "default", rules_decision_name(v->dflt));
	jsonout_number(j, "rule", v->rule_default);
	jsonout_string(j, "opaque", rules_decision_name(v->opaque));
	jsonout_number(j, "opaque_rule", v->rule_opaque);
	jsonout_string(j, "scope", schema_scope_words[v->scope]);
	jsonout_open(j, "prefix_rules", '[');
	for (i = 0; exec_rule_get(v, i, &r) == BLOB_OK; i++)
		put_rule(d, j, &r);
	jsonout_close(j, ']');
	jsonout_open(j, "host_executables", '[');
	for (i = 0; exec_host_get(v, i, &h) == BLOB_OK; i++)
		put_host(d, j, &h);
	jsonout_close(j, ']');
	jsonout_open(j, "programs", '[');
	for (i = 0; (text = dump_program(d, i, &rule)) != NULL; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "call", text);
		jsonout_number(j, "rule", rule);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
	jsonout_close(j, '}');
}
