/* Every exec of a tree: see execs.h. */
#include "runtime/execs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEV_FD	"/dev/fd/"	/* where execveat has its programs, to see */

bool
execs_can_refuse(const struct policies *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (ruling_has_scope(&all->list[i]) &&
		    !ruling_is_open(&all->list[i]))
			return true;
	return false;
}

int
execs_init(struct execs *x, const struct execs_setup *s, struct failure *f)
{
	/* x is zeroed: most of it is never touched. */
	x->s = *s;
	x->listener = -1;
	x->is_checked = execs_can_refuse(s->all);
	x->strength = judge_strength_name(s->is_exposed || !x->is_checked ?
	    JUDGE_ADVISORY : JUDGE_SUPERVISED);
	x->has_records = ruling_any_has_scope(s->all) &&
	    audit_wants(s->audit, AUDT_EV_EXEC | AUDT_EV_ALLOWED);
	return peek_init(&x->mem, f);
}

bool
execs_have_room(const struct execs *x)
{
	return x->npending < EXECS_MAX;
}

/* --- what is seen ------------------------------------------------------- */

static bool
needs_directory(const struct execs *x, const char *path)
{
	struct blob_span prog;

	if (path[0] != '/')
		return true;
	for (size_t i = 0; i < x->s.all->count; i++)
		if (blob_section(&x->s.all->list[i].blob, BLOB_PROG, 0,
		    &prog) == BLOB_OK)
			return true;
	return false;
}

/* The path in x->path, absolute, below a directory where it is relative. */
static bool
make_path(struct execs *x, const char *directory, const char *path)
{
	struct text t;

	text_init(&t, x->path, sizeof(x->path));
	if (path[0] != '/') {
		text_str(&t, directory);
		text_str(&t, "/");
	}
	text_str(&t, path);
	if (t.is_cut)
		return false;
	path_normalise(x->path);
	return true;
}

/* The directory, or the file itself, that a descriptor of a task leads to. */
static bool
look_at_fd(pid_t pid, int fd, char *buf, size_t cap)
{
	char name[24];
	struct text t;

	text_init(&t, name, sizeof(name));
	text_str(&t, "fd/");
	text_num(&t, (uint64_t)(unsigned)fd);
	return fd >= 0 && peek_link(pid, name, buf, cap);
}

/* What the call names, before it happens.  0 or an errno for the caller. */
static int
see_call(struct execs *x, const struct k_notif *n, struct execstack *words,
    struct exec_seen *e)
{
	bool is_at = n->data.nr == SYS_execveat;
	const uint64_t *arg = n->data.args + is_at;
	pid_t pid = (pid_t)n->pid;
	int fd = is_at ? (int)n->data.args[0] : -1;
	int err = peek_exec(&x->mem, pid, arg[0], arg[1], words);

	/* A beginning is enough for a record. */
	if (err != 0 && (err != E2BIG || x->is_checked))
		return err;
	x->cwd[0] = '\0';
	*e = (struct exec_seen){ .words = words, .path = x->path,
	    .vars = x->s.vars, .can_refuse = x->is_checked };
	if (needs_directory(x, words->execfn) &&
	    !peek_link(pid, "cwd", x->cwd, sizeof(x->cwd)))
		return EPERM;
	e->cwd = x->cwd[0] == '/' ? x->cwd : NULL;
	if (is_at && words->execfn[0] != '/' && fd >= 0) {
		/* x->exe is free until there is one. */
		if (!look_at_fd(pid, fd, x->exe, sizeof(x->exe)))
			return EBADF;
		return make_path(x, x->exe, words->execfn) ? 0 : ENAMETOOLONG;
	}
	return make_path(x, x->cwd, words->execfn) ? 0 : ENAMETOOLONG;
}

/* A file that was run from a descriptor: "/dev/fd/5" says nothing. */
static bool
is_descriptor(const char *path)
{
	size_t n = strlen(DEV_FD);

	return strncmp(path, DEV_FD, n) == 0 &&
	    path[n + strspn(path + n, "0123456789")] == '\0';
}

/*
 * The file that was asked for, in a name of ours; /dev/fd would be our own.
 * A descriptor's is open still, or no interpreter could read it.
 */
