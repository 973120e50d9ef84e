/*
 * The table of keys, and the walk that checks a tree against it.  Values
 * that need more than a shape (paths, ports, sizes) are lower.c's.
 */
#include "compiler/schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct schema text = { .type = SCHEMA_TEXT };
static const struct schema free_form = { .type = SCHEMA_FREE };
static const struct schema fd_number = { .type = SCHEMA_INT, .max = 63 };

const char *const schema_device_words[] = { "minimal", "all", NULL };
const char *const schema_net_words[] = { "none", "loopback", "ports", "proxy",
	"full", NULL };
const char *const schema_decision_words[] = { "allow", "prompt", "forbidden",
	NULL };
const char *const schema_scope_words[] = { "command", "tree", NULL };
const char *const schema_session_words[] = { "auto", "true", "false", NULL };
const char *const schema_event_words[] = { "denied", "exec", "allowed", NULL };
const char *const schema_redact_words[] = { "user", "home", "secrets", NULL };
const char *const schema_namespace_words[] = { "pid", "ipc", NULL };
const char *const schema_degrade_words[] = { "landlock.fs", "landlock.net",
	"landlock.scope", "seccomp", "mounts", NULL };

const char *const schema_arch_words[] = { "x86_64", "aarch64", "riscv64",
	"i386", "arm", NULL };

static const struct schema event_word = { .type = SCHEMA_WORD,
	.words = schema_event_words };
static const struct schema redact_word = { .type = SCHEMA_WORD,
	.words = schema_redact_words };
static const struct schema arch_word = { .type = SCHEMA_WORD,
	.words = schema_arch_words };
static const struct schema namespace_word = { .type = SCHEMA_WORD,
	.words = schema_namespace_words };
static const struct schema degrade_word = { .type = SCHEMA_WORD,
	.words = schema_degrade_words };

#define LIST_OF(k, e)	{ .key = (k), .type = SCHEMA_LIST, .elem = &(e) }
#define WORD_OF(k, w)	{ .key = (k), .type = SCHEMA_WORD, .words = (w) }
#define TEXT(k)		{ .key = (k), .type = SCHEMA_TEXT }
#define BOOL(k)		{ .key = (k), .type = SCHEMA_BOOL }
#define MAP(k, s)	{ .key = (k), .type = SCHEMA_MAP, .sub = (s) }
#define ANY_MAP(k, e)	{ .key = (k), .type = SCHEMA_ANY_MAP, .elem = &(e) }
#define END		{ .key = NULL }

static const struct schema filesystem_keys[] = {
	LIST_OF("read", text), LIST_OF("write", text), LIST_OF("exec", text),
	LIST_OF("protect", text), LIST_OF("deny", text), LIST_OF("git", text),
	WORD_OF("devices", schema_device_words), END
};
static const struct schema domain_keys[] = {
	LIST_OF("allow", text), LIST_OF("deny", text), END
};
static const struct schema network_keys[] = {
	WORD_OF("mode", schema_net_words), LIST_OF("connect", text),
	LIST_OF("bind", text), LIST_OF("unix", text),
	MAP("domains", domain_keys), END
};
static const struct schema syscall_keys[] = {
	TEXT("default"), TEXT("newer"), LIST_OF("use", free_form),
	LIST_OF("architectures", arch_word),
	LIST_OF("hot", text), TEXT("target_kernel"),
	{ .key = "rules", .type = SCHEMA_LIST, .elem = &free_form,
	    .own_first = true },
	END
};
static const struct schema exec_keys[] = {
	LIST_OF("rules", text),
	{ .key = "inline", .type = SCHEMA_FREE },
	WORD_OF("default", schema_decision_words), WORD_OF("scope", schema_scope_words),
	WORD_OF("opaque", schema_decision_words), END
};
static const struct schema environment_keys[] = {
	BOOL("inherit"), LIST_OF("drop", text), LIST_OF("keep", text),
	ANY_MAP("set", text), END
};
static const struct schema limit_keys[] = {
	TEXT("cpu"), TEXT("fsize"), TEXT("data"), TEXT("stack"), TEXT("core"),
	TEXT("nproc"), TEXT("nofile"), TEXT("memlock"), TEXT("as"),
	TEXT("wall"), END
};
static const struct schema process_keys[] = {
	WORD_OF("new_session", schema_session_words), LIST_OF("keep_fds", fd_number),
	BOOL("debug"), BOOL("detach"), LIST_OF("namespaces", namespace_word),
	END
};
static const struct schema audit_keys[] = {
	LIST_OF("events", event_word), LIST_OF("redact", redact_word),
	BOOL("chain"), END
};
static const struct schema mcp_keys[] = {
	WORD_OF("default", schema_decision_words), ANY_MAP("servers", free_form), END
};

