/* Architectures on the command line; those there are no programs for have a
 * reason. */
#include <string.h>

#include "compiler/sysc.h"
#include "compiler/verb.h"

static const struct refused {
	const char *name, *why;
} refused[] = {
	{ "x32", "its calls share numbers with those of x86_64; every program "
	    "refuses them" },
	{ "s390", "it is big-endian" }, { "s390x", "it is big-endian" },
	{ "ppc", "it is big-endian" }, { "ppc64", "it is big-endian" },
	{ "powerpc", "it is big-endian" }, { "powerpc64", "it is big-endian" },
	{ "mips", "it is big-endian" }, { "mips64", "it is big-endian" },
	{ "mips64n32", "it is big-endian" }, { "sparc", "it is big-endian" },
	{ "sparc64", "it is big-endian" }, { "parisc", "it is big-endian" },
	{ "parisc64", "it is big-endian" }, { "m68k", "it is big-endian" },
	{ "armeb", "it is big-endian" }, { "aarch64_be", "it is big-endian" },
	{ "sheb", "it is big-endian" }, { "microblaze", "it is big-endian" },
	{ "ppc64le", "there is no table of its calls" },
	{ "powerpc64le", "there is no table of its calls" },
	{ "mipsel", "there is no table of its calls" },
	{ "mipsel64", "there is no table of its calls" },
	{ "mipsel64n32", "there is no table of its calls" },
	{ "mips64el", "there is no table of its calls" },
	{ "loongarch64", "there is no table of its calls" },
	{ "loong64", "there is no table of its calls" },
	{ "riscv32", "there is no table of its calls" },
	{ "sh", "there is no table of its calls" },
	{ "alpha", "there is no table of its calls" },
	{ "arc", "there is no table of its calls" },
	{ "xtensa", "there is no table of its calls" },
};

static const struct other_name {
	const char *name, *ours;
} others[] = {
	{ "amd64", "x86_64" }, { "x64", "x86_64" }, { "x86-64", "x86_64" },
	{ "arm64", "aarch64" }, { "x86", "i386" }, { "i686", "i386" },
	{ "386", "i386" }, { "armhf", "arm" }, { "armv7", "arm" },
	{ "armv7l", "arm" }, { "riscv", "riscv64" },
};

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

const struct sysc_arch *
verb_arch(const char *name)
{
	const struct sysc_arch *arch = sysc_arch_by_name(name);
	size_t i;

	if (arch != NULL)
		return arch;
	for (i = 0; i < LEN(refused); i++)
		if (strcmp(refused[i].name, name) == 0)
			die("no programs are made for architecture \"%s\": "
			    "%s; there are x86_64, aarch64, riscv64, i386 and "
			    "arm", name, refused[i].why);
	for (i = 0; i < LEN(others); i++)
		if (strcmp(others[i].name, name) == 0)
			die("unknown architecture \"%s\"; it is called "
			    "\"%s\" here", name, others[i].ours);
	die("unknown architecture \"%s\"; there are x86_64, aarch64, "
	    "riscv64, i386 and arm", name);
}

static void
add(const struct sysc_arch **archs, size_t *n, const struct sysc_arch *arch)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (archs[i] == arch)
			die("architecture \"%s\" is given twice", arch->name);
	archs[(*n)++] = arch;
}

void
verb_archs(const struct sysc_arch **archs, size_t *n, char *list)
{
	char *name, *save = NULL;
	size_t i;

	if (list == NULL) {
		for (i = 0; sysc_arch_at(i) != NULL; i++)
			add(archs, n, sysc_arch_at(i));
		return;
	}
	for (name = strtok_r(list, ",", &save); name != NULL;
	    name = strtok_r(NULL, ",", &save))
		add(archs, n, verb_arch(name));
	if (*n == 0)
		die("--arch takes a list of architectures");
}
