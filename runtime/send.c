/* Bytes to who reads them: see send.h. */
#include "runtime/send.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "runtime/kernel.h"

bool
send_whole(int fd, const char *p, size_t len)
{
	struct iovec iov = { (void *)(uintptr_t)p, len };
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return false;
	if (S_ISSOCK(st.st_mode)) {
		n = send(fd, p, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	} else if (S_ISREG(st.st_mode)) {
		n = write(fd, p, len);
	} else if (poll(&ready, 1, 0) != 1 || ready.revents != POLLOUT) {
		return false;
	} else {
		/* A pipe with room takes 4096 bytes at once; more, it may. */
		n = syscall(SYS_pwritev2, fd, &iov, 1, -1L, -1L,
		    (long)K_RWF_NOWAIT);
		if (n < 0 && errno == EOPNOTSUPP && len <= 4096)
			n = write(fd, p, len);
	}
	return n == (ssize_t)len;
}
