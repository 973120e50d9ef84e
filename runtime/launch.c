/*
 * The steps of a run, in the one order that is right: everything is found
 * out before anything is locked, the filter comes last.  See launch.h.
 */
#include "runtime/launch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/binding.h"
#include "runtime/given.h"
#include "runtime/keep.h"
#include "runtime/left_calls.h"
#include "runtime/loader.h"
#include "runtime/peek.h"
#include "runtime/procfs.h"
#include "runtime/reaper.h"
#include "runtime/supervise.h"

/* The shortest time of all who set one; 0: none. */
static uint64_t
find_wall(const struct run *r)
{
	uint64_t wall = r->options.timeout_ms;
	struct blob_limit_entry e;

	for (size_t i = 0; i < r->policies.count; i++)
		for (uint32_t k = 0; blob_limit_get(
		    &r->policies.list[i].blob, k, &e) == BLOB_OK; k++)
			if (e.resource == BLOB_LIM_WALL &&
			    (wall == 0 || e.value < wall))
				wall = e.value;
	return wall;
}

/* In place, unless something needs one who stays. */
static void
choose_mode(struct run *r)
{
	bool wants_session = false;

	r->is_detached = true;
	for (size_t i = 0; i < r->policies.count; i++) {
		const struct blob_meta *meta = &r->policies.list[i].meta;

		r->is_detached &= meta->detach != 0;
		wants_session |= meta->new_session == BLOB_YES;
		r->child.has_reaper |= (meta->namespaces & META_NS_PID) != 0;
	}
	r->wall_ms = find_wall(r);
	r->has_tree = ruling_any_has_scope(&r->policies);
	r->has_broker = broker_is_needed(&r->policies);
	/* The leader of a process group can't leave its session. */
	r->needs_session = wants_session && getpgrp() == getpid();
	/* A blob can ask for both; the compiler refuses that. */
	r->is_detached &= !r->child.has_reaper;
	if (r->wall_ms > 0 || r->has_tree || r->child.has_reaper ||
	    r->has_broker || r->needs_session || r->options.is_explained ||
	    r->options.fail_on_left != 0 || proxy_is_wanted(&r->policies))
		r->mode = RUN_SUPERVISED;
}

static int
step_load(struct run *r)
{
	support_probe(&r->support);
	if (load_policies(&r->policies, r->options.profiles,
	    r->options.nprofiles, &r->vars, &r->failure) < 0)
		return -1;
	for (size_t i = 0; i < r->policies.count; i++)
		if (support_check(&r->support, &r->policies.list[i],
		    &r->failure) < 0)
			return -1;
	/* With the ceiling; layers around us nobody can count. */
	if (r->support.landlock_abi > 0 && r->policies.count > OPTIONS_MAX)
		return refuse_layer(&r->failure, E2BIG,
		    r->policies.list[OPTIONS_MAX].path);
	choose_mode(r);
	return 0;
}

static int
step_directory(struct run *r)
{
	const char *dir = r->options.directory;

	if (dir == NULL || chdir(dir) == 0)
		return 0;
	return refuse(&r->failure, EXIT_RUNNER, errno, dir, NULL);
}

/* What is lost or not kept is less than hard. */
static int
check_strength(struct run *r)
{
	const struct bars *b = &r->plan.bars;

	if (r->has_broker)
		return refuse(&r->failure, EXIT_RUNNER, 0, "--strict-strength "
		    "hard: hosts in network.connect and paths in network.unix "
		    "are supervised", NULL);
	if (b->nabsent > 0)
		return refuse(&r->failure, EXIT_RUNNER, 0, "--strict-strength "
		    "hard: ", b->absent[0], " does not exist, so ",
		    b->are_absent_kept ? "only the supervisor keeps it" :
		    "it cannot be kept in place", NULL);
	if (b->nlinked > 0)
		return refuse(&r->failure, EXIT_RUNNER, 0, "--strict-strength "
		    "hard: ", b->linked[0], " has another name, a hard link, "
		    "which is not kept", NULL);
	if (r->plan.is_proxied)
		return refuse(&r->failure, EXIT_RUNNER, 0, "--strict-strength "
		    "hard: the names of network.domains are supervised", NULL);
	for (uint32_t bit = 1; bit < META_ALL_MAY_LACK; bit <<= 1)
		if ((r->support.lost & bit) != 0)
			return refuse(&r->failure, EXIT_RUNNER, 0,
			    "--strict-strength hard: this kernel lacks ",
			    support_name(bit), NULL);
	return 0;
}

