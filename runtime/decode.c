/* System calls as people read them: see decode.h. */
#include "runtime/decode.h"

#include <string.h>
#include <sys/socket.h>

/* By number, NUL behind each; made from the libc's header. */
static const char names[] =
#include "runtime/sysnames.h"
    ;

static const struct {
	unsigned value;
	const char *name;
} families[] = {
	{ AF_UNIX, "AF_UNIX" }, { AF_INET, "AF_INET" },
	{ AF_INET6, "AF_INET6" }, { AF_NETLINK, "AF_NETLINK" },
	{ AF_PACKET, "AF_PACKET" }, { AF_VSOCK, "AF_VSOCK" },
	{ AF_ALG, "AF_ALG" }, { AF_BLUETOOTH, "AF_BLUETOOTH" },
};

static const char *const types[] = {
	[SOCK_STREAM] = "SOCK_STREAM", [SOCK_DGRAM] = "SOCK_DGRAM",
	[SOCK_RAW] = "SOCK_RAW", [SOCK_SEQPACKET] = "SOCK_SEQPACKET",
};

static const int network[] = {
	SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept,
	SYS_accept4, SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_socketpair,
};

bool
decode_is_network(uint32_t nr)
{
	for (size_t i = 0; i < sizeof(network) / sizeof(network[0]); i++)
		if ((uint32_t)network[i] == nr)
			return true;
	return false;
}

const char *
decode_name(uint32_t nr)
{
	const char *s = names, *end = names + sizeof(names) - 1;

	for (; nr > 0 && s < end; nr--)
		s += strlen(s) + 1;
	return s < end && *s != '\0' ? s : NULL;
}

static void
put_hex(struct text *out, uint64_t v)
{
	uint8_t bytes[8];
	size_t n = 0;

	for (int shift = 56; shift >= 0; shift -= 8) {
		uint8_t b = (uint8_t)(v >> shift);

		if (n > 0 || b != 0 || shift == 0)
			bytes[n++] = b;
	}
	text_str(out, "0x");
	text_hex(out, bytes, n);
}

static void
put_family(struct text *out, unsigned family)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (families[i].value == family) {
			text_str(out, families[i].name);
			return;
		}
	text_str(out, "AF_");
	text_num(out, family);
}

static void
put_socket(struct text *out, const uint64_t *args)
{
	unsigned type = (unsigned)args[1] & 0xf;

	text_str(out, "(");
	put_family(out, (unsigned)args[0]);
	text_str(out, ", ");
	if (type < sizeof(types) / sizeof(types[0]) && types[type] != NULL)
		text_str(out, types[type]);
	else
		text_num(out, type);
	text_str(out, ")");
}

/* Calls of which an argument says what they are about. */
static const struct {
	int nr, arg;
} telling[] = {
	{ SYS_clone, 0 }, { SYS_unshare, 0 }, { SYS_ioctl, 1 },
	{ SYS_prctl, 0 }, { SYS_ptrace, 0 }, { SYS_personality, 0 },
	{ SYS_bpf, 0 }, { SYS_fcntl, 1 }, { SYS_keyctl, 0 },
};

void
decode_call(const struct k_seccomp_data *d, struct text *out)
{
	const char *name = decode_name((uint32_t)d->nr);

	if (name != NULL) {
		text_str(out, name);
	} else {
		text_str(out, "call ");
		text_num(out, (uint32_t)d->nr);
	}
	if (d->nr == SYS_socket || d->nr == SYS_socketpair)
		put_socket(out, d->args);
	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		if (telling[i].nr == d->nr) {
			text_str(out, "(");
			put_hex(out, d->args[telling[i].arg]);
			text_str(out, ")");
		}
}

/* --- addresses ---------------------------------------------------------- */

static void
put_inet(const uint8_t *p, struct text *out)
{
	for (int i = 0; i < 4; i++) {
		text_str(out, i > 0 ? "." : "");
		text_num(out, p[i]);
	}
}

/* All eight groups: for a comparison by people, not the shortest form. */
static void
put_inet6(const uint8_t *p, struct text *out)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	if (memcmp(p, loopback, 16) == 0) {
		text_str(out, "::1");
		return;
	}
	for (int i = 0; i < 16; i += 2) {
		text_str(out, i > 0 ? ":" : "");
		text_hex(out, p + i, 2);
	}
}

static void
put_unix(const uint8_t *p, size_t len, struct text *out)
{
	char path[DECODE_ADDRESS_CAP];
	bool is_abstract = len > 1 && p[0] == '\0';
	size_t from = is_abstract ? 1 : 0, n = 0;

	while (from + n < len && n < sizeof(path) - 1 && p[from + n] != '\0') {
		path[n] = (char)p[from + n];
		n++;
	}
	path[n] = '\0';
	text_str(out, is_abstract ? "unix:@" : "unix:");
	text_shell(out, path);
}

void
decode_address(const uint8_t *p, size_t len, struct text *out,
    struct decoded_address *a)
{
	struct text host;
	uint16_t family;

	*a = (struct decoded_address){ .family = 0 };
	text_init(&host, a->host, sizeof(a->host));
	if (len < 2) {
		text_str(out, "no address");
		return;
	}
	memcpy(&family, p, sizeof(family));
	a->family = family;
	if (family == AF_INET && len >= 8)
		put_inet(p + 4, &host);
	else if (family == AF_INET6 && len >= 24)
		put_inet6(p + 8, &host);
	if (host.len > 0) {
		a->has_port = true;
		a->port = (uint16_t)(p[2] << 8 | p[3]);
		text_str(out, family == AF_INET6 ? "[" : "");
		text_str(out, a->host);
		text_str(out, family == AF_INET6 ? "]:" : ":");
		text_num(out, a->port);
	} else if (family == AF_UNIX) {
		put_unix(p + 2, len - 2, out);
	} else {
		put_family(out, family);
	}
}
