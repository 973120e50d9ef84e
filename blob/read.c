/*
 * The reader of untrusted blobs: structure is checked once by blob_open(),
 * bounds again by every getter.  Knows nothing of what entries mean to the
 * kernel; decisions are eval.c's.
 */
#include "blob/read.h"

#include <string.h>

#include "blob/digest.h"
#include "blob/exec.h"
#include "blob/sha256.h"

const char *
blob_strerror(int err)
{
	switch ((enum blob_error)err) {
	case BLOB_OK:		return "no error";
	case BLOB_ERR_TRUNCATED: return "shorter than it says";
	case BLOB_ERR_MAGIC:	return "not a compiled policy";
	case BLOB_ERR_VERSION:	return "made for a newer reader";
	case BLOB_ERR_SIZE:	return "longer than it says, or too large";
	case BLOB_ERR_RESERVED:	return "a reserved byte is not zero";
	case BLOB_ERR_TABLE:	return "sections out of order or overlapping";
	case BLOB_ERR_UNKNOWN:	return "a critical section is unknown";
	case BLOB_ERR_MISSING:	return "a section is missing";
	case BLOB_ERR_STRING:	return "a string lies outside its table";
	case BLOB_ERR_VALUE:	return "a number is outside its range";
	case BLOB_ERR_COUNT:	return "a count does not fit its section";
	case BLOB_ERR_ORDER:	return "entries are out of order";
	case BLOB_ERR_BPF:	return "the kernel would refuse a program";
	case BLOB_ERR_DIGEST:	return "damaged: the digest does not match";
	case BLOB_ERR_RANGE:	return "no such entry";
	case BLOB_ERR_WORD:	return "a word has more combining marks than "
				    "can be compared";
	}
	return "unknown error";
}

int
blob_sub(struct blob_span s, size_t off, size_t len, struct blob_span *out)
{
	if (off > s.len || len > s.len - off)
		return BLOB_ERR_TRUNCATED;
	*out = (struct blob_span){ .p = s.p + off, .len = len };
	return BLOB_OK;
}

int
blob_section_at(const struct blob *b, uint32_t i, uint16_t *kind,
    uint32_t *arch, struct blob_span *out)
{
	struct blob_span row;

	if (i >= b->nsections || blob_sub(b->all,
	    BLOB_H_LEN + (size_t)i * BLOB_S_LEN, BLOB_S_LEN, &row) != BLOB_OK)
		return BLOB_ERR_RANGE;
	*kind = blob_le16(row.p + BLOB_S_KIND);
	*arch = blob_le32(row.p + BLOB_S_ARCH);
	return blob_sub(b->all, blob_le32(row.p + BLOB_S_OFF),
	    blob_le32(row.p + BLOB_S_BYTES), out);
}

void
blob_index(struct blob *b)
{
	struct blob_span s;
	uint16_t kind;
	uint32_t arch;

	for (uint32_t i = 0; i < b->nsections; i++)
		if (blob_section_at(b, i, &kind, &arch, &s) == BLOB_OK &&
		    arch == 0 && kind < BLOB_NKINDS)
			b->plain[kind] = s;
}

int
blob_section(const struct blob *b, enum blob_kind kind, uint32_t arch,
    struct blob_span *out)
{
	struct blob_span s;
	uint16_t k;
	uint32_t a, i;

	if (arch == 0) {
		*out = b->plain[kind];
		return out->p != NULL ? BLOB_OK : BLOB_ERR_MISSING;
	}
	for (i = 0; i < b->nsections; i++)
		if (blob_section_at(b, i, &k, &a, &s) == BLOB_OK &&
		    k == kind && a == arch) {
			*out = s;
			return BLOB_OK;
		}
	return BLOB_ERR_MISSING;
}

const char *
blob_str(const struct blob *b, uint32_t off)
{
	struct blob_span s;

	/* The table ends with NUL, so every offset within is a string. */
	if (blob_section(b, BLOB_STRS, 0, &s) != BLOB_OK || off >= s.len)
		return "";
	return (const char *)s.p + off;
}

const uint8_t *
blob_digest(const struct blob *b)
{
	return b->all.p + BLOB_H_DIGEST;
}

int
blob_check_digest(const struct blob *b)
{
	uint8_t got[SHA256_LEN];

	digest_blob(b->all.p, b->all.len, got);
	if (memcmp(got, blob_digest(b), sizeof(got)) != 0)
		return BLOB_ERR_DIGEST;
	return BLOB_OK;
}

/* --- getters ------------------------------------------------------------ */

int
blob_entry(const struct blob *b, enum blob_kind kind, uint32_t arch, size_t off,
    uint32_t i, size_t size, const uint8_t **p)
{
	struct blob_span s, e;
	int r = blob_section(b, kind, arch, &s);

	if (r != BLOB_OK)
		return r;
	if (i > BLOB_MAX_SIZE / size || off > BLOB_MAX_SIZE ||
	    blob_sub(s, off + i * size, size, &e) != BLOB_OK)
		return BLOB_ERR_RANGE;
	*p = e.p;
	return BLOB_OK;
}

