// Reading JSON: yyjson with its memory in our arena; a Json is its value seen through a closed door.
#include "kit/json.h"
#include "base/str.h"

#include <yyjson.h>

// yyjson asks for memory and gives it back; the arena forgets only as a whole.
static void *json_alloc(void *arena, size_t n)
{
    return arena_alloc(arena, (isize)n, 1, 16);
}

static void *json_realloc(void *arena, void *old, size_t had, size_t want)
{
    if (want <= had) return old;
    void *p = json_alloc(arena, want);
    memcpy(p, old, had);
    return p;
}

static void json_free(void *arena, void *p)
{
    (void)arena;
    (void)p;
}

static yyjson_val *in(const Json *j)
{
    // yyjson's readers take a pointer to non-const and promise not to write.
    return (yyjson_val *)(uintptr_t)j;
}

static const Json *out_of(yyjson_val *v)
{
    return (const Json *)v;
}

// yyjson itself has no limit, but whoever walks the tree afterwards may recurse.
static bool json_too_deep(Str text)
{
    isize depth = 0;
    bool quoted = false;
    for (isize i = 0; i < text.n; i++) {
        char c = text.s[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '['))
            depth++;
        else if (!quoted && (c == '}' || c == ']'))
            depth--;
        if (depth > JSON_DEPTH_MAX) return true;
    }
    return false;
}

static Err *json_syntax_error(Arena *a, Str text, const yyjson_read_err *e)
{
    isize line = 1, column = 1, at = (isize)e->pos < text.n ? (isize)e->pos : text.n;
    for (isize i = 0; i < at; i++) {
        column++;
        if (text.s[i] == '\n') line++, column = 1;
    }
    return fail(a, ERR_BAD_INPUT, "not JSON at line %td, column %td: %s", line, column, e->msg);
}

fallible json_parse(Arena *a, Str text, const Json **out)
{
    if (json_too_deep(text))
        return fail(a, ERR_BAD_INPUT, "JSON is nested more than %d levels deep", JSON_DEPTH_MAX);
    yyjson_alc memory = {json_alloc, json_realloc, json_free, a};
    yyjson_read_err e = {0};
    // Without the in-place flag yyjson copies the text and only reads from what it is given.
    char *bytes = (char *)(uintptr_t)(text.n ? text.s : "");
    yyjson_doc *doc = yyjson_read_opts(bytes, (size_t)text.n, YYJSON_READ_NOFLAG, &memory, &e);
    if (!doc && !text.n) return fail(a, ERR_BAD_INPUT, "not JSON: the text is empty");
    if (!doc) return json_syntax_error(a, text, &e);
    *out = out_of(yyjson_doc_get_root(doc));
    return NULL;
}

JsonKind json_kind(const Json *j)
{
    if (!j) return JSON_ABSENT;
    switch (yyjson_get_type(in(j))) {
    case YYJSON_TYPE_BOOL:
        return JSON_BOOL;
    case YYJSON_TYPE_NUM:
        if (yyjson_is_sint(in(j))) return JSON_INT;
        if (yyjson_is_uint(in(j)) && yyjson_get_uint(in(j)) <= INT64_MAX) return JSON_INT;
        return JSON_REAL;
    case YYJSON_TYPE_STR:
        return JSON_TEXT;
    case YYJSON_TYPE_ARR:
        return JSON_LIST;
    case YYJSON_TYPE_OBJ:
        return JSON_OBJECT;
    default:
        return JSON_NULL;
    }
}

const char *json_kind_name(JsonKind k)
{
    static const char *const names[] = {
        [JSON_ABSENT] = "nothing",     [JSON_NULL] = "null",        [JSON_BOOL] = "true or false",
        [JSON_INT] = "a whole number", [JSON_REAL] = "a number",    [JSON_TEXT] = "a text",
        [JSON_LIST] = "a list",        [JSON_OBJECT] = "an object",
    };
    return names[k];
}

Str json_as_str(const Json *j, Str fallback)
{
    if (json_kind(j) != JSON_TEXT) return fallback;
    return (Str){yyjson_get_str(in(j)), (isize)yyjson_get_len(in(j))};
}

i64 json_as_int(const Json *j, i64 fallback)
{
    return json_kind(j) == JSON_INT ? yyjson_get_sint(in(j)) : fallback;
}

double json_as_real(const Json *j, double fallback)
{
    return yyjson_is_num(in(j)) ? yyjson_get_num(in(j)) : fallback;
}

bool json_as_bool(const Json *j, bool fallback)
{
    return json_kind(j) == JSON_BOOL ? yyjson_get_bool(in(j)) : fallback;
}

const Json *json_get(const Json *object, Str key)
{
    return out_of(yyjson_obj_getn(in(object), key.s, (size_t)key.n));
}

