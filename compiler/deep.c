/*
 * A stack that is large enough, whatever the limit of the process' own.  Its
 * pages are taken as they are used.
 */
#include "compiler/deep.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>

#ifdef __SANITIZE_ADDRESS__	/* whose frames are several times larger */
#define STACK_BYTES	((size_t)512 << 20)
#else
#define STACK_BYTES	((size_t)64 << 20)
#endif

struct work {
	int (*fn)(void *ctx);
	void *ctx;
	int result;
};

static void *
start(void *arg)
{
	struct work *w = arg;

	w->result = w->fn(w->ctx);
	return NULL;
}

int
deep_run(int (*fn)(void *ctx), void *ctx)
{
	struct work w = { .fn = fn, .ctx = ctx, .result = -1 };
	pthread_attr_t attr;
	pthread_t t;
	int r;

	if ((r = pthread_attr_init(&attr)) != 0)
		goto out;
	if ((r = pthread_attr_setstacksize(&attr, STACK_BYTES)) == 0)
		r = pthread_create(&t, &attr, start, &w);
	pthread_attr_destroy(&attr);
	if (r == 0)
		r = pthread_join(t, NULL);
out:
	if (r == 0)
		return w.result;
	errno = r;
	return -1;
}
