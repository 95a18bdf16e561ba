// Failures: made in the caller's arena, given context on the way up, mapped once to HTTP and exit codes.
#include "base/base.h"

static const struct {
    int http, exit;
} err_kinds[] = {
    [ERR_BUG] = {500, 70},
      [ERR_IO] = {502, 74},
      [ERR_BAD_INPUT] = {400, 2 },
    [ERR_SIGNED_OUT] = {403, 77},
      [ERR_FORBIDDEN] = {403, 77},
      [ERR_NOT_FOUND] = {404, 66},
    [ERR_CONFLICT] = {409, 75},
      [ERR_TOO_LARGE] = {413, 65},
      [ERR_BUSY] = {503, 75},
};

int err_http_status(ErrKind k)
{
    return err_kinds[k].http;
}
int err_exit_code(ErrKind k)
{
    return err_kinds[k].exit;
}

Err *fail(Arena *a, ErrKind kind, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    Err *e = make(a, Err, 1);
    e->kind = kind;
    e->say = arena_vfmt(a, fmt, ap);
    va_end(ap);
    return e;
}

Err *err_under(Arena *a, Err *e, const char *fmt, ...)
{
    if (!e) return NULL;
    va_list ap;
    va_start(ap, fmt);
    Str context = arena_vfmt(a, fmt, ap);
    va_end(ap);
    Err *out = make(a, Err, 1);
    *out = *e;
    out->say = arena_fmt(a, "%.*s: %.*s", STR(context), STR(e->say));
    return out;
}

void must_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "tresor: broken promise at %s:%d: %s\n", file, line, what);
    abort();
}
