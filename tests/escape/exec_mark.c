/*
 * What attacked execs start: says "evil" where its arguments, its name or its
 * file do, else "good".  A file named trap does where it has more than one
 * argument.  Static, so that many can be started.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[n > 0 ? n : 0] = '\0';
	if (strcmp(word, "address") == 0) {
		char line[32];
		int len = snprintf(line, sizeof(line), "%lx\n",
		    (unsigned long)argv[1]);

		return write(1, line, (size_t)len) != len;
	}
	/* Long enough for who writes to this memory. */
	for (volatile int i = 0; i < 20000 && argc > 2; i++)
		;
	if (strstr(word, "evil") != NULL || strstr(exe, "evil") != NULL ||
	    (argc > 0 && strstr(argv[0], "evil") != NULL) ||
	    (argc > 2 && strstr(exe, "trap") != NULL))
		return write(1, "evil\n", 5) != 5;
	return write(1, "good\n", 5) != 5;
}
