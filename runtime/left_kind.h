/*
 * What tools without a sandbox will run or follow later: which names mean
 * that, and what in such a file counts.  No file is opened here.
 */
#ifndef RUNTIME_LEFT_KIND_H
#define RUNTIME_LEFT_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "blob/sha256.h"
#include "runtime/failure.h"
#include "runtime/text.h"

enum left_kind {
	LEFT_GIT_CONFIG, LEFT_GIT_HOOK, LEFT_GIT_DIR, LEFT_ENVRC,
	LEFT_PACKAGES, LEFT_PACKAGE_SCRIPT, LEFT_EDITOR, LEFT_AGENT,
	LEFT_PYTHON, LEFT_SHELL, LEFT_BUILD, LEFT_DEBUGGER, LEFT_LOGIN,
	LEFT_SYMLINK, LEFT_SOCKET, LEFT_SETUID, LEFT_DEVICE,
	LEFT_UNSEEN,		/* could not be looked at */
	LEFT_NKINDS
};

/* What of a file's bytes counts. */
enum left_reader {
	LEFT_WHOLE,		/* any change */
	LEFT_SETTINGS,		/* git's settings that run something */
	LEFT_SCRIPTS,		/* package.json: what runs unasked */
	LEFT_IMPORTS,		/* .pth: lines that are run */
	LEFT_TODO,		/* git rebase: commands among its steps */
	LEFT_POINTER,		/* git: another folder's name */
	LEFT_PROGRAM		/* any change, if it can be executed */
};

struct left_row {
	uint8_t kind, reader;
	bool is_git;		/* only beside HEAD, or below its folder */
	/* Names from the last one on; one * each, which is not empty. */
	char name[32];
};

const char *left_kind_name(enum left_kind k);

/* "git-hook,setuid" or "any" as bits.  0 or -1. */
int left_kinds_parse(const char *list, uint32_t *bits, struct failure *f);

/* What an absolute path is by its name, or NULL: nothing. */
const struct left_row *left_match(const char *path);

/*
 * What counts in the bytes of a file: it goes into h, and what it is called
 * into detail.  False: nothing does.  LEFT_POINTER's detail is the folder.
 */
bool left_read(enum left_reader how, const char *p, size_t len,
    struct sha256 *h, struct text *detail);

#endif
