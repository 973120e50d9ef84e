/*
 * export: records in the formats of others, one a line.  OCSF 1.3 with the
 * security_control profile, ECS 8.11, CEF 0.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/moment.h"
#include "audit/output.h"
#include "audit/verb.h"
#include "runtime/text.h"

typedef void export_fn(FILE *out, const struct record *r);

/* What an operation is called elsewhere. */
struct meaning {
	const char *operation;
	unsigned ocsf_class, ocsf_activity;
	const char *ecs_category, *ecs_type;
	const char *cef_key;		/* of the target */
};

static const struct meaning meanings[] = {
	{ "command_exec", 1007, 1, "process", "start", "dproc" },
	{ "process_spawn", 1007, 1, "process", "start", "dproc" },
	{ "file_read", 1001, 2, "file", "access", "filePath" },
	{ "file_write", 1001, 3, "file", "change", "filePath" },
	{ "network_access", 4001, 1, "network", "connection", "dhost" },
	{ "syscall", 1003, 4, "process", "info", "cs6" },
	{ "mcp_call", 6003, 99, "api", "access", "request" },
	{ "policy_change", 6003, 99, "configuration", "change", "msg" },
	{ "", 6003, 0, "process", "info", "msg" },	/* anything else */
};

static const struct meaning ended = {
	"command_exec", 1007, 2, "process", "end", "dproc"
};
static const struct meaning cleared = {
	"policy_change", 1008, 1, "configuration", "deletion", "filePath"
};

static const struct meaning *
find_meaning(const struct record *r)
{
	size_t i;

	if (strcmp(r->text[FIELD_EVENT], "exit") == 0)
		return &ended;
	if (strcmp(r->text[FIELD_EVENT], "clear") == 0)
		return &cleared;
	for (i = 0; meanings[i].operation[0] != '\0'; i++)
		if (strcmp(meanings[i].operation,
		    r->text[FIELD_OPERATION]) == 0)
			break;
	return &meanings[i];
}

static bool
is_denied(const struct record *r)
{
	return strcmp(r->text[FIELD_DECISION], "denied") == 0;
}

static bool
is_allowed(const struct record *r)
{
	return strcmp(r->text[FIELD_DECISION], "allowed") == 0;
}

/* "NAME":{...} of the members that have a value; none: nothing. */
static void
print_object(FILE *out, const char *name, const struct record *r, size_t n,
    const char *const keys[], const enum record_field fields[])
{
	bool is_first = true;

	for (size_t i = 0; i < n; i++) {
		if (r->text[fields[i]][0] == '\0')
			continue;
		if (is_first)
			fprintf(out, ",\"%s\":{", name);
		fprintf(out, "%s\"%s\":", is_first ? "" : ",", keys[i]);
		print_json(out, r->text[fields[i]]);
		is_first = false;
	}
	if (!is_first)
		fputc('}', out);
}

static void
print_number(FILE *out, const char *name, const struct record *r,
    enum record_field field)
{
	if (r->has_number[field])
		fprintf(out, ",\"%s\":%" PRIu64, name, r->number[field]);
}

/* --- OCSF --------------------------------------------------------------- */

static void
ocsf_target(FILE *out, const struct record *r, const struct meaning *m)
{
	const char *target = r->text[FIELD_TARGET];
	const char *slash = strrchr(target, '/');

	switch (m->ocsf_class) {
	case 1007:
		fputs(",\"process\":{\"cmd_line\":", out);
		print_json(out, target);
		print_number(out, "pid", r, FIELD_PID);
		fputc('}', out);
		break;
	case 1001:
	case 1008:
		fputs(",\"file\":{\"type_id\":0,\"name\":", out);
		print_json(out, slash != NULL ? slash + 1 : target);
		print_member(out, "path", target);
		fputc('}', out);
		break;
	case 4001:
		fputs(",\"dst_endpoint\":{\"name\":", out);
		print_json(out, target);
		fputc('}', out);
		break;
	default:
		fputs(",\"api\":{\"operation\":", out);
		print_json(out, target);
		fputc('}', out);
	}
}

