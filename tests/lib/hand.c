/*
 * The good blob, and the layout of sections in a whole.
 */
#include "tests/lib/hand.h"

#include <stdlib.h>
#include <string.h>

#include "blob/read.h"
#include "blob/sha256.h"

/* Strings and where they stand. */
static const char strs[] = "\0good\0d\0/\0/a\0host\0*\0NAME\0\x10/x\0rm\0-f\0"
    "f.yaml\0/bin/rm\0why";
enum { S_NAME = 1, S_DESC = 6, S_ROOT = 8, S_A = 10, S_HOST = 13, S_STAR = 18,
    S_VAR = 20, S_TEMPLATE = 25, S_RM = 29, S_F = 32, S_FILE = 35,
    S_PATH = 42, S_WHY = 50 };

static const uint8_t meta[] = {
	U32(S_NAME), U32(S_DESC),
	U32(META_ALLOWS_NETWORK | META_ALLOWS_WRITE),
	U8(BLOB_NO), U8(1), U8(1), U8(BLOB_DEV_ALL),
	U32(META_MAY_LACK_SECCOMP), U32(0), U64(0x8000000000000007),
};

static const uint8_t fsrl[] = {
	U32(2), U32(1), U32(2), U32(3),
	U32(S_ROOT), U16(FS_READ | FS_EXEC), U16(0),
	U32(1), U32(0), U32(3), U32(0),
	U32(S_A), U16(FS_READ | FS_WRITE | FS_DEVICE), U16(FS_OPTIONAL),
	U32(1), U32(2), U32(0), U32(3),
};

static const uint8_t netw[] = {
	U8(BLOB_NET_PORTS), U8(BLOB_UNIX_PATHS), U16(0),
	U32(2), U32(1), U32(1), U32(1),
	U32(1), U32(2), U32(3), U32(1),
	U16(0), U16(443), U16(443), U16(0), U32(1),
	U16(1), U16(8000), U16(8100), U16(0), U32(2),
	U32(S_HOST), U16(1), U16(65535), U32(3),
	U32(S_TEMPLATE), U32(3),
	U32(S_HOST), U16(NET_PROTO_HTTP | NET_PROTO_SOCKS5_UDP),
	U16(BLOB_FORBIDDEN), U32(2), U32(S_WHY), U16(8080), U16(8081),
};

/* socket(domain == AF_INET) fails, calls 0 to 400 are allowed. */
static const uint8_t sysc[] = {
	U32(0x00050001), U32(0x00050026), U32(470), U32(0x00050026),
	U32(1), U32(2), U32(2), U32(1), U32(2),
	U32(41), U16(0), U16(0),
	U32(400 << 20), U16(1), U16(1),
	U8(0), U8(BLOB_SYS_EQ), U8(SYSC_F_32), U8(0),
	U64(0xffffffffffffffff), U64(2),
	U32(0x00050001), U32(1), U32(0x7fff0000), U32(2),
};

/* Load the architecture, go on if it is ours; a jump over one return. */
static const uint8_t bpf0[] = {
	U16(0x20), U8(0), U8(0), U32(4),
	U16(0x15), U8(1), U8(0), U32(HAND_ARCH),
	U16(0x06), U8(0), U8(0), U32(0x00050026),
	U16(0x05), U8(0), U8(0), U32(1),
	U16(0x06), U8(0), U8(0), U32(0x00050001),
	U16(0x06), U8(0), U8(0), U32(0x7fff0000),
};

/*
 * `rm' asks, `rm -f' is forbidden unless `rm' alone is, `rm *' is allowed.
 * Tags and the order of edges are those of seed 0, worked out apart.
 */
