// The small parts that pages share.
#include "web/piece.h"

// Shape, word and colour of each state. The shapes differ, so that colour is never the only sign.
static const struct {
    const char *state, *word, *look, *shape; // the shape is an SVG path in a 16 x 16 box
} states[] = {
    {"unknown",            "Waiting",           "idle",
     "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z"                                       },
    {"pending",            "Pending",           "idle",
     "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z"                                       },
    {"running",            "Running",           "busy", "M4 2v12l10-6L4 2Z"                                      },
    {"succeeded",          "Succeeded",         "good", "M6.5 13 1.8 8.3l1.6-1.6 3.1 3.1 6.1-6.1 1.6 1.6L6.5 13Z"},
    {"failed",             "Failed",            "bad",
     "m8 6.4 4-4L13.6 4l-4 4 4 4-1.6 1.6-4-4-4 4L2.4 12l4-4-4-4L4 2.4l4 4Z"                                      },
    {"cancelled",          "Cancelled",         "off",  "M3 7h10v2H3V7Z"                                         },
    {"missing",            "Missing",           "bad",  "M8 1 0.5 14h15L8 1Zm-1 5h2v4H7V6Zm0 5h2v2H7v-2Z"        },
    {"connected",          "Connected",         "good", "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z"                     },
    {"inactive",           "Inactive",          "off",  "M3 7h10v2H3V7Z"                                         },
    {"draft",              "Draft",             "idle", "M11 1.5 14.5 5 5 14.5 1.2 14.8 1.5 11 11 1.5Z"          },
    {"published",          "Published",         "good",
     "M8 1l2 4.6 5 .4-3.8 3.3L12.400 14 8 11.400 3.600 14l1.200-4.700L1 6l5-.4L8 1Z"                             },
    {"submitted",          "Submitted",         "busy", "M4 2v12l10-6L4 2Z"                                      },
    {"partially-reviewed", "One review in",     "busy", "M8 2a6 6 0 1 0 0 12V2Z"                                 },
    {"reviewed",           "Reviewed",          "busy", "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z"                     },
    {"returned",           "Returned",          "warn", "M7 3 2 8l5 5v-3h7V6H7V3Z"                               },
    {"approved",           "Approved",          "good", "M6.5 13 1.8 8.3l1.6-1.6 3.1 3.1 6.1-6.1 1.6 1.6L6.5 13Z"},
    {"rejected",           "Rejected",          "bad",
     "m8 6.4 4-4L13.6 4l-4 4 4 4-1.6 1.6-4-4-4 4L2.4 12l4-4-4-4L4 2.4l4 4Z"                                      },
    {"undecided",          "Undecided",         "warn", "M7 2h2v8H7V2Zm0 10h2v2H7v-2Z"                           },
    {"changes",            "Changes requested", "warn", "M7 3 2 8l5 5v-3h7V6H7V3Z"                               },
    {"waiting",            "Waiting",           "idle",
     "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z"                                       },
    {"sent",               "Sent",              "good", "M6.5 13 1.8 8.3l1.6-1.6 3.1 3.1 6.1-6.1 1.6 1.6L6.5 13Z"},
    {"refused",            "Refused",           "bad",
     "m8 6.4 4-4L13.6 4l-4 4 4 4-1.6 1.6-4-4-4 4L2.4 12l4-4-4-4L4 2.4l4 4Z"                                      },
    {"doubtful",           "May have arrived",  "warn", "M7 2h2v8H7V2Zm0 10h2v2H7v-2Z"                           },
    {"released",           "Released",          "good", "M8 1 3 6h3v5h4V6h3L8 1ZM2 13h12v2H2v-2Z"                },
    {"withdrawn",          "Withdrawn",         "off",  "M3 7h10v2H3V7Z"                                         },
    {"on",                 "On",                "good", "M6.5 13 1.8 8.3l1.6-1.6 3.1 3.1 6.1-6.1 1.6 1.6L6.5 13Z"},
    {"off",                "Off",               "warn", "M7 2h2v8H7V2Zm0 10h2v2H7v-2Z"                           },
};

static isize state_row(Str state)
{
    isize i = 0;
    while (i < COUNT(states) && !str_eq(str_from(states[i].state), state))
        i++;
    must(i < COUNT(states)); // a state that has no look was never shown to anybody
    return i;
}

Html state_badge(Arena *a, Str state)
{
    isize i = state_row(state);
    // Joined, not formatted: lists have one in every row.
    const Str parts[] = {S("<span class=\"state state-"),
                         str_from(states[i].look),
                         S("\"><svg viewBox=\"0 0 16 16\" width=\"14\" height=\"14\" "
                           "aria-hidden=\"true\"><path fill=\"currentColor\" d=\""),
                         str_from(states[i].shape),
                         S("\"/></svg>"),
                         str_from(states[i].word),
                         S("</span>")};
    return (Html){str_join(a, parts, COUNT(parts), S(""))};
}

Str state_look(Str state)
{
    return str_from(states[state_row(state)].look);
}

Str state_shape(Str state)
{
    return str_from(states[state_row(state)].shape);
}

Html time_tag(Arena *a, Time then, Time now)
{
    if (!then) return (Html){S("<span class=\"dim\">not yet</span>")};
    const Str parts[] = {
        S("<time datetime=\""), time_iso(a, then), S("\" title=\""), time_plain(a, then), S("\">"),
        time_ago(a, then, now), S("</time>")};
    return (Html){str_join(a, parts, COUNT(parts), S(""))};
}

Str bytes_text(Arena *a, i64 bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    isize u = 0;
    while (size >= 999.5 && u + 1 < COUNT(units))
        size /= 1000, u++;
    return u ? arena_fmt(a, "%.1f %s", size, units[u]) : plural(a, bytes, "byte", "bytes");
}

Str plural(Arena *a, i64 n, const char *one, const char *many)
{
    return arena_fmt(a, "%lld %s", (long long)n, n == 1 ? one : many);
}

Html csrf_field(const Req *q)
{
    Buf b = {.a = q->a};
    buf_put(&b, S("<input type=\"hidden\" name=\"csrf\" value=\""));
    html_text(&b, req_csrf(q));
    buf_put(&b, S("\">"));
    return (Html){buf_str(&b)};
}
