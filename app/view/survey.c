// The pass over a table. What a column is, is decided at the end from the counts of its cells.
#include "view/survey.h"

#include "kit/json.h"
#include "view/distinct.h"

enum { NAME_BYTES = 200, DATE_BYTES = 40, DISTINCT_ALL = 1024 * 1024, DISTINCT_LEAST = 2048 };

// A column while the pass goes on.
typedef struct Tally {
    SurveyColumn *out;
    Number min, max;
    bool any;
    char first[DATE_BYTES], last[DATE_BYTES]; // dates
    isize first_n, last_n;
    Sum sum;
    Distinct distinct;
} Tally;

char survey_decimal(char separator)
{
    return separator == ';' ? ',' : '.';
}

static void number_tally(Tally *t, const Value *v)
{
    if (!t->any || number_cmp(v->number, t->min) < 0) t->min = v->number;
    if (!t->any || number_cmp(v->number, t->max) > 0) t->max = v->number;
    t->any = true;
    sum_add(&t->sum, v->number);
    if (v->kind != VALUE_WHOLE) return;
    i64 six = v->number.whole % 6;
    t->out->by5 += v->number.whole % 5 == 0;
    t->out->by6 += six == 0;
    t->out->mid6 += six == 3 || six == -3 || !v->number.whole;
}

static void date_keep(char *to, isize *n, Str s)
{
    *n = s.n < DATE_BYTES ? s.n : DATE_BYTES;
    memcpy(to, s.s, (size_t)*n);
}

static void date_tally(Tally *t, Str s)
{
    if (!t->first_n || str_cmp(s, (Str){t->first, t->first_n}) < 0)
        date_keep(t->first, &t->first_n, s);
    if (!t->last_n || str_cmp(s, (Str){t->last, t->last_n}) > 0) date_keep(t->last, &t->last_n, s);
}

static void cell_tally(Arena *a, Tally *t, Str cell, char mark)
{
    Value v = value_read(cell, mark);
    t->out->count[v.kind]++;
    if (v.kind == VALUE_MISSING || v.kind == VALUE_REDACTED) return;
    distinct_add(a, &t->distinct, cell);
    if (v.kind == VALUE_WHOLE || v.kind == VALUE_NUMBER) number_tally(t, &v);
    if (v.kind == VALUE_DATE) date_tally(t, str_trim(cell));
}

static void tally_end(Arena *a, const Tally *t)
{
    SurveyColumn *c = t->out;
    if (t->any) {
        c->min = number_text(a, t->min);
        c->max = number_text(a, t->max);
        c->sum = sum_text(a, &t->sum);
    } else if (t->first_n) {
        c->min = arena_str(a, t->first, t->first_n);
        c->max = arena_str(a, t->last, t->last_n);
    }
    c->distinct = distinct_count(&t->distinct);
    c->distinct_is_about = t->distinct.is_about;
}

static void mark_add(Arena *a, Survey *s, isize *cap, i64 place)
{
    if (s->marks_n == *cap) {
        i64 *wider = make(a, i64, *cap = *cap ? *cap * 2 : 64);
        if (s->marks_n) memcpy(wider, s->marks, (size_t)s->marks_n * sizeof *wider);
        s->marks = wider;
    }
    s->marks[s->marks_n++] = place;
}

static Tally *tallies_begin(Arena *a, Survey *s, const Rows *heading)
{
    Tally *t = make(a, Tally, heading->n + 1);
    isize exact = DISTINCT_ALL / 4 / (heading->n + 1);
    s->v = make(a, SurveyColumn, heading->n + 1);
    s->columns = heading->n;
    for (isize i = 0; i < heading->n; i++) {
        s->v[i].name = str_copy(a, str_take(heading->v[i], NAME_BYTES));
        t[i].out = &s->v[i];
        distinct_begin(a, &t[i].distinct, exact > DISTINCT_LEAST ? exact : DISTINCT_LEAST);
    }
    return t;
}

bool survey_make(Arena *a, int fd, char separator, const SurveyWatch *watch, Survey *out)
{
    Rows r;
    Tally *tallies = NULL;
    isize marks = 0;
    char mark = survey_decimal(separator);
    *out = (Survey){0};
    rows_open(a, fd, separator, &r);
    if (separator != ROWS_LINES && rows_next(&r)) tallies = tallies_begin(a, out, &r);
    while (rows_next(&r)) {
        if (out->rows % SURVEY_STEP == 0) {
            mark_add(a, out, &marks, r.place);
            if (watch && !watch->told(watch->self, r.place)) return false;
        }
        out->rows++;
        out->cut += r.cut;
        if (!tallies) continue;
        out->uneven += r.n != out->columns;
        for (isize i = 0; i < out->columns; i++)
            cell_tally(a, &tallies[i], i < r.n ? r.v[i] : (Str){0}, mark);
    }
    out->bytes = r.here;
    for (isize i = 0; tallies && i < out->columns; i++)
        tally_end(a, &tallies[i]);
    return true;
}

