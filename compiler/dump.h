/*
 * A blob as text, from its bytes alone: for people (dump.c), as a profile
 * that compiles to the same bytes (dump_yaml.c), as a table of what is kept
 * how (dump_table.c), for programs (dump_json.c).
 */
#ifndef COMPILER_DUMP_H
#define COMPILER_DUMP_H

#include <stdio.h>

#include "blob/exec.h"
#include "blob/program.h"
#include "compiler/dump_sysc.h"

struct dump {
	struct arena *a;
	FILE *out;
	const struct blob *b;
	struct exec_view exec;		/* no rules where there is no EXEC */
	struct program_view programs;	/* likewise of PROG */
	struct dump_items items;	/* of all architectures */
	bool overrides;			/* `override: true' on each rule */
};

/* Read what the printers share.  BLOB_OK, or the error of a section. */
int dump_open(struct dump *d, struct arena *a, FILE *out,
    const struct blob *b);

void dump_plain(struct dump *d);
void dump_table(struct dump *d);
void dump_json(struct dump *d);

/*
 * The resolved text into memory that the caller frees, proved by compiling
 * it: *at is the first byte of the blob that would differ.  Returns 0, or -1
 * when this compiler has no text that gives the blob.
 */
int dump_resolved(struct dump *d, char **text, size_t *len, size_t *at);
/* The text alone, to d->out. */
void dump_yaml(struct dump *d);

/* --- shared by the printers --------------------------------------------- */

/* Name of an entry of DBGI; "" for 0 and for a number that is none. */
const char *dump_rule_name(const struct dump *d, uint32_t rule);
/* "file:line", or with the column too; NULL for 0. */
const char *dump_rule_line(const struct dump *d, uint32_t rule);
const char *dump_rule_place(const struct dump *d, uint32_t rule);

extern const char *const dump_predicates[];	/* in bits' order, then NULL */
extern const char *const dump_unix_words[];	/* by enum blob_unix_mode */
struct dump_right {
	unsigned bit;		/* FS_* */
	const char *name;	/* NULL ends the table */
};
extern const struct dump_right dump_rights[];
/* The rule by which an entry has one right. */
uint32_t dump_right_rule(const struct blob_fs *e, unsigned right);
/* Is that rule the device list, not one of the profile's paths? */
bool dump_is_device_rule(const struct dump *d, uint32_t rule);

/* What the other sections say of META's predicates: they must agree. */
unsigned dump_predicate_bits(const struct dump *d);

/* Numbers of the bits that are set. */
const char *dump_numbers(const struct dump *d, uint64_t bits,
    const char *between);
/* "${home}/x" with its `?' where it is optional; not quoted. */
const char *dump_path(const struct dump *d, const struct blob_fs *e,
    unsigned right);
/* "443", "8000-8100". */
const char *dump_ports(const struct dump *d, unsigned lo, unsigned hi);
/* "4G", "10m", "256": as `limits' takes it. */
const char *dump_limit(const struct dump *d, const struct blob_limit_entry *e);
const char *dump_limit_name(unsigned resource);
/* Names of the bits that are set, with `, ' between. */
const char *dump_words(const struct dump *d, const char *const *words,
    unsigned bits);

/*
 * Exec rule i as a call of the .rules language; *n of those that follow are
 * in it too: a call with alternatives for the first word makes several.
 */
const char *dump_rule(const struct dump *d, uint32_t i, uint32_t *n);
/* Its words as a command line would have them: "git push|fetch *.txt". */
const char *dump_rule_words(const struct dump *d, uint32_t i, uint32_t *n);
/*
 * Programs, then forbidden substrings, then forbidden names, as calls; NULL
 * past the last.  *rule is its number in DBGI.
 */
const char *dump_program(const struct dump *d, uint32_t i, uint32_t *rule);
const char *dump_protocols(unsigned protocols);	/* "any" for several */
const char *dump_host(const struct dump *d, const struct exec_host *h);
/* HOST or HOST:PORTS, as a profile lists it. */
const char *dump_domain_entry(const struct dump *d,
    const struct blob_net_domain *e);
const char *dump_domain(const struct dump *d,
    const struct blob_net_domain *e);
/* Was it a network_rule(), or else an entry of `network.domains'? */
bool dump_domain_is_rule(const struct dump *d,
    const struct blob_net_domain *e);

#endif
