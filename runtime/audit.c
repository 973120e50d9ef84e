/*
 * Audit events: see audit.h.  Records are made in one buffer that is larger
 * than any record: lists and the command are capped and say so.
 */
#include "runtime/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "runtime/kernel.h"
#include "runtime/supervise.h"

#define TARGET_CAP	16384u	/* of a command; JSON may take six times that */
#define LIST_CAP	4096u	/* of a list of names, escaped */
#define RECORD_CAP	(8 * TARGET_CAP)

/* --- writing ------------------------------------------------------------ */

/* One write that cannot block; true when all of it went. */
static bool
write_record(int fd, const char *p, size_t len)
{
	struct iovec iov = { (void *)(uintptr_t)p, len };
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return false;
	if (S_ISSOCK(st.st_mode)) {
		n = send(fd, p, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	} else if (S_ISREG(st.st_mode)) {
		n = write(fd, p, len);
	} else if (poll(&ready, 1, 0) != 1 || ready.revents != POLLOUT) {
		return false;
	} else {
		/* A pipe with room takes 4096 bytes at once; more, it may. */
		n = syscall(SYS_pwritev2, fd, &iov, 1, -1L, -1L,
		    K_RWF_NOWAIT);
		if (n < 0 && errno == EOPNOTSUPP && len <= 4096)
			n = write(fd, p, len);
	}
	return n == (ssize_t)len;
}

/*
 * A broken pipe or a file-size limit must not kill us, and the command must
 * start with the dispositions that we were given.
 */
static void
send_record(struct audit *a, struct text *t)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, pipe, xfsz;

	text_str(t, "}\n");
	a->seq++;
	sigaction(SIGPIPE, &ignore, &pipe);
	sigaction(SIGXFSZ, &ignore, &xfsz);
	if (a->fd >= 0 && (t->is_cut || !write_record(a->fd, t->p, t->len)))
		a->lost++;
	if (a->json_fd >= 0 &&
	    (t->is_cut || !write_record(a->json_fd, t->p, t->len)))
		a->lost++;
	sigaction(SIGPIPE, &pipe, NULL);
	sigaction(SIGXFSZ, &xfsz, NULL);
}

/* --- fields ------------------------------------------------------------- */

/* RFC 3339 in UTC with milliseconds; strftime would bring stdio. */
static void
put_time(struct text *t)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	text_padded(t, (uint64_t)tm.tm_year + 1900, 4);
	text_str(t, "-");
	text_padded(t, (uint64_t)tm.tm_mon + 1, 2);
	text_str(t, "-");
	text_padded(t, (uint64_t)tm.tm_mday, 2);
	text_str(t, "T");
	text_padded(t, (uint64_t)tm.tm_hour, 2);
	text_str(t, ":");
	text_padded(t, (uint64_t)tm.tm_min, 2);
	text_str(t, ":");
	text_padded(t, (uint64_t)tm.tm_sec, 2);
	text_str(t, ".");
	text_padded(t, (uint64_t)now.tv_nsec / 1000000, 3);
	text_str(t, "Z");
}

static void
put_field(struct text *t, const char *name, const char *value)
{
	text_str(t, ",\"");
	text_str(t, name);
	text_str(t, "\":");
	text_json(t, value);
}

static void
put_labels(const struct audit *a, struct text *t)
{
	for (size_t i = 0; i < a->nlabels; i++) {
		const char *eq = strchr(a->labels[i], '=');
		char key[65];
		struct text k;

		text_init(&k, key, sizeof(key));
		text_bytes(&k, a->labels[i], (size_t)(eq - a->labels[i]));
		text_str(t, i == 0 ? ",\"labels\":{" : ",");
		text_json(t, key);
		text_str(t, ":");
		text_json(t, eq + 1);
	}
	if (a->nlabels > 0)
		text_str(t, "}");
}

static void
put_profile(const struct policy *p, struct text *t)
{
	text_str(t, "{\"name\":");
	text_json(t, p->name);
	text_str(t, ",\"sha256\":\"");
	text_hex(t, blob_digest(&p->blob), 32);
	text_str(t, "\"}");
}

static void
put_rule(const struct policy *p, uint32_t rule, struct text *t)
{
	struct blob_rule_info info;
	char src[PATH_CAP];
	struct text s;

	if (blob_rule_get(&p->blob, rule, &info) != BLOB_OK)
		return;
	text_init(&s, src, sizeof(src));
	text_str(&s, blob_str(&p->blob, info.file));
	text_str(&s, ":");
	text_num(&s, info.line);
	text_str(t, ",\"rule\":{\"id\":");
	text_json(t, blob_str(&p->blob, info.name));
	text_str(t, ",\"src\":");
	text_json(t, src);
	text_str(t, "}");
}

