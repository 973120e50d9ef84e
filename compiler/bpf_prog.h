/*
 * Programs as hash-consed graphs of instructions, and their emission from
 * the last instruction to the first.
 */
#ifndef COMPILER_BPF_PROG_H
#define COMPILER_BPF_PROG_H

#include <linux/filter.h>

#include "compiler/bpf.h"

#define PROG_LOAD	(BPF_LD | BPF_W | BPF_ABS)
#define PROG_AND	(BPF_ALU | BPF_AND | BPF_K)
#define PROG_RET	(BPF_RET | BPF_K)
#define PROG_JA		(BPF_JMP | BPF_JA)
#define PROG_JEQ	(BPF_JMP | BPF_JEQ | BPF_K)
#define PROG_JGE	(BPF_JMP | BPF_JGE | BPF_K)
#define PROG_JSET	(BPF_JMP | BPF_JSET | BPF_K)

#define PROG_NONE	UINT32_MAX

struct prog_node {
	uint16_t code;
	uint32_t k;
	uint32_t t, f;		/* successors; PROG_NONE where there is none */
	uint32_t alias;		/* emission: nearest place, from the end */
	uint8_t height;		/* 0: not known yet */
};

struct prog {
	struct arena *arena;
	struct prog_node *nodes;
	size_t count, cap;
	uint32_t *slots;
	size_t nslots;
};

void prog_init(struct prog *g, struct arena *a);
uint32_t prog_ret(struct prog *g, uint32_t action);
/* if (A code k) t else f; t itself when there is nothing to decide. */
uint32_t prog_jump(struct prog *g, uint16_t code, uint32_t k, uint32_t t,
    uint32_t f);
/* Load the word at an offset of struct seccomp_data, or and A with k. */
uint32_t prog_load(struct prog *g, uint32_t off, uint32_t next);
uint32_t prog_and(struct prog *g, uint32_t k, uint32_t next);

/*
 * Lay the program that starts at root out.  BPF_ERR_TOO_LONG: *out then has
 * no instructions, but ninsns is how many there would be.
 */
int prog_emit(struct prog *g, uint32_t root, struct bpf_program *out);

/* Instructions of the longest path from n on; 255: or more. */
uint8_t prog_height(struct prog *g, uint32_t n);

/* Nodes below n, n included, that stamp has not seen; it then has. */
size_t prog_count(const struct prog *g, uint32_t n, bool *seen);

#endif
