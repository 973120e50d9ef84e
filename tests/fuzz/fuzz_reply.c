/* Fuzz target of an approver's line. */
#include <stdint.h>
#include <stdlib.h>

#include "runtime/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct reply r;

	if (reply_read((const char *)p, len, &r) < 0) {
		/* Nonsense leaves nothing that could be taken for a yes. */
		if (r.id != 0 || r.is_allowed || r.is_for_run || r.until != 0)
			abort();
		return 0;
	}
	if (r.id == 0 || r.until < 0 || (r.until != 0 && !r.is_for_run))
		abort();
	return 0;
}
