/* --dry-run: see dryrun.h. */
#include "runtime/dryrun.h"

#include <string.h>

#include "runtime/report.h"

#define LINE_CAP	(2 * PATH_CAP)

void
dryrun_put_policies(struct report *rep, const struct policies *all)
{
	char line[LINE_CAP];
	struct text t;

	report_list(rep, "policies");
	for (size_t i = 0; i < all->count; i++) {
		text_init(&t, line, sizeof(line));
		text_str(&t, all->list[i].name);
		text_str(&t, " sha256:");
		text_hex(&t, blob_digest(&all->list[i].blob), 32);
		text_str(&t, " ");
		text_str(&t, all->list[i].path);
		report_item(rep, line);
	}
	report_list_end(rep);
}

void
dryrun_put_absent(struct report *rep, const struct bars *b)
{
	report_names(rep, "not_kept", b->absent,
	    b->are_absent_kept ? 0 : b->nabsent);
	report_names(rep, "kept_supervised", b->supervised, b->nsupervised);
}

/* "rwx PATH  [rule, file:line]" */
static void
put_paths(struct report *rep, const struct plan *plan)
{
	char line[LINE_CAP];
	struct text t;

	report_list(rep, "paths");
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_rule *r = &plan->rules[i];

		text_init(&t, line, sizeof(line));
		text_str(&t, (r->rights & FS_READ) != 0 ? "r" : "-");
		text_str(&t, (r->rights & FS_WRITE) != 0 ? "w" : "-");
		text_str(&t, (r->rights & FS_EXEC) != 0 ? "x " : "- ");
		text_str(&t, r->path);
		policy_put_rule(r->policy, r->rule, NULL, &t);
		report_item(rep, line);
	}
	report_list_end(rep);
	report_names(rep, "paths_left_out", plan->skipped, plan->nskipped);
}

/* "read-only PATH  [rule, file:line]", in the order they are made */
static void
put_mounts(struct report *rep, const struct bars *b)
{
	char line[LINE_CAP];
	struct text t;

	report_list(rep, "mounts");
	if (b->is_needed && b->keeps_rest)
		report_item(rep, "read-only / but for the writable ones");
	for (size_t i = 0; b->is_needed && i < b->count; i++) {
		const struct bar *bar = &b->list[i];

		text_init(&t, line, sizeof(line));
		text_str(&t, (bar->kind & BAR_NOEXEC) != 0 ? "noexec " : "");
		text_str(&t, (bar->kind & BAR_HIDE) != 0 ? "hidden "
		    : (bar->kind & BAR_KEEP) != 0 ? "read-only "
		    : (bar->kind & BAR_ROOT) != 0 ? "writable " : "pinned ");
		text_str(&t, bar->path);
		if (bar->policy != NULL)
			policy_put_rule(bar->policy, bar->rule, NULL, &t);
		report_item(rep, line);
	}
	report_list_end(rep);
	dryrun_put_absent(rep, b);
	report_names(rep, "file_mounts", b->files, b->nfiles);
	report_names(rep, "hard_linked", b->linked, b->nlinked);
}

static void
put_environment(struct report *rep, const struct env *e)
{
	char name[256];
	struct text t;

	report_list(rep, "environment_dropped");
	for (size_t i = 0; i < e->ndropped; i++) {
		text_init(&t, name, sizeof(name));
		env_put_name(&t, e->dropped[i]);
		report_item(rep, name);
	}
	report_list_end(rep);
}

static void
put_network(struct report *rep, const struct policies *all)
{
	static const char *const modes[BLOB_NNETMODES] = {
		"none", "loopback", "ports", "proxy", "full",
	};

	report_list(rep, "network");
	for (size_t i = 0; i < all->count; i++) {
		struct blob_net_head net = { 0 };

		(void)blob_net_head_get(&all->list[i].blob, &net);
		report_item(rep, modes[net.mode % BLOB_NNETMODES]);
	}
	report_list_end(rep);
}