static bool
find_script(struct execs *x, pid_t pid, struct exec_seen *e)
{
	const char *path = e->words->execfn;
	char file[PATH_CAP + 32];
	struct text t;

	/* Mostly the path alone tells. */
	if (!is_descriptor(path) && strcmp(x->exe, x->path) == 0)
		return false;
	text_init(&t, file, sizeof(file));
	if (strncmp(path, DEV_FD, strlen(DEV_FD)) == 0) {
		text_proc(&t, pid, path + strlen("/dev"));
	} else {
		text_proc(&t, pid, "/root");
		text_str(&t, x->path);
	}
	return !t.is_cut && script_find(&e->script, pid, file, e->words) &&
	    (!is_descriptor(path) || look_at_fd(pid, atoi(path +
	    strlen(DEV_FD)), x->path, sizeof(x->path)));
}

/* What has come to be, at the exec event. */
static bool
see_program(struct execs *x, pid_t pid, struct execstack *words,
    struct exec_seen *e)
{
	static const char gone[] = " (deleted)";
	size_t n;

	if (peek_fresh(&x->mem, pid, words) < 0 || words->execfn == NULL ||
	    !peek_link(pid, "exe", x->exe, sizeof(x->exe)))
		return false;
	n = strlen(x->exe);
	if (n >= sizeof(gone) && strcmp(x->exe + n - sizeof(gone) + 1,
	    gone) == 0)
		x->exe[n - sizeof(gone) + 1] = '\0';
	x->cwd[0] = '\0';
	*e = (struct exec_seen){ .words = words, .path = x->path,
	    .exe = x->exe, .vars = x->s.vars, .can_refuse = true };
	if (needs_directory(x, words->execfn) &&
	    !peek_link(pid, "cwd", x->cwd, sizeof(x->cwd)))
		return false;
	e->cwd = x->cwd[0] == '/' ? x->cwd : NULL;
	if (!make_path(x, x->cwd, is_descriptor(words->execfn) ? x->exe
	    : words->execfn))
		return false;
	if (!find_script(x, pid, e))
		e->script.nlevels = 0;
	return true;
}

/* --- what is recorded --------------------------------------------------- */

/* The command line as a shell would take it. */
static void
make_target(struct execs *x, const struct exec_seen *e)
{
	const struct execstack *w = e->words;
	struct text t;

	text_init(&t, x->target, sizeof(x->target));
	if (w->argc == 0 || w->argv[0][0] == '\0')
		text_shell(&t, e->path);
	for (size_t i = 0; i < w->argc && !t.is_cut; i++) {
		text_str(&t, i > 0 ? " " : "");
		text_shell(&t, w->argv[i]);
	}
	if (t.is_cut)
		memcpy(x->target + t.len - 3, "...", 3);
}

static void
record(struct execs *x, const struct ruling *r, pid_t pid,
    const char *outcome)
{
	bool is_allowed = r->decision == BLOB_ALLOW;
	const struct audit_item item = {
		.event = "decision", .operation = "process_spawn",
		.target = x->target, .decision = r->decision,
		.reason = r->why[0] != '\0' ? r->why : r->is_rule ?
		    "a rule matches" : "no rule matches",
		.by = r->by, .rule = r->info, .layer = "exec",
		.strength = x->strength, .outcome = outcome, .pid = pid,
	};

	if (audit_wants(x->s.audit, AUDT_EV_EXEC | (is_allowed ?
	    AUDT_EV_ALLOWED : AUDT_EV_DENIED)))
		audit_item(x->s.audit, x->s.command, &item);
}

/* A refusal, for the records and for the end. */
static void
refused(struct execs *x, const struct ruling *r, pid_t pid,
    const char *outcome)
{
	struct denial d = { .what = "exec", .by = r->by, .rule = r->info,
	    .strength = x->strength, .why = r->why };
	struct text t;

	text_init(&t, d.target, sizeof(d.target));
	text_str(&t, x->target);
	if (t.is_cut)
		memcpy(d.target + t.len - 3, "...", 3);
	if (r->decision == BLOB_PROMPT && x->s.approve == NULL)
		d.why = "needs an approval that nobody gave";
	denials_add(x->s.denials, &d);
	record(x, r, pid, outcome);
}

static void
record_answer(struct execs *x, const struct answer *a, const struct ruling *r,
    pid_t pid)
{
	const struct audit_item item = {
		.event = "approval", .operation = "process_spawn",
		.target = a->target,
		.decision = a->is_allowed ? BLOB_ALLOW : BLOB_FORBIDDEN,
		.reason = a->why, .by = r->by, .rule = r->info,
		.layer = "exec", .strength = x->strength, .pid = pid,
	};

	audit_item(x->s.audit, x->s.command, &item);
}

