/* The blob reader: good bytes, every kind of bad ones, strings, digests. */
#include "tests/lib/unit.h"

#include "blob/digest.h"
#include "blob/eval.h"
#include "blob/read.h"
#include "blob/sha256.h"
#include "blob/write.h"

static void
sub_respects_bounds(void **state)
{
	static const uint8_t bytes[8];
	static const struct blob_span all = { bytes, 8 };
	static const struct {
		const char *what;
		size_t off, len;
		int want;
	} rows[] = {
		{ "whole", 0, 8, BLOB_OK },
		{ "empty at end", 8, 0, BLOB_OK },
		{ "one past end", 8, 1, BLOB_ERR_TRUNCATED },
		{ "starts past end", 9, 0, BLOB_ERR_TRUNCATED },
		{ "sum wraps", 4, SIZE_MAX, BLOB_ERR_TRUNCATED },
	};
	struct blob_span got;
	size_t i;
	int r;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		r = blob_sub(all, rows[i].off, rows[i].len, &got);
		if (r != rows[i].want)
			fail_msg("%s: got %s, want %s", rows[i].what,
			    blob_strerror(r), blob_strerror(rows[i].want));
	}
}

/* FIPS 180-4 examples, and lengths around the padding's edge. */
static void
sha256_gives_known_digests(void **state)
{
	static const struct { const char *text; const char *want; } rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb924"
		    "27ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1" },
	};
	char hex[2 * SHA256_LEN + 1];
	uint8_t got[SHA256_LEN];
	struct sha256 h;
	size_t i, k;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		sha256_init(&h);
		for (k = 0; rows[i].text[k] != '\0'; k++)
			sha256_update(&h, rows[i].text + k, 1);
		sha256_final(&h, got);
		for (k = 0; k < SHA256_LEN; k++)
			sprintf(hex + 2 * k, "%02x", got[k]);
		assert_string_equal(hex, rows[i].want);
	}
}

/*
 * The processor's instructions, where it has them, agree with plain C.  They
 * are asked for from 2 KB on.
 */
#define LONG	4096

static void
put_plain(const uint8_t *p, size_t n, uint8_t out[SHA256_LEN])
{
	struct sha256 h;

	sha256_init_plain(&h);
	sha256_update(&h, p, n);
	sha256_final(&h, out);
}

static void
sha256_is_the_same_by_any_means(void **state)
{
	static uint8_t text[LONG + 2 * SHA256_BLOCK + 3];
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	struct sha256 h;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 151 + i / 7);
	for (size_t n = LONG; n <= sizeof(text); n++) {
		put_plain(text, n, want);
		sha256_init(&h);
		sha256_update(&h, text, n - n / 3);
		sha256_update(&h, text + n - n / 3, n / 3);
		sha256_final(&h, got);
		assert_memory_equal(got, want, sizeof(want));
	}
}

/* The definition in codex-blob.5, by plain C. */
static void
digest_is_that_of_the_halves(void **state)
{
	static uint8_t blob[BLOB_H_LEN + LONG + 3 * SHA256_BLOCK];
	uint8_t joined[3 * SHA256_LEN], want[SHA256_LEN], got[SHA256_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(blob); i++)
		blob[i] = (uint8_t)(i * 151 + i / 7);
	for (size_t n = 0; n <= sizeof(blob) - BLOB_H_LEN; n++) {
		size_t half = n / 128 * 64;

		memcpy(joined, blob, SHA256_LEN);
		put_plain(blob + BLOB_H_LEN, half, joined + SHA256_LEN);
		put_plain(blob + BLOB_H_LEN + half, n - half,
		    joined + (size_t)2 * SHA256_LEN);
		put_plain(joined, sizeof(joined), want);
		digest_blob(blob, BLOB_H_LEN + n, got);
		assert_memory_equal(got, want, sizeof(want));
	}
}

static void
every_error_has_a_text(void **state)
{
	int e;

	(void)state;
	for (e = BLOB_OK; e >= BLOB_ERR_WORD; e--)
		assert_string_not_equal(blob_strerror(e), "unknown error");
	assert_string_equal(blob_strerror(BLOB_ERR_WORD - 1),
	    "unknown error");
	for (e = BLOB_WRITE_OK; e >= BLOB_WRITE_ERR_SIZE; e--)
		assert_string_not_equal(blob_write_strerror(e),
		    "unknown error");
}