/* "NAME":["...",...] of strings; what does not fit is counted instead. */
static void
put_list(const struct audit *a, struct text *t, const char *name,
    const char *const *list, size_t n,
    void (*put)(struct text *, const char *))
{
	size_t i, start = t->len;

	text_str(t, ",\"");
	text_str(t, name);
	text_str(t, "\":[");
	for (i = 0; i < n && t->len - start < LIST_CAP; i++) {
		char raw[512], clean[1024];
		struct text r, c;

		text_init(&r, raw, sizeof(raw));
		text_init(&c, clean, sizeof(clean));
		put(&r, list[i]);
		redact_put(&a->redact, raw, &c);
		text_str(t, i > 0 ? "," : "");
		text_json(t, clean);
	}
	text_str(t, "]");
	if (i < n) {
		text_str(t, ",\"");
		text_str(t, name);
		text_str(t, "_more\":");
		text_num(t, n - i);
	}
}

/* What every record begins with, up to the decision. */
static void
begin(struct audit *a, struct text *t, const char *event,
    const struct command *c)
{
	static const char *const decisions[] = {
		[BLOB_ALLOW] = "allowed",
		[BLOB_PROMPT] = "requires_approval",
		[BLOB_FORBIDDEN] = "denied",
	};

	text_init(t, a->buf, RECORD_CAP);
	text_str(t, "{\"v\":1,\"timestamp\":\"");
	put_time(t);
	text_str(t, "\",\"seq\":");
	text_num(t, a->seq);
	put_field(t, "session_id", a->session);
	put_field(t, "event", event);
	put_labels(a, t);
	put_field(t, "operation", "command_exec");
	put_field(t, "target", a->target);
	put_field(t, "decision", decisions[c->verdict.decision]);
}

static void
end(const struct audit *a, struct text *t, const struct policy *p)
{
	text_str(t, ",\"pid\":");
	text_num(t, (uint64_t)getpid());
	put_field(t, "mode", a->mode);
	text_str(t, ",\"profile\":");
	put_profile(p, t);
}

/* --- records ------------------------------------------------------------ */

/* The command as the records show it: quoted, redacted, capped. */
static void
make_target(struct audit *a, const struct command *c)
{
	struct text raw, clean;

	if (a->target[0] != '\0')
		return;
	text_init(&raw, a->buf, TARGET_CAP);
	text_init(&clean, a->target, TARGET_CAP);
	command_put(c, &raw);
	redact_put(&a->redact, a->buf, &clean);
	if (raw.is_cut || clean.is_cut)
		memcpy(a->target + clean.len - 3, "...", 3);
}

void
audit_start(struct audit *a, const struct policies *all,
    const struct command *c, const struct plan *plan, const struct env *e,
    const struct support *s)
{
	struct text t;

	if (a->fd < 0 && a->json_fd < 0)
		return;
	make_target(a, c);
	begin(a, &t, "start", c);
	put_field(&t, "reason", "the policy applies to this command");
	text_str(&t, ",\"landlock_abi\":");
	text_num(&t, (uint64_t)s->landlock_abi);
	text_str(&t, ",\"lost\":[");
	for (uint32_t bit = 1, n = 0; bit < META_ALL_MAY_LACK; bit <<= 1)
		if ((s->lost & bit) != 0) {
			text_str(&t, n++ > 0 ? "," : "");
			text_json(&t, support_name(bit));
		}
	text_str(&t, "]");
	put_list(a, &t, "skipped", plan->skipped, plan->nskipped, text_str);
	put_list(a, &t, "not_kept", plan->bars.absent, plan->bars.nabsent,
	    text_str);
	put_list(a, &t, "file_mounts", plan->bars.files, plan->bars.nfiles,
	    text_str);
	put_list(a, &t, "hard_linked", plan->bars.linked, plan->bars.nlinked,
	    text_str);
	if (plan->bars.is_rest_open)
		put_field(&t, "read_only_modes_and_times", "not kept");
	if (plan->bars.is_exec_open)
		put_field(&t, "noexec", "not kept");
	put_list(a, &t, "env_dropped", e->dropped, e->ndropped, env_put_name);
	if (a->is_advisory)
		put_field(&t, "audit_file", "advisory");
	if (all->count > 1) {
		text_str(&t, ",\"profiles\":[");
		for (size_t i = 0; i < all->count; i++) {
			text_str(&t, i > 0 ? "," : "");
			put_profile(&all->list[i], &t);
		}
		text_str(&t, "]");
	}
	end(a, &t, &all->list[0]);
	send_record(a, &t);
}

/* Records could be lost before this one: it is the last in place. */
static void
put_lost(struct audit *a, const struct command *c)
{
	unsigned lost = a->lost;
	struct text t;

	if (lost == 0)
		return;
	begin(a, &t, "lost", c);
	put_field(&t, "reason", "records could not be written");
	text_str(&t, ",\"lost_records\":");
	text_num(&t, lost);
	end(a, &t, c->by);
	send_record(a, &t);
	a->lost = lost;		/* what it counts, not itself */
}

static void
put_resolved(const struct audit *a, const struct command *c, struct text *t)
{
	char path[2 * PATH_CAP];
	struct text clean;

	text_init(&clean, path, sizeof(path));
	redact_put(&a->redact, c->resolved, &clean);
	put_field(t, "resolved", path);
}

