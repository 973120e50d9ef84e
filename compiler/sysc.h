/*
 * System call policies: from the items of a profile to a normalised policy
 * for one architecture, in the shape that the blob's SYSC section has.
 *
 * Names, groups, arguments and constants are resolved here; the profile
 * reader only hands over texts with their places.  All memory is the arena's.
 */
#ifndef COMPILER_SYSC_H
#define COMPILER_SYSC_H

#include <stdbool.h>

#include "compiler/diag.h"

/* One item as written: `name', `@group' or `name(condition)'. */
struct sysc_text {
	const char *text;
	struct loc loc;		/* of the first byte of text */
	uint32_t action;	/* SECCOMP_RET_* with data */
	uint32_t rule;		/* rule number for explanations */
	bool is_override;	/* may be covered by earlier items */
	bool is_derived;	/* from another section: never contradicts */
};

struct sysc_request {
	const struct sysc_text *items;	/* first match wins */
	size_t nitems;
	uint32_t action;		/* what no item names */
	uint32_t newer;			/* calls above the table */
	uint32_t foreign;		/* calls of another ABI */
	uint32_t rule_default, rule_newer;
};

struct sysc_atom {
	uint8_t arg;		/* 0..5 */
	uint8_t op;		/* enum blob_sys_op */
	uint8_t flags;		/* SYSC_F_* */
	uint64_t mask, value;
};

struct sysc_item {
	uint32_t lo, hi;	/* call numbers, both included */
	uint32_t action, rule;
	uint32_t atom, natoms;	/* all must hold; none: always */
};

struct sysc_policy {
	uint32_t arch;		/* AUDIT_ARCH_* */
	uint32_t action, newer, newer_from, foreign;
	uint32_t rule_default, rule_newer;
	struct sysc_item *items;
	size_t nitems, cap_items;
	struct sysc_atom *atoms;
	size_t natoms, cap_atoms;
};

/* The architectures there are programs for. */
struct sysc_arch {
	const char *name;	/* "x86_64", "aarch64", ... */
	uint32_t audit;		/* AUDIT_ARCH_* */
};
const struct sysc_arch *sysc_arch_at(size_t i);	/* NULL past the last */
const struct sysc_arch *sysc_arch_by_name(const char *name);
const struct sysc_arch *sysc_arch_by_audit(uint32_t audit);

/*
 * `allow', `errno(EPERM)', `kill', `kill_thread', `trap', `log', `trace(n)',
 * `notify' to SECCOMP_RET_*.  Returns 0, or -1 after a diagnostic.
 */
int sysc_action_parse(struct arena *a, struct diag *d, const char *text,
    struct loc loc, uint32_t *action);
/* The same back: canonical text. */
const char *sysc_action_text(struct arena *a, uint32_t action);

/*
 * Check the texts: syntax, names on every architecture of archs, arguments,
 * constants, contradictions.  Every error once, however many architectures.
 * Returns 0, or -1 after diagnostics.
 */
int sysc_check(struct arena *a, struct diag *d, const struct sysc_request *r,
    const struct sysc_arch *const *archs, size_t narchs);

/* Lower a checked request for one architecture. */
int sysc_lower(struct arena *a, struct diag *d, const struct sysc_request *r,
    uint32_t arch, struct sysc_policy *out);

/*
 * A call with arguments: `NAME' or `NAME(ARG = VALUE, ...)'; instead of a
 * name also `nr=NUMBER', for any number there is.
 */
struct sysc_query {
	const char *name;	/* NULL: the number has none */
	uint32_t nr;
	uint64_t args[6];	/* 0 where none is given */
	unsigned given;		/* bit of each argument that is */
};

/* Returns 0, or -1 after a diagnostic. */
int sysc_query_parse(struct arena *a, struct diag *d, const char *text,
    struct loc loc, const struct sysc_arch *arch, struct sysc_query *out);

/*
 * The action for a call of the policy's architecture, item by item; *rule
 * (may be NULL) is the rule that gave it, 0 if none did.
 */
uint32_t sysc_eval(const struct sysc_policy *p, uint32_t nr,
    const uint64_t args[6], uint32_t *rule);

/* Name of a call, or NULL for a number that has none there. */
const char *sysc_call_name(uint32_t arch, uint32_t nr);
/* Number of a call, or -1: not on this architecture, -2: not anywhere. */
int sysc_call_number(uint32_t arch, const char *name);

#endif
