// From bytes to a grid with one heading: separator, titles above, two-line headings, sections, total rows.
#include "disclosure/table.h"
#include "disclosure/column.h"

#include "base/map.h"
#include "kit/csv.h"

enum {
    COLUMNS_MOST = 300,
    CELLS_MOST = 2000000,
    ABOVE_MOST = 30,
    LOOK_LINES = 12,
    LABELS_MOST = 20000
};

static Str line_take(Str *rest)
{
    isize at = 0;
    while (at < rest->n && rest->s[at] != '\n' && rest->s[at] != '\r')
        at++;
    Str line = str_take(*rest, at);
    *rest = str_skip(*rest, at + 1 < rest->n && rest->s[at] == '\r' && rest->s[at + 1] == '\n'
                                ? at + 2
                                : at + 1);
    return line;
}

static isize outside_quotes(Str line, char c)
{
    isize n = 0;
    bool quoted = false;
    for (isize i = 0; i < line.n; i++) {
        quoted ^= line.s[i] == '"';
        n += !quoted && line.s[i] == c;
    }
    return n;
}

// The separator that most of the first lines have, so that a title with a comma decides nothing.
static char separator_of(Str text)
{
    static const char choice[] = {',', ';', '\t', '|'};
    isize lines[COUNT(choice)] = {0}, all[COUNT(choice)] = {0}, best = 0;
    for (int i = 0; i < LOOK_LINES && text.n; i++) {
        Str line = line_take(&text);
        if (line.n && line.s[0] == '#') continue;
        for (isize c = 0; c < COUNT(choice); c++) {
            isize n = outside_quotes(line, choice[c]);
            lines[c] += n > 0;
            all[c] += n;
        }
    }
    for (isize c = 1; c < COUNT(choice); c++)
        if (lines[c] > lines[best] || (lines[c] == lines[best] && all[c] > all[best])) best = c;
    return choice[best];
}

static bool row_is_blank(const CsvRow *r)
{
    for (isize i = 0; i < r->n; i++)
        if (str_trim(r->v[i]).n) return false;
    return true;
}

static bool only_first(const CsvRow *r)
{
    for (isize i = 1; i < r->n; i++)
        if (str_trim(r->v[i]).n) return false;
    return r->n && str_trim(r->v[0]).n;
}

static bool looks_number(Str s)
{
    TableCell c = table_cell(s, false);
    return c.kind == CELL_NUMBER;
}

static bool looks_year_or_code(Str s)
{
    TableCell c = table_cell(s, false);
    return c.whole && ((c.value >= 1900 && c.value <= 2100) || (c.value >= 0 && c.value <= 12));
}

static bool has_numbers(const CsvRow *r)
{
    for (isize i = 0; i < r->n; i++)
        if (looks_number(r->v[i])) return true;
    return false;
}

// A heading names columns: texts, or years and codes beside a text; two equal numbers name nothing.
static bool is_heading(const CsvRow *r)
{
    isize numbers = 0, strange = 0, texts = 0;
    for (isize i = 0; i < r->n; i++) {
        TableCell c = table_cell(r->v[i], false);
        texts += c.kind == CELL_TEXT;
        if (c.kind != CELL_NUMBER) continue;
        numbers++;
        strange += !looks_year_or_code(r->v[i]);
        for (isize k = 0; k < i; k++)
            strange += str_eq(r->v[i], r->v[k]);
    }
    if (!numbers) return true;
    return strange == 0 && (texts > 0 || numbers > 1);
}

static bool repeats_or_gaps(const CsvRow *r)
{
    for (isize i = 1; i < r->n; i++) {
        Str s = str_trim(r->v[i]);
        if (!s.n && i + 1 < r->n) return true;
        if (s.n && str_eq(s, str_trim(r->v[i - 1]))) return true;
    }
    return false;
}

typedef struct Shape {
    isize heading; // row of the heading, or -1
    isize second;  // row of its second line, or -1
    isize data;    // first row of data
} Shape;

