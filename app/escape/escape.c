// Running one attempt: baits outside, a box around the attempt, and what must be true afterwards.
#include "escape/escape.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "escape/bait.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/own.h"

enum { BAIT_DESCRIPTOR = 200, LOG_LIMIT = 1 << 20 };

static const AttemptList *const lists[] = {&escape_files, &escape_network, &escape_processes,
                                           &escape_calls, &escape_resources};

static const Attempt *attempt_at(isize n)
{
    for (isize i = 0; i < COUNT(lists); i++) {
        if (n < lists[i]->n) return &lists[i]->v[n];
        n -= lists[i]->n;
    }
    return NULL;
}

isize escape_count(void)
{
    isize n = 0;
    for (isize i = 0; i < COUNT(lists); i++)
        n += lists[i]->n;
    return n;
}

EscapeAttempt escape_attempt(isize n)
{
    const Attempt *row = attempt_at(n);
    must(row);
    return (EscapeAttempt){row->name, row->tries};
}

// The inside ------------------------------------------------------------------------------------------------------

static fallible bait_read(Arena *a, Bait *b)
{
    static const char *const names[] = {"ESCAPE_FILE", "ESCAPE_SOCKET", "ESCAPE_ABSTRACT",
                                        "ESCAPE_PORT", "ESCAPE_PID"};
    Str values[COUNT(names)];
    i64 port = 0, pid = 0;
    for (isize i = 0; i < COUNT(names); i++)
        values[i] = str_from(getenv(names[i]));
    if (!values[0].n || !str_i64(values[3], &port) || !str_i64(values[4], &pid))
        return fail(a, ERR_FORBIDDEN,
                    "attempts to escape are only run inside a box: use `tresor box test`");
    *b = (Bait){values[0], (int)port, values[1], values[2], (pid_t)pid};
    return NULL;
}

fallible escape_inside(Arena *a, Str name, int *exit_code)
{
    Bait bait;
    TRY(bait_read(a, &bait));
    for (isize i = 0; i < escape_count(); i++) {
        const Attempt *row = attempt_at(i);
        if (!str_eq(row->name, name)) continue;
        *exit_code = (int)row->attempt(&bait);
        return NULL;
    }
    return fail(a, ERR_NOT_FOUND, "there is no attempt %.*s; see `tresor box test --list`",
                STR(name));
}

// The outside -----------------------------------------------------------------------------------------------------

typedef struct Baits {
    Bait bait;
    int tcp, file_socket, abstract_socket, leaked;
    Str log;
} Baits;

static void baits_close(Baits *b)
{
    own_close_fd(&b->tcp), own_close_fd(&b->file_socket), own_close_fd(&b->abstract_socket);
    own_close_fd(&b->leaked);
}
#define baits __attribute__((cleanup(baits_close))) Baits

static int unix_listen(Str name, bool abstract)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (name.n + 1 >= (isize)sizeof at.sun_path) return -1;
    memcpy(at.sun_path + abstract, name.s, (size_t)name.n);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)name.n + 1);
    owned_fd s = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s < 0 || bind(s, (void *)&at, size) < 0 || listen(s, 1) < 0) return -1;
    return take_fd(&s);
}

static int tcp_listen(int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    owned_fd s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s < 0 || bind(s, (void *)&at, size) < 0 || listen(s, 1) < 0 ||
        getsockname(s, (void *)&at, &size) < 0)
        return -1;
    *port = ntohs(at.sin_port);
    return take_fd(&s);
}

static fallible baits_lay(Arena *a, Str scratch, Baits *b)
{
    b->bait.file = path_join(a, scratch, S("secret"));
    b->bait.socket = path_join(a, scratch, S("socket"));
    b->bait.abstract = arena_fmt(a, "tresor-bait-%d", (int)getpid());
    b->bait.pid = getpid();
    b->log = path_join(a, scratch, S("log"));
    TRY(file_write(a, b->bait.file, S(BAIT_SECRET), 0666));
    TRY(file_remove(a, b->bait.socket));
    b->tcp = tcp_listen(&b->bait.port);
    b->file_socket = unix_listen(b->bait.socket, false);
    b->abstract_socket = unix_listen(b->bait.abstract, true);
    // Open without close-on-exec, as a careless runner might leave one.
    owned_fd secret = open(cstr(a, b->bait.file), O_RDONLY | O_CLOEXEC);
    b->leaked = fcntl(secret, F_DUPFD, BAIT_DESCRIPTOR);
    if (b->tcp < 0 || b->file_socket < 0 || b->abstract_socket < 0 || b->leaked < 0)
        return fail(a, ERR_IO, "cannot lay out the baits in %.*s: %s", STR(scratch),
                    strerror(errno));
    return NULL;
}

