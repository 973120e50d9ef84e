/* Actions as text and as the kernel's SECCOMP_RET_* values. */
#include <linux/seccomp.h>
#include <string.h>

#include "compiler/sysconst.h"
#include "compiler/sysc.h"

static const struct action {
	const char *name;
	uint32_t value;
	bool has_data;
} actions[] = {
	{ "allow", SECCOMP_RET_ALLOW, false },
	{ "errno", SECCOMP_RET_ERRNO, true },
	{ "kill", SECCOMP_RET_KILL_PROCESS, false },
	{ "kill_thread", SECCOMP_RET_KILL_THREAD, false },
	{ "trap", SECCOMP_RET_TRAP, false },
	{ "log", SECCOMP_RET_LOG, false },
	{ "trace", SECCOMP_RET_TRACE, true },
	{ "notify", SECCOMP_RET_USER_NOTIF, false },
};

#define NACTIONS	(sizeof(actions) / sizeof(actions[0]))

/* The number or errno name between the parentheses. */
static int
parse_data(struct arena *a, struct diag *d, const char *name,
    const char *word, struct loc loc, uint32_t *data)
{
	struct near near = { .word = word };
	bool is_errno = strcmp(name, "errno") == 0;
	unsigned least = is_errno ? 1 : 0, most = is_errno ? 4095 : 65535, e;
	uint64_t v;
	size_t i;

	if (*word >= '0' && *word <= '9' && sysconst_number(word, &v) &&
	    v >= least && v <= most) {
		*data = (uint32_t)v;
		return 0;
	}
	if (is_errno && syserrno_find(word, &e)) {
		*data = e;
		return 0;
	}
	for (i = 0; is_errno && syserrno_at(i) != NULL; i++)
		near_try(&near, syserrno_at(i));
	diag_error(d, loc, "%s takes %sa number from %u to %u, found %s%s",
	    name, is_errno ? "an errno name or " : "", least, most,
	    diag_quote(a, word), near_hint(a, &near));
	return -1;
}

int
sysc_action_parse(struct arena *a, struct diag *d, const char *text,
    struct loc loc, uint32_t *action)
{
	size_t n = strcspn(text, "("), len = strlen(text), i;
	const char *name = arena_strndup(a, text, n);
	bool has_data = text[n] == '(' && text[len - 1] == ')';
	struct near near = { .word = name };
	uint32_t data = 0;

	for (i = 0; i < NACTIONS; i++) {
		near_try(&near, actions[i].name);
		if (strcmp(actions[i].name, name) != 0)
			continue;
		if (has_data != actions[i].has_data ||
		    (text[n] != '\0' && !has_data))
			break;
		if (has_data && parse_data(a, d, name, arena_strndup(a,
		    text + n + 1, len - n - 2), loc, &data) == -1)
			return -1;
		*action = actions[i].value | data;
		return 0;
	}
	diag_error(d, loc, "%s is no action; there are allow, errno(NAME), "
	    "kill, kill_thread, trap, log, trace(N) and notify%s",
	    diag_quote(a, text), near_hint(a, &near));
	return -1;
}

const char *
sysc_action_text(struct arena *a, uint32_t action)
{
	uint32_t data = action & SECCOMP_RET_DATA;
	const char *e = syserrno_name(data);
	size_t i;

	for (i = 0; i < NACTIONS; i++) {
		if (actions[i].value != (action & SECCOMP_RET_ACTION_FULL))
			continue;
		if (!actions[i].has_data)
			return actions[i].name;
		if (actions[i].value == SECCOMP_RET_ERRNO && e != NULL)
			return arena_printf(a, "errno(%s)", e);
		return arena_printf(a, "%s(%u)", actions[i].name, data);
	}
	return arena_printf(a, "0x%08x", action);
}
