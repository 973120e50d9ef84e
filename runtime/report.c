/* Named values, as lines or as JSON: see report.h. */
#include "runtime/report.h"

#include <string.h>

static void
put_name(struct report *r, const char *name)
{
	if (r->is_json) {
		text_str(r->out, r->nfields++ > 0 ? "," : "");
		text_json(r->out, name);
		text_str(r->out, ":");
		return;
	}
	for (; *name != '\0'; name++)
		text_bytes(r->out, *name == '_' ? " " : name, 1);
	text_str(r->out, ":");
}

static void
put_value(struct report *r, const char *value)
{
	if (r->is_json)
		text_json(r->out, value);
	else
		text_escaped(r->out, value);
}

void
report_begin(struct report *r, struct text *out, bool is_json)
{
	*r = (struct report){ .out = out, .is_json = is_json };
	text_str(out, is_json ? "{" : "");
}

void
report_end(struct report *r)
{
	text_str(r->out, r->is_json ? "}\n" : "");
}

void
report_str(struct report *r, const char *name, const char *value)
{
	put_name(r, name);
	text_str(r->out, r->is_json ? "" : " ");
	put_value(r, value);
	text_str(r->out, r->is_json ? "" : "\n");
}

void
report_num(struct report *r, const char *name, uint64_t value)
{
	put_name(r, name);
	text_str(r->out, r->is_json ? "" : " ");
	text_num(r->out, value);
	text_str(r->out, r->is_json ? "" : "\n");
}

void
report_bool(struct report *r, const char *name, bool value)
{
	put_name(r, name);
	if (r->is_json)
		text_str(r->out, value ? "true" : "false");
	else
		text_str(r->out, value ? " yes\n" : " no\n");
}

void
report_list(struct report *r, const char *name)
{
	put_name(r, name);
	text_str(r->out, r->is_json ? "[" : "");
	r->nitems = 0;
}

void
report_item(struct report *r, const char *value)
{
	text_str(r->out, !r->is_json ? "\n  " : r->nitems > 0 ? "," : "");
	put_value(r, value);
	r->nitems++;
}

void
report_list_end(struct report *r)
{
	if (r->is_json)
		text_str(r->out, "]");
	else
		text_str(r->out, r->nitems > 0 ? "\n" : " none\n");
}

void
report_names(struct report *r, const char *name, const char *const *list,
    size_t n)
{
	report_list(r, name);
	for (size_t i = 0; i < n; i++)
		report_item(r, list[i]);
	report_list_end(r);
}

void
report_object(struct report *r)
{
	text_str(r->out, r->nitems++ > 0 ? ",{" : "{");
	r->nfields = 0;
}

void
report_object_end(struct report *r)
{
	text_str(r->out, "}");
}
