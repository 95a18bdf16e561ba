// Edit distance with one row; words longer than 63 bytes are never a slip of the hand.
#include "cli/nearest.h"

static int edits(Str a, Str b)
{
    int row[64];
    if (a.n > 63 || b.n > 63) return 64;
    for (isize j = 0; j <= b.n; j++)
        row[j] = (int)j;
    for (isize i = 1; i <= a.n; i++) {
        int corner = row[0];
        row[0] = (int)i;
        for (isize j = 1; j <= b.n; j++) {
            int above = row[j], change = corner + (a.s[i - 1] != b.s[j - 1]);
            corner = above;
            row[j] = above + 1 < row[j - 1] + 1 ? above + 1 : row[j - 1] + 1;
            if (change < row[j]) row[j] = change;
        }
    }
    return row[b.n];
}

Str nearest(const StrList *l, Str word)
{
    Str best = {0};
    int least = word.n < 5 ? 2 : 3; // near enough means fewer edits than this
    for (isize i = 0; i < l->n; i++) {
        int d = edits(l->v[i], word);
        if (d < least) best = l->v[i], least = d;
    }
    return best;
}
