/* System calls as people read them: see decode.h. */
#include "runtime/decode.h"

#include <string.h>
#include <sys/socket.h>

#include "runtime/endpoint.h"

/* By number, NUL behind each; made from the libc's header. */
static const char names[] =
#include "runtime/sysnames.h"
    ;

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
put_socket(struct text *out, const uint64_t *args)
{
	unsigned type = (unsigned)args[1] & 0xf;

	text_str(out, "(");
	endpoint_put_family((unsigned)args[0], out);
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