/* A small whole policy, by the writer; the real ones are shell tests'. */
static uint8_t *
sample(size_t *len)
{
	static const struct { enum blob_kind kind; size_t n; } rows[] = {
		{ BLOB_META, META_LEN }, { BLOB_FSRL, FSRL_HEAD },
		{ BLOB_NETW, NETW_HEAD }, { BLOB_ENVR, ENVR_HEAD },
		{ BLOB_AUDT, AUDT_LEN }, { BLOB_DBGI, DBGI_HEAD },
	};
	struct blob_writer *w = blob_writer_new();
	struct blob_buf *b;
	uint8_t *out = NULL;
	size_t i, k;

	assert_non_null(w);
	for (i = 0; i < NELEM(rows); i++) {
		b = blob_writer_section(w, rows[i].kind, 0, BLOB_SF_CRITICAL);
		for (k = 0; k < rows[i].n; k++)
			blob_put8(b, 0);
	}
	/* An automaton of one state, with one home for each hash. */
	b = blob_writer_section(w, BLOB_EXEC, 0, BLOB_SF_CRITICAL);
	for (k = 0; k < EXEC_HEAD; k += 4)
		blob_put32(b, k == EXEC_TOK_HOMES || k == EXEC_EDGE_HOMES ||
		    k == EXEC_NSTATES);
	for (k = 0; k < EXEC_TOKSLOT_LEN + EXEC_EDGE_LEN; k += 4)
		blob_put32(b, EXEC_NONE);
	for (k = 0; k < EXEC_STATE_LEN; k += 4)
		blob_put32(b, k >= EXEC_T_BEST_ARRIVE &&
		    k <= EXEC_T_BEST_END ? EXEC_NONE : 0);
	blob_writer_string(w, "a string");
	assert_int_equal(blob_writer_finish(w, &out, len), BLOB_WRITE_OK);
	blob_writer_free(w);
	return out;
}

static void
good_blob_opens(void **state)
{
	struct blob b;
	size_t len;
	uint8_t *p = sample(&len);

	(void)state;
	assert_int_equal(blob_open(&b, p, len), BLOB_OK);
	assert_int_equal(blob_check_digest(&b), BLOB_OK);
	assert_string_equal(blob_str(&b, 1), "a string");
	assert_string_equal(blob_str(&b, 100000), "");
	free(p);
}

static void
every_truncation_is_refused(void **state)
{
	struct blob b;
	size_t len, n;
	uint8_t *p = sample(&len), *cut;

	(void)state;
	for (n = 0; n < len; n++) {
		cut = malloc(n + 1);
		memcpy(cut, p, n);
		if (blob_open(&b, cut, n) == BLOB_OK)
			fail_msg("%zu of %zu bytes were taken", n, len);
		free(cut);
	}
	free(p);
}

/* Walk everything that there is: the sanitizers watch. */
static void
walk(const struct blob *b)
{
	const char *argv[] = { "a", "b" };
	struct eval_command c = { .argv = argv, .argc = 2,
	    .resolved = "/bin/a" };
	struct eval_verdict v;
	struct blob_fs fs;
	struct blob_meta m;
	struct blob_rule_info info;
	uint32_t i;

	if (blob_meta_get(b, &m) == BLOB_OK)
		(void)strlen(blob_str(b, m.name));
	for (i = 0; blob_fs_get(b, i, &fs) == BLOB_OK; i++)
		(void)strlen(blob_str(b, fs.path));
	for (i = 1; blob_rule_get(b, i, &info) == BLOB_OK; i++)
		(void)strlen(blob_str(b, info.name));
	(void)eval_exec(b, &c, &v);
}

static void
every_bit_flip_is_refused_or_safe(void **state)
{
	struct blob b;
	size_t len, i;
	uint8_t *p = sample(&len);

	(void)state;
	for (i = 0; i < 8 * len; i++) {
		p[i / 8] ^= (uint8_t)(1u << i % 8);
		if (blob_open(&b, p, len) == BLOB_OK) {
			walk(&b);
			if (blob_check_digest(&b) == BLOB_OK)
				fail_msg("bit %zu is not in the digest", i);
		}
		p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sub_respects_bounds),
		cmocka_unit_test(sha256_gives_known_digests),
		cmocka_unit_test(sha256_is_the_same_by_any_means),
		cmocka_unit_test(digest_is_that_of_the_halves),
		cmocka_unit_test(every_error_has_a_text),
		cmocka_unit_test(good_blob_opens),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_bit_flip_is_refused_or_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
