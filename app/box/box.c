// The life of a box as its folder tells it: start, look, end, clear away; each may be said twice.
#include "box/box.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>

#include "box/keeper.h"
#include "box/limits.h"
#include "box/plan_hand.h"
#include "box/record.h"
#include "os/file.h"
#include "os/hand.h"
#include "os/own.h"
#include "os/proc.h"

enum {
    RECORD_MAX = 64 * 1024,
    NAME_TRIES = 10000, // of a millisecond each
};

// *fd stays locked until it is closed by everyone who has it; -1 when somebody else holds it.
static fallible record_lock(Arena *a, Str folder, int *fd)
{
    Str path = box_record_path(a, folder);
    owned_fd record = open(cstr(a, path), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (record < 0) return fail(a, ERR_IO, "cannot open %.*s: %s", STR(path), strerror(errno));
    bool ours = flock(record, LOCK_EX | LOCK_NB) == 0;
    if (!ours && errno != EWOULDBLOCK)
        return fail(a, ERR_IO, "cannot lock %.*s: %s", STR(path), strerror(errno));
    *fd = ours ? take_fd(&record) : -1;
    return NULL;
}

static fallible record_read(Arena *a, int fd, BoxRecord *r)
{
    Str text;
    if (lseek(fd, 0, SEEK_SET) < 0) return fail(a, ERR_IO, "cannot read a record");
    TRY(file_read_fd(a, fd, RECORD_MAX, &text));
    box_record_parse(a, text, r);
    return NULL;
}

static fallible errand_give(Arena *a, const BoxKeeper *keeper, const BoxPlan *p, Str folder,
                            int record, BoxRun *run)
{
    int sockets[2];
    owned_fd plan = -1, log = -1;
    TRY(box_plan_give(a, p, &plan));
    Str log_path = path_join(a, folder, S("log"));
    log = open(cstr(a, log_path), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
               0600);
    if (log < 0) return fail(a, ERR_IO, "cannot write %.*s: %s", STR(log_path), strerror(errno));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        return fail(a, ERR_IO, "cannot start a box: %s", strerror(errno));
    owned_fd here = sockets[0], there = sockets[1];
    int errand[BOX_ERRAND_FDS] = {[BOX_ERRAND_PLAN] = plan,
                                  [BOX_ERRAND_RECORD] = record,
                                  [BOX_ERRAND_LOG] = log,
                                  [BOX_ERRAND_OVER] = there};
    if (hand_give(a, keeper->door, errand, BOX_ERRAND_FDS))
        return fail(a, ERR_BUSY, "the keeper of boxes has gone");
    run->over = take_fd(&here);
    return NULL;
}

fallible box_start(Arena *a, const BoxKeeper *keeper, const BoxPlan *p, Str folder, BoxRun *run)
{
    BoxRecord old;
    run->over = -1;
    owned_fd record = -1;
    TRY(record_lock(a, folder, &record));
    if (record < 0) return NULL;
    TRY(record_read(a, record, &old));
    if (old.ended) return NULL;
    TRY(box_groups_remove(a, &old.groups));
    if (ftruncate(record, 0) < 0)
        return fail(a, ERR_IO, "cannot begin the box's record: %s", strerror(errno));
    return errand_give(a, keeper, p, folder, record, run);
}

static fallible status_look(Arena *a, Str folder, BoxStatus *s, BoxRecord *r)
{
    *s = (BoxStatus){.state = BOX_ABSENT};
    *r = (BoxRecord){0};
    owned_fd fd = -1;
    Err *e = file_open(a, box_record_path(a, folder), &fd);
    if (e && e->kind == ERR_NOT_FOUND) return NULL;
    if (e) return e;
    // The lock first: what is read while nobody holds it does not change any more.
    bool alive = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    TRY(record_read(a, fd, r));
    if (alive)
        *s = (BoxStatus){.state = BOX_RUNNING, .pid = r->supervisor.pid};
    else if (r->ended)
        *s = (BoxStatus){.state = BOX_FINISHED, .result = r->result};
    else if (r->supervisor.pid)
        s->state = BOX_LOST;
    return NULL;
}

fallible box_status(Arena *a, Str folder, BoxStatus *s)
{
    BoxRecord r;
    return status_look(a, folder, s, &r);
}

fallible box_adopt(Arena *a, Str folder, int *pidfd)
{
    BoxStatus s;
    BoxRecord r;
    *pidfd = -1;
    TRY(status_look(a, folder, &s, &r));
    // Locked and nameless: the errand is still on its way to a supervisor.
    for (int i = 0; i < NAME_TRIES && s.state == BOX_RUNNING && !s.pid; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        TRY(status_look(a, folder, &s, &r));
    }
    if (s.state == BOX_RUNNING) *pidfd = proc_find(r.supervisor);
    return NULL;
}

fallible box_kill(Arena *a, Str folder)
{
    owned_fd supervisor = -1;
    TRY(box_adopt(a, folder, &supervisor));
    if (supervisor >= 0) proc_signal(supervisor, SIGTERM);
    return NULL;
}

fallible box_cleanup(Arena *a, Str folder)
{
    BoxStatus s;
    BoxRecord r;
    TRY(status_look(a, folder, &s, &r));
    if (s.state == BOX_RUNNING)
        return fail(a, ERR_CONFLICT, "the box in %.*s is still running", STR(folder));
    owned_fd record = -1;
    Err *e = file_open(a, box_record_path(a, folder), &record);
    if (e) return e->kind == ERR_NOT_FOUND ? NULL : e;
    if (flock(record, LOCK_EX) < 0) // its supervisor may be removing the groups
        return fail(a, ERR_IO, "cannot lock the box's record: %s", strerror(errno));
    TRY(box_groups_remove(a, &r.groups));
    return file_remove(a, box_record_path(a, folder));
}
