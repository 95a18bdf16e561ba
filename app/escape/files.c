// Ways out by files: the machine's own must be out of sight, what is in sight must not change, nothing may be left
// behind that lends rights to others.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/str.h"
#include "escape/bait.h"
#include "os/own.h"

enum { CLIMB = 64 };

static EscapeVerdict cannot_open(const char *path, int flags)
{
    owned_fd fd = open(path, flags | O_CLOEXEC, 0600);
    return held(fd < 0);
}

static EscapeVerdict bait_by(const char *before, Str path, int flags)
{
    Arena a = {0};
    EscapeVerdict v = cannot_open(cstr(&a, arena_fmt(&a, "%s%.*s", before, STR(path))), flags);
    arena_free(&a);
    return v;
}

static EscapeVerdict read_file(const Bait *b)
{
    return bait_by("", b->file, O_RDONLY);
}
static EscapeVerdict write_file(const Bait *b)
{
    return bait_by("", b->file, O_WRONLY);
}
static EscapeVerdict init_root(const Bait *b)
{
    return bait_by("/proc/1/root", b->file, O_RDONLY);
}
static EscapeVerdict parent_root(const Bait *b)
{
    Arena a = {0};
    Str root = arena_fmt(&a, "/proc/%d/root", (int)b->pid);
    EscapeVerdict v = bait_by(cstr(&a, root), b->file, O_RDONLY);
    arena_free(&a);
    return v;
}
static EscapeVerdict init_folder(const Bait *b)
{
    (void)b;
    return cannot_open("/proc/1/cwd/.", O_RDONLY | O_DIRECTORY);
}

static EscapeVerdict climb(const Bait *b)
{
    for (int i = 0; i < CLIMB; i++)
        if (chdir("..") < 0) break;
    return bait_by(".", b->file, O_RDONLY);
}

static EscapeVerdict symlink_out(const Bait *b)
{
    Arena a = {0};
    unlink("/workspace/link");
    bool made = symlink(cstr(&a, b->file), "/workspace/link") == 0;
    arena_free(&a);
    return made ? cannot_open("/workspace/link", O_RDONLY) : ESCAPE_HELD;
}

static EscapeVerdict hardlink_out(const Bait *b)
{
    (void)b;
    return held(link("/etc/passwd", "/workspace/hard") < 0 &&
                link("/usr/bin/env", "/tmp/hard") < 0);
}

static EscapeVerdict magic_link(const Bait *b)
{
    (void)b;
    Arena a = {0};
    EscapeVerdict v = ESCAPE_HELD;
    for (int fd = 3; fd < 256; fd++) {
        struct stat s;
        Str path = arena_fmt(&a, "/proc/self/fd/%d", fd);
        if (stat(cstr(&a, path), &s) == 0) v = ESCAPE_OUT;
    }
    arena_free(&a);
    return v;
}

// CVE-2019-5736: the program that runs the box, opened for writing through the job's own process.
static EscapeVerdict own_program(const Bait *b)
{
    (void)b;
    return cannot_open("/proc/self/exe", O_WRONLY);
}
static EscapeVerdict init_program(const Bait *b)
{
    (void)b;
    return cannot_open("/proc/1/exe", O_RDONLY);
}
static EscapeVerdict init_memory(const Bait *b)
{
    (void)b;
    return cannot_open("/proc/1/mem", O_RDWR);
}
static EscapeVerdict init_variables(const Bait *b)
{
    (void)b;
    return cannot_open("/proc/1/environ", O_RDONLY);
}

static EscapeVerdict descriptors(const Bait *b)
{
    (void)b;
    int open_ones = 0;
    for (int fd = 3; fd < 4096; fd++)
        open_ones += fcntl(fd, F_GETFD) >= 0;
    return held(open_ones == 0);
}

static EscapeVerdict write_image(const Bait *b)
{
    (void)b;
    return cannot_open("/usr/escape", O_WRONLY | O_CREAT);
}
static EscapeVerdict write_passwd(const Bait *b)
{
    (void)b;
    return cannot_open("/etc/passwd", O_WRONLY);
}
static EscapeVerdict write_root(const Bait *b)
{
    (void)b;
    return cannot_open("/escape-file", O_WRONLY | O_CREAT);
}
static EscapeVerdict preload(const Bait *b)
{
    (void)b;
    return cannot_open("/etc/ld.so.preload", O_WRONLY | O_CREAT);
}
static EscapeVerdict shadow(const Bait *b)
{
    (void)b;
    return cannot_open("/etc/shadow", O_RDONLY);
}
static EscapeVerdict core_pattern(const Bait *b)
{
    (void)b;
    return cannot_open("/proc/sys/kernel/core_pattern", O_WRONLY);
}
static EscapeVerdict sysrq(const Bait *b)
{
    (void)b;
    return cannot_open("/proc/sysrq-trigger", O_WRONLY);
}
static EscapeVerdict kernel_memory(const Bait *b)
{
    (void)b;
    return held(cannot_open("/proc/kcore", O_RDONLY) == ESCAPE_HELD &&
                cannot_open("/dev/mem", O_RDONLY) == ESCAPE_HELD);
}
static EscapeVerdict kernel_log(const Bait *b)
{
    (void)b;
    return held(cannot_open("/dev/kmsg", O_RDONLY) == ESCAPE_HELD &&
                cannot_open("/proc/kmsg", O_RDONLY) == ESCAPE_HELD);
}
static EscapeVerdict sys_write(const Bait *b)
{
    (void)b;
    return held(cannot_open("/sys/kernel/uevent_helper", O_WRONLY) == ESCAPE_HELD &&
                cannot_open("/sys/power/state", O_WRONLY) == ESCAPE_HELD);
}
// CVE-2022-0492.
static EscapeVerdict release_agent(const Bait *b)
{
    (void)b;
    return held(cannot_open("/sys/fs/cgroup/memory/release_agent", O_WRONLY) == ESCAPE_HELD &&
                cannot_open("/sys/fs/cgroup/release_agent", O_WRONLY) == ESCAPE_HELD);
}

