/*
 * The tables of tests/sim: an item, and raw values of one register that it
 * allows or does not, through the generated program.
 */
#include "tests/lib/unit.h"

#include <linux/seccomp.h>

#include "compiler/arena.h"
#include "compiler/bpf.h"
#include "compiler/prove.h"
#include "compiler/sim.h"
#include "compiler/sysc.h"

#define DENY	(SECCOMP_RET_ERRNO | 1)

struct table {
	struct arena *a;
	char line[512];
	unsigned number, rows;
	/* The present item. */
	char item[256];
	unsigned arg;
	struct sysc_policy policy;
	struct bpf_program program;
	struct seccomp_data call;
};

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

/* `ARCH ITEM argN'. */
static void
read_item(struct table *t)
{
	char *item = strchr(t->line, ' ') + 1, *arg = strrchr(t->line, ' ');
	const struct sysc_arch *arch;
	struct sysc_request r = { .nitems = 1, .action = DENY,
		.newer = DENY, .foreign = SECCOMP_RET_KILL_PROCESS };
	struct sysc_text text = { .action = SECCOMP_RET_ALLOW, .rule = 1 };
	struct diag d;

	assert_int_equal(sscanf(arg, " arg%u", &t->arg), 1);
	*arg = '\0';
	item[-1] = '\0';
	arch = sysc_arch_by_name(t->line);
	assert_non_null(arch);
	snprintf(t->item, sizeof(t->item), "%s %s", arch->name, item);
	arena_free(t->a);
	t->a = arena_new(0, on_full);
	text.text = arena_strdup(t->a, item);
	text.loc = (struct loc){ source_text(t->a, "table", item,
	    strlen(item)), 1, 1, 1 };
	r.items = &text;
	diag_init(&d, stderr);
	assert_int_equal(sysc_check(t->a, &d, &r, &arch, 1), 0);
	assert_int_equal(sysc_lower(t->a, &d, &r, arch->audit, &t->policy), 0);
	assert_int_equal(bpf_generate(t->a, &t->policy, &t->program), BPF_OK);
	assert_int_equal(prove_program(t->a, &t->policy, t->program.insns,
	    t->program.ninsns, NULL, NULL), PROVE_OK);
	t->call = (struct seccomp_data){ .arch = arch->audit };
	*strchr(item, '(') = '\0';
	t->call.nr = sysc_call_number(arch->audit, item);
}

/* `allow VALUE...' or `refuse VALUE...'. */
static void
check_values(struct table *t)
{
	char *save = NULL, *word = strtok_r(t->line, " \t\n", &save), *v;
	uint32_t want = strcmp(word, "allow") == 0 ? SECCOMP_RET_ALLOW : DENY;
	struct sim_result got;

	for (v = strtok_r(NULL, " \n", &save); v != NULL;
	    v = strtok_r(NULL, " \n", &save)) {
		t->call.args[t->arg] = strtoull(v, NULL, 0);
		assert_int_equal(sim_run(t->program.insns, t->program.ninsns,
		    &t->call, &got), 0);
		if (got.action != want)
			fail_msg("line %u: %s: %s: want %s", t->number,
			    t->item, v, word);
		t->rows++;
	}
}

static void
conditions_compare_what_the_kernel_takes(void **state)
{
	struct table t = { .a = arena_new(0, on_full) };
	const char *dir = getenv("srcdir");
	char path[4096];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/sim/widths.table",
	    dir != NULL ? dir : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(t.line, sizeof(t.line), f) != NULL) {
		t.number++;
		if (t.line[0] == '\t')
			check_values(&t);
		else if (t.line[0] != '#')
			read_item(&t);
	}
	fclose(f);
	arena_free(t.a);
	print_message("# %u values\n", t.rows);
	assert_true(t.rows > 5000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_compare_what_the_kernel_takes),
	};

	return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
