// First every heading by its words and values; then again, because some mean something else beside others.
#include "disclosure/column.h"

typedef struct Facts {
    isize numbers, whole, texts, hidden, percents, negative, distinct;
    double least, most;
    bool runs_up;      // each number is larger than the one before
    bool steps;        // …by one
    bool one_negative; // all negative numbers are the same, as OMOP writes a suppressed count
} Facts;

static Facts facts_of(const Table *t, isize column)
{
    Facts f = {.runs_up = true, .steps = true, .one_negative = true};
    double before = 0, negative = 0, seen[16];
    for (isize r = 0; r < t->rows; r++) {
        const TableCell *c = table_at(t, r, column);
        f.texts += c->kind == CELL_TEXT;
        f.hidden += c->kind == CELL_SUPPRESSED;
        if (c->kind != CELL_NUMBER) continue;
        if (f.numbers) {
            f.runs_up &= c->value > before;
            f.steps &= c->value == before + 1;
        }
        if (c->value < 0) {
            f.one_negative &= !f.negative || negative == c->value;
            f.negative++, negative = c->value;
        }
        if (!f.numbers || c->value < f.least) f.least = c->value;
        if (!f.numbers || c->value > f.most) f.most = c->value;
        isize k = 0;
        while (k < f.distinct && k < COUNT(seen) && seen[k] != c->value)
            k++;
        if (k == f.distinct && k < COUNT(seen)) seen[f.distinct++] = c->value;
        before = c->value;
        f.numbers++;
        f.whole += c->whole;
        f.percents += c->percent;
    }
    return f;
}

static bool is_numeric(const Facts *f)
{
    return f->numbers + f->hidden > 0 && f->numbers > 0 && f->texts * 3 <= f->numbers + f->hidden;
}

static bool has_digit(Str s)
{
    for (isize i = 0; i < s.n; i++)
        if (s.s[i] >= '0' && s.s[i] <= '9') return true;
    return false;
}

static bool any_kind(const Table *t, isize from, isize to, ColumnKind kind)
{
    for (isize c = from; c < to; c++)
        if (t->column[c].kind == kind) return true;
    return false;
}

static Str first_word(Str s)
{
    isize n = 0;
    while (n < s.n && s.s[n] != ' ' && s.s[n] != '_' && s.s[n] != '.' && s.s[n] != '-')
        n++;
    return str_take(s, n);
}

// "Stage I", "Stage II": a word that names groups stands over several columns of whole numbers: these are classes.
static bool is_one_of_classes(const Table *t, isize column, const Facts *all)
{
    const Facts *f = &all[column];
    const TableColumn *me = &t->column[column];
    if (!column || f->whole != f->numbers || f->negative) return false;
    if (me->words.loose) return f->most > 12;
    if (has_digit(me->name)) return true;
    for (isize c = 1; c < t->columns; c++) {
        if (c != column && t->column[c].words.kind == COLUMN_DIMENSION && is_numeric(&all[c]) &&
            me->name.n != first_word(me->name).n &&
            str_eq_nocase(first_word(me->name), first_word(t->column[c].name)))
            return true;
    }
    return false;
}

// Whole numbers under a heading that says nothing.
static ColumnKind count_or_label(const Table *t, isize column, const Facts *f)
{
    bool left = any_kind(t, 0, column, COLUMN_DIMENSION);
    bool counted = false;
    for (isize c = column + 1; c < t->columns; c++)
        counted |= t->column[c].words.kind == COLUMN_COUNT;
    if (f->steps && f->numbers >= 4 && f->numbers == t->rows) return COLUMN_DIMENSION;
    if (!left && f->runs_up && f->numbers > 1) return COLUMN_DIMENSION;
    bool flags = f->distinct == 2 && f->least == 0 && f->most == 1 && f->numbers >= 10;
    if (flags) return COLUMN_DIMENSION; // yes or no of single records
    bool few = f->distinct <= 12 && f->most <= 12 && f->numbers > f->distinct && !f->hidden;
    if (counted && few) return COLUMN_DIMENSION;
    return COLUMN_COUNT;
}

static ColumnKind by_values(const Table *t, isize column, const Facts *f)
{
    if (!is_numeric(f)) return COLUMN_DIMENSION;
    if (f->percents * 2 > f->numbers) return COLUMN_PERCENT;
    if (f->negative && !f->one_negative) return COLUMN_NUMBER;
    if (f->whole * 10 < f->numbers * 6) return COLUMN_NUMBER;
    return count_or_label(t, column, f);
}

