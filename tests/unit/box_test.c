// The box without privileges: plans, the bytes they travel in, the conversation, the record, the call filter.
#include "scratch.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "box/box.h"
#include "box/filter.h"
#include "box/handover.h"
#include "box/message.h"
#include "box/record.h"

static const BoxImageEntry image_entries[] = {
    {BOX_IMAGE_FOLDER, S("usr"),             S("/usr")            },
    {BOX_IMAGE_LINK,   S("bin"),             S("usr/bin")         },
    {BOX_IMAGE_FILE,   S("etc/ld.so.cache"), S("/etc/ld.so.cache")}
};
static const BoxImage image = {true, (BoxImageEntry *)(uintptr_t)image_entries,
                               COUNT(image_entries)};
static const Str argv_true[] = {S("true")};

static BoxHost host_with_all(void)
{
    BoxHost h = {
        .landlock_abi = 7,
        .groups = {{CGROUP_V2, S("/sys/fs/cgroup/site")}, {CGROUP_V2, S("/sys/fs/cgroup/site")}}
    };
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        h.protections[i] = (BoxProtectionRow){.name = S("a lock"), .on = true};
    return h;
}

static BoxJob job_plain(void)
{
    return (BoxJob){.name = S("job-7"),
                    .image = &image,
                    .workspace = S("/srv/job7"),
                    .argv = argv_true,
                    .n_argv = 1};
}

START_TEST(a_plan_reads_like_this)
{
    scratch t = scratch_make();
    BoxHost h = host_with_all();
    BoxJob j = job_plain();
    const BoxBind data = {S("/data/rows"), S("/data"), true, false};
    const Str env[] = {S("LANG=de_DE.UTF-8"), S("KEY=a b")};
    j.binds = &data, j.n_binds = 1;
    j.env = env, j.n_env = 2;
    BoxPlan p;
    ck_works(box_plan(&t.a, &j, &h, &p));
    ck_str(box_plan_text(&t.a, &p), S("box job-7\n"
                                      "sees:\n"
                                      "  /dev/null: device /dev/null\n"
                                      "  /dev/zero: device /dev/zero\n"
                                      "  /dev/full: device /dev/full\n"
                                      "  /dev/urandom: device /dev/urandom\n"
                                      "  /dev/fd: link /proc/self/fd\n"
                                      "  /dev/stdin: link /proc/self/fd/0\n"
                                      "  /dev/stdout: link /proc/self/fd/1\n"
                                      "  /dev/stderr: link /proc/self/fd/2\n"
                                      "  /dev/random: link urandom\n"
                                      "  /dev/shm: link /tmp\n"
                                      "  /etc/passwd: text of 109 bytes\n"
                                      "  /etc/group: text of 39 bytes\n"
                                      "  /etc/hosts: text of 38 bytes\n"
                                      "  /etc/nsswitch.conf: text of 40 bytes\n"
                                      "  /tmp: memory, 268435456 bytes, writable\n"
                                      "  /usr: folder of the machine /usr\n"
                                      "  /bin: link usr/bin\n"
                                      "  /etc/ld.so.cache: file of the machine /etc/ld.so.cache\n"
                                      "  /proc: processes\n"
                                      "  /workspace: folder of the machine /srv/job7, writable\n"
                                      "  /data: folder of the machine /data/rows\n"
                                      "runs:\n"
                                      "  true\n"
                                      "knows:\n"
                                      "  LANG=de_DE.UTF-8\n"
                                      "  KEY=a b\n"
                                      "  PATH=/usr/local/bin:/usr/bin:/bin\n"
                                      "  HOME=/workspace\n"
                                      "  TMPDIR=/tmp\n"
                                      "  USER=job\n"
                                      "is:\n"
                                      "  user 1000 in the box, the runner's here\n"
                                      "at most:\n"
                                      "  1073741824 bytes of memory\n"
                                      "  1000 thousandths of a processor\n"
                                      "  512 processes and threads\n"
                                      "  1024 open files\n"
                                      "  68719476736 bytes in one file\n"
                                      "  68719476736 bytes in the workspace\n"
                                      "  1000000 files in the workspace\n"
                                      "  67108864 bytes of log\n"
                                      "  86400000000 microseconds\n"
                                      "  memory group: version 2 below /sys/fs/cgroup/site\n"
                                      "  processor group: version 2 below /sys/fs/cgroup/site\n"
                                      "guarded by:\n"
                                      "  own users, files, processes, network and names: on\n"
                                      "  private /proc: on\n"
                                      "  system call filter: on\n"
                                      "  second lock on files: on\n"
                                      "  second lock on network: on\n"
                                      "  second lock on signals: on\n"
                                      "  memory limit: on\n"
                                      "  processor limit: on\n"));
}
END_TEST

