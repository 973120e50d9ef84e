/*
 * Named values as lines for people, or as one JSON object.
 */
#ifndef RUNTIME_REPORT_H
#define RUNTIME_REPORT_H

#include "runtime/text.h"

struct report {
	struct text *out;
	bool is_json;
	size_t nfields, nitems;
};

void report_begin(struct report *r, struct text *out, bool is_json);
void report_end(struct report *r);

void report_str(struct report *r, const char *name, const char *value);
void report_num(struct report *r, const char *name, uint64_t value);
void report_bool(struct report *r, const char *name, bool value);

/* A list of strings: open, items, close. */
void report_list(struct report *r, const char *name);
void report_item(struct report *r, const char *value);
void report_list_end(struct report *r);

/* A whole one. */
void report_names(struct report *r, const char *name,
    const char *const *list, size_t n);

/* An item of a list that has names itself; JSON alone. */
void report_object(struct report *r);
void report_object_end(struct report *r);

#endif
