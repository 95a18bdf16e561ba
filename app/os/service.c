// The protocol is one datagram; libsystemd would bring a shared library, so it is written out here.
#include "os/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"
#include "os/clock.h"
#include "os/own.h"

enum { FIRST_SOCKET = 3, SOCKETS_MAX = 16 };

// "/run/…" or "@abstract"; anything else (vsock) is not ours to speak.
static bool address_of(const char *path, struct sockaddr_un *to, socklen_t *n)
{
    size_t length = path ? strlen(path) : 0;
    if (length < 2 || length >= sizeof to->sun_path || (*path != '/' && *path != '@')) return false;
    *to = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(to->sun_path, path, length);
    if (*path == '@') to->sun_path[0] = 0;
    *n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    return true;
}

void service_say(Str lines)
{
    struct sockaddr_un to;
    socklen_t n;
    if (!address_of(getenv("NOTIFY_SOCKET"), &to, &n)) return;
    owned_fd fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    // A manager that has gone away cannot be told so; the work goes on.
    if (fd >= 0)
        (void)!sendto(fd, lines.s, (size_t)lines.n, MSG_NOSIGNAL, (struct sockaddr *)&to, n);
}

void service_status(const char *fmt, ...)
{
    Arena a = {0};
    va_list args;
    va_start(args, fmt);
    Str text = arena_vfmt(&a, fmt, args);
    va_end(args);
    service_say(arena_fmt(&a, "STATUS=%.*s", STR(str_printable(&a, text))));
    arena_free(&a);
}

void service_reloading(void)
{
    char text[64];
    int n = snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld",
                     (long long)clock_monotonic());
    service_say((Str){text, n});
}

// Set for another process, such as our parent, a variable is not meant for us.
static bool is_for_us(const char *pid_name)
{
    const char *pid = getenv(pid_name);
    i64 number;
    return !pid || (str_i64(str_from(pid), &number) && number == getpid());
}

i64 service_watchdog(void)
{
    const char *text = getenv("WATCHDOG_USEC");
    i64 micros;
    if (!text || !is_for_us("WATCHDOG_PID") || !str_i64(str_from(text), &micros)) return 0;
    return micros > 0 ? micros : 0;
}

static bool listens(int fd)
{
    int yes = 0;
    socklen_t n = sizeof yes;
    return !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &n) && yes;
}

int service_socket(Str name, bool any)
{
    const char *count = getenv("LISTEN_FDS"), *names = getenv("LISTEN_FDNAMES");
    i64 n;
    if (!count || !getenv("LISTEN_PID") || !is_for_us("LISTEN_PID") ||
        !str_i64(str_from(count), &n) || n < 1 || n > SOCKETS_MAX)
        return -1;
    Str rest = str_from(names ? names : ""), word;
    for (int i = 0; i < n; i++) {
        bool named = str_next(&rest, ':', &word) && str_eq(word, name);
        int fd = FIRST_SOCKET + i;
        if ((!named && !(any && n == 1)) || !listens(fd)) continue;
        return fcntl(fd, F_SETFD, FD_CLOEXEC) ? -1 : fd;
    }
    return -1;
}

Str service_secret(Arena *a, const char *name)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (!folder || *folder != '/') return (Str){0};
    Str path = arena_fmt(a, "%s/%s", folder, name);
    return access(path.s, R_OK) ? (Str){0} : path;
}

fallible service_hear(Arena *a, Str *address, int *out)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    socklen_t n = sizeof at.sun_family; // the kernel finds a free abstract name
    int yes = 1;
    owned_fd fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) ||
        bind(fd, (struct sockaddr *)&at, n))
        return fail(a, ERR_IO, "cannot make a socket for life signs: %s", strerror(errno));
    n = sizeof at;
    must(!getsockname(fd, (struct sockaddr *)&at, &n));
    isize named = (isize)n - (isize)offsetof(struct sockaddr_un, sun_path) - 1;
    *address = arena_fmt(a, "@%.*s", (int)named, at.sun_path + 1);
    *out = take_fd(&fd);
    return NULL;
}

bool service_heard(int fd, ServiceWord *word)
{
    char text[512];
    _Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(struct ucred))];
    struct iovec part = {text, sizeof text};
    struct msghdr m = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    *word = (ServiceWord){0};
    ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    if (n < 0) return false;
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    struct ucred who = {0};
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS)
        memcpy(&who, CMSG_DATA(c), sizeof who);
    word->from = who.pid;
    word->alive = str_has((Str){text, n}, S("WATCHDOG=1"));
    word->reloading = str_has((Str){text, n}, S("RELOADING=1"));
    word->ready = str_has((Str){text, n}, S("READY=1"));
    return true;
}

bool service_is_own(Str line)
{
    static const char *const own[] = {"NOTIFY_SOCKET=", "WATCHDOG_", "LISTEN_",
                                      "CREDENTIALS_DIRECTORY="};
    for (isize i = 0; i < COUNT(own); i++)
        if (str_starts(line, str_from(own[i]))) return true;
    return false;
}
