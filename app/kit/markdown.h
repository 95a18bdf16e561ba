// markdown: text with CommonMark marks and tables as HTML that can be trusted whatever the text says. Front of md4c.
//
// Raw HTML in the text is shown, never passed on. Links lead to relative, https: and mailto: addresses; any other link
// keeps its words and loses its target. Pictures are relative only. No style, no script, no event attribute is written.
#pragma once
#include "base/str.h"

typedef struct MarkdownHeading {
    int level; // 1 to 6
    Str id,
        text; // the id stands in the HTML: "#id" leads to the heading; text is plain, not escaped
} MarkdownHeading;
typedef struct Markdown {
    Str html;
    MarkdownHeading *headings;
    isize n;
} Markdown;
// BAD_INPUT when the text is not UTF-8, TOO_LARGE above 4 MiB.
fallible markdown_html(Arena *, Str text, Markdown *out);
