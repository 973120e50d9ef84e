/*
 * blob_open(): the structure of a whole blob, checked once.  A row of the
 * table below is a section: how it is laid out and what its fields may hold.
 */
#include <string.h>

#include "blob/exec.h"
#include "blob/program.h"
#include "blob/validate.h"

static int
check_meta(const struct check *c)
{
	const uint8_t *p = c->s.p;

	if (c->s.len != META_LEN)
		return BLOB_ERR_COUNT;
	if (!str_ok(c, p + META_NAME) || !str_ok(c, p + META_DESCRIPTION))
		return BLOB_ERR_STRING;
	if (!zero(p + META_RESERVED, 3))
		return BLOB_ERR_RESERVED;
	if (blob_le32(p + META_PREDICATES) & ~META_ALL_PREDICATES ||
	    blob_le32(p + META_DEGRADE) & ~META_ALL_MAY_LACK ||
	    p[META_NEW_SESSION] > BLOB_NO || p[META_DEBUG] > 1 ||
	    p[META_DETACH] > 1 || p[META_DEVICES] > BLOB_DEV_ALL ||
	    (p[META_NAMESPACES] & ~META_ALL_NS) != 0)
		return BLOB_ERR_VALUE;
	return BLOB_OK;
}

static int
check_strs(const struct check *c)
{
	/* Offset 0 is "", and no string runs past the end. */
	if (c->s.len == 0 || c->s.p[0] != 0 || c->s.p[c->s.len - 1] != 0)
		return BLOB_ERR_STRING;
	return BLOB_OK;
}

static int
check_fs_entry(const struct check *c, const uint8_t *p)
{
	unsigned rights = blob_le16(p + FSRL_E_RIGHTS);

	if (!str_ok(c, p + FSRL_E_PATH))
		return BLOB_ERR_STRING;
	if (rights == 0 || rights & ~FS_ALL_RIGHTS ||
	    blob_le16(p + FSRL_E_FLAGS) & ~FS_ALL_FLAGS ||
	    !rule_ok(c, p + FSRL_E_RULE_READ) ||
	    !rule_ok(c, p + FSRL_E_RULE_WRITE) ||
	    !rule_ok(c, p + FSRL_E_RULE_EXEC) ||
	    !rule_ok(c, p + FSRL_E_RULE_BAR))
		return BLOB_ERR_VALUE;
	return BLOB_OK;
}

static int
check_fsrl(const struct check *c)
{
	const uint8_t *p = c->s.p;
	const char *last = "", *path;
	uint32_t i, n;
	int r;

	if (c->s.len < FSRL_HEAD)
		return BLOB_ERR_TRUNCATED;
	n = blob_le32(p + FSRL_COUNT);
	if (n > BLOB_MAX_FS || c->s.len != FSRL_HEAD + n * (size_t)FSRL_E_LEN)
		return BLOB_ERR_COUNT;
	if (!rule_ok(c, p + FSRL_LIST_READ) ||
	    !rule_ok(c, p + FSRL_LIST_WRITE) ||
	    !rule_ok(c, p + FSRL_LIST_EXEC))
		return BLOB_ERR_VALUE;
	for (i = 0, p += FSRL_HEAD; i < n; i++, p += FSRL_E_LEN) {
		if ((r = check_fs_entry(c, p)) != BLOB_OK)
			return r;
		path = blob_str(c->b, blob_le32(p + FSRL_E_PATH));
		if (strcmp(last, path) >= 0)
			return BLOB_ERR_ORDER;
		last = path;
	}
	return BLOB_OK;
}

static int
check_net_port(const struct check *c, const uint8_t *p)
{
	if (!zero(p + NETW_P_PAD, 2))
		return BLOB_ERR_RESERVED;
	if (blob_le16(p + NETW_P_KIND) > 1 ||
	    blob_le16(p + NETW_P_LO) > blob_le16(p + NETW_P_HI) ||
	    !rule_ok(c, p + NETW_P_RULE))
		return BLOB_ERR_VALUE;
	return BLOB_OK;
}

static int
check_net_host(const struct check *c, const uint8_t *p)
{
	if (!str_ok(c, p + NETW_H_HOST))
		return BLOB_ERR_STRING;
	if (blob_le16(p + NETW_H_LO) > blob_le16(p + NETW_H_HI) ||
	    !rule_ok(c, p + NETW_H_RULE))
		return BLOB_ERR_VALUE;
	return BLOB_OK;
}

static int
check_net_unix(const struct check *c, const uint8_t *p)
{
	if (!str_ok(c, p + NETW_U_PATH))
		return BLOB_ERR_STRING;
	return rule_ok(c, p + NETW_U_RULE) ? BLOB_OK : BLOB_ERR_VALUE;
}