/* A directory that was removed is none; who needs one says so. */
static int
add_directory(struct run *r)
{
	if (vars_add_workspace(&r->vars, ".", &r->failure) == 0)
		return 0;
	if (r->failure.err != ENOENT)
		return -1;
	r->failure = (struct failure){ .step = r->failure.step };
	return 0;
}

static int
step_variables(struct run *r)
{
	const struct options *o = &r->options;

	r->vars.is_workspace_given = o->nworkspaces > 0;
	if (o->nworkspaces == 0 && add_directory(r) < 0)
		return -1;
	for (size_t i = 0; i < o->nworkspaces; i++)
		if (vars_add_workspace(&r->vars, o->workspaces[i],
		    &r->failure) < 0)
			return -1;
	if (plan_build(&r->plan, &r->policies, &r->vars, &r->failure) < 0)
		return -1;
	/* Who is not told need not wait for it. */
	if ((o->is_strict || o->is_dry_run || o->is_doctor ||
	    o->json_fd >= 0 || o->audit[0] != NULL || o->audit[1] != NULL) &&
	    bars_find_links(&r->plan.bars, &r->mem) < 0)
		return refuse(&r->failure, EXIT_RUNNER, ENOMEM, "hard links",
		    NULL);
	support_check_mounts(&r->support, &r->policies, &r->plan);
	if (r->plan.bars.are_unavailable && keep_without_mounts(r))
		r->support.lost &= ~(uint32_t)META_MAY_LACK_MOUNTS;
	r->plan.bars.are_unavailable = false;
	if (keep_plan(r) < 0)
		return -1;
	return o->is_strict ? check_strength(r) : 0;
}

static int
step_environment(struct run *r)
{
	if (env_build(&r->env, &r->policies, &r->vars, &r->failure) < 0)
		return -1;
	return !r->plan.is_proxied ? 0 : proxy_set_environment(&r->env,
	    &r->policies, &r->mem, &r->failure);
}

static int
step_command(struct run *r)
{
	return command_resolve(&r->command, &r->options, r->env.list,
	    &r->mem, &r->failure);
}

static int
step_decide(struct run *r)
{
	struct command *c = &r->command;
	bool is_wanted = r->mode == RUN_SUPERVISED ||
	    decide_is_wrapper((const char *const *)c->argv, c->argc);

	if (judged_init(&c->judged, &r->policies, is_wanted, &r->vars,
	    &r->mem, &r->failure) < 0)
		return -1;
	if (command_decide(&r->command, &r->policies, &r->failure) < 0 ||
	    command_can_start(&r->policies, &r->failure) < 0)
		return -1;
	return loader_check(&r->command, &r->policies, &r->plan,
	    r->has_tree && execs_can_refuse(&r->policies), &r->failure);
}

static int
step_audit(struct run *r)
{
	if (audit_open(&r->audit, &r->options, &r->policies, &r->plan,
	    &r->vars, &r->failure) < 0)
		return -1;
	return audit_tell_session(&r->audit, &r->env, &r->mem, &r->failure);
}

/* What the records could not say of themselves. */
static void
tell_lost(struct run *r)
{
	uint64_t lost = r->audit.lost - r->audit.noticed;
	char line[64];
	struct text t;

	r->audit.noticed = r->audit.lost;
	if (lost == 0)
		return;
	text_init(&t, line, sizeof(line));
	text_num(&t, lost);
	text_str(&t, lost == 1 ? " audit record could not be written"
	    : " audit records could not be written");
	r->notice(line);
}

static void
put_approval(struct run *r)
{
	const struct command *c = &r->command;
	char line[2 * PATH_CAP];
	const struct audit_item item = {
		.event = "approval", .operation = "command_exec",
		.target = line, .reason = r->approval,
		.decision = c->verdict.decision == BLOB_ALLOW ? BLOB_ALLOW
		    : BLOB_FORBIDDEN,
		.by = c->by, .rule = c->verdict.info, .layer = "exec",
		.strength = "consent", .pid = audit_pid(&r->audit),
	};
	struct text t;

	text_init(&t, line, sizeof(line));
	command_put(c, &t);
	audit_item(&r->audit, c, &item);
}

