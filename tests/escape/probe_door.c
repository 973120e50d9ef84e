/*
 * Doors of the system: files of /proc, /sys and /dev that act on others or on
 * the machine, families of sockets without a row of their own, and what needs
 * a capability over the network.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/escape/probe.h"

#define FAMILIES	46

/* --- /proc, /sys and /dev ----------------------------------------------- */

static int
try_file(const char *path, int flags)
{
	return did(open(path, flags, 0644));
}

static int
try_other(const struct place *p, const char *name, int flags)
{
	char path[64], room[8];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)p->other, name);
	fd = open(path, flags);
	if (fd < 0 || flags != O_RDONLY)
		return did(fd);
	return read(fd, room, sizeof(room)) < 0 ? errno : 0;
}

#define OTHER(act, name, flags) \
	static int act(const struct place *p) \
	{ return try_other(p, name, flags); }
#define PATH(act, path, flags) \
	static int act(const struct place *p) \
	{ (void)p; return try_file(path, flags); }
OTHER(do_other_pagemap, "pagemap", O_RDONLY)
OTHER(do_other_io, "io", O_RDONLY)
OTHER(do_other_syscall, "syscall", O_RDONLY)
OTHER(do_other_fdinfo, "fdinfo/90", O_RDONLY)
OTHER(do_other_smaps, "smaps_rollup", O_RDONLY)
OTHER(do_other_clear_refs, "clear_refs", O_WRONLY)
OTHER(do_other_timerslack, "timerslack_ns", O_WRONLY)
PATH(do_gid_map, "/proc/self/gid_map", O_WRONLY)
PATH(do_setgroups_file, "/proc/self/setgroups", O_WRONLY)
PATH(do_loginuid, "/proc/self/loginuid", O_WRONLY)
PATH(do_drop_caches, "/proc/sys/vm/drop_caches", O_WRONLY)
PATH(do_hostname, "/proc/sys/kernel/hostname", O_WRONLY)
PATH(do_uevent_helper, "/sys/kernel/uevent_helper", O_WRONLY)
PATH(do_cgroup, "/sys/fs/cgroup/cgroup.procs", O_WRONLY)
PATH(do_power, "/sys/power/state", O_WRONLY)
PATH(do_memory, "/dev/mem", O_RDWR)
PATH(do_fuse, "/dev/fuse", O_RDWR)
PATH(do_tun, "/dev/net/tun", O_RDWR)
PATH(do_kvm, "/dev/kvm", O_RDWR)
PATH(do_loop, "/dev/loop-control", O_RDWR)
PATH(do_console, "/dev/console", O_WRONLY | O_NOCTTY)
PATH(do_preload, "/etc/ld.so.preload", O_WRONLY | O_CREAT)

/* --- sockets ------------------------------------------------------------ */

/* All families but those that have rows of their own. */
static int
do_families(const struct place *p)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW,
	    SOCK_SEQPACKET, SOCK_RDM };
	int err = EAFNOSUPPORT;

	(void)p;
	for (int domain = 0; domain < FAMILIES; domain++) {
		if (domain == AF_UNIX || domain == AF_INET ||
		    domain == AF_INET6 || domain == AF_NETLINK)
			continue;
		for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
			if (socket(domain, types[i], 0) >= 0)
				return 0;
			if (errno == EPERM || errno == EACCES)
				err = errno;
		}
	}
	return err;
}

static int
do_netlinks(const struct place *p)
{
	int err = EPROTONOSUPPORT;

	(void)p;
	for (int i = 1; i < 32; i++) {
		if (socket(AF_NETLINK, SOCK_RAW, i) >= 0)
			return 0;
		if (errno == EPERM || errno == EAFNOSUPPORT)
			err = errno;
	}
	return err;
}

static int
do_raw_pair(const struct place *p)
{
	int pair[2];

	/* AF_UNIX makes datagrams of it, which can be sent anywhere. */
	(void)p;
	return did(socketpair(AF_UNIX, SOCK_RAW | SOCK_CLOEXEC, 0, pair));
}

static int
do_dgram_send(const struct place *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", p->socket);
	return fd < 0 ? errno : reached(sendto(fd, "x", 1, 0,
	    (struct sockaddr *)&a, sizeof(a)));
}

/* What needs a capability in the network's namespace. */
static int
set_option(int level, int option, int value)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? errno : did(setsockopt(fd, level, option, &value,
	    sizeof(value)));
}

static int
do_mark(const struct place *p)
{
	(void)p;
	return set_option(SOL_SOCKET, SO_MARK, 1);
}

static int
do_transparent(const struct place *p)
{
	(void)p;
	return set_option(SOL_IP, IP_TRANSPARENT, 1);
}

