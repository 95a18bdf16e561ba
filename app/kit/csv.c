// One pass over the text; a cell is copied only when a quote inside it has to be undone.
#include "kit/csv.h"
#include "base/str.h"

typedef struct Reader {
    Arena *a;
    Str rest;
    char separator;
    bool broken;
} Reader;

static bool at_end(const Reader *r)
{
    return !r->rest.n || r->rest.s[0] == r->separator || r->rest.s[0] == '\n' ||
           r->rest.s[0] == '\r';
}

static Str plain_cell(Reader *r)
{
    Str start = r->rest;
    while (!at_end(r))
        r->rest = str_skip(r->rest, 1);
    return str_take(start, start.n - r->rest.n);
}

// After the opening quote. Doubled quotes are one; what follows the closing one belongs to the cell as well.
static Str quoted_cell(Reader *r)
{
    Str start = r->rest;
    isize end = str_find_byte(start, '"');
    if (end >= 0) {
        r->rest = str_skip(start, end + 1);
        if (at_end(r)) return str_take(start, end);
        r->rest = start;
    }
    Buf b = {.a = r->a};
    bool open = true;
    while (r->rest.n && (open || !at_end(r))) {
        char c = r->rest.s[0];
        r->rest = str_skip(r->rest, 1);
        if (!open) {
            r->broken = true;
            buf_byte(&b, c);
        } else if (c != '"') {
            buf_byte(&b, c);
        } else if (r->rest.n && r->rest.s[0] == '"') {
            r->rest = str_skip(r->rest, 1);
            buf_byte(&b, c);
        } else {
            open = false;
        }
    }
    r->broken |= open;
    return buf_str(&b);
}

static Str cell(Reader *r)
{
    if (!r->rest.n || r->rest.s[0] != '"') return plain_cell(r);
    r->rest = str_skip(r->rest, 1);
    return quoted_cell(r);
}

static void line_end(Reader *r)
{
    if (str_starts(r->rest, S("\r\n")))
        r->rest = str_skip(r->rest, 2);
    else
        r->rest = str_skip(r->rest, 1);
}

static CsvRow row(Reader *r, isize most, bool *more)
{
    isize cap = 8;
    CsvRow out = {.v = make(r->a, Str, cap)};
    for (;;) {
        Str c = cell(r);
        if (out.n == most) {
            *more = true;
        } else {
            if (out.n == cap) {
                Str *v = make(r->a, Str, cap *= 2);
                memcpy(v, out.v, (size_t)out.n * sizeof *v);
                out.v = v;
            }
            out.v[out.n++] = c;
        }
        if (!r->rest.n || r->rest.s[0] != r->separator) break;
        r->rest = str_skip(r->rest, 1);
    }
    line_end(r);
    return out;
}

static Str without_mark(Str text)
{
    return str_starts(text, S("\xEF\xBB\xBF")) ? str_skip(text, 3) : text;
}

void csv_read(Arena *a, Str text, char separator, isize rows_most, isize columns_most, Csv *out)
{
    Reader r = {.a = a, .rest = without_mark(text), .separator = separator};
    isize cap = 0;
    *out = (Csv){0};
    while (r.rest.n) {
        if (out->n == rows_most) {
            out->more_rows = true;
            break;
        }
        if (out->n == cap) {
            cap = cap ? cap * 2 : 64;
            CsvRow *v = make(a, CsvRow, cap);
            if (out->n) memcpy(v, out->v, (size_t)out->n * sizeof *v);
            out->v = v;
        }
        CsvRow *now = &out->v[out->n++];
        *now = row(&r, columns_most, &out->more_columns);
        out->uneven |= out->n > 1 && now->n != out->v[0].n;
        if (now->n > out->columns) out->columns = now->n;
    }
    out->broken = r.broken;
}

char csv_separator(Str text)
{
    static const char choice[] = {',', ';', '\t'};
    isize count[COUNT(choice)] = {0}, best = 0;
    bool quoted = false;
    text = without_mark(text);
    for (isize i = 0; i < text.n && (quoted || (text.s[i] != '\n' && text.s[i] != '\r')); i++) {
        quoted ^= text.s[i] == '"';
        for (isize c = 0; c < COUNT(choice) && !quoted; c++)
            count[c] += text.s[i] == choice[c];
    }
    for (isize c = 1; c < COUNT(choice); c++)
        if (count[c] > count[best]) best = c;
    return choice[best];
}

static void put_cell(Buf *b, Str s)
{
    double number;
    bool quoted = false;
    bool formula = s.n && strchr("=+-@\t\r", s.s[0]) && s.s[0] && !str_f64(s, &number);
    for (isize i = 0; i < s.n; i++)
        quoted |= s.s[i] == '"' || s.s[i] == ',' || s.s[i] == ';' || s.s[i] == '\n' ||
                  s.s[i] == '\r' || s.s[i] == '\t';
    if (quoted) buf_byte(b, '"');
    if (formula) buf_byte(b, '\'');
    for (isize i = 0; i < s.n; i++) {
        if (s.s[i] == '"') buf_byte(b, '"');
        buf_byte(b, s.s[i]);
    }
    if (quoted) buf_byte(b, '"');
}

void csv_put_row(Buf *b, const Str *cells, isize n)
{
    for (isize i = 0; i < n; i++) {
        if (i) buf_byte(b, ',');
        put_cell(b, cells[i]);
    }
    buf_put(b, S("\r\n"));
}
