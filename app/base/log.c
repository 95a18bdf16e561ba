// One write per line, so that lines of many threads never mix.
#include "base/log.h"

#include <unistd.h>

#include "base/str.h"

void log_line(const Log *l, Time now, LogLevel level, const char *room, const char *fmt, ...)
{
    static const struct {
        const char *word;
        int priority;
    } levels[] = {
        [LOG_DEBUG] = {"debug",   7},
        [LOG_INFO] = {"info",    6},
        [LOG_WARNING] = {"warning", 4},
        [LOG_ERROR] = {"error",   3}
    };
    if (level < l->least) return;
    Arena a = {0};
    va_list ap;
    va_start(ap, fmt);
    Str said = str_replace(&a, str_printable(&a, arena_vfmt(&a, fmt, ap)), S("\n"), S("\\n"));
    va_end(ap);
    Str line = l->with_priority
                   ? arena_fmt(&a, "<%d>%s: %.*s\n", levels[level].priority, room, STR(said))
                   : arena_fmt(&a, "%.*s %s %s: %.*s\n", STR(time_iso(&a, now)), levels[level].word,
                               room, STR(said));
    // A log that cannot be written has nowhere to say so.
    ssize_t ignored = write(l->fd, line.s, (size_t)line.n);
    (void)ignored;
    arena_free(&a);
}
