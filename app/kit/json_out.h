// json_out: writing JSON to a Buf, piece by piece. Included by kit/json.h.
//
// Commas, colons and escapes are ours; what is opened must be closed with json_end.
// Bytes that are not UTF-8 become U+FFFD, so the result is always JSON. Every call returns the writer:
// json_str(json_key(&w, S("name")), name).
#pragma once
#include "base/base.h"

enum { JSON_DEPTH_MAX = 128 };

typedef struct Json Json;
struct StrList;
typedef enum JsonStyle {
    JSON_COMPACT = 0,
    JSON_SPACED = 1,                       // blank after , and :
    JSON_ASCII = 2,                        // \uXXXX for everything outside ASCII
    JSON_PRETTY = 4,                       // two blanks per level
    JSON_PYTHON = JSON_SPACED | JSON_ASCII // byte for byte what Python's json.dumps gives
} JsonStyle;
typedef struct JsonOut {
    Buf *to;
    JsonStyle style;
    int depth;
    bool after_key;
    u8 level[JSON_DEPTH_MAX + 1]; // per level: object or list, empty or not
} JsonOut;
JsonOut json_begin(Buf *, JsonStyle);
JsonOut *json_obj(JsonOut *);
JsonOut *json_arr(JsonOut *);
JsonOut *json_end(JsonOut *); // closes what was opened last
JsonOut *json_key(JsonOut *, Str);
JsonOut *json_str(JsonOut *, Str);
JsonOut *json_int(JsonOut *, i64);
JsonOut *json_real(JsonOut *,
                   double); // shortest text that reads back equal; null for infinities and NaN
JsonOut *json_bool(JsonOut *, bool);
JsonOut *json_null(JsonOut *);
JsonOut *json_value(JsonOut *, const Json *); // a value that was read, written again
JsonOut *json_raw(JsonOut *, Str json); // one value that this program has written itself, as it is
Str json_list_text(Arena *, const struct StrList *); // ["a","b"]
