/* Bytes to who reads them, never waiting for it. */
#ifndef RUNTIME_SEND_H
#define RUNTIME_SEND_H

#include <stdbool.h>
#include <stddef.h>

/* All of it by one call that cannot block, to a file, pipe or socket. */
bool send_whole(int fd, const char *p, size_t len);

#endif
