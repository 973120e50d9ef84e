/*
 * From decision diagrams to programs: which tests tell the cases of one
 * word apart.
 */
#ifndef COMPILER_BPF_WORD_H
#define COMPILER_BPF_WORD_H

#include "compiler/bpf_dd.h"
#include "compiler/bpf_prog.h"

/* A comparison that a policy makes under a mask. */
struct word_test {
	uint32_t mask, value;
	bool is_order;		/* >= value instead of == value */
};

struct word_memo;

struct words {
	struct dd *d;
	struct prog *g;
	struct word_test *tests[DD_NWORDS];
	size_t ntests[DD_NWORDS], cap_tests[DD_NWORDS];
	struct word_memo *slots;	/* by function: its tests */
	size_t nslots, nmemo;
	bool is_full;			/* too many cases */
};

void words_init(struct words *w, struct dd *d, struct prog *g);
/* Let tests use the masks of an atom of the policy. */
void words_add_atom(struct words *w, const struct sysc_atom *atom);
/* The program of f. */
uint32_t words_program(struct words *w, uint32_t f);

#endif
