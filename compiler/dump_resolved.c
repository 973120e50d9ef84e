/* The resolved text, never shown before it has been compiled again. */
#include <stdlib.h>
#include <string.h>

#include "compiler/dump.h"
#include "compiler/emit.h"
#include "compiler/lower.h"
#include "compiler/schema.h"

/* Where the bytes first differ; the blob's size where they do not. */
static size_t
first_difference(struct blob_span want, const uint8_t *got, size_t len)
{
	size_t i;

	for (i = 0; i < want.len && i < len; i++)
		if (want.p[i] != got[i])
			return i;
	return want.len == len ? len : i;
}

/* The text stands alone: it extends nothing. */
static int
compile(struct arena *a, struct diag *d, const struct source *src,
    uint8_t **bytes, size_t *len)
{
	static const struct lower_options none;
	const struct node *root = yaml_read(a, d, src);
	struct ir ir;

	if (root == NULL)
		return -1;
	schema_check(a, d, root);
	if (d->errors > 0 || lower_profile(a, d, root, &none, &ir) == -1)
		return -1;
	return emit_blob(a, d, &ir, ir.archs, ir.narchs, bytes, len);
}

static bool
gives_blob(struct dump *d, const char *text, size_t len, size_t *at)
{
	struct diag quiet;
	uint8_t *bytes;
	size_t n;
	bool same;

	*at = 0;
	diag_init(&quiet, NULL);
	if (compile(d->a, &quiet, source_text(d->a, "resolved", text, len),
	    &bytes, &n) == -1)
		return false;
	*at = first_difference(d->b->all, bytes, n);
	same = *at == d->b->all.len && n == d->b->all.len;
	free(bytes);
	return same;
}

/* Items that others decide in part may look as if they had no effect. */
int
dump_resolved(struct dump *d, char **text, size_t *len, size_t *at)
{
	FILE *out = d->out;
	int i;

	for (i = 0; i < 2; i++) {
		*text = NULL;
		d->overrides = i > 0;
		d->out = open_memstream(text, len);
		if (d->out == NULL)
			break;
		dump_yaml(d);
		if (fclose(d->out) == 0 && gives_blob(d, *text, *len, at)) {
			d->out = out;
			return 0;
		}
		free(*text);
	}
	d->out = out;
	return -1;
}
