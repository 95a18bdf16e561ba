// log: one line an event to standard error: time, level, room, sentence. Control bytes are made visible.
#pragma once
#include "base/time.h"

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR } LogLevel;
typedef struct Log {
    LogLevel least;     // lines below are dropped
    int fd;             // 2 unless told otherwise; with_priority for journald
    bool with_priority; // "<6>" prefixes as systemd's journal reads them, no time stamp
} Log;
void log_line(const Log *, Time now, LogLevel, const char *room, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
