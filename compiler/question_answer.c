/* Answers in words: see question.h.  What is decided is decided in blob/. */
#include <linux/seccomp.h>
#include <string.h>

#include "blob/address.h"
#include "compiler/expand.h"
#include "compiler/question_impl.h"
#include "compiler/schema.h"
#include "compiler/sim.h"

#define SUPERVISED	"in supervised runs"
#define X32_BIT		0x40000000u

static const char *
cause_name(enum judge_cause c)
{
	static const char *const names[JUDGE_NCAUSES] = {
		[JUDGE_BY_RULE] = "rule", [JUDGE_BY_ABSENCE] = "absence",
		[JUDGE_BY_PROTECT] = "protect", [JUDGE_BY_DENY] = "deny",
		[JUDGE_BY_MODE] = "mode", [JUDGE_BY_DEFAULT] = "default",
	};

	return names[c];
}

static void
take_verdict(struct answer *out, const struct judge_verdict *v)
{
	out->decision = v->decision;
	out->word = v->decision == BLOB_ALLOW ? "allowed" :
	    v->decision == BLOB_PROMPT ? "prompt" : "denied";
	out->rule = v->rule;
	out->action = v->action;
	out->strength = judge_strength_name(v->strength);
	out->cause = cause_name(v->cause);
	if (v->strength == JUDGE_SUPERVISED)
		out->note = SUPERVISED;
}

/* `no entry of filesystem.write covers it', or that there is no such list. */
static const char *
absence(const struct question_asked *x, uint32_t rule, const char *list)
{
	struct blob_rule_info info;

	if (blob_rule_get(x->b, rule, &info) != BLOB_OK)
		return arena_printf(x->a, "the profile has no list %s", list);
	return arena_printf(x->a, "no entry of %s covers it",
	    blob_str(x->b, info.name));
}

/* --- paths -------------------------------------------------------------- */

static const char *const lists[] = {
	[JUDGE_READ] = "filesystem.read", [JUDGE_WRITE] = "filesystem.write",
	[JUDGE_CREATE] = "filesystem.write",
	[JUDGE_REMOVE] = "filesystem.write", [JUDGE_RUN] = "filesystem.exec",
};

const char *
question_path_reason(const struct question_asked *x,
    const struct judge_verdict *v)
{
	const char *entry = "";
	struct blob_fs fs = { .rights = 0 };

	if (v->entry != JUDGE_NO_ENTRY &&
	    blob_fs_get(x->b, v->entry, &fs) == BLOB_OK)
		entry = diag_quote(x->a, expand_show(x->a,
		    blob_str(x->b, fs.path)));
	switch (v->cause) {
	case JUDGE_BY_PROTECT:
		return arena_printf(x->a, fs.rights & FS_PROTECT ?
		    "%s is protected" : "what git runs or obeys in %s is "
		    "protected", entry);
	case JUDGE_BY_DENY:
		return arena_printf(x->a, "%s is denied", entry);
	case JUDGE_BY_RULE:
		return arena_printf(x->a, "%s covers it%s", entry,
		    v->rule == 0 ? ", as in every policy" : "");
	default:
		return absence(x, v->rule, lists[v->right]);
	}
}

int
question_answer_path(const struct question_asked *x,
    enum judge_right right, const char *path, struct answer *out)
{
	struct judge_verdict v;
	int r = judge_path(x->b, &x->p->vars, right, path, &v);

	take_verdict(out, &v);
	out->reason = question_path_reason(x, &v);
	if (v.cause != JUDGE_BY_PROTECT && v.cause != JUDGE_BY_DENY)
		return r;
	out->note = "with a mount namespace";
	if (!place_keeps(x->a, x->p, x->b, v.entry, path)) {
		out->strength = "-";
		out->note = "not kept: nothing is there yet";
	}
	return r;
}

static int
answer_file(const struct question_asked *x, struct answer *out)
{
	static const enum judge_right rights[] = {
		[QUESTION_READ] = JUDGE_READ, [QUESTION_WRITE] = JUDGE_WRITE,
		[QUESTION_RUN] = JUDGE_RUN };
	bool is_new = x->q->kind == QUESTION_WRITE && x->p->is_real &&
	    !x->q->exists;

	return question_answer_path(x, is_new ? JUDGE_CREATE : rights[x->q->kind],
	    x->q->path, out);
}

/* --- network ------------------------------------------------------------ */

static unsigned
mode_of(const struct question_asked *x)
{
	struct blob_net_head h = { .mode = BLOB_NET_NONE };

	(void)blob_net_head_get(x->b, &h);
	return h.mode;
}

static const char *
mode_text(const struct question_asked *x, const struct judge_verdict *v)
{
	struct blob_net_head h;

	if (blob_net_head_get(x->b, &h) != BLOB_OK)
		return "the profile has no section network";
	if (v->right == JUDGE_UNIX)
		return h.unix_mode == BLOB_UNIX_ANY ?
		    "network.unix has \"any\"" :
		    "network.unix lists no socket's path";
	return arena_printf(x->a, "network.mode is \"%s\"",
	    schema_net_words[h.mode]);
}

static const char *
net_reason(const struct question_asked *x, const struct judge_verdict *v)
{
	static const char *const names[] = { [JUDGE_CONNECT] =
		"network.connect", [JUDGE_BIND] = "network.bind",
		[JUDGE_UNIX] = "network.unix",
		[JUDGE_DOMAIN] = "network.domains" };
	const char *why = blob_str(x->b, v->why);

	if (why[0] != '\0')
		return why;
	switch (v->cause) {
	case JUDGE_BY_DENY:
		return question_path_reason(x, v);
	case JUDGE_BY_MODE:
		return mode_text(x, v);
	case JUDGE_BY_ABSENCE:
		return mode_of(x) == BLOB_NET_PROXY ? "no entry admits it to "
		    "the proxy" : absence(x, v->rule, names[v->right]);
	default:
		return v->decision == BLOB_ALLOW ? "an entry lists it" :
		    "an entry refuses it";
	}
}

