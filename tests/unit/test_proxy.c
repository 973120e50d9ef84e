/* What the proxy reads from clients, and what it sends on. */
#include "tests/lib/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/proxy_hello.h"
#include "runtime/proxy_http.h"
#include "runtime/proxy_lock.h"
#include "runtime/proxy_socks.h"

#define G	"GET http://a.test/ HTTP/1.1\r\n"
#define P	"POST http://a.test/ HTTP/1.1\r\n"
#define E	"\r\n\r\n"

static void
requests_mean_one_thing(void **state)
{
	static const struct { const char *text; enum proxy_read want; } rows[] = {
		{ G "\r\n", PROXY_DONE }, { G, PROXY_MORE }, { "", PROXY_MORE },
		{ "GET", PROXY_MORE }, { "\r\n" G "\r\n", PROXY_BAD },
		{ " GET", PROXY_BAD }, { "\x16\x03\x01", PROXY_BAD },
		{ "GET / HTTP/1.1" E, PROXY_BAD },
		{ "GET http://a.test/ HTTP/2.0" E, PROXY_BAD },
		{ "GET http://a.test/ http/1.1" E, PROXY_BAD },
		{ "GET http://a.test/  HTTP/1.1" E, PROXY_BAD },
		{ "GET http://a.test/" E, PROXY_BAD },
		{ "PRI * HTTP/2.0" E, PROXY_BAD },
		{ "GET https://a.test/ HTTP/1.1" E, PROXY_BAD },
		{ "GET HTTP://A.test HTTP/1.0" E, PROXY_DONE },
		{ "GET http://a.test?x HTTP/1.1" E, PROXY_DONE },
		{ "GET http://a.test#x HTTP/1.1" E, PROXY_BAD },
		{ "GET http://u@a.test/ HTTP/1.1" E, PROXY_BAD },
		{ "GET http://a.test:0/ HTTP/1.1" E, PROXY_BAD },
		{ "GET http://a.test:65536/ HTTP/1.1" E, PROXY_BAD },
		{ "GET http://a.test:/ HTTP/1.1" E, PROXY_BAD },
		{ "GET http://[::1]/ HTTP/1.1" E, PROXY_DONE },
		{ "GET http://[::1/ HTTP/1.1" E, PROXY_BAD },
		{ "GET http://[a.test]/ HTTP/1.1" E, PROXY_BAD },
		{ "GET http://127.1/ HTTP/1.1" E, PROXY_BAD },
		{ "GET http:///x HTTP/1.1" E, PROXY_BAD },
		{ "GET http://a.test./x HTTP/1.1" E, PROXY_DONE },
		{ "GET http://a.test../x HTTP/1.1" E, PROXY_BAD },
		{ "GET http://a\\b.test/ HTTP/1.1" E, PROXY_BAD },
		{ "CONNECT a.test:443 HTTP/1.1" E, PROXY_DONE },
		{ "CONNECT a.test HTTP/1.1" E, PROXY_BAD },
		{ "CONNECT [::1]:443 HTTP/1.1" E, PROXY_DONE },
		{ "CONNECT ::1:443 HTTP/1.1" E, PROXY_BAD },
		{ "connect a.test:443 HTTP/1.1" E, PROXY_BAD },
		{ G "Host: A.test" E, PROXY_DONE },
		{ G "Host: a.test:80" E, PROXY_DONE },
		{ G "Host: a.test:81" E, PROXY_BAD },
		{ G "Host: b.test" E, PROXY_BAD }, { G "Host:" E, PROXY_BAD },
		{ G "Host: a.test\r\nhost: a.test" E, PROXY_BAD },
		{ G "Host : b.test" E, PROXY_BAD },
		{ G " Host: b.test" E, PROXY_BAD },
		{ G "A: b\r\n c" E, PROXY_BAD }, { G "A" E, PROXY_BAD },
		{ G "A: b\n\r\n\r\n", PROXY_BAD },
		{ G "A: b\rHost: c" E, PROXY_BAD },
		{ G ": b" E, PROXY_BAD }, { G "A b: c" E, PROXY_BAD },
		{ P "Content-Length: 5" E, PROXY_DONE },
		{ P "Content-Length: +5" E, PROXY_BAD },
		{ P "Content-Length: 5, 5" E, PROXY_BAD },
		{ P "Content-Length: 5\r\nContent-Length: 5" E, PROXY_BAD },
		{ P "Content-Length: 9999999999999999999" E, PROXY_BAD },
		{ P "Transfer-Encoding: chunked" E, PROXY_DONE },
		{ P "Transfer-Encoding: gzip, chunked" E, PROXY_BAD },
		{ P "Transfer-Encoding: \"chunked\"" E, PROXY_BAD },
		{ P "Transfer-Encoding: chunked\r\nContent-Length: 5" E,
		    PROXY_BAD },
		{ P "Content-Length: 5\r\nTransfer-Encoding: chunked" E,
		    PROXY_BAD },
		{ "POST http://a.test/ HTTP/1.0\r\nTransfer-Encoding: chunked" E,
		    PROXY_BAD },
	};
	struct proxy_head h;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		enum proxy_read r = proxy_http_read(rows[i].text,
		    strlen(rows[i].text), NULL, &h);

		if (r != rows[i].want)
			fail_msg("%s: got %d, want %d", rows[i].text, r,
			    rows[i].want);
	}
}

