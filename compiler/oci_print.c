/*
 * The profile that an import comes to, as text: a head that says what it
 * stands for, the rest of a profile without any restriction, and the rules
 * in their order with the line that each comes from.
 */
#include "compiler/oci_plan.h"

#include <string.h>

#include "compiler/sysname.h"

#define WIDTH	78

struct printer {
	struct arena *a;
	const struct oci_plan *plan;
	FILE *out;
	size_t at;		/* column */
};

/* --- comments -------------------------------------------------------------- */

/* Foreign text in a comment must not end it. */
static const char *
printable(struct arena *a, const char *s)
{
	char *copy = arena_strdup(a, s), *p;

	for (p = copy; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return copy;
}

/* Words of a text, broken into lines of comments. */
static void
put_comment(struct printer *p, const char *indent, const char *text)
{
	size_t len, at = 0;

	for (; *text != '\0'; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (at == 0 || at + 1 + len > WIDTH) {
			fprintf(p->out, "%s%s#", at > 0 ? "\n" : "", indent);
			at = strlen(indent) + 1;
		}
		fprintf(p->out, " %.*s", (int)len, text);
		at += 1 + len;
	}
	if (at > 0)
		putc('\n', p->out);
}

/* --- head ------------------------------------------------------------------ */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* A profile's name: lower case, digits, `-' and `_'. */
static const char *
profile_name(struct arena *a, const char *file)
{
	size_t n = strcspn(file, "."), i;
	char *s = arena_printf(a, "oci-%.*s", (int)(n > 48 ? 48 : n), file);

	for (i = 0; s[i] != '\0'; i++) {
		if (s[i] >= 'A' && s[i] <= 'Z')
			s[i] = (char)(s[i] - 'A' + 'a');
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", s[i]) ==
		    NULL)
			s[i] = '-';
	}
	return s;
}

static const char *
arch_names(struct arena *a, unsigned columns)
{
	const char *s = "";
	size_t i;

	for (i = 0; i < SYSNAME_NARCHS; i++)
		if (columns >> i & 1)
			s = arena_printf(a, "%s%s%s", s,
			    *s != '\0' ? ", " : "", sysc_arch_at(i)->name);
	return s;
}

static const char *
cap_names(const struct printer *p)
{
	const char *s = "";
	size_t i;

	for (i = 0; oci_cap_at(i) != NULL; i++)
		if (p->plan->options->caps >> i & 1)
			s = arena_printf(p->a, "%s%s%s", s,
			    *s != '\0' ? ", " : "", oci_cap_at(i));
	return *s != '\0' ? s : "none";
}

static void
put_head(struct printer *p)
{
	const struct oci_options *opt = p->plan->options;
	const char *file = printable(p->a,
	    base_name(p->plan->profile->src->name));
	const char *kernel = !opt->has_kernel ? "the newest known" :
	    arena_printf(p->a, "%u.%u", opt->kernel.major, opt->kernel.minor);

	put_comment(p, "", arena_printf(p->a, "The system calls of the OCI "
	    "seccomp profile %s, for architectures: %s; capabilities: %s; "
	    "kernel: %s.", file, arch_names(p->a, p->plan->columns),
	    cap_names(p), kernel));
	put_comment(p, "", "Comparisons are of the bits that the kernel "
	    "takes, often 32; container runtimes compare 64, and can be "
	    "walked around by setting a higher one. Calls of another "
	    "architecture than the command's own (i386 on x86_64, x32) "
	    "answer ENOSYS.");
	if (p->plan->columns >> SYSNAME_I386 & 1)
		put_comment(p, "", "On i386 socketcall and ipc are decided by "
		    "their own names alone; what they call is behind a "
		    "pointer.");
	if (p->plan->profile->archs != NULL)
		put_comment(p, "", arena_printf(p->a, "The file lists %s.",
		    printable(p->a, p->plan->profile->archs)));
	fprintf(p->out, "version: 1\nname: %s\ndescription: System calls of "
	    "an OCI seccomp profile, nothing else restricted.\n\n",
	    profile_name(p->a, file));
}

/* As far as the system calls allow, whatever the user may do. */
static void
put_rest(struct printer *p)
{
	fputs("# The format speaks of system calls alone: all that follows "
	    "is unrestricted.\n"
	    "filesystem:\n"
	    "  read: [\"/\"]             # every file\n"
	    "  write: [\"/\"]            # every file\n"
	    "  exec: [\"/\"]             # every program\n"
	    "  devices: all\n\n"
	    "network:\n"
	    "  mode: full              # every address\n"
	    "  connect: []\n"
	    "  bind: []\n"
	    "  unix: [any]             # every socket\n\n"
	    "exec:\n"
	    "  rules: []               # no rule on commands\n"
	    "  default: allow\n\n"
	    "environment:\n"
	    "  inherit: true           # every variable\n"
	    "  drop: []\n"
	    "  keep: []\n\n"
	    "process: {new_session: false, keep_fds: [0, 1, 2], debug: true}"
	    "\n\n"
	    "audit: {events: [denied, exec], redact: [user, home, secrets]}"
	    "\n\n", p->out);
}

/* --- rules ----------------------------------------------------------------- */

/* Where not all of the profile's architectures that have the call. */
static const char *
guard(const struct printer *p, const struct oci_item *it)
{
	unsigned i, have = 0;

	for (i = 0; i < SYSNAME_NARCHS; i++)
		if (p->plan->columns >> i & 1 &&
		    sysname_number(it->row, sysc_arch_at(i)->audit) >= 0)
			have |= 1u << i;
	if (it->columns == have)
		return "";
	return arena_printf(p->a, "[%s] ", arch_names(p->a, it->columns));
}

static const char *
item_text(const struct printer *p, const struct oci_item *it)
{
	const char *before = guard(p, it);

	if (it->when == NULL && *before == '\0')
		return it->call;
	if (it->when == NULL)
		return arena_printf(p->a, "\"%s%s\"", before, it->call);
	return arena_printf(p->a, "\"%s%s(%s)\"", before, it->call, it->when);
}

static void
put_item(struct printer *p, const struct oci_item *it)
{
	const char *text = item_text(p, it);
	size_t n = strlen(text);
	static const char indent[] = "        ";

	if (p->at == 0) {
		p->at = (size_t)fprintf(p->out, "    - %s: [",
		    sysc_action_text(p->a, it->step->rule->action));
	} else if (p->at + 3 + n > WIDTH) {
		fprintf(p->out, ",\n%s", indent);
		p->at = strlen(indent);
	} else {
		fputs(", ", p->out);
		p->at += 2;
	}
	fputs(text, p->out);
	p->at += n;
}

static void
put_items(struct printer *p, const struct oci_step *s, bool is_override)
{
	const struct oci_item *it;

	p->at = 0;
	for (it = s->first; it != NULL; it = it->next)
		if (it->columns != 0 && it->is_override == is_override)
			put_item(p, it);
	if (p->at > 0)
		fprintf(p->out, "]\n%s", is_override ?
		    "      override: true\n" : "");
}

/* The names of a rule that does not hold. */
static const char *
names_text(struct arena *a, const struct oci_rule *r)
{
	const struct node *n;
	const char *s = "";

	for (n = r->names->first; n != NULL; n = n->next)
		s = arena_printf(a, "%s %s", s, n->text);
	return printable(a, s);
}

static void
put_step(struct printer *p, const struct oci_step *s)
{
	static const char *const fates[OCI_NFATES] = {
		[OCI_ELSEWHERE] = "only on other architectures:",
		[OCI_NO_NAME] = "unknown:",
		[OCI_DECIDED] = "decided by another rule:" };
	const struct oci_rule *r = s->rule;
	int i;

	put_comment(p, "    ", arena_printf(p->a, "line %u: %s%s", r->loc.line,
	    sysc_action_text(p->a, r->action), r->comment == NULL ? "" :
	    arena_printf(p->a, ", %s", diag_quote(p->a, r->comment))));
	if (s->unless != NULL)
		put_comment(p, "    ", arena_printf(p->a, "left out, %s:%s",
		    printable(p->a, s->unless), names_text(p->a, r)));
	for (i = 0; i < OCI_NFATES; i++)
		if (s->left[i] != NULL)
			put_comment(p, "    ", arena_printf(p->a, "%s %s",
			    fates[i], s->left[i]));
	put_items(p, s, false);
	put_items(p, s, true);
}

void
oci_print(struct arena *a, const struct oci_plan *plan, FILE *out)
{
	struct printer p = { .a = a, .plan = plan, .out = out };
	uint32_t action = plan->profile->action;
	const struct oci_step *s;

	put_head(&p);
	put_rest(&p);
	fprintf(out, "syscalls:\n");
	if (plan->options->narchs < SYSNAME_NARCHS)
		fprintf(out, "  architectures: [%s]\n",
		    arch_names(a, plan->columns));
	fprintf(out, "  default: %s\n  newer: %s\n  rules:%s\n",
	    sysc_action_text(a, action), sysc_action_text(a, oci_newer(action)),
	    plan->first == NULL ? " []" : "");
	for (s = plan->first; s != NULL; s = s->next)
		put_step(&p, s);
}
