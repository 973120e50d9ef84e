/*
 * What the records of a run need: a session, what the policies say, and
 * somewhere to go.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "runtime/audit.h"
#include "runtime/sink_file.h"

/* A version 7 UUID: milliseconds first, so that sessions sort by time. */
static int
make_session(struct audit *a)
{
	struct timespec now;
	uint8_t u[16];
	uint64_t ms;
	struct text t;

	if (getrandom(u, sizeof(u), 0) != (ssize_t)sizeof(u))
		return -1;
	clock_gettime(CLOCK_REALTIME, &now);
	ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	for (int i = 0; i < 6; i++)
		u[i] = (uint8_t)(ms >> (40 - 8 * i));
	u[6] = (uint8_t)(0x70 | (u[6] & 0x0f));
	u[8] = (uint8_t)(0x80 | (u[8] & 0x3f));
	text_init(&t, a->session, sizeof(a->session));
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text_str(&t, "-");
		text_hex(&t, u + i, 1);
	}
	return 0;
}

/* Not where the command could change it. */
static int
check_place(const char *real, const struct plan *plan, struct failure *f)
{
	const struct plan_rule *r = plan_writable(plan, real, false);

	if (r == NULL)
		return 0;
	return refuse(f, EXIT_RUNNER, 0, "audit file ", real,
	    " lies where the command can write, below ", r->path, NULL);
}

static int
open_file(struct audit *a, const struct options *o, const struct plan *plan,
    struct scratch *mem, struct failure *f)
{
	char *real = scratch_alloc(mem, PATH_CAP);

	a->file.tail_cap = AUDIT_RECORD_CAP + 4096;
	a->file.tail = scratch_alloc(mem, a->file.tail_cap);
	if (real == NULL || a->file.tail == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "audit", NULL);
	if (sink_file_open(&a->file, o->audit[0], real, PATH_CAP, f) < 0 ||
	    check_place(real, plan, f) < 0)
		return -1;
	a->file.rotate_at = o->rotate_at;
	a->file.can_reopen = true;
	a->is_chained |= sink_has_chain(&a->file);
	a->file.is_chained = a->is_chained;
	return 0;
}

static void
add_homes(struct audit *a, struct vars *v)
{
	struct vars other;

	a->redact.home = vars_get(v, BLOB_VAR_HOME);
	if (vars_other_home(v, &other))
		a->redact.other_home = other.value[BLOB_VAR_HOME];
}

static void
read_rules(struct audit *a, const struct policies *all, struct vars *v)
{
	uint32_t redact = 0;

	for (size_t i = 0; i < all->count; i++) {
		struct blob_audit e = {
			.events = AUDT_ALL_EVENTS, .redact = AUDT_ALL_REDACT,
		};

		(void)blob_audit_get(&all->list[i].blob, &e);
		a->is_chained |= e.chain != 0;
		a->events |= e.events;
		redact |= e.redact;
		if ((all->list[i].meta.predicates &
		    META_ALLOWS_FULL_WRITE) == 0)
			a->is_advisory = false;
	}
	if ((redact & AUDT_RED_USER) != 0)
		a->redact.user = vars_get(v, BLOB_VAR_USER);
	if ((redact & AUDT_RED_HOME) != 0)
		add_homes(a, v);
	a->redact.has_secrets = (redact & AUDT_RED_SECRETS) != 0;
}

/* Not for the command, even where its policy keeps that number. */
static int
take_json_fd(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || (flags & O_PATH) != 0 ||
	    (flags & O_ACCMODE) == O_RDONLY)
		return -1;
	return fd > 2 ? fcntl(fd, F_SETFD, FD_CLOEXEC) : 0;
}

int
audit_open(struct audit *a, const struct options *o,
    const struct policies *all, const struct plan *plan, struct vars *v,
    struct failure *f)
{
	*a = (struct audit){
		.labels = o->labels, .nlabels = o->nlabels,
		.is_advisory = true, .parent = o->parent,
	};
	if (o->audit[0] == NULL && o->audit[1] == NULL && o->json_fd < 0)
		return 0;
	read_rules(a, all, v);
	a->buf = scratch_alloc(v->mem, AUDIT_RECORD_CAP);
	a->target = scratch_alloc(v->mem, AUDIT_TARGET_CAP);
	if (a->buf == NULL || a->target == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "audit", NULL);
	if (o->session != NULL)
		strncpy(a->session, o->session, sizeof(a->session) - 1);
	else if (make_session(a) < 0)
		return refuse(f, EXIT_RUNNER, errno, "session id", NULL);
	if (o->json_fd >= 0 && take_json_fd(o->json_fd) < 0)
		return refuse(f, EXIT_RUNNER, 0,
		    "--json-fd is not open for writing", NULL);
	if (o->json_fd >= 0)
		a->json = (struct sink){ .kind = SINK_STREAM,
		    .fd = o->json_fd };
	if (o->audit[1] != NULL &&
	    sink_socket_open(&a->socket, o->audit[1], f) < 0)
		return -1;
	return o->audit[0] != NULL ? open_file(a, o, plan, v->mem, f) : 0;
}

int
audit_tell_session(const struct audit *a, struct env *e, struct scratch *mem,
    struct failure *f)
{
	char entry[sizeof(AUDIT_SESSION_VAR) + AUDIT_SESSION_CAP], *kept;
	struct text t;

	if (!audit_is_on(a))
		return 0;
	text_init(&t, entry, sizeof(entry));
	text_str(&t, AUDIT_SESSION_VAR);
	text_str(&t, a->session);
	kept = scratch_dup(mem, entry, t.len);
	if (kept == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "audit", NULL);
	env_put(e, kept);
	return 0;
}
