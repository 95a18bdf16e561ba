// The heap keeps the worst of the best on top: a row that is better takes its place.
#include "view/sort.h"

#include "view/survey.h"
#include "view/value.h"

enum { KEY_BYTES = 48 };
enum { APART_NOT, APART_REDACTED, APART_MISSING };

typedef struct Key {
    int apart;
    bool is_number;
    Number number;
    char text[KEY_BYTES];
    isize text_n;
    SortedRow where;
} Key;

static Key key_of(Str cell, char mark, SortedRow where)
{
    Value v = value_read(cell, mark);
    Key k = {.where = where,
             .number = v.number,
             .is_number = v.kind == VALUE_WHOLE || v.kind == VALUE_NUMBER,
             .apart = v.kind == VALUE_REDACTED  ? APART_REDACTED
                      : v.kind == VALUE_MISSING ? APART_MISSING
                                                : APART_NOT};
    k.text_n = cell.n < KEY_BYTES ? cell.n : KEY_BYTES;
    for (isize i = 0; i < k.text_n; i++) {
        char c = cell.s[i];
        k.text[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return k;
}

static int key_cmp(const Key *a, const Key *b, bool down)
{
    if (a->apart != b->apart) return a->apart - b->apart;
    int c = 0;
    if (a->apart)
        c = 0;
    else if (a->is_number != b->is_number)
        c = a->is_number ? -1 : 1;
    else if (a->is_number)
        c = number_cmp(a->number, b->number);
    else
        c = str_cmp((Str){a->text, a->text_n}, (Str){b->text, b->text_n});
    if (c) return down ? -c : c;
    return a->where.row < b->where.row ? -1 : 1;
}

typedef struct Heap {
    Key *v;
    isize n, most;
    bool down;
} Heap;

static void swap(Key *a, Key *b)
{
    Key k = *a;
    *a = *b;
    *b = k;
}

static void sink(Heap *h, isize i)
{
    for (;;) {
        isize worst = i, left = 2 * i + 1;
        for (isize k = left; k < left + 2 && k < h->n; k++)
            if (key_cmp(&h->v[k], &h->v[worst], h->down) > 0) worst = k;
        if (worst == i) return;
        swap(&h->v[i], &h->v[worst]);
        i = worst;
    }
}

static void offer(Heap *h, const Key *k)
{
    if (h->n == h->most) {
        if (key_cmp(k, &h->v[0], h->down) > 0) return;
        h->v[0] = *k;
        sink(h, 0);
        return;
    }
    isize i = h->n++;
    h->v[i] = *k;
    for (isize up; i && key_cmp(&h->v[i], &h->v[up = (i - 1) / 2], h->down) > 0; i = up)
        swap(&h->v[i], &h->v[up]);
}

void sort_rows(Arena *a, int fd, char separator, isize column, bool down, isize most, Sorted *out)
{
    Rows r;
    Heap h = {.down = down, .most = most > SORT_MOST ? SORT_MOST : most};
    char mark = survey_decimal(separator);
    *out = (Sorted){0};
    if (h.most < 1) return;
    h.v = make(a, Key, h.most);
    rows_open(a, fd, separator, &r);
    rows_next(&r);
    for (i64 row = 0; rows_next(&r); row++) {
        Key k = key_of(column < r.n ? r.v[column] : (Str){0}, mark, (SortedRow){row, r.place});
        offer(&h, &k);
    }
    out->n = h.n;
    out->v = make(a, SortedRow, h.n + 1);
    while (h.n) {
        out->v[h.n - 1] = h.v[0].where;
        h.v[0] = h.v[--h.n];
        sink(&h, 0);
    }
}