static void
put_ocsf(FILE *out, const struct record *r)
{
	const struct meaning *m = find_meaning(r);

	fprintf(out, "{\"category_uid\":%u,\"class_uid\":%u,"
	    "\"activity_id\":%u,\"type_uid\":%u,\"time\":%" PRId64
	    ",\"severity_id\":%d,\"action_id\":%d,\"disposition_id\":%d",
	    m->ocsf_class / 1000, m->ocsf_class, m->ocsf_activity,
	    m->ocsf_class * 100 + m->ocsf_activity, r->ms,
	    is_denied(r) ? 3 : 1, is_allowed(r) ? 1 : is_denied(r) ? 2 : 0,
	    is_allowed(r) ? 1 : is_denied(r) ? 2 : 0);
	fputs(",\"metadata\":{\"version\":\"1.3.0\",\"profiles\":"
	    "[\"security_control\"],\"product\":{\"name\":\"codex-exec\","
	    "\"vendor_name\":\"codex-policy\"}", out);
	print_number(out, "sequence", r, FIELD_SEQ);
	print_member(out, "event_code", r->text[FIELD_EVENT]);
	fputs("},\"device\":{\"type_id\":0},\"actor\":{\"session\":{\"uid\":",
	    out);
	print_json(out, r->text[FIELD_SESSION]);
	fputs("}}", out);
	print_member(out, "message", r->text[FIELD_REASON]);
	ocsf_target(out, r, m);
	print_object(out, "policy", r, 2, (const char *[]){ "name", "uid" },
	    (const enum record_field[]){ FIELD_PROFILE,
	    FIELD_PROFILE_SHA256 });
	print_object(out, "firewall_rule", r, 2, (const char *[]){ "name",
	    "uid" }, (const enum record_field[]){ FIELD_RULE_ID,
	    FIELD_RULE_SRC });
	print_number(out, "exit_code", r, FIELD_STATUS);
	print_object(out, "unmapped", r, 5, (const char *[]){ "layer",
	    "strength", "outcome", "mode", "origin" },
	    (const enum record_field[]){ FIELD_LAYER, FIELD_STRENGTH,
	    FIELD_OUTCOME, FIELD_MODE, FIELD_ORIGIN });
	fputs("}\n", out);
}

/* --- ECS ---------------------------------------------------------------- */

static void
ecs_target(FILE *out, const struct record *r, const struct meaning *m)
{
	const char *target = r->text[FIELD_TARGET];
	bool is_file = strcmp(m->ecs_category, "file") == 0;

	if (is_file || strcmp(m->ecs_category, "network") == 0) {
		fprintf(out, ",\"%s\":{\"%s\":", is_file ? "file"
		    : "destination", is_file ? "path" : "address");
		print_json(out, target);
		fputc('}', out);
	}
	fprintf(out, ",\"process\":{\"pid\":%" PRIu64,
	    r->number[FIELD_PID]);
	if (strcmp(m->ecs_category, "process") == 0 && m->ocsf_class == 1007)
		print_member(out, "command_line", target);
	print_member(out, "executable", r->text[FIELD_RESOLVED]);
	print_number(out, "exit_code", r, FIELD_STATUS);
	fputc('}', out);
}

static void
put_ecs(FILE *out, const struct record *r)
{
	const struct meaning *m = find_meaning(r);
	char when[MOMENT_CAP];

	moment_put(r->ms, when);
	fprintf(out, "{\"@timestamp\":\"%s\",\"ecs\":{\"version\":\"8.11.0\"}"
	    ",\"event\":{\"kind\":\"event\",\"category\":[\"%s\"],"
	    "\"type\":[\"%s\"%s]", when, m->ecs_category, m->ecs_type,
	    is_denied(r) ? ",\"denied\"" : is_allowed(r) ? ",\"allowed\""
	    : "");
	fprintf(out, ",\"outcome\":\"%s\"", is_denied(r) ? "failure"
	    : is_allowed(r) ? "success" : "unknown");
	fputs(",\"dataset\":\"codex.audit\"", out);
	print_member(out, "action", r->text[FIELD_OPERATION]);
	print_member(out, "code", r->text[FIELD_EVENT]);
	print_member(out, "reason", r->text[FIELD_REASON]);
	print_number(out, "sequence", r, FIELD_SEQ);
	fputc('}', out);
	print_object(out, "rule", r, 3, (const char *[]){ "name",
	    "reference", "ruleset" }, (const enum record_field[]){
	    FIELD_RULE_ID, FIELD_RULE_SRC, FIELD_PROFILE });
	ecs_target(out, r, m);
	print_object(out, "labels", r, 4, (const char *[]){ "session",
	    "profile", "strength", "layer" }, (const enum record_field[]){
	    FIELD_SESSION, FIELD_PROFILE, FIELD_STRENGTH, FIELD_LAYER });
	fputs("}\n", out);
}