/* "allow NAME:PORTS  [rule, file:line]" of every policy. */
static void
put_proxy(struct report *rep, const struct policies *all)
{
	static const char *const words[BLOB_NDECISIONS] = {
		"allow ", "prompt ", "deny ",
	};
	struct blob_net_domain e;
	char line[LINE_CAP];
	struct text t;

	report_str(rep, "proxy", PROXY_LISTENS);
	report_list(rep, "domains");
	for (size_t i = 0; i < all->count; i++) {
		const struct policy *p = &all->list[i];

		for (uint32_t k = 0; blob_net_domain_get(&p->blob, k, &e) ==
		    BLOB_OK; k++) {
			text_init(&t, line, sizeof(line));
			text_str(&t, words[e.decision]);
			text_str(&t, blob_str(&p->blob, e.host));
			if (e.lo != 0) {
				text_str(&t, " port ");
				text_num(&t, e.lo);
				text_str(&t, e.hi != e.lo ? "-" : "");
				if (e.hi != e.lo)
					text_num(&t, e.hi);
			}
			policy_put_rule(p, e.rule, "supervised", &t);
			report_item(rep, line);
		}
	}
	report_list_end(rep);
}

/* Why somebody has to stay; nothing where nobody does. */
static void
put_reasons(struct report *rep, const struct run *r)
{
	const struct {
		bool holds;
		const char *why;
	} reasons[] = {
		{ r->has_broker, "hosts of network.connect, paths of "
		    "network.unix: the supervisor connects" },
		{ r->plan.is_proxied, "network.mode proxy" },
		{ r->fence.is_on && !r->fence.is_alone, "protected or denied names that are not "
		    "there" },
		{ r->has_tree, "exec.scope tree" },
		{ r->options.is_explained, "--explain" },
		{ r->options.fail_on_left != 0, "--fail-on-left" },
		{ r->wall_ms > 0, "a time limit" },
		{ r->child.has_reaper, "process.namespaces pid" },
		{ r->needs_session, "process.new_session, for the leader of "
		    "a process group" },
	};

	report_list(rep, "supervised_because");
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].holds)
			report_item(rep, reasons[i].why);
	report_list_end(rep);
}

int
dryrun_print(const struct run *r, struct text *out)
{
	static const char *const decisions[BLOB_NDECISIONS] = {
		"allow", "prompt", "forbidden",
	};
	bool is_allowed = r->command.verdict.decision == BLOB_ALLOW;
	struct report rep;
	char line[LINE_CAP];
	struct text t;

	report_begin(&rep, out, r->options.wants_json);
	report_bool(&rep, "would_run", is_allowed);
	report_str(&rep, "mode", r->mode == RUN_SUPERVISED ? "supervised"
	    : "in-place");
	put_reasons(&rep, r);
	dryrun_put_policies(&rep, &r->policies);
	text_init(&t, line, sizeof(line));
	command_put(&r->command, &t);
	report_str(&rep, "command", line);
	report_str(&rep, "executable", r->command.resolved);
	report_str(&rep, "decision",
	    decisions[r->command.verdict.decision]);
	if (!is_allowed) {
		text_init(&t, line, sizeof(line));
		launch_put_denial(r, &t);
		report_str(&rep, "refusal", line);
	}
	report_list(&rep, "workspaces");
	for (size_t i = 0; i < r->vars.nworkspaces; i++)
		report_item(&rep, r->vars.workspaces[i]);
	report_list_end(&rep);
	put_paths(&rep, &r->plan);
	put_mounts(&rep, &r->plan.bars);
	put_network(&rep, &r->policies);
	report_bool(&rep, "network_namespace", r->plan.is_loopback);
	report_bool(&rep, "pid_namespace", r->child.has_reaper);
	if (r->plan.is_proxied)
		put_proxy(&rep, &r->policies);
	put_environment(&rep, &r->env);
	support_report_lost(&rep, &r->support);
	report_end(&rep);
	return is_allowed ? 0 : EXIT_DENIED;
}
