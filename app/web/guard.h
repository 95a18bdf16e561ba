// guard: reads the head of a request so strictly that no two programs could read it differently.
//
// civetweb is lenient in ways that let a request hide behind another (two lengths, bare line ends, folded lines),
// so nothing reaches the router that did not pass here. Rules: RFC 9112 where it says "must refuse" or "may refuse".
#pragma once
#include "base/str.h"

typedef struct HeadLine {
    Str name, value;
} HeadLine;
typedef struct Head {
    Str verb;   // as sent, upper case letters
    Str path;   // raw, starts with "/"; every escape is valid, none is a control byte
    Str query;  // raw, without "?"
    Str host;   // as sent
    i64 length; // Content-Length, or -1
    bool http11, chunked, keep_alive, expects_continue;
    HeadLine *lines;
    isize lines_n;
} Head;

// `raw` is everything up to and including the empty line. Answers 0, or the HTTP status to refuse with and why.
int guard_head(Arena *, Str raw, Head *out, const char **why);
Str head_get(const Head *, Str name); // any case; empty when absent
bool head_has(const Head *, Str name);
// Decodes a raw path segment by segment. False when a segment is "." or "..", or is not UTF-8.
bool guard_path(Arena *, Str raw, Str *decoded, StrList *segments);
