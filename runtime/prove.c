/*
 * --prove-here: see prove.h.  Each probe is first done free, which must
 * succeed to show anything, then in a process that has gone through the very
 * steps of a run and does it instead of its exec.
 */
#include "runtime/prove.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/dryrun.h"
#include "runtime/prove_list.h"

#define LINE_CAP	(2 * PATH_CAP)
#define PR_SET_ANY_PTRACER	0x59616d61
#define BACKLOG		16

enum prove_state { NOT_BEGUN, BEGUN, DONE };

/* Shared with the process that does it. */
struct prove_trial {
	const struct probe *probe;
	volatile int state, outcome;
	struct failure failure;
};

enum prove_verdict {
	HELD, WORKS, MOOT, LOST, NOT_HELD, FAILS, NVERDICTS
};

static const struct {
	const char *text, *json;
} verdicts[NVERDICTS] = {
	[HELD] = { "held      ", "held" },
	[WORKS] = { "works     ", "works" },
	[MOOT] = { "moot      ", "moot" },
	[LOST] = { "lost      ", "lost" },
	[NOT_HELD] = { "NOT HELD  ", "not_held" },
	[FAILS] = { "FAILS     ", "fails" },
};

/* --- what stands outside ------------------------------------------------ */

static int
listen_on(int family, struct sockaddr *address, socklen_t *len)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	return bind(fd, address, *len) < 0 || listen(fd, BACKLOG) < 0 ? -1
	    : getsockname(fd, address, len);
}

static void
open_listeners(struct prove_outside *o)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(a);
	struct text t;

	if (listen_on(AF_INET, (struct sockaddr *)&a, &len) == 0)
		o->port = ntohs(a.sin_port);
	text_init(&t, o->name, sizeof(o->name));
	text_str(&t, "@codex-prove-");
	text_num(&t, (uint64_t)getpid());
	memcpy(u.sun_path + 1, o->name + 1, t.len - 1);
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + t.len);
	if (listen_on(AF_UNIX, (struct sockaddr *)&u, &len) < 0)
		o->name[0] = '\0';
}

/* It lives as long as we do. */
static void
start_process(struct prove_outside *o)
{
	o->process = fork();
	if (o->process != 0)
		return;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	(void)prctl(PR_SET_ANY_PTRACER, -1, 0, 0, 0);
	for (;;)
		pause();
}

/* --- a trial ------------------------------------------------------------ */

static void
act(void *arg)
{
	struct prove_trial *t = arg;

	t->state = BEGUN;
	t->outcome = probe_do(t->probe);
	t->state = DONE;
}

/* What kills it leaves no core file behind. */
static void
forbid_core(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_CORE, &r) == 0) {
		r.rlim_cur = 0;
		(void)setrlimit(RLIMIT_CORE, &r);
	}
}

enum prove_how {
	FREE,
	PLAIN,			/* without the capabilities that no run has */
	LOCKED
};

static void
try_in_child(struct run *r, struct prove_trial *t, enum prove_how how)
{
	int status = 0;

	forbid_core();
	if (how == PLAIN)
		status = apply_capabilities(&r->failure);
	if (how == LOCKED)
		status = launch_act(r, act, t);
	else if (status == 0)
		act(t);
	if (t->state == NOT_BEGUN)
		t->failure = r->failure;
	leave(status == 0 ? 0 : 1);
}

