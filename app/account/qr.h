// qr: a text as a square that phones read (ISO/IEC 18004): bytes, error correction level M, versions 1 to 10.
#pragma once
#include "base/base.h"

enum { QR_SIZE_MAX = 57, QR_BYTES_MAX = 213 };
typedef struct Qr {
    int size;                             // modules on a side, without the quiet zone
    bool dark[QR_SIZE_MAX][QR_SIZE_MAX];  // [y][x]
    bool fixed[QR_SIZE_MAX][QR_SIZE_MAX]; // patterns that belong to the square itself; private
} Qr;
// False when the text is longer than QR_BYTES_MAX.
bool qr_make(Str text, Qr *out);
// With a chosen mask (0 to 7), for comparing with other makers.
bool qr_make_masked(Str text, int mask, Qr *out);
// An <svg> with its quiet zone, dark on light whatever the page's colours, named `label` for those who cannot see it.
void qr_svg(Buf *, const Qr *, Str label);
