/* metrics: Prometheus' text format, for a textfile collector. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/output.h"
#include "audit/tally.h"
#include "audit/verb.h"

#define SPLIT	'\x1f'
#define LABEL	50	/* bytes of a label's value; the rest is cut */

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

/*
 * Plain ASCII without what the format gives a meaning.  Here, not when it is
 * printed: two series of the same labels are an error to who reads them.
 */
static void
make_plain(char out[LABEL + 1], const char *s)
{
	size_t i;

	for (i = 0; i < LABEL && s[i] != '\0'; i++)
		out[i] = s[i] == '"' || s[i] == '\\' || s[i] < 0x20 ||
		    s[i] > 0x7e ? '_' : s[i];
	out[i] = '\0';
}

static void
add(struct counts *c, int which, const char *const labels[3], uint64_t times)
{
	char name[TALLY_NAME], plain[3][LABEL + 1];

	for (int i = 0; i < 3; i++)
		make_plain(plain[i], labels[i]);
	snprintf(name, sizeof(name), "%s%c%s%c%s", plain[0], SPLIT, plain[1],
	    SPLIT, plain[2]);
	tally_add(&c->tallies[which], name, times);
}

static void
on_record(void *arg, const struct scan *s)
{
	const struct record *r = &s->record;
	const char *const *f = r->text;
	struct counts *c = arg;

	add(c, RECORDS, (const char *[]){ f[FIELD_EVENT], f[FIELD_PROFILE],
	    "" }, 1);
	c->lost += r->number[FIELD_LOST_RECORDS];
	if (r->ms > c->last)
		c->last = r->ms;
	if (strcmp(f[FIELD_EVENT], "exit") == 0)
		add(c, EXITS, (const char *[]){ f[FIELD_ORIGIN],
		    f[FIELD_PROFILE], "" }, 1);
	if (strcmp(f[FIELD_EVENT], "decision") == 0 ||
	    strcmp(f[FIELD_EVENT], "approval") == 0)
		add(c, DECISIONS, (const char *[]){ f[FIELD_OPERATION],
		    f[FIELD_DECISION], f[FIELD_PROFILE] },
		    r->has_number[FIELD_COUNT] ? r->number[FIELD_COUNT] : 1);
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

			fprintf(out, "%c%s=\"%.*s\"", k > 0 ? ',' : '{',
			    metrics[which].labels[k], (int)n, at);
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
