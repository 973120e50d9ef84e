/* The words of OCI seccomp profiles. */
#include "compiler/oci.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "compiler/sysname.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

/* In order of their numbers (linux/capability.h). */
static const char *const caps[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER",
	"CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
	"CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER",
	"CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE",
	"CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
	"CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD",
	"CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP",
	"CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

static const struct arch {
	const char *name, *scmp;
	int column;
} archs[] = {
	{ "amd64", "SCMP_ARCH_X86_64", SYSNAME_X86_64 },
	{ "arm64", "SCMP_ARCH_AARCH64", SYSNAME_AARCH64 },
	{ "riscv64", "SCMP_ARCH_RISCV64", SYSNAME_RISCV64 },
	{ "x86", "SCMP_ARCH_X86", SYSNAME_I386 },
	{ "arm", "SCMP_ARCH_ARM", SYSNAME_ARM },
	{ "x32", "SCMP_ARCH_X32", OCI_OTHER },
	{ "loong64", "SCMP_ARCH_LOONGARCH64", OCI_OTHER },
	{ "m68k", "SCMP_ARCH_M68K", OCI_OTHER },
	{ "mips", "SCMP_ARCH_MIPS", OCI_OTHER },
	{ "mips64", "SCMP_ARCH_MIPS64", OCI_OTHER },
	{ "mips64n32", "SCMP_ARCH_MIPS64N32", OCI_OTHER },
	{ "mipsel", "SCMP_ARCH_MIPSEL", OCI_OTHER },
	{ "mipsel64", "SCMP_ARCH_MIPSEL64", OCI_OTHER },
	{ "mipsel64n32", "SCMP_ARCH_MIPSEL64N32", OCI_OTHER },
	{ "parisc", "SCMP_ARCH_PARISC", OCI_OTHER },
	{ "parisc64", "SCMP_ARCH_PARISC64", OCI_OTHER },
	{ "ppc", "SCMP_ARCH_PPC", OCI_OTHER },
	{ "ppc64", "SCMP_ARCH_PPC64", OCI_OTHER },
	{ "ppc64le", "SCMP_ARCH_PPC64LE", OCI_OTHER },
	{ "s390", "SCMP_ARCH_S390", OCI_OTHER },
	{ "s390x", "SCMP_ARCH_S390X", OCI_OTHER },
	{ "sh", "SCMP_ARCH_SH", OCI_OTHER },
	{ "sheb", "SCMP_ARCH_SHEB", OCI_OTHER },
};

/* The first name of an action is the one that is written. */
static const struct action {
	const char *name;
	uint32_t value;
	bool has_data;
} actions[] = {
	{ "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW, false },
	{ "SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO, true },
	{ "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS, false },
	{ "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD, false },
	{ "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD, false },
	{ "SCMP_ACT_LOG", SECCOMP_RET_LOG, false },
	{ "SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF, false },
	{ "SCMP_ACT_TRACE", SECCOMP_RET_TRACE, true },
	{ "SCMP_ACT_TRAP", SECCOMP_RET_TRAP, false },
};

static const char *const ops[] = {
	[OCI_NE] = "SCMP_CMP_NE", [OCI_LT] = "SCMP_CMP_LT",
	[OCI_LE] = "SCMP_CMP_LE", [OCI_EQ] = "SCMP_CMP_EQ",
	[OCI_GE] = "SCMP_CMP_GE", [OCI_GT] = "SCMP_CMP_GT",
	[OCI_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};

_Static_assert(LEN(caps) <= 64, "a capability is a bit");

int
oci_cap_find(const char *name)
{
	size_t i;

	for (i = 0; i < LEN(caps); i++)
		if (strcmp(caps[i], name) == 0)
			return (int)i;
	return -1;
}

const char *
oci_cap_at(size_t i)
{
	return i < LEN(caps) ? caps[i] : NULL;
}

int
oci_arch_find(const char *name)
{
	size_t i;

	for (i = 0; i < LEN(archs); i++)
		if (strcmp(archs[i].name, name) == 0 ||
		    strcmp(archs[i].scmp, name) == 0)
			return archs[i].column;
	return OCI_UNKNOWN;
}

const char *
oci_arch_at(size_t i)
{
	return i < LEN(archs) ? archs[i].name : NULL;
}

const char *
oci_arch_name(uint32_t audit)
{
	return archs[sysname_column(audit)].name;
}

const char *
oci_arch_scmp(uint32_t audit)
{
	return archs[sysname_column(audit)].scmp;
}

bool
oci_action_find(const char *name, uint32_t *action, bool *has_data)
{
	size_t i;

	for (i = 0; i < LEN(actions); i++)
		if (strcmp(actions[i].name, name) == 0) {
			*action = actions[i].value;
			*has_data = actions[i].has_data;
			return true;
		}
	return false;
}

const char *
oci_action_at(size_t i)
{
	return i < LEN(actions) ? actions[i].name : NULL;
}

const char *
oci_action_name(uint32_t action)
{
	size_t i;

	for (i = 0; i < LEN(actions); i++)
		if (actions[i].value == (action & SECCOMP_RET_ACTION_FULL))
			return actions[i].name;
	return NULL;
}

uint32_t
oci_newer(uint32_t action)
{
	switch (action & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
	case SECCOMP_RET_TRACE:
	case SECCOMP_RET_USER_NOTIF:
		return action;
	default:
		return SECCOMP_RET_ERRNO | ENOSYS;
	}
}

bool
oci_op_find(const char *name, enum oci_op *op)
{
	size_t i;

	for (i = 0; i < LEN(ops); i++)
		if (strcmp(ops[i], name) == 0) {
			*op = (enum oci_op)i;
			return true;
		}
	return false;
}

const char *
oci_op_at(size_t i)
{
	return i < LEN(ops) ? ops[i] : NULL;
}

static bool
parse_part(const char **p, unsigned *out)
{
	unsigned v = 0;

	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; ++*p) {
		v = v * 10 + (unsigned)(**p - '0');
		if (v > 9999)
			return false;
	}
	*out = v;
	return true;
}

bool
oci_kernel_parse(const char *text, struct oci_kernel *out)
{
	if (!parse_part(&text, &out->major) || *text++ != '.')
		return false;
	return parse_part(&text, &out->minor) && *text == '\0';
}
