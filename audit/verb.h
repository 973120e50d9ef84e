/*
 * The verbs, and what they share: going through the records of files, and
 * printing text that others wrote.
 */
#ifndef AUDIT_VERB_H
#define AUDIT_VERB_H

#include "audit/lines.h"
#include "audit/options.h"
#include "audit/record.h"

/* Room for one line and its record. */
struct scan {
	struct lines lines;
	struct record record;
	uint64_t damaged;		/* lines that are no records */
};

/*
 * Each record of the files (stdin without any) that the filter takes goes to
 * `each'.  Lines that are no records are passed over, counted and reported
 * on stderr.  0, or -1 after a message.
 */
int scan_files(struct scan *s, const struct options *o,
    void (*each)(void *arg, const struct scan *s), void *arg);
/* The same for what lines.fd holds from where it is. */
int scan_open(struct scan *s, const struct options *o, const char *name,
    void (*each)(void *arg, const struct scan *s), void *arg);

/* Exits: there is nobody to go on for. */
void *must_alloc(size_t n);
/* "codex-audit: NAME: what"; EXIT_USAGE. */
int complain(const char *name, const char *what);
/* Has everything reached the file?  0, or EXIT_USAGE after a message. */
int finish_output(FILE *out, const char *name);

/* Foreign text: nothing in it moves a cursor or turns the direction. */
void print_plain(FILE *out, const char *s);
/* A JSON string, with its quotes. */
void print_json(FILE *out, const char *s);
/* ,"NAME":"VALUE" unless the value is empty. */
void print_member(FILE *out, const char *name, const char *value);
/* A whole line of JSON, as it is but for what print_plain() would escape. */
void print_line(FILE *out, const char *line, size_t len);

int verb_verify(const struct options *o);
int verb_tail(const struct options *o);
int verb_query(const struct options *o);
int verb_stats(const struct options *o);
int verb_metrics(const struct options *o);
int verb_export(const struct options *o);
int verb_clear(const struct options *o);

/* Of UTF-8, by its first byte. */
size_t character_length(char first);

/* One record as a line for people. */
void print_record(FILE *out, const struct record *r);

#endif
