// Reading sources, refusing them with file and line, and writing results only when they changed.
#include "gen/source.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/str.h"

Source source_read(Arena *a, Str path)
{
    FILE *f = fopen(cstr(a, path), "rb");
    if (!f) refuse_plain("%.*s: cannot be read: %s", STR(path), strerror(errno));
    Buf b = {.a = a};
    char piece[8192];
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_put(&b, (Str){piece, (isize)n});
    fclose(f);
    return (Source){path, buf_str(&b)};
}

int source_line(const Source *s, isize at)
{
    int line = 1;
    for (isize i = 0; i < at && i < s->text.n; i++)
        line += s->text.s[i] == '\n';
    return line;
}

void refuse(const Source *s, isize at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%.*s:%d: ", STR(s->path), source_line(s, at));
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    exit(1);
}

void refuse_plain(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    exit(1);
}

Str source_room(Str path)
{
    isize app = str_find(path, S("app/"));
    for (isize next; app >= 0 && (next = str_find(str_skip(path, app + 4), S("/app/"))) >= 0;)
        app += 4 + next + 1;
    isize slash = str_rfind_byte(path, '/');
    if (slash < 0) return S("");
    Str folder = str_take(path, slash);
    return app >= 0 && app + 4 < slash ? str_skip(folder, app + 4)
                                       : str_skip(folder, str_rfind_byte(folder, '/') + 1);
}

Str source_stem(Str path)
{
    Str file = str_skip(path, str_rfind_byte(path, '/') + 1);
    isize dot = str_rfind_byte(file, '.');
    return dot < 0 ? file : str_take(file, dot);
}

static bool already_says(Arena *a, const char *path, Str text)
{
    struct stat st;
    if (stat(path, &st) || st.st_size != text.n) return false;
    return str_eq(source_read(a, str_from(path)).text, text);
}

void result_write(Arena *a, Str outdir, Str name, Str text)
{
    char *path = cstr(a, arena_fmt(a, "%.*s/%.*s", STR(outdir), STR(name)));
    if (already_says(a, path, text)) return;
    for (char *p = path + 1; *p; p++) {
        if (*p != '/') continue;
        *p = 0;
        if (mkdir(path, 0777) && errno != EEXIST) refuse_plain("%s: %s", path, strerror(errno));
        *p = '/';
    }
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text.s, 1, (size_t)text.n, f) != (size_t)text.n || fclose(f))
        refuse_plain("%s: cannot be written: %s", path, strerror(errno));
}

Str camel(Arena *a, Str snake)
{
    Buf b = {.a = a};
    bool up = true;
    for (isize i = 0; i < snake.n; i++) {
        char c = snake.s[i];
        if (c == '_') {
            up = true;
            continue;
        }
        buf_byte(&b, up && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
        up = false;
    }
    return buf_str(&b);
}

void c_literal(Buf *o, Str text)
{
    buf_byte(o, '"');
    for (isize i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];
        if (c == '"' || c == '\\')
            buf_fmt(o, "\\%c", c);
        else if (c == '\n')
            buf_put(o, i + 1 < text.n ? S("\\n\"\n    \"") : S("\\n"));
        else if (c < ' ' || (c == '?' && i && text.s[i - 1] == '?'))
            buf_fmt(o, "\\%03o", c);
        else
            buf_byte(o, (char)c);
    }
    buf_byte(o, '"');
}
