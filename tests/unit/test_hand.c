/*
 * Blobs by hand: the good one reads as it was spelled, and each fault of the
 * header and the table is refused with exactly its code.  Every row starts
 * from the good blob, which is accepted.
 */
#include "tests/lib/unit.h"

#include "blob/eval.h"
#include "tests/lib/blobwalk.h"
#include "tests/lib/hand.h"

static void
same(const char *what, int got, int want)
{
	if (got != want)
		fail_msg("%s: got %d (%s), want %d (%s)", what, got,
		    blob_strerror(got), want, blob_strerror(want));
}

static void
expect(const char *what, const uint8_t *p, size_t len, int want)
{
	same(what, hand_judge(p, len), want);
}

static void
expect_hand(const char *what, const struct hand *h, int want)
{
	same(what, hand_judge_whole(h), want);
}

/* A seed of another format is refused at once, and tries nothing. */
static void
seed_is_current(void **state)
{
	struct hand *h = hand_supervised();
	size_t len, n;
	uint8_t *p = hand_assemble(h, &len), *seed = malloc(len + 1);
	const char *dir = getenv("srcdir");
	char path[4096];
	FILE *f;

	(void)state;
	assert_non_null(seed);
	snprintf(path, sizeof(path), "%s/tests/fuzz/seeds/blob/hand",
	    dir != NULL ? dir : ".");
	if (getenv("UPDATE_SEEDS") != NULL && (f = fopen(path, "wb")) != NULL) {
		(void)fwrite(p, 1, len, f);
		fclose(f);
	}
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(seed, 1, len + 1, f);
	fclose(f);
	assert_int_equal(n, len);
	assert_memory_equal(seed, p, len);
	free(seed);
	free(p);
	hand_free(h);
}

static void
good_blob_reads_as_spelled(void **state)
{
	static const struct {
		const char *argv[2];
		size_t argc;
		const char *resolved;
		enum blob_decision want;
		uint32_t nmatches;
	} rows[] = {
		{ { "ls" }, 1, NULL, BLOB_ALLOW, 0 },
		{ { "rm" }, 1, NULL, BLOB_PROMPT, 1 },
		{ { "rm", "-f" }, 2, NULL, BLOB_FORBIDDEN, 2 },
		{ { "rm", "x" }, 2, NULL, BLOB_PROMPT, 2 },
		{ { "/bin/rm" }, 1, "/bin/rm", BLOB_PROMPT, 1 },
		{ { "/tmp/rm" }, 1, "/tmp/rm", BLOB_ALLOW, 0 },
	};
	struct hand *h = hand_good();
	size_t len, i;
	uint8_t *p = hand_assemble(h, &len);
	struct eval_verdict v;
	struct blob_meta m;
	struct blob b;

	(void)state;
	assert_int_equal(blob_open(&b, p, len), BLOB_OK);
	assert_int_equal(blob_check_digest(&b), BLOB_OK);
	assert_int_equal(blob_meta_get(&b, &m), BLOB_OK);
	assert_string_equal(blob_str(&b, m.name), "good");
	assert_true(m.keep_fds == 0x8000000000000007);
	for (i = 0; i < NELEM(rows); i++) {
		struct eval_command c = { .argv = rows[i].argv,
		    .argc = rows[i].argc, .resolved = rows[i].resolved };

		assert_int_equal(eval_exec(&b, &c, &v), BLOB_OK);
		if (v.decision != rows[i].want ||
		    v.nmatches != rows[i].nmatches)
			fail_msg("row %zu: decision %d by %u, want %d by %u",
			    i, v.decision, v.nmatches, rows[i].want,
			    rows[i].nmatches);
	}
	assert_true(blobwalk(&b) > 100);
	hand_free(h);
	free(p);
}

/* --- the header and the table, in the bytes of the whole ------------------ */

