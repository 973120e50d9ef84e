/*
 * Read a compiled policy from untrusted bytes: no allocation, no I/O.
 *
 * blob_open() checks the structure once; the getters check bounds again, so
 * that a mistake in the one is caught by the other.  Every view borrows the
 * bytes given to blob_open(), which must outlive it unchanged.  Numbers that
 * come back are within the limits of format.h.
 */
#ifndef BLOB_READ_H
#define BLOB_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blob/bytes.h"
#include "blob/format.h"

struct blob_span {
	const uint8_t *p;
	size_t len;
};

enum blob_error {
	BLOB_OK = 0,
	BLOB_ERR_TRUNCATED = -1,	/* shorter than it says */
	BLOB_ERR_MAGIC = -2,		/* not a blob */
	BLOB_ERR_VERSION = -3,		/* made for a newer reader */
	BLOB_ERR_SIZE = -4,		/* trailing bytes, or too large */
	BLOB_ERR_RESERVED = -5,		/* a reserved byte is not zero */
	BLOB_ERR_TABLE = -6,		/* sections out of order or overlapping */
	BLOB_ERR_UNKNOWN = -7,		/* unknown critical section */
	BLOB_ERR_MISSING = -8,		/* a section that must be there */
	BLOB_ERR_STRING = -9,		/* string outside the table */
	BLOB_ERR_VALUE = -10,		/* number outside its range */
	BLOB_ERR_COUNT = -11,		/* count does not fit its section */
	BLOB_ERR_ORDER = -12,		/* entries not in canonical order */
	BLOB_ERR_BPF = -13,		/* program the kernel would refuse */
	BLOB_ERR_DIGEST = -14,		/* digest does not match */
	BLOB_ERR_RANGE = -15,		/* no such entry */
	BLOB_ERR_WORD = -16		/* a word too odd to be compared */
};

struct blob {
	struct blob_span all;
	uint32_t nsections;
	/* Those that have no architecture, found once; NULL where absent. */
	struct blob_span plain[BLOB_NKINDS];
};

struct blob_meta {
	uint32_t name, description;	/* strings */
	uint32_t predicates, may_lack;
	uint8_t new_session, debug, detach, devices, namespaces;
	uint64_t keep_fds;
};

struct blob_fs_head {
	uint32_t count, list_read, list_write, list_exec;
};

struct blob_fs {
	uint32_t path;			/* template */
	uint16_t rights, flags;
	uint32_t rule_read, rule_write, rule_exec, rule_bar;
};

struct blob_net_head {
	uint8_t mode, unix_mode;
	uint32_t nports, nhosts, nunix, ndomains;
	uint32_t rule_mode, rule_connect, rule_bind, rule_unix;
};

struct blob_net_port {
	bool is_bind;
	uint16_t lo, hi;
	uint32_t rule;
};

struct blob_net_host {
	uint32_t host;			/* string */
	uint16_t lo, hi;
	uint32_t rule;
};

struct blob_net_unix {
	uint32_t path;			/* template */
	uint32_t rule;
};

struct blob_net_domain {
	uint32_t host;			/* string */
	uint16_t protocols, decision;
	uint32_t rule, why;
	uint16_t lo, hi;		/* 0: no ports are said */
};

struct blob_sysc_head {
	uint32_t action, newer, newer_from, foreign;
	uint32_t rule_default, rule_newer;
	uint32_t nitems, natoms, noutcomes;
};

struct blob_sysc_item {
	uint32_t lo, hi, action, rule;
	uint32_t atom, natoms;
};

struct blob_sysc_atom {
	uint8_t arg, op, flags;
	uint64_t mask, value;
};

struct blob_bpf_insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

struct blob_hint {
	uint32_t call;			/* string */
	uint32_t weight;
};

struct blob_env_head {
	bool inherit;
	uint32_t ndrop, nkeep, nset;
	uint32_t rule_inherit;
};

struct blob_env_glob {
	uint32_t glob, rule;
};

struct blob_env_set {
	uint32_t name, value, rule;
};

struct blob_limit_entry {
	uint32_t resource, rule;
	uint64_t value;
};

struct blob_audit {
	uint32_t events;
	uint16_t redact, chain;
	uint32_t rule;
};

struct blob_rule_info {
	uint32_t name, file;		/* strings */
	uint32_t line, col;
};

/* What an error code means, without a full stop.  Covers every code. */
const char *blob_strerror(int err);

/* Narrow s to [off, off + len).  BLOB_OK or BLOB_ERR_TRUNCATED. */
int blob_sub(struct blob_span s, size_t off, size_t len,
    struct blob_span *out);

