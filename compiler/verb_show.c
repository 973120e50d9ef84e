/* show: what a blob holds, read back from its bytes alone. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "blob/read.h"
#include "compiler/expand.h"
#include "compiler/schema.h"
#include "compiler/sysc.h"
#include "compiler/verb.h"

static void
show_where(const struct blob *b, uint32_t rule)
{
	struct blob_rule_info info;

	if (blob_rule_get(b, rule, &info) == BLOB_OK)
		printf("  # %s, %s:%u", blob_str(b, info.name),
		    blob_str(b, info.file), info.line);
	putchar('\n');
}

static void
show_meta(const struct blob *b)
{
	static const char *const predicates[] = { "allows-network",
		"allows-write", "allows-full-write" };
	const uint8_t *p = blob_digest(b);
	struct blob_meta m;
	unsigned i;

	if (blob_meta_get(b, &m) != BLOB_OK)
		return;
	printf("profile: %s\n", blob_str(b, m.name));
	printf("description: %s\n", blob_str(b, m.description));
	printf("sha256: ");
	for (i = 0; i < 32; i++)
		printf("%02x", p[i]);
	putchar('\n');
	for (i = 0; i < 3; i++)
		printf("%s: %s\n", predicates[i],
		    m.predicates >> i & 1 ? "true" : "false");
}

static void
show_paths(struct arena *a, const struct blob *b)
{
	static const struct { unsigned bit; const char *name; } rights[] = {
		{ FS_READ, "read" }, { FS_WRITE, "write" },
		{ FS_EXEC, "exec" }, { FS_PROTECT, "protect" },
		{ FS_DENY, "deny" }, { FS_DEVICE, "device" } };
	struct blob_fs e;
	uint32_t i;
	size_t k;

	for (i = 0; blob_fs_get(b, i, &e) == BLOB_OK; i++) {
		printf("path: %s%s", e.flags & FS_OPTIONAL ? "?" : "",
		    expand_show(a, blob_str(b, e.path)));
		for (k = 0; k < sizeof(rights) / sizeof(rights[0]); k++)
			if (e.rights & rights[k].bit)
				printf(" %s", rights[k].name);
		show_where(b, e.rule_write ? e.rule_write : e.rule_read ?
		    e.rule_read : e.rule_exec ? e.rule_exec : e.rule_bar);
	}
}

static void
show_network(const struct blob *b)
{
	static const char *const unixes[] = { "none", "pair", "paths", "any" };
	struct blob_net_head h;
	struct blob_net_port p;
	uint32_t i;

	if (blob_net_head_get(b, &h) != BLOB_OK)
		return;
	printf("network: %s, unix %s", schema_net_words[h.mode], unixes[h.unix_mode]);
	show_where(b, h.rule_mode);
	for (i = 0; blob_net_port_get(b, i, &p) == BLOB_OK; i++) {
		printf("port: %s %u-%u", p.is_bind ? "bind" : "connect", p.lo,
		    p.hi);
		show_where(b, p.rule);
	}
}

static void
show_programs(struct arena *a, const struct blob *b)
{
	const struct sysc_arch *arch;
	struct blob_sysc_head h;
	struct blob_span s;
	size_t i;

	for (i = 0; (arch = sysc_arch_at(i)) != NULL; i++)
		if (blob_section(b, BLOB_BPF0, arch->audit, &s) == BLOB_OK &&
		    blob_sysc_head_get(b, arch->audit, &h) == BLOB_OK)
			printf("syscalls: %s %u items, %zu instructions, "
			    "default %s, newer than %u %s\n", arch->name,
			    h.nitems, s.len / BPF_I_LEN,
			    sysc_action_text(a, h.action), h.newer_from - 1,
			    sysc_action_text(a, h.newer));
}

static void
show_bpf(const struct blob *b, const struct sysc_arch *arch)
{
	struct blob_bpf_insn in;
	uint32_t i;

	for (i = 0; blob_bpf_get(b, arch->audit, i, &in) == BLOB_OK; i++)
		printf("%4u: code 0x%02x jt %u jf %u k 0x%08x\n", i, in.code,
		    in.jt, in.jf, in.k);
}

static int
show_file(const char *path, const struct sysc_arch *arch)
{
	struct arena *a = arena_new(0, die_full);
	const struct source *src;
	struct blob b;
	int r = source_load(a, path, path, &src), e;

	if (r != SOURCE_OK)
		die("%s: %s", path, r == SOURCE_ERR_OPEN ? strerror(errno) :
		    source_strerror(r));
	e = blob_open(&b, src->text, src->len);
	if (e == BLOB_OK)
		e = blob_check_digest(&b);
	if (e != BLOB_OK) {
		fprintf(stderr, "codex-policyc: %s: %s\n", path,
		    blob_strerror(e));
		arena_free(a);
		return VERB_REFUSED;
	}
	if (arch != NULL) {
		show_bpf(&b, arch);
	} else {
		show_meta(&b);
		show_paths(a, &b);
		show_network(&b);
		show_programs(a, &b);
	}
	arena_free(a);
	return VERB_OK;
}

int
verb_show(int argc, char **argv)
{
	const struct sysc_arch *arch = NULL;
	const char *file = NULL;
	bool is_bpf = false;
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--bpf") == 0) {
			is_bpf = true;
		} else if (strcmp(argv[i], "--arch") == 0 && i + 1 < argc) {
			arch = verb_arch(argv[++i]);
		} else if (argv[i][0] != '-' && file == NULL) {
			file = argv[i];
		} else {
			file = NULL;
			break;
		}
	}
	if (file == NULL) {
		fputs("usage: codex-policyc show BLOB [--bpf [--arch A]]\n",
		    stderr);
		return VERB_USAGE;
	}
	if (is_bpf && arch == NULL)
		arch = sysc_arch_at(0);
	return show_file(file, is_bpf ? arch : NULL);
}
