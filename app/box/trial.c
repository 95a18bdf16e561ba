// Trying the whole box once on this machine, since what a kernel lists and what it permits are two things.
#include <fcntl.h>

#include "box/box.h"
#include "os/own.h"

static fallible trial_run(Arena *a, const BoxHost *h, const BoxImage *image, BoxResult *r)
{
    BoxPlan plan;
    Str argv[] = {S("true")};
    BoxJob j = {.name = arena_fmt(a, "trial-%d", (int)getpid()),
                .image = image,
                .argv = argv,
                .n_argv = COUNT(argv)};
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        j.allow[i] = true;
    owned_fd nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return fail(a, ERR_IO, "cannot open /dev/null: %s", strerror(errno));
    TRY(box_plan(a, &j, h, &plan));
    return box_run(a, &plan, nowhere, r);
}

static fallible trial_works(Arena *a, const BoxHost *h, const BoxImage *image, bool *works,
                            Str *say)
{
    BoxResult r = {0};
    TRY(trial_run(a, h, image, &r));
    *works = r.end == BOX_EXITED && r.code == 0;
    *say = r.say;
    return NULL;
}

fallible box_host_try(Arena *a, BoxHost *h)
{
    // The kernel may refuse any of these although it has them; found by doing without one after the other.
    static const BoxProtection doubtful[] = {BOX_PRIVATE_PROC, BOX_MEMORY_LIMIT, BOX_CPU_LIMIT};
    BoxImage image;
    BoxHost with;
    Str say, reason;
    bool works;
    cgroup_delegate(a);
    TRY(box_host_look(a, h));
    TRY(box_image_look(a, S("host"), &image));
    TRY(trial_works(a, h, &image, &works, &reason));
    for (isize i = 0; !works && i < COUNT(doubtful); i++) {
        with = *h;
        with.protections[doubtful[i]].on = false;
        with.protections[doubtful[i]].why = reason;
        if (doubtful[i] == BOX_MEMORY_LIMIT) with.groups.memory.by = CGROUP_NONE;
        if (doubtful[i] == BOX_CPU_LIMIT) with.groups.cpu.by = CGROUP_NONE;
        TRY(trial_works(a, &with, &image, &works, &say));
        if (works) *h = with;
    }
    if (works) return NULL;
    h->protections[BOX_NAMESPACES].on = false;
    h->protections[BOX_NAMESPACES].why = reason;
    return NULL;
}
