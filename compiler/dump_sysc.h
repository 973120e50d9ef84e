/*
 * The system call policies of a blob as items of the profile language: one
 * list for all its architectures, such that each of them gets from it the
 * very items that the blob has.
 */
#ifndef COMPILER_DUMP_SYSC_H
#define COMPILER_DUMP_SYSC_H

#include "blob/read.h"
#include "compiler/sysc.h"

struct dump_item {
	const char *text;
	uint32_t action, rule;
	bool is_derived;	/* from the network mode, or always there */
};

struct dump_items {
	struct dump_item *v;
	size_t n, cap;
};

/* The blob's architectures, at most n, in the order of the table. */
size_t dump_sysc_archs(const struct blob *b, const struct sysc_arch **out,
    size_t n);
/* BLOB_OK, or the error of a damaged section. */
int dump_sysc_items(struct arena *a, const struct blob *b,
    struct dump_items *out);

#endif
