// differencing between releases: the same group counted twice, and parts here whose total was released before.
#include "disclosure/parts.h"

#include "base/map.h"

// Both tables as one: their columns of groups (a table that lacks one counts over all of it) and the counts that both
// have. Rows of this table first, then those of the earlier one.
typedef struct Joined {
    Table t;
    const Table *now, *before;
    isize groups, counts;      // columns of t: groups, then counts
    isize *now_at, *before_at; // per column of t: the column there, or -1
    isize *match; // per row of the earlier table: the row of this one with the same labels, or -1
} Joined;

static Str plain(const Table *t, isize c)
{
    return str_lower(t->a, str_trim(t->column[c].name));
}

static isize named(const Table *t, ColumnKind kind, Str name)
{
    for (isize c = 0; c < t->columns; c++) {
        ColumnKind k = t->column[c].kind;
        bool fits = kind == COLUMN_DIMENSION ? k == kind : k == COLUMN_COUNT || k == COLUMN_TOTAL;
        if (fits && str_eq(plain(t, c), name)) return c;
    }
    return -1;
}

static isize only_count(const Table *t)
{
    isize at = -1;
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == COLUMN_COUNT) at = at < 0 ? c : -2;
    return at;
}

static void column_add(Joined *j, isize now, isize before)
{
    j->now_at[j->t.columns] = now;
    j->before_at[j->t.columns] = before;
    j->t.column[j->t.columns++] = now >= 0 ? j->now->column[now] : j->before->column[before];
}

// The groups of one must be among the groups of the other.
static bool join_columns(Joined *j)
{
    const Table *a = j->now, *b = j->before;
    isize only_a = 0, only_b = 0;
    for (isize c = 0; c < a->columns; c++) {
        if (a->column[c].kind != COLUMN_DIMENSION) continue;
        isize at = named(b, COLUMN_DIMENSION, plain(a, c));
        only_a += at < 0;
        column_add(j, c, at);
    }
    for (isize c = 0; c < b->columns; c++) {
        if (b->column[c].kind != COLUMN_DIMENSION || named(a, COLUMN_DIMENSION, plain(b, c)) >= 0)
            continue;
        only_b++;
        column_add(j, -1, c);
    }
    j->groups = j->t.columns;
    if (only_a && only_b) return false;
    for (isize c = 0; c < a->columns; c++) {
        if (a->column[c].kind != COLUMN_COUNT && a->column[c].kind != COLUMN_TOTAL) continue;
        isize at = named(b, COLUMN_COUNT, plain(a, c));
        if (at >= 0) column_add(j, c, at);
    }
    isize x = only_count(a), y = only_count(b);
    if (j->t.columns == j->groups && x >= 0 && y >= 0) column_add(j, x, y);
    j->counts = j->t.columns - j->groups;
    return j->counts > 0;
}

static void join_row(Joined *j, isize row, const Table *from, const isize *at, isize source)
{
    Table *t = &j->t;
    for (isize c = 0; c < t->columns; c++) {
        isize i = row * t->columns + c;
        t->text[i] = at[c] < 0 ? S("Total") : table_text(from, source, at[c]);
        t->cell[i] = at[c] < 0 ? (TableCell){.kind = CELL_TEXT} : *table_at(from, source, at[c]);
        if (c < j->groups) t->is_total[row] |= table_says_total(t->text[i]);
    }
    t->section[row] = from->section[source];
    t->row_is[row] = from->row_is[source];
}

static void join_rows(Joined *j)
{
    Table *t = &j->t;
    isize rows = j->now->rows + j->before->rows;
    t->text = make(t->a, Str, rows * t->columns + 1);
    t->cell = make(t->a, TableCell, rows * t->columns + 1);
    t->section = make(t->a, Str, rows + 1);
    t->is_total = make(t->a, bool, rows + 1);
    t->row_is = make(t->a, ColumnKind, rows + 1);
    for (isize r = 0; r < j->now->rows; r++)
        join_row(j, t->rows++, j->now, j->now_at, r);
    for (isize r = 0; r < j->before->rows; r++)
        join_row(j, t->rows++, j->before, j->before_at, r);
}

// Labels, or the number of the row in tables that have none.
static Str row_key(const Joined *j, const TableKeys *k, isize r)
{
    if (k->n) return arena_str(j->t.a, &k->id[r * k->n], k->n * (isize)sizeof *k->id);
    return arena_fmt(j->t.a, "%lld", (long long)(r < j->now->rows ? r : r - j->now->rows));
}

static void match_rows(Joined *j)
{
    TableKeys k = table_keys(&j->t);
    Map rows = {0};
    j->match = make(j->t.a, isize, j->before->rows + 1);
    for (isize r = 0; r < j->now->rows; r++) {
        isize **at = (isize **)map_at(j->t.a, &rows, row_key(j, &k, r));
        if (*at) continue;
        *at = make(j->t.a, isize, 1);
        **at = r;
    }
    for (isize r = 0; r < j->before->rows; r++) {
        isize *at = map_get(&rows, row_key(j, &k, j->now->rows + r));
        j->match[r] = at ? *at : -1;
    }
}

static bool said_before(const Findings *f, isize row, Str column)
{
    for (isize i = 0; i < f->n; i++)
        if (f->v[i].rule == RULE_DIFFERENCING && f->v[i].row == row + 1 &&
            str_eq(f->v[i].column, column))
            return true;
    return false;
}

