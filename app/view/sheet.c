// A page of rows or lines, and the survey that makes any page of them quick to find.
#include "os/folder.h"
#include "view/own.h"
#include "view/sort.h"

enum { SURVEY_TEXT_MAX = 64 * 1024 * 1024 };

static Str survey_path(const Sheet *s)
{
    static const char kinds[] = {[','] = 'c', [';'] = 's', ['\t'] = 't', [ROWS_LINES] = 'l'};
    if (!s->ask->keep.n || s->ask->sha256.n != 64 || !path_is_plain(s->ask->sha256))
        return (Str){0};
    return arena_fmt(s->a, "%.*s/%.*s-%c.json", STR(s->ask->keep), STR(s->ask->sha256),
                     kinds[(u8)s->separator]);
}

fallible view_forget(Arena *a, Str keep, Str sha256)
{
    static const char separators[] = {',', ';', '\t', ROWS_LINES};
    ViewAsk ask = {.keep = keep, .sha256 = sha256};
    for (isize i = 0; i < COUNT(separators); i++) {
        Sheet s = {.a = a, .ask = &ask, .separator = separators[i]};
        TRY(file_remove(a, survey_path(&s)));
    }
    return NULL;
}

fallible sheet_survey(Sheet *s, bool needed, const SurveyWatch *watch)
{
    Str path = survey_path(s), text;
    if (s->surveyed) return NULL;
    if (path.n && file_exists(s->a, path)) {
        TRY(file_read(s->a, path, SURVEY_TEXT_MAX, &text));
        s->surveyed = survey_read(s->a, text, &s->survey) && s->survey.bytes == s->bytes;
    }
    if (s->surveyed || (!needed && s->bytes > VIEW_AT_ONCE)) return NULL;
    s->surveyed = survey_make(s->a, s->fd, s->separator, watch, &s->survey);
    if (!s->surveyed) return NULL;
    if (!path.n || s->survey.bytes != s->bytes) return NULL;
    TRY(folder_make(s->a, s->ask->keep, 0700));
    return file_write(s->a, path, survey_text(s->a, &s->survey), 0600);
}

static Str value_look(Str cell, char mark)
{
    static const char *const looks[VALUE_KINDS] = {[VALUE_WHOLE] = "num",
                                                   [VALUE_NUMBER] = "num",
                                                   [VALUE_MISSING] = "none",
                                                   [VALUE_REDACTED] = "gone"};
    return str_from(looks[value_read(cell, mark).kind]);
}

static void row_show(SheetPage *p, const Rows *r, i64 number, isize bytes)
{
    char mark = survey_decimal(r->separator);
    SheetRow *row = &p->rows[p->n++];
    *row = (SheetRow){.number = number, .n = r->n, .cells = make(p->a, SheetCell, r->n + 1)};
    for (isize i = 0; i < r->n; i++)
        row->cells[i] = (SheetCell){view_shown(p->a, r->v[i], bytes), value_look(r->v[i], mark)};
    p->is_cut |= r->cut;
}

static Str page_href(const SheetPage *p, i64 row, i64 place)
{
    const ViewWish *w = &p->sheet->ask->wish;
    Buf b = {.a = p->a};
    if (str_eq(w->show, S("source"))) buf_put(&b, S("&show=source"));
    if (w->sort) buf_fmt(&b, "&sort=%lld", (long long)w->sort);
    if (w->sort && w->down) buf_put(&b, S("&down=1"));
    if (row > 1) buf_fmt(&b, "&row=%lld", (long long)row);
    if (place && !p->sheet->surveyed) buf_fmt(&b, "&place=%lld", (long long)place);
    return b.n ? arena_fmt(p->a, "?%.*s", STR(str_skip(buf_str(&b), 1))) : S("?");
}

static void pager_fill(SheetPage *p, i64 step, bool more, i64 next_place)
{
    i64 after = p->from + p->n;
    if (p->from > 1) p->first = page_href(p, 1, 0);
    if (p->from > 1 && p->of >= 0)
        p->previous = page_href(p, p->from > step ? p->from - step : 1, 0);
    if (more) p->next = page_href(p, after, next_place);
    if (more && p->of > 0) p->last = page_href(p, (p->of - 1) / step * step + 1, 0);
}

