// The Landlock system calls; numbers from linux/landlock.h of Linux 6.15, spelled out because older headers lack them.
#include "os/landlock.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include "os/own.h"

enum {
    FS_EXECUTE = 1 << 0,
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_MAKE_CHAR = 1 << 6,
    FS_MAKE_BLOCK = 1 << 11,
    FS_TRUNCATE = 1 << 14,
    FS_IOCTL_DEV = 1 << 15,
    FS_ALL_1 = (1 << 13) - 1, // ABI 1
    NET_ALL = 3,              // bind and connect of TCP
    SCOPE_ALL = 3,            // abstract unix sockets, signals
    RULE_PATH_BENEATH = 1,
};
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule       445
#define SYS_landlock_restrict_self  446
#endif

int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    return abi > 0 ? (int)abi : 0;
}

static u64 files_known(int abi)
{
    u64 known = FS_ALL_1;
    if (abi >= 2) known |= 1 << 13; // refer
    if (abi >= 3) known |= FS_TRUNCATE;
    if (abi >= 5) known |= FS_IOCTL_DEV;
    return known;
}

static u64 files_allowed(LandlockAccess access)
{
    u64 look = FS_READ_FILE | FS_READ_DIR | FS_EXECUTE;
    switch (access) {
    case LANDLOCK_READ:
        return look;
    case LANDLOCK_DEVICE:
        return FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_TRUNCATE;
    case LANDLOCK_WRITE:
        return ~(u64)(FS_MAKE_CHAR | FS_MAKE_BLOCK | FS_IOCTL_DEV);
    }
    return 0;
}

static fallible rule_add(Arena *a, int ruleset, int abi, const LandlockRule *r)
{
    struct __attribute__((packed)) {
        u64 allowed;
        int fd;
    } beneath = {files_allowed(r->access) & files_known(abi), -1};
    owned_fd fd = open(r->path, O_PATH | O_CLOEXEC);
    beneath.fd = fd;
    if (fd < 0 || syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &beneath, 0) < 0)
        return fail(a, ERR_IO, "cannot put Landlock on %s: %s", r->path, strerror(errno));
    return NULL;
}

fallible landlock_enter(Arena *a, int abi, const LandlockRule *rules, isize n)
{
    struct {
        u64 files, network, scope;
    } handled = {files_known(abi), abi >= 4 ? NET_ALL : 0, abi >= 6 ? SCOPE_ALL : 0};
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    owned_fd ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, size, 0);
    if (ruleset < 0) return fail(a, ERR_IO, "cannot make a Landlock ruleset: %s", strerror(errno));
    for (isize i = 0; i < n; i++)
        TRY(rule_add(a, ruleset, abi, &rules[i]));
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
        return fail(a, ERR_IO, "cannot enter Landlock: %s", strerror(errno));
    return NULL;
}
