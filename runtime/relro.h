/*
 * Tables of pointers made read-only after they were relocated (RELRO).  The
 * dynamic linker does that, which a static program does not have, and musl
 * (1.2.3) does not do it in its place.
 */
#ifndef RUNTIME_RELRO_H
#define RUNTIME_RELRO_H

/*
 * For a process that stays and reads what others send; one that becomes the
 * command saves the call.  Where it cannot be done nothing is lost.
 */
void relro_apply(void);

#endif
