/* Files with other names in folders that are kept: see bars.h. */
#include "runtime/bars.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/folder.h"
#include "runtime/text.h"

#define MAX_LINKED	256
#define MAX_LOOKS	4096	/* at files, in one folder that is kept */
#define MAX_DEPTH	16

struct look {
	struct bars *b;
	struct scratch *mem;
	char path[PATH_CAP];
	size_t left;
	bool is_cut;
};

static int
add(struct look *l, const char *path)
{
	const char *copy = scratch_dup(l->mem, path, strlen(path));

	if (copy == NULL)
		return -1;
	if (l->b->nlinked < MAX_LINKED)
		l->b->linked[l->b->nlinked++] = copy;
	return 0;
}

static int look_through(struct look *l, int folder, unsigned depth);

/* l->path ends in name. */
static int
look_at(struct look *l, int folder, const char *name, unsigned depth)
{
	struct stat st;
	int fd, r = 0;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (S_ISREG(st.st_mode) && st.st_nlink > 1)
		return add(l, l->path);
	if (!S_ISDIR(st.st_mode))
		return 0;
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	l->is_cut |= fd < 0;
	if (fd >= 0) {
		r = look_through(l, fd, depth + 1);
		close(fd);
	}
	return r;
}

static int
look_through(struct look *l, int folder, unsigned depth)
{
	struct folder names = { .fd = folder };
	size_t len = strlen(l->path), n;
	const char *name;
	int r = 0;

	while (r == 0 && (name = folder_next(&names)) != NULL) {
		n = strlen(name);
		if (l->left == 0 || depth == MAX_DEPTH ||
		    len + n + 2 > sizeof(l->path)) {
			l->is_cut = true;
			break;
		}
		l->left--;
		l->path[len] = '/';
		memcpy(l->path + len + 1, name, n + 1);
		r = look_at(l, folder, name, depth);
		l->path[len] = '\0';
	}
	return r;
}

static int
look_in(struct look *l, const char *path)
{
	struct text t;
	int r, fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);

	text_init(&t, l->path, sizeof(l->path));
	text_str(&t, path);
	l->left = MAX_LOOKS;
	l->is_cut = fd < 0;
	r = fd < 0 ? 0 : look_through(l, fd, 0);
	if (fd >= 0)
		close(fd);
	return r == 0 && l->is_cut ? add(l, path) : r;
}

int
bars_find_links(struct bars *b, struct scratch *mem)
{
	struct look l = { .b = b, .mem = mem };
	const char **more;
	int r = 0;

	if (b->count == 0)
		return 0;
	more = scratch_alloc(mem, (b->nlinked + MAX_LINKED) * sizeof(*more));
	if (more == NULL)
		return -1;
	for (size_t i = 0; i < b->nlinked; i++)
		more[i] = b->linked[i];
	b->linked = more;
	for (size_t i = 0; i < b->count && r == 0; i++)
		if (b->list[i].is_dir && (b->list[i].kind & (BAR_KEEP |
		    BAR_HIDE)) != 0)
			r = look_in(&l, b->list[i].path);
	return r;
}
