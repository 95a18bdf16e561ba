// Capabilities, securebits, no-new-privileges and resource limits.
#include "os/rights.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// linux/securebits.h: NOROOT, NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE set; those three and KEEP_CAPS locked.
enum { SECUREBITS = 0x01 | 0x02 | 0x04 | 0x08 | 0x20 | 0x40 | 0x80 };

static Err *rights_failure(Arena *a, const char *what)
{
    return fail(a, ERR_IO, "cannot give up privileges (%s): %s", what, strerror(errno));
}

fallible rights_become(Arena *a, i64 user, i64 group, RightsGroups others)
{
    gid_t g = (gid_t)group;
    uid_t u = (uid_t)user;
    if (others == RIGHTS_DROP_GROUPS && syscall(SYS_setgroups, 0, NULL) < 0)
        return rights_failure(a, "groups");
    if (syscall(SYS_setresgid, g, g, g) < 0) return rights_failure(a, "group");
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0) return rights_failure(a, "keep");
    if (syscall(SYS_setresuid, u, u, u) < 0) return rights_failure(a, "user");
    return NULL;
}

fallible rights_bound(Arena *a)
{
    for (unsigned long cap = 0; cap < 64; cap++) {
        int held = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
        if (held < 0 && cap > CAP_AUDIT_READ) break; // past the last one of this kernel
        if (held && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
            return rights_failure(a, "bounding set");
    }
    return NULL;
}

fallible rights_drop(Arena *a)
{
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return rights_failure(a, "ambient");
    if (prctl(PR_SET_SECUREBITS, SECUREBITS, 0, 0, 0) < 0) return rights_failure(a, "securebits");
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};
    if (syscall(SYS_capset, &head, none) < 0) return rights_failure(a, "capabilities");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return rights_failure(a, "no new privileges");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return rights_failure(a, "dumpable");
    return NULL;
}

fallible rights_limit(Arena *a, const RightsLimit *limits, isize n)
{
    struct {
        u64 soft, hard;
    } want, now;
    for (isize i = 0; i < n; i++) {
        want.soft = want.hard = (u64)limits[i].value;
        if (syscall(SYS_prlimit64, 0, limits[i].what, &want, NULL) == 0) continue;
        // Over a hard limit that is already lower: that one it is, then.
        if (errno != EPERM || syscall(SYS_prlimit64, 0, limits[i].what, NULL, &now) < 0)
            return rights_failure(a, "limits");
        want.soft = want.hard = now.hard;
        if (syscall(SYS_prlimit64, 0, limits[i].what, &want, NULL) < 0)
            return rights_failure(a, "limits");
    }
    return NULL;
}
