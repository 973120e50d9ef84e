/* Why a step did not succeed: see failure.h. */
#include "runtime/failure.h"

#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/text.h"

int
refuse(struct failure *f, int status, int err, const char *part, ...)
{
	struct text t;
	va_list ap;

	text_init(&t, f->what, sizeof(f->what));
	va_start(ap, part);
	for (; part != NULL; part = va_arg(ap, const char *))
		text_str(&t, part);
	va_end(ap);
	f->status = status;
	f->err = err;
	return -1;
}

void
leave(int status)
{
	(void)syscall(SYS_exit_group, status);
	__builtin_trap();
}
