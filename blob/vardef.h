/*
 * What run-time variables are called and where their values come from: one
 * table for the runtime, which finds them, and the compiler, which names them
 * and explains with the same values.
 */
#ifndef BLOB_VARDEF_H
#define BLOB_VARDEF_H

#include "blob/read.h"

struct vardef {
	const char *name;
	const char *env;	/* taken if absolute; NULL: by other means */
	const char *below_home;	/* else this below ${home}; NULL: none */
};

/* By enum blob_var; what is past the last is called "?". */
const struct vardef *vardef_of(unsigned var);

/*
 * The first line of a password file's text that is about uid: its name and
 * home, which borrow the text.  False: there is none.
 */
bool vardef_user(const char *text, unsigned long uid, struct blob_span *name,
    struct blob_span *home);

#endif
