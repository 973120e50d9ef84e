/* stats: what happened how often, with bars for people. */
#include <stdlib.h>
#include <string.h>

#include "audit/moment.h"
#include "audit/tally.h"
#include "audit/verb.h"

#define BAR	30	/* width of the longest */
#define SPLIT	'\x1f'	/* between a profile's name and the rest */

enum { EVENTS, DECISIONS, TARGETS, RULES, NTALLIES };

static const struct {
	const char *title, *json;
	const char *first, *second;	/* members of a row; first may be NULL */
} titles[NTALLIES] = {
	[EVENTS] = { "records", "events", NULL, "event" },
	[DECISIONS] = { "decisions", "decisions", "profile", "decision" },
	[TARGETS] = { "denied targets", "denied_targets", "profile",
	    "target" },
	[RULES] = { "rules that denied", "denied_rules", "profile", "rule" },
};

struct stats {
	struct tally tallies[NTALLIES];
	int64_t first, last;
	uint64_t lost;
};

static void
add_split(struct tally *t, const char *profile, const char *what,
    uint64_t times)
{
	char name[2 * TALLY_NAME];

	snprintf(name, sizeof(name), "%.60s%c%.300s", profile, SPLIT, what);
	tally_add(t, name, times);
}

/* A start tells the decision that its decision event tells, too. */
static bool
is_decision(const struct record *r)
{
	return strcmp(r->text[FIELD_EVENT], "decision") == 0 ||
	    strcmp(r->text[FIELD_EVENT], "approval") == 0;
}

static void
on_record(void *arg, const struct scan *s)
{
	const struct record *r = &s->record;
	const char *const *f = r->text;
	uint64_t times = r->number[FIELD_COUNT];
	struct stats *x = arg;
	char what[4 * TALLY_NAME];

	if (x->tallies[EVENTS].total == 0 || r->ms < x->first)
		x->first = r->ms;
	if (x->tallies[EVENTS].total == 0 || r->ms > x->last)
		x->last = r->ms;
	tally_add(&x->tallies[EVENTS], f[FIELD_EVENT], 1);
	x->lost += r->number[FIELD_LOST_RECORDS];
	if (!is_decision(r))
		return;
	times = times > 0 ? times : 1;
	snprintf(what, sizeof(what), "%.40s %.40s", f[FIELD_OPERATION],
	    f[FIELD_DECISION]);
	add_split(&x->tallies[DECISIONS], f[FIELD_PROFILE], what, times);
	if (strcmp(f[FIELD_DECISION], "allowed") == 0)
		return;
	snprintf(what, sizeof(what), "%.40s %.300s", f[FIELD_OPERATION],
	    f[FIELD_TARGET]);
	add_split(&x->tallies[TARGETS], f[FIELD_PROFILE], what, times);
	if (f[FIELD_RULE_ID][0] == '\0')
		return;
	snprintf(what, sizeof(what), "%.100s %.200s", f[FIELD_RULE_ID],
	    f[FIELD_RULE_SRC]);
	add_split(&x->tallies[RULES], f[FIELD_PROFILE], what, times);
}

static void
print_bars(const struct tally *t, const char *title, unsigned most)
{
	uint64_t top = t->n > 0 ? t->rows[0].count : 1;

	if (t->n == 0)
		return;
	printf("\n%s%s\n", title, tally_is_exact(t) ? ""
	    : " (counts are approximate)");
	for (size_t i = 0; i < t->n && i < most; i++) {
		int bar = (int)((double)t->rows[i].count * BAR / (double)top);
		char name[TALLY_NAME], *split;

		strcpy(name, t->rows[i].name);
		split = strchr(name, SPLIT);
		if (split != NULL)
			*split = ' ';
		printf("%9llu %.*s%*s ", (unsigned long long)t->rows[i].count,
		    bar > 0 ? bar : 1, "##############################",
		    BAR - (bar > 0 ? bar : 1), "");
		print_plain(stdout, name);
		putchar('\n');
	}
	if (t->n > most)
		printf("          and %zu more\n", t->n - most);
}

static void
print_rows(const struct tally *t, int which, unsigned most)
{
	printf(",\"%s\":[", titles[which].json);
	for (size_t i = 0; i < t->n && i < most; i++) {
		char name[TALLY_NAME], *split, *rest = name;

		strcpy(name, t->rows[i].name);
		printf("%s{\"count\":%llu", i > 0 ? "," : "",
		    (unsigned long long)t->rows[i].count);
		split = strchr(name, SPLIT);
		if (titles[which].first != NULL && split != NULL) {
			*split = '\0';
			rest = split + 1;
			print_member(stdout, titles[which].first, name);
		}
		print_member(stdout, titles[which].second, rest);
		putchar('}');
	}
	printf("],\"%s_exact\":%s", titles[which].json,
	    tally_is_exact(t) ? "true" : "false");
}

static void
print_stats(struct stats *x, const struct options *o, uint64_t damaged)
{
	char first[MOMENT_CAP] = "-", last[MOMENT_CAP] = "-";
	unsigned long long n = x->tallies[EVENTS].total;

	if (n > 0) {
		moment_put(x->first, first);
		moment_put(x->last, last);
	}
	if (o->is_json)
		printf("{\"records\":%llu,\"damaged_lines\":%llu,"
		    "\"lost_records\":%llu,\"first\":\"%s\",\"last\":\"%s\"",
		    n, (unsigned long long)damaged,
		    (unsigned long long)x->lost, first, last);
	else
		printf("%llu records from %s to %s, %llu lost, %llu damaged "
		    "lines\n", n, first, last, (unsigned long long)x->lost,
		    (unsigned long long)damaged);
	for (int i = 0; i < NTALLIES; i++) {
		tally_sort(&x->tallies[i]);
		if (o->is_json)
			print_rows(&x->tallies[i], i, o->last);
		else
			print_bars(&x->tallies[i], titles[i].title, o->last);
	}
	if (o->is_json)
		puts("}");
}

int
verb_stats(const struct options *o)
{
	struct stats *x = must_alloc(sizeof(*x));
	struct scan *s = must_alloc(sizeof(*s));
	int r = scan_files(s, o, on_record, x);

	if (r == 0)
		print_stats(x, o, s->damaged);
	free(s);
	free(x);
	return r < 0 ? EXIT_USAGE : finish_output(stdout, "stdout");
}