static fallible attempt_plan(Arena *a, const BoxHost *h, Str program, Str scratch, const Baits *b,
                             Str name, BoxPlan *plan)
{
    BoxImage image;
    TRY(box_image_look(a, S("host"), &image));
    Str workspace = path_join(a, scratch, S("workspace"));
    TRY(folder_remove(a, workspace)); // of the attempt before
    if (mkdir(cstr(a, workspace), 0700) < 0 && errno != EEXIST)
        return fail(a, ERR_IO, "cannot make %.*s: %s", STR(workspace), strerror(errno));
    BoxBind self = {.source = program, .at = S("/escape/tresor")};
    Str argv[] = {self.at, S("box"), S("escape"), name};
    Str env[] = {arena_fmt(a, "ESCAPE_FILE=%.*s", STR(b->bait.file)),
                 arena_fmt(a, "ESCAPE_SOCKET=%.*s", STR(b->bait.socket)),
                 arena_fmt(a, "ESCAPE_ABSTRACT=%.*s", STR(b->bait.abstract)),
                 arena_fmt(a, "ESCAPE_PORT=%d", b->bait.port),
                 arena_fmt(a, "ESCAPE_PID=%d", (int)b->bait.pid)};
    BoxJob j = {.name = arena_fmt(a, "escape-%d", (int)getpid()),
                .image = &image,
                .workspace = workspace,
                .binds = &self,
                .n_binds = 1,
                .argv = argv,
                .n_argv = COUNT(argv),
                .env = env,
                .n_env = COUNT(env),
                .memory_bytes = (i64)64 << 20,
                .processes_max = 64,
                .tmp_bytes = (i64)8 << 20,
                .disk_bytes = (i64)64 << 20,
                .disk_files = 1000,
                .log_bytes = LOG_LIMIT,
                .deadline = MINUTES(2)};
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        j.allow[i] = true;
    return box_plan(a, &j, h, plan);
}

// A process that the attempt left behind would still hold the lock on this file.
static bool is_left_behind(Arena *a, Str scratch)
{
    Str path = path_join(a, scratch, S("workspace/" BAIT_HELD));
    owned_fd fd = open(cstr(a, path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0;
}

// What must hold outside whatever the attempt itself says.
static const char *harm_done(Arena *a, Str scratch, const Baits *b)
{
    Str secret;
    FileFacts log = {0};
    Err *e = file_read(a, b->bait.file, 4096, &secret);
    if (e || !str_eq(secret, S(BAIT_SECRET))) return "the file outside was changed";
    if (accept(b->tcp, NULL, NULL) >= 0 || accept(b->file_socket, NULL, NULL) >= 0 ||
        accept(b->abstract_socket, NULL, NULL) >= 0)
        return "somebody outside was reached";
    e = file_facts(a, b->log, &log);
    if (e || log.size > LOG_LIMIT) return "the log grew past its limit";
    if (is_left_behind(a, scratch)) return "a process of the job stayed";
    return NULL;
}

static void result_judge(Arena *a, const BoxResult *r, const char *harm, Str name,
                         EscapeResult *out)
{
    bool said_held = r->end == BOX_EXITED && r->code == ESCAPE_HELD;
    bool was_ended =
        r->end == BOX_OUT_OF_MEMORY || r->end == BOX_OUT_OF_DISK || r->end == BOX_SIGNALLED;
    if (harm) {
        *out = (EscapeResult){ESCAPE_OUT, arena_fmt(a, "%.*s: %s", STR(name), harm)};
    } else if (said_held || was_ended) {
        *out = (EscapeResult){ESCAPE_HELD, S("the box held")};
    } else if (r->end == BOX_EXITED && r->code == ESCAPE_OUT) {
        *out = (EscapeResult){ESCAPE_OUT, arena_fmt(a, "%.*s: the box did not hold", STR(name))};
    } else {
        *out = (EscapeResult){ESCAPE_UNTRIED, r->say};
    }
}

fallible escape_run(Arena *a, const BoxHost *h, Str program, Str scratch, isize n,
                    EscapeResult *out)
{
    BoxPlan plan;
    BoxResult r;
    Str name = escape_attempt(n).name;
    baits b = {.tcp = -1, .file_socket = -1, .abstract_socket = -1, .leaked = -1};
    TRY(baits_lay(a, scratch, &b));
    setenv("TRESOR_BAIT", BAIT_SECRET, 1);
    TRY(attempt_plan(a, h, program, scratch, &b, name, &plan));
    owned_fd log = open(cstr(a, b.log), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (log < 0) return fail(a, ERR_IO, "cannot write %.*s: %s", STR(b.log), strerror(errno));
    TRY(box_run(a, &plan, log, &r));
    result_judge(a, &r, harm_done(a, scratch, &b), name, out);
    return NULL;
}