// Goes to the row that is wished for, by the survey or by the place that the link told; p->from says where it is.
static void rows_go(const Sheet *s, Rows *r, SheetPage *p)
{
    i64 want = s->ask->wish.row, at = 0;
    p->from = 1;
    if (want <= 1) return;
    if (s->surveyed) {
        if (!s->survey.rows) return;
        if (want > s->survey.rows) want = s->survey.rows;
        rows_seek(r, survey_place(&s->survey, want - 1, &at));
    } else if (s->ask->wish.place > 0) {
        rows_seek(r, s->ask->wish.place);
        at = want - 1;
    } else {
        return;
    }
    while (at < want - 1 && rows_next(r))
        at++;
    p->from = at + 1;
}

static void page_read(const Sheet *s, Rows *r, SheetPage *p, isize step, isize bytes)
{
    bool more;
    p->rows = make(p->a, SheetRow, step);
    rows_go(s, r, p);
    while ((more = rows_next(r)) && p->n < step)
        row_show(p, r, p->from + p->n, bytes);
    pager_fill(p, step, more, r->place);
}

static void page_sorted(const Sheet *s, Rows *r, SheetPage *p)
{
    Sorted sorted;
    i64 from = s->ask->wish.row < 1 ? 1 : s->ask->wish.row;
    if (from > SORT_MOST) from = SORT_MOST;
    sort_rows(p->a, s->fd, s->separator, (isize)s->ask->wish.sort - 1, s->ask->wish.down,
              (isize)from - 1 + VIEW_ROWS + 1, &sorted);
    p->from = from;
    p->rows = make(p->a, SheetRow, VIEW_ROWS);
    for (isize i = (isize)from - 1; i < sorted.n && p->n < VIEW_ROWS; i++) {
        rows_seek(r, sorted.v[i].place);
        if (rows_next(r)) row_show(p, r, sorted.v[i].row + 1, VIEW_CELL);
    }
    p->is_capped = p->of > SORT_MOST || (p->of < 0 && sorted.n == SORT_MOST);
    if (p->of > SORT_MOST) p->of = SORT_MOST;
    pager_fill(p, VIEW_ROWS, sorted.n > (isize)from - 1 + p->n, 0);
}

static void headings_fill(SheetPage *p, const Rows *r)
{
    const ViewWish *w = &p->sheet->ask->wish;
    p->columns = r->n;
    p->headings = make(p->a, SheetHeading, r->n + 1);
    for (isize i = 0; i < r->n; i++) {
        bool mine = w->sort == i + 1;
        p->headings[i] = (SheetHeading){
            .name = view_shown(p->a, r->v[i], VIEW_CELL),
            .order = !mine     ? S("none")
                     : w->down ? S("descending")
                               : S("ascending"),
            .href = arena_fmt(p->a, "?sort=%td%s", i + 1, mine && !w->down ? "&down=1" : "")};
    }
    p->is_cut |= r->cut;
}

void sheet_rows(Sheet *s, SheetPage *out)
{
    Rows r;
    *out = (SheetPage){.sheet = s, .a = s->a, .from = 1, .of = s->surveyed ? s->survey.rows : -1};
    rows_open(s->a, s->fd, s->separator, &r);
    if (!rows_next(&r)) return;
    headings_fill(out, &r);
    if (s->ask->wish.sort > 0 && s->ask->wish.sort <= out->columns)
        page_sorted(s, &r, out);
    else
        page_read(s, &r, out, VIEW_ROWS, VIEW_CELL);
}

void sheet_lines(Sheet *s, SheetPage *out)
{
    Rows r;
    *out = (SheetPage){.sheet = s, .a = s->a, .from = 1, .of = s->surveyed ? s->survey.rows : -1};
    rows_open(s->a, s->fd, ROWS_LINES, &r);
    page_read(s, &r, out, VIEW_LINES, VIEW_LINE);
}
