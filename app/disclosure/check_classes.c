// class_disclosure: all or none of a group are in one class, so everybody who knows that somebody belongs to the group
// knows the class too.
#include "disclosure/table.h"

#include <math.h>

static void told(const Table *t, isize r, isize c, const char *who, const char *verb, Findings *out)
{
    Str name = t->column[c].name;
    finding_add(out, t->a, RULE_CLASS, r + 1, name,
                "%s of the group in row %lld (%.*s) %s in the class of column %.*s, which says "
                "so of each of them: "
                "combine classes or groups, or suppress.",
                who, (long long)r + 1, STR(table_row_name(t, r)), verb, STR(name));
}

static void none(const Table *t, isize r, isize c, Findings *out)
{
    told(t, r, c, "Nobody", "is", out);
}

static void everybody(const Table *t, isize r, isize c, Findings *out)
{
    told(t, r, c, "All", "are", out);
}

static bool says(Str s, Str word)
{
    return str_eq_nocase(str_trim(s), word);
}

// Rows whose emptiness tells nothing: what is missing or unknown.
static bool row_is_unclassified(const Table *t, isize r)
{
    for (isize c = 0; c < t->columns; c++) {
        if (t->column[c].kind != COLUMN_DIMENSION) continue;
        Str s = table_text(t, r, c);
        if (says(s, S("missing")) || says(s, S("unknown")) || says(s, S("(missing)")) ||
            says(s, S("not known")) || says(s, S("not recorded")) || says(s, S("not stated")) ||
            says(s, S("NA")))
            return true;
    }
    return false;
}

static bool *rows_unclassified(const Table *t)
{
    bool *out = make(t->a, bool, t->rows + 1);
    for (isize r = 0; r < t->rows; r++)
        out[r] = row_is_unclassified(t, r);
    return out;
}

static bool is_year(Str s)
{
    i64 n;
    return str_i64(str_take(s, 4), &n) && n >= 1900 && n <= 2100;
}

// A column of people in one class of a cross table.
static bool is_class(const Table *t, isize c)
{
    const TableColumn *me = &t->column[c];
    return me->kind == COLUMN_COUNT && !me->words.unclassified && !me->words.survival &&
           !is_year(me->name);
}

static isize class_count(const Table *t)
{
    isize n = 0;
    for (isize c = 0; c < t->columns; c++)
        n += is_class(t, c);
    return n;
}

static isize total_column(const Table *t)
{
    isize at = -1;
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == COLUMN_TOTAL) at = at < 0 ? c : -2;
    return at;
}

static void wide_row(const Table *t, isize r, isize total, Findings *out)
{
    double v, whole = 0, sum = 0;
    bool known = total >= 0 && table_count(t, r, total, &whole);
    for (isize c = 0; c < t->columns; c++)
        if (is_class(t, c) && table_count(t, r, c, &v) && v > 0) sum += v;
    if ((known ? whole : sum) == 0) return;
    for (isize c = 0; c < t->columns; c++) {
        if (!is_class(t, c) || !table_count(t, r, c, &v)) continue;
        if (v == 0)
            none(t, r, c, out);
        else if (known && v == whole)
            everybody(t, r, c, out);
    }
}

static void check_wide(const Table *t, const bool *unclassified, Findings *out)
{
    isize total = total_column(t), classes = class_count(t);
    if (classes < 2 && !(classes == 1 && total >= 0)) return;
    for (isize r = 0; r < t->rows; r++)
        if (!t->is_total[r] && !unclassified[r]) wide_row(t, r, total, out);
}

static bool same_but(const TableKeys *k, isize r, isize s, isize but)
{
    for (isize d = 0; d < k->n; d++)
        if (d != but && k->id[r * k->n + d] != k->id[s * k->n + d]) return false;
    return true;
}

// Is there somebody in another class of the same group, the classes being the labels of dimension d?
static bool others_have(const Table *t, const TableKeys *k, isize r, isize d, isize c)
{
    double v;
    for (isize s = 0; s < t->rows; s++)
        if (s != r && !t->is_total[s] && same_but(k, r, s, d) && table_count(t, s, c, &v) && v > 0)
            return true;
    return false;
}

