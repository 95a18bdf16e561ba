// dag: where the boxes and lines of a picture of actions and their needs go. Pure: no clock, no database, no markup.
//
// Columns are ranks: an action stands one column right of the last action it needs, so every line runs to the right.
// A column with more than `column_max` actions is folded: actions with similar names become one box that counts them.
// The same input always gives the same picture. Needs that would close a circle are left out.
#pragma once
#include "base/base.h"

typedef struct DagAction {
    Str name, state; // state: a word that web/piece.h knows
    Str href;        // where a click goes; empty: nowhere
} DagAction;
typedef struct DagNeed {
    isize before, after; // indexes of actions
} DagNeed;

typedef struct DagBox {
    Str label; // the action's name, or what its members have in common and how many they are
    Str state; // of the action, or the most urgent one of the members
    Str href;
    Str title; // the whole name, or the first members and the number of each state
    isize rank;
    i64 x, y, w, h; // pixels, from the left and the top
    isize members;  // 1, or how many actions are folded into it
} DagBox;
typedef struct DagPoint {
    i64 x, y;
} DagPoint;
typedef struct DagLine {
    isize from, to; // boxes
    DagPoint
        *v; // from the right side of one to the left side of the other, through gaps between boxes
    isize n;
} DagLine;
typedef struct Dag {
    DagBox *boxes;
    isize boxes_n;
    DagLine *lines;
    isize lines_n;
    i64 width, height;
    bool folded; // something was
} Dag;

enum { DAG_COLUMN_MAX = 60 };
Dag dag_layout(Arena *, const DagAction *, isize actions, const DagNeed *, isize needs,
               isize column_max);
// The line as an SVG path: straight past boxes, curved between columns.
Str dag_line_path(Arena *, const DagLine *);
