/*
 * Sections of a profile to ir: files, environment, limits, process, audit.
 */
#include "compiler/lower.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "blob/judge.h"
#include "compiler/scalar.h"
#include "compiler/schema.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

uint32_t
ir_rule_add(struct arena *a, struct ir *ir, const char *name, struct loc loc)
{
	ir->rules = arena_grow(a, ir->rules, ir->nrules, &ir->cap_rules,
	    sizeof(*ir->rules));
	ir->rules[ir->nrules++] = (struct ir_rule){ .name = name, .loc = loc };
	return (uint32_t)ir->nrules;
}

uint32_t
lower_rule(struct lower *l, const char *name, const struct node *n)
{
	return n == NULL ? 0 : ir_rule_add(l->a, l->ir, name, n->loc);
}

static bool
is_true(const struct node *n)
{
	return n != NULL && strcmp(n->text, "true") == 0;
}

/* --- filesystem --------------------------------------------------------- */

/* The path's entry, made if there is none. */
static struct ir_path *
path_entry(struct lower *l, const char *path)
{
	struct ir *ir = l->ir;
	size_t i;

	for (i = 0; i < ir->npaths; i++)
		if (strcmp(ir->paths[i].path, path) == 0)
			return &ir->paths[i];
	ir->paths = arena_grow(l->a, ir->paths, ir->npaths, &ir->cap_paths,
	    sizeof(*ir->paths));
	ir->paths[ir->npaths] = (struct ir_path){ .path = path };
	return &ir->paths[ir->npaths++];
}

static void
path_add(struct lower *l, const char *path, bool is_optional, unsigned rights,
    uint32_t rule)
{
	struct ir_path *p = path_entry(l, path);
	bool *is_left_out = rights & FS_BARS ? &p->is_bar_optional :
	    &p->is_optional;
	unsigned kind = rights & FS_BARS ? FS_BARS : ~FS_BARS;

	/* Required once is required. */
	*is_left_out = is_optional && (*is_left_out ||
	    !(p->rights & kind));
	p->rights |= rights;
	if (rights & FS_READ && p->rule_read == 0)
		p->rule_read = rule;
	if (rights & FS_WRITE && p->rule_write == 0)
		p->rule_write = rule;
	if (rights & FS_EXEC && p->rule_exec == 0)
		p->rule_exec = rule;
	if (rights & FS_BARS)
		p->rule_bar = rule;
}

/* What is kept or hidden as a whole has nothing left to be kept in it. */
static void
check_git(struct lower *l, const char *path, const struct node *n)
{
	if (path_entry(l, path)->rights & (FS_PROTECT | FS_DENY))
		diag_error(l->d, n->at, "%s is in \"protect\" or \"deny\" as "
		    "a whole, its git directories with it",
		    diag_quote(l->a, n->text));
}

/* A file may have a star in its name, but who writes one means a pattern. */
static void
check_star(struct lower *l, const struct node *n)
{
	const char *star = strchr(n->text, '*');

	if (star != NULL)
		diag_warning(l->d, "path-pattern", scalar_part(l->a, n,
		    (size_t)(star - n->text), 1), "paths are no patterns: "
		    "\"*\" stands for itself here; name the folder");
}

static uint32_t
lower_paths(struct lower *l, const struct node *fs, const char *key,
    unsigned right)
{
	const char *name = arena_printf(l->a, "filesystem.%s", key), *path;
	const struct node *list = node_get(fs, key), *n;
	bool is_optional = false;

	for (n = list != NULL ? list->first : NULL; n != NULL; n = n->next) {
		path = expand_path(&l->x, n, &is_optional);
		if (path != NULL)
			check_star(l, n);
		if (path != NULL && right == FS_GIT)
			check_git(l, path, n);
		if (path != NULL)
			path_add(l, path, is_optional, right,
			    lower_rule(l, name, n));
	}
	return lower_rule(l, name, list);
}

static void
device_add(struct lower *l, const char *path, unsigned rights, uint32_t rule)
{
	path_add(l, path, true, rights | FS_READ | FS_DEVICE, rule);
	path_entry(l, path)->is_node = true;
}

/*
 * What a command cannot do without: /dev/null and the like, its terminal,
 * pseudo-terminals.  /dev itself is not among them.  Random bytes are read:
 * nobody's command stirs the pool, and a rule costs at start.
 */
