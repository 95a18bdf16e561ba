// scratch_server: a small server in Python for one test; it ends with its owned_server.
#pragma once
#include "scratch.h"

#include <fcntl.h>
#include <unistd.h>

#include "os/own.h"

typedef struct Server {
    pid_t pid;
    int port;
} Server;
#define owned_server __attribute__((unused)) owned_pid // nobody looks at it: it only ends

// Two arguments for it, or NULL. It prints its port on a line: nothing else is waited for.
static inline Server server_start(Scratch *t, const char *program, const char *one, const char *two)
{
    int out[2];
    Server s = {0};
    Str py = path_join(&t->a, t->folder, S("server.py"));
    ck_works(file_write(&t->a, py, str_from(program), 0600));
    ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
    s.pid = fork();
    if (!s.pid) {
        dup2(out[1], 1);
        execlp("python3", "python3", cstr(&t->a, py), one, two, (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    char line[16] = {0};
    for (size_t n = 0; !strchr(line, '\n') && n < sizeof line - 1;) { // it may come in pieces
        ssize_t got = read(out[0], line + n, sizeof line - 1 - n);
        ck_assert_int_gt(got, 0);
        n += (size_t)got;
    }
    close(out[0]);
    i64 port = 0;
    ck_assert(str_i64(str_trim(str_from(line)), &port));
    s.port = (int)port;
    return s;
}
