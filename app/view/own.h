// own: what the parts of this room share: an opened file, its survey, and the pages of a view.
#pragma once
#include "view/difference.h"
#include "view/picture.h"
#include "view/survey.h"
#include "view/view.h"

enum {
    VIEW_ROWS = 200,                 // rows on a page
    VIEW_LINES = 1000,               // lines on a page
    VIEW_CHANGES = 100,              // changed rows on a page
    VIEW_CELL = 300,                 // bytes of a cell
    VIEW_LINE = 2000,                // bytes of a line
    VIEW_AT_ONCE = 8 * 1024 * 1024,  // files up to here are surveyed without being asked
    VIEW_PAGE_MOST = 8 * 1024 * 1024 // bytes of a page in a frame
};

typedef struct Sheet {
    const ViewAsk *ask;
    int fd;
    i64 bytes;
    char separator;
    bool surveyed;
    Survey survey; // when surveyed
    Arena *a;
} Sheet;
// Finds the survey of the file among those that are kept, or makes it when the file is small or `needed`. With a watch
// that ended it there is none.
fallible sheet_survey(Sheet *, bool needed, const SurveyWatch *);

// --- rows of a table, lines of a text
typedef struct SheetHeading {
    Str name, href, order; // order: "ascending", "descending", "none"
} SheetHeading;
typedef struct SheetCell {
    Str text;
    Str look; // a class: "num", "gone" for redacted, "none" for missing, or empty
} SheetCell;
typedef struct SheetRow {
    i64 number;
    SheetCell *cells;
    isize n;
} SheetRow;
typedef struct SheetPage {
    const Sheet *sheet;
    SheetHeading *headings;
    isize columns;
    SheetRow *rows;
    isize n;
    i64 from, of;                    // number of the first row shown; rows there are, or -1
    bool is_capped;                  // sorted, and only the first SORT_MOST
    bool is_cut;                     // some row is longer than what is read of it
    Str first, previous, next, last; // addresses, or empty
    Arena *a;
} SheetPage;
void sheet_rows(Sheet *, SheetPage *out);
void sheet_lines(Sheet *, SheetPage *out);

// --- changes
typedef struct ChangeCell {
    Str was, now;
    bool differs, was_there;
    Str look;
} ChangeCell;
typedef struct ChangeRow {
    i64 old_row, new_row; // 0: not there
    ChangeCell *cells;
    isize n;
} ChangeRow;
typedef struct ChangePage {
    const Sheet *sheet;
    Difference d;
    ChangeRow *rows;
    isize n, columns;
    i64 from;
    bool same_bytes, is_text;
    Str previous, next;
    Arena *a;
} ChangePage;
fallible change_rows(Sheet *, ChangePage *out);

// --- what stands around: the ways to look at this file
typedef struct ViewTab {
    Str label, href;
    bool here;
} ViewTab;
typedef struct ViewTabs {
    ViewTab v[6];
    isize n;
    i64 bytes;
    Str raw, name;
} ViewTabs;
typedef struct PictureShow {
    Picture now, before;
    const ViewAsk *ask;
    bool has_before;
} PictureShow;
ViewScripts view_scripts(const Req *); // what may be, on this site and in the visitor's browser
fallible view_scripts_check(Arena *, ViewScripts);
const ViewBefore *view_before(const ViewAsk *); // the one that is compared with; there is one
Str view_with_href(Arena *, isize with);
Str view_rows_text(Arena *, const SheetPage *);     // "rows 201 to 400 of 1,234"
Str view_counted(Arena *, i64 n, const char *what); // 1 row, 1,234 rows
Str number_grouped(Arena *, i64);                   // 1,234,567
