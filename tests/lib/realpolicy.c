/* Lines of tests/golden/seccomp to rules, and to items of our language. */
#include "tests/lib/realpolicy.h"

#include <inttypes.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
	"docker.x86_64", "docker.aarch64", "podman.x86_64", "podman.aarch64",
	"firecracker-vmm.x86_64", "firecracker-vmm.aarch64",
	"firecracker-api.x86_64", "firecracker-api.aarch64",
	"firecracker-vcpu.x86_64", "firecracker-vcpu.aarch64",
	"mediaextractor.x86_64", "mediaextractor.aarch64",
	"mediaswcodec.x86_64", "mediaswcodec.aarch64",
	"crosvm-gpu.x86_64", "crosvm-xhci.x86_64", NULL
};

static const char *const ops[] = {
	[REAL_EQ] = "==", [REAL_NE] = "!=", [REAL_LT] = "<",
	[REAL_LE] = "<=", [REAL_GT] = ">", [REAL_GE] = ">="
};

const char *
realpolicy_at(size_t i)
{
	return names[i];
}

static _Noreturn void
__attribute__((format(printf, 2, 3)))
broken(const struct realpolicy *p, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "tests/golden/seccomp/%s: ", p->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

static enum realpolicy_op
op_of(const struct realpolicy *p, const char *text)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(text, ops[i]) == 0)
			return (enum realpolicy_op)i;
	broken(p, "unknown operator \"%s\"", text);
}

/* `arg0 & 0x10 == 5' or `arg0 == 5'; returns what follows. */
static char *
read_cond(const struct realpolicy *p, char *text, struct realpolicy_cond *c)
{
	char op[3], *end = strstr(text, " && ");
	int n = 0;

	if (end != NULL)
		*end = '\0';
	c->mask = UINT64_MAX;
	if (sscanf(text, "arg%u & 0x%" SCNx64 " %n", &c->arg,
	    &c->mask, &n) != 2 &&
	    sscanf(text, "arg%u %n", &c->arg, &n) != 1)
		broken(p, "no condition: \"%s\"", text);
	text += n;
	if (sscanf(text, "%2[=!<>] %n", op, &n) != 1)
		broken(p, "no operator: \"%s\"", text);
	c->op = op_of(p, op);
	c->value = strtoull(text + n, NULL, 0);
	return end != NULL ? end + 4 : NULL;
}

static void
add_rule(struct arena *a, struct realpolicy *p, struct realpolicy_rule r)
{
	p->rules = arena_grow(a, p->rules, p->nrules, &p->cap_rules,
	    sizeof(*p->rules));
	p->rules[p->nrules++] = r;
}

static void
read_calls(struct arena *a, struct realpolicy *p, uint32_t action, char *text)
{
	char *save = NULL, *conds = strstr(text, " arg"), *name;
	struct realpolicy_rule r = { .action = action };

	if (conds != NULL) {
		*conds++ = '\0';
		r.name = text;
		while (conds != NULL) {
			if (r.nconds == REALPOLICY_MAX_CONDS)
				broken(p, "too many conditions");
			conds = read_cond(p, conds, &r.conds[r.nconds++]);
		}
		add_rule(a, p, r);
		return;
	}
	for (name = strtok_r(text, " ", &save); name != NULL;
	    name = strtok_r(NULL, " ", &save)) {
		r.name = name;
		/* Policies name calls of other architectures too. */
		if (sysc_call_number(p->arch->audit, name) >= 0)
			add_rule(a, p, r);
	}
}

static uint32_t
read_action(struct arena *a, const struct realpolicy *p, const char *text)
{
	uint32_t action = 0;
	struct diag d;

	diag_init(&d, stderr);
	if (sysc_action_parse(a, &d, text, (struct loc){ .src = NULL },
	    &action) != 0)
		broken(p, "unknown action \"%s\"", text);
	return action;
}

static void
read_line(struct arena *a, struct realpolicy *p, char *line)
{
	char *colon = strchr(line, ':');

	if (line[0] == '#' || line[0] == '\0')
		return;
	if (colon == NULL)
		broken(p, "no action: \"%s\"", line);
	*colon = '\0';
	if (strcmp(line, "default") == 0)
		p->action = read_action(a, p, colon + 2);
	else
		read_calls(a, p, read_action(a, p, line), colon + 2);
}

void
realpolicy_read(struct arena *a, const char *name, struct realpolicy *out)
{
	const char *dir = getenv("srcdir"), *path;
	const struct source *src;
	char *save = NULL, *text, *line;

	*out = (struct realpolicy){ .name = name,
		.arch = sysc_arch_by_name(strrchr(name, '.') + 1) };
	path = arena_printf(a, "%s/tests/golden/seccomp/%s",
	    dir != NULL ? dir : ".", name);
	if (source_load(a, path, name, &src) != SOURCE_OK)
		broken(out, "cannot be read");
	text = arena_strdup(a, src->text);
	for (line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save))
		read_line(a, out, line);
}

/* In the words of our language. */
static const char *
item_text(struct arena *a, const struct realpolicy_rule *r)
{
	const char *text = r->name, *sep = "(";

	for (size_t i = 0; i < r->nconds; i++) {
		const struct realpolicy_cond *c = &r->conds[i];

		if (c->mask == UINT64_MAX)
			text = arena_printf(a, "%s%sarg%u %s %" PRIu64, text,
			    sep, c->arg, ops[c->op], c->value);
		else
			text = arena_printf(a, "%s%s(arg%u & 0x%" PRIx64
			    ") %s %" PRIu64, text, sep, c->arg, c->mask,
			    ops[c->op], c->value);
		sep = " && ";
	}
	return r->nconds == 0 ? text : arena_printf(a, "%s)", text);
}

void
realpolicy_lower(struct arena *a, const struct realpolicy *p,
    struct sysc_policy *out)
{
	struct sysc_request r = { .nitems = p->nrules, .action = p->action,
		.newer = p->action, .foreign = SECCOMP_RET_KILL_PROCESS };
	struct sysc_text *items = arena_array(a, p->nrules, sizeof(*items));
	struct diag d;

	for (size_t i = 0; i < p->nrules; i++) {
		const char *text = item_text(a, &p->rules[i]);

		items[i] = (struct sysc_text){ .text = text,
			.loc = { source_text(a, p->name, text,
			    strlen(text)), 1, 1, 1 },
			.action = p->rules[i].action,
			.rule = (uint32_t)i + 1 };
	}
	r.items = items;
	diag_init(&d, stderr);
	if (sysc_check(a, &d, &r, &p->arch, 1) != 0 ||
	    sysc_lower(a, &d, &r, p->arch->audit, out) != 0)
		broken(p, "does not compile");
}