START_TEST(root_gives_every_box_a_user_of_its_own)
{
    scratch t = scratch_make();
    BoxHost h = host_with_all();
    BoxJob j = job_plain();
    BoxPlan p;
    h.privileged = true;
    ck_works(box_plan(&t.a, &j, &h, &p));
    ck_assert(p.own_user);
    ck_assert_int_ge(
        str_find(box_plan_text(&t.a, &p), S("user 1000 in the box, one of its own here")), 0);
    // No two living supervisors share a process id; ids go up to PID_MAX_LIMIT.
    ck_assert_int_eq(box_own_user(1), 0x70000001);
    ck_assert_int_eq(box_own_user(0x3fffff), 0x703fffff);
}
END_TEST

START_TEST(what_is_missing_must_be_allowed_by_name)
{
    scratch t = scratch_make();
    BoxHost h = host_with_all();
    BoxJob j = job_plain();
    BoxPlan p;
    h.protections[BOX_SECCOMP] =
        (BoxProtectionRow){.name = S("the filter"), .why = S("old kernel")};
    Err *e = box_plan(&t.a, &j, &h, &p);
    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(e->kind, ERR_FORBIDDEN);
    ck_str(e->say, S("this machine lacks protections that were not allowed to be missing: "
                     "the filter (old kernel)"));
    j.allow[BOX_SECCOMP] = true;
    ck_works(box_plan(&t.a, &j, &h, &p));
    ck_assert(p.off[BOX_SECCOMP] && !p.off[BOX_LANDLOCK_FILES]);
    // Debian 12's kernel has no second lock on the network; the first one holds.
    h.protections[BOX_LANDLOCK_NETWORK] = (BoxProtectionRow){.spare = true};
    ck_works(box_plan(&t.a, &j, &h, &p));
    ck_assert(p.off[BOX_LANDLOCK_NETWORK]);
    h.protections[BOX_NAMESPACES].on = false;
    j.allow[BOX_NAMESPACES] = true; // nobody may allow this
    ck_fails(ERR_FORBIDDEN, box_plan(&t.a, &j, &h, &p));
}
END_TEST

START_TEST(what_cannot_be_boxed_is_refused)
{
    scratch t = scratch_make();
    BoxHost h = host_with_all();
    BoxPlan p;
    const BoxBind binds[] = {
        {S("/data"), S("/proc/x"),    true, false},
        {S("/data"), S("/dev"),       true, false},
        {S("/data"), S("/a/../usr"),  true, false},
        {S("/data"), S("relative"),   true, false},
        {S("/data"), S("/workspace"), true, false},
        {S("data"),  S("/data"),      true, false},
        {S("/data"), S("/tmp/x"),     true, false},
        {S("/data"), S("/usr/lib/x"), true, false},
        {S("/data"), S("/data/"),     true, false},
        {S("/data"), S("//data"),     true, false}
    };
    for (isize i = 0; i < COUNT(binds); i++) {
        BoxJob j = job_plain();
        j.binds = &binds[i], j.n_binds = 1;
        ck_fails(ERR_BAD_INPUT, box_plan(&t.a, &j, &h, &p));
    }
    const Str names[] = {S(""), S("a/b"), S(".."), S("Job"), S("a b")};
    for (isize i = 0; i < COUNT(names); i++) {
        BoxJob j = job_plain();
        j.name = names[i];
        ck_fails(ERR_BAD_INPUT, box_plan(&t.a, &j, &h, &p));
    }
    const Str variables[] = {S("A"), S("=b"), S("A=b\0c")};
    for (isize i = 0; i < COUNT(variables); i++) {
        BoxJob j = job_plain();
        j.env = &variables[i], j.n_env = 1;
        ck_fails(ERR_BAD_INPUT, box_plan(&t.a, &j, &h, &p));
    }
    BoxJob j = job_plain();
    j.n_argv = 0;
    ck_fails(ERR_BAD_INPUT, box_plan(&t.a, &j, &h, &p));
}
END_TEST

static Str plan_bytes(Arena *a)
{
    BoxHost h = host_with_all();
    BoxJob j = job_plain();
    BoxPlan p;
    ck_works(box_plan(a, &j, &h, &p));
    p.off[BOX_PRIVATE_PROC] = true;
    return box_plan_encode(a, &p);
}