static void
header_faults(void **state)
{
	static const struct {
		const char *what;
		int want;
		size_t off, width;	/* width 0: the padding of STRS */
		uint64_t value;
	} rows[] = {
		{ "magic", BLOB_ERR_MAGIC, BLOB_H_MAGIC, 1, 0x88 },
		{ "line ends", BLOB_ERR_MAGIC, 4, 2, 0x0a0a },
		{ "made for a newer reader", BLOB_ERR_VERSION,
		    BLOB_H_VERSION, 4, 0x00020002 },
		{ "version below its reader", BLOB_ERR_VERSION,
		    BLOB_H_VERSION, 2, 0 },
		{ "reader 0", BLOB_ERR_VERSION, BLOB_H_READER, 2, 0 },
		{ "newer, but readable", BLOB_OK, BLOB_H_VERSION, 2, 2 },
		{ "reserved, first", BLOB_ERR_RESERVED, BLOB_H_RESERVED, 1,
		    1 },
		{ "reserved, last", BLOB_ERR_RESERVED, BLOB_H_DIGEST - 1, 1,
		    1 },
		{ "too many sections", BLOB_ERR_COUNT, BLOB_H_NSECTIONS, 4,
		    BLOB_MAX_SECTIONS + 1 },
		{ "no sections", BLOB_ERR_SIZE, BLOB_H_NSECTIONS, 4, 0 },
		{ "kind 0", BLOB_ERR_TABLE, 64 + BLOB_S_KIND, 2, 0 },
		{ "out of order", BLOB_ERR_TABLE, 64 + BLOB_S_KIND, 2,
		    BLOB_STRS },
		{ "unknown flag", BLOB_ERR_RESERVED, 64 + BLOB_S_FLAGS, 2,
		    2 },
		{ "not where it must be", BLOB_ERR_TABLE, 64 + BLOB_S_OFF,
		    4, 0x108 },
		{ "longer than the blob", BLOB_ERR_TRUNCATED,
		    64 + BLOB_S_BYTES, 4, 0xffffffff },
		{ "padding", BLOB_ERR_RESERVED, 0, 0, 0 },
	};
	struct hand *h = hand_good();
	size_t len, i, strs_end;
	uint8_t *p;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		p = hand_assemble(h, &len);
		expect("the good blob", p, len, BLOB_OK);
		strs_end = (64 + 16 * h->nsec + h->sec[0].len + 7) / 8 * 8 +
		    h->sec[1].len;
		assert_int_not_equal(strs_end % 8, 0);
		if (rows[i].width == 0)
			p[strs_end] = 1;
		hand_put(p + rows[i].off, rows[i].width, rows[i].value);
		hand_seal(p, len);
		expect(rows[i].what, p, len, rows[i].want);
		free(p);
	}
	hand_free(h);
}

static void
digest_is_compared(void **state)
{
	struct hand *h = hand_good();
	size_t len;
	uint8_t *p = hand_assemble(h, &len);

	(void)state;
	p[BLOB_H_DIGEST] ^= 1;
	expect("first bit of the digest", p, len, BLOB_ERR_DIGEST);
	p[BLOB_H_DIGEST] ^= 1;
	p[BLOB_H_LEN - 1] ^= 0x80;
	expect("last bit of the digest", p, len, BLOB_ERR_DIGEST);
	hand_free(h);
	free(p);
}

/* Sizes that the header and the bytes do not agree on. */
static void
size_faults(void **state)
{
	struct hand *h = hand_good();
	size_t len;
	uint8_t *good = hand_assemble(h, &len);
	uint8_t *p = calloc(1, BLOB_MAX_SIZE + 8);

	(void)state;
	assert_non_null(p);
	memcpy(p, good, len);
	expect("header cut", p, BLOB_H_LEN - 1, BLOB_ERR_TRUNCATED);
	expect("magic only", p, BLOB_MAGIC_LEN, BLOB_ERR_TRUNCATED);
	expect("magic cut", p, BLOB_MAGIC_LEN - 1, BLOB_ERR_MAGIC);
	expect("nothing", p, 0, BLOB_ERR_MAGIC);
	expect("last byte cut", p, len - 1, BLOB_ERR_TRUNCATED);
	expect("a byte more than said", p, len + 1, BLOB_ERR_SIZE);
	hand_put(p + BLOB_H_SIZE, 4, len + 8);
	hand_seal(p, len + 8);
	expect("bytes of no section", p, len + 8, BLOB_ERR_SIZE);
	hand_put(p + BLOB_H_SIZE, 4, BLOB_MAX_SIZE + 8);
	expect("too large", p, BLOB_MAX_SIZE + 8, BLOB_ERR_SIZE);
	memset(p + BLOB_H_LEN, 0, len);
	hand_put(p + BLOB_H_SIZE, 4, BLOB_H_LEN);
	hand_put(p + BLOB_H_NSECTIONS, 4, 1);
	expect("table cut", p, BLOB_H_LEN, BLOB_ERR_TRUNCATED);
	/* One byte of META, then an empty STRS behind the padding's end. */
	hand_put(p + BLOB_H_SIZE, 4, 97);
	hand_put(p + BLOB_H_NSECTIONS, 4, 2);
	hand_put(p + 64, 8, BLOB_META);
	hand_put(p + 72, 4, 96);
	hand_put(p + 76, 4, 1);
	hand_put(p + 80, 8, BLOB_STRS);
	hand_put(p + 88, 4, 104);
	expect("section past the end", p, 97, BLOB_ERR_TRUNCATED);
	hand_free(h);
	free(good);
	free(p);
}

