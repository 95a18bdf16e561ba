// Ways to bring the machine down from inside: each must end at the box's own limit.
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/str.h"
#include "escape/bait.h"
#include "os/own.h"

enum {
    PROCESSES_TOO_MANY = 2000, // the box of an attempt allows far fewer
    CHUNK = 1 << 20,
    CHUNKS_TOO_MANY = 512, // a box of an attempt has 64 MB
    FILES_TOO_MANY = 100000,
    LINES = 10 * 1000 * 1000,
    DISK_CHUNKS = 96, // a box of an attempt may write 64 MB in 1000 files
    DISK_FILES = 2000,
    PATIENCE_SECONDS = 60,
};

// Runs `bomb` in a child, so that the one who judges survives it. Held when it was stopped or stopped by itself.
static EscapeVerdict bomb_run(bool (*bomb)(void))
{
    pid_t pid = fork();
    if (pid < 0) return ESCAPE_UNTRIED;
    if (pid == 0) _exit(bomb() ? 0 : 1);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    return held(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

static bool fork_all(void)
{
    for (int i = 0; i < PROCESSES_TOO_MANY; i++) {
        pid_t pid = fork();
        if (pid < 0) return false;
        if (pid == 0) {
            pause();
            _exit(0);
        }
    }
    return true;
}

static bool allocate_all(void)
{
    for (int i = 0; i < CHUNKS_TOO_MANY; i++) {
        char *p = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) return false;
        memset(p, 1, CHUNK);
    }
    return true;
}

static bool fill_folder(const char *path)
{
    static const char block[4096] = {1};
    owned_fd fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    for (int i = 0; i < CHUNKS_TOO_MANY * 256; i++)
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block) return false;
    return true;
}

static bool fill_tmp(void)
{
    return fill_folder("/tmp/full");
}
static bool fill_shared(void)
{
    return fill_folder("/dev/shm/full");
}

static bool many_files(void)
{
    Arena a = {0};
    for (int i = 0; i < FILES_TOO_MANY; i++) {
        owned_fd fd =
            open(cstr(&a, arena_fmt(&a, "/tmp/%d", i)), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) return false;
        arena_reset(&a);
    }
    return true;
}

static bool large_file(void)
{
    owned_fd fd = open("/workspace/large", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    signal(SIGXFSZ, SIG_IGN);
    return fd < 0 || ftruncate(fd, (off_t)1 << 50) == 0;
}

static bool open_many(void)
{
    for (int i = 0; i < 100000; i++)
        if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) return false;
    return true;
}

static void woken(int signal)
{
    (void)signal;
}

static void patience(void)
{
    signal(SIGALRM, woken);
    alarm(PATIENCE_SECONDS);
    pause();
}

static EscapeVerdict fork_bomb(const Bait *b)
{
    (void)b;
    return bomb_run(fork_all);
}
static EscapeVerdict memory_bomb(const Bait *b)
{
    (void)b;
    return bomb_run(allocate_all);
}
static EscapeVerdict tmp_bomb(const Bait *b)
{
    (void)b;
    return bomb_run(fill_tmp);
}
static EscapeVerdict shared_bomb(const Bait *b)
{
    (void)b;
    return bomb_run(fill_shared);
}
static EscapeVerdict files_bomb(const Bait *b)
{
    (void)b;
    return bomb_run(many_files);
}
static EscapeVerdict sparse_bomb(const Bait *b)
{
    (void)b;
    return bomb_run(large_file);
}
static EscapeVerdict descriptor_bomb(const Bait *b)
{
    (void)b;
    return bomb_run(open_many);
}

// Judged outside: the log may not grow past its limit, however much is printed.
static EscapeVerdict log_bomb(const Bait *b)
{
    (void)b;
    for (int i = 0; i < LINES; i++)
        if (printf("%d\n", i) < 0) return ESCAPE_UNTRIED;
    fflush(stdout);
    return ESCAPE_HELD;
}

// Both wait to be ended once they have taken too much; coming to the end means that nobody cared.
static EscapeVerdict disk_bomb(const Bait *b)
{
    (void)b;
    static const char block[CHUNK] = {1};
    owned_fd fd = open("/workspace/full", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (int i = 0; i < DISK_CHUNKS; i++)
        if (write(fd, block, CHUNK) != CHUNK) return ESCAPE_UNTRIED;
    patience();
    return ESCAPE_OUT;
}

static EscapeVerdict disk_files_bomb(const Bait *b)
{
    (void)b;
    Arena a = {0};
    for (int i = 0; i < DISK_FILES; i++) {
        owned_fd fd = open(cstr(&a, arena_fmt(&a, "/workspace/many-%d", i)),
                           O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) return ESCAPE_UNTRIED;
        arena_reset(&a);
    }
    arena_free(&a);
    patience();
    return ESCAPE_OUT;
}

// Judged outside: it must be gone with the job, and so must its lock.
static EscapeVerdict daemon_left(const Bait *b)
{
    (void)b;
    int ready[2];
    char byte = 0;
    if (pipe(ready) < 0) return ESCAPE_UNTRIED;
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        int fd = open("/workspace/" BAIT_HELD, O_RDONLY | O_CREAT, 0600);
        if (fork() == 0) {
            bool locked = flock(fd, LOCK_EX) == 0 && write(ready[1], "y", 1) == 1;
            while (locked)
                pause();
        }
        _exit(0);
    }
    bool stays = read(ready[0], &byte, 1) == 1;
    waitpid(pid, NULL, 0);
    return stays ? ESCAPE_HELD : ESCAPE_UNTRIED;
}

static const Attempt rows[] = {
    {S("fork_bomb"),       S("processes without end"),              fork_bomb      },
    {S("memory_bomb"),     S("memory without end"),                 memory_bomb    },
    {S("tmp_bomb"),        S("filling /tmp"),                       tmp_bomb       },
    {S("shared_bomb"),     S("filling shared memory"),              shared_bomb    },
    {S("files_bomb"),      S("empty files without end"),            files_bomb     },
    {S("sparse_bomb"),     S("a file of a petabyte"),               sparse_bomb    },
    {S("descriptor_bomb"), S("open files without end"),             descriptor_bomb},
    {S("disk_bomb"),       S("filling the disk"),                   disk_bomb      },
    {S("disk_files_bomb"), S("filling the disk with empty files"),  disk_files_bomb},
    {S("log_bomb"),        S("ten million lines of log"),           log_bomb       },
    {S("daemon_left"),     S("a process that stays after the job"), daemon_left    },
};
const AttemptList escape_resources = ATTEMPTS(rows);
