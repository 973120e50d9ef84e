/*
 * libcodexpolicy: ask a policy, lock down, run with somebody who listens.
 *
 *	ask_policy POLICY exec CMD...	may it run?
 *	ask_policy POLICY write PATH	may it be written?
 *	ask_policy POLICY connect HOST PORT
 *	ask_policy POLICY apply PATH	lock down, then try to write it
 *	ask_policy POLICY run CMD...	run it; prompts are answered by $ANSWER
 *	ask_policy FILE verify [SHA256]
 */
#include <codexpolicy.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
fail(const char *what, const struct codexpolicy_error *e)
{
	fprintf(stderr, "ask_policy: %s: %s\n", what, e->text);
	return 125;
}

static int
print(const struct codexpolicy_verdict *v)
{
	static const char *const words[] = { "allowed", "prompt", "denied" };

	printf("%s by %s [%s, %s:%u, %s] %s\n", words[v->decision], v->policy,
	    v->rule, v->file, v->line, v->strength, v->reason);
	return v->decision == CODEXPOLICY_ALLOWED ? 0 : 1;
}

static void
told(void *arg, const char *record, size_t len)
{
	printf("%s %.*s\n", (const char *)arg, (int)len, record);
}

static void
decided(void *arg, const char *record, size_t len)
{
	(void)arg;
	told("decision", record, len);
}

static void
denied(void *arg, const char *record, size_t len)
{
	(void)arg;
	told("denial", record, len);
}

static enum codexpolicy_answer
asked(void *arg, const char *question, size_t len)
{
	const char *answer = getenv("ANSWER");

	(void)arg;
	told("question", question, len);
	if (answer == NULL)
		return CODEXPOLICY_NO;
	return strcmp(answer, "run") == 0 ? CODEXPOLICY_YES_FOR_RUN
	    : strcmp(answer, "yes") == 0  ? CODEXPOLICY_YES
					  : CODEXPOLICY_NO;
}

static int
run(const char *policy, char **argv)
{
	const char *options[] = { "-p", policy, "--explain", "-q", NULL };
	const struct codexpolicy_hooks hooks = {
		.arg = "event", .decision = decided, .denial = denied,
		.event = told, .approval = asked,
	};
	const struct codexpolicy_run r = {
		.program = getenv("CODEX_EXEC"), .options = options,
		.argv = (const char *const *)argv, .hooks = &hooks,
	};
	struct codexpolicy_error e;
	int status;

	if (codexpolicy_run(&r, &status, &e) < 0)
		return fail("run", &e);
	return status;
}

static int
apply(const struct codexpolicy *policy, const char *path)
{
	struct codexpolicy_error e;

	if (codexpolicy_apply(policy, &e) < 0)
		return fail("apply", &e);
	if (open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0)
		return 0;
	printf("%s\n", strerror(errno));
	return 1;
}

static int
verify(const char *path, const char *sha256)
{
	static char bytes[1 << 20];
	struct codexpolicy_error e;
	struct codexpolicy *policy;
	FILE *f = fopen(path, "rb");
	size_t len;

	if (f == NULL)
		return 2;
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	if (codexpolicy_verify_integrity(bytes, len, sha256, &e) < 0)
		return fail(path, &e);
	if (codexpolicy_load_bytes(&policy, bytes, len, NULL, &e) < 0)
		return fail(path, &e);
	printf("%s %s\n", codexpolicy_name(policy, 0),
	    codexpolicy_sha256(policy, 0));
	codexpolicy_free(policy);
	return 0;
}

int
main(int argc, char **argv)
{
	struct codexpolicy_verdict v = { 0 };
	struct codexpolicy_error e;
	struct codexpolicy *policy;
	int r = 2;

	if (argc < 3 || (argc < 4 && strcmp(argv[2], "verify") != 0)) {
		fprintf(stderr, "usage: ask_policy POLICY VERB ...\n");
		return 2;
	}
	if (strcmp(argv[2], "verify") == 0)
		return verify(argv[1], argv[3]);
	if (strcmp(argv[2], "run") == 0)
		return run(argv[1], argv + 3);
	const char *names[] = { argv[1], NULL };
	if (codexpolicy_load(&policy, names, NULL, &e) < 0)
		return fail(argv[1], &e);
	if (strcmp(argv[2], "apply") == 0)
		r = apply(policy, argv[3]);
	else if (strcmp(argv[2], "exec") == 0 && codexpolicy_decide_exec(
	    policy, (const char *const *)argv + 3, &v) == 0)
		r = print(&v);
	else if (strcmp(argv[2], "write") == 0 && codexpolicy_decide_path(
	    policy, CODEXPOLICY_WRITE, argv[3], &v) == 0)
		r = print(&v);
	else if (strcmp(argv[2], "connect") == 0 && argc == 5 &&
	    codexpolicy_decide_connect(policy, argv[3],
	    (unsigned short)atoi(argv[4]), &v) == 0)
		r = print(&v);
	codexpolicy_free(policy);
	return r;
}
