// The columns of a huge table, told while it is read. Nobody who leaves is read for.
#include "os/file.h"
#include "os/own.h"
#include "view/own.h"
#include "view/view.page.h"
#include "web/event.h"

enum { TOLD_EVERY = 5 }; // percent

typedef struct Telling {
    Req *q;
    i64 bytes, percent;
    Err *gone;
} Telling;

static fallible tell(Telling *t, Buf body)
{
    return stream_write(t->q, event_text(t->q->a, buf_str(&body)));
}

static bool told(void *self, i64 bytes)
{
    Telling *t = self;
    i64 percent = t->bytes ? bytes * 100 / t->bytes : 0;
    if (percent < t->percent + TOLD_EVERY) return true;
    t->percent = percent / TOLD_EVERY * TOLD_EVERY;
    Buf body = {.a = t->q->a};
    view_columns_told(&body, t->percent, t->bytes);
    t->gone = tell(t, body);
    return !t->gone;
}

static fallible sheet_open(Req *q, const ViewAsk *ask, int *fd, Sheet *out)
{
    FileFacts facts;
    if (view_kind(ask->name) != VIEW_TABLE)
        return fail(q->a, ERR_NOT_FOUND, "This file is no table; it has no columns.");
    TRY(file_open(q->a, ask->path, fd));
    TRY(file_facts_fd(q->a, *fd, &facts));
    *out = (Sheet){.ask = ask, .fd = *fd, .bytes = facts.size, .a = q->a};
    out->separator = rows_separator(q->a, *fd, ask->name);
    return NULL;
}

fallible view_columns_stream(Req *q, const ViewAsk *ask)
{
    owned_fd fd = -1;
    Sheet s;
    TRY(sheet_open(q, ask, &fd, &s));
    Telling t = {.q = q, .bytes = s.bytes};
    SurveyWatch watch = {told, &t};
    answer_header(q, S("Cache-Control"), S("no-store"));
    answer_header(q, S("X-Accel-Buffering"), S("no"));
    TRY(stream_begin(q, 200, S("text/event-stream; charset=utf-8"), -1));
    // The stream ends with the columns; a browser would ask for them again at once.
    TRY(stream_write(q, S("retry: 86400000\n\n")));
    TRY(sheet_survey(&s, true, &watch));
    if (t.gone) return t.gone;
    Buf body = {.a = q->a};
    view_columns(&body, &s.survey);
    TRY(tell(&t, body));
    return stream_end(q);
}
