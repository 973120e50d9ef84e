/* The blob reader: good bytes, every kind of bad ones, strings, digests. */
#include "tests/lib/unit.h"

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

static void
every_error_has_a_text(void **state)
{
	int e;

	(void)state;
	for (e = BLOB_OK; e >= BLOB_ERR_RANGE; e--)
		assert_string_not_equal(blob_strerror(e), "unknown error");
	assert_string_equal(blob_strerror(BLOB_ERR_RANGE - 1),
	    "unknown error");
	for (e = BLOB_WRITE_OK; e >= BLOB_WRITE_ERR_SIZE; e--)
		assert_string_not_equal(blob_write_strerror(e),
		    "unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sub_respects_bounds),
		cmocka_unit_test(sha256_gives_known_digests),
		cmocka_unit_test(every_error_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
