/*
 * Interpreter for the instructions that the generator may use.
 */
#include "compiler/sim.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <stddef.h>
#include <string.h>

#include "compiler/arena.h"

struct machine {
	const struct blob_bpf_insn *insns;
	size_t n;
	uint32_t pc, a;
	bool is_const;		/* nothing but nr and arch was looked at */
};

static int
load(struct machine *m, const struct seccomp_data *data, uint32_t off)
{
	if (off % 4 != 0 || off > sizeof(*data) - 4)
		return -1;
	if (off != offsetof(struct seccomp_data, nr) &&
	    off != offsetof(struct seccomp_data, arch))
		m->is_const = false;
	memcpy(&m->a, (const char *)data + off, sizeof(m->a));
	return 0;
}

static void
jump(struct machine *m, const struct blob_bpf_insn *x, bool is_taken)
{
	m->pc += is_taken ? x->jt : x->jf;
}

/* Returns 1 when x returned, 0 to go on, -1 on what there is no sense in. */
static int
step(struct machine *m, const struct seccomp_data *data,
    const struct blob_bpf_insn *x, struct sim_result *out)
{
	switch (x->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return load(m, data, x->k);
	case BPF_ALU | BPF_AND | BPF_K:
		m->a &= x->k;
		return 0;
	case BPF_JMP | BPF_JA:
		if (x->k >= m->n)
			return -1;
		m->pc += x->k;
		return 0;
	case BPF_JMP | BPF_JEQ | BPF_K:
		jump(m, x, m->a == x->k);
		return 0;
	case BPF_JMP | BPF_JGT | BPF_K:
		jump(m, x, m->a > x->k);
		return 0;
	case BPF_JMP | BPF_JGE | BPF_K:
		jump(m, x, m->a >= x->k);
		return 0;
	case BPF_JMP | BPF_JSET | BPF_K:
		jump(m, x, (m->a & x->k) != 0);
		return 0;
	case BPF_RET | BPF_K:
		out->action = x->k;
		return 1;
	}
	return -1;
}

static int
run(struct machine *m, const struct seccomp_data *data, struct sim_result *out)
{
	int r;

	*out = (struct sim_result){ 0 };
	while (m->pc < m->n) {
		out->at = m->pc;
		out->executed++;
		r = step(m, data, &m->insns[m->pc++], out);
		if (r != 0)
			return r < 0 ? -1 : 0;
	}
	return -1;
}

int
sim_run(const struct blob_bpf_insn *insns, size_t n,
    const struct seccomp_data *data, struct sim_result *out)
{
	struct machine m = { .insns = insns, .n = n };

	return run(&m, data, out);
}

/* Jumps go forward only: the last instruction first. */
uint32_t
sim_longest(struct arena *a, const struct blob_bpf_insn *insns, size_t n)
{
	uint32_t *from = arena_array(a, n + 1, sizeof(*from)), t, f;

	for (size_t i = n; i-- > 0;) {
		const struct blob_bpf_insn *x = &insns[i];

		switch (x->code & 7) {
		case BPF_RET:
			from[i] = 1;
			break;
		case BPF_JMP:
			t = x->code == (BPF_JMP | BPF_JA) ?
			    from[i + 1 + x->k] : from[i + 1 + x->jt];
			f = x->code == (BPF_JMP | BPF_JA) ? t :
			    from[i + 1 + x->jf];
			from[i] = 1 + (t > f ? t : f);
			break;
		default:
			from[i] = 1 + from[i + 1];
		}
	}
	return from[0];
}

bool
sim_is_cached(const struct blob_bpf_insn *insns, size_t n, uint32_t arch,
    uint32_t nr)
{
	struct machine m = { .insns = insns, .n = n, .is_const = true };
	struct seccomp_data data = { .nr = (int)nr, .arch = arch };
	struct sim_result r;

	return run(&m, &data, &r) == 0 && m.is_const &&
	    r.action == SECCOMP_RET_ALLOW;
}

bool
sim_is_exempt(uint32_t arch, uint32_t nr)
{
	return arch == AUDIT_ARCH_X86_64 && (nr == 335 || nr == 336);
}
