/* Who answers `prompt': see approve.h. */
#include "runtime/approve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/kernel.h"
#include "runtime/send.h"

#define LINE_CAP	32768u		/* fits into an empty pipe */
#define ASKED_MAX	30u		/* a minute */

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- opening ------------------------------------------------------------ */

/* Not for the command, even where its policy keeps that number. */
static int
take_channel(struct approve *a, const char *arg, struct failure *f)
{
	char *end;
	long fd = strtol(arg, &end, 10);
	int flags = *arg >= '0' && *arg <= '9' && *end == '\0' && fd < 1000000
	    ? fcntl((int)fd, F_GETFL) : -1;

	if (flags < 0 || (flags & O_PATH) != 0 ||
	    (flags & O_ACCMODE) != O_RDWR || fd < 3)
		return refuse(f, EXIT_RUNNER, 0, "--approve fd:", arg,
		    ": not a descriptor from 3 on that is open for reading "
		    "and writing", NULL);
	a->channel = (int)fd;
	if (fcntl(a->channel, F_SETFD, FD_CLOEXEC) < 0)
		return refuse(f, EXIT_RUNNER, errno, "--approve", NULL);
	return 0;
}

/* What decides must not be the command's to change. */
static int
check_place(const char *what, const char *path, const struct plan *plan,
    struct failure *f)
{
	const struct plan_rule *r;
	char real[PATH_CAP];

	if (realpath(path, real) == NULL)
		return refuse(f, EXIT_RUNNER, errno, what, path, NULL);
	r = plan_writable(plan, real, true);
	if (r == NULL)
		return 0;
	return refuse(f, EXIT_RUNNER, 0, what, real, " lies where the command "
	    "can write, below ", r->path, NULL);
}

static int
take_program(struct approve *a, const char *path, const struct plan *plan,
    struct failure *f)
{
	if (path[0] != '/' || access(path, X_OK) < 0)
		return refuse(f, EXIT_RUNNER, path[0] == '/' ? errno : 0,
		    "--approve cmd: needs the absolute path of a program, "
		    "not '", path, "'", NULL);
	a->program = path;
	return check_place("--approve: ", path, plan, f);
}

static int
open_log(struct approve *a, const char *path, const struct plan *plan,
    struct failure *f)
{
	struct stat st;

	a->log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600);
	if (a->log < 0 || fstat(a->log, &st) < 0)
		return refuse(f, EXIT_RUNNER, errno, "--approve-log ", path,
		    NULL);
	if (!S_ISREG(st.st_mode) || (st.st_mode & 022) != 0)
		return refuse(f, EXIT_RUNNER, 0, "--approve-log ", path,
		    " is not a regular file that only its owner can write",
		    NULL);
	return check_place("--approve-log ", path, plan, f);
}

static int
take_kind(struct approve *a, const char *arg, const struct plan *plan,
    struct failure *f)
{
	if (strcmp(arg, "tty") == 0) {
		a->kind = APPROVE_TTY;
		return 0;
	}
	if (strncmp(arg, "fd:", 3) == 0) {
		a->kind = APPROVE_FD;
		return take_channel(a, arg + 3, f);
	}
	a->kind = APPROVE_CMD;
	return take_program(a, arg + 4, plan, f);
}

int
approve_open(struct approve **out, const struct options *o,
    const struct plan *plan, struct scratch *mem, char *const *env,
    struct failure *f)
{
	struct approve *a;

	*out = NULL;
	if (o->approve == NULL)
		return 0;
	a = scratch_alloc(mem, sizeof(*a));
	if (a == NULL || (a->line = scratch_alloc(mem, LINE_CAP)) == NULL ||
	    (a->room = scratch_alloc(mem, sizeof(*a->room))) == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "--approve", NULL);
	a->channel = a->log = a->timer = -1;
	a->env = env;
	sigprocmask(SIG_BLOCK, NULL, &a->mask);
	if (take_kind(a, o->approve, plan, f) < 0 ||
	    (o->approve_log != NULL &&
	    open_log(a, o->approve_log, plan, f) < 0))
		return -1;
	*out = a;
	return 0;
}

/* --- answers ------------------------------------------------------------ */

static void
settle(struct approve_slot *s, const struct reply *r, const char *why)
{
	s->is_done = true;
	s->answer.is_allowed = r != NULL && r->is_allowed;
	s->answer.is_for_run = s->answer.is_allowed && r->is_for_run;
	s->answer.until = s->answer.is_for_run ? r->until : 0;
	s->answer.why = why != NULL ? why : !r->is_allowed ? "refused"
	    : r->is_for_run ? "approved for this run" : "approved once";
	if (s->fd >= 0)
		close(s->fd);
	/* Its number can be another's by now; what we hold is it. */
	if (s->pidfd >= 0) {
		syscall(K_SYS_pidfd_send_signal, s->pidfd, SIGKILL, NULL, 0);
		close(s->pidfd);
	}
	s->fd = s->pidfd = -1;
}

