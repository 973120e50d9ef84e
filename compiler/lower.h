/*
 * From a profile's joined tree to the checked, ordered ir.
 *
 * lower.c walks the sections; lower_net.c and lower_sys.c have the two that
 * imply rules of others.  Every value keeps the number of its rule.
 */
#ifndef COMPILER_LOWER_H
#define COMPILER_LOWER_H

#include "compiler/expand.h"
#include "compiler/ir.h"

struct lower {
	struct arena *a;
	struct diag *d;
	struct ir *ir;
	struct expand x;
	const struct node *root;
	const char *const *extra_rules;	/* --rules, NULL-terminated */
	const char *const *frequencies;	/* --frequency, the same */
	const char *target_kernel;	/* --target-kernel, or NULL */
	const struct sysc_arch *const *archs;
	size_t narchs;
	void (*on_file)(void *ctx, const char *path);
	void *ctx;
	const struct rules_options *rules;
};

struct lower_options {
	const char *const *defines;	/* -D, NULL-terminated or NULL */
	const char *const *extra_rules;
	const char *const *frequencies;	/* files, NULL-terminated or NULL */
	const char *target_kernel;	/* or NULL: the profile's */
	/* --arch; none: what the profile says, or all. */
	const struct sysc_arch *const *archs;
	size_t narchs;
	void (*on_file)(void *ctx, const char *path);	/* or NULL */
	void *ctx;
	const struct rules_options *rules;	/* NULL: with extensions */
};

/* Returns 0, or -1 after diagnostics. */
int lower_profile(struct arena *a, struct diag *d, const struct node *root,
    const struct lower_options *opt, struct ir *ir);

/* Number of a new rule that stands where n does; 0 without n. */
uint32_t lower_rule(struct lower *l, const char *name, const struct node *n);

/* Parts of it. */
void lower_environment(struct lower *l, const struct node *env);
void lower_network(struct lower *l, const struct node *network);
void lower_domains(struct lower *l, const struct node *list,
    enum blob_decision decision);
/* In small letters and without a final dot. */
const char *lower_host_name(struct lower *l, const char *s);
/* "443" or "8000-8100" to a range. */
bool lower_parse_ports(const char *s, uint16_t *lo, uint16_t *hi);
void lower_syscalls(struct lower *l, const struct node *syscalls);
/* What the programs are to be fast for. */
void lower_hints(struct lower *l, const struct node *syscalls);
/* A refusal that another section asks for, before all of the profile's. */
void lower_sys_derive(struct lower *l, const char *action, const char *item,
    uint32_t rule);
void lower_exec(struct lower *l, const struct node *exec);
void lower_tests(struct lower *l, const struct node *tests);

/* "5.10" to 5 << 16 | 10; false for what is no version. */
bool lower_kernel_parse(const char *p, uint32_t *version);

#endif
