/*
 * The table of calls, and the only use that the compiler makes of libseccomp:
 * to tell a misspelt name from one that other architectures have.  A unit
 * test compares the table with libseccomp's own.
 */
#include "compiler/sysname.h"

#include <linux/audit.h>
#include <seccomp.h>
#include <string.h>

#include "compiler/sysc.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))
/* Numbers from here on are an architecture's private calls. */
#define PRIVATE_FROM	0x1000

static const struct sysc_arch archs[SYSNAME_NARCHS] = {
	[SYSNAME_X86_64] = { "x86_64", AUDIT_ARCH_X86_64 },
	[SYSNAME_AARCH64] = { "aarch64", AUDIT_ARCH_AARCH64 },
	[SYSNAME_RISCV64] = { "riscv64", AUDIT_ARCH_RISCV64 },
	[SYSNAME_I386] = { "i386", AUDIT_ARCH_I386 },
	[SYSNAME_ARM] = { "arm", AUDIT_ARCH_ARM },
};

static const struct call {
	const char *name;
	int nr[SYSNAME_NARCHS];
} calls[] = {
#define CALL(name, ...)	{ #name, { __VA_ARGS__ } },
#include "compiler/sysname.def"
#undef CALL
};

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

enum sysname_arch
sysname_column(uint32_t audit)
{
	size_t i;

	for (i = 0; i < LEN(archs) - 1 && archs[i].audit != audit; i++)
		;
	return (enum sysname_arch)i;
}

bool
sysname_is_32bit(uint32_t audit)
{
	return (audit & __AUDIT_ARCH_64BIT) == 0;
}

size_t
sysname_count(void)
{
	return LEN(calls);
}

const char *
sysname_at(size_t row)
{
	return row < LEN(calls) ? calls[row].name : NULL;
}

int
sysname_number(size_t row, uint32_t audit)
{
	return row < LEN(calls) ? calls[row].nr[sysname_column(audit)] :
	    SYSNAME_NOT_HERE;
}

int
sysname_find(const char *name)
{
	size_t lo = 0, hi = LEN(calls), mid;
	int order;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		order = strcmp(name, calls[mid].name);
		if (order == 0)
			return (int)mid;
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return -1;
}

uint32_t
sysname_newer_from(uint32_t audit)
{
	enum sysname_arch column = sysname_column(audit);
	int highest = 0;
	size_t i;

	for (i = 0; i < LEN(calls); i++)
		if (calls[i].nr[column] > highest &&
		    calls[i].nr[column] < PRIVATE_FROM)
			highest = calls[i].nr[column];
	return (uint32_t)highest + 1;
}

bool
sysname_is_elsewhere(const char *name)
{
	return sysname_find(name) == -1 &&
	    seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR;
}

int
sysc_call_number(uint32_t arch, const char *name)
{
	int row = sysname_find(name);

	return row == -1 ? SYSNAME_NOWHERE :
	    sysname_number((size_t)row, arch);
}

const char *
sysc_call_name(uint32_t arch, uint32_t nr)
{
	enum sysname_arch column = sysname_column(arch);
	size_t i;

	for (i = 0; i < LEN(calls); i++)
		if (calls[i].nr[column] >= 0 &&
		    (uint32_t)calls[i].nr[column] == nr)
			return calls[i].name;
	return NULL;
}
