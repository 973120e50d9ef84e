/* Addresses: what is one, and that each has one spelling. */
#include "tests/lib/unit.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "blob/address.h"

static const struct { const char *text, *want; } rows[] = {
	{ "127.0.0.1", "127.0.0.1" }, { "0.0.0.0", "0.0.0.0" },
	{ "255.255.255.255", "255.255.255.255" },
	/* What some take for an address, and some for another one. */
	{ "127.1", NULL }, { "0x7f.0.0.1", NULL }, { "2130706433", NULL },
	{ "127.0.0.01", NULL }, { "0177.0.0.1", NULL },
	{ "1.2.3.256", NULL }, { "1.2.3.4.", NULL }, { "1.2.3.4 ", NULL },
	{ "::", "[::]" }, { "::1", "[::1]" }, { "[::1]", "[::1]" },
	{ "0:0:0:0:0:0:0:1", "[::1]" }, { "::0001", "[::1]" },
	{ "2001:DB8::A", "[2001:db8::a]" }, { "1::", "[1::]" },
	{ "1:0:0:2:0:0:0:3", "[1:0:0:2::3]" },
	{ "1:0:2:3:4:5:6:7", "[1:0:2:3:4:5:6:7]" },
	{ "::ffff:10.0.0.1", "10.0.0.1" },
	{ "[::ffff:a00:1]", "10.0.0.1" },
	{ "::10.0.0.1", "[::a00:1]" },
	{ "", NULL }, { "[", NULL }, { "[]", NULL }, { "[::1", NULL },
	{ "::1]", NULL }, { ":::", NULL }, { ":1", NULL }, { "1:", NULL },
	{ "1::2::3", NULL }, { "1:2:3:4:5:6:7:8:9", NULL },
	{ "1:2:3:4:5:6:7:1.2.3.4", NULL }, { "12345::", NULL },
	{ "fe80::1%lo", NULL }, { "[127.0.0.1]", NULL },
	{ "localhost", NULL }, { "1.2.3.4.example", NULL },
};

static void
each_address_has_one_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		char got[ADDRESS_TEXT] = "none";
		struct address a;

		if (address_parse(rows[i].text, &a))
			address_text(&a, got);
		if (strcmp(got, rows[i].want != NULL ? rows[i].want :
		    "none") != 0)
			fail_msg("\"%s\": got %s, want %s", rows[i].text, got,
			    rows[i].want != NULL ? rows[i].want : "none");
	}
}

static const struct { const char *text; bool is_v4, is_loopback; } kinds[] = {
	{ "127.0.0.1", true, true }, { "127.255.0.9", true, true },
	{ "128.0.0.1", true, false }, { "0.0.0.0", true, false },
	{ "::1", false, true }, { "::", false, false },
	{ "::ffff:127.0.0.1", true, true }, { "::127.0.0.1", false, false },
	{ "::1:1", false, false },
};

static void
loopback_is_known_in_every_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(kinds); i++) {
		struct address a;

		assert_true(address_parse(kinds[i].text, &a));
		if (address_is_v4(&a) != kinds[i].is_v4 ||
		    address_is_loopback(&a) != kinds[i].is_loopback)
			fail_msg("%s", kinds[i].text);
	}
}

/* The libc's reading of random texts, and of what we write. */
static void
reads_what_libc_reads(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct address a;
		uint8_t want[ADDRESS_LEN];
		char s[24], text[ADDRESS_TEXT];
		int n = rand_r(&seed) % 20, k, v4, v6;

		for (k = 0; k < n; k++)
			s[k] = "0123:::.fA"[rand_r(&seed) % 10];
		s[n] = '\0';
		v6 = inet_pton(AF_INET6, s, want) == 1;
		v4 = !v6 && inet_pton(AF_INET, s, want) == 1;
		if (address_parse(s, &a) != (v4 || v6) ||
		    (v6 && memcmp(a.b, want, ADDRESS_LEN) != 0) ||
		    (v4 && memcmp(a.b + 12, want, 4) != 0))
			fail_msg("\"%s\"", s);
		for (k = 0; k < ADDRESS_LEN; k++)
			a.b[k] = rand_r(&seed) % 3 ? 0 :
			    (uint8_t)rand_r(&seed);
		address_text(&a, text);
		text[strlen(text) - 1] = '\0';	/* ']' */
		if (inet_pton(AF_INET6, text + 1, want) != 1 ||
		    memcmp(want, a.b, ADDRESS_LEN) != 0)
			fail_msg("written: %s", text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_address_has_one_spelling),
		cmocka_unit_test(loopback_is_known_in_every_spelling),
		cmocka_unit_test(reads_what_libc_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
