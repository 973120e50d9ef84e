/*
 * codex-exec: decide on a command, lock down, become the command.  This is
 * the only file that prints and exits.
 */
#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/doctor.h"
#include "runtime/dryrun.h"
#include "runtime/features.h"
#include "runtime/launch.h"
#include "runtime/prove.h"

/* For strings and tables, however many a caller gives. */
#define SCRATCH_CAP	(32u << 20)
#define FIRST_SCRATCH	(256u << 10)	/* enough for most runs */

static void
print_notice(const char *line)
{
	char buf[256];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	t.fd = 2;
	text_str(&t, "codex-exec: ");
	text_escaped(&t, line);
	text_str(&t, "\n");
	text_flush(&t);
}

static void
print_footer(const struct run *r)
{
	char buf[2048];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	t.fd = 2;
	if (r->left != NULL &&
	    (r->options.is_explained || r->options.fail_on_left != 0))
		left_print(r->left, &t);
	denials_print(&r->denials, &t);
	text_flush(&t);
}

static int
print_failure(const struct failure *f)
{
	char buf[2048];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	t.fd = 2;
	text_str(&t, "codex-exec: ");
	if (f->status == EXIT_RUNNER && f->step != NULL) {
		text_str(&t, f->step);
		text_str(&t, ": ");
	}
	text_escaped(&t, f->what);
	if (f->err != 0) {
		text_str(&t, ": ");
		text_str(&t, strerror(f->err));
	}
	text_str(&t, "\n");
	text_flush(&t);
	return f->status;
}

/* The one who called us has more rights than the one who will run. */
static int
check_caller(struct failure *f)
{
	if (getauxval(AT_SECURE) == 0)
		return 0;
	return refuse(f, EXIT_RUNNER, 0, "codex-exec must not be set-user-ID, "
	    "set-group-ID or have file capabilities", NULL);
}

static int
prepare(struct run *r, int argc, char **argv, char **envp)
{
	struct failure *f = &r->failure;

	f->step = "start";
	if (check_caller(f) < 0 || apply_standard_fds(f) < 0)
		return -1;
	f->step = "options";
	if (options_parse(&r->options, argc, argv, envp, f) < 0)
		return -1;
	vars_init(&r->vars, &r->mem, envp);
	return 0;
}

/* Options that print and end; -1 when none was given. */
static int
print_asked(struct run *r)
{
	char buf[1024];
	struct text out;
	int status = 0;

	text_init(&out, buf, sizeof(buf));
	out.fd = 1;
	if (r->options.wants_help)
		options_print_help(&out);
	else if (r->options.wants_version)
		text_str(&out, "codex-exec " CODEX_VERSION "\n");
	else if (r->options.is_doctor)
		status = doctor_print(r, &out);
	else if (r->options.is_dry_run)
		status = launch_plan(r) < 0 || features_check(r,
		    &r->failure) < 0 ? -1 : dryrun_print(r, &out);
	else if (r->options.is_proof)
		status = prove_print(r, &out);
	else
		return -1;
	text_flush(&out);
	if (status < 0)
		return print_failure(&r->failure);
	if (!out.is_cut)
		return status;
	r->failure.step = NULL;
	refuse(&r->failure, EXIT_RUNNER, errno, "standard output", NULL);
	return print_failure(&r->failure);
}

int
main(int argc, char **argv, char **envp)
{
	/* Not on the stack: there each page would be touched. */
	static _Alignas(max_align_t) char first[FIRST_SCRATCH];
	struct run r = { .notice = print_notice, .footer = print_footer };
	int status;

	scratch_init(&r.mem, first, sizeof(first), SCRATCH_CAP);
	if (prepare(&r, argc, argv, envp) < 0)
		return print_failure(&r.failure);
	status = print_asked(&r);
	if (status >= 0)
		return status;
	status = launch(&r);
	if (status < 0)
		leave(print_failure(&r.failure));
	return status;
}
