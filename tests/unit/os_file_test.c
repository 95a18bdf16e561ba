// Files and folders: durable writing, and paths that cannot lead out of their root.
#include "scratch.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/own.h"

START_TEST(written_is_read_back)
{
    scratch t = scratch_make();
    Str path = path_join(&t.a, t.folder, S("a.txt")), got;
    ck_works(file_write(&t.a, path, S("one"), 0600));
    ck_works(file_write(&t.a, path, S("two, longer"), 0640));
    ck_works(file_read(&t.a, path, 100, &got));
    ck_str(got, S("two, longer"));
    FileFacts f;
    ck_works(file_facts(&t.a, path, &f));
    ck_assert_int_eq(f.mode, 0640);
    ck_assert_int_eq(f.size, 11);
    ck_assert_int_eq(f.kind, FILE_REGULAR);
    ck_fails(ERR_TOO_LARGE, file_read(&t.a, path, 10, &got));
    ck_works(file_read(&t.a, path, 11, &got));
    ck_fails(ERR_NOT_FOUND, file_read(&t.a, path_join(&t.a, t.folder, S("b")), 10, &got));
    ck_works(file_read(&t.a, S("/proc/self/status"), 1 << 20, &got));
    ck_assert(str_has(got, S("VmRSS")));
    ck_fails(ERR_TOO_LARGE, file_read(&t.a, S("/proc/self/status"), 40, &got));
    StrList names = {0};
    ck_works(folder_names(&t.a, t.folder, &names));
    ck_assert_int_eq(names.n, 1); // no draft is left behind
}
END_TEST

START_TEST(draft_that_is_dropped_leaves_nothing)
{
    scratch t = scratch_make();
    Str path = path_join(&t.a, t.folder, S("a.txt")), got;
    ck_works(file_write(&t.a, path, S("old"), 0600));
    FileDraft d;
    ck_works(file_draft(&t.a, path, 0600, &d));
    ck_works(file_write_fd(&t.a, d.fd, S("half")));
    file_draft_drop(&t.a, &d);
    ck_works(file_read(&t.a, path, 100, &got));
    ck_str(got, S("old"));
    StrList names = {0};
    ck_works(folder_names(&t.a, t.folder, &names));
    ck_assert_int_eq(names.n, 1);
}
END_TEST

START_TEST(copies_whole_files)
{
    scratch t = scratch_make();
    Str from = path_join(&t.a, t.folder, S("from")), to = path_join(&t.a, t.folder, S("to")), got;
    char *big = make(&t.a, char, 300001);
    memset(big, 'x', 300000);
    ck_works(file_write(&t.a, from, arena_str(&t.a, big, 300000), 0600));
    ck_works(file_copy(&t.a, from, to, 0444));
    ck_works(file_read(&t.a, to, 1 << 20, &got));
    Str whole = {big, 300000};
    ck_str(got, whole);
    owned_fd status = -1;
    i64 bytes = 0;
    ck_works(file_open(&t.a, S("/proc/self/limits"), &status)); // has no size before it is read
    ck_works(file_copy_fd(&t.a, status, to, 0444, &bytes));
    ck_assert_int_gt(bytes, 100);
}
END_TEST

static void root_is_closed(void)
{
    scratch t = scratch_make();
    Str root = path_join(&t.a, t.folder, S("root")),
        secret = path_join(&t.a, t.folder, S("secret"));
    ck_works(folder_make(&t.a, path_join(&t.a, root, S("in/deep")), 0700));
    ck_works(file_write(&t.a, secret, S("s"), 0600));
    ck_works(file_write(&t.a, path_join(&t.a, root, S("in/deep/f")), S("ok"), 0600));
    ck_assert_int_eq(symlink("../secret", cstr(&t.a, path_join(&t.a, root, S("link")))), 0);
    ck_assert_int_eq(symlink("..", cstr(&t.a, path_join(&t.a, root, S("up")))), 0);
    ck_assert_int_eq(symlink("f", cstr(&t.a, path_join(&t.a, root, S("in/deep/near")))), 0);
    ck_assert_int_eq(mkfifo(cstr(&t.a, path_join(&t.a, root, S("pipe"))), 0600), 0);
    owned_fd fd = -1, file = -1;
    ck_works(folder_open(&t.a, root, &fd));
    static const char *const tries[] = {
        "../secret", "/etc/passwd", "link", "up/secret",  "in/../../secret", "in/deep/near", "",
        "in",        ".",           "pipe", "in/deep/f/", "in//deep/f",      "in\\f"};
    for (isize i = 0; i < COUNT(tries); i++)
        ck_fails(ERR_FORBIDDEN, file_open_beneath(&t.a, fd, str_from(tries[i]), &file));
    ck_fails(ERR_NOT_FOUND, file_open_beneath(&t.a, fd, S("in/none"), &file));
    ck_works(file_open_beneath(&t.a, fd, S("in/deep/f"), &file));
    owned_fd below = -1;
    ck_works(folder_open_beneath(&t.a, fd, S("in/deep"), &below));
    ck_fails(ERR_FORBIDDEN, folder_open_beneath(&t.a, fd, S("up"), &below));
    ck_fails(ERR_FORBIDDEN, folder_open_beneath(&t.a, fd, S(".."), &below));
}

START_TEST(nothing_leads_out_of_a_root)
{
    root_is_closed();
}
END_TEST

