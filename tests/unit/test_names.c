/* Names and addresses: what they are, and what the proxy says of them. */
#include "tests/lib/unit.h"

#include "blob/address.h"
#include "blob/hostname.h"

static void
only_plain_addresses_are_read(void **state)
{
	static const struct { const char *text; bool is_one; } rows[] = {
		{ "0.0.0.0", true }, { "255.255.255.255", true },
		{ "256.0.0.1", false }, { "1.2.3", false },
		{ "1.2.3.4.", false }, { "1.2.3.4.5", false },
		{ "01.2.3.4", false }, { "0x7f.0.0.1", false },
		{ "2130706433", false }, { "127.1", false }, { "", false },
		{ "::", true }, { "::1", true }, { "1::", true },
		{ "1:2:3:4:5:6:7:8", true }, { "1:2:3:4:5:6:7", false },
		{ "1:2:3:4:5:6:7:8:9", false }, { "1::2::3", false },
		{ "1:2:3:4:5:6:7::", true }, { "1:2:3:4:5:6:7:8::", false },
		{ "::1:2:3:4:5:6:7", true }, { "::1:2:3:4:5:6:7:8", false },
		{ "::ffff:10.0.0.1", true }, { "::10.0.0.256", false },
		{ "1:2:3:4:5:6:1.2.3.4", true },
		{ "1:2:3:4:5:6:7:1.2.3.4", false },
		{ ":1", false }, { "1:", false }, { ":::", false },
		{ "12345::", false }, { "g::", false }, { "fe80::1%eth0", false },
		{ "[::1]", false }, { ":", false },
	};
	struct address a;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		if (address_read(rows[i].text, strlen(rows[i].text), &a) !=
		    rows[i].is_one)
			fail_msg("%s: not %d", rows[i].text, rows[i].is_one);
}

static void
public_is_what_anybody_can_have(void **state)
{
	static const struct { const char *text; bool is_public; } rows[] = {
		{ "1.1.1.1", true }, { "9.255.255.255", true },
		{ "10.0.0.0", false }, { "11.0.0.0", true },
		{ "100.63.255.255", true }, { "100.64.0.1", false },
		{ "100.128.0.0", true }, { "127.0.0.1", false },
		{ "169.254.169.254", false }, { "172.15.255.255", true },
		{ "172.16.0.0", false }, { "172.31.255.255", false },
		{ "172.32.0.0", true }, { "192.168.1.1", false },
		{ "192.0.2.1", false }, { "198.19.0.1", false },
		{ "203.0.113.9", false }, { "224.0.0.1", false },
		{ "255.255.255.255", false }, { "0.1.2.3", false },
		{ "::", false }, { "::1", false }, { "::1.1.1.1", false },
		{ "fe80::1", false }, { "fc00::1", false },
		{ "fd12::1", false }, { "ff02::1", false },
		{ "2001:db8::1", false }, { "2001::1", false },
		{ "2002:7f00:1::", false }, { "2606:4700::1111", true },
		{ "2a00::1", true }, { "4000::1", false },
		{ "::ffff:127.0.0.1", false }, { "::ffff:1.1.1.1", true },
		{ "64:ff9b::10.0.0.1", false }, { "64:ff9b::1.1.1.1", true },
		{ "64:ff9b:1::1.1.1.1", false },
	};
	struct address a;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_true(address_read(rows[i].text, strlen(rows[i].text),
		    &a));
		a = address_undo(&a);
		if (address_is_public(&a) != rows[i].is_public)
			fail_msg("%s: not %d", rows[i].text,
			    rows[i].is_public);
	}
}

static void
ranges_hold_what_their_bits_say(void **state)
{
	static const struct {
		const char *range, *in, *out;	/* NULL: is no range */
	} rows[] = {
		{ "10.0.0.0/8", "10.255.0.1", "11.0.0.0" },
		{ "10.0.0.1", "10.0.0.1", "10.0.0.2" },
		{ "0.0.0.0/0", "200.1.1.1", "::1" },
		{ "::/0", "10.0.0.1", NULL },
		{ "172.16.0.0/12", "172.31.0.1", "172.32.0.1" },
		{ "::ffff:10.0.0.0/104", "10.1.1.1", "11.1.1.1" },
		{ "fc00::/7", "fdff::1", "fe00::1" },
		{ "::1/128", "::1", "::2" },
		{ "10.0.0.1/8", NULL, NULL }, { "10.0.0.0/33", NULL, NULL },
		{ "::/129", NULL, NULL }, { "10.0.0.0/", NULL, NULL },
		{ "10.0.0.0/08", NULL, NULL }, { "10.0.0.0/8x", NULL, NULL },
		{ "10.0.0.0/+8", NULL, NULL },
	};
	struct address_range r;
	struct address a;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		bool is_one = address_range_parse(rows[i].range, &r);

		if (is_one != (rows[i].in != NULL))
			fail_msg("%s: %d", rows[i].range, is_one);
		for (int k = 0; k < 2; k++) {
			const char *s = k == 0 ? rows[i].in : rows[i].out;

			if (s == NULL)
				continue;
			assert_true(address_read(s, strlen(s), &a));
			if (address_range_has(&r, &a) != (k == 0))
				fail_msg("%s %s", rows[i].range, s);
		}
	}
}

static void
names_are_plain(void **state)
{
	static const char *const good[] = { "a", "a.b", "A-b_c.example.",
	    "localhost", "xn--bcher-kva.example", "1a", "a.1b" };
	static const char *const bad[] = { "", ".", "a..b", ".a", "a..", "a b",
	    "a/b", "a:1", "127.1", "1", "a.1", "0x7f000001", "a.0x1",
	    ("b\xc3\xbc" "cher"), "a\n", "*.a" };
	char label[70];

	(void)state;
	for (size_t i = 0; i < NELEM(good); i++)
		if (!hostname_is_valid(good[i], strlen(good[i])))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < NELEM(bad); i++)
		if (hostname_is_valid(bad[i], strlen(bad[i])))
			fail_msg("%s", bad[i]);
	assert_false(hostname_is_valid("a\0b", 3));
	memset(label, 'a', sizeof(label));
	assert_true(hostname_is_valid(label, 63));
	assert_false(hostname_is_valid(label, 64));
}

static void
patterns_match_whole_labels(void **state)
{
	static const struct { const char *pattern, *host; bool want; } rows[] = {
		{ "example.com", "EXAMPLE.com.", true },
		{ "example.com", "a.example.com", false },
		{ "*.example.com", "a.example.com", true },
		{ "*.example.com", "a.b.example.com", true },
		{ "*.example.com", "example.com", false },
		{ "*.example.com", ".example.com", false },
		{ "*.example.com", "aexample.com", false },
		{ "*", "anything", true },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		if (hostname_matches(rows[i].pattern, rows[i].host) !=
		    rows[i].want)
			fail_msg("%s %s", rows[i].pattern, rows[i].host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_plain_addresses_are_read),
		cmocka_unit_test(public_is_what_anybody_can_have),
		cmocka_unit_test(ranges_hold_what_their_bits_say),
		cmocka_unit_test(names_are_plain),
		cmocka_unit_test(patterns_match_whole_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
