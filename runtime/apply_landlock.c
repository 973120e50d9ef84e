/*
 * Landlock: one domain for each policy, at the ABI that the kernel has.
 * Every right of that ABI is handled, so that what no rule gives is refused;
 * layers only take away, so several policies need no merging.
 */
#include "runtime/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "runtime/landlock.h"

#define READ_RIGHTS	(K_LL_FS_READ_FILE | K_LL_FS_READ_DIR)
#define WRITE_RIGHTS	(K_LL_FS_WRITE_FILE | K_LL_FS_REMOVE_DIR | \
	K_LL_FS_REMOVE_FILE | K_LL_FS_MAKE_DIR | K_LL_FS_MAKE_REG | \
	K_LL_FS_MAKE_SOCK | K_LL_FS_MAKE_FIFO | K_LL_FS_MAKE_SYM | \
	K_LL_FS_REFER | K_LL_FS_TRUNCATE | K_LL_FS_IOCTL_DEV)
#define NODE_RIGHTS	(K_LL_FS_MAKE_CHAR | K_LL_FS_MAKE_BLOCK)
#define DEVICE_RIGHTS	(K_LL_FS_WRITE_FILE | K_LL_FS_IOCTL_DEV)
/* The kernel takes only these for what is not a directory. */
#define FILE_RIGHTS	(K_LL_FS_EXECUTE | K_LL_FS_WRITE_FILE | \
	K_LL_FS_READ_FILE | K_LL_FS_TRUNCATE | K_LL_FS_IOCTL_DEV)

static uint64_t
rights_of_rule(const struct plan_rule *r, uint64_t handled)
{
	bool is_device = (r->rights & FS_DEVICE) != 0;
	uint64_t rights = 0;

	if ((r->rights & FS_READ) != 0)
		rights |= READ_RIGHTS;
	if ((r->rights & FS_EXEC) != 0)
		rights |= K_LL_FS_EXECUTE;
	if ((r->rights & FS_WRITE) != 0)
		rights |= is_device ? DEVICE_RIGHTS : WRITE_RIGHTS;
	if ((r->rights & FS_WRITE) != 0 && !is_device &&
	    (r->policy->meta.predicates & META_ALLOWS_FULL_WRITE) != 0)
		rights |= NODE_RIGHTS;
	if (!r->is_dir)
		rights &= FILE_RIGHTS;
	return rights & handled;
}

/*
 * What can be written was canonicalised and checked: open that very path,
 * or nothing if a link has come to stand in it.
 */
static int
open_rule(const struct plan_rule *r)
{
	struct k_open_how how = {
		.flags = O_PATH | O_CLOEXEC, .resolve = K_RESOLVE_NO_SYMLINKS,
	};

	if (!plan_is_write_root(r->rights))
		return openat(AT_FDCWD, r->path, O_PATH | O_CLOEXEC);
	return (int)syscall(K_SYS_openat2, AT_FDCWD, r->path, &how,
	    sizeof(how));
}

static int
add_rule(int ruleset, const struct plan_rule *r, uint64_t handled,
    bool has_mounts, struct failure *f)
{
	uint64_t allowed = rights_of_rule(r, handled);
	/* Mounts may have changed what a path leads to. */
	bool is_open = r->fd >= 0 && !has_mounts;
	int fd, err = 0;

	if (allowed == 0)
		return 0;
	fd = is_open ? r->fd : open_rule(r);
	if (fd < 0 || landlock_allow_path(ruleset, fd, allowed) < 0)
		err = errno;
	if (fd >= 0 && !is_open)
		close(fd);
	if (err != 0)
		return refuse(f, EXIT_RUNNER, err, "landlock rule for ",
		    r->path, err == ENOSYS ? ": openat2 (Linux 5.6)" : "",
		    NULL);
	return 0;
}

static int
add_ports(int ruleset, const struct policy *p, struct failure *f)
{
	struct blob_net_port e;

	for (uint32_t i = 0; blob_net_port_get(&p->blob, i, &e) == BLOB_OK;
	    i++)
		if (landlock_allow_ports(ruleset, e.is_bind ?
		    K_LL_NET_BIND_TCP : K_LL_NET_CONNECT_TCP, e.lo, e.hi) < 0)
			return refuse(f, EXIT_RUNNER, errno,
			    "landlock port rule", NULL);
	return 0;
}

/* What this policy's domain handles on this kernel. */
static struct k_ll_ruleset
handled_by(const struct policy *p, int abi, bool *has_ports)
{
	struct k_ll_ruleset r = { .fs = landlock_fs_rights(abi) };
	struct blob_net_head net = { 0 };

	(void)blob_net_head_get(&p->blob, &net);
	*has_ports = net.mode == BLOB_NET_PORTS && abi >= 4;
	if (*has_ports)
		r.net = K_LL_NET_BIND_TCP | K_LL_NET_CONNECT_TCP;
	if (abi >= 6)
		r.scoped = K_LL_SCOPE_SIGNAL;
	/* `unix: any' means the abstract ones too. */
	if (abi >= 6 && net.unix_mode != BLOB_UNIX_ANY)
		r.scoped |= K_LL_SCOPE_ABSTRACT;
	return r;
}

static int
apply_policy(const struct policy *p, const struct plan *plan, int abi,
    struct failure *f)
{
	bool has_ports;
	struct k_ll_ruleset set = handled_by(p, abi, &has_ports);
	int r = -1, fd = landlock_create(set, abi);

	if (fd < 0)
		return refuse(f, EXIT_RUNNER, errno, "landlock ruleset", NULL);
	for (size_t i = 0; i < plan->count; i++)
		if (plan->rules[i].policy == p &&
		    add_rule(fd, &plan->rules[i], set.fs,
		    plan->bars.is_needed || (plan->namespaces &
		    META_NS_PID) != 0, f) < 0)
			goto out;
	if (has_ports && add_ports(fd, p, f) < 0)
		goto out;
	if (landlock_enter(fd) < 0)
		(void)refuse_layer(f, errno, "landlock domain");
	else
		r = 0;
out:
	close(fd);
	return r;
}

int
apply_landlock(const struct policies *all, const struct plan *plan,
    const struct support *s, struct failure *f)
{
	/* Its absence was allowed by every policy, or we had stopped. */
	if (s->landlock_abi == 0)
		return 0;
	for (size_t i = 0; i < all->count; i++)
		if (apply_policy(&all->list[i], plan, s->landlock_abi, f) < 0)
			return -1;
	return 0;
}
