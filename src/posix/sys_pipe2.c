/*
 * The thin functions that make two descriptors at once, where the system makes
 * them close-on-exec from birth: see sys.h.
 */
#include "sys_inside.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

int
sprog__posix_sys_pipe(int out_fds[2])
{
    return sprog__posix_result(pipe2(out_fds, O_CLOEXEC));
}

int
sprog__posix_sys_socket_pair(int out_fds[2])
{
    return sprog__posix_result(
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out_fds));
}