START_TEST(a_plan_travels_unchanged)
{
    scratch t = scratch_make();
    BoxPlan p;
    Str bytes = plan_bytes(&t.a);
    ck_works(box_plan_decode(&t.a, bytes, &p));
    ck_str(box_plan_encode(&t.a, &p), bytes);
    ck_assert(p.off[BOX_PRIVATE_PROC]);
    ck_str(p.argv[0], S("true"));
}
END_TEST

START_TEST(a_plan_that_is_cut_or_longer_is_refused)
{
    scratch t = scratch_make();
    Str bytes = plan_bytes(&t.a);
    BoxPlan p;
    for (isize n = 0; n < bytes.n; n++) {
        Arena a = {0};
        ck_assert_ptr_nonnull(box_plan_decode(&a, str_take(bytes, n), &p));
        arena_free(&a);
    }
    Buf b = {.a = &t.a};
    buf_put(&b, bytes), buf_byte(&b, '!');
    ck_fails(ERR_BAD_INPUT, box_plan_decode(&t.a, buf_str(&b), &p));
}
END_TEST

static Str message_bytes(Arena *a, const BoxMessage *m)
{
    int ends[2];
    char bytes[4096];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    box_message_send(ends[0], m);
    ssize_t n = recv(ends[1], bytes, sizeof bytes, 0);
    close(ends[0]), close(ends[1]);
    return arena_str(a, bytes, n);
}

START_TEST(messages_arrive_whole_however_they_are_cut)
{
    static const BoxSays said[] = {BOX_SAYS_READY, BOX_SAYS_STARTED, BOX_SAYS_ENDED};
    scratch t = scratch_make();
    BoxEar ear = {.talk = BOX_TALK_BLANK};
    BoxMessage m;
    int got, heard = 0;
    Buf all = {.a = &t.a};
    for (isize i = 0; i < COUNT(said); i++) {
        m = (BoxMessage){.says = said[i]};
        if (m.says == BOX_SAYS_ENDED) m.code = 137, m.signal = 9;
        buf_put(&all, message_bytes(&t.a, &m));
    }
    for (isize i = 0; i < all.n; i++) {
        ck_assert(box_ear_add(&ear, (Str){all.s + i, 1}));
        ck_works(box_ear_next(&t.a, &ear, &m, &got));
        if (got) ck_assert_int_eq(m.says, said[heard++]);
    }
    ck_assert_int_eq(heard, 3);
    ck_assert_int_eq(m.code, 137);
    ck_assert_int_eq(m.signal, 9);
}
END_TEST

// Every pair of states and messages; exactly the five rows of the table are legal.
START_TEST(only_the_conversation_of_the_table_is_legal)
{
    scratch t = scratch_make();
    int legal = 0;
    for (int talk = BOX_TALK_BLANK; talk <= BOX_TALK_OVER; talk++)
        for (int says = 0; says <= BOX_SAYS_ENDED + 2; says++) {
            BoxEar ear = {.talk = (BoxTalk)talk};
            BoxMessage m = {.says = (BoxSays)says};
            int got = 0;
            ck_assert(box_ear_add(&ear, message_bytes(&t.a, &m)));
            if (!box_ear_next(&t.a, &ear, &m, &got)) legal += got;
        }
    ck_assert_int_eq(legal, 5);
}
END_TEST

START_TEST(a_message_may_not_say_too_much)
{
    scratch t = scratch_make();
    BoxMessage m = {.says = BOX_SAYS_STARTED, .sentence = S("psst")};
    BoxEar ear = {.talk = BOX_TALK_SETUP};
    int got;
    ck_assert(box_ear_add(&ear, message_bytes(&t.a, &m)));
    ck_fails(ERR_BAD_INPUT, box_ear_next(&t.a, &ear, &m, &got));
    BoxEar flooded = {.talk = BOX_TALK_SETUP};
    ck_assert(!box_ear_add(&flooded, (Str){make(&t.a, char, 5000), 5000}));
    BoxEar lied = {.talk = BOX_TALK_SETUP};
    ck_assert(box_ear_add(&lied, S("\xff\xff\xff\xff\xff\xff\xff\x7f")));
    ck_fails(ERR_BAD_INPUT, box_ear_next(&t.a, &lied, &m, &got));
}
END_TEST

