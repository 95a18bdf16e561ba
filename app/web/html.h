// html: the only ways a value becomes markup; pages (.html) are compiled to calls of these by gen/pagegen.
//
// A value is a Str, an i64, an int, or Html; anything else, a char * above all, does not compile.
// A Time is an i64 to the compiler: print time_plain(o->a, t) or time_ago(o->a, t, now), not t.
#pragma once
#include "base/base.h"

// Markup that our own code made; the one thing that is not escaped. Grep for "trusted" to see all of it.
typedef struct Html {
    Str trusted;
} Html;

#define html_text(o, x)                                                                            \
    _Generic((x), Str                                                                              \
             : html_put_str, i64                                                                   \
             : html_put_i64, int                                                                   \
             : html_put_int, Html                                                                  \
             : html_put_html)(o, x)
#define html_attr(o, x)                                                                            \
    _Generic((x), Str : html_put_str, i64 : html_put_i64, int : html_put_int)(o, x)
#define html_segment(o, x)                                                                         \
    _Generic((x), Str : html_put_segment, i64 : html_put_i64, int : html_put_int)(o, x)
#define html_query(o, x)                                                                           \
    _Generic((x), Str : html_put_segment, i64 : html_put_i64, int : html_put_int)(o, x)

void html_put_str(Buf *, Str); // text and quoted attributes
void html_put_i64(Buf *, i64);
void html_put_int(Buf *, int);
void html_put_html(Buf *, Html);
void html_put_segment(Buf *, Str); // percent-encoded: one segment of a path, one value of a query
// A whole URL as an attribute: one of this site's paths ("/…", "?…", "#…") or https; anything else becomes "#".
void html_url(Buf *, Str);
bool html_url_is_safe(Str);
