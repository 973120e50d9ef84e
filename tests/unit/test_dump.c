/*
 * Quoting, and that a blob with some byte changed is refused or printed:
 * the getters of `show' are called on what the reader let through.
 */
#include "tests/lib/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob/read.h"
#include "compiler/arena.h"
#include "compiler/dump_quote.h"

#define MAX_BLOB	(1u << 16)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
full(const char *what)
{
	fail_msg("%s", what);
}

static void
strings_are_quoted(void **state)
{
	static const struct {
		const char *raw, *yaml, *json, *bare;
	} rows[] = {
		{ "", "\"\"", "\"\"", "" },
		{ "a \"b\\", "\"a \\\"b\\\\\"", "\"a \\\"b\\\\\"",
		    "a \"b\\" },
		{ "\n\x1b\x7f", "\"\\x0a\\x1b\\x7f\"",
		    "\"\\u000a\\u001b\\u007f\"", "\\x0a\\x1b\\x7f" },
		{ "caf\xc3\xa9", "\"caf\xc3\xa9\"", "\"caf\xc3\xa9\"",
		    "caf\xc3\xa9" },
		/* NUL of .rules files, C1, a mark that reverses text. */
		{ "\xc0\x80", "\"\\x00\"", "\"\\u0000\"", "\\x00" },
		{ "\xc2\x85", "\"\\x85\"", "\"\\u0085\"", "\\x85" },
		{ "\xe2\x80\xae", "\"\\u202e\"", "\"\\u202e\"", "\\u202e" },
		{ "\xef\xbb\xbf", "\"\\ufeff\"", "\"\\ufeff\"", "\\ufeff" },
		{ "\xf3\xa0\x80\x81", "\"\\U000e0001\"",
		    "\"\\udb40\\udc01\"", "\\U000e0001" },
		{ "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"",
		    "\"\xf0\x9f\x98\x80\"", "\xf0\x9f\x98\x80" },
		/* No UTF-8: alone, cut short, too long, a surrogate. */
		{ "\xff", "\"\\xff\"", "\"\\ufffd\"", "\\xff" },
		{ "\xe2\x80", "\"\\xe2\\x80\"", "\"\\ufffd\\ufffd\"",
		    "\\xe2\\x80" },
		{ "\xc1\xbf", "\"\\xc1\\xbf\"", "\"\\ufffd\\ufffd\"",
		    "\\xc1\\xbf" },
		{ "\xed\xa0\x80", "\"\\xed\\xa0\\x80\"",
		    "\"\\ufffd\\ufffd\\ufffd\"", "\\xed\\xa0\\x80" },
	};
	struct arena *a = arena_new(0, full);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(dump_quote_yaml(a, rows[i].raw),
		    rows[i].yaml);
		assert_string_equal(dump_quote_star(a, rows[i].raw),
		    rows[i].yaml);
		assert_string_equal(dump_quote_json(a, rows[i].raw),
		    rows[i].json);
		assert_string_equal(dump_escape(a, rows[i].raw),
		    rows[i].bare);
	}
	assert_string_equal(dump_quote_single(a, "it's"), "'it''s'");
	arena_free(a);
}

static size_t
read_seed(uint8_t *p)
{
	const char *dir = getenv("srcdir");
	char path[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/tests/fuzz/seeds/show/all",
	    dir != NULL ? dir : ".");
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(p, 1, MAX_BLOB, f);
	fclose(f);
	assert_true(n > 64 && n < MAX_BLOB);
	return n;
}

static void
bytes_may_change(void **state)
{
	static const uint8_t with[] = { 0x01, 0x80, 0xff };
	static uint8_t p[MAX_BLOB];
	size_t n = read_seed(p), i;
	struct blob b;

	(void)state;
	/* Of another format, it would be refused and try nothing. */
	assert_int_equal(blob_open(&b, p, n), BLOB_OK);
	LLVMFuzzerTestOneInput(p, n);
	/* About every fourth, and not the same byte of each field. */
	for (i = 64; i < n; i += 4 + (i % 64 == 0)) {
		p[i] ^= with[i % sizeof(with)];
		LLVMFuzzerTestOneInput(p, n);
		p[i] ^= with[i % sizeof(with)];
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_quoted),
		cmocka_unit_test(bytes_may_change),
	};

	return cmocka_run_group_tests_name("dump", tests, NULL, NULL);
}
