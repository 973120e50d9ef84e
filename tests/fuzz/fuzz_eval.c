/*
 * Fuzz target of the EXEC section: u16 length of STRS, STRS, EXEC.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/execwalk.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct blob_span in = { p, len }, strs, exec;
	uint64_t steps;

	if (len < 2 || blob_sub(in, 2, blob_le16(p), &strs) != BLOB_OK ||
	    blob_sub(in, 2 + strs.len, len - 2 - strs.len, &exec) != BLOB_OK)
		return 0;
	execwalk(exec, strs, &steps);
	return 0;
}
