// nearest: the word that somebody probably meant.
#pragma once
#include "base/str.h"

// The listed word with the fewest single-letter edits from `word`, if it is near enough to be a slip; else empty.
Str nearest(const StrList *, Str word);