#define RM	1u		/* symbols of the tokens */
#define DASH_F	0u
static const uint8_t exec_head[] = {
	U8(BLOB_ALLOW), U8(BLOB_SCOPE_TREE), U16(0), U32(3), U32(0), U32(0),
	U32(2), U32(1), U32(1), U32(1), U32(2), U32(2), U32(0), U32(1),
	U32(3), U32(1), U32(6), U32(6), U32(1), U32(1), U32(2), U32(1),
	U32(0), U32(0), U32(0), U32(0),
	/* tokens */
	U32(0x593ea07f), U32(S_F), U32(DASH_F),
	U32(0x74e57304), U32(S_RM), U32(RM),
	/* edges */
	U32(1), U32(EXEC_SYM_CLASS | 1), U32(EXEC_TO_LEAF | 2),
	U32(1), U32(DASH_F), U32(EXEC_TO_LEAF | BLOB_FORBIDDEN << 24 | 1),
	U32(0), U32(RM), U32(1),
	/* states */
	U32(0), U32(0), U32(0), U32(0), U32(EXEC_NONE), U32(EXEC_NONE),
	U32(EXEC_NONE), U32(0),
	U32(0), U32(1), U32(0), U32(0), U32(BLOB_PROMPT << 24),
	U32(EXEC_NONE), U32(EXEC_NONE), U32(1),
	/* accepts */
	U32(BLOB_PROMPT << 24),
	/* rules */
	U8(BLOB_PROMPT), U8(0), U16(0), U32(1), U32(S_WHY), U32(0),
	U32(0), U32(0),
	U8(BLOB_FORBIDDEN), U8(0), U16(0), U32(2), U32(0), U32(S_NAME),
	U32(1), U32(0),
	U8(BLOB_ALLOW), U8(0), U16(0), U32(3), U32(0), U32(0),
	U32(3), U32(1),
	/* exceptions, elements, alternatives */
	U32(5),
	U32(0), U32(1), U32(2), U32(3), U32(4), U32(5),
	U32(S_RM), U32(S_RM), U32(S_F), U32(S_RM), U32(S_STAR | EXEC_ALT_GLOB),
	U32(S_RM),
	/* hosts, paths */
	U32(S_RM), U32(0), U32(3),
	U32(S_PATH),
	/* globs: classes, then (behind the map of bytes) next states */
	U32(0), U32(1),
};
static const uint8_t exec_next[] = { U16(0), U16(1) };

static const uint8_t envr[] = {
	U32(1), U32(1), U32(1), U32(1), U32(1),
	U32(S_STAR), U32(2),
	U32(S_VAR), U32(3),
	U32(S_VAR), U32(S_TEMPLATE), U32(1),
};

static const uint8_t limt[] = {
	U32(BLOB_LIM_CPU), U32(1), U64(60),
	U32(BLOB_LIM_NOFILE), U32(2), U64(4096),
};

static const uint8_t audt[] = {
	U32(AUDT_EV_DENIED | AUDT_EV_EXEC), U16(AUDT_RED_HOME), U16(1), U32(3),
};

static const uint8_t dbgi[] = {
	U32(HAND_RULES),
	U32(S_NAME), U32(S_FILE), U32(3), U32(7),
	U32(S_NAME), U32(S_FILE), U32(4), U32(1),
	U32(S_NAME), U32(S_FILE), U32(5), U32(9),
};

static const uint8_t unknown[] = { 1, 2, 3 };

void
hand_resize(struct hand_section *s, size_t len)
{
	uint8_t *p = realloc(s->bytes, len + 1);

	if (p == NULL)
		abort();
	if (len > s->len)
		memset(p + s->len, 0, len - s->len);
	s->bytes = p;
	s->len = len;
}

static struct hand_section *
add(struct hand *h, unsigned kind, unsigned flags, uint32_t arch,
    const void *bytes, size_t len)
{
	struct hand_section *s = &h->sec[h->nsec++];

	*s = (struct hand_section){ .kind = (uint16_t)kind,
	    .flags = (uint16_t)flags, .arch = arch };
	hand_resize(s, len);
	memcpy(s->bytes, bytes, len);
	return s;
}

struct hand *
hand_good(void)
{
	struct hand *h = calloc(1, sizeof(*h));
	struct hand_section *s;

	if (h == NULL)
		abort();
	add(h, BLOB_META, 1, 0, meta, sizeof(meta));
	add(h, BLOB_STRS, 1, 0, strs, sizeof(strs));
	add(h, BLOB_FSRL, 1, 0, fsrl, sizeof(fsrl));
	add(h, BLOB_NETW, 1, 0, netw, sizeof(netw));
	add(h, BLOB_SYSC, 1, HAND_ARCH, sysc, sizeof(sysc));
	add(h, BLOB_BPF0, 1, HAND_ARCH, bpf0, sizeof(bpf0));
	s = add(h, BLOB_EXEC, 1, 0, exec_head, sizeof(exec_head));
	/* Every byte is of class 0. */
	hand_resize(s, s->len + EXEC_BYTE_MAP + sizeof(exec_next));
	memcpy(s->bytes + s->len - sizeof(exec_next), exec_next,
	    sizeof(exec_next));
	add(h, BLOB_ENVR, 1, 0, envr, sizeof(envr));
	add(h, BLOB_LIMT, 1, 0, limt, sizeof(limt));
	add(h, BLOB_AUDT, 1, 0, audt, sizeof(audt));
	add(h, BLOB_DBGI, 0, 0, dbgi, sizeof(dbgi));
	add(h, HAND_UNKNOWN, 0, 0, unknown, sizeof(unknown));
	return h;
}