static int
answer_net(const struct question_asked *x, struct answer *out)
{
	const struct question *q = x->q;
	struct judge_verdict v;
	struct address a;
	int r;

	if (q->kind == QUESTION_BIND)
		r = judge_bind(x->b, q->port, &v);
	else if (q->host == NULL)
		r = judge_unix(x->b, &x->p->vars, q->path, &v);
	else
		r = judge_connect(x->b, q->host, q->port, &v);
	take_verdict(out, &v);
	out->reason = net_reason(x, &v);
	if (v.cause == JUDGE_BY_RULE && v.decision == BLOB_ALLOW &&
	    v.strength == JUDGE_HARD)
		out->note = "plain TCP: the port, not the host";
	if (v.strength == JUDGE_SUPERVISED && mode_of(x) != BLOB_NET_PROXY)
		out->note = q->host != NULL && v.decision == BLOB_ALLOW &&
		    !address_parse(q->host, &a) ? "its addresses at the "
		    "start; the supervisor connects" :
		    "the supervisor connects";
	return r;
}

/* --- environment -------------------------------------------------------- */

static int
answer_env(const struct question_asked *x, struct answer *out)
{
	struct judge_verdict v;
	struct blob_env_set set;
	int r = judge_env(x->b, x->q->text, &v);
	bool passes = v.decision == BLOB_ALLOW;

	take_verdict(out, &v);
	out->reason = v.cause == JUDGE_BY_RULE ?
	    passes ? "a pattern keeps it" : "a pattern drops it" :
	    passes ? "it is inherited, and no pattern drops it" :
	    v.rule == 0 ? "the profile has no section environment" :
	    "nothing is inherited, and no pattern keeps it";
	if (r != BLOB_OK || judge_env_set(x->b, x->q->text, &set) != BLOB_OK)
		return r;
	out->decision = BLOB_ALLOW;
	out->word = "allowed";
	out->rule = set.rule;
	out->cause = "rule";
	out->reason = arena_printf(x->a, "it is set to %s", diag_quote(x->a,
	    expand_show(x->a, blob_str(x->b, set.value))));
	return BLOB_OK;
}

/* --- system calls ------------------------------------------------------- */

static const char *
call_reason(const struct question_asked *x, const struct judge_verdict *v,
    uint32_t nr)
{
	struct blob_sysc_head h = { .newer_from = UINT32_MAX };
	struct blob_rule_info info;

	(void)blob_sysc_head_get(x->b, x->q->arch->audit, &h);
	if (v->cause == JUDGE_BY_RULE && blob_rule_get(x->b, v->rule,
	    &info) != BLOB_OK)
		return "every policy refuses it";
	if (v->cause == JUDGE_BY_RULE)
		return strncmp(blob_str(x->b, info.name), "syscalls.", 9) ==
		    0 ? "the first rule that it matches" : arena_printf(x->a,
		    "%s implies it", blob_str(x->b, info.name));
	if (x->q->arch == sysc_arch_at(0) && nr & X32_BIT)
		return "it is a call of another ABI";
	return nr >= h.newer_from ? "it is newer than the compiler's table" :
	    "no rule names it: the default";
}

/* What some kernels do, whatever the policy says. */
static void
note_exempt(struct answer *out, uint32_t audit, uint32_t nr)
{
	if (sim_is_exempt(audit, nr))
		out->note = "Linux 6.14 and later let this call pass, "
		    "whatever a filter says";
}

static int
answer_syscall(const struct question_asked *x, struct diag *d,
    struct answer *out)
{
	struct judge_verdict v;
	struct sysc_query query;
	int r;

	if (sysc_query_parse(x->a, d, x->q->text, x->q->loc, x->q->arch,
	    &query) == -1)
		return QUESTION_UNASKABLE;
	r = judge_syscall(x->b, x->q->arch->audit, query.nr, query.args, &v);
	take_verdict(out, &v);
	if ((v.action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_USER_NOTIF) {
		out->strength = judge_strength_name(JUDGE_SUPERVISED);
		out->note = SUPERVISED;
	}
	if (v.action != SECCOMP_RET_ALLOW)
		out->word = sysc_action_text(x->a, v.action);
	out->reason = call_reason(x, &v, query.nr);
	note_exempt(out, x->q->arch->audit, query.nr);
	return r;
}

int
question_answer(struct arena *a, struct diag *d, const struct blob *b,
    const struct place *p, const struct question *q, struct answer *out)
{
	const struct question_asked x = { a, b, p, q };

	*out = (struct answer){ .decision = BLOB_FORBIDDEN, .word = "denied",
	    .strength = judge_strength_name(JUDGE_HARD), .cause = "default",
	    .reason = "" };
	switch (q->kind) {
	case QUESTION_EXEC:
		return question_answer_exec(&x, out);
	case QUESTION_READ:
	case QUESTION_WRITE:
	case QUESTION_RUN:
		return answer_file(&x, out);
	case QUESTION_CONNECT:
	case QUESTION_BIND:
		return answer_net(&x, out);
	case QUESTION_SYSCALL:
		return answer_syscall(&x, d, out);
	case QUESTION_ENV:
		return answer_env(&x, out);
	case QUESTION_NKINDS:
		break;
	}
	return BLOB_ERR_VALUE;
}
