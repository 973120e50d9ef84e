/* One character as UTF-8 (RFC 3629). */
#ifndef BLOB_UTF8_H
#define BLOB_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* c is at most 0x10ffff, surrogates included; returns how many bytes. */
size_t utf8_put(char out[4], uint32_t c);

#endif