static void compare(const Joined *j, isize row, isize other, isize c, Str name, Findings *out)
{
    const Table *t = &j->t;
    double now, before;
    Str column = j->now->column[j->now_at[c]].name;
    if (said_before(out, row, column) || !table_count(t, other, c, &before)) return;
    if (table_at(t, row, c)->kind == CELL_SUPPRESSED) {
        finding_add(out, t->a, RULE_DIFFERENCING, row + 1, column,
                    "The suppressed cell in row %lld (%.*s), column %.*s, was released before as "
                    "%.6g in %.*s: what changed must "
                    "be large enough, or release the cell as it was.",
                    (long long)row + 1, STR(table_row_name(j->now, row)), STR(column), before,
                    STR(name));
        return;
    }
    if (!table_count(t, row, c, &now)) return;
    double d = now > before ? now - before : before - now;
    if (!(d > 0 && d < (double)t->policy->threshold)) return;
    finding_add(out, t->a, RULE_DIFFERENCING, row + 1, column,
                "The count %.6g in row %lld (%.*s), column %.*s, was %.6g in %.*s: the difference "
                "is a group of %.6g. Release it "
                "as it was, or suppress or round it so that nothing follows.",
                now, (long long)row + 1, STR(table_row_name(j->now, row)), STR(column), before,
                STR(name), d);
}

// The counts of both, this table's where both have one; an earlier row without a partner stays a row of its own.
static Parts parts_joined(const Joined *j)
{
    Parts p = parts_of(&j->t);
    isize n = j->t.columns, first = j->now->rows;
    p.need = FROM_THIS | FROM_EARLIER;
    for (isize r = 0; r < j->before->rows; r++)
        for (isize c = j->groups; c < n; c++) {
            isize at = (first + r) * n + c, to = j->match[r] * n + c;
            p.from[at] = FROM_EARLIER;
            if (j->match[r] < 0) continue;
            if (p.state[to] != PART_KNOWN && p.state[at] == PART_KNOWN) {
                p.state[to] = PART_KNOWN;
                p.value[to] = p.value[at];
                p.from[to] = FROM_EARLIER;
            }
        }
    return p;
}

// Rows that stand for both leave the lines, so that no part counts twice.
static void drop_matched(Joined *j, Parts *p)
{
    isize n = j->t.columns;
    for (isize r = 0; r < j->before->rows; r++) {
        if (j->match[r] < 0) continue;
        for (isize c = 0; c < n; c++)
            p->state[(j->now->rows + r) * n + c] = PART_NONE;
        for (isize d = 0; d < p->keys.n; d++)
            ((int *)(uintptr_t)p->keys.id)[(j->now->rows + r) * p->keys.n + d] = -1;
    }
}

static void told(const Joined *j, const PartsFound *f, Str name, Findings *out)
{
    isize row = f->row < j->now->rows ? f->row : f->by_row,
          c = f->row < j->now->rows ? f->column : f->by_column;
    if (row >= j->now->rows) row = 0;
    Str column = j->now->column[j->now_at[c]].name;
    if (said_before(out, row, column)) return;
    switch (f->kind) {
    case PARTS_UNLISTED:
        finding_add(out, j->t.a, RULE_DIFFERENCING, row + 1, column,
                    "Together with %.*s the total of %.*s, column %.*s, is %.6g more than its "
                    "parts: those who are not listed are "
                    "a group of %.6g. Suppress, or round both.",
                    STR(name), STR(table_row_name(&j->t, f->by_row)), STR(column), f->value,
                    f->value);
        return;
    case PARTS_VALUE:
        finding_add(out, j->t.a, RULE_DIFFERENCING, row + 1, column,
                    "Together with %.*s the suppressed cell of %.*s, column %.*s, can be worked "
                    "out as %.6g (a total minus the "
                    "other parts): suppress a second part or the total.",
                    STR(name), STR(table_row_name(&j->t, f->row)), STR(column), f->value);
        return;
    case PARTS_TOGETHER:
    case PARTS_BETWEEN:
        finding_add(out, j->t.a, RULE_DIFFERENCING, row + 1, column,
                    "Together with %.*s the totals leave too few people for the suppressed cell of "
                    "%.*s, column %.*s: suppress a larger part too, or the total.",
                    STR(name), STR(table_row_name(&j->t, f->row)), STR(column));
        return;
    }
}

// Do two files tell of the same people? Then most of their cells are the same, or nearly.
static bool agree(const Joined *j)
{
    isize shared = 0, near = 0;
    double now, before;
    for (isize r = 0; r < j->before->rows; r++)
        for (isize c = j->groups; c < j->t.columns; c++) {
            if (j->match[r] < 0 || !table_count(&j->t, j->match[r], c, &now) ||
                !table_count(&j->t, j->now->rows + r, c, &before))
                continue;
            double d = now > before ? now - before : before - now;
            shared++;
            near += d < (double)j->t.policy->threshold;
        }
    return near * 2 >= shared;
}

void check_earlier(const Table *t, const Table *before, const EarlierTable *earlier, Findings *out)
{
    Str name = earlier->name;
    Joined j = {
        .now = t, .before = before, .t = {.a = t->a, .policy = t->policy}
    };
    isize most = t->columns + before->columns + 1;
    j.now_at = make(t->a, isize, most);
    j.before_at = make(t->a, isize, most);
    j.t.column = make(t->a, TableColumn, most);
    if (!t->rows || !before->rows || !join_columns(&j)) return;
    join_rows(&j);
    match_rows(&j);
    if (earlier->is_other && !agree(&j)) return;
    for (isize r = 0; r < before->rows; r++)
        for (isize c = j.groups; c < j.t.columns; c++)
            if (j.match[r] >= 0) compare(&j, j.match[r], t->rows + r, c, name, out);
    PartsFounds found = {0};
    Parts p = parts_joined(&j);
    drop_matched(&j, &p);
    parts_solve(&p, &found);
    for (isize i = 0; i < found.n; i++)
        if (parts_tell(&p, &found.v[i])) told(&j, &found.v[i], name, out);
}