static void
lower_devices(struct lower *l, const struct node *n)
{
	static const char *const minimal[] = { "/dev/full", "/dev/null",
		"/dev/ptmx", "/dev/tty", "/dev/zero" };
	static const char *const sources[] = { "/dev/random",
		"/dev/urandom" };
	uint32_t rule = lower_rule(l, "filesystem.devices", n);
	unsigned rights = FS_READ | FS_WRITE | FS_DEVICE;
	size_t i;

	l->ir->devices = schema_word_index(n, schema_device_words,
	    BLOB_DEV_MINIMAL);
	if (l->ir->devices == BLOB_DEV_ALL)
		path_add(l, "/dev", true, rights, rule);
	path_add(l, "/dev/pts", true, rights, rule);
	for (i = 0; i < LEN(minimal); i++)
		device_add(l, minimal[i], FS_WRITE, rule);
	for (i = 0; i < LEN(sources); i++)
		device_add(l, sources[i], 0, rule);
}

/* True when path is inside dir, or dir itself. */
static bool
is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (strcmp(dir, "/") == 0)
		return true;
	return strncmp(path, dir, n) == 0 &&
	    (path[n] == '/' || path[n] == '\0');
}

/*
 * True when a path above p gives all that p does.  A device's use is part of
 * writing, but writing is more than a device's use.  A loader may be executed
 * only where it has a rule of its own.
 */
static bool
is_covered(const struct ir_path *p, const struct ir_path *above)
{
	const unsigned plain = FS_READ | FS_WRITE | FS_EXEC;

	return p != above && is_below(p->path, above->path) &&
	    (p->rights & plain & ~above->rights) == 0 &&
	    (p->rights & ~(plain | FS_DEVICE)) == 0 &&
	    ((p->rights & FS_EXEC) == 0 || !judge_is_loader(p->path)) &&
	    ((above->rights & FS_DEVICE) == 0 || (p->rights & FS_DEVICE) != 0);
}

/*
 * Drop rights that an ancestor gives already: each rule costs at start.  An
 * optional ancestor that is missing cannot have the path below it either.
 */
static void
drop_covered(struct ir *ir)
{
	size_t i, k, n = 0;

	for (i = 0; i < ir->npaths; i++)
		for (k = 0; k < ir->npaths; k++)
			if (is_covered(&ir->paths[i], &ir->paths[k]))
				ir->paths[i].rights = 0;
	for (i = 0; i < ir->npaths; i++)
		if (ir->paths[i].rights != 0)
			ir->paths[n++] = ir->paths[i];
	ir->npaths = n;
}

static int
by_path(const void *x, const void *y)
{
	return strcmp(((const struct ir_path *)x)->path,
	    ((const struct ir_path *)y)->path);
}

/* Without a list of its own, what may be read may be executed. */
static void
exec_as_read(struct lower *l)
{
	size_t i;

	for (i = 0; i < l->ir->npaths; i++)
		if (l->ir->paths[i].rights & FS_READ) {
			l->ir->paths[i].rights |= FS_EXEC;
			l->ir->paths[i].rule_exec = l->ir->paths[i].rule_read;
		}
	l->ir->list_exec = l->ir->list_read;
}

/*
 * Where not everything may be executed, nor may what has no path: a file in
 * memory is for data.
 */
static void
derive_memfd(struct lower *l)
{
	bool is_limited = false;
	size_t i;

	for (i = 0; i < l->ir->npaths; i++) {
		if (!(l->ir->paths[i].rights & FS_EXEC))
			continue;
		if (strcmp(l->ir->paths[i].path, "/") == 0)
			return;
		is_limited = true;
	}
	if (is_limited)
		lower_sys_derive(l, "errno(EACCES)", "memfd_create((flags & "
		    "MFD_NOEXEC_SEAL) != MFD_NOEXEC_SEAL)",
		    l->ir->list_exec);
}

static void
lower_filesystem(struct lower *l, const struct node *fs)
{
	struct ir *ir = l->ir;
	size_t i;

	ir->list_read = lower_paths(l, fs, "read", FS_READ);
	ir->list_write = lower_paths(l, fs, "write", FS_WRITE);
	ir->list_exec = lower_paths(l, fs, "exec", FS_EXEC);
	lower_paths(l, fs, "protect", FS_PROTECT);
	lower_paths(l, fs, "deny", FS_DENY);
	lower_paths(l, fs, "git", FS_GIT);
	if (node_get(fs, "exec") == NULL)
		exec_as_read(l);
	for (i = 0; i < ir->npaths; i++) {
		if (!(ir->paths[i].rights & FS_WRITE))
			continue;
		ir->predicates |= META_ALLOWS_WRITE;
		if (strcmp(ir->paths[i].path, "/") == 0)
			ir->predicates |= META_ALLOWS_FULL_WRITE;
	}
	lower_devices(l, node_get(fs, "devices"));
	drop_covered(ir);
	derive_memfd(l);
	if (ir->npaths > BLOB_MAX_FS)
		diag_error(l->d, l->root->at, "more than %d paths",
		    BLOB_MAX_FS);
	if (ir->npaths > 0)
		qsort(ir->paths, ir->npaths, sizeof(*ir->paths), by_path);
}

