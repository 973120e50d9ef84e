/*
 * A run with somebody who listens: codex-exec does it, in a process of its
 * own, so that nothing of its signals, children and rights becomes the
 * caller's.  Its records come by a pipe, its questions by a socket.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "library/policy.h"
#include "library/records.h"

#define RECORDS_FD	"3"
#define QUESTIONS_FD	"4"
#define FREE_FD		10	/* above what the child gets */
#define PIPE_SIZE	(1 << 20)	/* a record that does not fit is lost */
#define MAX_WORDS	4096

/* Ours and the child's ends. */
struct channel {
	int ours, theirs;
	struct records lines;
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
lift(int *fd)
{
	int high = fcntl(*fd, F_DUPFD_CLOEXEC, FREE_FD);

	shut(fd);
	*fd = high;
	return high < 0 ? -1 : 0;
}

static int
open_channel(struct channel *c, bool is_socket)
{
	int fds[2];

	if ((is_socket ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    fds) : pipe2(fds, O_CLOEXEC)) < 0)
		return -1;
	c->ours = fds[0];
	c->theirs = fds[1];
	if (!is_socket)
		(void)fcntl(c->ours, F_SETPIPE_SZ, PIPE_SIZE);
	return lift(&c->ours) < 0 || lift(&c->theirs) < 0 ? -1 : 0;
}

/* The words of codex-exec's command line; memory for the list alone. */
static const char **
make_words(const struct codexpolicy_run *r, bool asks)
{
	const char **words = calloc(MAX_WORDS, sizeof(*words));
	size_t n = 0;

	if (words == NULL)
		return NULL;
	words[n++] = "codex-exec";
	words[n++] = "--json-fd=" RECORDS_FD;
	if (asks)
		words[n++] = "--approve=fd:" QUESTIONS_FD;
	for (size_t i = 0; r->options != NULL && r->options[i] != NULL &&
	    n < MAX_WORDS / 2; i++)
		words[n++] = r->options[i];
	words[n++] = "--";
	for (size_t i = 0; r->argv[i] != NULL; i++) {
		if (n == MAX_WORDS - 1) {
			free(words);
			errno = E2BIG;
			return NULL;
		}
		words[n++] = r->argv[i];
	}
	return words;
}

static int
start(const struct codexpolicy_run *r, struct channel *records,
    struct channel *questions, pid_t *pid)
{
	bool asks = questions->theirs >= 0;
	const char **words = make_words(r, asks);
	posix_spawn_file_actions_t acts;
	int err;

	if (words == NULL)
		return errno;
	err = posix_spawn_file_actions_init(&acts);
	if (err == 0)
		err = posix_spawn_file_actions_adddup2(&acts, records->theirs,
		    RECORDS_FD[0] - '0');
	if (err == 0 && asks)
		err = posix_spawn_file_actions_adddup2(&acts,
		    questions->theirs, QUESTIONS_FD[0] - '0');
	if (err == 0)
		err = posix_spawnp(pid, r->program != NULL ? r->program :
		    "codex-exec", &acts, NULL, (char *const *)(const void *)
		    words, environ);
	posix_spawn_file_actions_destroy(&acts);
	free(words);
	return err;
}

/* --- meanwhile ---------------------------------------------------------- */

/* Also where somebody should have said yes and has not. */
static bool
is_denial(const char *line, size_t len)
{
	return records_has(line, len, "decision", "denied") ||
	    records_has(line, len, "outcome", "EPERM") ||
	    records_has(line, len, "outcome", "killed");
}

static void
on_record(void *arg, const char *line, size_t len)
{
	const struct codexpolicy_hooks *h = arg;
	bool is_decision = records_has(line, len, "event", "decision");
	void (*told)(void *, const char *, size_t) = !is_decision ? h->event :
	    is_denial(line, len) ? h->denial : h->decision;

	if (told != NULL)
		told(h->arg, line, len);
}

struct asked {
	const struct codexpolicy_hooks *hooks;
	int fd;
};

static void
on_question(void *arg, const char *line, size_t len)
{
	static const char *const ends[] = {
		[CODEXPOLICY_NO] = "\",\"decision\":\"deny\"}\n",
		[CODEXPOLICY_YES] = "\",\"decision\":\"allow\"}\n",
		[CODEXPOLICY_YES_FOR_RUN] =
		    "\",\"decision\":\"allow\",\"scope\":\"run\"}\n",
	};
	const struct asked *x = arg;
	unsigned answer = x->hooks->approval(x->hooks->arg, line, len);
	char reply[128];
	struct text t;

	text_init(&t, reply, sizeof(reply));
	text_str(&t, "{\"id\":\"");
	records_put(line, len, "id", &t);
	text_str(&t, ends[answer < sizeof(ends) / sizeof(ends[0]) ? answer :
	    CODEXPOLICY_NO]);
	/* Who does not read it has ended, and is not asked about any more. */
	(void)send(x->fd, reply, t.len, MSG_NOSIGNAL);
}

/* To the end of the records. */
static int
listen_to(struct channel *records, struct channel *questions,
    const struct codexpolicy_hooks *hooks)
{
	struct asked asked = { hooks, questions->ours };
	struct pollfd fds[2] = {
		{ .fd = records->ours, .events = POLLIN },
		{ .fd = questions->ours, .events = POLLIN },
	};
	int r = 1;

	while (r > 0) {
		if (poll(fds, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return errno;
		}
		if (fds[1].revents != 0 && records_take(&questions->lines,
		    fds[1].fd, on_question, &asked) <= 0)
			fds[1].fd = -1;
		if (fds[0].revents != 0)
			r = records_take(&records->lines, fds[0].fd,
			    on_record, (void *)(uintptr_t)hooks);
	}
	return r < 0 ? errno : 0;
}

static int
await(pid_t pid, int *status)
{
	int s;

	while (waitpid(pid, &s, 0) < 0)
		if (errno != EINTR)
			return errno;
	*status = WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
	return 0;
}

int
codexpolicy_run(const struct codexpolicy_run *r, int *status,
    struct codexpolicy_error *e)
{
	static const struct codexpolicy_hooks none;
	const struct codexpolicy_hooks *hooks = r->hooks != NULL ? r->hooks :
	    &none;
	struct channel records = { -1, -1, { 0 } };
	struct channel questions = { -1, -1, { 0 } };
	struct failure f = { .status = EXIT_RUNNER };
	pid_t pid = 0;
	int err = 0, ended;

	if (open_channel(&records, false) < 0 || (hooks->approval != NULL &&
	    open_channel(&questions, true) < 0))
		err = errno;
	if (err == 0)
		err = start(r, &records, &questions, &pid);
	shut(&records.theirs);
	shut(&questions.theirs);
	if (err == 0) {
		err = listen_to(&records, &questions, hooks);
		/* Who is not listened to any more must not go on alone. */
		if (err != 0)
			kill(pid, SIGTERM);
		shut(&questions.ours);
		ended = await(pid, status);
		err = err != 0 ? err : ended;
	}
	shut(&records.ours);
	shut(&questions.ours);
	records_free(&records.lines);
	records_free(&questions.lines);
	if (err == 0)
		return 0;
	refuse(&f, EXIT_RUNNER, err, "codex-exec", NULL);
	return policy_fail(&f, e);
}