static Shape shape_of(const CsvRow *v, isize n, isize columns)
{
    Shape s = {.heading = -1, .second = -1};
    isize at = 0;
    while (at < n && at < ABOVE_MOST && columns > 1 &&
           (only_first(&v[at]) || v[at].v[0].n > 200 || str_starts(v[at].v[0], S("#"))) &&
           !has_numbers(&v[at]))
        at++;
    if (at >= n) at = 0;
    s.data = at;
    if (!is_heading(&v[at]) || (at + 1 == n && has_numbers(&v[at]))) return s;
    s.heading = at;
    s.data = at + 1;
    if (at + 2 < n && repeats_or_gaps(&v[at]) && !has_numbers(&v[at + 1]) &&
        !only_first(&v[at + 1]) && has_numbers(&v[at + 2])) {
        s.second = at + 1;
        s.data = at + 2;
    }
    // the names of a pandas index stand in a line of their own
    if (s.data + 1 < n && only_first(&v[s.data]) && !str_trim(v[at].v[0]).n) s.data++;
    return s;
}

static Str cell_text(const CsvRow *r, isize i)
{
    return i < r->n ? r->v[i] : (Str){0};
}

static Str heading_of(Arena *a, const CsvRow *v, const Shape *s, isize column)
{
    Str name = {0};
    if (s->heading >= 0) name = str_trim(cell_text(&v[s->heading], column));
    if (s->second >= 0) {
        for (isize i = column; !name.n && i > 0; i--)
            name = str_trim(cell_text(&v[s->heading], i - 1));
        Str under = str_trim(cell_text(&v[s->second], column));
        if (under.n) name = name.n ? arena_fmt(a, "%.*s %.*s", STR(name), STR(under)) : under;
    }
    return str_take(name, 200);
}

static bool all_digits(Str s)
{
    i64 n;
    return s.n && s.s[0] != '-' && s.s[0] != '+' && str_i64(s, &n);
}

// In tables without commas between cells: 12,5 somewhere, or nothing but 1.234 where a point is.
static bool decimal_comma(const CsvRow *v, isize n)
{
    isize thousands = 0, points = 0;
    for (isize r = 0; r < n; r++)
        for (isize i = 0; i < v[r].n; i++) {
            Str head, tail, s = str_trim(v[r].v[i]);
            if (s.n && s.s[s.n - 1] == '%') s = str_trim(str_take(s, s.n - 1));
            if (s.n > 20) continue;
            isize comma = str_rfind_byte(s, ',');
            if (comma > 0 && s.n - comma - 1 != 3 && all_digits(str_skip(s, comma + 1)) &&
                s.s[comma - 1] >= '0' && s.s[comma - 1] <= '9')
                return true;
            if (!str_cut(s, '.', &head, &tail) || !all_digits(head)) continue;
            points++;
            thousands += head.n <= 3 && tail.n >= 3 && all_digits(str_take(tail, 3)) &&
                         (tail.n == 3 || tail.s[3] == '.') && head.s[0] != '0';
        }
    return points && thousands == points;
}

// What a label says of its row; labels repeat, so the first ones are remembered.
typedef struct RowLabel {
    bool is_total;
    ColumnKind kind;
} RowLabel;

static RowLabel row_label(Table *t, Map *known, Str text)
{
    void **at = known->n < LABELS_MOST ? map_at(t->a, known, text) : NULL;
    RowLabel *seen = at ? *at : map_get(known, text);
    if (seen) return *seen;
    RowLabel made = {table_says_total(text), table_row_words(t->a, text)};
    if (at) {
        seen = *at = make(t->a, RowLabel, 1);
        *seen = made;
    }
    return made;
}

static void rows_name(Table *t)
{
    Map known = {0};
    Str section = {0};
    t->section = make(t->a, Str, t->rows + 1);
    t->is_total = make(t->a, bool, t->rows + 1);
    t->row_is = make(t->a, ColumnKind, t->rows + 1);
    for (isize r = 0; r < t->rows; r++) {
        CsvRow whole = {.v = &t->text[r * t->columns], .n = t->columns};
        if (t->columns > 1 && only_first(&whole) && t->cell[r * t->columns].kind == CELL_TEXT)
            section = str_trim(whole.v[0]);
        t->section[r] = section;
        for (isize c = 0; c < t->columns; c++) {
            if (t->column[c].kind != COLUMN_DIMENSION) continue;
            RowLabel l = row_label(t, &known, whole.v[c]);
            t->is_total[r] |= l.is_total;
            if (l.kind != COLUMN_UNKNOWN) t->row_is[r] = l.kind;
        }
    }
}

