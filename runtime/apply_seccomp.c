/*
 * seccomp: the program of this architecture, straight from the bytes that
 * were checked.  The format aligns it, and is little-endian like every
 * architecture that kernel.h names.
 */
#include "runtime/apply.h"

#include <errno.h>
#include <unistd.h>

#include "runtime/kernel.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "programs are stored in the kernel's byte order");

static int
apply_policy(const struct policy *p, struct failure *f)
{
	struct blob_span code;
	struct k_sock_fprog prog;

	if (blob_section(&p->blob, BLOB_BPF0, K_AUDIT_ARCH, &code) !=
	    BLOB_OK)
		return refuse(f, EXIT_RUNNER, 0, "policy \"", p->name,
		    "\" was not compiled for " K_ARCH_NAME, NULL);
	prog = (struct k_sock_fprog){
		.len = (unsigned short)(code.len / BPF_I_LEN),
		.filter = code.p,
	};
	if (syscall(SYS_seccomp, K_SECCOMP_SET_MODE_FILTER, 0, &prog) == 0)
		return 0;
	return refuse(f, EXIT_RUNNER, errno, "seccomp filter of policy \"",
	    p->name, "\"", NULL);
}

int
apply_seccomp(const struct policies *all, const struct support *s,
    struct failure *f)
{
	/* Its absence was allowed by every policy, or we had stopped. */
	if (!s->has_seccomp)
		return 0;
	for (size_t i = 0; i < all->count; i++)
		if (apply_policy(&all->list[i], f) < 0)
			return -1;
	return 0;
}