START_TEST(a_record_is_an_end_only_when_it_is_whole)
{
    scratch t = scratch_make();
    BoxGroups groups = {
        .memory = {CGROUP_V1, S("/sys/fs/cgroup/memory/x y")}
    };
    BoxResult result = {.end = BOX_SIGNALLED,
                        .code = 137,
                        .signal = 9,
                        .started = 5,
                        .finished = 7,
                        .memory_peak_bytes = 11,
                        .log_cut = true,
                        .say = S("one\nline")};
    Str begin = box_record_begin_text(&t.a, &groups, (ProcName){42, 4711});
    Str whole =
        arena_fmt(&t.a, "%.*s%.*s", STR(begin), STR(box_record_end_text(&t.a, begin, &result)));
    BoxRecord r;
    box_record_parse(&t.a, whole, &r);
    ck_assert(r.ended);
    ck_assert_int_eq(r.supervisor.pid, 42);
    ck_assert_int_eq(r.supervisor.birth, 4711);
    ck_str(r.groups.memory.folder, S("/sys/fs/cgroup/memory/x y"));
    ck_assert_int_eq(r.result.end, BOX_SIGNALLED);
    ck_assert_int_eq(r.result.memory_peak_bytes, 11);
    ck_assert(r.result.log_cut);
    ck_str(r.result.say, S("one line"));
    for (isize n = 0; n < whole.n; n++) {
        box_record_parse(&t.a, str_take(whole, n), &r);
        ck_assert(!r.ended);
    }
    box_record_parse(&t.a, str_replace(&t.a, whole, S("code 137"), S("code 0")), &r);
    ck_assert(!r.ended);
}
END_TEST

// The kernel's filter machine, as far as our compiler uses it. Steps are counted: a loop or a wild jump would show.
enum { KILLED = -1, STEPS_MAX = 40 };
static int verdict(const SeccompProgram *p, u32 architecture, u32 call, const u64 *arguments)
{
    u32 a = 0;
    isize at = 0;
    for (int steps = 0; steps < STEPS_MAX; steps++) {
        ck_assert_int_lt(at, p->n);
        SeccompStep s = p->v[at++];
        switch (s.code) {
        case 0x20:
            a = s.k == 0 ? call : s.k == 4 ? architecture : (u32)arguments[(s.k - 16) / 8];
            break;
        case 0x54:
            a &= s.k;
            break;
        case 0x15:
            at += a == s.k ? s.yes : s.no;
            break;
        case 0x35:
            at += a >= s.k ? s.yes : s.no;
            break;
        case 0x05:
            at += s.k;
            break;
        case 0x06:
            return s.k == 0x7fff0000u        ? SECCOMP_ALLOW
                   : s.k == 0x80000000u      ? KILLED
                   : (s.k & 0xffff) == EPERM ? SECCOMP_REFUSE
                                             : SECCOMP_ABSENT;
        default:
            ck_abort_msg("unknown step %x", s.code);
        }
    }
    ck_abort_msg("call %u takes more than %d steps", call, STEPS_MAX);
    return 0;
}
#ifdef __x86_64__
#define HERE 0xc000003eu
#else
#define HERE 0xc00000b7u
#endif

START_TEST(the_filter_is_its_table)
{
    scratch t = scratch_make();
    SeccompProgram p = box_filter(&t.a);
    const u64 none[6] = {0};
    ck_assert_int_lt(p.n, 320);
    const long refused[] = {
        SYS_mount, SYS_ptrace,          SYS_bpf,         SYS_keyctl, SYS_unshare,
        SYS_setns, SYS_perf_event_open, SYS_userfaultfd, SYS_reboot, SYS_kcmp};
    for (isize i = 0; i < COUNT(refused); i++)
        ck_assert_int_eq(verdict(&p, HERE, (u32)refused[i], none), SECCOMP_REFUSE);
    const long allowed[] = {SYS_read, SYS_execve, SYS_futex, SYS_mmap, SYS_exit_group, SYS_openat};
    for (isize i = 0; i < COUNT(allowed); i++)
        ck_assert_int_eq(verdict(&p, HERE, (u32)allowed[i], none), SECCOMP_ALLOW);
    const long absent[] = {SYS_clone3, SYS_io_uring_setup, SYS_openat2, SYS_pidfd_getfd,
                           SYS_fsopen};
    for (isize i = 0; i < COUNT(absent); i++)
        ck_assert_int_eq(verdict(&p, HERE, (u32)absent[i], none), SECCOMP_ABSENT);
    for (u32 call = 0; call < 4096; call++) {
        ck_assert_int_eq(verdict(&p, HERE ^ 0x80000000u, call, none), KILLED);
        ck_assert_int_eq(verdict(&p, HERE, call | 0x40000000u, none), SECCOMP_ABSENT);
        if (call > 470) ck_assert_int_eq(verdict(&p, HERE, call, none), SECCOMP_ABSENT);
    }
}
END_TEST

