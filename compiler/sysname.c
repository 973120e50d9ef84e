/*
 * The only file that knows libseccomp.  Debian 12 has 2.5.4, whose table
 * ends with Linux 5.17; `added' goes on from there up to 6.18
 * (arch/ARCH/entry/syscalls, include/uapi/asm-generic/unistd.h).
 */
#include "compiler/sysname.h"

#include <linux/audit.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/sysc.h"

#ifndef AUDIT_ARCH_RISCV64
#define AUDIT_ARCH_RISCV64 (EM_RISCV | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE)
#endif
#define NEWEST	469u	/* file_setattr, Linux 6.17 */

static const struct sysc_arch archs[] = {
	{ "x86_64", AUDIT_ARCH_X86_64 }, { "aarch64", AUDIT_ARCH_AARCH64 },
	{ "riscv64", AUDIT_ARCH_RISCV64 }, { "i386", AUDIT_ARCH_I386 },
	{ "arm", AUDIT_ARCH_ARM },
};

/* Calls that libseccomp 2.5.4 lacks; audit 0: all architectures. */
static const struct added {
	const char *name;
	int nr;
	uint32_t audit;
} added[] = {
	{ "set_mempolicy_home_node", 450, 0 }, { "cachestat", 451, 0 },
	{ "fchmodat2", 452, 0 },
	{ "map_shadow_stack", 453, 0 }, { "futex_wake", 454, 0 },
	{ "futex_wait", 455, 0 }, { "futex_requeue", 456, 0 },
	{ "statmount", 457, 0 }, { "listmount", 458, 0 },
	{ "lsm_get_self_attr", 459, 0 }, { "lsm_set_self_attr", 460, 0 },
	{ "lsm_list_modules", 461, 0 }, { "mseal", 462, 0 },
	{ "setxattrat", 463, 0 }, { "getxattrat", 464, 0 },
	{ "listxattrat", 465, 0 }, { "removexattrat", 466, 0 },
	{ "open_tree_attr", 467, 0 }, { "file_getattr", 468, 0 },
	{ "file_setattr", 469, 0 },
	{ "uretprobe", 335, AUDIT_ARCH_X86_64 },
	{ "uprobe", 336, AUDIT_ARCH_X86_64 },
	{ "riscv_hwprobe", 258, AUDIT_ARCH_RISCV64 },
	{ "riscv_flush_icache", 259, AUDIT_ARCH_RISCV64 },
	{ "arm_fadvise64_64", 270, AUDIT_ARCH_ARM },
	{ "breakpoint", 0x0f0001, AUDIT_ARCH_ARM },
	{ "cacheflush", 0x0f0002, AUDIT_ARCH_ARM },
	{ "usr26", 0x0f0003, AUDIT_ARCH_ARM },
	{ "usr32", 0x0f0004, AUDIT_ARCH_ARM },
	{ "set_tls", 0x0f0005, AUDIT_ARCH_ARM },
	{ "get_tls", 0x0f0006, AUDIT_ARCH_ARM },
};

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

const struct sysc_arch *
sysc_arch_at(size_t i)
{
	return i < LEN(archs) ? &archs[i] : NULL;
}

const struct sysc_arch *
sysc_arch_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < LEN(archs); i++)
		if (strcmp(archs[i].name, name) == 0)
			return &archs[i];
	return NULL;
}

const struct sysc_arch *
sysc_arch_by_audit(uint32_t audit)
{
	size_t i;

	for (i = 0; i < LEN(archs); i++)
		if (archs[i].audit == audit)
			return &archs[i];
	return NULL;
}

/* libseccomp's tokens are the AUDIT_ARCH_* numbers but for x32. */
static uint32_t
token(uint32_t audit)
{
	return audit;
}

uint32_t
sysname_newer_from(uint32_t audit)
{
	(void)audit;
	return NEWEST + 1;
}

int
sysc_call_number(uint32_t arch, const char *name)
{
	bool is_known = false;
	size_t i;
	int nr;

	for (i = 0; i < LEN(added); i++) {
		if (strcmp(added[i].name, name) != 0)
			continue;
		if (added[i].audit == 0 || added[i].audit == arch)
			return added[i].nr;
		is_known = true;
	}
	/* A negative number stands for a call that other machines have. */
	nr = seccomp_syscall_resolve_name_arch(token(arch), name);
	if (nr == __NR_SCMP_ERROR)
		return is_known ? SYSNAME_NOT_HERE : SYSNAME_NOWHERE;
	return nr >= 0 ? nr : SYSNAME_NOT_HERE;
}

const char *
sysc_call_name(uint32_t arch, uint32_t nr)
{
	/* One slot per call in use at a time is enough for listings. */
	static _Thread_local char buf[64];
	char *name;
	size_t i;

	for (i = 0; i < LEN(added); i++)
		if ((uint32_t)added[i].nr == nr &&
		    (added[i].audit == 0 || added[i].audit == arch))
			return added[i].name;
	if (nr > NEWEST)
		return NULL;
	name = seccomp_syscall_resolve_num_arch(token(arch), (int)nr);
	if (name == NULL)
		return NULL;
	strncpy(buf, name, sizeof(buf) - 1);
	free(name);
	return buf;
}

const char *
sysname_at(unsigned i)
{
	static const uint32_t order[] = { AUDIT_ARCH_X86_64,
		AUDIT_ARCH_AARCH64, AUDIT_ARCH_I386 };

	if (i < LEN(order) * (NEWEST + 1)) {
		const char *name = sysc_call_name(order[i / (NEWEST + 1)],
		    i % (NEWEST + 1));
		return name != NULL ? name : "";
	}
	return NULL;
}
