/*
 * A link whose source changes while it is being decided on: link_race N
 *
 * Links the file of one descriptor to the name "made", up to N times, while
 * another thread makes that descriptor keep/f, plain, keep/f ... in turns.
 * 0 if "made" once was keep/f, 1 if it never was, 2 if no link was made.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE	50	/* which descriptor */

struct race {
	int kept, plain;
	atomic_bool is_over;
};

static void *
flip(void *arg)
{
	struct race *r = arg;

	while (!atomic_load(&r->is_over)) {
		dup2(r->kept, SOURCE);
		dup2(r->plain, SOURCE);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 0, made = 0;
	struct race r = { .kept = open("keep/f", O_PATH),
		.plain = open("plain", O_RDONLY | O_CREAT, 0600) };
	bool is_kept = false;
	struct stat kept, st;
	pthread_t flipper;

	if (r.kept < 0 || r.plain < 0 || fstat(r.kept, &kept) < 0 ||
	    dup2(r.plain, SOURCE) < 0 ||
	    pthread_create(&flipper, NULL, flip, &r) != 0)
		return 2;
	for (long i = 0; i < n && !is_kept; i++) {
		if (linkat(AT_FDCWD, "/proc/self/fd/50", AT_FDCWD, "made",
		    AT_SYMLINK_FOLLOW) < 0)
			continue;
		made++;
		is_kept = stat("made", &st) == 0 && st.st_ino == kept.st_ino;
		unlink("made");
	}
	atomic_store(&r.is_over, true);
	pthread_join(flipper, NULL);
	return made == 0 ? 2 : !is_kept;
}
