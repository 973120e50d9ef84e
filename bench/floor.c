/*
 * The least that a launch under a policy can cost: the same filter and as many
 * Landlock rules as codex-exec installs for `offline', by the same libc, and
 * nothing looked at, checked, decided or dropped.  A baseline, not a sandbox.
 *
 *	floor -p POLICY COMMAND [ARG...]
 */
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "blob/bytes.h"
#include "blob/format.h"
#include "runtime/kernel.h"

#define SECCOMP_FILTER	2

static int
install_filter(const char *path)
{
	static struct k_sock_filter insns[BLOB_MAX_BPF];
	struct {
		uint16_t len;
		const struct k_sock_filter *p;
	} prog = { 0, insns };
	uint8_t head[BLOB_H_LEN + BLOB_MAX_SECTIONS * BLOB_S_LEN];
	int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, head, sizeof(head)) < BLOB_H_LEN)
		return -1;
	for (uint32_t i = 0; i < bytes_le32(head + BLOB_H_NSECTIONS); i++) {
		const uint8_t *s = head + BLOB_H_LEN + i * BLOB_S_LEN;
		size_t n = bytes_le32(s + BLOB_S_BYTES);

		if (bytes_le16(s + BLOB_S_KIND) == BLOB_BPF0 &&
		    bytes_le32(s + BLOB_S_ARCH) == K_AUDIT_ARCH &&
		    n <= sizeof(insns) && pread(fd, insns, n,
		    bytes_le32(s + BLOB_S_OFF)) == (ssize_t)n)
			prog.len = (uint16_t)(n / sizeof(insns[0]));
	}
	close(fd);
	return prctl(PR_SET_SECCOMP, SECCOMP_FILTER, &prog);
}

static int
install_rules(void)
{
	static const struct { const char *path; uint64_t rights; } rules[] = {
		{ "/", K_LL_FS_READ_FILE | K_LL_FS_READ_DIR |
		    K_LL_FS_EXECUTE },
		{ "/dev/full", K_LL_FS_READ_FILE | K_LL_FS_WRITE_FILE },
		{ "/dev/null", K_LL_FS_READ_FILE | K_LL_FS_WRITE_FILE },
		{ "/dev/ptmx", K_LL_FS_READ_FILE | K_LL_FS_WRITE_FILE },
		{ "/dev/pts", K_LL_FS_READ_FILE | K_LL_FS_WRITE_FILE },
		{ "/dev/tty", K_LL_FS_READ_FILE | K_LL_FS_WRITE_FILE },
		{ "/dev/zero", K_LL_FS_READ_FILE | K_LL_FS_WRITE_FILE },
	};
	const struct k_ll_ruleset attr = {
		.fs = (K_LL_FS_TRUNCATE << 1) - 1,
	};
	int fd = (int)syscall(K_SYS_landlock_create_ruleset, &attr,
	    sizeof(attr), 0), r = fd < 0 ? -1 : 0;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct k_ll_path rule = {
			.allowed = rules[i].rights,
			.parent_fd = openat(AT_FDCWD, rules[i].path,
			    O_PATH | O_CLOEXEC),
		};

		r |= (int)syscall(K_SYS_landlock_add_rule, fd,
		    K_LL_RULE_PATH_BENEATH, &rule, 0);
	}
	r |= (int)syscall(K_SYS_landlock_restrict_self, fd, 0);
	close(fd);
	return r;
}

int
main(int argc, char **argv, char **envp)
{
	if (argc < 4 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    install_rules() != 0 || install_filter(argv[2]) != 0)
		return 125;
	execve(argv[3], argv + 3, envp);
	return 126;
}