static const struct schema test_keys[] = {
	{ .key = "exec", .type = SCHEMA_FREE },
	TEXT("read"), TEXT("write"), TEXT("run"), TEXT("connect"),
	TEXT("bind"), TEXT("syscall"), TEXT("env"), TEXT("expect"), END
};
static const struct schema test_item = { .type = SCHEMA_MAP,
	.sub = test_keys };

static const struct schema root_keys[] = {
	{ .key = "version", .type = SCHEMA_INT, .min = 1, .max = 1,
	    .is_local = true },
	{ .key = "name", .type = SCHEMA_TEXT, .is_local = true },
	{ .key = "description", .type = SCHEMA_TEXT, .is_local = true },
	{ .key = "extends", .type = SCHEMA_LIST, .elem = &text,
	    .is_local = true },
	ANY_MAP("variables", text),
	MAP("filesystem", filesystem_keys),
	MAP("network", network_keys),
	MAP("syscalls", syscall_keys),
	MAP("exec", exec_keys),
	MAP("environment", environment_keys),
	MAP("limits", limit_keys),
	MAP("process", process_keys),
	MAP("audit", audit_keys),
	LIST_OF("degrade", degrade_word),
	MAP("mcp", mcp_keys),
	{ .key = "tests", .type = SCHEMA_LIST, .elem = &test_item,
	    .is_local = true },
	END
};

const struct schema *
schema_root(void)
{
	return root_keys;
}

const struct schema *
schema_find(const struct schema *table, const char *key)
{
	for (; table->key != NULL; table++)
		if (strcmp(table->key, key) == 0)
			return table;
	return NULL;
}

unsigned
schema_word_index(const struct node *n, const char *const *words,
    unsigned otherwise)
{
	unsigned i;

	for (i = 0; n != NULL && words[i] != NULL; i++)
		if (strcmp(n->text, words[i]) == 0)
			return i;
	return otherwise;
}

struct walk {
	struct arena *a;
	struct diag *d;
};

static void check_value(const struct walk *w, const struct schema *s,
    const struct node *n, const char *name);

static void
unknown_key(const struct walk *w, const struct schema *table,
    const struct node *key, const char *where)
{
	struct near near = { .word = key->text };

	for (; table->key != NULL; table++)
		near_try(&near, table->key);
	diag_error(w->d, key->at, "unknown key %s in %s%s",
	    diag_quote(w->a, key->text), where, near_hint(w->a, &near));
}

static void
check_map(const struct walk *w, const struct schema *s, const struct node *n,
    const char *name)
{
	const struct schema *found;
	const struct node *c;

	for (c = n->first; c != NULL && !diag_is_full(w->d); c = c->next) {
		found = s->type == SCHEMA_ANY_MAP ? s->elem :
		    schema_find(s->sub, c->key->text);
		if (found == NULL)
			unknown_key(w, s->sub, c->key, name);
		else
			check_value(w, found, c, c->key->text);
	}
}

static const char *
words_text(struct arena *a, const char *const *words)
{
	const char *all = words[0];

	while (*++words != NULL)
		all = arena_printf(a, "%s%s%s", all,
		    words[1] == NULL ? " or " : ", ", *words);
	return all;
}

static void
check_word(const struct walk *w, const struct schema *s, const struct node *n,
    const char *name)
{
	struct near near = { .word = n->text };
	const char *const *word;

	for (word = s->words; *word != NULL; word++) {
		if (strcmp(*word, n->text) == 0)
			return;
		near_try(&near, *word);
	}
	diag_error(w->d, n->at, "\"%s\" takes %s, found %s%s", name,
	    words_text(w->a, s->words), node_what(w->a, n),
	    near_hint(w->a, &near));
}