static void
put_records(struct run *r)
{
	r->audit.has_broker = r->has_broker;
	r->audit.mode = r->mode == RUN_SUPERVISED ? "supervised" : "in-place";
	audit_start(&r->audit, &r->policies, &r->command, &r->plan, &r->env,
	    &r->support);
	audit_decision(&r->audit, &r->command);
	if (r->approval != NULL)
		put_approval(r);
	audit_begun(&r->audit, r->mode == RUN_SUPERVISED);
	tell_lost(r);
}

int
launch_denials(struct run *r)
{
	r->log = (struct denial_log){ .command = &r->command,
	    .audit = &r->audit, .denials = &r->denials };
	return r->denials.list != NULL ? 0 :
	    denials_init(&r->denials, &r->mem, &r->failure);
}

/* Explanations: whenever they are asked for, or somebody asks anyway. */
static int
prepare_explain(struct run *r)
{
	if (!r->options.is_explained && !(r->has_tree &&
	    audit_wants(&r->audit, AUDT_EV_DENIED)))
		return 0;
	r->explain = scratch_alloc(&r->mem, sizeof(*r->explain));
	if (r->explain == NULL)
		return refuse(&r->failure, EXIT_RUNNER, ENOMEM, "explain",
		    NULL);
	r->explain->all = &r->policies;
	r->explain->vars = &r->command.judged.vars;
	r->explain->log = &r->log;
	r->explain->listener = -1;
	r->explain->is_guarded = r->execs->is_checked;
	r->explain->broker = r->broker;
	r->explain->names = r->names;
	if (r->names != NULL)
		r->names->s.is_explained = true;
	explain_init(r->explain, &r->plan.bars);
	return 0;
}

/* Names are looked up, paths are followed. */
static int
prepare_broker(struct run *r)
{
	const struct broker_setup s = { .all = &r->policies,
	    .vars = &r->command.judged.vars, .log = &r->log };

	/* A second try has it: names are looked up once. */
	if (!r->has_broker || r->broker != NULL)
		return 0;
	if (notify_is_taken())
		return refuse(&r->failure, EXIT_RUNNER, 0, "hosts in "
		    "network.connect and paths in network.unix need "
		    "a supervisor that is asked, and there is another "
		    "one above this one; " FAILURE_OUTER, NULL);
	r->broker = scratch_alloc(&r->mem, sizeof(*r->broker));
	if (r->broker == NULL || launch_denials(r) < 0)
		return refuse(&r->failure, EXIT_RUNNER, ENOMEM, "broker",
		    NULL);
	return broker_open(r->broker, &s, &r->vars, &r->failure);
}

/* What is asked of the supervisor; another one can be in our place. */
static int
step_supervisor(struct run *r)
{
	struct execs_setup s = {
		.all = &r->policies, .vars = &r->command.judged.vars,
		.command = &r->command, .audit = &r->audit,
		.denials = &r->denials, .approve = r->approve,
	};

	if (keep_prepare(r) < 0 || prepare_broker(r) < 0)
		return -1;
	if (!r->has_tree && !r->options.is_explained)
		return 0;
	if (notify_is_taken()) {
		r->notice("another supervisor is above this one and alone is "
		    "asked: below the command its exec rules hold, and "
		    "nothing is explained here");
		r->audit.exec_strength = r->has_tree ? "outer supervisor"
						     : NULL;
		return 0;
	}
	if (!peek_works())
		return refuse(&r->failure, EXIT_RUNNER, errno, "a supervisor "
		    "that is asked needs process_vm_readv (Linux 3.2)", NULL);
	r->execs = scratch_alloc(&r->mem, sizeof(*r->execs));
	if (r->execs == NULL)
		return refuse(&r->failure, EXIT_RUNNER, ENOMEM, "execs", NULL);
	s.is_exposed = execs_can_refuse(&r->policies) &&
	    procfs_is_writable(&r->policies, &r->plan);
	if (launch_denials(r) < 0 ||
	    execs_init(r->execs, &s, &r->failure) < 0 ||
	    prepare_explain(r) < 0)
		return -1;
	r->audit.exec_strength = r->has_tree ? r->execs->strength : NULL;
	/* From now on there is a tree to be stopped. */
	if (r->approve != NULL)
		r->approve->freeze = r->approve->room;
	return 0;
}

