/* Names and sources of run-time variables: see vardef.h. */
#include "blob/vardef.h"

#include <string.h>

const struct vardef *
vardef_of(unsigned var)
{
	static const struct vardef table[BLOB_NVARS + 1] = {
		[BLOB_VAR_WORKSPACE] = { "workspace", NULL, NULL },
		[BLOB_VAR_HOME] = { "home", NULL, NULL },
		[BLOB_VAR_TMPDIR] = { "tmpdir", "TMPDIR", NULL },
		[BLOB_VAR_USER] = { "user", NULL, NULL },
		[BLOB_VAR_UID] = { "uid", NULL, NULL },
		[BLOB_VAR_XDG_CACHE_HOME] = { "xdg_cache_home",
		    "XDG_CACHE_HOME", "/.cache" },
		[BLOB_VAR_XDG_CONFIG_HOME] = { "xdg_config_home",
		    "XDG_CONFIG_HOME", "/.config" },
		[BLOB_VAR_XDG_DATA_HOME] = { "xdg_data_home",
		    "XDG_DATA_HOME", "/.local/share" },
		[BLOB_VAR_XDG_RUNTIME_DIR] = { "xdg_runtime_dir",
		    "XDG_RUNTIME_DIR", NULL },
		[BLOB_NVARS] = { "?", NULL, NULL },
	};

	return &table[var < BLOB_NVARS ? var : BLOB_NVARS];
}

/* Field i of a line of the password file. */
static bool
field(const char *line, int i, struct blob_span *out)
{
	for (; i > 0; i--) {
		line += strcspn(line, ":\n");
		if (*line != ':')
			return false;
		line++;
	}
	*out = (struct blob_span){ .p = (const uint8_t *)line,
	    .len = strcspn(line, ":\n") };
	return true;
}

/* By hand: strtoul() is more than codex-exec needs of its libc. */
static bool
is_number(struct blob_span s, unsigned long want)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(s.p[i] - '0');
	return i == s.len && i > 0 && i < 11 && n == want;
}

bool
vardef_user(const char *text, unsigned long uid, struct blob_span *name,
    struct blob_span *home)
{
	struct blob_span number;

	for (; *text != '\0'; text += *text == '\n') {
		if (field(text, 0, name) && field(text, 2, &number) &&
		    field(text, 5, home) && is_number(number, uid))
			return true;
		text += strcspn(text, "\n");
	}
	return false;
}