static void
check_bool(const struct walk *w, const struct node *n, const char *name)
{
	if (n->is_plain && (strcmp(n->text, "true") == 0 ||
	    strcmp(n->text, "false") == 0))
		return;
	diag_error(w->d, n->at, "\"%s\" takes true or false, found %s", name,
	    node_what(w->a, n));
}

static void
check_int(const struct walk *w, const struct schema *s, const struct node *n,
    const char *name)
{
	unsigned long v;
	char *end;

	errno = 0;
	v = strtoul(n->text, &end, 10);
	if (n->is_plain && n->text[0] >= '0' && n->text[0] <= '9' &&
	    *end == '\0' && errno == 0 && v >= s->min && v <= s->max)
		return;
	if (s->min == s->max)
		diag_error(w->d, n->at, "\"%s\" can only be %lu, found %s",
		    name, s->max, node_what(w->a, n));
	else
		diag_error(w->d, n->at, "\"%s\" takes a number from %lu to "
		    "%lu, found %s", name, s->min, s->max,
		    node_what(w->a, n));
}

static enum node_kind
kind_wanted(const struct schema *s)
{
	switch (s->type) {
	case SCHEMA_LIST:
		return NODE_LIST;
	case SCHEMA_MAP:
	case SCHEMA_ANY_MAP:
		return NODE_MAP;
	default:
		return NODE_SCALAR;
	}
}

static const char *
wanted_text(const struct schema *s)
{
	static const char *const names[] = {
		[SCHEMA_TEXT] = "one value", [SCHEMA_BOOL] = "true or false",
		[SCHEMA_INT] = "a number", [SCHEMA_WORD] = "one word",
		[SCHEMA_LIST] = "a list", [SCHEMA_MAP] = "a map",
		[SCHEMA_ANY_MAP] = "a map", [SCHEMA_FREE] = "a value"
	};

	return names[s->type];
}

/* YAML's null; whoever means the word puts it in quotes. */
static bool
is_null(const struct node *n)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };
	size_t i;

	for (i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		if (n->kind == NODE_SCALAR && n->is_plain &&
		    strcmp(n->text, nulls[i]) == 0)
			return true;
	return false;
}

static const char *
null_hint(const struct schema *s, const struct node *n)
{
	bool is_text = s->type == SCHEMA_TEXT || s->type == SCHEMA_WORD;

	if (!is_null(n))
		return "";
	if (s->type == SCHEMA_LIST)
		return "; write [] for an empty list";
	return is_text && n->text[0] != '\0' ?
	    "; quotes would make it a word" : "";
}

static void
check_value(const struct walk *w, const struct schema *s,
    const struct node *n, const char *name)
{
	const struct node *c;

	if (s->type == SCHEMA_FREE)
		return;
	if (n->kind != kind_wanted(s) || is_null(n)) {
		diag_error(w->d, n->at, "\"%s\" takes %s, found %s%s", name,
		    wanted_text(s), node_what(w->a, n), null_hint(s, n));
		return;
	}
	switch (s->type) {
	case SCHEMA_MAP:
	case SCHEMA_ANY_MAP:
		check_map(w, s, n, arena_printf(w->a, "\"%s\"", name));
		break;
	case SCHEMA_LIST:
		for (c = n->first; c != NULL && !diag_is_full(w->d);
		    c = c->next)
			check_value(w, s->elem, c, name);
		break;
	case SCHEMA_WORD:
		check_word(w, s, n, name);
		break;
	case SCHEMA_BOOL:
		check_bool(w, n, name);
		break;
	case SCHEMA_INT:
		check_int(w, s, n, name);
		break;
	default:
		break;
	}
}

static void
check_required(const struct walk *w, const struct node *root)
{
	static const char *const required[] = { "version", "name" };
	struct loc top = { root->at.src, 1, 1, 1 };
	size_t i;

	for (i = 0; i < 2; i++)
		if (node_get(root, required[i]) == NULL)
			diag_error(w->d, top, "a profile needs \"%s\"",
			    required[i]);
}

void
schema_check(struct arena *a, struct diag *d, const struct node *root)
{
	struct walk w = { .a = a, .d = d };
	const struct schema top = { .type = SCHEMA_MAP, .sub = root_keys };

	check_map(&w, &top, root, "a profile");
	check_required(&w, root);
}
