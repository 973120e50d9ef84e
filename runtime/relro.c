/* See relro.h. */
#include "runtime/relro.h"

#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where the linker put the program: its file's first byte. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

void
relro_apply(void)
{
	uintptr_t file = (uintptr_t)&__ehdr_start, base = 0, from, to;
	const ElfW(Phdr) *p = (const ElfW(Phdr) *)(file + __ehdr_start.e_phoff);
	uintptr_t page = (uintptr_t)getpagesize();

	for (unsigned i = 0; i < __ehdr_start.e_phnum; i++) {
		/* Segments ascend: the file's first byte comes first. */
		if (p[i].p_type == PT_LOAD && p[i].p_offset == 0)
			base = file - p[i].p_vaddr;
		if (p[i].p_type != PT_GNU_RELRO)
			continue;
		from = (base + p[i].p_vaddr) & ~(page - 1);
		to = (base + p[i].p_vaddr + p[i].p_memsz) & ~(page - 1);
		if (to > from)
			(void)mprotect((void *)from, to - from, PROT_READ);
	}
}