static EscapeVerdict device_make(const Bait *b)
{
    (void)b;
    return held(mknod("/tmp/disk", S_IFBLK | 0666, makedev(8, 0)) < 0 &&
                mknod("/tmp/null", S_IFCHR | 0666, makedev(1, 3)) < 0);
}
static EscapeVerdict devices(const Bait *b)
{
    (void)b;
    static const char *const known[] = {".",       "..", "null",  "zero",   "full",   "random",
                                        "urandom", "fd", "stdin", "stdout", "stderr", "shm"};
    owned_dir d = opendir("/dev");
    for (struct dirent *e; d && (e = readdir(d));) {
        bool is_known = false;
        for (isize i = 0; i < COUNT(known); i++)
            is_known |= !strcmp(known[i], e->d_name);
        if (!is_known) return ESCAPE_OUT;
    }
    return held(d != NULL);
}

static EscapeVerdict set_id_mode(const Bait *b)
{
    (void)b;
    owned_fd fd = open("/workspace/plain", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    if (fd < 0) return ESCAPE_UNTRIED;
    return held(fchmod(fd, 04755) < 0 && chmod("/workspace/plain", 02755) < 0 &&
                fchmodat(AT_FDCWD, "/workspace/plain", 06755, 0) < 0);
}
static EscapeVerdict set_id_open(const Bait *b)
{
    (void)b;
    return cannot_open("/workspace/lent", O_WRONLY | O_CREAT) == ESCAPE_HELD
               ? ESCAPE_UNTRIED
               : held(open("/workspace/lent-too", O_WRONLY | O_CREAT | O_CLOEXEC, 04755) < 0 &&
                      mknod("/workspace/lent-pipe", S_IFREG | 04755, 0) < 0);
}

static const Attempt rows[] = {
    {S("read_file"),      S("a file of the machine, by its path"),                    read_file     },
    {S("write_file"),     S("the same, for writing"),                                 write_file    },
    {S("init_root"),      S("the machine's root through /proc/1/root"),               init_root     },
    {S("parent_root"),    S("the machine's root through the runner's process"),       parent_root   },
    {S("init_folder"),    S("the folder that the box was made from"),                 init_folder   },
    {S("climb"),          S("climbing out with .."),                                  climb         },
    {S("symlink_out"),    S("a symbolic link to a file outside"),                     symlink_out   },
    {S("hardlink_out"),   S("a second name for a file of the image"),                 hardlink_out  },
    {S("magic_link"),     S("a leaked descriptor through /proc/self/fd"),             magic_link    },
    {S("descriptors"),    S("a descriptor that was left open"),                       descriptors   },
    {S("own_program"),    S("overwriting the program that runs it"),                  own_program   },
    {S("init_program"),   S("reading the program of the box's init"),                 init_program  },
    {S("init_memory"),    S("the memory of the box's init"),                          init_memory   },
    {S("init_variables"), S("the variables of the box's init"),                       init_variables},
    {S("write_image"),    S("changing the image"),                                    write_image   },
    {S("write_passwd"),   S("changing /etc/passwd"),                                  write_passwd  },
    {S("write_root"),     S("a file in the root"),                                    write_root    },
    {S("preload"),        S("a library that later programs would load"),              preload       },
    {S("shadow"),         S("the machine's passwords"),                               shadow        },
    {S("core_pattern"),   S("a program to be run by the kernel at a crash"),          core_pattern  },
    {S("sysrq"),          S("the kernel's emergency keys"),                           sysrq         },
    {S("kernel_memory"),  S("the kernel's memory"),                                   kernel_memory },
    {S("kernel_log"),     S("the kernel's log"),                                      kernel_log    },
    {S("sys_write"),      S("writing to /sys"),                                       sys_write     },
    {S("release_agent"),  S("a program to be run by the kernel for a control group"), release_agent },
    {S("device_make"),    S("making a device file"),                                  device_make   },
    {S("devices"),        S("a device that should not be there"),                     devices       },
    {S("set_id_mode"),    S("leaving a program that lends its owner's rights"),       set_id_mode   },
    {S("set_id_open"),    S("the same in one step"),                                  set_id_open   },
};
const AttemptList escape_files = ATTEMPTS(rows);
