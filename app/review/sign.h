// sign: a checker who has a minisign key signs what he approved; the signature travels with the release.
#pragma once
#include "review/review.h"

// The text that is signed. Equal input gives equal bytes:
//     tresor review statement v1
//     workspace NAME
//     request 7
//     round 2
//     checker carl
//     SHA-256  path            one line for each output he approved, in byte order of the paths
fallible review_statement(Db *, Arena *, const ReviewRequest *, i64 checker, Str username,
                          Str *out);
// Keeps the signature file with the visitor's finished review of this round. CONFLICT when there is no such review, no
// key, when the signature is not of this text by that key, or when the release is on its way already.
fallible review_sign(Req *, const ReviewRequest *, Str signature);
// The visitor's own review of this round: found only when it is finished.
fallible review_own_done(Req *, const ReviewRequest *, ReviewDoneByRow *out, bool *found);
