// Each kind of field has one function that cleans a value or says what is wrong with it.
#include "web/form.h"

static bool has_control(Str s, const char *allowed)
{
    for (isize i = 0; i < s.n; i++) {
        u8 c = (u8)s.s[i];
        bool control = c < 0x20 || c == 0x7f;
        if (control && (!c || !strchr(allowed, c))) return true;
    }
    return false;
}

static isize field_max(const Field *f)
{
    if (f->max) return f->max;
    return f->kind == FIELD_LONG ? 20000 : 200;
}

static fallible clean(Arena *a, const Field *f, Str sent, Str *out)
{
    *out = sent;
    const char *allowed = "";
    if (f->kind == FIELD_LONG) {
        *out = str_replace(a, sent, S("\r\n"), S("\n"));
        allowed = "\n\t";
    } else if (f->kind != FIELD_SECRET) {
        *out = str_trim(sent);
    }
    if (out->n > field_max(f))
        return fail(a, ERR_BAD_INPUT, "The field \"%s\" is longer than %td bytes; shorten it.",
                    f->name, field_max(f));
    if (has_control(*out, allowed))
        return fail(a, ERR_BAD_INPUT, "The field \"%s\" holds a control character; remove it.",
                    f->name);
    i64 number;
    if (f->kind == FIELD_INT && out->n && !str_i64(*out, &number))
        return fail(a, ERR_BAD_INPUT, "The field \"%s\" must be a whole number.", f->name);
    return NULL;
}

static const Field *find_field(const Field *rows, Str name)
{
    for (const Field *f = rows; f && f->name; f++)
        if (str_eq(str_from(f->name), name)) return f;
    return NULL;
}

static fallible take(Arena *a, const Field *rows, const Pair *p, Pairs *out)
{
    const Field *f = find_field(rows, p->name);
    if (!f)
        return fail(a, ERR_BAD_INPUT,
                    "This form has no field \"%.*s\"; reload the page and send it again.",
                    STR(str_printable(a, str_take(p->name, 80))));
    if (f->kind != FIELD_MANY && pairs_has(out, p->name))
        return fail(a, ERR_BAD_INPUT, "The field \"%s\" was sent twice.", f->name);
    Str value;
    TRY(clean(a, f, p->value, &value));
    // An empty number or list item is one that was left out.
    if (!value.n && (f->kind == FIELD_INT || f->kind == FIELD_MANY)) return NULL;
    pairs_add(a, out, str_from(f->name), value);
    return NULL;
}

fallible form_check(Arena *a, const Field *rows, const Pairs *sent, Pairs *out)
{
    for (isize i = 0; i < sent->n; i++)
        if (!str_eq(sent->v[i].name, S(FORM_TOKEN))) TRY(take(a, rows, &sent->v[i], out));
    for (const Field *f = rows; f && f->name; f++) {
        must(f->kind >= FIELD_TEXT && f->kind <= FIELD_MANY);
        bool there = f->kind == FIELD_FLAG ? pairs_has(out, str_from(f->name))
                                           : pairs_get(out, str_from(f->name)).n > 0;
        if (f->required && !there)
            return fail(a, ERR_BAD_INPUT, "The field \"%s\" is required; fill it in.", f->name);
    }
    return NULL;
}
