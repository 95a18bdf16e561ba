// Patience alignment, and alignment by unique keys; both start from the lists sorted by print.
#include "view/align.h"

#include "kit/crypto.h"

Print print_of(const Str *parts, isize n)
{
    Sha256 h;
    u8 out[SHA256_BYTES];
    Print p;
    sha256_start(&h);
    for (isize i = 0; i < n; i++) {
        u64 length = (u64)parts[i].n; // so that "ab","c" is not "a","bc"
        sha256_add(&h, (Str){(const char *)&length, sizeof length});
        sha256_add(&h, parts[i]);
    }
    sha256_end(&h, out);
    memcpy(&p, out, sizeof p);
    return p;
}

int print_cmp(Print x, Print y)
{
    if (x.a != y.a) return x.a < y.a ? -1 : 1;
    return (x.b > y.b) - (x.b < y.b);
}
bool print_eq(Print x, Print y)
{
    return x.a == y.a && x.b == y.b;
}

typedef struct Line {
    Print print;
    isize at;
} Line;

static int line_cmp(const void *x, const void *y)
{
    return print_cmp(((const Line *)x)->print, ((const Line *)y)->print);
}

static Line *lines_sorted(Arena *a, const Print *v, isize n)
{
    Line *out = make(a, Line, n + 1);
    for (isize i = 0; i < n; i++)
        out[i] = (Line){v[i], i};
    qsort(out, (size_t)n, sizeof *out, line_cmp);
    return out;
}

// How many lines from v[i] on have its print.
static isize run(const Line *v, isize n, isize i)
{
    isize k = i + 1;
    while (k < n && print_eq(v[k].print, v[i].print))
        k++;
    return k - i;
}

// Partners: prints that are there once in both lists. False when one is there twice and `strict`.
static bool once_in_both(Arena *a, const Print *old, isize n, const Print *new, isize m,
                         bool strict, isize *of_new)
{
    Line *x = lines_sorted(a, old, n), *y = lines_sorted(a, new, m);
    for (isize i = 0; strict && i < n; i++)
        if (run(x, n, i) > 1) return false;
    for (isize i = 0; strict && i < m; i++)
        if (run(y, m, i) > 1) return false;
    for (isize i = 0; i < m; i++)
        of_new[i] = -1;
    for (isize i = 0, k = 0; i < n && k < m;) {
        isize in_old = run(x, n, i), in_new = run(y, m, k);
        int c = print_cmp(x[i].print, y[k].print);
        if (!c && in_old == 1 && in_new == 1) of_new[y[k].at] = x[i].at;
        if (c <= 0) i += in_old;
        if (c >= 0) k += in_new;
    }
    return true;
}

// Keeps the longest run of partners in which old and new lines have one order; the others lose their partner.
static void keep_longest_run(Arena *a, isize *of_new, isize m)
{
    isize *ends = make(a, isize, m + 1), *before = make(a, isize, m + 1), n = 0;
    bool *kept = make(a, bool, m + 1);
    for (isize i = 0; i < m; i++) {
        if (of_new[i] < 0) continue;
        isize low = 0, high = n; // the first run whose end is not before this line
        while (low < high) {
            isize middle = (low + high) / 2;
            if (of_new[ends[middle]] < of_new[i])
                low = middle + 1;
            else
                high = middle;
        }
        before[i] = low ? ends[low - 1] : -1;
        ends[low] = i;
        if (low == n) n++;
    }
    for (isize i = n ? ends[n - 1] : -1; i >= 0; i = before[i])
        kept[i] = true;
    for (isize i = 0; i < m; i++)
        if (!kept[i]) of_new[i] = -1;
}

// The lines old[i, n) and new[k, m) lie between two partners.
static void gap_pair(const Print *old, isize i, isize n, const Print *new, isize k, isize m,
                     isize *of_new)
{
    for (; i < n && k < m && print_eq(old[i], new[k]); i++, k++)
        of_new[k] = i;
    for (; i < n && k < m && print_eq(old[n - 1], new[m - 1]); n--, m--)
        of_new[m - 1] = n - 1;
    for (; i < n && k < m; i++, k++)
        of_new[k] = i;
}

void align_lines(Arena *a, const Print *old, isize n, const Print *new, isize m, isize *of_new)
{
    once_in_both(a, old, n, new, m, false, of_new);
    keep_longest_run(a, of_new, m);
    isize i = 0, k = 0;
    for (isize at = 0; at <= m; at++) {
        if (at < m && of_new[at] < 0) continue;
        isize partner = at < m ? of_new[at] : n;
        gap_pair(old, i, partner, new, k, at, of_new);
        i = partner + 1;
        k = at + 1;
    }
}

bool align_keys(Arena *a, const Print *old, isize n, const Print *new, isize m, isize *of_new)
{
    return once_in_both(a, old, n, new, m, true, of_new);
}
