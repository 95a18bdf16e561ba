// flash: the lines that the page after a redirect shows once. Signed, so that nobody can put words in our mouth.
#pragma once
#include "web/web.h"

typedef struct Flash {
    FlashKind kind;
    Str text;
} Flash;
// The lines that came with this request; they are forgotten once a page asked for them. At most `most`.
isize flash_take(Req *, Flash *out, isize most);
