/*
 * Every truncation and every single-bit flip of good blobs, of the one by
 * hand and of the shipped offline.bin: refused by the digest; and with the
 * digest repaired refused, or safe to read and to decide with.
 */
#include "tests/lib/unit.h"

#include "tests/lib/blobwalk.h"
#include "tests/lib/hand.h"

struct good {
	uint8_t *p;
	size_t len;
};

static struct good
hand(void)
{
	struct hand *h = hand_good();
	struct good g;

	g.p = hand_assemble(h, &g.len);
	hand_free(h);
	return g;
}

static struct good
shipped(void)
{
	const char *top = getenv("builddir");
	struct good g = { .p = malloc(1 << 20) };
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/profiles/offline.bin",
	    top == NULL ? "." : top);
	f = fopen(path, "rb");
	if (f == NULL || g.p == NULL)
		fail_msg("%s cannot be read", path);
	g.len = fread(g.p, 1, 1 << 20, f);
	fclose(f);
	assert_true(g.len > BLOB_H_LEN && g.len < 1 << 20);
	assert_int_equal(hand_judge(g.p, g.len), BLOB_OK);
	return g;
}

/* Cut as it is; and with a header that knows, so that the cut goes deeper. */
static void
cut_everywhere(struct good g)
{
	uint8_t *p = malloc(g.len);
	size_t n;
	int r;

	for (n = 0; n < g.len; n++) {
		r = hand_judge(g.p, n);
		if (r != BLOB_ERR_TRUNCATED && r != BLOB_ERR_MAGIC)
			fail_msg("%zu of %zu bytes: %s", n, g.len,
			    blob_strerror(r));
		if (n < BLOB_H_LEN)
			continue;
		memcpy(p, g.p, n);
		hand_put(p + BLOB_H_SIZE, 4, n);
		r = hand_judge(p, n);
		if (r == BLOB_OK || r == BLOB_ERR_DIGEST)
			fail_msg("%zu of %zu bytes, as the header says: %s", n,
			    g.len, blob_strerror(r));
	}
	free(p);
	free(g.p);
}

static size_t
flip_everywhere(struct good g,
    bool (*each)(uint8_t *p, size_t len, size_t bit))
{
	size_t i, taken = 0;

	for (i = 0; i < 8 * g.len; i++) {
		g.p[i / 8] ^= (uint8_t)(1u << i % 8);
		taken += each(g.p, g.len, i);
		g.p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	free(g.p);
	return taken;
}

/* The digest tells. */
static bool
is_taken(uint8_t *p, size_t len, size_t bit)
{
	struct blob b;

	(void)bit;
	return blob_open(&b, p, len) == BLOB_OK &&
	    blob_check_digest(&b) == BLOB_OK;
}

/* As if the digest were right: opening does not look at it. */
static bool
is_safe(uint8_t *p, size_t len, size_t bit)
{
	struct blob b;

	(void)bit;
	if (blob_open(&b, p, len) != BLOB_OK)
		return false;
	return blobwalk(&b) > 0;
}

/* The same of a large blob: every bit is opened, one of each byte walked. */
static bool
is_mostly_safe(uint8_t *p, size_t len, size_t bit)
{
	struct blob b;

	if (blob_open(&b, p, len) != BLOB_OK)
		return false;
	return bit % 8 != bit / 8 % 8 || blobwalk(&b) > 0;
}

static void
truncated_by_hand(void **state)
{
	(void)state;
	cut_everywhere(hand());
}

static void
truncated_offline(void **state)
{
	(void)state;
	cut_everywhere(shipped());
}

static void
flipped_by_hand(void **state)
{
	(void)state;
	assert_int_equal(flip_everywhere(hand(), is_taken), 0);
}

static void
flipped_offline(void **state)
{
	(void)state;
	assert_int_equal(flip_everywhere(shipped(), is_taken), 0);
}

/* Some flips change a policy to another good one: these are walked. */
static void
repaired_by_hand(void **state)
{
	(void)state;
	assert_true(flip_everywhere(hand(), is_safe) > 1000);
}

static void
repaired_offline(void **state)
{
	(void)state;
	assert_true(flip_everywhere(shipped(), is_mostly_safe) > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truncated_by_hand),
		cmocka_unit_test(truncated_offline),
		cmocka_unit_test(flipped_by_hand),
		cmocka_unit_test(flipped_offline),
		cmocka_unit_test(repaired_by_hand),
		cmocka_unit_test(repaired_offline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
