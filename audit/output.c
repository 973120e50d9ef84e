/* A file that takes its name when it is complete: see output.h. */
#include "audit/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/verb.h"

/* A device or a pipe (/dev/null, /dev/stdout) stays what it is. */
static int
open_in_place(struct output *w)
{
	w->out = fopen(w->name, "we");
	return w->out != NULL ? 0 : (complain(w->name, strerror(errno)), -1);
}

int
output_open(struct output *w, const char *name)
{
	struct stat st;
	mode_t mask;
	int fd;

	*w = (struct output){ .out = stdout, .name = name };
	if (name == NULL)
		return 0;
	if (stat(name, &st) == 0 && !S_ISREG(st.st_mode))
		return open_in_place(w);
	if ((size_t)snprintf(w->temporary, sizeof(w->temporary), "%s.XXXXXX",
	    name) >= sizeof(w->temporary))
		return complain(name, strerror(ENAMETOOLONG)), -1;
	fd = mkstemp(w->temporary);
	if (fd < 0)
		return complain(name, strerror(errno)), -1;
	mask = umask(0);
	umask(mask);
	w->out = fchmod(fd, 0666 & ~mask) == 0 ? fdopen(fd, "w") : NULL;
	if (w->out != NULL)
		return 0;
	complain(name, strerror(errno));
	close(fd);
	unlink(w->temporary);
	return -1;
}

int
output_close(struct output *w, int is_complete)
{
	int status = is_complete ? finish_output(w->out, w->name != NULL ?
	    w->name : "stdout") : EXIT_USAGE;

	if (w->name == NULL)
		return status;
	if (fclose(w->out) != 0 && status == 0)
		status = complain(w->name, strerror(errno));
	if (w->temporary[0] == '\0')
		return status;
	if (status == 0 && rename(w->temporary, w->name) < 0)
		status = complain(w->name, strerror(errno));
	if (status != 0)
		unlink(w->temporary);
	return status;
}