Str json_get_str(const Json *object, Str key)
{
    return json_as_str(json_get(object, key), (Str){0});
}

i64 json_get_int(const Json *object, Str key, i64 fallback)
{
    return json_as_int(json_get(object, key), fallback);
}

bool json_get_bool(const Json *object, Str key, bool fallback)
{
    return json_as_bool(json_get(object, key), fallback);
}

// Finds a member and proves its type. *out stays untouched when it is absent or null and may be.
static fallible json_member(Arena *a, const Json *object, Str key, JsonKind kind, bool needed,
                            const Json **out)
{
    if (json_kind(object) != JSON_OBJECT)
        return fail(a, ERR_BAD_INPUT, "a JSON object with \"%.*s\" is expected here, not %s",
                    STR(key), json_kind_name(json_kind(object)));
    const Json *member = json_get(object, key);
    JsonKind is = json_kind(member);
    if (is == kind) {
        *out = member;
        return NULL;
    }
    if (!needed && (is == JSON_ABSENT || is == JSON_NULL)) return NULL;
    if (is == JSON_ABSENT) return fail(a, ERR_BAD_INPUT, "\"%.*s\" is missing", STR(key));
    return fail(a, ERR_BAD_INPUT, "\"%.*s\" must be %s, not %s", STR(key), json_kind_name(kind),
                json_kind_name(is));
}

fallible json_need_str(Arena *a, const Json *object, Str key, Str *out)
{
    const Json *j = NULL;
    TRY(json_member(a, object, key, JSON_TEXT, true, &j));
    *out = json_as_str(j, *out);
    return NULL;
}

fallible json_need_int(Arena *a, const Json *object, Str key, i64 *out)
{
    const Json *j = NULL;
    TRY(json_member(a, object, key, JSON_INT, true, &j));
    *out = json_as_int(j, *out);
    return NULL;
}

fallible json_need_list(Arena *a, const Json *object, Str key, const Json **out)
{
    return json_member(a, object, key, JSON_LIST, true, out);
}

fallible json_need_object(Arena *a, const Json *object, Str key, const Json **out)
{
    return json_member(a, object, key, JSON_OBJECT, true, out);
}

fallible json_want_str(Arena *a, const Json *object, Str key, Str *out)
{
    const Json *j = NULL;
    TRY(json_member(a, object, key, JSON_TEXT, false, &j));
    *out = json_as_str(j, *out);
    return NULL;
}

fallible json_want_int(Arena *a, const Json *object, Str key, i64 *out)
{
    const Json *j = NULL;
    TRY(json_member(a, object, key, JSON_INT, false, &j));
    *out = json_as_int(j, *out);
    return NULL;
}

fallible json_want_bool(Arena *a, const Json *object, Str key, bool *out)
{
    const Json *j = NULL;
    TRY(json_member(a, object, key, JSON_BOOL, false, &j));
    *out = json_as_bool(j, *out);
    return NULL;
}

fallible json_want_str_list(Arena *a, const Json *object, Str key, Str **v, isize *n)
{
    const Json *list = NULL;
    TRY(json_member(a, object, key, JSON_LIST, false, &list));
    if (!list) return NULL;
    Str *texts = make(a, Str, json_count(list));
    isize count = 0;
    for (JsonWalk w = json_walk(list); json_next(&w);) {
        if (json_kind(w.value) != JSON_TEXT)
            return fail(a, ERR_BAD_INPUT, "\"%.*s\" must be a list of texts; it holds %s", STR(key),
                        json_kind_name(json_kind(w.value)));
        texts[count++] = json_as_str(w.value, (Str){0});
    }
    *v = texts;
    *n = count;
    return NULL;
}

isize json_count(const Json *j)
{
    return (isize)(yyjson_is_obj(in(j)) ? yyjson_obj_size(in(j)) : yyjson_arr_size(in(j)));
}

JsonWalk json_walk(const Json *j)
{
    JsonWalk w = {.left_ = json_count(j), .object_ = json_kind(j) == JSON_OBJECT};
    if (w.left_) w.at_ = out_of(unsafe_yyjson_get_first(in(j)));
    return w;
}

bool json_next(JsonWalk *w)
{
    if (!w->left_) return false;
    w->left_--;
    if (w->object_) {
        w->key = json_as_str(w->at_, (Str){0});
        w->at_ = out_of(unsafe_yyjson_get_next(in(w->at_)));
    }
    w->value = w->at_;
    w->at_ = out_of(unsafe_yyjson_get_next(in(w->at_)));
    return true;
}

fallible json_list_read(Arena *a, Str text, StrList *out)
{
    const Json *list;
    TRY(json_parse(a, text, &list));
    for (JsonWalk w = json_walk(list); json_next(&w);)
        str_list_add(a, out, json_as_str(w.value, S("")));
    return NULL;
}
