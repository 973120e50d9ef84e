/* Results as TAP 14 and as JUnit's XML. */
#include "compiler/testlog.h"

#include <string.h>

#include "compiler/dump_quote.h"

static const char *
place_text(struct arena *a, struct loc at)
{
	return arena_printf(a, "%s:%u:%u", dump_escape(a, at.src->name),
	    at.line, at.col);
}

static const char *
title(struct arena *a, const struct test_result *r)
{
	return r->at.src == NULL ? dump_escape(a, r->name) :
	    arena_printf(a, "%s:%u: %s", dump_escape(a, r->at.src->name),
	    r->at.line, dump_escape(a, r->name));
}

/* --- TAP ---------------------------------------------------------------- */

/* `#' begins a directive, unless a backslash stands before it. */
static void
put_description(FILE *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '#' || *s == '\\')
			putc('\\', out);
		putc(*s, out);
	}
}

static void
put_details(FILE *out, struct arena *a, const struct test_result *r)
{
	fputs("  ---\n", out);
	if (r->message != NULL)
		fprintf(out, "  message: %s\n",
		    dump_quote_yaml(a, r->message));
	if (r->at.src != NULL)
		fprintf(out, "  at: %s\n", dump_quote_yaml(a,
		    place_text(a, r->at)));
	if (r->decided.src != NULL)
		fprintf(out, "  decided: %s\n", dump_quote_yaml(a,
		    place_text(a, r->decided)));
	fputs("  ...\n", out);
}

void
testlog_tap(FILE *out, const struct testlog *l)
{
	const struct test_result *r;
	size_t i;

	fputs("TAP version 14\n", out);
	fprintf(out, "1..%zu%s\n", l->nresults,
	    l->nresults == 0 ? " # SKIP no tests" : "");
	for (i = 0; i < l->nresults; i++) {
		r = &l->results[i];
		fprintf(out, "%sok %zu - ", r->outcome == TEST_FAILED ?
		    "not " : "", i + 1);
		put_description(out, title(l->a, r));
		if (r->outcome == TEST_SKIPPED)
			fprintf(out, " # SKIP %s", r->message);
		putc('\n', out);
		if (r->outcome == TEST_FAILED)
			put_details(out, l->a, r);
	}
}

void
testlog_coverage(FILE *out, const struct testlog *l)
{
	size_t i, n = 0;

	for (i = 0; i < l->nrules; i++)
		n += l->rules[i].is_exercised;
	fprintf(out, "# coverage: %zu of %zu rules\n", n, l->nrules);
	for (i = 0; i < l->nrules; i++)
		if (!l->rules[i].is_exercised)
			fprintf(out, "# not exercised: %s: %s\n",
			    place_text(l->a, l->rules[i].loc),
			    dump_escape(l->a, l->rules[i].name));
}

/* --- JUnit -------------------------------------------------------------- */

static void
put_xml(FILE *out, struct arena *a, const char *s)
{
	static const struct { char c; const char *entity; } entities[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
		{ '"', "&quot;" } };
	size_t i;

	for (s = dump_escape(a, s); *s != '\0'; s++) {
		for (i = 0; i < 4 && entities[i].c != *s; i++)
			continue;
		if (i < 4)
			fputs(entities[i].entity, out);
		else
			putc(*s, out);
	}
}

static void
put_attribute(FILE *out, struct arena *a, const char *name, const char *s)
{
	fprintf(out, " %s=\"", name);
	put_xml(out, a, s);
	putc('"', out);
}

static void
put_case(FILE *out, struct arena *a, const struct test_result *r)
{
	static const char *const elements[] = { [TEST_FAILED] = "failure",
		[TEST_SKIPPED] = "skipped" };

	fputs("    <testcase", out);
	put_attribute(out, a, "classname", r->file);
	put_attribute(out, a, "name", title(a, r));
	if (r->outcome == TEST_PASSED) {
		fputs("/>\n", out);
		return;
	}
	fprintf(out, ">\n      <%s", elements[r->outcome]);
	put_attribute(out, a, "message", r->message != NULL ? r->message :
	    "");
	fputs("/>\n    </testcase>\n", out);
}

/* From result i on, those of one file; returns the first of the next. */
static size_t
put_suite(FILE *out, const struct testlog *l, size_t i)
{
	const char *file = l->results[i].file;
	size_t count[TEST_SKIPPED + 1] = { 0 }, end;

	for (end = i; end < l->nresults && l->results[end].file == file;
	    end++)
		count[l->results[end].outcome]++;
	fputs("  <testsuite", out);
	put_attribute(out, l->a, "name", file);
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n",
	    end - i, count[TEST_FAILED], count[TEST_SKIPPED]);
	for (; i < end; i++)
		put_case(out, l->a, &l->results[i]);
	fputs("  </testsuite>\n", out);
	return end;
}

void
testlog_junit(FILE *out, const struct testlog *l)
{
	size_t i = 0;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	fprintf(out, "<testsuites tests=\"%zu\" failures=\"%zu\">\n",
	    l->nresults, l->nfailed);
	while (i < l->nresults)
		i = put_suite(out, l, i);
	fputs("</testsuites>\n", out);
}