static ColumnKind by_words(const Table *t, isize column, const Facts *all)
{
    const Facts *f = &all[column];
    TableColumn *c = &t->column[column];
    bool mostly_parts = f->whole * 2 < f->numbers;
    ColumnKind k = c->words.kind;
    if (k == COLUMN_DIMENSION) {
        if (!is_numeric(f) || !is_one_of_classes(t, column, all)) return k;
        c->words.named = false;
        return COLUMN_COUNT;
    }
    bool letter = k == COLUMN_STATISTIC && c->name.n == 1 && f->whole == f->numbers;
    if (k == COLUMN_UNKNOWN || letter) return by_values(t, column, f);
    if (f->texts > f->numbers + f->hidden) return COLUMN_DIMENSION;
    if (f->percents * 2 > f->numbers && (k == COLUMN_COUNT || k == COLUMN_TOTAL))
        return COLUMN_PERCENT;
    if (k == COLUMN_COUNT && mostly_parts) return COLUMN_NUMBER;
    if (k == COLUMN_TOTAL && mostly_parts) return COLUMN_SUM;
    if (k == COLUMN_STATISTIC && c->words.loose && f->whole == f->numbers && f->numbers && column) {
        c->words.named = false;
        return COLUMN_COUNT;
    }
    return k;
}

// A proportion goes up to 1, a percentage up to 100.
static bool is_fraction(const TableColumn *c, const Facts *f)
{
    if (f->percents || f->most > 1) return false;
    return f->whole < f->numbers || c->words.fraction;
}

static void quarters(Table *t)
{
    bool even = false;
    for (isize c = 0; c < t->columns; c++)
        even |=
            str_eq_nocase(t->column[c].name, S("q2")) || str_eq_nocase(t->column[c].name, S("q4"));
    for (isize c = 0; even && c < t->columns; c++)
        if (str_eq_nocase(t->column[c].name, S("q1")) || str_eq_nocase(t->column[c].name, S("q3")))
            t->column[c].words.kind = COLUMN_UNKNOWN;
}

// Beside a largest contribution, what is called total or nothing known is the sum of contributions.
static void sums_beside_contributions(Table *t, const Facts *all)
{
    bool contributions = false;
    for (isize c = 0; c < t->columns; c++)
        contributions |= t->column[c].kind == COLUMN_SECOND || t->column[c].kind == COLUMN_TOP ||
                         t->column[c].kind == COLUMN_LARGEST;
    for (isize c = 0; contributions && c < t->columns; c++) {
        TableColumn *me = &t->column[c];
        bool total = me->kind == COLUMN_TOTAL && !me->words.people;
        bool unknown = (me->kind == COLUMN_COUNT && !me->words.named) || me->kind == COLUMN_NUMBER;
        if (total || (unknown && is_numeric(&all[c]) && me->words.kind == COLUMN_UNKNOWN))
            me->kind = COLUMN_SUM;
    }
}

// The numbers that a program gave to rows tell nothing of groups, where other columns do.
static void running_numbers(Table *t, const Facts *all)
{
    for (isize c = 0; c < t->columns; c++) {
        TableColumn *me = &t->column[c];
        const Facts *f = &all[c];
        Str s = str_lower(t->a, me->name);
        bool unnamed = !s.n || str_starts(s, S("unnamed")) || str_starts(s, S("...")) ||
                       str_eq(s, S("index")) || str_eq(s, S("row")) || str_eq(s, S("rownames")) ||
                       str_eq(s, S("x")) || str_eq(s, S("rank")) || str_eq(s, S("#"));
        if (!unnamed || !f->steps || f->numbers != t->rows || f->least > 1) continue;
        me->kind = COLUMN_IGNORED;
        if (!any_kind(t, 0, t->columns, COLUMN_DIMENSION)) me->kind = COLUMN_DIMENSION;
    }
}

// A total with nothing that it could be the total of counts people itself.
static void lonely_totals(Table *t)
{
    if (any_kind(t, 0, t->columns, COLUMN_COUNT)) return;
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == COLUMN_TOTAL) t->column[c].kind = COLUMN_COUNT;
}

void columns_decide(Table *t)
{
    const Policy *p = t->policy;
    Facts *all = make(t->a, Facts, t->columns + 1);
    for (isize c = 0; c < t->columns; c++)
        all[c] = facts_of(t, c);
    for (isize c = 0; c < t->columns; c++)
        t->column[c].words = table_words(t->a, t->column[c].name);
    quarters(t);
    for (isize c = 0; c < t->columns; c++) {
        TableColumn *me = &t->column[c];
        if (policy_matches(&p->ignore, me->name)) {
            me->kind = COLUMN_IGNORED;
        } else if (policy_matches(&p->count, me->name)) {
            me->kind = COLUMN_COUNT;
            me->words.named = me->words.people = true;
        } else if (policy_matches(&p->dimension, me->name)) {
            me->kind = COLUMN_DIMENSION;
        } else {
            me->kind = by_words(t, c, all);
        }
        if (me->kind == COLUMN_PERCENT) me->fraction = is_fraction(me, &all[c]);
    }
    sums_beside_contributions(t, all);
    running_numbers(t, all);
    lonely_totals(t);
}
