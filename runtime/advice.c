/* Advice on what would allow a denied thing: see advice.h. */
#include "runtime/advice.h"

#include <string.h>
#include <strings.h>

/* Nothing at or above these, nor, with a slash behind them, below them. */
static const char *const places[] = {
	"/proc/", "/sys/", "/dev", "/etc", "/etc/codex/", "/root", "/home",
	CODEX_DATADIR "/codex/",
};

/* Parts of names under which keys and passwords lie. */
static const char *const private_parts[] = {
	".ssh", ".aws", ".gnupg", ".netrc", ".kube", ".docker", ".codex",
	"credential", "secret", "shadow", "password", "htpasswd", "token",
	"id_rsa", "id_ed25519", ".pem", ".key", ".pgpass", ".npmrc",
	".pypirc", "keyring", "gcloud", ".azure", "sudoers",
};

static bool
is_place(const char *path, const char *place)
{
	char own[PATH_CAP];
	size_t n = strlen(place);
	struct text t;

	text_init(&t, own, sizeof(own));
	text_bytes(&t, place, n > 1 && place[n - 1] == '/' ? n - 1 : n);
	return path_is_within(own, path) ||
	    (place[n - 1] == '/' && path_is_within(path, own));
}

bool
advice_may_name(const char *path, const struct judge_vars *vars)
{
	const char *own[] = { vars->value[BLOB_VAR_HOME],
	    vars->value[BLOB_VAR_XDG_CONFIG_HOME], vars->other_home };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (is_place(path, places[i]))
			return false;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own[i] != NULL && path_is_within(own[i], path))
			return false;
	for (size_t i = 0; i < sizeof(private_parts) /
	    sizeof(private_parts[0]); i++)
		if (strcasestr(path, private_parts[i]) != NULL)
			return false;
	return true;
}

bool
advice_may_connect(const char *path, const struct judge_vars *vars)
{
	static const char *const powerful[] = {
		"docker", "podman", "containerd", "crio", "dbus", "bus",
		"systemd", "agent", "ssh-", "libvirt", "lxd", "incus",
	};

	for (size_t i = 0; i < sizeof(powerful) / sizeof(powerful[0]); i++)
		if (strcasestr(path, powerful[i]) != NULL)
			return false;
	return path[0] == '/' && advice_may_name(path, vars);
}

void
advice_file(const struct judge_verdict *v, const struct resolved *at,
    const struct judge_vars *vars, struct text *out)
{
	static const char *const lists[JUDGE_NRIGHTS] = {
		[JUDGE_READ] = "read", [JUDGE_WRITE] = "write",
		[JUDGE_CREATE] = "write", [JUDGE_REMOVE] = "write",
		[JUDGE_RUN] = "exec",
	};
	/* A name can be made or taken where its folder can be written. */
	bool is_name = v->right == JUDGE_CREATE || v->right == JUDGE_REMOVE;
	const char *path = is_name && at->parent[0] != '\0' ? at->parent
	    : at->path;

	if (v->cause != JUDGE_BY_ABSENCE || lists[v->right] == NULL ||
	    !advice_may_name(path, vars))
		return;
	text_str(out, "add ");
	text_json(out, path);
	text_str(out, " to filesystem.");
	text_str(out, lists[v->right]);
}

void
advice_call(const struct judge_verdict *v, const char *name,
    struct text *out)
{
	if (v->cause != JUDGE_BY_DEFAULT || name == NULL)
		return;
	text_str(out, "add ");
	text_json(out, name);
	text_str(out, " to an allow of syscalls.rules");
}

void
advice_port(const struct judge_verdict *v, uint16_t port, struct text *out)
{
	if (v->cause != JUDGE_BY_ABSENCE)
		return;
	text_str(out, "add ");
	text_num(out, port);
	text_str(out, v->right == JUDGE_BIND ? " to network.bind"
					     : " to network.connect");
}

void
advice_domain(const char *host, uint16_t port, struct text *out)
{
	bool is_usual = port == 80 || port == 443;
	bool is_wide = !is_usual && strchr(host, ':') != NULL;

	text_str(out, is_wide ? "add \"[" : "add \"");
	text_str(out, host);
	text_str(out, is_wide ? "]" : "");
	if (!is_usual) {
		text_str(out, ":");
		text_num(out, port);
	}
	text_str(out, "\" to network.domains.allow");
}
