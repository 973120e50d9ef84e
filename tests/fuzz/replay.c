/*
 * Feed the files of a folder (SEEDS, below $srcdir) or of the command line
 * to a fuzz target, each also cut short at every length.  Speaks TAP.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SEED	(1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* A copy of just that size, so that a read past its end shows. */
static void
feed(const uint8_t *p, size_t len)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);

	if (copy == NULL)
		abort();
	memcpy(copy, p, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static int
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = malloc(MAX_SEED);
	size_t len, i;

	if (f == NULL || p == NULL) {
		printf("Bail out! cannot read %s\n", path);
		return -1;
	}
	len = fread(p, 1, MAX_SEED, f);
	fclose(f);
	feed(p, len);
	for (i = 0; i < len && i < 4096; i++)
		feed(p, i);
	free(p);
	printf("ok - %s\n", path);
	return 0;
}

static int
replay_folder(const char *folder)
{
	char path[8192];
	struct dirent *e;
	DIR *dir = opendir(folder);
	int n = 0;

	if (dir == NULL) {
		printf("Bail out! cannot open %s\n", folder);
		return -1;
	}
	while ((e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (replay(path) == -1)
			return -1;
		n++;
	}
	closedir(dir);
	return n;
}

int
main(int argc, char **argv)
{
	const char *top = getenv("srcdir");
	char folder[4096];
	int i, n = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 1; i < argc; i++, n++)
		if (replay(argv[i]) == -1)
			return 1;
	if (argc == 1) {
		snprintf(folder, sizeof(folder), "%s/%s",
		    top == NULL ? "." : top, SEEDS);
		n = replay_folder(folder);
	}
	if (n <= 0)
		return 1;
	printf("1..%d\n", n);
	return 0;
}