struct hand *
hand_supervised(void)
{
	static const uint8_t head[] = { U32(BPFN_F_BIND), U32(0) };
	static const uint8_t hint[] = {
		U32(5u << 16 | 10), U32(2),
		U32(S_PATH), U32(7),
		U32(S_RM), U32(1),
	};
	struct hand *h = hand_good();
	struct hand_section *s;

	free(h->sec[--h->nsec].bytes);
	s = add(h, BLOB_BPFN, 1, HAND_ARCH, head, sizeof(head));
	hand_resize(s, BPFN_HEAD + sizeof(bpf0));
	memcpy(s->bytes + BPFN_HEAD, bpf0, sizeof(bpf0));
	add(h, BLOB_HINT, 0, 0, hint, sizeof(hint));
	return h;
}

void
hand_free(struct hand *h)
{
	size_t i;

	for (i = 0; i < h->nsec; i++)
		free(h->sec[i].bytes);
	free(h);
}

struct hand_section *
hand_find(struct hand *h, unsigned kind)
{
	size_t i;

	for (i = 0; i < h->nsec; i++)
		if (h->sec[i].kind == kind)
			return &h->sec[i];
	return NULL;
}

void
hand_put(uint8_t *p, size_t width, uint64_t value)
{
	for (; width > 0; width--, value >>= 8)
		*p++ = (uint8_t)value;
}

static void
hash(const uint8_t *p, size_t len, uint8_t *out)
{
	struct sha256 h;

	sha256_init_plain(&h);
	sha256_update(&h, p, len);
	sha256_final(&h, out);
}

void
hand_seal(uint8_t *p, size_t len)
{
	size_t half = (len - 64) / 128 * 64;
	uint8_t joined[96];

	memcpy(joined, p, 32);
	hash(p + 64, half, joined + 32);
	hash(p + 64 + half, len - 64 - half, joined + 64);
	hash(joined, sizeof(joined), p + 32);
}

static size_t
aligned(size_t n)
{
	return (n + 7) / 8 * 8;
}

static void
put_header(uint8_t *p, size_t len, size_t nsec)
{
	static const uint8_t magic[8] = { 0x89, 0x43, 0x44, 0x58, 0x0d, 0x0a,
	    0x1a, 0x0a };

	memcpy(p, magic, sizeof(magic));
	hand_put(p + 8, 2, 1);
	hand_put(p + 10, 2, 1);
	hand_put(p + 12, 4, len);
	hand_put(p + 16, 4, nsec);
}

uint8_t *
hand_assemble(const struct hand *h, size_t *len)
{
	size_t i, at = 64 + 16 * h->nsec;
	uint8_t *out, *row;

	*len = at;
	for (i = 0; i < h->nsec; i++)
		*len = aligned(*len) + h->sec[i].len;
	out = calloc(1, *len);
	if (out == NULL)
		abort();
	put_header(out, *len, h->nsec);
	for (i = 0, row = out + 64; i < h->nsec; i++, row += 16) {
		at = aligned(at);
		hand_put(row, 2, h->sec[i].kind);
		hand_put(row + 2, 2, h->sec[i].flags);
		hand_put(row + 4, 4, h->sec[i].arch);
		hand_put(row + 8, 4, at);
		hand_put(row + 12, 4, h->sec[i].len);
		memcpy(out + at, h->sec[i].bytes, h->sec[i].len);
		at += h->sec[i].len;
	}
	hand_seal(out, *len);
	return out;
}

int
hand_judge(const uint8_t *p, size_t len)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	struct blob b;
	int r;

	if (copy == NULL)
		abort();
	memcpy(copy, p, len);
	r = blob_open(&b, copy, len);
	if (r == BLOB_OK)
		r = blob_check_digest(&b);
	free(copy);
	return r;
}

int
hand_judge_whole(const struct hand *h)
{
	size_t len;
	uint8_t *p = hand_assemble(h, &len);
	int r = hand_judge(p, len);

	free(p);
	return r;
}
