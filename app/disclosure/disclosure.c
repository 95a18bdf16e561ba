// All checks of one file, in the order of their rules' names in reports.
#include "disclosure/table.h"

#include <errno.h>
#include <unistd.h>

static const char *const words[RULES_END] = {
    [RULE_THRESHOLD] = "threshold", [RULE_DOMINANCE] = "dominance",
    [RULE_P_PERCENT] = "p_percent", [RULE_CLASS] = "class_disclosure",
    [RULE_ROUNDING] = "rounding",   [RULE_DIFFERENCING] = "differencing",
    [RULE_FREE_TEXT] = "free_text", [RULE_ROWS] = "rows",
};

Str disclosure_rule_word(DisclosureRule rule)
{
    return str_from(words[rule]);
}

bool disclosure_rule_from(Str word, DisclosureRule *out)
{
    for (int r = RULE_THRESHOLD; r < RULES_END; r++)
        if (str_eq(word, str_from(words[r]))) {
            *out = (DisclosureRule)r;
            return true;
        }
    return false;
}

bool disclosure_is_table(Str path)
{
    static const Str suffixes[] = {
        {".csv", 4},
        {".tsv", 4},
        {".tab", 4}
    };
    for (isize i = 0; i < COUNT(suffixes); i++)
        if (path.n > 4 && str_eq_nocase(str_skip(path, path.n - 4), suffixes[i])) return true;
    return false;
}

void finding_add(Findings *f, Arena *a, DisclosureRule rule, i64 row, Str column, const char *fmt,
                 ...)
{
    if (f->n == DISCLOSURE_FINDINGS_MAX) {
        f->left_out++;
        return;
    }
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 16;
        Finding *v = make(a, Finding, f->cap);
        if (f->n) memcpy(v, f->v, (size_t)f->n * sizeof *v);
        f->v = v;
    }
    va_list args;
    va_start(args, fmt);
    Str message = arena_vfmt(a, fmt, args);
    va_end(args);
    f->v[f->n++] = (Finding){.rule = rule,
                             .row = row,
                             .column = str_printable(a, column),
                             .message = str_printable(a, message)};
}

fallible disclosure_read(Arena *a, int fd, Str *text, bool *cut)
{
    isize room = 65536, n = 0;
    char *v = make(a, char, room);
    for (;;) {
        if (n == room && room > DISCLOSURE_BYTES_MAX) break;
        if (n == room) {
            room = room * 4 > DISCLOSURE_BYTES_MAX ? DISCLOSURE_BYTES_MAX + 1 : room * 4;
            char *more = make(a, char, room);
            memcpy(more, v, (size_t)n);
            v = more;
        }
        ssize_t got = read(fd, v + n, (size_t)(room - n));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(a, ERR_IO, "it cannot be read: %s.", strerror(errno));
        if (!got) break;
        n += got;
    }
    *cut = n > DISCLOSURE_BYTES_MAX;
    *text = (Str){v, *cut ? DISCLOSURE_BYTES_MAX : n};
    return NULL;
}

static void too_many_rows(const Table *t, Findings *out)
{
    if (!t->policy->rows_on) return;
    finding_add(out, t->a, RULE_ROWS, 0, (Str){0},
                "The table has more than the %lld rows that people can check, so its cells were "
                "not looked at: release a "
                "summary.",
                (long long)t->policy->rows);
}

fallible disclosure_check(Arena *a, const Policy *p, Str text, bool cut,
                          const EarlierTable *earlier, isize earlier_n, Findings *out)
{
    Table t, before;
    *out = (Findings){0};
    TRY(table_read(a, p, text, cut, &t));
    out->rows = t.rows, out->columns = t.columns;
    if (!t.rows) return NULL;
    check_texts(&t, out);
    if (t.more_rows) {
        too_many_rows(&t, out);
        return NULL;
    }
    check_counts(&t, out);
    check_magnitude(&t, out);
    if (p->class_on) check_classes(&t, out);
    if (!p->differencing_on) return NULL;
    check_parts(&t, out);
    for (isize i = 0; i < earlier_n; i++) {
        // an earlier file that is no table (any more) takes nothing away from the checks of this one
        if (table_read(a, p, earlier[i].text, false, &before) || before.more_rows) continue;
        check_earlier(&t, &before, &earlier[i], out);
    }
    return NULL;
}