/* --- limits ------------------------------------------------------------- */

enum unit { UNIT_COUNT, UNIT_BYTES, UNIT_SECONDS, UNIT_MILLISECONDS };

static const struct limit_key {
	const char *key;
	enum blob_limit id;
	enum unit unit;
} limit_keys[] = {
	{ "cpu", BLOB_LIM_CPU, UNIT_SECONDS },
	{ "fsize", BLOB_LIM_FSIZE, UNIT_BYTES },
	{ "data", BLOB_LIM_DATA, UNIT_BYTES },
	{ "stack", BLOB_LIM_STACK, UNIT_BYTES },
	{ "core", BLOB_LIM_CORE, UNIT_BYTES },
	{ "nproc", BLOB_LIM_NPROC, UNIT_COUNT },
	{ "nofile", BLOB_LIM_NOFILE, UNIT_COUNT },
	{ "memlock", BLOB_LIM_MEMLOCK, UNIT_BYTES },
	{ "as", BLOB_LIM_AS, UNIT_BYTES },
	{ "wall", BLOB_LIM_WALL, UNIT_MILLISECONDS },
};

/* What a suffix multiplies by; 0 for one that the unit does not have. */
static uint64_t
suffix_factor(enum unit unit, const char *s)
{
	static const struct { enum unit unit; const char *suffix; uint64_t by; }
	rows[] = {
		{ UNIT_COUNT, "", 1 },
		{ UNIT_BYTES, "", 1 }, { UNIT_BYTES, "K", 1u << 10 },
		{ UNIT_BYTES, "M", 1u << 20 }, { UNIT_BYTES, "G", 1u << 30 },
		{ UNIT_BYTES, "T", 1ull << 40 },
		{ UNIT_SECONDS, "s", 1 }, { UNIT_SECONDS, "m", 60 },
		{ UNIT_SECONDS, "h", 3600 }, { UNIT_SECONDS, "d", 86400 },
		{ UNIT_MILLISECONDS, "ms", 1 },
		{ UNIT_MILLISECONDS, "s", 1000 },
		{ UNIT_MILLISECONDS, "m", 60000 },
		{ UNIT_MILLISECONDS, "h", 3600000 },
		{ UNIT_MILLISECONDS, "d", 86400000 },
	};
	size_t i;

	for (i = 0; i < LEN(rows); i++)
		if (rows[i].unit == unit && strcmp(rows[i].suffix, s) == 0)
			return rows[i].by;
	return 0;
}

static void
lower_limit(struct lower *l, const struct limit_key *k, const struct node *n)
{
	static const char *const wanted[] = {
		[UNIT_COUNT] = "a count such as 256",
		[UNIT_BYTES] = "a size such as 64M or 4G",
		[UNIT_SECONDS] = "a time such as 90s, 10m or 1h",
		[UNIT_MILLISECONDS] = "a time such as 500ms, 90s or 1h"
	};
	unsigned long long v;
	uint64_t factor;
	char *end;

	errno = 0;
	v = strtoull(n->text, &end, 10);
	factor = suffix_factor(k->unit, end);
	if (v == 0 && factor == 0 && *end == '\0')
		factor = 1;		/* 0 needs no unit */
	if (n->text[0] < '0' || n->text[0] > '9' || errno != 0 ||
	    factor == 0 || v > UINT64_MAX / 2 / factor) {
		diag_error(l->d, n->at, "\"%s\" takes %s, found %s", k->key,
		    wanted[k->unit], node_what(l->a, n));
		return;
	}
	l->ir->limits[k->id] = (struct ir_limit){ .value = v * factor,
	    .rule = lower_rule(l, arena_printf(l->a, "limits.%s", k->key), n) };
}

static void
lower_limits(struct lower *l, const struct node *limits)
{
	const struct node *n;
	size_t i;

	for (i = 0; i < LEN(limit_keys); i++) {
		n = node_get(limits, limit_keys[i].key);
		if (n != NULL)
			lower_limit(l, &limit_keys[i], n);
	}
}