void
audit_decision(struct audit *a, const struct command *c)
{
	bool is_allowed = c->verdict.decision == BLOB_ALLOW;
	const char *why = "";
	struct text t;

	if (a->fd < 0 && a->json_fd < 0)
		return;
	make_target(a, c);
	if ((a->events & (is_allowed ? AUDT_EV_EXEC | AUDT_EV_ALLOWED
				     : AUDT_EV_EXEC | AUDT_EV_DENIED)) != 0) {
		begin(a, &t, "decision", c);
		if (c->verdict.nmatches > 0)
			why = blob_str(&c->by->blob, c->verdict.by.why);
		if (c->decided.kind == DECIDE_OPAQUE)
			why = shell_construct_name(c->decided.construct);
		else if (c->decided.kind != DECIDE_COMMAND)
			why = "a redirection";
		put_field(&t, "reason", why[0] != '\0' ? why
		    : c->verdict.nmatches > 0	       ? "a rule matches"
						       : "no rule matches");
		put_rule(c->by, c->verdict.info, &t);
		put_field(&t, "layer", "exec");
		put_field(&t, "strength", "consent");
		put_resolved(a, c, &t);
		end(a, &t, c->by);
		send_record(a, &t);
	}
	put_lost(a, c);
}

void
audit_exit(struct audit *a, const struct command *c, const struct ending *e,
    const struct bars *b)
{
	struct text t;

	if (a->fd < 0 && a->json_fd < 0)
		return;
	begin(a, &t, "exit", c);
	put_field(&t, "reason", e->origin == ORIGIN_TIMEOUT ? "the time was up"
	    : e->signal != 0 ? "the command died of a signal"
			     : "the command ended");
	put_field(&t, "origin", origin_name(e->origin));
	text_str(&t, ",\"status\":");
	text_num(&t, (uint64_t)e->status);
	if (e->signal != 0) {
		text_str(&t, ",\"signal\":");
		text_num(&t, (uint64_t)e->signal);
	}
	if (b->nappeared > 0)
		put_list(a, &t, "appeared", b->absent, b->nappeared, text_str);
	if (b->nreplaced > 0)
		put_list(a, &t, "replaced", b->files, b->nreplaced, text_str);
	end(a, &t, c->by);
	send_record(a, &t);
}

/* --- opening ------------------------------------------------------------ */

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

static int
open_file(struct audit *a, const char *path, const struct plan *plan,
    struct failure *f)
{
	const struct plan_rule *r;
	char real[PATH_CAP];
	struct stat st;

	a->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600);
	if (a->fd < 0 || fstat(a->fd, &st) < 0 ||
	    realpath(path, real) == NULL)
		return refuse(f, EXIT_RUNNER, errno, "audit file ", path, NULL);
	if (!S_ISREG(st.st_mode) || (st.st_mode & 022) != 0)
		return refuse(f, EXIT_RUNNER, 0, "audit file ", path,
		    " is not a regular file that only its owner can write",
		    NULL);
	r = plan_writable(plan, real);
	if (r != NULL)
		return refuse(f, EXIT_RUNNER, 0, "audit file ", real,
		    " lies where the command can write, below ", r->path,
		    NULL);
	return 0;
}

static int
read_rules(struct audit *a, const struct policies *all, struct vars *v,
    struct failure *f)
{
	uint32_t redact = 0;

	for (size_t i = 0; i < all->count; i++) {
		struct blob_audit e = {
			.events = AUDT_ALL_EVENTS, .redact = AUDT_ALL_REDACT,
		};

		(void)blob_audit_get(&all->list[i].blob, &e);
		if (e.chain != 0)
			return refuse(f, EXIT_RUNNER, 0, "policy \"",
			    all->list[i].name, "\" has audit.chain, which "
			    "this version does not have", NULL);
		a->events |= e.events;
		redact |= e.redact;
		if ((all->list[i].meta.predicates &
		    META_ALLOWS_FULL_WRITE) == 0)
			a->is_advisory = false;
	}
	if ((redact & AUDT_RED_USER) != 0)
		a->redact.user = vars_get(v, BLOB_VAR_USER);
	if ((redact & AUDT_RED_HOME) != 0)
		a->redact.home = vars_get(v, BLOB_VAR_HOME);
	a->redact.has_secrets = (redact & AUDT_RED_SECRETS) != 0;
	return 0;
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
		.fd = -1, .json_fd = o->json_fd, .labels = o->labels,
		.nlabels = o->nlabels, .is_advisory = true,
	};
	if (o->audit == NULL && o->json_fd < 0)
		return 0;
	if (read_rules(a, all, v, f) < 0)
		return -1;
	a->buf = scratch_alloc(v->mem, RECORD_CAP);
	a->target = scratch_alloc(v->mem, TARGET_CAP);
	if (a->buf == NULL || a->target == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "audit", NULL);
	if (o->session != NULL)
		strncpy(a->session, o->session, sizeof(a->session) - 1);
	else if (make_session(a) < 0)
		return refuse(f, EXIT_RUNNER, errno, "session id", NULL);
	if (o->json_fd >= 0 && take_json_fd(o->json_fd) < 0)
		return refuse(f, EXIT_RUNNER, 0,
		    "--json-fd is not open for writing", NULL);
	return o->audit != NULL ? open_file(a, o->audit, plan, f) : 0;
}
