// What a service manager hands over and is told, played by this process.
#include "os/service.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/own.h"
#include "scratch.h"

static void nobody_manages(void)
{
    static const char *const names[] = {"NOTIFY_SOCKET",        "WATCHDOG_USEC", "WATCHDOG_PID",
                                        "LISTEN_FDS",           "LISTEN_PID",    "LISTEN_FDNAMES",
                                        "CREDENTIALS_DIRECTORY"};
    for (isize i = 0; i < COUNT(names); i++)
        unsetenv(names[i]);
}

START_TEST(nobody_listens)
{
    scratch t = scratch_make();
    nobody_manages();
    service_say(S("READY=1"));
    ck_assert_int_eq(service_watchdog(), 0);
    ck_assert_int_eq(service_socket(S("https"), true), -1);
    ck_assert_int_eq(service_secret(&t.a, "token").n, 0);
    setenv("NOTIFY_SOCKET", "vsock:2:1234", 1);
    service_say(S("READY=1"));
    setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
    service_say(S("READY=1"));
    nobody_manages();
}
END_TEST

START_TEST(life_signs_are_heard)
{
    scratch t = scratch_make();
    Str address;
    int opened;
    ServiceWord word;
    nobody_manages();
    ck_works(service_hear(&t.a, &address, &opened));
    owned_fd fd = opened;
    ck_assert(!service_heard(fd, &word));
    setenv("NOTIFY_SOCKET", cstr(&t.a, address), 1);
    service_say(S("READY=1"));
    service_say(S("WATCHDOG=1"));
    service_status("looks after\n%s", "one");
    ck_assert(service_heard(fd, &word) && !word.alive && word.from == getpid());
    ck_assert(service_heard(fd, &word) && word.alive && word.from == getpid());
    ck_assert(service_heard(fd, &word) && !word.alive);
    ck_assert(!service_heard(fd, &word));
    nobody_manages();
}
END_TEST

START_TEST(the_watchdog_may_be_for_another)
{
    char self[24];
    nobody_manages();
    setenv("WATCHDOG_USEC", "60000000", 1);
    ck_assert_int_eq(service_watchdog(), 60000000);
    setenv("WATCHDOG_PID", "1", 1);
    ck_assert_int_eq(service_watchdog(), 0);
    snprintf(self, sizeof self, "%d", (int)getpid());
    setenv("WATCHDOG_PID", self, 1);
    ck_assert_int_eq(service_watchdog(), 60000000);
    setenv("WATCHDOG_USEC", "soon", 1);
    ck_assert_int_eq(service_watchdog(), 0);
    nobody_manages();
}
END_TEST

// In a process of its own, because a service manager puts its sockets at 3 and 4. The number of the first thing that
// is wrong, or 0.
static int sockets_look(void)
{
    char self[24];
    int one = socket(AF_INET, SOCK_STREAM, 0), other = socket(AF_INET, SOCK_STREAM, 0);
    if (listen(one, 1) || listen(other, 1)) return 1;
    one = fcntl(one, F_DUPFD, 10), other = fcntl(other, F_DUPFD, 11);
    if (dup2(one, 3) != 3 || dup2(other, 4) != 4) return 2;
    snprintf(self, sizeof self, "%d", (int)getpid());
    setenv("LISTEN_FDS", "2", 1);
    setenv("LISTEN_FDNAMES", "http:https", 1);
    if (service_socket(S("https"), true) != -1) return 3; // for whom they are was not said
    setenv("LISTEN_PID", self, 1);
    if (service_socket(S("https"), true) != 4 || service_socket(S("http"), false) != 3) return 4;
    if (service_socket(S("gopher"), true) != -1) return 5;
    if (!(fcntl(3, F_GETFD) & FD_CLOEXEC)) return 6;
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_FDNAMES", "tresor-server.socket", 1);
    if (service_socket(S("https"), true) != 3 || service_socket(S("https"), false) != -1) return 7;
    setenv("LISTEN_PID", "1", 1);
    return service_socket(S("https"), true) == -1 ? 0 : 8;
}

START_TEST(sockets_have_names)
{
    int status;
    nobody_manages();
    pid_t child = fork();
    if (!child) _exit(sockets_look());
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(secrets_are_files)
{
    scratch t = scratch_make();
    nobody_manages();
    setenv("CREDENTIALS_DIRECTORY", cstr(&t.a, t.folder), 1);
    ck_works(file_write(&t.a, path_join(&t.a, t.folder, S("token")), S("x"), 0400));
    ck_str(service_secret(&t.a, "token"), path_join(&t.a, t.folder, S("token")));
    ck_assert_int_eq(service_secret(&t.a, "key").n, 0);
    ck_assert(service_is_own(S("LISTEN_FDS=1")) && service_is_own(S("NOTIFY_SOCKET=@x")));
    ck_assert(!service_is_own(S("PATH=/bin")));
    nobody_manages();
}
END_TEST

Suite *os_service_suite(void);
Suite *os_service_suite(void)
{
    Suite *s = suite_create("os service");
    TCase *t = tcase_create("service");
    tcase_add_test(t, nobody_listens);
    tcase_add_test(t, life_signs_are_heard);
    tcase_add_test(t, the_watchdog_may_be_for_another);
    tcase_add_test(t, sockets_have_names);
    tcase_add_test(t, secrets_are_files);
    suite_add_tcase(s, t);
    return s;
}