static struct approve_slot *
find_slot(struct approve *a, uint64_t id)
{
	for (size_t i = 0; i < APPROVE_SLOTS; i++)
		if (a->slots[i].answer.id == id)
			return &a->slots[i];
	return NULL;
}

static void
settle_all(struct approve *a, const char *why)
{
	for (size_t i = 0; i < APPROVE_SLOTS; i++)
		if (a->slots[i].answer.id != 0 && !a->slots[i].is_done)
			settle(&a->slots[i], NULL, why);
}

/*
 * Into buf; the length of a whole line, 0: not yet, -1: nonsense or the end.
 * What follows the line stays.
 */
static int
read_line(int fd, char *buf, size_t *n)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	const char *end = memchr(buf, '\n', *n);
	ssize_t r;

	if (end != NULL)
		return (int)(end - buf) + 1;
	if (*n == REPLY_CAP)
		return -1;
	if (poll(&ready, 1, 0) <= 0)
		return 0;
	r = read(fd, buf + *n, REPLY_CAP - *n);
	if (r <= 0)
		return r < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
	*n += (size_t)r;
	end = memchr(buf, '\n', *n);
	return end != NULL ? (int)(end - buf) + 1 : 0;
}

static void
read_channel(struct approve *a)
{
	struct approve_slot *s;
	struct reply r;
	int n = 0;

	while (a->channel >= 0 && (n = read_line(a->channel, a->input,
	    &a->ninput)) > 0) {
		if (reply_read(a->input, (size_t)n - 1, &r) < 0) {
			n = -1;
			break;
		}
		/* A late answer is nobody's; one never asked for is no answer. */
		s = r.id != 0 ? find_slot(a, r.id) : NULL;
		if (r.id > a->last_id) {
			n = -1;
			break;
		}
		if (s != NULL && !s->is_done)
			settle(s, &r, NULL);
		a->ninput -= (size_t)n;
		memmove(a->input, a->input + n, a->ninput);
	}
	if (n >= 0)
		return;
	/* Whoever writes nonsense is not believed afterwards either. */
	if (a->channel >= 0)
		close(a->channel);
	a->channel = -1;
	settle_all(a, "the approver ended or wrote nonsense");
}

static void
read_program(struct approve_slot *s)
{
	int n = read_line(s->fd, s->input, &s->ninput);
	struct reply r;

	if (n == 0)
		return;
	if (n < 0 || reply_read(s->input, (size_t)n - 1, &r) < 0 ||
	    r.id != s->answer.id)
		settle(s, NULL, "the approver gave no answer, or nonsense");
	else
		settle(s, &r, NULL);
}

/* An accepted amendment, to be looked at by a person. */
static void
log_answer(const struct approve *a, const struct approve_slot *s)
{
	char line[sizeof(s->note) + 128];
	struct text t;

	if (a->log < 0 || !s->answer.is_allowed || s->note[0] == '\0')
		return;
	text_init(&t, line, sizeof(line));
	text_str(&t, "# ");
	text_time(&t, time(NULL));
	text_str(&t, "Z ");
	text_str(&t, s->answer.why);
	text_str(&t, "\n");
	text_str(&t, s->note);
	text_str(&t, "\n");
	/* A log that cannot be written changes no answer. */
	if (!t.is_cut && write(a->log, t.p, t.len) < 0)
		return;
}

bool
approve_answer(struct approve *a, struct answer *out)
{
	if (a->kind == APPROVE_FD)
		read_channel(a);
	for (size_t i = 0; i < APPROVE_SLOTS; i++) {
		struct approve_slot *s = &a->slots[i];

		if (s->answer.id == 0)
			continue;
		if (!s->is_done && s->fd >= 0)
			read_program(s);
		if (!s->is_done && now_ms() >= s->deadline)
			settle(s, NULL, "no answer in time");
		if (!s->is_done)
			continue;
		log_answer(a, s);
		*out = s->answer;
		s->answer.id = 0;
		return true;
	}
	return false;
}

