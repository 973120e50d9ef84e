/*
 * The names in a folder, read without allocation.
 */
#ifndef RUNTIME_FOLDER_H
#define RUNTIME_FOLDER_H

#include <sys/types.h>

struct folder {
	int fd;				/* opened for reading */
	ssize_t len, at;
	char buf[2048] __attribute__((aligned(8)));
};

/* The next name but for "." and ".."; NULL at the end. */
const char *folder_next(struct folder *l);

#endif
