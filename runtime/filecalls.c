/* The calls that change files: see filecalls.h. */
#include "runtime/filecalls.h"

#include "runtime/kernel.h"

#define NONE	FILECALL_NONE

const struct filecall filecalls[] = {
	{ SYS_openat, FILECALL_OPEN, 0, 1, NONE, NONE, 3, 2 },
	{ K_SYS_openat2, FILECALL_OPEN2, 0, 1, NONE, NONE, NONE, 2 },
	{ SYS_mkdirat, FILECALL_FOLDER, 0, 1, NONE, NONE, 2, NONE },
	{ SYS_mknodat, FILECALL_NODE, 0, 1, NONE, NONE, 2, NONE },
	{ SYS_symlinkat, FILECALL_SYMLINK, 1, 2, NONE, 0, NONE, NONE },
	{ SYS_linkat, FILECALL_LINK, 2, 3, 0, 1, NONE, 4 },
	{ SYS_renameat2, FILECALL_RENAME, 2, 3, 0, 1, NONE, 4 },
	{ SYS_unlinkat, FILECALL_REMOVE, 0, 1, NONE, NONE, NONE, 2 },
	{ SYS_truncate, FILECALL_TRUNCATE, NONE, 0, NONE, NONE, NONE, NONE },
#ifdef SYS_renameat
	{ SYS_renameat, FILECALL_RENAME, 2, 3, 0, 1, NONE, NONE },
#endif
#ifdef SYS_open
	{ SYS_open, FILECALL_OPEN, NONE, 0, NONE, NONE, 2, 1 },
	{ SYS_creat, FILECALL_CREAT, NONE, 0, NONE, NONE, 1, NONE },
	{ SYS_mkdir, FILECALL_FOLDER, NONE, 0, NONE, NONE, 1, NONE },
	{ SYS_mknod, FILECALL_NODE, NONE, 0, NONE, NONE, 1, NONE },
	{ SYS_symlink, FILECALL_SYMLINK, NONE, 1, NONE, 0, NONE, NONE },
	{ SYS_link, FILECALL_LINK, NONE, 1, NONE, 0, NONE, NONE },
	{ SYS_rename, FILECALL_RENAME, NONE, 1, NONE, 0, NONE, NONE },
	{ SYS_unlink, FILECALL_REMOVE, NONE, 0, NONE, NONE, NONE, NONE },
	{ SYS_rmdir, FILECALL_REMOVE_FOLDER, NONE, 0, NONE, NONE, NONE, NONE },
#endif
};
const size_t nfilecalls = sizeof(filecalls) / sizeof(filecalls[0]);

const struct filecall *
filecall_find(int nr)
{
	for (size_t i = 0; i < nfilecalls; i++)
		if (filecalls[i].nr == nr)
			return &filecalls[i];
	return NULL;
}

enum judge_right
filecall_right(const struct filecall *c)
{
	return c->kind == FILECALL_TRUNCATE ? JUDGE_WRITE
	    : c->kind >= FILECALL_REMOVE ? JUDGE_REMOVE : JUDGE_CREATE;
}