size_t
approve_fds(const struct approve *a, struct pollfd *fds)
{
	size_t n = 0;

	if (a->channel >= 0)
		fds[n++] = (struct pollfd){ a->channel, POLLIN, 0 };
	for (size_t i = 0; i < APPROVE_SLOTS; i++)
		if (a->slots[i].answer.id != 0 && a->slots[i].fd >= 0)
			fds[n++] = (struct pollfd){ a->slots[i].fd, POLLIN,
			    0 };
	return n;
}

int
approve_timeout(const struct approve *a)
{
	int64_t least = INT64_MAX, now = now_ms();

	for (size_t i = 0; i < APPROVE_SLOTS; i++) {
		const struct approve_slot *s = &a->slots[i];

		if (s->answer.id == 0)
			continue;
		if (s->is_done)
			return 0;
		if (s->deadline < least)
			least = s->deadline;
	}
	return least == INT64_MAX ? -1 : least <= now ? 0 : (int)(least - now);
}

/* --- questions ---------------------------------------------------------- */

/* In the child of vfork: it shares our memory. */
static void
become_program(const struct approve *a, int in, int out)
{
	char *argv[] = { (char *)(uintptr_t)a->program, NULL };

	dup2(in, 0);
	dup2(out, 1);
	sigprocmask(SIG_SETMASK, &a->mask, NULL);
	execve(a->program, argv, a->env);
	_exit(127);
}

static bool
start_program(struct approve *a, struct approve_slot *s, size_t len)
{
	int question[2], reply[2];
	bool is_fine;
	pid_t pid;

	if (pipe2(question, O_CLOEXEC) < 0)
		return false;
	if (pipe2(reply, O_CLOEXEC) < 0) {
		close(question[0]);
		close(question[1]);
		return false;
	}
	pid = vfork();
	if (pid == 0)
		become_program(a, question[0], reply[1]);
	close(question[0]);
	close(reply[1]);
	if (pid > 0)
		s->pidfd = (int)syscall(K_SYS_pidfd_open, pid, 0);
	is_fine = s->pidfd >= 0 && send_whole(question[1], a->line, len);
	close(question[1]);
	s->fd = reply[0];
	return is_fine;
}

static bool
is_within_rate(struct approve *a)
{
	int64_t now = now_ms();

	if (a->asked == 0 || now - a->since > 60000) {
		a->since = now;
		a->asked = 0;
	}
	return a->asked++ < ASKED_MAX;
}

static void
make_notes(struct approve_slot *s, const struct question *q)
{
	struct text t;

	text_init(&t, s->answer.target, sizeof(s->answer.target));
	for (size_t i = 0; i < q->argc && !t.is_cut; i++) {
		text_str(&t, i > 0 ? " " : "");
		text_shell(&t, q->argv[i]);
	}
	text_init(&t, s->note, sizeof(s->note));
	question_put_amendment(q, &t);
	if (t.is_cut)
		s->note[0] = '\0';
}

static bool
pose(struct approve *a, struct approve_slot *s, const struct question *q)
{
	struct text t;

	if (a->kind == APPROVE_TTY) {
		approve_tty(a, q, &s->answer);
		s->is_done = true;
		return true;
	}
	text_init(&t, a->line, LINE_CAP);
	question_put_json(q, &t);
	if (t.is_cut) {
		a->why = "the command is too long to be asked about";
		return false;
	}
	a->why = "the approver cannot be reached";
	if (a->kind == APPROVE_CMD)
		return start_program(a, s, t.len);
	return a->channel >= 0 && send_whole(a->channel, a->line, t.len);
}

uint64_t
approve_ask(struct approve *a, struct question *q)
{
	struct approve_slot *s = find_slot(a, 0);

	a->why = "too many questions";
	if (s == NULL || !is_within_rate(a))
		return 0;
	q->id = ++a->last_id;
	q->expires = time(NULL) + APPROVE_TIME;
	*s = (struct approve_slot){ .fd = -1, .pidfd = -1,
	    .deadline = now_ms() + APPROVE_TIME * 1000 };
	s->answer.id = q->id;
	make_notes(s, q);
	if (pose(a, s, q))
		return q->id;
	settle(s, NULL, a->why);
	s->answer.id = 0;
	return 0;
}

void
approve_now(struct approve *a, struct question *q, struct answer *out)
{
	uint64_t id = approve_ask(a, q);

	*out = (struct answer){ .why = a->why };
	while (id != 0 && !approve_answer(a, out)) {
		struct pollfd fds[APPROVE_FDS];

		poll(fds, approve_fds(a, fds), approve_timeout(a));
	}
	/* A program that has answered and ended; who lingers is left. */
	if (a->kind == APPROVE_CMD)
		waitpid(-1, NULL, WNOHANG);
}
