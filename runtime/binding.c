/* What an approval is about: see binding.h. */
#include "runtime/binding.h"

#include <string.h>
#include <sys/stat.h>

#include "blob/sha256.h"
#include "runtime/script.h"
#include "runtime/text.h"
#include "runtime/vars.h"

#define SCRIPT_DEPTH	4	/* words before a script's own arguments */

/* NUL ends each: no two lists of words have the same bytes. */
static void
digest(const struct execstack *w, size_t from, bool has_name, uint8_t *out)
{
	struct sha256 s;

	sha256_init(&s);
	sha256_update(&s, w->execfn, strlen(w->execfn) + 1);
	if (has_name)
		sha256_update(&s, w->argv[0],
		    strlen(w->argv[0]) + 1);
	for (size_t i = from; i < w->argc; i++)
		sha256_update(&s, w->argv[i],
		    strlen(w->argv[i]) + 1);
	sha256_final(&s, out);
}

/* "/proc/PID" and the rest; a path from the task's root. */
static bool
put_path(char *buf, pid_t pid, const char *name, const char *rest)
{
	struct text t;

	text_init(&t, buf, 2 * PATH_CAP);
	text_proc(&t, pid, name);
	text_str(&t, rest);
	return !t.is_cut;
}

static bool
look_at(const char *path, struct binding_file *f)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	*f = (struct binding_file){ st.st_dev, st.st_ino };
	return true;
}

static bool
is_same_file(const struct binding_file *a, const struct binding_file *b)
{
	return a->device == b->device && a->inode == b->inode;
}

static bool
take_interpreter(struct binding *b, pid_t pid, char *where)
{
	struct script_line line;
	int r = script_read(where, &line);

	return r == 0 || (r > 0 && put_path(where, pid, "/root",
	    line.interpreter) && look_at(where, &b->interpreter));
}

bool
binding_take(struct binding *b, pid_t pid, const struct execstack *words,
    const char *path)
{
	char where[2 * PATH_CAP];

	*b = (struct binding){ .file = { 0, 0 } };
	if (words->argc == 0 || !put_path(where, pid, "/cwd", "") ||
	    !look_at(where, &b->directory) ||
	    !put_path(where, pid, "/root", path) ||
	    !look_at(where, &b->file) || !take_interpreter(b, pid, where))
		return false;
	digest(words, 1, b->interpreter.inode == 0, b->words);
	return true;
}

/* Where a script's own arguments begin; 0: nowhere. */
static size_t
find_arguments(const struct execstack *w)
{
	for (size_t i = 1; i < w->argc && i < SCRIPT_DEPTH; i++)
		if (strcmp(w->argv[i], w->execfn) == 0)
			return i + 1;
	return 0;
}

bool
binding_holds(const struct binding *b, pid_t pid,
    const struct execstack *words, const char *path)
{
	bool is_script = b->interpreter.inode != 0;
	struct binding_file directory, exe, script;
	char where[2 * PATH_CAP];
	uint8_t found[32];
	size_t from = is_script ? find_arguments(words) : 1;

	if (words->argc == 0 || from == 0 ||
	    !put_path(where, pid, "/cwd", "") ||
	    !look_at(where, &directory) ||
	    !is_same_file(&directory, &b->directory) ||
	    !put_path(where, pid, "/exe", "") || !look_at(where, &exe) ||
	    !is_same_file(&exe, is_script ? &b->interpreter : &b->file))
		return false;
	/* Its interpreter opens it by path: that this is still the same. */
	if (is_script && (!put_path(where, pid, "/root", path) ||
	    !look_at(where, &script) || !is_same_file(&script, &b->file)))
		return false;
	digest(words, from, !is_script, found);
	return memcmp(found, b->words, sizeof(found)) == 0;
}

bool
binding_is_same(const struct binding *a, const struct binding *b)
{
	return memcmp(a->words, b->words, sizeof(a->words)) == 0 &&
	    is_same_file(&a->file, &b->file) &&
	    is_same_file(&a->interpreter, &b->interpreter) &&
	    is_same_file(&a->directory, &b->directory);
}
