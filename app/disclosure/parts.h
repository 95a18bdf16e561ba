// parts: what can be worked out of a table by taking parts from totals, again and again.
#pragma once
#include "disclosure/table.h"

typedef enum PartState {
    PART_NONE,
    PART_KNOWN,
    PART_MISSING,
    PART_SUPPRESSED,
    PART_FOUND
} PartState;
// Where a number was shown: the lines that need both tell what neither tells alone.
enum { FROM_THIS = 1, FROM_EARLIER = 2 };

typedef struct Parts {
    const Table *t;
    TableKeys keys;
    u8 *state;     // PartState per cell
    u8 *from;      // FROM_… per cell
    double *value; // of known and found ones
    u8 need;       // lines count only when their cells come from all of these
} Parts;
// The counts of a table, all of them FROM_THIS.
Parts parts_of(const Table *);

typedef enum PartsKind {
    PARTS_VALUE = 1, // a cell was worked out
    PARTS_BETWEEN,   // a suppressed cell has few numbers left that it can be: low to high
    PARTS_TOGETHER,  // `cells` suppressed ones of a line are few together; the cell is one of them
    PARTS_UNLISTED   // a total is more than its parts; the cell is the total
} PartsKind;
typedef struct PartsFound {
    PartsKind kind;
    isize row, column;
    double value;            // of the cell, of all together, of those not listed
    double low, high;        // of PARTS_BETWEEN
    isize cells;             // of PARTS_TOGETHER
    isize by_row, by_column; // the total that gave it away
} PartsFound;
typedef struct PartsFounds {
    PartsFound *v;
    isize n, cap;
} PartsFounds;
void parts_solve(Parts *, PartsFounds *);
// Is it worth a finding? What was worked out may be large: then only if the cell was suppressed and not by a smaller limit.
bool parts_tell(const Parts *, const PartsFound *);

// --- for the files that solve
typedef struct Line Line;
typedef struct Lines Lines;
// What a line lacks: the number of unknown parts, the last of them, the difference of the rest, where it comes from.
typedef struct Sight {
    isize unknown, suppressed, which;
    isize nothing; // cells that are no numbers at all
    double rest;
    u8 from;
    bool total_known;
    bool rounded; // every number that is shown
} Sight;
Sight line_sight(const Parts *, const Line *);
bool part_is_known(u8 state);
PartsFound part_found(const Parts *, PartsKind, isize cell, isize by, double value);
void parts_found_add(Arena *, PartsFounds *, PartsFound);
// Adds the suppressed cells whose totals leave fewer than half of the numbers that the threshold hides.
void bounds_find(const Parts *, const Lines *, const bool *believed, PartsFounds *);
