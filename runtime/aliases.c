/* Second mounts: see aliases.h.  The table is proc_pid_mountinfo(5). */
#include "runtime/aliases.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/text.h"
#include "runtime/vars.h"

#define MAX_TABLE	((size_t)1 << 20)
#define LINE_LEAST	16		/* no line is shorter */

/* All of a file that can't tell its size. */
static char *
read_table(struct scratch *mem, size_t *len)
{
	size_t cap = 8192;
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	char *buf = NULL;
	ssize_t n = -1;

	for (; fd >= 0 && cap <= MAX_TABLE && n != 0; cap *= 4) {
		buf = scratch_alloc(mem, cap + 1);
		*len = 0;
		if (buf == NULL || lseek(fd, 0, SEEK_SET) < 0)
			break;
		while ((n = read(fd, buf + *len, cap - *len)) > 0)
			*len += (size_t)n;
		if (n < 0)
			break;
		if (*len == cap)
			n = -1;		/* there may be more */
	}
	if (fd >= 0)
		close(fd);
	return n == 0 ? buf : NULL;
}

/* "\040" and the like back to what they stand for. */
static void
unescape(char *s)
{
	char *out = s;

	for (; *s != '\0'; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' &&
		    s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
			    (s[3] - '0'));
			s += 3;
		} else {
			*out++ = *s;
		}
	}
	*out = '\0';
}

/* The next word of a line, which it ends. */
static char *
next_word(char **line)
{
	char *word = *line;
	size_t n = strcspn(word, " ");

	*line += n;
	if (**line == ' ')
		*(*line)++ = '\0';
	return word;
}

static void
parse_line(struct aliases *a, char *line)
{
	struct mount *m = &a->list[a->count];
	char *root, *at;

	(void)next_word(&line);		/* its number, its parent's */
	(void)next_word(&line);
	m->device = next_word(&line);
	root = next_word(&line);
	at = next_word(&line);
	unescape(root);
	unescape(at);
	m->root = root;
	m->at = at;
	if (root[0] == '/' && at[0] == '/')
		a->count++;
}

int
aliases_parse(struct aliases *a, struct scratch *mem, char *p, size_t len)
{
	*a = (struct aliases){ .list = NULL };
	p[len] = '\0';
	a->list = scratch_alloc(mem, (len / LINE_LEAST + 1) *
	    sizeof(*a->list));
	if (a->list == NULL)
		return -1;
	while (*p != '\0') {
		size_t n = strcspn(p, "\n");
		bool is_last = p[n] == '\0';

		p[n] = '\0';
		if (n >= LINE_LEAST)
			parse_line(a, p);
		p += is_last ? n : n + 1;
	}
	return 0;
}

int
aliases_load(struct aliases *a, struct scratch *mem)
{
	size_t len = 0;
	char *p = read_table(mem, &len);

	return p == NULL ? -1 : aliases_parse(a, mem, p, len);
}

/* What of path lies below root, without a slash in front of nothing. */
static const char *
below(const char *path, const char *root)
{
	return path + (strcmp(root, "/") == 0 ? 0 : strlen(root));
}

static bool
join(struct text *out, char *buf, const char *dir, const char *rest)
{
	text_init(out, buf, PATH_CAP);
	text_str(out, strcmp(dir, "/") == 0 && rest[0] == '/' ? "" : dir);
	text_str(out, strcmp(rest, "/") == 0 ? "" : rest);
	return !out->is_cut;
}

static bool
is_same(const char *x, const char *y)
{
	struct stat a, b;

	return stat(x, &a) == 0 && stat(y, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/*
 * The mount that path lies in: of the deepest places the last, for it covers
 * what was mounted there before.
 */
static const struct mount *
find_own(const struct aliases *a, const char *path)
{
	const struct mount *own = NULL;

	for (size_t i = 0; i < a->count; i++)
		if (path_is_within(path, a->list[i].at) && (own == NULL ||
		    strlen(a->list[i].at) >= strlen(own->at)))
			own = &a->list[i];
	return own;
}

/*
 * What m shows of path, whose name in the file system is inner, as another
 * name; false when nothing, or when that is covered by a later mount.
 */
static bool
is_alias(const struct mount *m, const char *path, const char *inner,
    char *name)
{
	char same[PATH_CAP];
	struct text t;

	if (path_is_within(inner, m->root))
		return join(&t, name, m->at, below(inner, m->root)) &&
		    strcmp(name, path) != 0 && is_same(name, path);
	if (!path_is_within(m->root, inner))
		return false;
	return join(&t, name, m->at, "") &&
	    join(&t, same, path, below(m->root, inner)) &&
	    !path_is_within(name, path) && is_same(name, same);
}

int
aliases_find(const struct aliases *a, const char *path, alias_fn *fn,
    void *arg)
{
	const struct mount *own = find_own(a, path);
	char inner[PATH_CAP], name[PATH_CAP];
	struct text t;
	int r = 0;

	if (own == NULL || !join(&t, inner, own->root, below(path, own->at)))
		return 0;
	for (size_t i = 0; i < a->count && r == 0; i++)
		if (&a->list[i] != own &&
		    strcmp(a->list[i].device, own->device) == 0 &&
		    is_alias(&a->list[i], path, inner, name))
			r = fn(arg, name);
	return r;
}
