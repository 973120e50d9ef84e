/*
 * probe act NAME: does one act, prints the errno that stopped it.
 * probe drive CODEX-EXEC POLICIES DIR: all of them, free and held.
 * probe is-root, is-capable: exit 0 as root, with a capability.
 * probe make-capable FILE: give the program a capability.
 * The environment tells an act its place.
 */
#include "tests/escape/probe.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

int
did(long result)
{
	return result < 0 ? errno : 0;
}

int
reached(long result)
{
	if (result < 0 && (errno == EPERM || errno == EACCES ||
	    errno == ENOSYS))
		return errno;
	return 0;
}

const char *
at(const char *dir, const char *name)
{
	static char buf[4][2048];
	static unsigned turn;
	char *b = buf[turn++ % 4];

	snprintf(b, sizeof(buf[0]), "%s/%s", dir, name);
	return b;
}

int
probe_key(pid_t other)
{
	return 0x43000000 | (int)other;
}

const struct probe *
probe_get(size_t i)
{
	const struct { const struct probe *list; size_t n; } all[] = {
		{ file_probes, nfile_probes },
		{ change_probes, nchange_probes },
		{ net_probes, nnet_probes },
		{ process_probes, nprocess_probes },
		{ kernel_probes, nkernel_probes },
		{ share_probes, nshare_probes },
		{ swap_probes, nswap_probes },
		{ rare_probes, nrare_probes },
		{ door_probes, ndoor_probes },
	};

	for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++) {
		if (i < all[k].n)
			return &all[k].list[i];
		i -= all[k].n;
	}
	return NULL;
}

static const char *
must_get(const char *name)
{
	const char *v = getenv(name);

	if (v == NULL)
		exit(2);
	return v;
}

static int
act(const char *name)
{
	const char *dir = must_get("PROBE_DIR");
	struct place place = {
		.abstract = must_get("PROBE_ABSTRACT"),
		.port = atoi(must_get("PROBE_PORT")),
		.other = (pid_t)atoi(must_get("PROBE_OTHER")),
	};
	char out[1024], ws[1024], sock[1024];
	const struct probe *p;
	int err;

	snprintf(out, sizeof(out), "%s/out", dir);
	snprintf(ws, sizeof(ws), "%s/ws", dir);
	snprintf(sock, sizeof(sock), "%s/sock/socket", dir);
	place.out = out;
	place.ws = ws;
	place.socket = sock;
	for (size_t i = 0; (p = probe_get(i)) != NULL; i++) {
		if (strcmp(p->name, name) != 0)
			continue;
		/* "It has begun", whatever comes of it. */
		if (write(1, ">", 1) != 1)
			return 2;
		err = p->act(&place);
		printf("%d\n", err);
		return err != 0;
	}
	return 2;
}

static int
is_capable(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	return syscall(SYS_capget, &h, d) == 0 &&
	    (d[0].permitted | d[1].permitted) != 0;
}

/* CAP_CHOWN, permitted and effective, for whoever runs the file. */
static int
make_capable(const char *path)
{
	static const uint32_t caps[5] = { 0x02000001, 1, 0, 0, 0 };

	return setxattr(path, "security.capability", caps, sizeof(caps), 0) < 0;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "act") == 0)
		return act(argv[2]);
	if (argc == 5 && strcmp(argv[1], "drive") == 0)
		return probe_drive(argv[2], argv[3], argv[4], argv[0]);
	if (argc == 2 && strcmp(argv[1], "is-root") == 0)
		return geteuid() != 0;
	if (argc == 2 && strcmp(argv[1], "is-capable") == 0)
		return !is_capable();
	if (argc == 3 && strcmp(argv[1], "make-capable") == 0)
		return make_capable(argv[2]);
	return 2;
}
