/*
 * verify: does each record carry the digest of the line before it?  That
 * finds what was changed, removed, inserted or moved; that the end is there
 * and that all of it was not made anew, only an anchor from elsewhere shows.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/verb.h"

#define HEX_LEN	(2 * SHA256_LEN)

static const char nothing_before[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

/* A record, as a message names it. */
struct place {
	const char *file;
	uint64_t line, seq;
	bool has_seq;
	char session[65];
};

struct chain {
	const struct options *o;
	struct scan *s;
	const char *file;
	char head[HEX_LEN + 1];		/* of the last line; "" before it */
	struct place last;
	uint64_t records, uncovered, after_anchor;
	bool has_begun, has_anchor;
	/* What is wrong, and where. */
	struct place bad;
	char why[400];
};

static void
put_hex(const uint8_t digest[SHA256_LEN], char out[HEX_LEN + 1])
{
	for (int i = 0; i < SHA256_LEN; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static struct place
here(const struct chain *c)
{
	const struct record *r = &c->s->record;
	struct place p = { .file = c->file, .line = c->s->lines.number,
	    .seq = r->number[FIELD_SEQ], .has_seq = r->has_number[FIELD_SEQ] };

	snprintf(p.session, sizeof(p.session), "%s", r->text[FIELD_SESSION]);
	return p;
}

static int
damaged(struct chain *c, struct place at, const char *why)
{
	c->bad = at;
	snprintf(c->why, sizeof(c->why), "%s", why);
	return 1;
}

/* The first record of a chain: what may it follow? */
static int
check_first(struct chain *c, const char *prev)
{
	const char *want = c->o->from != NULL ? c->o->from
	    : c->head[0] != '\0' ? c->head : nothing_before;

	c->has_begun = true;
	if (strcmp(prev, want) == 0)
		return 0;
	/* Its own record says what was there, and who took it away. */
	if (strcmp(c->s->record.text[FIELD_EVENT], "clear") == 0 &&
	    c->head[0] == '\0' && c->o->from == NULL)
		return 0;
	return damaged(c, here(c), c->head[0] == '\0' && c->o->from == NULL
	    ? "it follows records that are not here: they were removed, or "
	      "are in a file to be named before this one (or --from HASH)"
	    : "it does not follow the line before it");
}

/* What the chain says of two neighbours; the earlier one is named. */
static int
mismatch(struct chain *c)
{
	struct place now = here(c);
	bool has_gap = now.has_seq && c->last.has_seq &&
	    now.seq > c->last.seq + 1 &&
	    strcmp(now.session, c->last.session) == 0;
	int n;

	damaged(c, c->last, "");
	n = snprintf(c->why, sizeof(c->why), "line %llu%s%.100s follows "
	    "another line than this: ", (unsigned long long)now.line,
	    now.file != c->last.file ? " of " : "",
	    now.file != c->last.file ? now.file : "");
	if (has_gap)
		snprintf(c->why + n, sizeof(c->why) - (size_t)n, "%llu "
		    "records of its session are missing here",
		    (unsigned long long)(now.seq - c->last.seq - 1));
	else
		snprintf(c->why + n, sizeof(c->why) - (size_t)n, "it was "
		    "changed, or lines were removed, inserted or moved here");
	return 1;
}

/* 0: fine so far; 1: damaged. */
static int
check_line(struct chain *c)
{
	const struct lines *l = &c->s->lines;
	enum record_error e = record_read(&c->s->record, l->line, l->len);
	const char *prev = c->s->record.text[FIELD_PREV];
	int r = 0;

	if (e != RECORD_OK)
		return damaged(c, (struct place){ .file = c->file,
		    .line = l->number }, record_strerror(e));
	if (l->is_torn)
		return damaged(c, here(c), "it does not end with a newline");
	if (prev[0] == '\0' && c->has_begun)
		return damaged(c, here(c), "it is not chained to the line "
		    "before it");
	if (prev[0] == '\0')
		c->uncovered++;
	else if (!c->has_begun)
		r = check_first(c, prev);
	else if (strcmp(prev, c->head) != 0)
		r = mismatch(c);
	put_hex(l->digest, c->head);
	c->last = here(c);
	c->records++;
	c->after_anchor++;
	if (c->o->anchor != NULL && strcmp(c->head, c->o->anchor) == 0) {
		c->has_anchor = true;
		c->after_anchor = 0;
	}
	return r;
}

/* 0, 1: damaged, -1: cannot be read. */
static int
check_file(struct chain *c, const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC), r, bad = 0;

	c->file = name;
	if (fd < 0)
		return -1;
	lines_init(&c->s->lines, fd, true);
	while (bad == 0 && (r = lines_next(&c->s->lines)) > 0)
		bad = check_line(c);
	close(fd);
	return bad != 0 ? bad : r;
}

static void
print_damage(const struct chain *c)
{
	if (c->o->is_quiet)
		return;
	if (c->o->is_json) {
		fputs("{\"intact\":false,\"file\":", stdout);
		print_json(stdout, c->bad.file);
		printf(",\"line\":%llu", (unsigned long long)c->bad.line);
		if (c->bad.has_seq)
			printf(",\"seq\":%llu",
			    (unsigned long long)c->bad.seq);
		print_member(stdout, "session_id", c->bad.session);
		print_member(stdout, "why", c->why);
		puts("}");
		return;
	}
	print_plain(stdout, c->bad.file);
	printf(": damaged: line %llu", (unsigned long long)c->bad.line);
	if (c->bad.has_seq)
		printf(" (seq %llu)", (unsigned long long)c->bad.seq);
	fputs(": ", stdout);
	print_plain(stdout, c->why);
	putchar('\n');
}

static void
print_intact(const struct chain *c)
{
	unsigned long long after = c->after_anchor;

	if (c->o->is_json) {
		printf("{\"intact\":true,\"records\":%llu,\"uncovered\":%llu,"
		    "\"head\":\"%s\",\"anchored\":%s}\n",
		    (unsigned long long)c->records,
		    (unsigned long long)c->uncovered, c->head,
		    c->has_anchor ? "true" : "false");
		return;
	}
	printf("intact: %llu records\nhead: %s\n",
	    (unsigned long long)c->records, c->head);
	if (c->uncovered > 0)
		printf("not covered: %llu records before the chain begins\n",
		    (unsigned long long)c->uncovered);
	if (!c->has_anchor)
		puts("no anchor was given: whoever can write the file could "
		    "have cut its end or made all of it anew");
	else if (after > 0)
		printf("after the anchor: %llu records, which it does not "
		    "cover\n", after);
}

static int
conclude(struct chain *c)
{
	if (c->o->anchor != NULL && !c->has_anchor) {
		damaged(c, c->last, "no record up to here has the anchor's "
		    "digest: records were cut off or made anew");
		c->bad.file = c->file;
		print_damage(c);
		return EXIT_DAMAGED;
	}
	if (!c->has_begun)
		return complain(c->file, "no record is chained: there is "
		    "nothing to verify (audit.chain)");
	if (!c->o->is_quiet)
		print_intact(c);
	return 0;
}

int
verb_verify(const struct options *o)
{
	struct chain *c;
	int r = 0, status;

	if (o->nfiles == 0)
		return complain("verify", "needs FILE");
	c = must_alloc(sizeof(*c));
	*c = (struct chain){ .o = o, .s = must_alloc(sizeof(*c->s)) };
	for (size_t i = 0; i < o->nfiles && r == 0; i++)
		r = check_file(c, o->files[i]);
	if (r < 0) {
		status = complain(c->file, strerror(errno));
	} else if (r > 0) {
		print_damage(c);
		status = EXIT_DAMAGED;
	} else {
		status = conclude(c);
	}
	free(c->s);
	free(c);
	return finish_output(stdout, "stdout") != 0 ? EXIT_USAGE : status;
}