/* Last of all: what changes from now on is the command's. */
static int
step_look(struct run *r)
{
	enum left_how how = LEFT_SHORT;

	if (r->mode != RUN_SUPERVISED || (!audit_is_on(&r->audit) &&
	    !r->options.is_explained && r->options.fail_on_left == 0))
		return 0;
	r->left = scratch_alloc(&r->mem, sizeof(*r->left));
	if (r->left == NULL)
		return refuse(&r->failure, EXIT_RUNNER, ENOMEM, "look", NULL);
	if (r->options.fail_on_left != 0)
		how = LEFT_LONG;
	else if (r->explain != NULL && left_calls_are_seen(&r->policies))
		how = LEFT_WATCHED;
	if (how == LEFT_WATCHED)
		r->explain->left = r->left;
	return left_begin(r->left, &r->plan, &r->vars, how, &r->mem,
	    &r->failure);
}

static int
step_approver(struct run *r)
{
	/* Not even asked, so that its pages stay where they are. */
	if (r->options.approve == NULL)
		return 0;
	return approve_open(&r->approve, &r->options, &r->plan, &r->mem,
	    r->vars.env, &r->failure);
}

/*
 * The command itself.  Its file is held open, so that what is approved is what
 * will run; its directory and its interpreter are compared.
 */
static bool
is_approved(struct run *r)
{
	struct command *c = &r->command;
	char cwd[PATH_CAP] = "?";
	struct question q = {
		.argv = (const char *const *)c->argv, .argc = c->argc,
		.path = c->resolved, .cwd = cwd, .by = c->by,
		.rule = c->verdict.info, .vars = &c->judged.vars,
		.why = c->verdict.nmatches > 0 ?
		    blob_str(&c->by->blob, c->verdict.by.why) : "",
	};
	const struct execstack words = { .argv = (const char **)(uintptr_t)
	    c->argv, .argc = c->argc, .execfn = c->path };
	struct binding before, after;
	struct answer a;

	if (r->approve == NULL || c->verdict.decision != BLOB_PROMPT)
		return false;
	r->approval = "it cannot be bound to what would be asked";
	if (!binding_take(&before, getpid(), &words, c->resolved))
		return false;
	(void)getcwd(cwd, sizeof(cwd));
	approve_now(r->approve, &q, &a);
	r->approval = a.why;
	if (!a.is_allowed)
		return false;
	if (!binding_take(&after, getpid(), &words, c->resolved) ||
	    !binding_is_same(&before, &after)) {
		r->approval = "it is not what was approved";
		return false;
	}
	c->verdict.decision = BLOB_ALLOW;
	return true;
}

/* Outside, before there is an inside. */
static int
step_proxy(struct run *r)
{
	struct proxy *p;

	if (!r->plan.is_proxied)
		return 0;
	p = scratch_alloc(&r->mem, sizeof(*p));
	if (p == NULL)
		return refuse(&r->failure, EXIT_RUNNER, ENOMEM, "proxy", NULL);
	p->all = &r->policies;
	p->log = &r->log;
	r->proxy = p;
	if (launch_denials(r) < 0)
		return -1;
	return proxy_start(p, &r->support, r->vars.env, &r->failure);
}

static int
step_listener(struct run *r)
{
	return r->proxy == NULL ? 0 : proxy_hand_over(r->proxy, &r->failure);
}

/* A refused command has its records too. */
static int
step_consent(struct run *r)
{
	char line[sizeof(r->failure.what)];
	struct text t;

	if (r->command.verdict.decision == BLOB_ALLOW || is_approved(r))
		return 0;
	put_records(r);
	text_init(&t, line, sizeof(line));
	launch_put_denial(r, &t);
	return refuse(&r->failure, EXIT_DENIED, 0, line, NULL);
}

static int
step_descriptors(struct run *r)
{
	audit_lock_down(&r->audit);
	return apply_fds(&r->policies, &r->failure);
}

