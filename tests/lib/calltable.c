/*
 * The table of calls against libseccomp's: prints what libseccomp lacks, and
 * what it has that the table leaves out, by number; fails if the two give a
 * name different numbers.  Run by every build.
 */
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "compiler/sysc.h"
#include "compiler/sysname.h"

#define MANY	1024u		/* numbers from 0 on; the table ends below */
#define ARM_OWN	0x0f0000u	/* arm has some calls of its own here */
#define NARM	16u

struct count {
	unsigned same, lacking, newer, different;
};

static void
compare_number(const struct sysc_arch *arch, uint32_t nr, struct count *n)
{
	const char *ours = sysc_call_name(arch->audit, nr);
	char *theirs = seccomp_syscall_resolve_num_arch(arch->audit, (int)nr);
	bool is_newer = nr >= sysname_newer_from(arch->audit) && nr < ARM_OWN;

	if (theirs == NULL && ours != NULL) {
		printf("%s %u %s: not in libseccomp\n", arch->name, nr, ours);
		n->lacking++;
	} else if (theirs != NULL && is_newer) {
		printf("%s %u %s: newer than the table\n", arch->name, nr,
		    theirs);
		n->newer++;
	} else if (theirs != NULL &&
	    sysc_call_number(arch->audit, theirs) != (int)nr) {
		printf("%s %u: libseccomp has %s, the table %s\n", arch->name,
		    nr, theirs, ours != NULL ? ours : "nothing");
		n->different++;
	} else if (theirs != NULL) {
		n->same++;
	}
	free(theirs);
}

/* Names that libseccomp gives another number; negative: it has none. */
static void
compare_name(const struct sysc_arch *arch, size_t row, struct count *n)
{
	int theirs = seccomp_syscall_resolve_name_arch(arch->audit,
	    sysname_at(row));
	int ours = sysname_number(row, arch->audit);

	if (theirs < 0 || theirs == ours)
		return;
	printf("%s %s: libseccomp has %d, the table %d\n", arch->name,
	    sysname_at(row), theirs, ours);
	n->different++;
}

int
main(void)
{
	const struct scmp_version *v = seccomp_version();
	struct count n = { 0 };

	printf("# libseccomp %u.%u.%u\n", v->major, v->minor, v->micro);
	for (size_t i = 0; sysc_arch_at(i) != NULL; i++) {
		const struct sysc_arch *arch = sysc_arch_at(i);

		for (uint32_t nr = 0; nr < MANY; nr++)
			compare_number(arch, nr, &n);
		for (uint32_t nr = ARM_OWN; nr < ARM_OWN + NARM; nr++)
			compare_number(arch, nr, &n);
		for (size_t row = 0; row < sysname_count(); row++)
			compare_name(arch, row, &n);
	}
	printf("# %u numbers the same, %u not in libseccomp, %u newer than "
	    "the table, %u different\n", n.same, n.lacking, n.newer,
	    n.different);
	return n.different > 0;
}
