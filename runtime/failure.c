/* Why a step did not succeed: see failure.h. */
#include "runtime/failure.h"

#include <errno.h>
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

int
refuse_layer(struct failure *f, int err, const char *what)
{
	if (err != E2BIG)
		return refuse(f, EXIT_RUNNER, err, what, NULL);
	/* strerror's text would speak of arguments. */
	return refuse(f, EXIT_RUNNER, 0, what, ": more than 16 layers, the "
	    "limit of Landlock (E2BIG); each policy is one, and so are those "
	    "of every codex-exec around this one", NULL);
}

void
leave(int status)
{
	(void)syscall(SYS_exit_group, status);
	__builtin_trap();
}