static int
step_mounts(struct run *r)
{
	const struct bars *b = &r->plan.bars;

	if (apply_mounts(&r->plan, &r->failure) < 0 ||
	    given_reopen(&r->policies, b, &r->failure) < 0)
		return -1;
	if (r->options.is_strict && (b->is_rest_open || b->is_exec_open))
		return refuse(&r->failure, EXIT_RUNNER, 0, "--strict-strength "
		    "hard: another sandbox refuses the mounts for ",
		    b->is_exec_open ? "noexec" : "modes and times", NULL);
	return b->is_needed && r->act == NULL ?
	    command_reopen(&r->command, &r->failure) : 0;
}

static int
step_limits(struct run *r)
{
	return apply_rlimits(&r->policies, &r->failure);
}

static int
step_session(struct run *r)
{
	return apply_session(&r->policies, &r->failure);
}

static int
step_capabilities(struct run *r)
{
	return apply_capabilities(&r->failure);
}

static int
step_no_new_privs(struct run *r)
{
	return apply_no_new_privs(&r->failure);
}

static int
step_landlock(struct run *r)
{
	if (apply_landlock(&r->policies, &r->plan, &r->support,
	    &r->failure) < 0)
		return -1;
	/* In place the exec closes them; a supervisor would keep them. */
	if (r->mode == RUN_SUPERVISED)
		plan_close(&r->plan);
	return fence_apply(&r->fence, &r->plan, r->support.landlock_abi,
	    &r->failure);
}

static int
step_records(struct run *r)
{
	/* Records bear the numbers that the supervisor sees. */
	if (r->child.has_reaper)
		r->audit.pid = r->child.pid;
	put_records(r);
	r->audit.pid = 0;
	return 0;
}

/*
 * The listener's filter first: those of the policies may refuse seccomp.  With
 * explanations it stands for theirs.
 */
static int
step_seccomp(struct run *r)
{
	struct notify_wants w = { .has_execs = r->execs != NULL,
		.has_names = r->names != NULL,
		.has_changes = r->fence.is_whole,
		.is_unmounted = r->fence.is_whole,
		.is_ipc_shared = r->fence.is_whole && r->plan.has_own_ipc,
		.has_openings = fence_has_reads(&r->fence),
		.has_lists = fence_has_lists(&r->fence),
		.has_connects = r->broker != NULL };
	int fd = -1;

	if (r->execs != NULL || r->names != NULL || r->broker != NULL) {
		w.is_guarded = r->execs != NULL && r->execs->is_checked;
		if (r->explain != NULL) {
			w.explained = &r->policies;
			w.has_names = w.has_changes = true;
			w.has_openings |= r->explain->has_reads;
			w.has_ports = r->explain->has_ports;
			w.has_marks = r->explain->left != NULL;
		}
		if (r->explain == NULL && r->policies.count == 1 &&
		    notify_can_merge(r->policies.list))
			w.merged = r->policies.list;
		spawn_filtering(&r->child);
		fd = notify_install(&w, &r->failure);
		if (fd < 0)
			return -1;
	}
	if (w.explained == NULL && w.merged == NULL &&
	    apply_seccomp(&r->policies, &r->support, &r->failure) < 0)
		return -1;
	if (fd >= 0)
		spawn_listening(&r->child, fd);
	return 0;
}

/*
 * In a process of its own where there is a supervisor: ours shares its memory
 * with that one, errno too.
 */
static void
act_and_leave(struct run *r)
{
	pid_t pid = r->mode == RUN_SUPERVISED ? fork() : 0;
	int status = 0;

	if (pid == 0)
		r->act(r->act_arg);
	else if (pid < 0 || waitpid(pid, &status, 0) < 0)
		leave(EXIT_RUNNER);
	leave(status == 0 ? 0 : 1);
}

static int
step_exec(struct run *r)
{
	if (r->act != NULL)
		act_and_leave(r);
	return command_exec(&r->command, r->env.list, &r->failure);
}

