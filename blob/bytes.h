/*
 * Little-endian loads: one instruction each, smaller than a call, which is
 * what compilers that are told to save room make of them.
 */
#ifndef BLOB_BYTES_H
#define BLOB_BYTES_H

#include <stdint.h>

static inline __attribute__((always_inline)) uint32_t
bytes_le16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline __attribute__((always_inline)) uint32_t
bytes_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

#endif
