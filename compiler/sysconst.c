/* The tables of named values, and the numbers that stand beside them. */
#include "compiler/sysconst.h"

#include <errno.h>
#include <string.h>

#include "compiler/sysname.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))
#define NONE	INT64_MIN

static const struct constant {
	const char *name;
	bool is_split;		/* differs between architectures */
	int64_t value[SYSNAME_NARCHS];
} constants[] = {
#define CONST(name, v)		{ #name, false, { v } },
#define CONST5(name, ...)	{ #name, true, { __VA_ARGS__ } },
#include "compiler/sysconst.def"
#undef CONST
#undef CONST5
};

/* The same numbers on all five architectures (asm-generic/errno.h). */
static const struct errno_row {
	const char *name;
	unsigned value;
} errnos[] = {
#define ERRNO(name)	{ #name, name },
#include "compiler/syserrno.def"
#undef ERRNO
};

enum sysconst_result
sysconst_find(const char *name, uint32_t audit, uint64_t *value)
{
	size_t lo = 0, hi = LEN(constants), mid;
	int64_t v;
	int order;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		order = strcmp(name, constants[mid].name);
		if (order < 0) {
			hi = mid;
		} else if (order > 0) {
			lo = mid + 1;
		} else {
			v = constants[mid].value[constants[mid].is_split ?
			    sysname_column(audit) : 0];
			*value = (uint64_t)v;
			return v == NONE ? SYSCONST_NOT_HERE : SYSCONST_OK;
		}
	}
	return SYSCONST_UNKNOWN;
}

const char *
sysconst_at(size_t i)
{
	return i < LEN(constants) ? constants[i].name : NULL;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static unsigned
base_of(const char **p)
{
	if ((*p)[0] != '0' || (*p)[1] == '\0')
		return 10;
	if ((*p)[1] == 'x' || (*p)[1] == 'X') {
		*p += 2;
		return 16;
	}
	*p += (*p)[1] == 'o' || (*p)[1] == 'O' ? 2 : 1;
	return 8;
}

bool
sysconst_number(const char *text, uint64_t *value)
{
	bool is_negative = *text == '-';
	const char *p = text + is_negative;
	unsigned base = base_of(&p);
	uint64_t v = 0;
	int d;

	if (*p == '\0')
		return false;
	for (; *p != '\0'; p++) {
		d = digit(*p);
		if ((unsigned)d >= base || v > (UINT64_MAX - (unsigned)d) / base)
			return false;
		v = v * base + (unsigned)d;
	}
	if (is_negative && v > (uint64_t)INT64_MAX + 1)
		return false;
	*value = is_negative ? 0 - v : v;
	return true;
}

bool
syserrno_find(const char *name, unsigned *value)
{
	size_t i;

	for (i = 0; i < LEN(errnos); i++)
		if (strcmp(errnos[i].name, name) == 0) {
			*value = errnos[i].value;
			return true;
		}
	return false;
}

const char *
syserrno_name(unsigned value)
{
	size_t i;

	for (i = 0; i < LEN(errnos); i++)
		if (errnos[i].value == value)
			return errnos[i].name;
	return NULL;
}

const char *
syserrno_at(size_t i)
{
	return i < LEN(errnos) ? errnos[i].name : NULL;
}
