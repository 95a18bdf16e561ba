// dag_graph: the steps of dag_layout that are worth a file of their own. Only dag*.c include this.
#pragma once
#include "job/dag.h"

// Edges run from lower to higher ranks once graph_rank has been there.
typedef struct Graph {
    isize nodes, edges;
    isize *rank;
    isize *from, *to; // by edge
} Graph;

// Lists by a key: the members of key k are at[first[k]] … at[first[k + 1] - 1].
typedef struct Lists {
    isize keys;
    isize *first, *at;
} Lists;
Lists lists_by(Arena *, isize keys, const isize *key,
               isize n); // members are 0 … n-1, in this order

// Ranks by the longest path; edges that would close a circle are dropped.
void graph_rank(Arena *, Graph *);
// Merges nodes of crowded columns: box_of[node] is its box. Returns how many boxes there are.
isize graph_fold(Arena *, const Graph *, const DagAction *, isize column_max, isize *box_of);
// Puts a stand-in into every column that an edge crosses, so that edges join neighbouring columns only; edges from one
// node share theirs. first_stand_in[e] is that of edge e in the column after its start, or -1; the others follow by number.
Graph graph_stand_ins(Arena *, const Graph *, isize *first_stand_in);
// Columns from the left, each with its nodes from the top: an order with few crossings.
Lists graph_order(Arena *, const Graph *);
// The middle of every node: near its neighbours, in the order of the columns, half[i] + gap + half[j] apart.
void graph_place(Arena *, const Graph *, Lists columns, const double *half, double gap,
                 double *middle);