static int
do_repair(const struct place *p)
{
	(void)p;
	return set_option(SOL_TCP, TCP_REPAIR, 1);
}

static int
do_low_port(const struct place *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)p;
	for (uint16_t port = 1023; fd >= 0 && port > 900; port--) {
		a.sin_port = htons(port);
		if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
			return 0;
		if (errno != EADDRINUSE)
			break;
	}
	return errno;
}

/* The flags that lo has are set once more. */
static int
do_interface(const struct place *p)
{
	struct ifreq r = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)p;
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &r) < 0)
		return errno;
	return did(ioctl(fd, SIOCSIFFLAGS, &r));
}

static int
do_route_change(const struct place *p)
{
	struct { struct nlmsghdr h; struct ifinfomsg i; } m = {
	    .h = { sizeof(m), RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0 },
	    .i = { .ifi_index = 1 } };
	struct { struct nlmsghdr h; struct nlmsgerr e; char rest[256]; } r;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	(void)p;
	if (fd < 0 || send(fd, &m, sizeof(m), 0) < 0 ||
	    recv(fd, &r, sizeof(r), 0) < 0)
		return errno;
	return r.h.nlmsg_type == NLMSG_ERROR ? -r.e.error : 0;
}

const struct probe door_probes[] = {
	{ "proc-pagemap", do_other_pagemap, IN_SANDBOX, MAY_LACK },
	{ "proc-io", do_other_io, IN_SANDBOX, MAY_LACK },
	{ "proc-syscall", do_other_syscall, IN_SANDBOX, MAY_LACK },
	{ "proc-fdinfo", do_other_fdinfo, IN_SANDBOX, 0 },
	{ "proc-smaps", do_other_smaps, IN_SANDBOX, MAY_LACK },
	{ "proc-clear_refs", do_other_clear_refs, IN_SANDBOX, MAY_LACK },
	{ "proc-timerslack", do_other_timerslack, IN_SANDBOX, MAY_LACK },
	{ "proc-gid_map", do_gid_map, IN_SANDBOX, 0 },
	{ "proc-setgroups", do_setgroups_file, IN_SANDBOX, NEEDS_ROOT },
	{ "proc-loginuid", do_loginuid, IN_SANDBOX, MAY_LACK },
	{ "proc-drop_caches", do_drop_caches, IN_SANDBOX, NEEDS_ROOT },
	{ "proc-hostname", do_hostname, IN_SANDBOX, NEEDS_ROOT },
	{ "sys-uevent_helper", do_uevent_helper, IN_SANDBOX,
	    NEEDS_ROOT | MAY_LACK | MAY_FORBID },
	{ "sys-cgroup", do_cgroup, IN_SANDBOX,
	    NEEDS_ROOT | MAY_LACK | MAY_FORBID },
	{ "sys-power", do_power, IN_SANDBOX,
	    NEEDS_ROOT | MAY_LACK | MAY_FORBID },
	{ "dev-mem", do_memory, IN_SANDBOX,
	    NEEDS_ROOT | MAY_LACK | MAY_FORBID },
	{ "dev-fuse", do_fuse, IN_SANDBOX, MAY_LACK | MAY_FORBID },
	{ "dev-tun", do_tun, IN_SANDBOX, MAY_LACK | MAY_FORBID },
	{ "dev-kvm", do_kvm, IN_SANDBOX, MAY_LACK | MAY_FORBID },
	{ "dev-loop", do_loop, IN_SANDBOX, MAY_LACK | MAY_FORBID },
	{ "dev-console", do_console, IN_SANDBOX, MAY_LACK | MAY_FORBID },
	{ "etc-preload", do_preload, IN_SANDBOX, NEEDS_ROOT },
	{ "socket-families", do_families, IN_SANDBOX, MAY_LACK | MAY_FORBID },
	{ "netlink-others", do_netlinks, IN_SANDBOX, MAY_LACK },
	{ "unix-raw-pair", do_raw_pair, IN_SANDBOX, 0 },
	{ "unix-dgram-send", do_dgram_send, IN_SANDBOX, 0 },
	{ "socket-mark", do_mark, IN_ALL, NEEDS_ROOT },
	{ "socket-transparent", do_transparent, IN_ALL, NEEDS_ROOT },
	{ "socket-repair", do_repair, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "bind-low-port", do_low_port, IN_ALL, NEEDS_ROOT },
	{ "interface-flags", do_interface, IN_ALL, NEEDS_ROOT },
	{ "netlink-change", do_route_change, IN_ALL, NEEDS_ROOT },
};
const size_t ndoor_probes = sizeof(door_probes) / sizeof(door_probes[0]);
