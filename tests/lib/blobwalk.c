/*
 * All getters of blob/read.h, each asked until it says that there is no more.
 */
#include "tests/lib/blobwalk.h"

#include <string.h>

#include "blob/eval.h"
#include "tests/lib/execwalk.h"

struct walk {
	const struct blob *b;
	uint64_t seen;
};

static void
see(struct walk *w, uint32_t string)
{
	w->seen += 1 + (strlen(blob_str(w->b, string)) > BLOB_MAX_SIZE);
}

static void
see_rule(struct walk *w, uint32_t rule)
{
	struct blob_rule_info info;

	w->seen++;
	if (blob_rule_get(w->b, rule, &info) != BLOB_OK)
		return;
	see(w, info.name);
	see(w, info.file);
}

static void
walk_heads(struct walk *w)
{
	struct blob_meta m;
	struct blob_fs_head fs;
	struct blob_audit audit;

	if (blob_meta_get(w->b, &m) == BLOB_OK) {
		see(w, m.name);
		see(w, m.description);
	}
	if (blob_fs_head_get(w->b, &fs) == BLOB_OK) {
		see_rule(w, fs.list_read);
		see_rule(w, fs.list_write);
		see_rule(w, fs.list_exec);
	}
	if (blob_audit_get(w->b, &audit) == BLOB_OK)
		see_rule(w, audit.rule);
}

static void
walk_paths(struct walk *w)
{
	struct blob_fs fs;
	uint32_t i;

	for (i = 0; blob_fs_get(w->b, i, &fs) == BLOB_OK; i++) {
		see(w, fs.path);
		see_rule(w, fs.rule_read);
		see_rule(w, fs.rule_write);
		see_rule(w, fs.rule_exec);
		see_rule(w, fs.rule_bar);
	}
}

static void
walk_network(struct walk *w)
{
	struct blob_net_domain domain;
	struct blob_net_head head;
	struct blob_net_host host;
	struct blob_net_port port;
	struct blob_net_unix un;
	uint32_t i;

	if (blob_net_head_get(w->b, &head) == BLOB_OK)
		see_rule(w, head.rule_mode);
	for (i = 0; blob_net_port_get(w->b, i, &port) == BLOB_OK; i++)
		see_rule(w, port.rule);
	for (i = 0; blob_net_host_get(w->b, i, &host) == BLOB_OK; i++)
		see(w, host.host);
	for (i = 0; blob_net_unix_get(w->b, i, &un) == BLOB_OK; i++)
		see(w, un.path);
	for (i = 0; blob_net_domain_get(w->b, i, &domain) == BLOB_OK; i++) {
		see(w, domain.host);
		see(w, domain.why);
	}
}

static void
walk_calls(struct walk *w, uint32_t arch)
{
	struct blob_sysc_head head;
	struct blob_sysc_item item;
	struct blob_sysc_atom atom;
	struct blob_bpf_insn insn;
	uint32_t i, flags;

	if (blob_sysc_head_get(w->b, arch, &head) == BLOB_OK)
		see_rule(w, head.rule_default);
	/* Rules were seen on their own: looking each up would take longest. */
	for (i = 0; blob_sysc_item_get(w->b, arch, i, &item) == BLOB_OK; i++)
		w->seen += item.rule != 0;
	for (i = 0; blob_sysc_atom_get(w->b, arch, i, &atom) == BLOB_OK; i++)
		w->seen += atom.arg;
	for (i = 0; blob_bpf_get(w->b, arch, i, &insn) == BLOB_OK; i++)
		w->seen += insn.code;
	if (blob_bpfn_flags_get(w->b, arch, &flags) == BLOB_OK)
		w->seen += flags;
	for (i = 0; blob_bpfn_get(w->b, arch, i, &insn) == BLOB_OK; i++)
		w->seen += insn.code;
}

static void
walk_hints(struct walk *w)
{
	struct blob_hint hint;
	uint32_t kernel, i;

	if (blob_hint_kernel_get(w->b, &kernel) == BLOB_OK)
		w->seen += kernel;
	for (i = 0; blob_hint_get(w->b, i, &hint) == BLOB_OK; i++)
		see(w, hint.call);
}

static void
walk_environment(struct walk *w)
{
	struct blob_env_head head;
	struct blob_env_glob glob;
	struct blob_env_set set;
	uint32_t i;

	if (blob_env_head_get(w->b, &head) == BLOB_OK)
		see_rule(w, head.rule_inherit);
	for (i = 0; blob_env_drop_get(w->b, i, &glob) == BLOB_OK; i++) {
		see(w, glob.glob);
		w->seen += eval_glob(blob_str(w->b, glob.glob), "LD_PRELOAD");
	}
	for (i = 0; blob_env_keep_get(w->b, i, &glob) == BLOB_OK; i++)
		see(w, glob.glob);
	for (i = 0; blob_env_set_get(w->b, i, &set) == BLOB_OK; i++) {
		see(w, set.name);
		see(w, set.value);
	}
}

static void
walk_limits(struct walk *w)
{
	struct blob_limit_entry limit;
	uint32_t i;

	for (i = 0; blob_limit_get(w->b, i, &limit) == BLOB_OK; i++)
		see_rule(w, limit.rule);
}

static void
walk_rules(struct walk *w)
{
	struct blob_rule_info info;
	uint32_t i;

	for (i = 1; blob_rule_get(w->b, i, &info) == BLOB_OK; i++) {
		see(w, info.name);
		see(w, info.file);
	}
}

static void
walk_exec(struct walk *w)
{
	struct blob_span exec, strs;
	uint64_t steps;

	if (blob_section(w->b, BLOB_EXEC, 0, &exec) == BLOB_OK &&
	    blob_section(w->b, BLOB_STRS, 0, &strs) == BLOB_OK &&
	    execwalk(exec, strs, &steps) == BLOB_OK)
		w->seen += steps;
}

uint64_t
blobwalk(const struct blob *b)
{
	struct walk w = { .b = b };
	struct blob_span s;
	uint16_t kind;
	uint32_t i, arch;

	walk_heads(&w);
	walk_paths(&w);
	walk_network(&w);
	for (i = 0; blob_section_at(b, i, &kind, &arch, &s) == BLOB_OK; i++)
		if (kind == BLOB_SYSC || kind == BLOB_BPF0)
			walk_calls(&w, arch);
	walk_hints(&w);
	walk_environment(&w);
	walk_limits(&w);
	walk_rules(&w);
	walk_exec(&w);
	return w.seen;
}
