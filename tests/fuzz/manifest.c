// The manifest of a workspace, which other programs may have written: what was read is written and read to the same.
#include "output/manifest.h"
#include "fuzz.h"

FUZZ
{
    Manifest first = {0}, again = {0};
    if (manifest_read(a, input, &first)) return;
    Str text = manifest_text(a, &first);
    must(!manifest_read(a, text, &again));
    must(str_eq(manifest_text(a, &again), text));
}