/* Without a look there is no rule to name. */
static void
refused_unseen(struct execs *x, pid_t pid, const char *why,
    const char *outcome)
{
	const struct ruling r = { .decision = BLOB_FORBIDDEN, .why = why,
	    .by = x->s.all->list };

	if (!peek_link(pid, "exe", x->target, sizeof(x->target)))
		strcpy(x->target, "?");
	refused(x, &r, pid, outcome);
}

/* --- tracing ------------------------------------------------------------ */

static struct exec_pending *
find(struct execs *x, pid_t tid)
{
	for (size_t i = 0; i < x->npending; i++)
		if (x->pending[i].tid == tid)
			return &x->pending[i];
	return NULL;
}

static bool
is_thread_of(pid_t tid, pid_t process)
{
	return syscall(SYS_tgkill, process, tid, 0) == 0;
}

/* 0: it is gone. */
static pid_t
process_of(pid_t tid)
{
	uint64_t pid;

	return peek_status(tid, "Tgid", 10, &pid) ? (pid_t)pid : 0;
}

static bool
are_threads_of_one(pid_t a, pid_t b)
{
	bool is_leader = is_thread_of(a, a);

	/* The first thread of a process bears its number. */
	if (is_leader && is_thread_of(b, b))
		return false;
	return is_leader ? is_thread_of(b, a) : is_thread_of(a, b) ||
	    process_of(a) == process_of(b);
}

/*
 * An exec holds a lock of its process that tracing another thread of it
 * would wait for, while the exec waits for us to reap that thread: so one
 * thread of a process at a time.
 */
static bool
is_in_the_way(struct execs *x, const struct exec_pending *p)
{
	for (size_t i = 0; i < x->npending; i++) {
		const struct exec_pending *o = &x->pending[i];

		if (o != p && o->state == EXEC_TRACED &&
		    are_threads_of_one(o->tid, p->tid))
			return true;
	}
	return false;
}

static void
drop(struct execs *x, struct exec_pending *p)
{
	*p = x->pending[--x->npending];
}

/* Let it go on, to its exec event.  False: it is not pending any more. */
static bool
trace(struct execs *x, struct exec_pending *p)
{
	if (ptrace(PTRACE_SEIZE, p->tid, NULL, (void *)(uintptr_t)
	    (K_PTRACE_O_TRACEEXEC | K_PTRACE_O_EXITKILL)) < 0) {
		if (errno != ESRCH && notify_is_valid(x->listener, p->id)) {
			refused_unseen(x, p->tid,
			    "it cannot be traced through its exec", NULL);
			notify_refuse(x->listener, p->id, EPERM);
		}
		drop(x, p);
		return false;
	}
	/* Stops it where its exec fails: then there is no event. */
	ptrace(PTRACE_INTERRUPT, p->tid, NULL, NULL);
	notify_continue(x->listener, p->id);
	p->state = EXEC_TRACED;
	return true;
}

static void
trace_waiting(struct execs *x)
{
	for (size_t i = 0; i < x->npending;)
		if (x->pending[i].state == EXEC_WAITING &&
		    !is_in_the_way(x, &x->pending[i]) &&
		    !trace(x, &x->pending[i]))
			continue;
		else
			i++;
}

static struct exec_pending *
add(struct execs *x, const struct k_notif *n, enum exec_state state)
{
	struct exec_pending *p = &x->pending[x->npending++];

	*p = (struct exec_pending){ .id = n->id, .tid = (pid_t)n->pid,
	    .state = state };
	return p;
}

static void
let_pass(struct execs *x, const struct k_notif *n)
{
	struct exec_pending *p = add(x, n, EXEC_WAITING);

	if (!is_in_the_way(x, p))
		trace(x, p);
}

/* --- approvals ---------------------------------------------------------- */

void
execs_grant(struct execs *x, const struct binding *b, int64_t until)
{
	if (x->ngrants == EXECS_GRANTS)
		memmove(x->grants, x->grants + 1,
		    --x->ngrants * sizeof(x->grants[0]));
	x->grants[x->ngrants++] = (struct exec_grant){ *b, until };
}

