/* The names in a folder: see folder.h. */
#include "runtime/folder.h"

#include <dirent.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *
folder_next(struct folder *l)
{
	const struct dirent *e;

	for (;;) {
		if (l->at >= l->len) {
			l->at = 0;
			l->len = syscall(SYS_getdents64, l->fd, l->buf,
			    sizeof(l->buf));
			if (l->len <= 0)
				return NULL;
		}
		e = (const struct dirent *)(const void *)(l->buf + l->at);
		l->at += e->d_reclen;
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			return e->d_name;
	}
}