static void
in_a_tunnel_the_host_is_its_own(void **state)
{
	static const struct { const char *text; enum proxy_read want; } rows[] = {
		{ "GET /x HTTP/1.1\r\nHost: a.test" E, PROXY_DONE },
		{ "GET /x HTTP/1.1" E, PROXY_DONE },
		{ "OPTIONS * HTTP/1.1\r\nHost: a.test:80" E, PROXY_DONE },
		{ "GET /x HTTP/1.1\r\nHost: b.test" E, PROXY_BAD },
		{ "GET http://a.test/x HTTP/1.1\r\nHost: a.test" E, PROXY_BAD },
		{ "CONNECT a.test:80 HTTP/1.1" E, PROXY_BAD },
	};
	const struct proxy_target tunnel = { .host = "a.test", .port = 80 };
	struct proxy_head h;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		if (proxy_http_read(rows[i].text, strlen(rows[i].text),
		    &tunnel, &h) != rows[i].want)
			fail_msg("%s", rows[i].text);
}

static void
the_server_gets_path_and_host(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ G "Proxy-Connection: keep-alive\r\nAccept: */*\r\n"
		    "Connection: keep-alive\r\nUpgrade: h2c" E,
		    "GET / HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\n"
		    "Connection: close" E },
		{ "GET http://A.test:81?x=1 HTTP/1.0\r\nHost: a.test:81\r\n"
		    "Proxy-Authorization: Basic eA==" E,
		    "GET /?x=1 HTTP/1.0\r\nHost: a.test:81\r\n"
		    "Connection: close" E },
		{ "GET http://[::1]:81/ HTTP/1.1" E,
		    "GET / HTTP/1.1\r\nHost: [::1]:81\r\nConnection: close" E },
	};
	struct proxy_head h;
	char out[1024];
	struct text t;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(proxy_http_read(rows[i].in,
		    strlen(rows[i].in), NULL, &h), PROXY_DONE);
		text_init(&t, out, sizeof(out));
		proxy_http_put(rows[i].in, &h, &t);
		assert_string_equal(out, rows[i].out);
	}
}

static void
a_body_ends_where_it_says(void **state)
{
	static const struct {
		const char *text;
		size_t taken;
		bool is_done, is_bad;
	} rows[] = {
		{ "5\r\nhello\r\n0\r\n\r\nGET", 15, true, false },
		{ "5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\nGET", 25, true, false },
		{ "5\r\nhel", 6, false, false },
		{ "0\r\n\r\n", 5, true, false },
		{ "5\nhello", 2, false, true }, { "\r\n", 1, false, true },
		{ "-1\r\n", 1, false, true }, { "0x5\r\n", 2, false, true },
		{ "1\r\nab\r\n", 5, false, true },
		{ "ffffffffffffffffff\r\n", 15, false, true },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct proxy_body b = { .kind = PROXY_BODY_CHUNKED };
		size_t n = proxy_body_take(&b, rows[i].text,
		    strlen(rows[i].text));

		if (b.is_done != rows[i].is_done || b.is_bad !=
		    rows[i].is_bad || (!b.is_bad && n != rows[i].taken))
			fail_msg("%s: %zu %d %d", rows[i].text, n, b.is_done,
			    b.is_bad);
	}
}

