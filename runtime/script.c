/* Scripts as the kernel starts them: see script.h. */
#include "runtime/script.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/text.h"
#include "runtime/vars.h"

#define BLANKS	" \t"

/* The kernel's own rules: a name that the buffer cuts off is none. */
int
script_parse(struct script_line *l)
{
	char *end = l->head + SCRIPT_HEAD - 1;
	char *name = l->head + 2 + strspn(l->head + 2, BLANKS);
	char *p, *newline = memchr(l->head, '\n', SCRIPT_HEAD);

	if (l->head[0] != '#' || l->head[1] != '!')
		return 0;
	if (newline != NULL)
		end = newline;
	else if (name + strcspn(name, BLANKS) >= end)
		return -1;
	*end = '\0';
	end = l->head + strlen(l->head);
	while (end > l->head + 2 && strchr(BLANKS, end[-1]) != NULL)
		*--end = '\0';
	p = name + strcspn(name, BLANKS);
	if (*p != '\0')
		*p++ = '\0';
	p += strspn(p, BLANKS);
	l->interpreter = name;
	l->argument = *p != '\0' ? p : NULL;
	return *name == '/' ? 1 : -1;
}

/* A regular file alone: to open a device can do something. */
static int
open_regular(const char *file)
{
	int fd = openat(AT_FDCWD, file, O_PATH | O_CLOEXEC), again = -1, err;
	struct stat st;
	char name[32];
	struct text t;

	if (fd < 0)
		return -1;
	text_init(&t, name, sizeof(name));
	text_fd(&t, fd);
	errno = EINVAL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		again = openat(AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
	err = errno;
	close(fd);
	errno = err;
	return again;
}

int
script_read(const char *file, struct script_line *out)
{
	int fd = open_regular(file);
	ssize_t n;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return errno == EACCES ? 0 : -1;
	n = read(fd, out->head, SCRIPT_HEAD);
	close(fd);
	return n < 0 ? -1 : script_parse(out);
}

/* Is there a word that could be a script's path? */
static bool
can_be(const struct execstack *w)
{
	for (size_t i = 1; i < w->argc && i <= (size_t)2 * SCRIPT_LEVELS; i++)
		if (strcmp(w->argv[i], w->execfn) == 0)
			return true;
	return false;
}

static bool
is_what_runs(pid_t pid, const char *file)
{
	char exe[32];
	struct stat a, b;
	struct text t;

	text_init(&t, exe, sizeof(exe));
	text_proc(&t, pid, "/exe");
	return stat(exe, &a) == 0 && stat(file, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The words that the kernel has put in front, the last level's first. */
static bool
has_words(const struct script_line *lines, size_t n,
    const struct execstack *w, struct script *s)
{
	size_t at = 0;

	for (size_t i = n; i-- > 0;) {
		const char *const put[] = { lines[i].interpreter,
		    lines[i].argument };

		s->at[i] = at;
		for (size_t k = 0; k < 2; k++)
			if (put[k] != NULL && (at >= w->argc ||
			    strcmp(w->argv[at++], put[k]) != 0))
				return false;
	}
	if (at >= w->argc || strcmp(w->argv[at], w->execfn) != 0)
		return false;
	s->from = at + 1;
	s->nlevels = n;
	return true;
}

bool
script_find(struct script *s, pid_t pid, const char *file,
    const struct execstack *words)
{
	struct script_line lines[SCRIPT_LEVELS];
	char path[SCRIPT_HEAD + 32];
	struct text t;

	s->nlevels = 0;
	if (words->execfn == NULL || !can_be(words))
		return false;
	for (size_t n = 0; n < SCRIPT_LEVELS; n++) {
		if (script_read(n == 0 ? file : path, &lines[n]) <= 0)
			return false;
		text_init(&t, path, sizeof(path));
		text_proc(&t, pid, "/root");
		text_str(&t, lines[n].interpreter);
		if (is_what_runs(pid, path))
			return has_words(lines, n + 1, words, s);
	}
	return false;
}