int
blob_meta_get(const struct blob *b, struct blob_meta *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_META, 0, 0, 0, META_LEN, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_meta){
		.name = blob_le32(p + META_NAME),
		.description = blob_le32(p + META_DESCRIPTION),
		.predicates = blob_le32(p + META_PREDICATES),
		.may_lack = blob_le32(p + META_DEGRADE),
		.new_session = p[META_NEW_SESSION],
		.debug = p[META_DEBUG],
		.detach = p[META_DETACH],
		.devices = p[META_DEVICES],
		.namespaces = p[META_NAMESPACES],
		.keep_fds = blob_le64(p + META_KEEP_FDS),
	};
	return BLOB_OK;
}

int
blob_fs_head_get(const struct blob *b, struct blob_fs_head *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_FSRL, 0, 0, 0, FSRL_HEAD, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_fs_head){
		.count = blob_le32(p + FSRL_COUNT),
		.list_read = blob_le32(p + FSRL_LIST_READ),
		.list_write = blob_le32(p + FSRL_LIST_WRITE),
		.list_exec = blob_le32(p + FSRL_LIST_EXEC),
	};
	return BLOB_OK;
}

int
blob_fs_get(const struct blob *b, uint32_t i, struct blob_fs *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_FSRL, 0, FSRL_HEAD, i, FSRL_E_LEN, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_fs){
		.path = blob_le32(p + FSRL_E_PATH),
		.rights = blob_le16(p + FSRL_E_RIGHTS),
		.flags = blob_le16(p + FSRL_E_FLAGS),
		.rule_read = blob_le32(p + FSRL_E_RULE_READ),
		.rule_write = blob_le32(p + FSRL_E_RULE_WRITE),
		.rule_exec = blob_le32(p + FSRL_E_RULE_EXEC),
		.rule_bar = blob_le32(p + FSRL_E_RULE_BAR),
	};
	return BLOB_OK;
}

int
blob_net_head_get(const struct blob *b, struct blob_net_head *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_NETW, 0, 0, 0, NETW_HEAD, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_net_head){
		.mode = p[NETW_MODE],
		.unix_mode = p[NETW_UNIX],
		.nports = blob_le32(p + NETW_NPORTS),
		.nhosts = blob_le32(p + NETW_NHOSTS),
		.nunix = blob_le32(p + NETW_NUNIX),
		.ndomains = blob_le32(p + NETW_NDOMAINS),
		.rule_mode = blob_le32(p + NETW_RULE_MODE),
		.rule_connect = blob_le32(p + NETW_RULE_CONNECT),
		.rule_bind = blob_le32(p + NETW_RULE_BIND),
		.rule_unix = blob_le32(p + NETW_RULE_UNIX),
	};
	return BLOB_OK;
}

/* Tables of NETW stand one behind the other; counts were checked at open. */
static int
net_entry(const struct blob *b, int table, uint32_t i, const uint8_t **p)
{
	static const size_t size[] = {
		NETW_P_LEN, NETW_H_LEN, NETW_U_LEN, NETW_D_LEN
	};
	struct blob_net_head h;
	size_t off = NETW_HEAD;
	uint32_t count[4];
	int t, r = blob_net_head_get(b, &h);

	if (r != BLOB_OK)
		return r;
	count[0] = h.nports;
	count[1] = h.nhosts;
	count[2] = h.nunix;
	count[3] = h.ndomains;
	for (t = 0; t < table; t++)
		off += size[t] * count[t];
	if (i >= count[table])
		return BLOB_ERR_RANGE;
	return blob_entry(b, BLOB_NETW, 0, off, i, size[table], p);
}

int
blob_net_port_get(const struct blob *b, uint32_t i, struct blob_net_port *out)
{
	const uint8_t *p;
	int r = net_entry(b, 0, i, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_net_port){
		.is_bind = blob_le16(p + NETW_P_KIND) != 0,
		.lo = blob_le16(p + NETW_P_LO),
		.hi = blob_le16(p + NETW_P_HI),
		.rule = blob_le32(p + NETW_P_RULE),
	};
	return BLOB_OK;
}

int
blob_net_host_get(const struct blob *b, uint32_t i, struct blob_net_host *out)
{
	const uint8_t *p;
	int r = net_entry(b, 1, i, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_net_host){
		.host = blob_le32(p + NETW_H_HOST),
		.lo = blob_le16(p + NETW_H_LO),
		.hi = blob_le16(p + NETW_H_HI),
		.rule = blob_le32(p + NETW_H_RULE),
	};
	return BLOB_OK;
}

int
blob_net_unix_get(const struct blob *b, uint32_t i, struct blob_net_unix *out)
{
	const uint8_t *p;
	int r = net_entry(b, 2, i, &p);

	if (r != BLOB_OK)
		return r;
	out->path = blob_le32(p + NETW_U_PATH);
	out->rule = blob_le32(p + NETW_U_RULE);
	return BLOB_OK;
}

