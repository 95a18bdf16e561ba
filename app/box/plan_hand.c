// A memory file, read by position.
#include "box/plan_hand.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "os/file.h"
#include "os/own.h"

enum { PLAN_MAX = 64 << 20 };

fallible box_plan_give(Arena *a, const BoxPlan *p, int *fd)
{
    owned_fd plan = memfd_create("plan", MFD_CLOEXEC);
    if (plan < 0) return fail(a, ERR_IO, "cannot hand over the plan: %s", strerror(errno));
    TRY(file_write_fd(a, plan, box_plan_encode(a, p)));
    *fd = take_fd(&plan);
    return NULL;
}

fallible box_plan_receive(Arena *a, int fd, BoxPlan *p)
{
    struct stat s;
    *p = (BoxPlan){0};
    if (fstat(fd, &s) < 0 || s.st_size > PLAN_MAX)
        return fail(a, ERR_BAD_INPUT, "the plan of the box cannot be read");
    char *bytes = make(a, char, (isize)s.st_size + 1);
    isize n = 0;
    while (n < s.st_size) {
        ssize_t got = pread(fd, bytes + n, (size_t)(s.st_size - n), n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail(a, ERR_IO, "the plan of the box cannot be read");
        n += got;
    }
    return box_plan_decode(a, (Str){bytes, n}, p);
}
