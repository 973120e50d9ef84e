/* Points in time: see moment.h. */
#include "audit/moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* n digits at *s, taken; -1 if they are not there. */
static int
take_number(const char **s, int n)
{
	int value = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		value = value * 10 + (**s - '0');
	}
	return value;
}

static bool
take_char(const char **s, const char *of)
{
	if (**s == '\0' || strchr(of, **s) == NULL)
		return false;
	(*s)++;
	return true;
}

/* Days from 1970 to the first of a month: Gregorian, no table. */
static int64_t
days_to(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = (month + 9) % 12;
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    (153 * m + 2) / 5 + day - 1 - 719468;
}

static bool
read_date(const char **s, int64_t *days)
{
	int year = take_number(s, 4), month, day;

	if (year < 0 || !take_char(s, "-"))
		return false;
	month = take_number(s, 2);
	if (month < 1 || month > 12 || !take_char(s, "-"))
		return false;
	day = take_number(s, 2);
	if (day < 1 || day > 31)
		return false;
	*days = days_to(year, month, day);
	return true;
}

static bool
read_clock(const char **s, int64_t *ms)
{
	int hour = take_number(s, 2), minute, second, scale = 100;

	if (hour < 0 || hour > 23 || !take_char(s, ":"))
		return false;
	minute = take_number(s, 2);
	if (minute < 0 || minute > 59 || !take_char(s, ":"))
		return false;
	second = take_number(s, 2);
	if (second < 0 || second > 60)
		return false;
	*ms = ((int64_t)hour * 60 + minute) * 60000 + (int64_t)second * 1000;
	if (**s != '.')
		return true;
	(*s)++;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++, scale /= 10)
		*ms += (int64_t)(**s - '0') * scale;
	return true;
}

static bool
read_zone(const char **s, int64_t *ms)
{
	int sign = **s == '-' ? -1 : 1, hour, minute;

	*ms = 0;
	if (take_char(s, "Zz"))
		return true;
	if (!take_char(s, "+-"))
		return false;
	hour = take_number(s, 2);
	if (hour < 0 || hour > 23 || !take_char(s, ":"))
		return false;
	minute = take_number(s, 2);
	if (minute < 0 || minute > 59)
		return false;
	*ms = ((int64_t)hour * 60 + minute) * 60000 * sign;
	return true;
}

bool
moment_read(const char *s, int64_t *ms)
{
	int64_t days, clock, zone;

	if (!read_date(&s, &days) || !take_char(&s, "Tt ") ||
	    !read_clock(&s, &clock) || !read_zone(&s, &zone) || *s != '\0')
		return false;
	*ms = days * 86400000 + clock - zone;
	return true;
}

bool
moment_read_option(const char *s, int64_t now, int64_t *ms)
{
	static const struct { char unit; int64_t ms; } units[] = {
		{ 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 },
		{ 'd', 86400000 }, { 'w', 604800000 },
	};
	size_t n = strspn(s, "0123456789");
	const char *at = s;
	int64_t days, ago = 0;

	if (read_date(&at, &days) && *at == '\0') {
		*ms = days * 86400000;
		return true;
	}
	if (n == 0 || n > 6 || s[n] == '\0' || s[n + 1] != '\0')
		return moment_read(s, ms);
	for (size_t i = 0; i < n; i++)
		ago = ago * 10 + (s[i] - '0');
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == s[n]) {
			*ms = now - ago * units[i].ms;
			return true;
		}
	return false;
}

int64_t
moment_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
moment_put(int64_t ms, char out[MOMENT_CAP])
{
	time_t seconds = (time_t)(ms / 1000 - (ms % 1000 < 0));
	char text[MOMENT_CAP - 5];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		text[0] = '\0';
	snprintf(out, MOMENT_CAP, "%s.%03dZ", text,
	    (int)((ms % 1000 + 1000) % 1000));
}