int
blob_net_domain_get(const struct blob *b, uint32_t i,
    struct blob_net_domain *out)
{
	const uint8_t *p;
	int r = net_entry(b, 3, i, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_net_domain){
		.host = blob_le32(p + NETW_D_HOST),
		.protocols = blob_le16(p + NETW_D_PROTOCOLS),
		.decision = blob_le16(p + NETW_D_DECISION),
		.rule = blob_le32(p + NETW_D_RULE),
		.why = blob_le32(p + NETW_D_WHY),
		.lo = blob_le16(p + NETW_D_LO),
		.hi = blob_le16(p + NETW_D_HI),
	};
	return BLOB_OK;
}

int
blob_env_head_get(const struct blob *b, struct blob_env_head *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_ENVR, 0, 0, 0, ENVR_HEAD, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_env_head){
		.inherit = blob_le32(p + ENVR_INHERIT) != 0,
		.ndrop = blob_le32(p + ENVR_NDROP),
		.nkeep = blob_le32(p + ENVR_NKEEP),
		.nset = blob_le32(p + ENVR_NSET),
		.rule_inherit = blob_le32(p + ENVR_RULE_INHERIT),
	};
	return BLOB_OK;
}

int
blob_env_glob_get(const struct blob *b, uint32_t i, struct blob_env_glob *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_ENVR, 0, ENVR_HEAD, i, ENVR_G_LEN, &p);

	if (r != BLOB_OK)
		return r;
	out->glob = blob_le32(p + ENVR_G_GLOB);
	out->rule = blob_le32(p + ENVR_G_RULE);
	return BLOB_OK;
}

int
blob_env_drop_get(const struct blob *b, uint32_t i, struct blob_env_glob *out)
{
	struct blob_env_head h;
	int r = blob_env_head_get(b, &h);

	if (r != BLOB_OK)
		return r;
	return i < h.ndrop ? blob_env_glob_get(b, i, out) : BLOB_ERR_RANGE;
}

int
blob_env_keep_get(const struct blob *b, uint32_t i, struct blob_env_glob *out)
{
	struct blob_env_head h;
	int r = blob_env_head_get(b, &h);

	if (r != BLOB_OK)
		return r;
	if (i >= h.nkeep || h.ndrop > BLOB_MAX_ENV)
		return BLOB_ERR_RANGE;
	return blob_env_glob_get(b, h.ndrop + i, out);
}

int
blob_env_set_get(const struct blob *b, uint32_t i, struct blob_env_set *out)
{
	struct blob_env_head h;
	const uint8_t *p;
	int r = blob_env_head_get(b, &h);

	if (r != BLOB_OK)
		return r;
	if (i >= h.nset || h.ndrop > BLOB_MAX_ENV || h.nkeep > BLOB_MAX_ENV)
		return BLOB_ERR_RANGE;
	r = blob_entry(b, BLOB_ENVR, 0, ENVR_HEAD +
	    ((size_t)h.ndrop + h.nkeep) * ENVR_G_LEN, i, ENVR_S_LEN, &p);
	if (r != BLOB_OK)
		return r;
	out->name = blob_le32(p + ENVR_S_NAME);
	out->value = blob_le32(p + ENVR_S_VALUE);
	out->rule = blob_le32(p + ENVR_S_RULE);
	return BLOB_OK;
}

int
blob_limit_get(const struct blob *b, uint32_t i, struct blob_limit_entry *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_LIMT, 0, 0, i, LIMT_E_LEN, &p);

	if (r != BLOB_OK)
		return r;
	out->resource = blob_le32(p + LIMT_E_RESOURCE);
	out->rule = blob_le32(p + LIMT_E_RULE);
	out->value = blob_le64(p + LIMT_E_VALUE);
	return BLOB_OK;
}

int
blob_audit_get(const struct blob *b, struct blob_audit *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_AUDT, 0, 0, 0, AUDT_LEN, &p);

	if (r != BLOB_OK)
		return r;
	out->events = blob_le32(p + AUDT_EVENTS);
	out->redact = blob_le16(p + AUDT_REDACT);
	out->chain = blob_le16(p + AUDT_CHAIN);
	out->rule = blob_le32(p + AUDT_RULE);
	return BLOB_OK;
}

int
blob_rule_get(const struct blob *b, uint32_t rule, struct blob_rule_info *out)
{
	const uint8_t *p;
	int r;

	if (rule == 0)
		return BLOB_ERR_RANGE;
	r = blob_entry(b, BLOB_DBGI, 0, DBGI_HEAD, rule - 1, DBGI_E_LEN, &p);
	if (r != BLOB_OK)
		return r;
	*out = (struct blob_rule_info){
		.name = blob_le32(p + DBGI_E_NAME),
		.file = blob_le32(p + DBGI_E_FILE),
		.line = blob_le32(p + DBGI_E_LINE),
		.col = blob_le32(p + DBGI_E_COL),
	};
	return BLOB_OK;
}
