// view: the files that a box sees: an empty root of its own, and in it what a plan names. Part of the room; others use
// box.h.
#pragma once
#include "box/plan.h"

// Takes the machine's folders, files and devices that the operations bind: trees[i] belongs to operation i, -1 where it
// binds nothing. Root does it from outside, since inside a box it could not reach private folders; an ordinary user
// may only do it inside, before box_view_make.
fallible box_trees_take(Arena *, const BoxOp *, isize n, int *trees);
bool box_op_binds(const BoxOp *); // whether an operation needs a tree

typedef struct BoxView {
    int root;     // the empty root, where the caller stands
    int proc;     // /proc of the box, not mounted yet; or -1
    Err *no_proc; // why not
} BoxView;
// In a mount namespace of its own: lets go of all that the machine has mounted.
fallible box_view_make(Arena *, BoxView *);
// Does the operations in their order.
fallible box_view_fill(Arena *, const BoxView *, const BoxOp *, isize n, const int *trees);
// Gives what is in memory, and was put there with another size, the size of these.
fallible box_view_resize(Arena *, const BoxOp *now, const BoxOp *before, isize n);
// From here on nobody can change the root.
fallible box_view_seal(Arena *, BoxView *);
