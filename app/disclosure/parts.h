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

// A cell that was worked out, or a total that says more than its parts.
typedef struct PartsFound {
    isize row, column; // the cell; of a total that says more: the total
    double value;
    isize by_row, by_column; // the total that gave it away
    bool unlisted; // no cell holds the value: it is the difference of the total and its parts
} PartsFound;
typedef struct PartsFounds {
    PartsFound *v;
    isize n, cap;
} PartsFounds;
void parts_solve(Parts *, PartsFounds *);
// Is it worth a finding? What was found may be large: then only if the cell was suppressed and not by a smaller limit.
bool parts_tell(const Parts *, const PartsFound *);