static void
socks_is_tcp_to_a_name_or_address(void **state)
{
	static const uint8_t name[] = "\5\1\0\3\6A.test\0\x50";
	static const uint8_t six[] = "\5\1\0\4\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a"
	    "\0\0\1\1\xbb";
	enum proxy_socks_reply why;
	struct proxy_target t;
	size_t used;

	(void)state;
	for (size_t n = 0; n < sizeof(name) - 1; n++)
		assert_int_equal(proxy_socks_request(name, n, &t, &used, &why),
		    PROXY_MORE);
	assert_int_equal(proxy_socks_request(name, sizeof(name) - 1, &t, &used,
	    &why), PROXY_DONE);
	assert_string_equal(t.host, "a.test");
	assert_int_equal(t.port, 80);
	assert_int_equal(proxy_socks_request(six, sizeof(six) - 1, &t, &used,
	    &why), PROXY_DONE);
	assert_string_equal(t.host, "0:0:0:0:0:ffff:a00:1");
	assert_true(t.is_address && address_is_v4(&t.address));
	assert_int_equal(proxy_socks_request((const uint8_t *)"\5\2\0\1\1", 5,
	    &t, &used, &why), PROXY_BAD);
	assert_int_equal(why, PROXY_SOCKS_COMMAND);
	assert_int_equal(proxy_socks_request((const uint8_t *)"\5\1\0\2\1", 5,
	    &t, &used, &why), PROXY_BAD);
	assert_int_equal(why, PROXY_SOCKS_ADDRESS);
}

/* --- what it can do ----------------------------------------------------- */

static bool
can_socket(int domain, int type, int protocol)
{
	int fd = socket(domain, type, protocol);

	return fd >= 0 && close(fd) == 0;
}

static bool
can_connect(int port, int flags)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0), r = flags == 0 ?
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) :
	    (int)sendto(fd, "x", 1, flags, (struct sockaddr *)&to, sizeof(to));

	return close(fd) == 0 && r >= 0;
}

static bool
can_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

/* Bit by bit, what of these succeeds. */
static unsigned
try_all(int port)
{
	return (unsigned)(can_connect(port, 0) << 0 |
	    can_socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0) << 1 |
	    (open("/", O_RDONLY) >= 0) << 2 | can_fork() << 3 |
	    can_socket(AF_UNIX, SOCK_STREAM, 0) << 4 |
	    can_socket(AF_INET, SOCK_DGRAM, 0) << 5 |
	    can_socket(AF_INET, SOCK_STREAM, 132) << 6 |
	    can_connect(port, MSG_FASTOPEN) << 7 |
	    (prctl(PR_GET_DUMPABLE) >= 0) << 8 |
	    (access("/", F_OK) == 0) << 9);
}

static void
locked_it_only_connects(void **state)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0), status = -1, pair[2];
	socklen_t len = sizeof(here);
	unsigned free_run, held = 0;
	struct failure f;
	const char *libc = getenv("CODEX_RT_LIBC");
	pid_t pid;

	(void)state;
	/* A sanitizer makes calls of its own, which are refused. */
	if (libc != NULL && strcmp(libc, "instrumented") == 0)
		skip();
#if !defined(__LP64__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
	skip();		/* There Landlock alone holds. */
#endif
	assert_int_equal(bind(fd, (struct sockaddr *)&here, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &len), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	free_run = try_all(ntohs(here.sin_port));
	pid = fork();
	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		    proxy_lock_calls(&f) < 0)
			_exit(1);
		held = try_all(ntohs(here.sin_port));
		_exit(send(pair[1], &held, sizeof(held), 0) < 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(recv(pair[0], &held, sizeof(held), 0), sizeof(held));
	/* SCTP, IPv6 and TCP Fast Open are not everywhere. */
	assert_int_equal(free_run | 1u << 6 | 1u << 1 | 1u << 7, 0x3ff);
	assert_int_equal(held | 1u << 1, 3);
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_mean_one_thing),
		cmocka_unit_test(in_a_tunnel_the_host_is_its_own),
		cmocka_unit_test(the_server_gets_path_and_host),
		cmocka_unit_test(a_body_ends_where_it_says),
		cmocka_unit_test(socks_is_tcp_to_a_name_or_address),
		cmocka_unit_test(locked_it_only_connects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
