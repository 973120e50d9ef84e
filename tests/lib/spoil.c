/*
 * spoil IN OUT ARCH KIND INDEX FIELD VALUE: change one field (code, jt, jf, k)
 * of an instruction of a blob's program (BPF0 or BPFN) and seal the blob
 * again, so that nothing but a proof can tell.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob/read.h"
#include "blob/write.h"
#include "compiler/sysc.h"

static const struct { const char *name; size_t at, size; } fields[] = {
	{ "code", BPF_I_CODE, 2 }, { "jt", BPF_I_JT, 1 },
	{ "jf", BPF_I_JF, 1 }, { "k", BPF_I_K, 4 },
};

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "spoil: %s\n", what);
	exit(2);
}

static uint8_t *
read_blob(const char *path, size_t *len)
{
	uint8_t *p = malloc(1 << 20);
	FILE *f = fopen(path, "rb");

	if (p == NULL || f == NULL)
		fail(path);
	*len = fread(p, 1, 1 << 20, f);
	fclose(f);
	return p;
}

int
main(int argc, char **argv)
{
	const struct sysc_arch *arch = argc == 8 ?
	    sysc_arch_by_name(argv[3]) : NULL;
	bool is_asking = argc == 8 && strcmp(argv[4], "BPFN") == 0;
	struct blob_span s;
	struct blob b;
	uint8_t *p, *q;
	size_t len, i;
	uint32_t v;
	FILE *f;

	if (arch == NULL)
		fail("arguments");
	p = read_blob(argv[1], &len);
	if (blob_open(&b, p, len) != BLOB_OK || blob_section(&b, is_asking ?
	    BLOB_BPFN : BLOB_BPF0, arch->audit, &s) != BLOB_OK)
		fail("no such program");
	for (i = 0; i < 4 && strcmp(fields[i].name, argv[6]) != 0; i++)
		;
	if (i == 4)
		fail("field");
	q = p + (s.p - p) + (is_asking ? BPFN_HEAD : 0) +
	    strtoul(argv[5], NULL, 0) * BPF_I_LEN + fields[i].at;
	v = (uint32_t)strtoul(argv[7], NULL, 0);
	for (size_t k = 0; k < fields[i].size; k++)
		q[k] = (uint8_t)(v >> 8 * k);
	blob_seal(p, len);
	f = fopen(argv[2], "wb");
	if (f == NULL || fwrite(p, 1, len, f) != len || fclose(f) != 0)
		fail(argv[2]);
	free(p);
	return 0;
}
