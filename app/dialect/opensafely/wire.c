// Reading and refusing as the framework of the original does; clients show these texts to people.
#include "base/str.h"
#include "dialect/opensafely/opensafely.h"

#define WRONG_TIME                                                                                 \
    "Datetime has wrong format. Use one of these formats instead: "                                \
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."

void wire_time(JsonOut *w, Arena *a, Time t)
{
    if (t)
        json_str(w, time_iso(a, t));
    else
        json_null(w);
}

fallible wire_refuse(Req *q, Str json)
{
    return answer_json(q, 400, json);
}

static Str detail(Arena *a, Str say)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_end(json_str(json_key(json_obj(&w), S("detail")), say));
    return buf_str(&b);
}

fallible wire_body(Req *q, const Json **out, bool *refused)
{
    Err *e = json_parse(q->a, q->body, out);
    *refused = e != NULL;
    if (!e) return NULL;
    return wire_refuse(q, detail(q->a, arena_fmt(q->a, "JSON parse error - %.*s", STR(e->say))));
}

static bool is_choice(const WireField *f, Str value)
{
    if (!f->choices) return true;
    for (const char *const *c = f->choices; *c; c++)
        if (str_eq(value, str_from(*c))) return true;
    return false;
}

static Str json_text(Arena *a, const Json *value)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_value(&w, value);
    return buf_str(&b);
}

// Each reader answers what is wrong, or an empty text.
static Str read_text(Arena *a, const Json *value, const WireField *f, void *at)
{
    JsonKind kind = json_kind(value);
    bool number = kind == JSON_INT || kind == JSON_REAL;
    if (kind != JSON_TEXT && !number) return S("Not a valid string.");
    Str s = number ? json_text(a, value) : json_as_str(value, S(""));
    if (!s.n && !f->blank) return S("This field may not be blank.");
    if (!is_choice(f, s))
        return arena_fmt(a, "\"%.*s\" is not a valid choice.", STR(str_printable(a, s)));
    *(Str *)at = s;
    return S("");
}

static Str read_texts(Arena *a, const Json *value, StrList *at)
{
    if (json_kind(value) != JSON_LIST) return S("Expected a list of items.");
    for (JsonWalk w = json_walk(value); json_next(&w);) {
        if (json_kind(w.value) != JSON_TEXT) return S("Not a valid string.");
        str_list_add(a, at, json_as_str(w.value, S("")));
    }
    return S("");
}

static Str read_bool(const Json *value, bool *at)
{
    i64 number = json_as_int(value, -1);
    if (json_kind(value) == JSON_BOOL)
        *at = json_as_bool(value, false);
    else if (number == 0 || number == 1)
        *at = number == 1;
    else
        return S("Must be a valid boolean.");
    return S("");
}

static Str read_value(Arena *a, const Json *value, const WireField *f, void *at)
{
    switch (f->kind) {
    case WIRE_TEXT:
        return read_text(a, value, f, at);
    case WIRE_TEXTS:
        return read_texts(a, value, at);
    case WIRE_BOOL:
        return read_bool(value, at);
    case WIRE_JSON:
        *(Str *)at = json_text(a, value);
        return S("");
    case WIRE_TIME:
        return time_from_iso(json_as_str(value, S("")), (Time *)at) ? S("") : S(WRONG_TIME);
    }
    return S("");
}

bool wire_read(Arena *a, const Json *object, const WireField *fields, isize n, void *into,
               Str *errors)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    bool good = true;
    json_obj(&w);
    for (isize i = 0; i < n; i++) {
        const WireField *f = &fields[i];
        const Json *value = json_get(object, str_from(f->name));
        JsonKind kind = json_kind(value);
        Str wrong = S("");
        if (kind == JSON_ABSENT)
            wrong = f->required ? S("This field is required.") : S("");
        else if (kind == JSON_NULL)
            wrong = f->null ? S("") : S("This field may not be null.");
        else
            wrong = read_value(a, value, f, (char *)into + f->at);
        if (!wrong.n) continue;
        good = false;
        json_end(json_str(json_arr(json_key(&w, str_from(f->name))), wrong));
    }
    json_end(&w);
    *errors = buf_str(&b);
    return good;
}
