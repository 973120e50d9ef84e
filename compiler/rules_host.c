/* Hosts of network rules and paths of executables, normalised. */
#include "compiler/rules.h"

#include <string.h>

#include "compiler/star_unicode.h"
#include "compiler/star_value.h"

/* Cut white space at both ends of [*p, *p + *n). */
static void
trim(const char **p, size_t *n)
{
	size_t i;

	while (*n > 0) {
		i = 0;
		if (!star_is_space(star_utf8_next(*p, *n, &i)))
			break;
		*p += i;
		*n -= i;
	}
	while (*n > 0) {
		i = *n - 1;
		while (i > 0 && ((unsigned char)(*p)[i] & 0xc0) == 0x80)
			i--;
		size_t at = i;
		if (!star_is_space(star_utf8_next(*p, *n, &at)))
			break;
		*n = i;
	}
}

static bool
all_digits(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return n > 0;
}

/* Cut brackets and a port; what is wrong, or NULL. */
static const char *
cut_port(const char **p, size_t *n)
{
	const char *close, *colon = memchr(*p, ':', *n);
	size_t after;

	if (*n > 0 && **p == '[') {
		close = memchr(*p, ']', *n);
		if (close == NULL)
			return "has a \"[\" without \"]\"";
		after = *n - (size_t)(close + 1 - *p);
		if (after > 0 && (close[1] != ':' ||
		    !all_digits(close + 2, after - 1)))
			return "has something behind \"]\" that is no port";
		*n = (size_t)(close - *p) - 1;
		(*p)++;
		return NULL;
	}
	if (colon == NULL || colon == *p || memchr(colon + 1, ':', *n -
	    (size_t)(colon + 1 - *p)) != NULL)
		return NULL;
	if (all_digits(colon + 1, *n - (size_t)(colon + 1 - *p)))
		*n = (size_t)(colon - *p);
	return NULL;
}

const char *
rules_host(struct arena *a, const char *raw, const char **fault)
{
	const char *p = raw;
	size_t n = strlen(raw), i;
	char *host;

	trim(&p, &n);
	*fault = n == 0 ? "is empty" : NULL;
	for (i = 0; *fault == NULL && i < n; i++)
		if (strchr("/?#", p[i]) != NULL)
			*fault = "has a scheme or a path: expected a name or "
			    "an address alone";
	if (*fault == NULL)
		*fault = cut_port(&p, &n);
	if (*fault != NULL)
		return NULL;
	while (n > 0 && p[n - 1] == '.')
		n--;
	trim(&p, &n);
	if (n == 0)
		*fault = "is empty";
	else if (memchr(p, '*', n) != NULL)
		*fault = "has a wildcard: expected one host";
	for (i = 0; *fault == NULL && i < n;)
		if (star_is_space(star_utf8_next(p, n, &i)))
			*fault = "has a blank in it";
	if (*fault != NULL)
		return NULL;
	host = arena_strndup(a, p, n);
	for (i = 0; i < n; i++)
		if (host[i] >= 'A' && host[i] <= 'Z')
			host[i] = (char)(host[i] - 'A' + 'a');
	return host;
}

const char *
rules_absolute(struct arena *a, const char *path, const char *cwd,
    const char *home)
{
	bool is_home = home != NULL && path[0] == '~' &&
	    (path[1] == '/' || path[1] == '\0');
	const char *p = path[0] == '/' ? path : is_home ?
	    arena_printf(a, "%s/%s", home, path + 1) :
	    arena_printf(a, "%s/%s", cwd, path);
	char *out = arena_alloc(a, strlen(p) + 2);
	size_t n = 0, len;

	while (*p != '\0') {
		p += strspn(p, "/");
		len = strcspn(p, "/");
		if (len == 2 && p[0] == '.' && p[1] == '.') {
			while (n > 0 && out[--n] != '/')
				continue;
		} else if (len > 0 && !(len == 1 && p[0] == '.')) {
			out[n++] = '/';
			memcpy(out + n, p, len);
			n += len;
		}
		p += len;
	}
	if (n == 0)
		out[n++] = '/';
	out[n] = '\0';
	return out;
}

const char *
rules_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return path;
	return slash[1] != '\0' ? slash + 1 : NULL;
}