static bool
is_granted(const struct execs *x, const struct binding *b)
{
	for (size_t i = 0; i < x->ngrants; i++)
		if (binding_is_same(&x->grants[i].binding, b) &&
		    (x->grants[i].until == 0 ||
		    time(NULL) < x->grants[i].until))
			return true;
	return false;
}

static bool
was_refused(const struct execs *x, pid_t tid, const struct binding *b)
{
	for (size_t i = 0; i < EXECS_REFUSALS; i++)
		if (x->refusals[i].tid == tid && x->refusals[i].file.device ==
		    b->file.device && x->refusals[i].file.inode ==
		    b->file.inode)
			return true;
	return false;
}

static void
remember_refusal(struct execs *x, const struct exec_pending *p)
{
	x->refusals[x->nrefusals++ % EXECS_REFUSALS] = (struct exec_refusal){
	    .tid = p->tid, .file = p->binding.file };
}

/* The path of execveat as the program will see it. */
static const char *
shown_path(const struct k_notif *n, const char *path, struct text *t)
{
	if (n->data.nr != SYS_execveat || path[0] == '/' ||
	    (int)n->data.args[0] < 0)
		return path;
	text_str(t, "/dev/fd/");
	text_num(t, n->data.args[0]);
	text_str(t, path[0] != '\0' ? "/" : "");
	text_str(t, path);
	return t->p;
}

/* False: nobody is asked, see r->why. */
static bool
ask_somebody(struct execs *x, const struct k_notif *n,
    const struct exec_seen *e, struct ruling *r)
{
	struct execstack words = *e->words;
	struct exec_pending *p;
	struct binding b;
	struct question q = {
		.argv = words.argv, .argc = words.argc, .path = e->path,
		.cwd = x->cwd, .by = r->by, .rule = r->info,
		.why = r->why, .is_tree = true, .vars = x->s.vars,
	};
	struct text t;
	uint64_t id;

	text_init(&t, x->exe, sizeof(x->exe));
	words.execfn = shown_path(n, words.execfn, &t);
	r->why = "it cannot be bound to what would be asked";
	if (t.is_cut || !binding_take(&b, (pid_t)n->pid, &words, e->path))
		return false;
	if (is_granted(x, &b)) {
		p = add(x, n, EXEC_WAITING);
		p->is_approved = true;
		p->binding = b;
		trace_waiting(x);
		return true;
	}
	r->why = "refused";
	if (was_refused(x, (pid_t)n->pid, &b))
		return false;
	(void)peek_link((pid_t)n->pid, "cwd", x->cwd, sizeof(x->cwd));
	id = approve_ask(x->s.approve, &q);
	if (id == 0) {
		r->why = x->s.approve->why;
		return false;
	}
	p = add(x, n, EXEC_ASKED);
	p->question = id;
	p->binding = b;
	p->ruling = *r;
	p->ruling.why = q.why;
	return true;
}

/* The question has had its time: the task can be gone. */
void
execs_answer(struct execs *x, const struct answer *a)
{
	struct exec_pending *p = x->pending;
	struct ruling r;
	struct text t;

	while (p < x->pending + x->npending && (p->state != EXEC_ASKED ||
	    p->question != a->id))
		p++;
	if (p == x->pending + x->npending)
		return;
	if (!notify_is_valid(x->listener, p->id)) {
		drop(x, p);
		return;
	}
	record_answer(x, a, &p->ruling, p->tid);
	if (a->is_allowed) {
		if (a->is_for_run)
			execs_grant(x, &p->binding, a->until);
		p->is_approved = true;
		p->state = EXEC_WAITING;
		trace_waiting(x);
		return;
	}
	remember_refusal(x, p);
	r = p->ruling;
	r.why = a->why;
	text_init(&t, x->target, sizeof(x->target));
	text_str(&t, a->target);
	refused(x, &r, p->tid, "EPERM");
	notify_refuse(x->listener, p->id, EPERM);
	drop(x, p);
}

/*
 * Shells try one folder after another: what is not there is no refusal.  A
 * wrong answer does no harm, for the second look comes.
 */
static bool
is_there(struct execs *x, pid_t pid)
{
	struct text t;

	text_init(&t, x->exe, sizeof(x->exe));
	text_proc(&t, pid, "/root");
	text_str(&t, x->path);
	return t.is_cut || access(x->exe, F_OK) == 0 || errno != ENOENT ||
	    strncmp(x->path, "/memfd:", 7) == 0;
}

/* --- the first look ----------------------------------------------------- */

