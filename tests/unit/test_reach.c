/* Rules that never decide: all of them can be left out at once. */
#include "tests/lib/unit.h"

#include "tests/lib/execrules.h"

#define NRULES		12
#define NCOMMANDS	300
#ifdef __SANITIZE_ADDRESS__
#define NSETS		300
#else
#define NSETS		3000
#endif

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
	abort();
}

/* Rule i stands in line i + 1. */
static void
note_rule(void *ctx, const char *kind, const char *check, struct loc at,
    const char *text)
{
	bool *is_needless = ctx;

	(void)text;
	if (strcmp(kind, "warning") != 0)
		return;
	assert_string_equal(check, "exec-unreachable");
	assert_in_range(at.line, 1, NRULES);
	is_needless[at.line - 1] = true;
}

/* The same rules less those that are reported. */
static struct rule_set
without_needless(struct arena *a, struct rule_set *set)
{
	struct automaton_spec spec = { .set = set, .warns_unreachable = true };
	bool is_needless[NRULES] = { false };
	struct rule_set less = *set;
	struct diag d;
	size_t i, len;

	diag_init(&d, NULL);
	d.sink = note_rule;
	d.sink_ctx = is_needless;
	for (i = 0; i < set->nprefix; i++)
		set->prefix[i].loc = (struct loc){ .line = (uint32_t)i + 1,
		    .col = 1 };
	free(execrules_blob(a, &d, &spec, &len));
	less.prefix = arena_array(a, set->nprefix, sizeof(*less.prefix));
	for (less.nprefix = i = 0; i < set->nprefix; i++)
		if (!is_needless[i])
			less.prefix[less.nprefix++] = set->prefix[i];
	return less;
}

static enum blob_decision
decide(const struct rule_set *set, const struct eval_command *c, size_t *n)
{
	uint32_t v[NRULES];
	bool is_resolved;

	*n = execrules_match(set, c, v, &is_resolved);
	return execrules_decide(set, v, *n, BLOB_ALLOW);
}

static void
no_decision_changes(void **state)
{
	uint64_t seed = 0x9e3779b97f4a7c15u;
	const char *argv[EXECRULES_MAX_ARGC];
	struct rule_set set, less;
	struct eval_command c;
	size_t i, k, n, m, nless = 0;
	struct arena *a;

	(void)state;
	for (i = 0; i < NSETS; i++) {
		a = arena_new(0, on_full);
		execrules_make(a, &seed, NRULES, &set);
		less = without_needless(a, &set);
		nless += set.nprefix - less.nprefix;
		for (k = 0; k < NCOMMANDS; k++) {
			execrules_command(&seed, argv, &c);
			assert_int_equal(decide(&set, &c, &n),
			    decide(&less, &c, &m));
			assert_int_equal(n > 0, m > 0);
		}
		arena_free(a);
	}
	assert_true(nless > NSETS / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_decision_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
