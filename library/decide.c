/*
 * Decisions of the library: every policy is asked, the strictest answers, as
 * in a run.
 */
#include <string.h>

#include "blob/decide.h"
#include "library/policy.h"

/* What one policy said. */
struct said {
	int err;
	enum blob_decision decision;
	uint32_t rule;
	const char *reason, *strength;
};

static void
begin(struct codexpolicy_verdict *out)
{
	*out = (struct codexpolicy_verdict){
		.decision = CODEXPOLICY_DENIED, .policy = "", .rule = "",
		.file = "", .reason = "it could not be decided",
		.strength = "hard",
	};
}

/* The first, or one that is stricter, takes the verdict over. */
static int
take(const struct policy *p, bool is_first, const struct said *s,
    struct codexpolicy_verdict *out)
{
	static const enum codexpolicy_decision decisions[] = {
		[BLOB_ALLOW] = CODEXPOLICY_ALLOWED,
		[BLOB_PROMPT] = CODEXPOLICY_PROMPT,
		[BLOB_FORBIDDEN] = CODEXPOLICY_DENIED,
	};
	struct blob_rule_info info;

	if (s->err != BLOB_OK) {
		begin(out);
		out->policy = p->name;
		return -1;
	}
	if (!is_first && decisions[s->decision] <= out->decision)
		return 0;
	begin(out);
	out->decision = decisions[s->decision];
	out->policy = p->name;
	out->reason = s->reason;
	out->strength = s->strength;
	if (blob_rule_get(&p->blob, s->rule, &info) == BLOB_OK) {
		out->rule = blob_str(&p->blob, info.name);
		out->file = blob_str(&p->blob, info.file);
		out->line = info.line;
	}
	return 0;
}

static const char *
exec_reason(const struct blob *b, const struct decide_verdict *v)
{
	if (v->kind == DECIDE_OPAQUE)
		return shell_construct_name(v->construct);
	if (v->kind != DECIDE_COMMAND)
		return "a redirection";
	return v->verdict.nmatches > 0 ? blob_str(b, v->verdict.by.why) : "";
}

int
codexpolicy_decide_exec(const struct codexpolicy *c, const char *const *argv,
    struct codexpolicy_verdict *out)
{
	struct eval_command command = {
		.argv = argv, .cwd = c->judged.cwd, .vars = &c->judged.vars,
	};
	struct decide_verdict v;
	char path[PATH_CAP];
	struct text t;

	begin(out);
	while (argv[command.argc] != NULL)
		command.argc++;
	if (command.argc == 0)
		return -1;
	text_init(&t, path, sizeof(path));
	text_str(&t, argv[0]);
	if (path[0] == '/' && !t.is_cut) {
		path_normalise(path);
		command.resolved = command.file = path;
	}
	for (size_t i = 0; i < c->all.count; i++) {
		const struct blob *b = &c->all.list[i].blob;
		struct said s = { decide_command(b, &command, NULL, NULL, &v),
		    v.decision, v.rule, "", "consent" };

		if (s.err == BLOB_OK)
			s.reason = exec_reason(b, &v);
		if (take(&c->all.list[i], i == 0, &s, out) < 0)
			return -1;
	}
	return 0;
}

static void
said_of(struct said *s, int err, const struct judge_verdict *v)
{
	*s = (struct said){ err, v->decision, v->rule, "",
	    judge_strength_name(v->strength) };
}

int
codexpolicy_decide_path(const struct codexpolicy *c,
    enum codexpolicy_access access, const char *path,
    struct codexpolicy_verdict *out)
{
	static const enum judge_right rights[] = {
		[CODEXPOLICY_READ] = JUDGE_READ,
		[CODEXPOLICY_WRITE] = JUDGE_WRITE,
		[CODEXPOLICY_CREATE] = JUDGE_CREATE,
		[CODEXPOLICY_REMOVE] = JUDGE_REMOVE,
		[CODEXPOLICY_RUN] = JUDGE_RUN,
	};
	struct judge_verdict v;
	char real[PATH_CAP];
	struct text t;
	struct said s;

	begin(out);
	text_init(&t, real, sizeof(real));
	text_str(&t, path);
	if (path[0] != '/' || t.is_cut ||
	    (unsigned)access >= sizeof(rights) / sizeof(rights[0]))
		return -1;
	path_normalise(real);
	for (size_t i = 0; i < c->all.count; i++) {
		int err = judge_path(&c->all.list[i].blob, &c->judged.vars,
		    rights[access], real, &v);

		said_of(&s, err, &v);
		if (take(&c->all.list[i], i == 0, &s, out) < 0)
			return -1;
	}
	return 0;
}

int
codexpolicy_decide_connect(const struct codexpolicy *c, const char *host,
    unsigned short port, struct codexpolicy_verdict *out)
{
	struct judge_verdict v;
	struct said s;

	begin(out);
	for (size_t i = 0; i < c->all.count; i++) {
		int err = judge_connect(&c->all.list[i].blob, host, port, &v);

		said_of(&s, err, &v);
		if (take(&c->all.list[i], i == 0, &s, out) < 0)
			return -1;
	}
	return 0;
}
