/* Reading, joining, lowering and emitting, one after the other. */
#include "compiler/compile.h"

#include <stdlib.h>

#include "compiler/schema.h"

static int
compile_tree(struct arena *a, struct diag *d, const struct node *root,
    const struct lower_options *lower, uint8_t **bytes, size_t *len)
{
	struct ir ir;

	*bytes = NULL;
	if (root == NULL || d->errors > 0 ||
	    lower_profile(a, d, root, lower, &ir) == -1)
		return -1;
	if (emit_blob(a, d, &ir, ir.archs, ir.narchs, bytes, len) == -1) {
		*bytes = NULL;
		return -1;
	}
	if (d->errors == 0)	/* a strict warning is one */
		return 0;
	free(*bytes);
	*bytes = NULL;
	return -1;
}

int
compile_file(struct arena *a, struct diag *d, const char *path,
    const struct merge_options *merge, const struct lower_options *lower,
    uint8_t **bytes, size_t *len)
{
	return compile_tree(a, d, merge_load(a, d, path, merge), lower, bytes,
	    len);
}

int
compile_text(struct arena *a, struct diag *d, const struct source *src,
    const struct lower_options *lower, uint8_t **bytes, size_t *len)
{
	const struct node *root = yaml_read(a, d, src);

	*bytes = NULL;
	if (root != NULL)
		schema_check(a, d, root);
	if (node_get(root, "extends") != NULL)
		diag_error(d, node_get(root, "extends")->at, "this text "
		    "stands alone and extends nothing");
	return compile_tree(a, d, root, lower, bytes, len);
}