/* Not earlier: a new user namespace would undo it. */
static int
step_tether(struct run *r)
{
	/* As the caller had it; from here on we wait for nobody. */
	if (r->mode == RUN_SUPERVISED && r->act == NULL)
		sigaction(SIGCHLD, &r->child.chld, NULL);
	if (r->mode == RUN_SUPERVISED && prctl(PR_SET_PDEATHSIG, SIGKILL, 0,
	    0, 0) < 0)
		return refuse(&r->failure, EXIT_RUNNER, errno, "death signal",
		    NULL);
	/* Who died before that sends no signal; from within none is seen. */
	if (r->mode == RUN_SUPERVISED && (r->child.has_reaper ?
	    reaper_is_gone(r->child.supervisor) :
	    getppid() != r->supervisor))
		return refuse(&r->failure, EXIT_RUNNER, 0,
		    "the supervisor is gone", NULL);
	return 0;
}

/* How far a run gets that only looks, or only plans. */
enum phase {
	PHASE_PREPARE,	/* nothing is asked of the command */
	PHASE_PLAN,	/* nothing is changed */
	PHASE_OPEN,	/* records, people, helpers */
	PHASE_LOCK,	/* in the child, where there is a supervisor */
};

static const struct step {
	const char *name;
	int (*run)(struct run *r);
	enum phase phase;
} steps[] = {
	{ "policy", step_load, PHASE_PREPARE },
	{ "directory", step_directory, PHASE_PREPARE },
	{ "variables", step_variables, PHASE_PREPARE },
	{ "environment", step_environment, PHASE_PREPARE },
	{ "command", step_command, PHASE_PLAN },
	{ "consent", step_decide, PHASE_PLAN },
	{ "audit", step_audit, PHASE_OPEN },
	{ "approval", step_approver, PHASE_OPEN },
	{ "consent", step_consent, PHASE_OPEN },
	{ "supervisor", step_supervisor, PHASE_OPEN },
	{ "look", step_look, PHASE_OPEN },
	{ "proxy", step_proxy, PHASE_OPEN },
	{ "descriptors", step_descriptors, PHASE_LOCK },
	{ "namespaces", step_mounts, PHASE_LOCK },
	{ "proxy", step_listener, PHASE_LOCK },
	{ "limits", step_limits, PHASE_LOCK },
	{ "session", step_session, PHASE_LOCK },
	{ "capabilities", step_capabilities, PHASE_LOCK },
	{ "no_new_privs", step_no_new_privs, PHASE_LOCK },
	{ "landlock", step_landlock, PHASE_LOCK },
	{ "tether", step_tether, PHASE_LOCK },
	{ "records", step_records, PHASE_LOCK },
	{ "seccomp", step_seccomp, PHASE_LOCK },
	{ "exec", step_exec, PHASE_LOCK },
};
#define NSTEPS	(sizeof(steps) / sizeof(steps[0]))

/* All steps of these phases. */
static int
run_steps(struct run *r, enum phase first, enum phase last)
{
	for (size_t i = 0; i < NSTEPS; i++) {
		if (steps[i].phase < first || steps[i].phase > last)
			continue;
		r->failure.step = steps[i].name;
		if (steps[i].run(r) < 0)
			return -1;
	}
	return 0;
}

int
launch_prepare(struct run *r)
{
	return run_steps(r, PHASE_PREPARE, PHASE_PREPARE);
}

/* What would be found out later. */
static int
try_mounts(struct run *r)
{
	r->failure.step = "namespaces";
	return apply_mounts_probe(&r->plan, &r->failure) == 0 ||
	    keep_without_mounts(r) ? 0 : -1;
}

int
launch_plan(struct run *r)
{
	if (run_steps(r, PHASE_PREPARE, PHASE_PLAN) < 0)
		return -1;
	return try_mounts(r);
}

static void
lock_and_exec(void *arg)
{
	(void)run_steps(arg, PHASE_LOCK, PHASE_LOCK);
}

static void
put_each(struct run *r, const char *const *list, size_t n, const char *what)
{
	char line[2 * PATH_CAP];
	struct text t;

	for (size_t i = 0; i < n && !r->options.is_quiet; i++) {
		text_init(&t, line, sizeof(line));
		text_str(&t, list[i]);
		text_str(&t, what);
		r->notice(line);
	}
}

/* What no mount could keep from happening is seen afterwards. */
static void
put_changes(struct run *r)
{
	const struct bars *b = &r->plan.bars;

	put_each(r, b->absent, b->nappeared, ": protected or denied, and was "
	    "made meanwhile");
	put_each(r, b->files, b->nreplaced, ": protected or denied, and was "
	    "replaced from outside meanwhile");
}

