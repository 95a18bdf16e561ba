// service: what a role and the service manager that started it say to each other: readiness and life signs out, sockets
// and secrets in.
//
// The words are systemd's (sd_notify(3), sd_listen_fds(3), systemd.exec(5) CREDENTIALS); any manager that sets the same
// variables is answered. Where none does, nothing is said and nothing is handed over, and that is no failure.
#pragma once
#include <sys/types.h>

#include "base/time.h"

// "READY=1", "STATUS=…", several with '\n' between. Nobody listening is no failure.
void service_say(Str lines);
void service_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void service_reloading(void); // to be followed by service_say(S("READY=1"))
// A life sign is wanted within so many micros, each time; 0: nobody waits for one.
i64 service_watchdog(void);
// The listening socket that was handed over under this name, or the only one whatever its name if `any`; -1: none.
int service_socket(Str name, bool any);
// The file of a secret that was handed over, or empty.
Str service_secret(Arena *, const char *name);

// The other side, for a role that starts others: their words arrive at a socket of its own. `address` goes into their
// NOTIFY_SOCKET.
fallible service_hear(Arena *, Str *address, int *fd);
typedef struct ServiceWord {
    pid_t from;
    bool alive, reloading, ready; // "WATCHDOG=1", "RELOADING=1", "READY=1"
} ServiceWord;
bool service_heard(int fd, ServiceWord *); // false: all has been heard
// A line of an environment that is meant for this process alone and must not reach its children.
bool service_is_own(Str environment_line);