static bool is_time(const Table *t, const TableKeys *k, isize d)
{
    return k->column[d] >= 0 && t->column[k->column[d]].words.time; // a section has no column
}

// A cross table written long: two columns of groups and one of counts.
static void check_long(const Table *t, const bool *unclassified, const TableKeys *k, isize c,
                       Findings *out)
{
    double v;
    for (isize d = 0; d < k->n; d++)
        if (is_time(t, k, d)) return;
    for (isize r = 0; r < t->rows; r++) {
        if (t->is_total[r] || unclassified[r] || !table_count(t, r, c, &v) || v != 0) continue;
        bool found = false;
        for (isize d = 0; d < k->n && !found; d++)
            found = others_have(t, k, r, d, c);
        if (found) none(t, r, c, out);
    }
}

// One list of classes: only that all are in one of them tells something.
static void check_list(const Table *t, const bool *unclassified, const TableKeys *k, isize c,
                       Findings *out)
{
    isize positive = -1, zeros = 0;
    double v;
    if (is_time(t, k, 0)) return;
    for (isize r = 0; r < t->rows; r++) {
        if (t->is_total[r] || unclassified[r]) continue;
        if (!table_count(t, r, c, &v)) return;
        zeros += v == 0;
        if (v > 0 && positive >= 0) return;
        if (v > 0) positive = r;
    }
    if (positive >= 0 && zeros) everybody(t, positive, c, out);
}

// Percentages that add up to the whole are of classes; others are of the groups that the rows name.
static bool adds_up(const Table *t, isize c)
{
    double sum = 0;
    for (isize r = 0; r < t->rows; r++)
        if (!t->is_total[r] && table_at(t, r, c)->kind == CELL_NUMBER)
            sum += table_at(t, r, c)->value;
    double whole = t->column[c].fraction ? 1 : 100;
    return sum > 0.95 * whole && sum < 1.05 * whole;
}

// A percentage of nearly nobody: the count that it is of stands beside it.
static bool has_people(const Table *t, isize r, isize c)
{
    double v;
    if (c > 0 && t->column[c - 1].kind == COLUMN_COUNT)
        c--;
    else if (c + 1 < t->columns && t->column[c + 1].kind == COLUMN_COUNT)
        c++;
    else
        return false;
    return table_count(t, r, c, &v) && v > 0;
}

static void check_percent(const Table *t, isize r, isize c, Findings *out)
{
    const TableCell *cell = table_at(t, r, c);
    bool brackets = cell->has_second && cell->second_percent;
    bool first = cell->kind == CELL_NUMBER && table_kind(t, r, c) == COLUMN_PERCENT;
    if (!brackets && !first) return;
    double v = brackets ? cell->second : cell->value;
    bool fraction = !brackets && !cell->percent && t->column[c].fraction;
    if (v == 0 && !(brackets ? cell->kind == CELL_NUMBER && cell->value > 0
                             : adds_up(t, c) && has_people(t, r, c)))
        none(t, r, c, out);
    else if (v == (fraction ? 1 : 100))
        everybody(t, r, c, out);
}

static bool is_whole_column(const Table *t, isize c)
{
    Str s = t->column[c].words.stem;
    return t->column[c].words.unclassified || t->column[c].kind == COLUMN_TOTAL ||
           str_eq(s, S("total")) || str_eq(s, S("all")) || str_eq(s, S("overall"));
}

void check_classes(const Table *t, Findings *out)
{
    isize already = out->n;
    const bool *unclassified = rows_unclassified(t);
    isize counts = 0, column = 0;
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == COLUMN_COUNT) counts++, column = c;
    check_wide(t, unclassified, out);
    if (counts == 1 && out->n == already && is_class(t, column)) {
        TableKeys k = table_keys(t);
        if (k.n >= 2) check_long(t, unclassified, &k, column, out);
        if (k.n == 1) check_list(t, unclassified, &k, column, out);
    }
    for (isize c = 0; c < t->columns; c++)
        for (isize r = 0; r < t->rows && !is_whole_column(t, c); r++)
            if (!t->is_total[r] && !unclassified[r]) check_percent(t, r, c, out);
}
