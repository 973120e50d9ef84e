/* System calls: as items of the language, and as each architecture has them. */
#include "compiler/dump_json.h"

static void
put_items(const struct dump *d, struct jsonout *j)
{
	const struct dump_item *it;
	size_t i;

	jsonout_open(j, "items", '[');
	for (i = 0; i < d->items.n; i++) {
		it = &d->items.v[i];
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "text", it->text);
		jsonout_string(j, "action", sysc_action_text(d->a,
		    it->action));
		jsonout_bool(j, "derived", it->is_derived);
		jsonout_number(j, "rule", it->rule);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

static void
put_atom(struct jsonout *j, const struct blob_sysc_atom *x)
{
	static const char *const ops[] = { [BLOB_SYS_EQ] = "==",
		[BLOB_SYS_NE] = "!=", [BLOB_SYS_LT] = "<",
		[BLOB_SYS_LE] = "<=", [BLOB_SYS_GT] = ">",
		[BLOB_SYS_GE] = ">=" };

	jsonout_open(j, NULL, '{');
	jsonout_number(j, "arg", x->arg);
	jsonout_hex(j, "mask", x->mask);
	jsonout_string(j, "op", ops[x->op]);
	jsonout_hex(j, "value", x->value);
	jsonout_number(j, "bits", x->flags & SYSC_F_32 ? 32 : 64);
	jsonout_bool(j, "signed", x->flags & SYSC_F_SIGNED);
	jsonout_close(j, '}');
}

static void
put_numbers(const struct dump *d, struct jsonout *j, uint32_t audit)
{
	struct blob_sysc_item it;
	struct blob_sysc_atom x;
	uint32_t i, k;

	jsonout_open(j, "items", '[');
	for (i = 0; blob_sysc_item_get(d->b, audit, i, &it) == BLOB_OK; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_number(j, "first", it.lo);
		jsonout_number(j, "last", it.hi);
		jsonout_string(j, "action", sysc_action_text(d->a,
		    it.action));
		jsonout_open(j, "all_of", '[');
		for (k = 0; k < it.natoms && blob_sysc_atom_get(d->b, audit,
		    it.atom + k, &x) == BLOB_OK; k++)
			put_atom(j, &x);
		jsonout_close(j, ']');
		jsonout_number(j, "rule", it.rule);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

static void
put_arch(const struct dump *d, struct jsonout *j,
    const struct sysc_arch *arch)
{
	struct blob_span s = { .len = 0 };
	struct blob_sysc_head h;

	if (blob_sysc_head_get(d->b, arch->audit, &h) != BLOB_OK)
		return;
	(void)blob_section(d->b, BLOB_BPF0, arch->audit, &s);
	jsonout_open(j, NULL, '{');
	jsonout_string(j, "name", arch->name);
	jsonout_hex(j, "audit_arch", arch->audit);
	jsonout_bool(j, "proved", true);	/* or nothing is printed */
	jsonout_number(j, "instructions", s.len / BPF_I_LEN);
	jsonout_string(j, "default", sysc_action_text(d->a, h.action));
	jsonout_number(j, "default_rule", h.rule_default);
	jsonout_string(j, "newer", sysc_action_text(d->a, h.newer));
	jsonout_number(j, "newer_from", h.newer_from);
	jsonout_number(j, "newer_rule", h.rule_newer);
	jsonout_string(j, "foreign", sysc_action_text(d->a, h.foreign));
	put_numbers(d, j, arch->audit);
	jsonout_close(j, '}');
}

static void
put_hints(const struct dump *d, struct jsonout *j)
{
	struct blob_hint hint;
	uint32_t kernel = 0, i;

	if (blob_hint_kernel_get(d->b, &kernel) == BLOB_OK && kernel != 0)
		jsonout_string(j, "target_kernel", arena_printf(d->a, "%u.%u",
		    kernel >> 16, kernel & 0xffff));
	jsonout_open(j, "hot", '[');
	for (i = 0; blob_hint_get(d->b, i, &hint) == BLOB_OK; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "call", blob_str(d->b, hint.call));
		jsonout_number(j, "weight", hint.weight);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

void
dump_json_syscalls(const struct dump *d, struct jsonout *j)
{
	const struct sysc_arch *archs[8];
	size_t n = dump_sysc_archs(d->b, archs, 8), i;

	jsonout_open(j, "syscalls", '{');
	put_items(d, j);
	jsonout_open(j, "architectures", '[');
	for (i = 0; i < n; i++)
		put_arch(d, j, archs[i]);
	jsonout_close(j, ']');
	put_hints(d, j);
	jsonout_close(j, '}');
}