static int
check_net_domain(const struct check *c, const uint8_t *p)
{
	unsigned protocols = blob_le16(p + NETW_D_PROTOCOLS);

	if (!str_ok(c, p + NETW_D_HOST) || !str_ok(c, p + NETW_D_WHY))
		return BLOB_ERR_STRING;
	if (protocols == 0 || protocols & ~NET_ALL_PROTOS ||
	    blob_le16(p + NETW_D_DECISION) >= BLOB_NDECISIONS ||
	    blob_le16(p + NETW_D_LO) > blob_le16(p + NETW_D_HI) ||
	    (blob_le16(p + NETW_D_LO) == 0 && blob_le16(p + NETW_D_HI) != 0) ||
	    !rule_ok(c, p + NETW_D_RULE))
		return BLOB_ERR_VALUE;
	return BLOB_OK;
}

int
blob_check_tables(const struct check *c, size_t head, const struct table *t,
    size_t n)
{
	size_t want = head, i, at = head;
	uint32_t count, k;
	int r;

	for (i = 0; i < n; i++) {
		count = blob_le32(c->s.p + t[i].count_at);
		if (count > t[i].most)
			return BLOB_ERR_COUNT;
		want += count * t[i].size;
	}
	if (want != c->s.len)
		return BLOB_ERR_COUNT;
	for (i = 0; i < n; i++)
		for (k = blob_le32(c->s.p + t[i].count_at); k > 0; k--) {
			if ((r = t[i].check(c, c->s.p + at)) != BLOB_OK)
				return r;
			at += t[i].size;
		}
	return BLOB_OK;
}

static int
check_netw(const struct check *c)
{
	static const struct table tables[] = {
		{ NETW_NPORTS, NETW_P_LEN, BLOB_MAX_NET, check_net_port },
		{ NETW_NHOSTS, NETW_H_LEN, BLOB_MAX_NET, check_net_host },
		{ NETW_NUNIX, NETW_U_LEN, BLOB_MAX_NET, check_net_unix },
		{ NETW_NDOMAINS, NETW_D_LEN, BLOB_MAX_NET, check_net_domain },
	};
	const uint8_t *p = c->s.p;

	if (c->s.len < NETW_HEAD)
		return BLOB_ERR_TRUNCATED;
	if (!zero(p + NETW_PAD, 2))
		return BLOB_ERR_RESERVED;
	if (p[NETW_MODE] >= BLOB_NNETMODES || p[NETW_UNIX] >= BLOB_NUNIXMODES ||
	    !rule_ok(c, p + NETW_RULE_MODE) ||
	    !rule_ok(c, p + NETW_RULE_CONNECT) ||
	    !rule_ok(c, p + NETW_RULE_BIND) || !rule_ok(c, p + NETW_RULE_UNIX))
		return BLOB_ERR_VALUE;
	return blob_check_tables(c, NETW_HEAD, tables, 4);
}

static int
check_exec(const struct check *c)
{
	return blob_exec_validate(c->s);
}

static int
check_env_glob(const struct check *c, const uint8_t *p)
{
	if (!str_ok(c, p + ENVR_G_GLOB))
		return BLOB_ERR_STRING;
	return rule_ok(c, p + ENVR_G_RULE) ? BLOB_OK : BLOB_ERR_VALUE;
}

static int
check_env_set(const struct check *c, const uint8_t *p)
{
	if (!str_ok(c, p + ENVR_S_NAME) || !str_ok(c, p + ENVR_S_VALUE))
		return BLOB_ERR_STRING;
	return rule_ok(c, p + ENVR_S_RULE) ? BLOB_OK : BLOB_ERR_VALUE;
}

static int
check_envr(const struct check *c)
{
	static const struct table tables[] = {
		{ ENVR_NDROP, ENVR_G_LEN, BLOB_MAX_ENV, check_env_glob },
		{ ENVR_NKEEP, ENVR_G_LEN, BLOB_MAX_ENV, check_env_glob },
		{ ENVR_NSET, ENVR_S_LEN, BLOB_MAX_ENV, check_env_set },
	};

	if (c->s.len < ENVR_HEAD)
		return BLOB_ERR_TRUNCATED;
	if (blob_le32(c->s.p + ENVR_INHERIT) > 1 ||
	    !rule_ok(c, c->s.p + ENVR_RULE_INHERIT))
		return BLOB_ERR_VALUE;
	return blob_check_tables(c, ENVR_HEAD, tables, 3);
}

