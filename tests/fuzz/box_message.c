// What a box sends: in any pieces, nothing but a legal conversation comes out, of three messages at most.
#include "box/message.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    BoxEar ear = {.talk = BOX_TALK_BLANK};
    BoxMessage m;
    int heard = 0, got = 0;
    isize piece = n ? 1 + data[0] % 64 : 1;
    for (isize at = 0; at < (isize)n; at += piece) {
        isize size = (isize)n - at < piece ? (isize)n - at : piece;
        if (!box_ear_add(&ear, (Str){(const char *)data + at, size})) break;
        Err *e = box_ear_next(&a, &ear, &m, &got);
        if (e) break;
        heard += got;
        if (got) must(m.says >= BOX_SAYS_READY && m.says <= BOX_SAYS_ENDED && m.code <= 255);
    }
    must(heard <= 3);
    must(ear.n >= 0 && ear.n <= (isize)sizeof ear.bytes);
    arena_free(&a);
    return 0;
}