/* Entry i of the table of entries of size bytes at off in a section. */
int blob_entry(const struct blob *b, enum blob_kind kind, uint32_t arch,
    size_t off, uint32_t i, size_t size, const uint8_t **p);

/* Little-endian numbers at p, which need not be aligned. */
static inline uint16_t
blob_le16(const uint8_t *p)
{
	return (uint16_t)bytes_le16(p);
}

static inline uint32_t
blob_le32(const uint8_t *p)
{
	return bytes_le32(p);
}

static inline uint64_t
blob_le64(const uint8_t *p)
{
	return (uint64_t)bytes_le32(p) | (uint64_t)bytes_le32(p + 4) << 32;
}

/*
 * Take len bytes at p for a blob and check its structure, all but the
 * digest.  Returns BLOB_OK or the first error; *b is set only on BLOB_OK.
 */
int blob_open(struct blob *b, const void *p, size_t len);

/* BLOB_OK when the digest in the header is that of the bytes. */
int blob_check_digest(const struct blob *b);

/* The 32 bytes of the digest in the header. */
const uint8_t *blob_digest(const struct blob *b);

/* Find the plain sections of all and nsections; blob_open() does it. */
void blob_index(struct blob *b);

/* A section's bytes; arch is 0 for kinds without.  BLOB_ERR_MISSING. */
int blob_section(const struct blob *b, enum blob_kind kind, uint32_t arch,
    struct blob_span *out);

/* Row i of the section table; BLOB_ERR_RANGE past the end. */
int blob_section_at(const struct blob *b, uint32_t i, uint16_t *kind,
    uint32_t *arch, struct blob_span *out);

/* A string of STRS; "" when the offset is outside. */
const char *blob_str(const struct blob *b, uint32_t off);

/*
 * Getters: BLOB_OK, BLOB_ERR_MISSING without the section, BLOB_ERR_RANGE
 * past the last entry.  Nothing is written to *out on error.
 */
int blob_meta_get(const struct blob *b, struct blob_meta *out);
int blob_fs_head_get(const struct blob *b, struct blob_fs_head *out);
int blob_fs_get(const struct blob *b, uint32_t i, struct blob_fs *out);
int blob_net_head_get(const struct blob *b, struct blob_net_head *out);
int blob_net_port_get(const struct blob *b, uint32_t i,
    struct blob_net_port *out);
int blob_net_host_get(const struct blob *b, uint32_t i,
    struct blob_net_host *out);
int blob_net_unix_get(const struct blob *b, uint32_t i,
    struct blob_net_unix *out);
int blob_net_domain_get(const struct blob *b, uint32_t i,
    struct blob_net_domain *out);
int blob_sysc_head_get(const struct blob *b, uint32_t arch,
    struct blob_sysc_head *out);
int blob_sysc_item_get(const struct blob *b, uint32_t arch, uint32_t i,
    struct blob_sysc_item *out);
int blob_sysc_atom_get(const struct blob *b, uint32_t arch, uint32_t i,
    struct blob_sysc_atom *out);
int blob_bpf_get(const struct blob *b, uint32_t arch, uint32_t i,
    struct blob_bpf_insn *out);
/* The flags of BPFN, and its instructions as blob_bpf_get() gives BPF0's. */
int blob_bpfn_flags_get(const struct blob *b, uint32_t arch, uint32_t *flags);
int blob_bpfn_get(const struct blob *b, uint32_t arch, uint32_t i,
    struct blob_bpf_insn *out);
int blob_hint_kernel_get(const struct blob *b, uint32_t *kernel);
int blob_hint_get(const struct blob *b, uint32_t i, struct blob_hint *out);
int blob_env_head_get(const struct blob *b, struct blob_env_head *out);
/* Entry i of the globs of drop and, behind them, of keep. */
int blob_env_glob_get(const struct blob *b, uint32_t i,
    struct blob_env_glob *out);
int blob_env_drop_get(const struct blob *b, uint32_t i,
    struct blob_env_glob *out);
int blob_env_keep_get(const struct blob *b, uint32_t i,
    struct blob_env_glob *out);
int blob_env_set_get(const struct blob *b, uint32_t i,
    struct blob_env_set *out);
int blob_limit_get(const struct blob *b, uint32_t i,
    struct blob_limit_entry *out);
int blob_audit_get(const struct blob *b, struct blob_audit *out);
/* Rule numbers start at 1; BLOB_ERR_RANGE for 0. */
int blob_rule_get(const struct blob *b, uint32_t rule,
    struct blob_rule_info *out);

#endif
