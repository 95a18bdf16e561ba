// column: what a column of a released table holds, by the policy, the words of its heading, and its values.
#pragma once
#include "disclosure/table.h"

// Fills words, kind and fraction of every column; names and cells are there already.
void columns_decide(Table *);
