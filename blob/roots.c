/* Write roots that are refused: see roots.h. */
#include "blob/roots.h"

bool
roots_is_one(uint16_t rights)
{
	return (rights & (FS_WRITE | FS_DEVICE)) == FS_WRITE;
}

bool
roots_refuse(const struct roots *r, const char *path,
    struct roots_fault *out)
{
	const struct {
		const char *path, *name;
		bool has_inside;	/* nor may a root lie within it */
	} places[] = {
		{ "/proc", "/proc", true }, { "/sys", "/sys", true },
		{ "/dev", "/dev", false }, { "/etc", "/etc", false },
		{ r->home, "the home directory, which only -w can name",
		    false },
		{ "/etc/codex", "policies in /etc/codex", true },
		{ r->shipped, "the shipped policies", true },
		{ r->policies, "the user's policies", true },
		{ r->policy, "the policy itself", false },
	};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i].path == NULL)
			continue;
		out->place = places[i].name;
		out->is_inside = places[i].has_inside &&
		    judge_is_within(path, places[i].path);
		if (out->is_inside || judge_is_within(places[i].path, path))
			return true;
	}
	return false;
}