START_TEST(nothing_leads_out_without_openat2_either)
{
    // An old kernel, or a sandbox around us. The filter stays for this process, so this test is the last of its suite.
    struct sock_filter no_openat2[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {COUNT(no_openat2), no_openat2};
    ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
    root_is_closed();
}
END_TEST

START_TEST(plain_paths)
{
    static const char *const plain[] = {"a", "a/b.c", "..a", "a b", "Ünï/ä", ".hidden"};
    static const char *const bad[] = {"",       "/a",  "a/",   "a//b", ".",   "..",
                                      "a/../b", "./a", "a\\b", "a\nb", "\xff"};
    for (isize i = 0; i < COUNT(plain); i++)
        ck_assert_msg(path_is_plain(str_from(plain[i])), "%s", plain[i]);
    for (isize i = 0; i < COUNT(bad); i++)
        ck_assert_msg(!path_is_plain(str_from(bad[i])), "%s", bad[i]);
    ck_assert(!path_is_plain(S("a\0b")));
    ck_str(path_folder(S("/a")), S("/"));
    ck_str(path_folder(S("a")), S("."));
    ck_str(path_folder(S("a/b/c")), S("a/b"));
    ck_str(path_name(S("a/b/c")), S("c"));
}
END_TEST

START_TEST(walk_is_sorted_and_knows_what_it_skipped)
{
    scratch t = scratch_make();
    ck_works(folder_make(&t.a, path_join(&t.a, t.folder, S("b/c")), 0700));
    ck_works(file_write(&t.a, path_join(&t.a, t.folder, S("b/c/z")), S("12345"), 0600));
    ck_works(file_write(&t.a, path_join(&t.a, t.folder, S("b.txt")), S("123"), 0600));
    ck_works(file_write(&t.a, path_join(&t.a, t.folder, S("a")), S("1"), 0600));
    ck_assert_int_eq(symlink("/", cstr(&t.a, path_join(&t.a, t.folder, S("b/root")))), 0);
    FolderList l;
    ck_works(folder_walk(&t.a, t.folder, FOLDER_FILES, 100, &l));
    ck_assert_int_eq(l.n, 3);
    ck_str(l.v[0].path, S("a"));
    ck_str(l.v[1].path, S("b.txt"));
    ck_str(l.v[2].path, S("b/c/z"));
    ck_assert_int_eq(l.bytes, 9);
    ck_assert_int_eq(l.skipped, 1);
    ck_works(folder_walk(&t.a, t.folder, FOLDER_ALL, 100, &l));
    ck_assert_int_eq(l.n, 6);
    ck_fails(ERR_TOO_LARGE, folder_walk(&t.a, t.folder, FOLDER_ALL, 5, &l));
}
END_TEST

START_TEST(removing_never_follows_links)
{
    scratch t = scratch_make();
    Str kept = path_join(&t.a, t.folder, S("kept")), gone = path_join(&t.a, t.folder, S("gone"));
    ck_works(folder_make(&t.a, kept, 0700));
    ck_works(file_write(&t.a, path_join(&t.a, kept, S("f")), S("1"), 0600));
    ck_works(folder_make(&t.a, path_join(&t.a, gone, S("x/y")), 0700));
    ck_assert_int_eq(symlink("../kept", cstr(&t.a, path_join(&t.a, gone, S("link")))), 0);
    ck_works(file_write(&t.a, path_join(&t.a, gone, S("x/y/f")), S("1"), 0400));
    ck_assert_int_eq(chmod(cstr(&t.a, path_join(&t.a, gone, S("x/y"))), 0500), 0);
    ck_works(folder_remove(&t.a, gone));
    ck_assert(!file_exists(&t.a, gone));
    ck_assert(file_exists(&t.a, path_join(&t.a, kept, S("f"))));
    ck_works(folder_remove(&t.a, gone));
    ck_fails(ERR_CONFLICT, folder_make(&t.a, path_join(&t.a, kept, S("f")), 0700));
}
END_TEST

START_TEST(a_lock_is_held_once)
{
    scratch t = scratch_make();
    Str path = path_join(&t.a, t.folder, S("lock"));
    owned_fd one = -1, two = -1;
    ck_works(file_lock(&t.a, path, FILE_LOCK_NOW, &one));
    ck_fails(ERR_BUSY, file_lock(&t.a, path, FILE_LOCK_NOW, &two));
    close(take_fd(&one));
    ck_works(file_lock(&t.a, path, FILE_LOCK_NOW, &two));
    FileSpace space;
    ck_works(file_space(&t.a, t.folder, &space));
    ck_assert_int_gt(space.total, 0);
    Str self;
    ck_works(file_self(&t.a, &self));
    ck_assert(file_exists(&t.a, self));
}
END_TEST

Suite *os_file_suite(void)
{
    Suite *s = suite_create("os file");
    TCase *c = tcase_create("file");
    tcase_add_test(c, written_is_read_back);
    tcase_add_test(c, draft_that_is_dropped_leaves_nothing);
    tcase_add_test(c, copies_whole_files);
    tcase_add_test(c, nothing_leads_out_of_a_root);
    tcase_add_test(c, plain_paths);
    tcase_add_test(c, walk_is_sorted_and_knows_what_it_skipped);
    tcase_add_test(c, removing_never_follows_links);
    tcase_add_test(c, a_lock_is_held_once);
    tcase_add_test(c, nothing_leads_out_without_openat2_either);
    suite_add_tcase(s, c);
    return s;
}