/* --- process, audit, degrade -------------------------------------------- */

/* Bit N for the N-th of words that the list names. */
static unsigned
word_bits(const struct node *list, const char *const *words)
{
	const struct node *n;
	unsigned bits = 0;

	for (n = list != NULL ? list->first : NULL; n != NULL; n = n->next)
		bits |= 1u << schema_word_index(n, words, 0);
	return bits;
}

static void
lower_process(struct lower *l, const struct node *process)
{
	const struct node *n = node_get(process, "keep_fds");

	l->ir->new_session = schema_word_index(node_get(process,
	    "new_session"), schema_session_words, BLOB_AUTO);
	l->ir->is_debug = is_true(node_get(process, "debug"));
	l->ir->is_detached = is_true(node_get(process, "detach"));
	l->ir->keep_fds = 7;
	for (n = n != NULL ? n->first : NULL; n != NULL; n = n->next)
		l->ir->keep_fds |= UINT64_C(1) << strtoul(n->text, NULL, 10);
	n = node_get(process, "namespaces");
	l->ir->namespaces = word_bits(n, schema_namespace_words);
	if (l->ir->is_detached && (l->ir->namespaces & META_NS_PID) != 0)
		diag_error(l->d, n->at, "\"detach\" lets processes outlive the "
		    "command, and the namespace \"pid\" ends them with it");
}

static void
lower_audit(struct lower *l, const struct node *audit)
{
	l->ir->audit_events = word_bits(node_get(audit, "events"),
	    schema_event_words);
	l->ir->audit_redact = word_bits(node_get(audit, "redact"),
	    schema_redact_words);
	l->ir->is_chained = is_true(node_get(audit, "chain"));
	l->ir->rule_audit = lower_rule(l, "audit", audit);
}

static void
lower_degrade(struct lower *l, const struct node *list)
{
	l->ir->may_lack = word_bits(list, schema_degrade_words);
}

static void
lower_mcp(struct lower *l, const struct node *mcp)
{
	const struct node *n = node_get(mcp, "default");
	const struct node *servers = node_get(mcp, "servers");

	if (n != NULL && strcmp(n->text, "forbidden") != 0)
		diag_error(l->d, n->at, "MCP rules are not in this version: "
		    "only \"default: forbidden\" can be kept");
	if (servers != NULL && servers->first != NULL)
		diag_error(l->d, servers->first->key->at,
		    "MCP rules are not in this version");
}

/* --- the whole ---------------------------------------------------------- */

static bool
is_profile_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= 64 && s[n] == '\0' && s[0] != '-';
}

static void
lower_head(struct lower *l)
{
	const struct node *name = node_get(l->root, "name");
	const struct node *text = node_get(l->root, "description");

	l->ir->name = name->text;
	l->ir->description = text != NULL ? text->text : "";
	if (!is_profile_name(name->text))
		diag_error(l->d, name->at, "profile name %s: lower-case "
		    "letters, digits, \"-\" and \"_\", at most 64",
		    diag_quote(l->a, name->text));
}

int
lower_profile(struct arena *a, struct diag *d, const struct node *root,
    const struct lower_options *opt, struct ir *ir)
{
	struct lower l = { .a = a, .d = d, .ir = ir, .root = root,
	    .extra_rules = opt->extra_rules, .frequencies = opt->frequencies,
	    .target_kernel = opt->target_kernel, .archs = opt->archs,
	    .narchs = opt->narchs, .on_file = opt->on_file, .ctx = opt->ctx, .rules = opt->rules };
	unsigned errors = d->errors;

	memset(ir, 0, sizeof(*ir));
	l.x = (struct expand){ .a = a, .d = d, .defines = opt->defines,
	    .variables = node_get(root, "variables") };
	expand_check_names(&l.x);
	lower_head(&l);
	lower_filesystem(&l, node_get(root, "filesystem"));
	lower_process(&l, node_get(root, "process"));
	lower_network(&l, node_get(root, "network"));
	lower_syscalls(&l, node_get(root, "syscalls"));
	lower_exec(&l, node_get(root, "exec"));
	lower_environment(&l, node_get(root, "environment"));
	lower_limits(&l, node_get(root, "limits"));
	lower_audit(&l, node_get(root, "audit"));
	lower_degrade(&l, node_get(root, "degrade"));
	lower_mcp(&l, node_get(root, "mcp"));
	lower_tests(&l, node_get(root, "tests"));
	return d->errors == errors ? 0 : -1;
}