static int
check_limt(const struct check *c)
{
	size_t i, n = c->s.len / LIMT_E_LEN;
	const uint8_t *p = c->s.p;
	uint32_t next = 0, resource;

	if (n > BLOB_MAX_LIMITS || c->s.len % LIMT_E_LEN != 0)
		return BLOB_ERR_COUNT;
	for (i = 0; i < n; i++, p += LIMT_E_LEN) {
		resource = blob_le32(p + LIMT_E_RESOURCE);
		if (resource >= BLOB_NLIMITS || !rule_ok(c, p + LIMT_E_RULE))
			return BLOB_ERR_VALUE;
		if (resource < next)
			return BLOB_ERR_ORDER;
		next = resource + 1;
	}
	return BLOB_OK;
}

static int
check_hint(const struct check *c)
{
	const uint8_t *p = c->s.p;
	const char *last = "", *call;
	uint32_t i, n;

	if (c->s.len < HINT_HEAD)
		return BLOB_ERR_TRUNCATED;
	n = blob_le32(p + HINT_COUNT);
	if (n > BLOB_MAX_HINTS ||
	    c->s.len != HINT_HEAD + n * (size_t)HINT_E_LEN)
		return BLOB_ERR_COUNT;
	for (i = 0, p += HINT_HEAD; i < n; i++, p += HINT_E_LEN) {
		if (!str_ok(c, p + HINT_E_CALL))
			return BLOB_ERR_STRING;
		if (blob_le32(p + HINT_E_WEIGHT) == 0)
			return BLOB_ERR_VALUE;
		call = blob_str(c->b, blob_le32(p + HINT_E_CALL));
		if (strcmp(last, call) >= 0)
			return BLOB_ERR_ORDER;
		last = call;
	}
	return BLOB_OK;
}

static int
check_audt(const struct check *c)
{
	const uint8_t *p = c->s.p;

	if (c->s.len != AUDT_LEN)
		return BLOB_ERR_COUNT;
	if (blob_le32(p + AUDT_EVENTS) & ~AUDT_ALL_EVENTS ||
	    blob_le16(p + AUDT_REDACT) & ~AUDT_ALL_REDACT ||
	    blob_le16(p + AUDT_CHAIN) > 1 || !rule_ok(c, p + AUDT_RULE))
		return BLOB_ERR_VALUE;
	return BLOB_OK;
}

static int
check_dbgi_entry(const struct check *c, const uint8_t *p)
{
	if (!str_ok(c, p + DBGI_E_NAME) || !str_ok(c, p + DBGI_E_FILE))
		return BLOB_ERR_STRING;
	return BLOB_OK;
}

/*
 * Its entries are not walked: they only explain, there may be very many, and
 * blob_str() gives "" for an offset outside.
 */
static int
check_dbgi(const struct check *c)
{
	uint32_t n;

	if (c->s.len < DBGI_HEAD)
		return BLOB_ERR_TRUNCATED;
	n = blob_le32(c->s.p + DBGI_COUNT);
	if (n > BLOB_MAX_RULES || c->s.len != DBGI_HEAD + n * (size_t)DBGI_E_LEN)
		return BLOB_ERR_COUNT;
	return n == 0 ? BLOB_OK : check_dbgi_entry(c, c->s.p + DBGI_HEAD);
}

static int
check_prog(const struct check *c)
{
	return program_validate(c->s, c->strs, c->rules);
}

static const struct kind {
	int (*check)(const struct check *c);
	bool must_exist;
	bool has_arch;
} kinds[BLOB_NKINDS] = {
	[BLOB_META] = { check_meta, true, false },
	[BLOB_STRS] = { check_strs, true, false },
	[BLOB_FSRL] = { check_fsrl, true, false },
	[BLOB_NETW] = { check_netw, true, false },
	[BLOB_SYSC] = { blob_check_sysc, false, true },
	[BLOB_BPF0] = { blob_check_bpf, false, true },
	[BLOB_EXEC] = { check_exec, true, false },
	[BLOB_ENVR] = { check_envr, true, false },
	[BLOB_LIMT] = { check_limt, false, false },
	[BLOB_AUDT] = { check_audt, true, false },
	[BLOB_DBGI] = { check_dbgi, true, false },
	[BLOB_BPFN] = { blob_check_bpfn, false, true },
	[BLOB_HINT] = { check_hint, false, false },
	[BLOB_PROG] = { check_prog, false, false },
};

