/* metrics: Prometheus' text format, for a textfile collector. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/output.h"
#include "audit/tally.h"
#include "audit/verb.h"

#define SPLIT	'\x1f'

enum { RECORDS, DECISIONS, EXITS, NMETRICS };

static const struct {
	const char *name, *help;
	const char *labels[3];
} metrics[NMETRICS] = {
	[RECORDS] = { "codex_audit_records_total", "Records, by event.",
	    { "event", "profile" } },
	[DECISIONS] = { "codex_audit_decisions_total",
	    "Decisions, repeated ones counted.",
	    { "operation", "decision", "profile" } },
	[EXITS] = { "codex_audit_exits_total", "Ends of supervised runs.",
	    { "origin", "profile" } },
};

struct counts {
	struct tally tallies[NMETRICS];
	uint64_t lost;
	int64_t last;
};

static void
add(struct counts *c, int which, const char *a, const char *b,
    const char *d, uint64_t times)
{
	char name[TALLY_NAME];

	snprintf(name, sizeof(name), "%.50s%c%.50s%c%.50s", a, SPLIT, b,
	    SPLIT, d);
	tally_add(&c->tallies[which], name, times);
}

static void
on_record(void *arg, const struct scan *s)
{
	const struct record *r = &s->record;
	const char *const *f = r->text;
	struct counts *c = arg;

	add(c, RECORDS, f[FIELD_EVENT], f[FIELD_PROFILE], "", 1);
	c->lost += r->number[FIELD_LOST_RECORDS];
	if (r->ms > c->last)
		c->last = r->ms;
	if (strcmp(f[FIELD_EVENT], "exit") == 0)
		add(c, EXITS, f[FIELD_ORIGIN], f[FIELD_PROFILE], "", 1);
	if (strcmp(f[FIELD_EVENT], "decision") == 0 ||
	    strcmp(f[FIELD_EVENT], "approval") == 0)
		add(c, DECISIONS, f[FIELD_OPERATION], f[FIELD_DECISION],
		    f[FIELD_PROFILE], r->has_number[FIELD_COUNT] ?
		    r->number[FIELD_COUNT] : 1);
}

/* Plain ASCII without what the format gives a meaning. */
static void
print_value(FILE *out, const char *s, size_t n)
{
	char plain[TALLY_NAME];

	memcpy(plain, s, n);
	plain[n] = '\0';
	for (char *p = plain; *p != '\0'; p++)
		if (*p == '"' || *p == '\\' || *p < 0x20 || *p > 0x7e)
			*p = '_';
	fputs(plain, out);
}

static void
print_metric(FILE *out, const struct tally *t, int which)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s counter\n", metrics[which].name,
	    metrics[which].help, metrics[which].name);
	for (size_t i = 0; i < t->n; i++) {
		const char *at = t->rows[i].name;

		fputs(metrics[which].name, out);
		for (int k = 0; k < 3 && metrics[which].labels[k]; k++) {
			const char *end = strchr(at, SPLIT);
			size_t n = end != NULL ? (size_t)(end - at)
					       : strlen(at);

			fprintf(out, "%c%s=\"", k > 0 ? ',' : '{',
			    metrics[which].labels[k]);
			print_value(out, at, n);
			fputc('"', out);
			at += n + (end != NULL);
		}
		fprintf(out, "} %" PRIu64 "\n", t->rows[i].count);
	}
}

static void
print_single(FILE *out, const char *name, const char *type, const char *help,
    uint64_t value)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", name,
	    help, name, type, name, value);
}

int
verb_metrics(const struct options *o)
{
	struct counts *c = must_alloc(sizeof(*c));
	struct scan *s = must_alloc(sizeof(*s));
	struct output w;
	int r;

	if (output_open(&w, o->output) < 0)
		return EXIT_USAGE;
	r = scan_files(s, o, on_record, c);
	for (int i = 0; i < NMETRICS; i++) {
		tally_sort(&c->tallies[i]);
		print_metric(w.out, &c->tallies[i], i);
	}
	print_single(w.out, "codex_audit_lost_records_total", "counter",
	    "Records that could not be written.", c->lost);
	print_single(w.out, "codex_audit_damaged_lines_total", "counter",
	    "Lines that are no records.", s->damaged);
	print_single(w.out, "codex_audit_last_record_seconds", "gauge",
	    "Time of the youngest record, since 1970.",
	    (uint64_t)(c->last / 1000));
	free(s);
	free(c);
	return output_close(&w, r == 0);
}
