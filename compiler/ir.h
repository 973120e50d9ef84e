/*
 * A checked policy: ordered, normalised, every entry with the number of the
 * rule that explains it.  Between the front ends and emit.c.
 */
#ifndef COMPILER_IR_H
#define COMPILER_IR_H

#include "blob/format.h"
#include "compiler/node.h"
#include "compiler/rules.h"
#include "compiler/sysc.h"

struct ptest;			/* ptest.h */

#define IR_MAX_ARCHS	8	/* more than there are */

/* A line of policy that can explain a decision; numbers start at 1. */
struct ir_rule {
	const char *name;	/* "filesystem.write", or a rule's id */
	struct loc loc;
};

struct ir_path {
	const char *path;	/* template */
	unsigned rights;	/* FS_* */
	bool is_optional;	/* for read, write and exec */
	bool is_bar_optional;	/* for protect, deny, git */
	bool is_node;		/* known not to be a directory */
	uint32_t rule_read, rule_write, rule_exec, rule_bar;
};

struct ir_port {
	bool is_bind;
	uint16_t lo, hi;
	uint32_t rule;
};

struct ir_host {
	const char *host;
	uint16_t lo, hi;
	uint32_t rule;
};

struct ir_unix {
	const char *path;	/* template */
	uint32_t rule;
};

struct ir_domain {
	const char *host;
	unsigned protocols;
	enum blob_decision decision;
	uint16_t lo, hi;	/* 0: no ports are said */
	uint32_t rule;
	const char *why;
};

struct ir_env {
	const char *name;	/* glob of drop and keep, name of set */
	const char *value;	/* template; NULL for globs */
	uint32_t rule;
};

struct ir_limit {
	uint64_t value;
	uint32_t rule;		/* 0: not limited */
};

/* A call that is made often. */
struct ir_hot {
	const char *name;
	uint32_t weight;
};

struct ir {
	const char *name, *description;
	unsigned predicates, may_lack, namespaces;
	enum blob_tristate new_session;
	bool is_debug, is_detached;
	enum blob_devices devices;
	uint64_t keep_fds;

	struct ir_rule *rules;
	size_t nrules, cap_rules;

	struct ir_path *paths;
	size_t npaths, cap_paths;
	uint32_t list_read, list_write, list_exec;

	enum blob_net_mode net_mode;
	enum blob_unix_mode unix_mode;
	struct ir_port *ports;
	size_t nports, cap_ports;
	struct ir_host *hosts;
	size_t nhosts, cap_hosts;
	struct ir_unix *unixes;
	size_t nunixes, cap_unixes;
	struct ir_domain *domains;
	size_t ndomains, cap_domains;
	uint32_t rule_mode, rule_connect, rule_bind, rule_unix;

	struct sysc_text *sys_items;
	size_t nsys_items, cap_sys_items;
	struct sysc_request sys;
	struct ir_hot *hot;		/* ascending by name, each once */
	size_t nhot, cap_hot;
	uint32_t target_kernel;		/* major << 16 | minor; 0: any */
	const struct sysc_arch *archs[IR_MAX_ARCHS];	/* to compile for */
	size_t narchs;

	struct rule_set exec;
	uint32_t *exec_rules;	/* rule number of each prefix rule */
	uint32_t *host_rules;	/* and of each host_executable */
	uint32_t *program_rules, *substring_rules, *regex_rules;
	enum blob_decision exec_default, exec_opaque;
	enum blob_exec_scope exec_scope;
	uint32_t rule_exec_default, rule_exec_opaque;
	bool warns_unreachable;	/* the compiler's alone */

	bool is_env_inherited;
	uint32_t rule_inherit;
	struct ir_env *drop, *keep, *set;
	size_t ndrop, cap_drop, nkeep, cap_keep, nset, cap_set;

	struct ir_limit limits[BLOB_NLIMITS];
	struct ptest *tests;	/* the compiler's alone: in no blob */
	size_t ntests, cap_tests;
	unsigned audit_events, audit_redact;
	bool is_chained;
	uint32_t rule_audit;
};

/* Number of a new rule. */
uint32_t ir_rule_add(struct arena *a, struct ir *ir, const char *name,
    struct loc loc);

#endif
