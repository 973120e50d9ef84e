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

#define MODE(dir, path, mode, flags) \
	dir, path, mode, flags, NONE, 0, 0
#define TIME(dir, path, times, flags, unit) \
	dir, path, NONE, flags, times, MARKCALL_ ## unit, sizeof(long)

const struct markcall markcalls[] = {
	{ SYS_fchmod, MODE(0, NONE, 1, NONE) },
	{ SYS_fchmodat, MODE(0, 1, 2, NONE) },
	{ K_SYS_fchmodat2, MODE(0, 1, 2, 3) },
#ifdef SYS_chmod
	{ SYS_chmod, MODE(NONE, 0, 1, NONE) },
#endif
	{ SYS_utimensat, TIME(0, 1, 2, 3, NANOSECONDS) },
#ifdef SYS_utimensat_time64
	{ SYS_utimensat_time64, 0, 1, NONE, 3, 2, MARKCALL_NANOSECONDS, 8 },
#endif
#ifdef SYS_futimesat
	{ SYS_futimesat, TIME(0, 1, 2, NONE, MICROSECONDS) },
#endif
#ifdef SYS_utimes
	{ SYS_utimes, TIME(NONE, 0, 1, NONE, MICROSECONDS) },
#endif
#ifdef SYS_utime
	{ SYS_utime, TIME(NONE, 0, 1, NONE, SECONDS) },
#endif
};
const size_t nmarkcalls = sizeof(markcalls) / sizeof(markcalls[0]);

const struct filecall *
filecall_find(int nr)
{
	for (size_t i = 0; i < nfilecalls; i++)
		if (filecalls[i].nr == nr)
			return &filecalls[i];
	return NULL;
}

const struct markcall *
markcall_find(int nr)
{
	for (size_t i = 0; i < nmarkcalls; i++)
		if (markcalls[i].nr == nr)
			return &markcalls[i];
	return NULL;
}

enum judge_right
filecall_right(const struct filecall *c)
{
	return c->kind == FILECALL_TRUNCATE ? JUDGE_WRITE
	    : c->kind >= FILECALL_REMOVE ? JUDGE_REMOVE : JUDGE_CREATE;
}
