// Any text is some table: whatever was cut off or broken, the caps hold.
#include "kit/csv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    Csv c;
    Str text = arena_str(&a, data, (isize)n);
    csv_read(&a, text, csv_separator(text), 50, 6, &c);
    must(c.n <= 50 && c.columns <= 6);
    Buf b = {.a = &a};
    for (isize i = 0; i < c.n; i++) {
        must(c.v[i].n >= 1 && c.v[i].n <= c.columns);
        csv_put_row(&b, c.v[i].v, c.v[i].n);
    }
    Csv again; // what we write reads back as a table of the same shape
    csv_read(&a, buf_str(&b), ',', 50, 6, &again);
    must(again.n == c.n && !again.broken);
    arena_free(&a);
    return 0;
}