static int
check_header(struct blob_span all)
{
	if (all.len < BLOB_H_LEN)
		return all.len >= BLOB_MAGIC_LEN && memcmp(all.p, BLOB_MAGIC,
		    BLOB_MAGIC_LEN) == 0 ? BLOB_ERR_TRUNCATED : BLOB_ERR_MAGIC;
	if (memcmp(all.p, BLOB_MAGIC, BLOB_MAGIC_LEN) != 0)
		return BLOB_ERR_MAGIC;
	if (blob_le16(all.p + BLOB_H_READER) > BLOB_VERSION ||
	    blob_le16(all.p + BLOB_H_VERSION) <
	    blob_le16(all.p + BLOB_H_READER) ||
	    blob_le16(all.p + BLOB_H_READER) == 0)
		return BLOB_ERR_VERSION;
	if (blob_le32(all.p + BLOB_H_SIZE) > all.len)
		return BLOB_ERR_TRUNCATED;
	if (blob_le32(all.p + BLOB_H_SIZE) < all.len ||
	    all.len > BLOB_MAX_SIZE)
		return BLOB_ERR_SIZE;
	if (!zero(all.p + BLOB_H_RESERVED, BLOB_H_DIGEST - BLOB_H_RESERVED))
		return BLOB_ERR_RESERVED;
	return BLOB_OK;
}

/* Sections ascend by (kind, arch) and follow each other without a gap. */
static int
check_layout(struct blob_span all, uint32_t n)
{
	uint64_t key, last = 0;
	size_t at = BLOB_H_LEN + (size_t)n * BLOB_S_LEN, off, pad;
	const uint8_t *row = all.p + BLOB_H_LEN;
	uint32_t i;

	for (i = 0; i < n; i++, row += BLOB_S_LEN) {
		key = (uint64_t)blob_le16(row + BLOB_S_KIND) << 32 |
		    blob_le32(row + BLOB_S_ARCH);
		off = blob_le32(row + BLOB_S_OFF);
		pad = (BLOB_ALIGN - at % BLOB_ALIGN) % BLOB_ALIGN;
		if (key <= last || off != at + pad)
			return BLOB_ERR_TABLE;
		if (off > all.len ||
		    blob_le32(row + BLOB_S_BYTES) > all.len - off)
			return BLOB_ERR_TRUNCATED;
		if (!zero(all.p + at, pad) ||
		    blob_le16(row + BLOB_S_FLAGS) & ~BLOB_SF_CRITICAL)
			return BLOB_ERR_RESERVED;
		at = off + blob_le32(row + BLOB_S_BYTES);
		last = key;
	}
	return at == all.len ? BLOB_OK : BLOB_ERR_SIZE;
}

static int
check_section(struct check *c, uint32_t i)
{
	const uint8_t *row = c->b->all.p + BLOB_H_LEN + (size_t)i * BLOB_S_LEN;
	bool is_critical = blob_le16(row + BLOB_S_FLAGS) & BLOB_SF_CRITICAL;
	uint16_t kind;
	int r = blob_section_at(c->b, i, &kind, &c->arch, &c->s);

	if (r != BLOB_OK)
		return r;
	if (kind == 0 || kind >= BLOB_NKINDS || kinds[kind].check == NULL)
		return is_critical ? BLOB_ERR_UNKNOWN : BLOB_OK;
	if ((c->arch != 0) != kinds[kind].has_arch)
		return BLOB_ERR_TABLE;
	return kinds[kind].check(c);
}

static int
check_sections(const struct blob *b)
{
	struct check c = { .b = b };
	struct blob_span s;
	uint32_t i;
	int r;

	for (i = 1; i < BLOB_NKINDS; i++)
		if (kinds[i].must_exist && blob_section(b, (enum blob_kind)i,
		    0, &s) != BLOB_OK)
			return BLOB_ERR_MISSING;
	if (blob_section(b, BLOB_STRS, 0, &s) == BLOB_OK)
		c.strs = s.len;
	if (blob_section(b, BLOB_DBGI, 0, &s) == BLOB_OK && s.len >= DBGI_HEAD)
		c.rules = blob_le32(s.p + DBGI_COUNT);
	for (i = 0; i < b->nsections; i++)
		if ((r = check_section(&c, i)) != BLOB_OK)
			return r;
	return BLOB_OK;
}

int
blob_open(struct blob *b, const void *p, size_t len)
{
	struct blob tmp = { .all = { .p = p, .len = len } };
	int r = check_header(tmp.all);

	if (r != BLOB_OK)
		return r;
	tmp.nsections = blob_le32(tmp.all.p + BLOB_H_NSECTIONS);
	if (tmp.nsections > BLOB_MAX_SECTIONS)
		return BLOB_ERR_COUNT;
	if (tmp.nsections * (size_t)BLOB_S_LEN > len - BLOB_H_LEN)
		return BLOB_ERR_TRUNCATED;
	if ((r = check_layout(tmp.all, tmp.nsections)) != BLOB_OK)
		return r;
	blob_index(&tmp);
	if ((r = check_sections(&tmp)) != BLOB_OK)
		return r;
	*b = tmp;
	return BLOB_OK;
}
