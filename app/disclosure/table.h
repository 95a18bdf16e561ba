// table: a released table as its reader understands it: which columns count people, which name groups, which sum up.
// Inside the room only.
//
// Reading: separator , ; or tab by the first line; a byte order mark, quotes and all line ends; blank lines do not
// count; lines of a title or comment above the heading are skipped; two lines of heading (as pandas writes them) are
// joined; without a heading columns are "column 1" and so on.
// Cells: 1,234 and 1 234 and 1'234 (and 1.234 where the decimal is a comma), 12 %, £5, 7.0, 120 (48.0%) and 12*;
// suppressed: <10, ≤7, under 10, [REDACTED], suppressed, *, x, [c], ~; missing: blank, NA, NaN, null, -, .; the
// negative of a limit (-5) in a column of counts is suppressed, as OMOP writes it.
// Columns, the first that fits:
//   1. the policy's patterns;
//   2. words of the heading: percent, share; mean, average; sum, cost…; max, largest, second, top2; sd, rate, ci, p,
//      estimate…; n, count, patients, numerator, deaths…; total, all, denominator, population…; age, year, region,
//      id, …_group, …_band, …_name (table_words.c);
//   3. values: texts name groups; numbers with a percent sign are percentages; whole numbers that do not run up like
//      an index or years are counts of the class that the heading names (as in a cross table); other numbers are
//      magnitudes that no rule is for.
// Rows: a label Total, All, Overall, Any, Both, … in a column of groups makes a total; a label such as "Mean" or
// "Percent" says what the numbers of that row are.
#pragma once
#include "disclosure/disclosure.h"

typedef enum CellKind {
    CELL_BLANK,
    CELL_MISSING,
    CELL_SUPPRESSED,
    CELL_NUMBER,
    CELL_TEXT
} CellKind;
typedef struct TableCell {
    CellKind kind;
    bool percent; // a percent sign stands behind it
    bool whole;
    bool has_second; // 120 (48.0%)
    bool second_percent;
    double value;
    double second; // the percentage in brackets
    double below;  // of a suppressed cell that says <N: N; else 0
} TableCell;
TableCell table_cell(Str text, bool decimal_comma);

typedef enum ColumnKind {
    COLUMN_UNKNOWN,
    COLUMN_DIMENSION,
    COLUMN_COUNT,
    COLUMN_TOTAL, // counts that others are parts of
    COLUMN_PERCENT,
    COLUMN_SUM,
    COLUMN_MEAN,
    COLUMN_LARGEST,
    COLUMN_SECOND,
    COLUMN_THIRD,
    COLUMN_TOP, // the n largest together
    COLUMN_STATISTIC,
    COLUMN_NUMBER,
    COLUMN_IGNORED,
} ColumnKind;

typedef struct TableWords {
    ColumnKind kind;
    bool fraction;     // "proportion": 1 is the whole
    bool share;        // of a contribution: in the whole, 0 to 1 or percent
    bool time;         // a dimension of time
    bool named;        // the heading itself says what is counted
    bool people;       // …and that it is people or other units, not only a total
    bool general;      // …whatever they are: n, count, patients
    bool loose;        // a word that names groups, or a class of them: "treatment"
    bool unclassified; // missing, unknown: being empty tells nothing
    bool rounded;      // claims to be rounded
    bool midpoint;     // …to the middle of six
    bool survival;     // at risk, censored, events: intervals, not classes
    int top;           // of COLUMN_TOP
    Str stem;          // what is left of the heading without words of role: "cost" of "cost_max"
} TableWords;
TableWords table_words(Arena *, Str heading);
bool table_says_total(Str label);
// What a row's label says of its numbers; COLUMN_UNKNOWN mostly.
ColumnKind table_row_words(Arena *, Str label);

typedef struct TableColumn {
    Str name;
    TableWords words;
    ColumnKind kind;
    bool fraction; // of COLUMN_PERCENT: 1 is the whole
} TableColumn;

typedef struct Table {
    Arena *a;
    const Policy *policy;
    isize rows, columns;
    bool more_rows;
    TableColumn *column;
    Str *text;          // [row * columns + column]
    TableCell *cell;    // the same
    Str *section;       // per row: the heading line above it, or empty
    bool *is_total;     // per row
    ColumnKind *row_is; // per row: what its label says of its numbers
} Table;
fallible table_read(Arena *, const Policy *, Str text, bool cut, Table *out);

static inline const TableCell *table_at(const Table *t, isize row, isize column)
{
    return &t->cell[row * t->columns + column];
}
static inline Str table_text(const Table *t, isize row, isize column)
{
    return t->text[row * t->columns + column];
}
static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
// The number of a cell, or NAN; column -1 is none.
double table_number(const Table *, isize row, isize column);
// "The suppressed cell in row 3 (north), column n," as sentences begin.
Str table_suppressed(const Table *, isize row, isize column);
// What the cell is: of its column, unless its row says otherwise.
ColumnKind table_kind(const Table *, isize row, isize column);
bool table_is_count(const Table *, isize row, isize column); // a count or a total of counts
// "north, female" of a row, for sentences; at most a line.
Str table_row_name(const Table *, isize row);

void finding_add(Findings *, Arena *, DisclosureRule, i64 row, Str column, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
// The count that a cell shows: of a column of counts, or in the brackets of "48.0% (120)".
bool table_count(const Table *, isize row, isize column, double *out);

// Rows as groups: the columns of groups, each label as a number, equal labels equal numbers. 0 is any total.
typedef struct TableKeys {
    isize n;
    const isize *column; // n of them
    const int *id;       // [row * n + dimension]
} TableKeys;
TableKeys table_keys(const Table *);

// --- the rules: each adds its findings
void check_counts(const Table *, Findings *);    // threshold, rounding
void check_classes(const Table *, Findings *);   // class_disclosure
void check_magnitude(const Table *, Findings *); // dominance, p_percent
void check_texts(Table *,
                 Findings *); // free_text; columns of identifiers are ignored by the others
void check_parts(const Table *, Findings *); // differencing within the table
void check_earlier(const Table *, const Table *before, const EarlierTable *, Findings *);
