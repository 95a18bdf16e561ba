// sqlcolumns: a list of columns that several queries of a file share is written once and named.
//   -- columns NAME: reason
//   id, name, created_at as "created_at:time";
// Afterwards {NAME} in a query of this file stands for it.
#pragma once
#include "gen/source.h"

// The text with the lists taken out and put where they are named; each line stays the line it was. Refuses lists that
// nobody names, names that nobody lists, and a name that is given twice.
Str sql_columns_expand(Arena *, const Source *);