Str survey_type(const SurveyColumn *c)
{
    i64 numbers = c->count[VALUE_WHOLE] + c->count[VALUE_NUMBER];
    i64 text = c->count[VALUE_TEXT], dates = c->count[VALUE_DATE];
    if (!numbers && !text && !dates) return S("empty");
    if ((numbers != 0) + (text != 0) + (dates != 0) > 1) return S("mixed");
    if (text) return S("text");
    if (dates) return S("date");
    return c->count[VALUE_NUMBER] ? S("number") : S("whole number");
}

i64 survey_place(const Survey *s, i64 row, i64 *from)
{
    i64 at = row / SURVEY_STEP;
    if (at >= s->marks_n) at = s->marks_n - 1;
    *from = at < 0 ? 0 : at * SURVEY_STEP;
    return at < 0 ? 0 : s->marks[at];
}

static void column_write(JsonOut *j, const SurveyColumn *c)
{
    json_obj(j);
    json_str(json_key(j, S("name")), c->name);
    json_arr(json_key(j, S("count")));
    for (int k = 0; k < VALUE_KINDS; k++)
        json_int(j, c->count[k]);
    json_end(j);
    json_str(json_key(j, S("min")), c->min);
    json_str(json_key(j, S("max")), c->max);
    json_str(json_key(j, S("sum")), c->sum);
    json_int(json_key(j, S("distinct")), c->distinct);
    json_bool(json_key(j, S("about")), c->distinct_is_about);
    json_int(json_key(j, S("by5")), c->by5);
    json_int(json_key(j, S("by6")), c->by6);
    json_int(json_key(j, S("mid6")), c->mid6);
    json_end(j);
}

Str survey_text(Arena *a, const Survey *s)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_obj(&j);
    json_int(json_key(&j, S("survey")), 1);
    json_int(json_key(&j, S("rows")), s->rows);
    json_int(json_key(&j, S("bytes")), s->bytes);
    json_int(json_key(&j, S("uneven")), s->uneven);
    json_int(json_key(&j, S("cut")), s->cut);
    json_arr(json_key(&j, S("columns")));
    for (isize i = 0; i < s->columns; i++)
        column_write(&j, &s->v[i]);
    json_end(&j);
    json_arr(json_key(&j, S("marks")));
    for (isize i = 0; i < s->marks_n; i++)
        json_int(&j, s->marks[i]);
    json_end(&j);
    json_end(&j);
    return buf_str(&b);
}

static void column_read(const Json *j, SurveyColumn *c)
{
    int k = 0;
    *c = (SurveyColumn){.name = json_get_str(j, S("name")),
                        .min = json_get_str(j, S("min")),
                        .max = json_get_str(j, S("max")),
                        .sum = json_get_str(j, S("sum")),
                        .distinct = json_get_int(j, S("distinct"), 0),
                        .distinct_is_about = json_get_bool(j, S("about"), false),
                        .by5 = json_get_int(j, S("by5"), 0),
                        .by6 = json_get_int(j, S("by6"), 0),
                        .mid6 = json_get_int(j, S("mid6"), 0)};
    for (JsonWalk w = json_walk(json_get(j, S("count"))); k < VALUE_KINDS && json_next(&w);)
        c->count[k++] = json_as_int(w.value, 0);
}

bool survey_read(Arena *a, Str text, Survey *out)
{
    const Json *j;
    if (json_parse(a, text, &j) || json_get_int(j, S("survey"), 0) != 1) return false;
    const Json *columns = json_get(j, S("columns")), *marks = json_get(j, S("marks"));
    *out = (Survey){.rows = json_get_int(j, S("rows"), 0),
                    .bytes = json_get_int(j, S("bytes"), 0),
                    .uneven = json_get_int(j, S("uneven"), 0),
                    .cut = json_get_int(j, S("cut"), 0),
                    .v = make(a, SurveyColumn, json_count(columns) + 1),
                    .marks = make(a, i64, json_count(marks) + 1)};
    for (JsonWalk w = json_walk(columns); json_next(&w);)
        column_read(w.value, &out->v[out->columns++]);
    for (JsonWalk w = json_walk(marks); json_next(&w);)
        out->marks[out->marks_n++] = json_as_int(w.value, 0);
    return true;
}
