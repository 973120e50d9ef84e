/*
 * A person at the terminal, asked while nothing below us runs.  What was
 * typed ahead is thrown away, and the answer is a word that was made for this
 * question: neither an earlier key nor a text on the screen can give it.
 *
 * A terminal can be stopped (Ctrl-S): nothing here waits for what was written
 * before, and showing the question ends with its time, as reading does.
 */
#include "runtime/approve.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define TEXT_CAP	8192u
#define WORD_LEN	6u
#define FLUSHES		16u
#define NAP_MS		20	/* somebody else is writing */

struct terminal {
	int fd, signals;
	pid_t foreground;		/* before */
	struct termios before;
	sigset_t mask;
	char word[WORD_LEN + 1];
};

/* Of syllables, so that it can be read and typed. */
static bool
make_word(char *word)
{
	static const char consonants[] = "bdfgklmnprstvz";
	static const char vowels[] = "aeiou";
	uint8_t random[WORD_LEN];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	for (unsigned i = 0; i < WORD_LEN; i++)
		word[i] = i % 2 == 0
		    ? consonants[random[i] % (sizeof(consonants) - 1)]
		    : vowels[random[i] % (sizeof(vowels) - 1)];
	word[WORD_LEN] = '\0';
	return true;
}

/*
 * Ours, or taken by somebody below us: then we may take it.  A job in the
 * background has no business with the terminal.
 */
static bool
may_take(const struct approve *a, const struct terminal *t)
{
	if (t->foreground == getpgrp())
		return true;
	for (size_t i = 0; a->freeze != NULL && i < a->freeze->n; i++)
		if (getpgid(a->freeze->list[i]) == t->foreground)
			return true;
	return false;
}

/*
 * What was typed before can still be on its way through the kernel, which a
 * flush does not reach: to look for it brings it here.
 */
static void
forget_typed(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int n = 1;

	for (unsigned i = 0; i < FLUSHES && n > 0; i++) {
		n = poll(&ready, 1, 0);
		tcflush(fd, TCIFLUSH);
	}
}

/* Why not, or NULL. */
static const char *
take_terminal(const struct approve *a, struct terminal *t)
{
	struct termios plain;
	sigset_t others;

	sigfillset(&others);
	sigprocmask(SIG_BLOCK, &others, &t->mask);
	sigdelset(&others, SIGCHLD);
	sigdelset(&others, SIGCONT);
	sigdelset(&others, SIGWINCH);
	t->signals = signalfd(-1, &others, SFD_CLOEXEC | SFD_NONBLOCK);
	t->foreground = tcgetpgrp(t->fd);
	if (t->signals < 0 || t->foreground < 0 ||
	    tcgetattr(t->fd, &t->before) < 0 || !make_word(t->word))
		return "there is no terminal to ask at";
	if (!may_take(a, t))
		return "we are not in the foreground of the terminal";
	plain = t->before;
	plain.c_iflag = (plain.c_iflag | ICRNL) & ~(tcflag_t)(IGNCR | INLCR);
	plain.c_oflag |= OPOST | ONLCR;
	/* Ctrl-C is an answer, not a signal. */
	plain.c_lflag = (plain.c_lflag | ICANON | ECHO | ECHOE) &
	    ~(tcflag_t)(ISIG | ECHONL);
	if (tcsetpgrp(t->fd, getpgrp()) < 0 ||
	    tcsetattr(t->fd, TCSANOW, &plain) < 0)
		return "the terminal cannot be had";
	forget_typed(t->fd);
	return NULL;
}

/* As it was; what was typed meanwhile is nobody's. */
static void
give_back(struct terminal *t, bool is_taken)
{
	if (is_taken) {
		tcsetattr(t->fd, TCSANOW, &t->before);
		forget_typed(t->fd);
		tcsetpgrp(t->fd, t->foreground);
	}
	if (t->signals >= 0)
		close(t->signals);
	sigprocmask(SIG_SETMASK, &t->mask, NULL);
}

