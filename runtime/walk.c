/* Resolving a path by hand: see walk.h. */
#include "runtime/walk.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "runtime/text.h"

#define MAX_LINKS	40		/* as the kernel follows */

/* The next name of w->rest onto w->real; false at the end. */
static bool
step(struct walk *w)
{
	char *p = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(p, "/"), len = strlen(w->real);

	if (n == 0)
		return false;
	if (n == 2 && p[0] == '.' && p[1] == '.') {
		while (len > 0 && w->real[--len] != '/')
			;
		w->real[len] = '\0';
	} else if (n != 1 || p[0] != '.') {
		if (n + 2 > sizeof(w->real) - len) {
			w->err = ENAMETOOLONG;
			return false;
		}
		w->real[len] = '/';
		memcpy(w->real + len + 1, p, n);
		w->real[len + 1 + n] = '\0';
	}
	memmove(w->rest, p + n, strlen(p + n) + 1);
	return true;
}

/* w->real is a link: go on where it leads. */
static void
follow(struct walk *w)
{
	char target[PATH_CAP];
	ssize_t n = readlink(w->real, target, sizeof(target));
	size_t left = strlen(w->rest) + 1;

	if (n < 0 || (size_t)n + left >= sizeof(target)) {
		w->err = n < 0 ? errno : ENAMETOOLONG;
		return;
	}
	memcpy(target + n, w->rest, left);
	memcpy(w->rest, target, (size_t)n + left);
	*(target[0] == '/' ? w->real : strrchr(w->real, '/')) = '\0';
}

int
walk(struct walk *w, const char *path, walk_fn *visit, void *arg)
{
	unsigned links = 0;
	struct text t;

	w->err = 0;
	w->real[0] = '\0';
	text_init(&t, w->rest, sizeof(w->rest));
	text_str(&t, path);
	if (t.is_cut)
		w->err = ENAMETOOLONG;
	while (w->err == 0 && step(w)) {
		if (w->real[0] == '\0')
			continue;	/* ".." led to the root */
		if (lstat(w->real, &w->st) < 0) {
			w->err = errno;
		} else if (S_ISLNK(w->st.st_mode)) {
			if (visit(arg, w) < 0)
				return -1;
			if (++links > MAX_LINKS)
				w->err = ELOOP;
			else
				follow(w);
		} else if (w->rest[strspn(w->rest, "/")] != '\0' &&
		    visit(arg, w) < 0) {
			return -1;
		}
	}
	return 0;
}