void
execs_ask(struct execs *x, const struct k_notif *n)
{
	pid_t pid = (pid_t)n->pid;
	struct execstack words;
	struct exec_seen e;
	struct ruling r;
	int err;

	if (!x->is_checked && !x->has_records) {
		notify_continue(x->listener, n->id);
		return;
	}
	err = see_call(x, n, &words, &e);
	if (err == 0) {
		r = ruling_decide(x->s.all, &e);
		if (x->is_checked && (r.decision == BLOB_ALLOW ||
		    !is_there(x, pid))) {
			let_pass(x, n);
			return;
		}
	}
	/* The task can have died, and its number be another's. */
	if (!notify_is_valid(x->listener, n->id))
		return;
	if (err == E2BIG) {
		let_pass(x, n);
		return;
	}
	if (err == EPERM)
		refused_unseen(x, pid, "its arguments cannot be read", NULL);
	if (err != 0) {
		notify_refuse(x->listener, n->id, err);
		return;
	}
	if (r.decision == BLOB_PROMPT && x->s.approve != NULL &&
	    ask_somebody(x, n, &e, &r))
		return;
	make_target(x, &e);
	if (r.decision != BLOB_ALLOW) {
		refused(x, &r, pid, "EPERM");
		notify_refuse(x->listener, n->id, EPERM);
	} else {
		record(x, &r, pid, NULL);
		notify_continue(x->listener, n->id);
	}
}

/* --- the second look ---------------------------------------------------- */

static bool
may_run(struct execs *x, pid_t pid, const struct exec_pending *p)
{
	struct execstack words;
	struct exec_seen e;
	struct ruling r;

	if (!see_program(x, pid, &words, &e)) {
		refused_unseen(x, pid, "its arguments cannot be read",
		    "killed");
		return false;
	}
	r = ruling_decide(x->s.all, &e);
	make_target(x, &e);
	if (r.decision == BLOB_PROMPT && p != NULL && p->is_approved) {
		if (binding_holds(&p->binding, pid, &words, x->path))
			r.decision = BLOB_ALLOW;
		else
			r.why = "it is not what was approved";
	}
	if (r.decision != BLOB_ALLOW) {
		refused(x, &r, pid, "killed");
		return false;
	}
	record(x, &r, pid, NULL);
	return true;
}

bool
execs_may_begin(struct execs *x, pid_t pid)
{
	struct execstack words;
	struct exec_seen e;
	struct ruling r;

	if (!x->is_checked || !see_program(x, pid, &words, &e))
		return true;
	r = ruling_decide(x->s.all, &e);
	if (r.decision != BLOB_FORBIDDEN || !r.is_rule)
		return true;
	make_target(x, &e);
	x->has_killed_command = true;
	refused(x, &r, pid, "killed");
	return false;
}

/* pid is its process's now, whichever thread made the call. */
static void
on_exec(struct execs *x, pid_t pid)
{
	struct exec_pending *p = find(x, pid);
	unsigned long former = 0;

	/* Not its first thread: that one's number is now its own. */
	if (p == NULL || p->state != EXEC_TRACED) {
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &former);
		p = find(x, (pid_t)former);
	}
	if (may_run(x, pid, p)) {
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
		if (p != NULL)
			drop(x, p);
		return;
	}
	if (pid == x->command) {
		x->has_killed_command = true;
		x->is_approval = p != NULL && p->is_approved;
	}
	kill(pid, SIGKILL);
	if (p != NULL)
		*p = (struct exec_pending){ .tid = pid,
		    .state = EXEC_KILLED };
}

bool
execs_on_child(struct execs *x, const siginfo_t *info)
{
	pid_t pid = info->si_pid;
	struct exec_pending *p;
	int event = info->si_status >> 8, sig = info->si_status & 0xff;
	bool is_stop = info->si_code == CLD_TRAPPED;

	if (info->si_code == CLD_STOPPED)
		return false;
	if (is_stop && event == K_PTRACE_EVENT_EXEC) {
		on_exec(x, pid);
	} else {
		/* It died, or its exec failed, or a signal came first. */
		if (is_stop)
			ptrace(PTRACE_DETACH, pid, NULL, (void *)(uintptr_t)
			    (event == 0 ? sig : 0));
		p = find(x, pid);
		if (p != NULL)
			drop(x, p);
	}
	trace_waiting(x);
	return is_stop;
}
