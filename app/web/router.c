// Rows are grouped by shape once at start; matching walks the shapes, most specific first.
#include "web/router.h"

const char *method_word(Method m)
{
    static const char *const words[] = {
        [GET] = "GET", [POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE"};
    must(m >= GET && m <= DELETE);
    return words[m];
}

static bool is_param(Str segment)
{
    return segment.n > 2 && segment.s[0] == '{' && segment.s[segment.n - 1] == '}';
}

static bool is_rest(Str segment)
{
    return is_param(segment) && str_ends(segment, S("...}"));
}

static Str param_name(Str segment)
{
    return str_span(segment, 1, segment.n - (is_rest(segment) ? 4 : 1));
}

// What is said more exactly comes first.
static int shape_cmp(const Shape *a, const Shape *b)
{
    isize n = a->segments_n < b->segments_n ? a->segments_n : b->segments_n;
    for (isize i = 0; i < n; i++) {
        int rank = a->ranks[i] - b->ranks[i];
        if (rank) return rank;
        int order = a->ranks[i] ? 0 : str_cmp(a->segments[i], b->segments[i]);
        if (order) return order;
    }
    return (a->segments_n > b->segments_n) - (a->segments_n < b->segments_n);
}

static int shape_cmp_void(const void *a, const void *b)
{
    return shape_cmp(a, b);
}

static fallible shape_read(Arena *a, const Route *r, Shape *out)
{
    Str rest = str_from(r->path), segment;
    if (!rest.n || rest.s[0] != '/')
        return fail(a, ERR_BUG, "Route %s: the path must start with a slash.", r->path);
    rest = str_skip(rest, 1);
    bool more = true;
    while (more) {
        more = str_cut(rest, '/', &segment, &rest);
        bool braces = str_find_byte(segment, '{') >= 0 || str_find_byte(segment, '}') >= 0;
        if (out->rest || out->segments_n == ROUTE_SEGMENTS_MAX || (braces && !is_param(segment)))
            return fail(a, ERR_BUG, "Route %s: {name} is a whole segment, {name...} the last.",
                        r->path);
        out->rest = is_rest(segment);
        out->ranks[out->segments_n] = out->rest ? 2 : is_param(segment);
        out->segments[out->segments_n++] = segment;
    }
    return NULL;
}

static fallible route_check(Arena *a, const Route *r)
{
    if (!r->path || r->method < GET || r->method > DELETE)
        return fail(a, ERR_BUG, "A route has no method or no path.");
    if (r->perm < PERM_ANYONE || r->perm >= PERM_COUNT)
        return fail(a, ERR_BUG, "Route %s %s: the permission is missing.", method_word(r->method),
                    r->path);
    if (!r->run)
        return fail(a, ERR_BUG, "Route %s %s: the function is missing.", method_word(r->method),
                    r->path);
    bool open = r->flags & ROUTE_OPEN;
    if (open && (r->method != GET || r->perm != PERM_ANYONE || r->scope))
        return fail(a, ERR_BUG, "Route %s: only a GET for anyone can be open.", r->path);
    return NULL;
}

static fallible router_add(Arena *a, Router *router, const RouteList *list, const Route *r)
{
    TRY(route_check(a, r));
    Shape shape = {0};
    TRY(shape_read(a, r, &shape));
    Shape *at = NULL;
    for (isize i = 0; i < router->n && !at; i++)
        if (router->v[i].segments_n == shape.segments_n && !shape_cmp(&router->v[i], &shape))
            at = &router->v[i];
    if (!at) {
        at = &router->v[router->n++];
        *at = shape;
    }
    if (at->rows[r->method])
        return fail(a, ERR_BUG, "Routes %s and %s answer the same %s addresses.",
                    at->rows[r->method]->path, r->path, method_word(r->method));
    at->rows[r->method] = r;
    at->lists[r->method] = list;
    return NULL;
}

fallible router_make(Arena *a, const RouteList *rooms, isize rooms_n, Router *out)
{
    isize n = 0;
    for (isize i = 0; i < rooms_n; i++)
        n += rooms[i].n;
    *out = (Router){.v = make(a, Shape, n)};
    for (isize i = 0; i < rooms_n; i++)
        for (isize j = 0; j < rooms[i].n; j++)
            TRY(router_add(a, out, &rooms[i], &rooms[i].v[j]));
    qsort(out->v, (size_t)out->n, sizeof *out->v, shape_cmp_void);
    return NULL;
}

static bool shape_fits(const Shape *s, const StrList *segments)
{
    if (s->rest ? segments->n < s->segments_n : segments->n != s->segments_n) return false;
    for (isize i = 0; i < s->segments_n; i++) {
        Str want = s->segments[i], got = segments->v[i];
        if (is_rest(want)) return true;
        // One segment is never empty and holds no slash, however it was encoded.
        if (is_param(want) ? !got.n || str_find_byte(got, '/') >= 0 : !str_eq(want, got))
            return false;
    }
    return true;
}

const Shape *router_match(const Router *router, const StrList *segments)
{
    for (isize i = 0; i < router->n; i++)
        if (shape_fits(&router->v[i], segments)) return &router->v[i];
    return NULL;
}

void router_params(Arena *a, const Route *r, const StrList *segments, Pairs *out)
{
    Str rest = str_skip(str_from(r->path), 1), segment;
    bool more = true;
    for (isize i = 0; more; i++) {
        more = str_cut(rest, '/', &segment, &rest);
        if (!is_param(segment)) continue;
        Str value = is_rest(segment) ? str_join(a, segments->v + i, segments->n - i, S("/"))
                                     : segments->v[i];
        pairs_add(a, out, param_name(segment), value);
    }
}

Str router_allow(Arena *a, const Shape *s)
{
    Buf out = {.a = a};
    for (Method m = GET; m <= DELETE; m++)
        if (s->rows[m])
            buf_fmt(&out, "%s%s", out.n ? ", " : "", m == GET ? "GET, HEAD" : method_word(m));
    return buf_str(&out);
}

static void flags_text(Buf *o, unsigned flags)
{
    static const struct {
        RouteFlags flag;
        const char *word;
    } words[] = {
        {ROUTE_API,     "api"    },
        {ROUTE_HIDE,    "hide"   },
        {ROUTE_STREAM,  "stream" },
        {ROUTE_NO_NOTE, "no-note"},
        {ROUTE_OPEN,    "open"   },
    };
    for (isize i = 0; i < COUNT(words); i++)
        if (flags & words[i].flag) buf_fmt(o, " %s", words[i].word);
}

Str routes_text(Arena *a, const RouteList *rooms, isize rooms_n)
{
    StrList lines = {0};
    for (isize i = 0; i < rooms_n; i++)
        for (isize j = 0; j < rooms[i].n; j++) {
            const Route *r = &rooms[i].v[j];
            Buf line = {.a = a};
            buf_fmt(&line, "%-64s %-6s %s", r->path, method_word(r->method), perm_word(r->perm));
            if (r->scope) buf_put(&line, S(" scoped"));
            flags_text(&line, r->flags);
            str_list_add(a, &lines, buf_str(&line));
        }
    str_list_sort(&lines);
    return str_join(a, lines.v, lines.n, S("\n"));
}