/* --- CEF ---------------------------------------------------------------- */

/* Nothing that print_plain() would escape? */
static bool
is_plain(const char *character)
{
	char buf[32];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	text_escaped(&t, character);
	return strcmp(buf, character) == 0;
}

/* In the header the bar, in the extension the equals sign is escaped. */
static void
cef_text(FILE *out, const char *s, char special)
{
	for (size_t n; *s != '\0'; s += n) {
		char one[5] = "";

		n = character_length(*s);
		memcpy(one, s, n);
		if (!is_plain(one))
			fputs(*s == '\n' ? "\\n" : *s == '\r' ? "\\r" : " ",
			    out);
		else
			fprintf(out, *s == '\\' || *s == special ? "\\%s" :
			    "%s", one);
	}
}

static void
cef_pair(FILE *out, const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	fprintf(out, " %s=", key);
	cef_text(out, value, '=');
}

static void
cef_label(FILE *out, int n, const char *label, const char *value)
{
	if (value[0] != '\0') {
		fprintf(out, " cs%dLabel=%s cs%d=", n, label, n);
		cef_text(out, value, '=');
	}
}

static void
put_cef(FILE *out, const struct record *r)
{
	const char *const *f = r->text;

	fputs("CEF:0|codex-policy|codex-exec|1|", out);
	cef_text(out, f[FIELD_EVENT], '|');
	fputc(':', out);
	cef_text(out, f[FIELD_OPERATION], '|');
	fputc('|', out);
	cef_text(out, f[FIELD_OPERATION], '|');
	fputc(' ', out);
	cef_text(out, f[FIELD_DECISION], '|');
	fprintf(out, "|%d|rt=%" PRId64, is_denied(r) ? 6
	    : is_allowed(r) ? 1 : 3, r->ms);
	cef_pair(out, "act", f[FIELD_DECISION]);
	cef_pair(out, find_meaning(r)->cef_key, f[FIELD_TARGET]);
	cef_pair(out, "reason", f[FIELD_REASON]);
	cef_pair(out, "externalId", f[FIELD_SESSION]);
	if (r->has_number[FIELD_PID])
		fprintf(out, " dvcpid=%" PRIu64, r->number[FIELD_PID]);
	if (r->has_number[FIELD_COUNT])
		fprintf(out, " cnt=%" PRIu64, r->number[FIELD_COUNT]);
	cef_label(out, 1, "profile", f[FIELD_PROFILE]);
	cef_label(out, 2, "rule", f[FIELD_RULE_ID]);
	cef_label(out, 3, "ruleSource", f[FIELD_RULE_SRC]);
	cef_label(out, 4, "strength", f[FIELD_STRENGTH]);
	cef_label(out, 5, "outcome", f[FIELD_OUTCOME]);
	fputc('\n', out);
}

/* --- the verb ----------------------------------------------------------- */

static const struct {
	const char *name;
	export_fn *put;
} formats[] = {
	{ "ocsf", put_ocsf }, { "ecs", put_ecs }, { "cef", put_cef },
};

static export_fn *
find_format(const char *format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, format) == 0)
			return formats[i].put;
	return NULL;
}

struct export {
	export_fn *put;
	FILE *out;
};

static void
on_record(void *arg, const struct scan *s)
{
	const struct export *x = arg;

	x->put(x->out, &s->record);
}

int
verb_export(const struct options *o)
{
	struct options rest = *o;
	struct export x;
	struct output w;
	struct scan *s;
	int r;

	if (o->nfiles == 0 || (x.put = find_format(o->files[0])) == NULL)
		return complain("export", "needs ocsf, ecs or cef, then "
		    "FILES");
	rest.files++;
	rest.nfiles--;
	if (output_open(&w, o->output) < 0)
		return EXIT_USAGE;
	x.out = w.out;
	s = must_alloc(sizeof(*s));
	r = scan_files(s, &rest, on_record, &x);
	free(s);
	return output_close(&w, r == 0);
}