static fallible text_only(Arena *a, Str text)
{
    if (str_starts(text, S("\xFF\xFE")) || str_starts(text, S("\xFE\xFF")))
        return fail(a, ERR_BAD_INPUT, "it is written in UTF-16: save it as UTF-8.");
    if (str_find_byte(text, '\0') >= 0)
        return fail(a, ERR_BAD_INPUT, "it is no text: only CSV and TSV files can be checked.");
    return NULL;
}

static isize drop_blank(CsvRow *v, isize n)
{
    isize kept = 0;
    for (isize i = 0; i < n; i++)
        if (!row_is_blank(&v[i])) v[kept++] = v[i];
    return kept;
}

fallible table_read(Arena *a, const Policy *p, Str text, bool cut, Table *out)
{
    Csv csv;
    TRY(text_only(a, text));
    char separator = separator_of(text);
    csv_read(a, text, separator, (isize)p->rows + ABOVE_MOST + 2, COLUMNS_MOST, &csv);
    *out = (Table){.a = a, .policy = p, .more_rows = csv.more_rows || cut};
    isize n = drop_blank(csv.v, csv.n), columns = csv.columns;
    if (!n) return NULL;
    Shape s = shape_of(csv.v, n, columns);
    isize rows = n - s.data;
    out->more_rows |= rows > p->rows;
    if (rows > p->rows) rows = (isize)p->rows;
    if (rows * columns > CELLS_MOST) rows = CELLS_MOST / columns, out->more_rows = true;
    out->rows = rows, out->columns = columns;
    out->column = make(a, TableColumn, columns + 1);
    out->text = make(a, Str, rows * columns + 1);
    out->cell = make(a, TableCell, rows * columns + 1);
    bool comma = separator == ';' && decimal_comma(csv.v + s.data, rows);
    for (isize c = 0; c < columns; c++)
        out->column[c].name = heading_of(a, csv.v, &s, c);
    for (isize r = 0; r < rows; r++)
        for (isize c = 0; c < columns; c++) {
            Str cell = cell_text(&csv.v[s.data + r], c);
            out->text[r * columns + c] = cell;
            out->cell[r * columns + c] = table_cell(cell, comma);
        }
    columns_decide(out);
    for (isize c = 0; c < columns; c++)
        if (!out->column[c].name.n)
            out->column[c].name = arena_fmt(a, "column %lld", (long long)c + 1);
    rows_name(out);
    return NULL;
}

ColumnKind table_kind(const Table *t, isize row, isize column)
{
    const TableColumn *c = &t->column[column];
    bool general = c->kind == COLUMN_NUMBER || c->kind == COLUMN_MEAN ||
                   ((c->kind == COLUMN_COUNT || c->kind == COLUMN_TOTAL) && !c->words.general);
    if (general && t->row_is[row] != COLUMN_UNKNOWN) return t->row_is[row];
    if (table_at(t, row, column)->percent && general) return COLUMN_PERCENT;
    return c->kind;
}

bool table_is_count(const Table *t, isize row, isize column)
{
    ColumnKind k = table_kind(t, row, column);
    const TableCell *c = table_at(t, row, column);
    if (k != COLUMN_COUNT && k != COLUMN_TOTAL) return false;
    return c->kind != CELL_NUMBER || c->whole || t->column[column].words.people;
}

Str table_row_name(const Table *t, isize row)
{
    Buf b = {.a = t->a};
    for (isize c = 0; c < t->columns && b.n < 80; c++) {
        Str s = str_trim(table_text(t, row, c));
        if (t->column[c].kind != COLUMN_DIMENSION || !s.n) continue;
        if (b.n) buf_put(&b, S(", "));
        buf_put(&b, str_take(s, 40));
    }
    if (!b.n) buf_fmt(&b, "row %lld", (long long)row + 1);
    return str_printable(t->a, buf_str(&b));
}

Str table_suppressed(const Table *t, isize row, isize column)
{
    return arena_fmt(t->a, "The suppressed cell in row %lld (%.*s), column %.*s,",
                     (long long)row + 1, STR(table_row_name(t, row)), STR(t->column[column].name));
}