static void
section_is_missing(void **state)
{
	static const struct { unsigned kind; int want; } rows[] = {
		{ BLOB_META, BLOB_ERR_MISSING },
		{ BLOB_STRS, BLOB_ERR_MISSING },
		{ BLOB_FSRL, BLOB_ERR_MISSING },
		{ BLOB_NETW, BLOB_ERR_MISSING },
		{ BLOB_SYSC, BLOB_OK },
		{ BLOB_BPF0, BLOB_OK },
		{ BLOB_EXEC, BLOB_ERR_MISSING },
		{ BLOB_ENVR, BLOB_ERR_MISSING },
		{ BLOB_LIMT, BLOB_OK },
		{ BLOB_AUDT, BLOB_ERR_MISSING },
		{ BLOB_DBGI, BLOB_ERR_MISSING },
		{ HAND_UNKNOWN, BLOB_OK },
	};
	char what[40];
	struct hand *h;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		h = hand_good();
		assert_int_equal(h->sec[i].kind, rows[i].kind);
		free(h->sec[i].bytes);
		h->nsec--;
		memmove(&h->sec[i], &h->sec[i + 1],
		    (h->nsec - i) * sizeof(h->sec[0]));
		snprintf(what, sizeof(what), "without kind %u", rows[i].kind);
		expect_hand(what, h, rows[i].want);
		hand_free(h);
	}
}

static void
table_faults(void **state)
{
	struct hand *h = hand_good();
	struct hand_section *s, swap;

	(void)state;
	s = hand_find(h, HAND_UNKNOWN);
	s->flags = BLOB_SF_CRITICAL;
	expect_hand("unknown and critical", h, BLOB_ERR_UNKNOWN);
	s->arch = HAND_ARCH;
	s->flags = 0;
	expect_hand("unknown, of an architecture", h, BLOB_OK);
	s->arch = 0;
	s->kind = BLOB_MCPR;
	expect_hand("reserved", h, BLOB_OK);
	s->flags = BLOB_SF_CRITICAL;
	expect_hand("reserved and critical", h, BLOB_ERR_UNKNOWN);
	s->flags = 0;
	s->kind = BLOB_DBGI;
	expect_hand("the same twice", h, BLOB_ERR_TABLE);
	s->kind = HAND_UNKNOWN;
	hand_find(h, BLOB_LIMT)->arch = HAND_ARCH;
	expect_hand("an architecture too many", h, BLOB_ERR_TABLE);
	hand_find(h, BLOB_LIMT)->arch = 0;
	hand_find(h, BLOB_SYSC)->arch = 0;
	expect_hand("an architecture too few", h, BLOB_ERR_TABLE);
	hand_find(h, BLOB_SYSC)->arch = HAND_ARCH;
	expect_hand("all taken back", h, BLOB_OK);
	swap = h->sec[2];
	h->sec[2] = h->sec[3];
	h->sec[3] = swap;
	expect_hand("sections swapped", h, BLOB_ERR_TABLE);
	hand_free(h);
	h = hand_good();
	/* Kind 0 passes the table's order only with an architecture. */
	swap = h->sec[h->nsec - 1];
	memmove(&h->sec[1], &h->sec[0], (h->nsec - 1) * sizeof(h->sec[0]));
	h->sec[0] = swap;
	h->sec[0].kind = 0;
	h->sec[0].arch = HAND_ARCH;
	expect_hand("kind 0", h, BLOB_OK);
	h->sec[0].flags = BLOB_SF_CRITICAL;
	expect_hand("kind 0, critical", h, BLOB_ERR_UNKNOWN);
	hand_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_blob_reads_as_spelled),
		cmocka_unit_test(seed_is_current),
		cmocka_unit_test(header_faults),
		cmocka_unit_test(digest_is_compared),
		cmocka_unit_test(size_faults),
		cmocka_unit_test(section_is_missing),
		cmocka_unit_test(table_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