/* 0, or -1: the steps before the act failed. */
static int
try(struct run *r, struct prove_trial *t, enum prove_how how, int *outcome)
{
	int status = 0;
	pid_t pid;

	t->state = NOT_BEGUN;
	pid = fork();
	if (pid == 0)
		try_in_child(r, t, how);
	if (pid < 0)
		return refuse(&r->failure, EXIT_RUNNER, errno, "fork", NULL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (t->state == NOT_BEGUN) {
		r->failure = t->failure;
		return -1;
	}
	/* Who began and did not come back is a program, or dead. */
	*outcome = t->state == DONE ? t->outcome : status == 0 ? 0
	    : PROBE_KILLED;
	return 0;
}

static bool
is_refusal(int outcome)
{
	return outcome == EPERM || outcome == EACCES || outcome == EROFS ||
	    outcome == ENOSYS || outcome == EAFNOSUPPORT;
}

/* Where it fails free for reasons of its own, it shows nothing. */
static bool
is_moot(const struct probe *p)
{
	return p->act < PROBE_CALL ? p->free != 0 : is_refusal(p->free);
}

static int
try_both(struct run *r, struct prove_trial *t, struct probe *p)
{
	p->held = PROBE_UNTRIED;
	t->probe = p;
	memset(&t->failure, 0, sizeof(t->failure));
	if (try(r, t, FREE, &p->free) < 0)
		return -1;
	if (is_moot(p))
		return 0;
	if (try(r, t, LOCKED, &p->held) < 0)
		return -1;
	if (!p->is_allowed || p->held == p->free || p->held == 0)
		return 0;
	if (try(r, t, PLAIN, &p->free) < 0)
		return -1;
	if (is_moot(p))
		p->held = PROBE_UNTRIED;
	return 0;
}

static enum prove_verdict
judge(const struct run *r, const struct probe *p)
{
	bool is_same = p->held == p->free;

	if (p->held == PROBE_UNTRIED)
		return MOOT;
	if (p->is_allowed)
		return is_same || p->held == 0 ? WORKS : FAILS;
	if (!is_same)
		return HELD;
	return (r->support.lost & p->layer) != 0 ? LOST : NOT_HELD;
}

/* --- the receipt -------------------------------------------------------- */

static const char *
outcome_text(int outcome)
{
	return outcome == PROBE_KILLED ? "killed" : outcome == 0 ? "done"
	    : strerror(outcome);
}

static const char *
strength(const struct run *r, const struct probe *p, enum prove_verdict v)
{
	if (v != HELD)
		return v == NOT_HELD || v == LOST ? "none" : NULL;
	return judge_strength_name(p->is_supervised ||
	    bars_are_supervised(&r->plan.bars, p->target) ? JUDGE_SUPERVISED
							  : JUDGE_HARD);
}

static void
put_json(struct report *rep, const struct run *r, const struct probe *p,
    enum prove_verdict v)
{
	const struct blob *b = &p->by->blob;
	struct blob_rule_info info;
	char line[LINE_CAP];
	struct text t;

	report_object(rep);
	report_str(rep, "verdict", verdicts[v].json);
	report_str(rep, "act", probe_name(p->act));
	report_str(rep, "target", p->target);
	report_str(rep, "expected", p->is_allowed ? "allowed" : "refused");
	report_str(rep, "free", outcome_text(p->free));
	if (p->held != PROBE_UNTRIED)
		report_str(rep, "held", outcome_text(p->held));
	if (strength(r, p, v) != NULL)
		report_str(rep, "strength", strength(r, p, v));
	if (blob_rule_get(b, p->rule, &info) == BLOB_OK) {
		text_init(&t, line, sizeof(line));
		text_str(&t, blob_str(b, info.file));
		text_str(&t, ":");
		text_num(&t, info.line);
		report_str(rep, "rule", blob_str(b, info.name));
		report_str(rep, "source", line);
	}
	report_object_end(rep);
}

static void
put_probe(struct report *rep, const struct run *r, const struct probe *p,
    enum prove_verdict v)
{
	char line[LINE_CAP];
	struct text t;

	if (rep->is_json) {
		put_json(rep, r, p, v);
		return;
	}
	text_init(&t, line, sizeof(line));
	text_str(&t, verdicts[v].text);
	text_str(&t, probe_name(p->act));
	text_str(&t, " ");
	text_str(&t, p->target);
	text_str(&t, ": ");
	text_str(&t, v == MOOT ? "refused without it, too: " : "");
	text_str(&t, outcome_text(v == MOOT ? p->free : p->held));
	policy_put_rule(p->by, p->rule, strength(r, p, v), &t);
	report_item(rep, line);
}

static void
put_variables(struct report *rep, const struct run *r)
{
	const struct judge_vars *v = &r->command.judged.vars;
	char line[LINE_CAP];
	struct text t;

	report_list(rep, "variables");
	for (unsigned i = 0; i < BLOB_NVARS; i++)
		for (size_t k = 0; k < (i == BLOB_VAR_WORKSPACE ?
		    v->nworkspaces : 1); k++) {
			const char *value = i == BLOB_VAR_WORKSPACE ?
			    v->workspaces[k] : v->value[i];

			if (value == NULL)
				continue;
			text_init(&t, line, sizeof(line));
			text_str(&t, vars_name((enum blob_var)i));
			text_str(&t, " = ");
			text_str(&t, value);
			report_item(rep, line);
		}
	report_list_end(rep);
}

/* What is kept by us, not by the kernel, or asked of a person. */
static void
put_untried(struct report *rep, bool is_proxied)
{
	static const char *const parts[] = {
		"exec rules", "environment", "kept descriptors", "audit",
		"limits.wall",
	};

	report_list(rep, "not_tried");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		report_item(rep, parts[i]);
	if (is_proxied)
		report_item(rep, "network.domains");
	report_list_end(rep);
}

static int
put_receipt(struct report *rep, struct run *r, const struct prove_list *l)
{
	static const char *const counts[NVERDICTS] = {
		"held", "works", "moot", "lost", "not_held", "fails",
	};
	size_t n[NVERDICTS] = { 0 };

	dryrun_put_policies(rep, &r->policies);
	report_str(rep, "mode", r->mode == RUN_SUPERVISED ? "supervised"
	    : "in-place");
	put_variables(rep, r);
	report_list(rep, "probes");
	for (size_t i = 0; i < l->count; i++) {
		enum prove_verdict v = judge(r, &l->list[i]);

		n[v]++;
		put_probe(rep, r, &l->list[i], v);
	}
	report_list_end(rep);
	dryrun_put_absent(rep, &r->plan.bars);
	support_report_lost(rep, &r->support);
	put_untried(rep, r->plan.is_proxied);
	report_bool(rep, "all_tried", !l->is_full);
	for (size_t i = 0; i < NVERDICTS; i++)
		report_num(rep, counts[i], n[i]);
	report_bool(rep, "proved", n[NOT_HELD] + n[FAILS] == 0);
	return n[NOT_HELD] + n[FAILS] == 0 ? 0 : 1;
}

static int
try_all(struct run *r, struct prove_list *l)
{
	struct prove_trial *t = mmap(NULL, sizeof(*t), PROT_READ |
	    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (t == MAP_FAILED)
		return refuse(&r->failure, EXIT_RUNNER, errno, "no memory",
		    NULL);
	for (size_t i = 0; i < l->count; i++)
		if (try_both(r, t, &l->list[i]) < 0)
			return -1;
	return 0;
}

int
prove_print(struct run *r, struct text *out)
{
	struct prove_outside outside = { .port = 0 };
	struct prove_list l;
	struct report rep;
	int status;

	r->options.is_quiet = true;
	if (launch_prove(r) < 0)
		return -1;
	open_listeners(&outside);
	start_process(&outside);
	status = prove_list_make(&l, r, &outside) < 0 ?
	    refuse(&r->failure, EXIT_RUNNER, ENOMEM, "probes", NULL)
	    : try_all(r, &l);
	if (outside.process > 0) {
		(void)kill(outside.process, SIGKILL);
		(void)waitpid(outside.process, NULL, 0);
	}
	if (status < 0)
		return -1;
	report_begin(&rep, out, r->options.wants_json);
	status = put_receipt(&rep, r, &l);
	report_end(&rep);
	return status;
}