/* What is there now and was not before; it may decide on the status. */
static void
look_again(struct run *r, struct ending *end)
{
	uint32_t refused = r->options.fail_on_left;

	if (r->left == NULL)
		return;
	left_end(r->left);
	if ((r->left->kinds & refused) == 0)
		return;
	if (end->origin == ORIGIN_COMMAND) {
		end->is_replaced = true;
		end->command_status = end->status;
		end->status = EXIT_DENIED;
		end->origin = ORIGIN_POLICY;
	}
	end->is_left_refused = true;
}

/* To the end of the command. */
static int
launch_supervised(struct run *r)
{
	const struct supervision s = {
		.run = lock_and_exec, .arg = r, .failure = &r->failure,
		.wall_ms = r->wall_ms, .is_detached = r->is_detached,
		.has_no_exec = r->act != NULL,
		.execs = r->execs, .explain = r->explain, .names = r->names,
		.proxy = r->proxy,
		.broker = r->broker, .audit = &r->audit,
	};
	struct ending end;

	r->failure.step = "supervisor";
	r->supervisor = getpid();
	r->child.has_net = r->plan.is_loopback;
	/* Not earlier: --prove-here tries free what this refuses. */
	if (r->broker != NULL && broker_confine(&r->policies,
	    r->support.landlock_abi, &r->failure) < 0)
		return -1;
	if (supervise(&s, &r->child, &end, &r->failure) < 0)
		return -1;
	if (r->log.denials != NULL)
		denial_log_end(&r->log);
	bars_look_again(&r->plan.bars);
	look_again(r, &end);
	audit_exit(&r->audit, &r->command, &end, &r->plan.bars, r->left);
	put_changes(r);
	tell_lost(r);
	if (end.origin == ORIGIN_TIMEOUT && !r->options.is_quiet)
		r->notice("the time was up: the command was ended");
	if (r->proxy != NULL && r->proxy->is_unexpected)
		r->notice("the proxy was gone before the command ended");
	if (end.has_leftovers)
		r->notice("some processes could not be ended");
	if (!r->options.is_quiet)
		r->footer(r);
	if (end.is_left_refused)
		r->notice("the run left behind what --fail-on-left names");
	return end.status;
}

/* From the start of what a supervised run has and one in place has not. */
static int
keep_again(struct run *r)
{
	r->plan.bars.are_unavailable = false;
	r->failure = (struct failure){ .step = "supervisor" };
	r->command.judged = (struct judged){ .cwd = NULL };
	if (judged_init(&r->command.judged, &r->policies, true, &r->vars,
	    &r->mem, &r->failure) < 0)
		return -1;
	r->execs = NULL;
	r->explain = NULL;
	if (step_supervisor(r) < 0)
		return -1;
	if (r->explain != NULL && r->left != NULL && r->left->watch != NULL)
		r->explain->left = r->left;
	return 0;
}

/* Into the command, or its child. */
static int
lock_down(struct run *r)
{
	int status = -1;

	if (r->mode == RUN_SUPERVISED)
		status = launch_supervised(r);
	else
		lock_and_exec(r);
	/* Nothing is locked yet when mounts turn out not to be had. */
	if (status < 0 && r->plan.bars.are_unavailable &&
	    keep_without_mounts(r))
		return keep_again(r) < 0 ? -1 : lock_down(r);
	return status;
}

int
launch(struct run *r)
{
	return run_steps(r, PHASE_PREPARE, PHASE_OPEN) < 0 ? -1 :
	    lock_down(r);
}

int
launch_prove(struct run *r)
{
	if (run_steps(r, PHASE_PREPARE, PHASE_PREPARE) < 0)
		return -1;
	/* If not, locking down will say so. */
	(void)try_mounts(r);
	r->failure.step = "supervisor";
	r->command.fd = -1;
	return judged_init(&r->command.judged, &r->policies, true, &r->vars,
	    &r->mem, &r->failure) < 0 ? -1 : step_supervisor(r);
}

int
launch_act(struct run *r, void (*act)(void *arg), void *arg)
{
	r->act = act;
	r->act_arg = arg;
	return lock_down(r);
}
