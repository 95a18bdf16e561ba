// Whether scripts of a page may run: what the operator allows, and what the visitor's browser keeps them from.
#include "view/own.h"
#include "web/gate.h"

enum { CONFINES_SINCE = 152 }; // the version of Chromium that knows Connection-Allowlist

// The browser names itself, in a header that no page can set. One that lies harms only who told it to.
static bool browser_confines(const Req *q)
{
    Str said = req_header(q, "Sec-CH-UA"), brand = S("\"Chromium\";v=\"");
    isize at = str_find(said, brand);
    i64 version = 0;
    if (at < 0) return false;
    Str number = str_skip(said, at + brand.n);
    isize end = str_find_byte(number, '"');
    return end > 0 && str_i64(str_take(number, end), &version) && version >= CONFINES_SINCE;
}

ViewScripts view_scripts(const Req *q)
{
    switch (q->server->scripts) {
    case FILE_SCRIPTS_NEVER:
        break;
    case FILE_SCRIPTS_CONFINED:
        return browser_confines(q) ? VIEW_SCRIPTS_MAY : VIEW_SCRIPTS_NOT_HERE;
    case FILE_SCRIPTS_ALWAYS:
        return VIEW_SCRIPTS_MAY;
    }
    return VIEW_SCRIPTS_NEVER;
}

fallible view_scripts_check(Arena *a, ViewScripts may)
{
    if (may == VIEW_SCRIPTS_MAY) return NULL;
    if (may == VIEW_SCRIPTS_NOT_HERE)
        return fail(
            a, ERR_FORBIDDEN,
            "This browser would let scripts send what they see elsewhere; open the page "
            "with Chrome, Edge or their kin from version %d, or look at it without scripts.",
            CONFINES_SINCE);
    return fail(a, ERR_FORBIDDEN,
                "Scripts of files never run on this site; look at the page without them, or ask "
                "the operator to allow them (--allow-scripts).");
}
