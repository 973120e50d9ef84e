/* The calls that change files: see filecalls.h. */
#include "runtime/filecalls.h"

#include "runtime/kernel.h"

#define NONE	FILECALL_NONE

const struct filecall filecalls[] = {
	{ SYS_openat, 0, 0, 1, FILECALL_OPEN, 2 },
	{ K_SYS_openat2, 0, 0, 1, FILECALL_HOW, 2 },
	{ SYS_mkdirat, JUDGE_CREATE, 0, 1, FILECALL_PLAIN, 0 },
	{ SYS_mknodat, JUDGE_CREATE, 0, 1, FILECALL_PLAIN, 0 },
	{ SYS_symlinkat, JUDGE_CREATE, 1, 2, FILECALL_PLAIN, 0 },
	{ SYS_linkat, JUDGE_CREATE, 2, 3, FILECALL_PLAIN, 0 },
	{ SYS_unlinkat, JUDGE_REMOVE, 0, 1, FILECALL_PLAIN, 0 },
	{ SYS_renameat2, JUDGE_REMOVE, 0, 1, FILECALL_PLAIN, 0 },
	{ SYS_renameat2, JUDGE_CREATE, 2, 3, FILECALL_PLAIN, 0 },
	{ SYS_truncate, JUDGE_WRITE, NONE, 0, FILECALL_PLAIN, 0 },
#ifdef SYS_renameat
	{ SYS_renameat, JUDGE_REMOVE, 0, 1, FILECALL_PLAIN, 0 },
	{ SYS_renameat, JUDGE_CREATE, 2, 3, FILECALL_PLAIN, 0 },
#endif
#ifdef SYS_open
	{ SYS_open, 0, NONE, 0, FILECALL_OPEN, 1 },
	{ SYS_creat, 0, NONE, 0, FILECALL_CREAT, 0 },
	{ SYS_mkdir, JUDGE_CREATE, NONE, 0, FILECALL_PLAIN, 0 },
	{ SYS_mknod, JUDGE_CREATE, NONE, 0, FILECALL_PLAIN, 0 },
	{ SYS_symlink, JUDGE_CREATE, NONE, 1, FILECALL_PLAIN, 0 },
	{ SYS_link, JUDGE_CREATE, NONE, 1, FILECALL_PLAIN, 0 },
	{ SYS_unlink, JUDGE_REMOVE, NONE, 0, FILECALL_PLAIN, 0 },
	{ SYS_rmdir, JUDGE_REMOVE, NONE, 0, FILECALL_PLAIN, 0 },
	{ SYS_rename, JUDGE_REMOVE, NONE, 0, FILECALL_PLAIN, 0 },
	{ SYS_rename, JUDGE_CREATE, NONE, 1, FILECALL_PLAIN, 0 },
#endif
};
const size_t nfilecalls = sizeof(filecalls) / sizeof(filecalls[0]);

const struct modecall modecalls[] = {
	{ SYS_fchmod, 0, NONE, 1 },
	{ SYS_fchmodat, 0, 1, 2 },
	{ K_SYS_fchmodat2, 0, 1, 2 },
#ifdef SYS_chmod
	{ SYS_chmod, NONE, 0, 1 },
#endif
};
const size_t nmodecalls = sizeof(modecalls) / sizeof(modecalls[0]);