/*
 * Until the terminal can be used, or may not be any more: false where time, a
 * signal or the end of the terminal comes first.
 */
static bool
await(const struct approve *a, const struct terminal *t, short events,
    time_t until)
{
	struct pollfd fds[] = {
		{ .fd = t->fd, .events = events },
		{ .fd = t->signals, .events = POLLIN },
		{ .fd = a->timer, .events = POLLIN },
	};
	time_t now = time(NULL);

	return until > now && poll(fds, 3, (int)(until - now) * 1000) > 0 &&
	    fds[0].revents == events && fds[1].revents == 0 &&
	    fds[2].revents == 0;
}

/* False: not all of it could be. */
static bool
show(const struct approve *a, const struct terminal *t, const char *p,
    size_t len, time_t until)
{
	ssize_t n;

	while (len > 0 && await(a, t, POLLOUT, until)) {
		n = write(t->fd, p, len);
		if (n < 0 && errno == EAGAIN) {
			/* One whose write waits keeps all others out. */
			poll(NULL, 0, NAP_MS);
			continue;
		}
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return len == 0;
}

/* One line, or nothing: time, a signal, or the end of it. */
static size_t
read_word(const struct approve *a, const struct terminal *t, time_t until,
    char *buf, size_t cap)
{
	ssize_t n;

	/* In canonical mode a line comes as a whole. */
	if (!await(a, t, POLLIN, until))
		return 0;
	n = read(t->fd, buf, cap - 1);
	while (n > 0 && (buf[n - 1] == '\n' || buf[n - 1] == ' '))
		n--;
	buf[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static void
read_answer(const struct approve *a, const struct terminal *t,
    const struct question *q, struct answer *out)
{
	char typed[64];
	size_t n = read_word(a, t, q->expires, typed, sizeof(typed));

	out->why = "refused";
	if (n < WORD_LEN || memcmp(typed, t->word, WORD_LEN) != 0)
		return;
	out->is_for_run = strcmp(typed + WORD_LEN, " run") == 0;
	out->is_allowed = out->is_for_run || typed[WORD_LEN] == '\0';
	if (out->is_allowed)
		out->why = out->is_for_run ? "approved for this run"
					   : "approved once";
}

static void
put_choice(const struct terminal *t, struct text *out)
{
	text_str(out, "  To allow it once type: ");
	text_str(out, t->word);
	text_str(out, "\n  For this whole run:     ");
	text_str(out, t->word);
	text_str(out, " run\n  Anything else is no.\n> ");
}

static void
ask(struct approve *a, struct terminal *t, const struct question *q,
    struct answer *out)
{
	char buf[TEXT_CAP];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	question_put_text(q, &text);
	put_choice(t, &text);
	if (text.is_cut) {
		out->why = "the command is too long to be shown";
		return;
	}
	out->why = "the question could not be shown";
	if (!show(a, t, text.p, text.len, (time_t)q->expires))
		return;
	read_answer(a, t, q, out);
	text_init(&text, buf, sizeof(buf));
	text_str(&text, "codex-exec: ");
	text_str(&text, out->why);
	text_str(&text, "\n");
	(void)show(a, t, text.p, text.len, time(NULL) + 2);
}

void
approve_tty(struct approve *a, const struct question *q, struct answer *out)
{
	struct terminal t = { .signals = -1 };
	const char *why = NULL;

	t.fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	out->why = "there is no terminal to ask at";
	if (t.fd < 0)
		return;
	if (a->freeze != NULL && !freeze_tree(a->freeze)) {
		out->why = "the processes below could not be stopped";
	} else {
		why = take_terminal(a, &t);
		if (why == NULL)
			ask(a, &t, q, out);
		else
			out->why = why;
		give_back(&t, why == NULL);
		if (a->freeze != NULL)
			freeze_end(a->freeze);
	}
	close(t.fd);
}
