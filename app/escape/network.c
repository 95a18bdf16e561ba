// Ways out by the network: nothing but the box's own sockets may answer.
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "escape/bait.h"
#include "os/file.h"
#include "os/own.h"

enum { PORT_DNS = 53, PORT_HTTPS = 443, VSOCK = 40, PACKET = 17, NETLINK = 16, CRYPTO = 38 };

static EscapeVerdict connect_to(const void *address, socklen_t size, int family, int type)
{
    owned_fd s = socket(family, type, 0);
    return held(s < 0 || connect(s, address, size) < 0);
}

static EscapeVerdict connect_v4(const Bait *b)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)b->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return connect_to(&to, sizeof to, AF_INET, SOCK_STREAM);
}

static EscapeVerdict connect_v6(const Bait *b)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6,
                              .sin6_port = htons((uint16_t)b->port),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    return connect_to(&to, sizeof to, AF_INET6, SOCK_STREAM);
}

static EscapeVerdict connect_world(const Bait *b)
{
    (void)b;
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(PORT_HTTPS), .sin_addr.s_addr = htonl(0x01010101)};
    return connect_to(&to, sizeof to, AF_INET, SOCK_STREAM);
}

static EscapeVerdict send_dns(const Bait *b)
{
    (void)b;
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(PORT_DNS), .sin_addr.s_addr = htonl(0x08080808)};
    owned_fd s = socket(AF_INET, SOCK_DGRAM, 0);
    return held(s < 0 || sendto(s, "row", 3, 0, (void *)&to, sizeof to) < 0);
}

static EscapeVerdict unix_connect(Str name, bool abstract)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    must(name.n + 1 < (isize)sizeof to.sun_path);
    memcpy(to.sun_path + abstract, name.s, (size_t)name.n);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)name.n + 1);
    return connect_to(&to, size, AF_UNIX, SOCK_STREAM);
}

static EscapeVerdict unix_file(const Bait *b)
{
    return unix_connect(b->socket, false);
}

static EscapeVerdict unix_abstract(const Bait *b)
{
    return unix_connect(b->abstract, true);
}

static EscapeVerdict socket_of(int family, int type)
{
    owned_fd s = socket(family, type, 0);
    return held(s < 0 && (errno == EPERM || errno == ENOSYS));
}

static EscapeVerdict socket_raw(const Bait *b)
{
    (void)b;
    return socket_of(AF_INET, SOCK_RAW);
}

static EscapeVerdict socket_packet(const Bait *b)
{
    (void)b;
    return socket_of(PACKET, SOCK_DGRAM);
}

static EscapeVerdict socket_netlink(const Bait *b)
{
    (void)b;
    return socket_of(NETLINK, SOCK_DGRAM);
}

static EscapeVerdict socket_vsock(const Bait *b)
{
    (void)b;
    return socket_of(VSOCK, SOCK_STREAM);
}

static EscapeVerdict socket_crypto(const Bait *b)
{
    (void)b;
    return socket_of(CRYPTO, SOCK_SEQPACKET);
}

// Another interface than lo would be a way out; two header lines stand before the interfaces.
static EscapeVerdict interfaces(const Bait *b)
{
    (void)b;
    Arena a = {0};
    Str text, line;
    int others = 0, at = 0;
    Err *e = file_read(&a, S("/proc/self/net/dev"), 65536, &text);
    while (!e && str_next(&text, '\n', &line))
        if (at++ >= 2 && line.n && !str_starts(str_trim(line), S("lo:"))) others++;
    arena_free(&a);
    return held(others == 0);
}

static const Attempt rows[] = {
    {S("connect_v4"),     S("a TCP connection to the machine itself"),    connect_v4    },
    {S("connect_v6"),     S("the same over IPv6"),                        connect_v6    },
    {S("connect_world"),  S("a TCP connection to the internet"),          connect_world },
    {S("send_dns"),       S("a row of data inside a DNS question"),       send_dns      },
    {S("unix_file"),      S("a socket file of another service"),          unix_file     },
    {S("unix_abstract"),  S("an abstract socket of another service"),     unix_abstract },
    {S("socket_raw"),     S("raw IP packets"),                            socket_raw    },
    {S("socket_packet"),  S("raw frames"),                                socket_packet },
    {S("socket_netlink"), S("talking to the kernel's network"),           socket_netlink},
    {S("socket_vsock"),   S("the channel to the virtual machine's host"), socket_vsock  },
    {S("socket_crypto"),  S("the kernel's crypto sockets"),               socket_crypto },
    {S("interfaces"),     S("a network card in the box"),                 interfaces    },
};
const AttemptList escape_network = ATTEMPTS(rows);
