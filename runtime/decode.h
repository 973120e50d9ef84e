/*
 * System calls as people read them: names, flags, addresses.  Of bytes that a
 * task may have changed in the meantime: nothing is decided by this.
 */
#ifndef RUNTIME_DECODE_H
#define RUNTIME_DECODE_H

#include "runtime/kernel.h"
#include "runtime/text.h"

/* The call's name on this architecture, or NULL. */
const char *decode_name(uint32_t nr);

/* "socket(AF_INET, SOCK_STREAM)", "ptrace". */
void decode_call(const struct k_seccomp_data *d, struct text *out);

/* Does the call have to do with the network? */
bool decode_is_network(uint32_t nr);

#endif