START_TEST(arguments_decide_where_the_table_says_so)
{
    scratch t = scratch_make();
    SeccompProgram p = box_filter(&t.a);
    const struct {
        long call;
        u64 arguments[6];
        SeccompVerdict want;
    } cases[] = {
        {SYS_clone,       {17},              SECCOMP_ALLOW },
        {SYS_clone,       {0x10000011},      SECCOMP_REFUSE}, // CLONE_NEWUSER
        {SYS_socket,      {1, 1},            SECCOMP_ALLOW },
        {SYS_socket,      {2, 1 | 02000000}, SECCOMP_ALLOW }, // SOCK_CLOEXEC
        {SYS_socket,      {2, 3},            SECCOMP_REFUSE}, // SOCK_RAW
        {SYS_socket,      {16, 2},           SECCOMP_REFUSE}, // AF_NETLINK
        {SYS_socket,      {40, 1},           SECCOMP_REFUSE}, // AF_VSOCK
        {SYS_socketpair,  {2, 1},            SECCOMP_REFUSE},
        {SYS_ioctl,       {0, 0x5401},       SECCOMP_ALLOW },
        {SYS_ioctl,       {0, 0x5412},       SECCOMP_REFUSE}, // TIOCSTI
        {SYS_ioctl,       {0, 0x541c},       SECCOMP_REFUSE}, // TIOCLINUX
        {SYS_fchmod,      {3, 0755},         SECCOMP_ALLOW },
        {SYS_fchmod,      {3, 04755},        SECCOMP_REFUSE},
        {SYS_mknodat,     {0, 0, 0010644},   SECCOMP_ALLOW }, // a pipe
        {SYS_mknodat,     {0, 0, 0020644},   SECCOMP_REFUSE}, // a device
        {SYS_mknodat,     {0, 0, 0102755},   SECCOMP_REFUSE},
        {SYS_personality, {0xffffffff},      SECCOMP_ALLOW },
        {SYS_personality, {0x0040000},       SECCOMP_REFUSE},
    };
    for (isize i = 0; i < COUNT(cases); i++)
        ck_assert_msg(verdict(&p, HERE, (u32)cases[i].call, cases[i].arguments) ==
                          (int)cases[i].want,
                      "case %d", (int)i);
}
END_TEST

// Against tables of every shape: what the tree answers is what a plain search through the rows answers.
START_TEST(the_compiler_agrees_with_a_plain_search)
{
    u64 seed = 7;
    const u64 none[6] = {0};
    for (int round = 0; round < 40; round++) {
        Arena a = {0};
        SeccompRow rows[64] = {0};
        isize n = 0;
        for (u32 call = 0; call < 64; call++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            u32 dice = (u32)(seed >> 60);
            if (dice < 4) continue;
            rows[n++] = (SeccompRow){.call = 63 - (long)call,
                                     .verdict = dice < 10 ? SECCOMP_ALLOW : SECCOMP_REFUSE};
        }
        SeccompProgram p = seccomp_compile(&a, rows, n, 2 * round);
        for (u32 call = 0; call < 80; call++) {
            int want = (int)call < 2 * round ? SECCOMP_REFUSE : SECCOMP_ABSENT;
            for (isize i = 0; i < n; i++)
                if (rows[i].call == (long)call) want = (int)rows[i].verdict;
            ck_assert_int_eq(verdict(&p, HERE, call, none), want);
        }
        arena_free(&a);
    }
}
END_TEST

Suite *box_suite(void)
{
    Suite *s = suite_create("box");
    TCase *c = tcase_create("box");
    tcase_add_test(c, a_plan_reads_like_this);
    tcase_add_test(c, root_gives_every_box_a_user_of_its_own);
    tcase_add_test(c, what_is_missing_must_be_allowed_by_name);
    tcase_add_test(c, what_cannot_be_boxed_is_refused);
    tcase_add_test(c, a_plan_travels_unchanged);
    tcase_add_test(c, a_plan_that_is_cut_or_longer_is_refused);
    tcase_add_test(c, messages_arrive_whole_however_they_are_cut);
    tcase_add_test(c, only_the_conversation_of_the_table_is_legal);
    tcase_add_test(c, a_message_may_not_say_too_much);
    tcase_add_test(c, a_record_is_an_end_only_when_it_is_whole);
    tcase_add_test(c, the_filter_is_its_table);
    tcase_add_test(c, arguments_decide_where_the_table_says_so);
    tcase_add_test(c, the_compiler_agrees_with_a_plain_search);
    suite_add_tcase(s, c);
    return s;
}
