// json: reading JSON into an arena; writing it is in kit/json_out.h. Front of yyjson; none of its types is seen.
//
// Read: strict RFC 8259, UTF-8, at most JSON_DEPTH_MAX levels; integers are exact over the whole of i64.
// A `const Json *` lives as long as its arena, and so do the Strs taken from it. NULL is a legal value everywhere:
// it means "not there", so that chains like json_get(json_get(j, ...), ...) need no tests in between.
// Of two equal keys in one object the first one counts.
#pragma once
#include "base/base.h"
#include "kit/json_out.h"

typedef enum JsonKind {
    JSON_ABSENT, // a NULL pointer
    JSON_NULL,
    JSON_BOOL,
    JSON_INT,  // a whole number that fits i64
    JSON_REAL, // any other number
    JSON_TEXT,
    JSON_LIST,
    JSON_OBJECT,
} JsonKind;

// BAD_INPUT with line and column when `text` is not exactly one JSON document. `text` need not outlive the call.
fallible json_parse(Arena *, Str text, const Json **out);

JsonKind json_kind(const Json *);
const char *json_kind_name(JsonKind); // "a text", "an object", …: for sentences

// Forgiving: the fallback when the value is absent or of another type.
Str json_as_str(const Json *, Str fallback);
i64 json_as_int(const Json *, i64 fallback);
double json_as_real(const Json *, double fallback); // also takes whole numbers
bool json_as_bool(const Json *, bool fallback);

const Json *json_get(const Json *object, Str key); // NULL when absent or when it is no object
Str json_get_str(const Json *object, Str key);     // empty when absent
i64 json_get_int(const Json *object, Str key, i64 fallback);
bool json_get_bool(const Json *object, Str key, bool fallback);

// Strict, for what comes from outside: BAD_INPUT with a sentence that names the key.
// need_: must be there. want_: absent or null leaves *out as it was, another type is an error.
fallible json_need_str(Arena *, const Json *object, Str key, Str *out);
fallible json_need_int(Arena *, const Json *object, Str key, i64 *out);
fallible json_need_list(Arena *, const Json *object, Str key, const Json **out);
fallible json_need_object(Arena *, const Json *object, Str key, const Json **out);
fallible json_want_str(Arena *, const Json *object, Str key, Str *out);
fallible json_want_int(Arena *, const Json *object, Str key, i64 *out);
fallible json_want_bool(Arena *, const Json *object, Str key, bool *out);
fallible json_want_str_list(Arena *, const Json *object, Str key, Str **v, isize *n);

// The texts of ["a","b"], behind what is in the list already; anything else among them is an empty text.
fallible json_list_read(Arena *, Str text, struct StrList *out);

isize json_count(const Json *); // members of a list or an object, else 0
// for (JsonWalk w = json_walk(j); json_next(&w);) … w.key (objects only) … w.value
typedef struct JsonWalk {
    Str key;
    const Json *value;
    const Json *at_; // private
    isize left_;     // private
    bool object_;    // private
} JsonWalk;
JsonWalk json_walk(const Json *);
bool json_next(JsonWalk *);
