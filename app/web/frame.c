// The frame around every page, filled in from the request and the role's navigation rows.
#include "web/frame.h"

#include "web/frame_parts.h"
#include "web/piece.h"

static const char *const looks[] = {
    [FLASH_DONE] = "good", [FLASH_WARNING] = "warn", [FLASH_ERROR] = "bad"};

static bool is_here(const Req *q, const char *href)
{
    return str_eq(str_from(href), S("/")) ? str_eq(q->path, S("/"))
                                          : str_starts(q->path, str_from(href));
}

static void nav_fill(const Req *q, FrameTop *t)
{
    const Gate *g = q->server->gate;
    for (isize i = 0; i < g->nav_n && t->nav_n < COUNT(t->nav); i++)
        if (req_may_in(q, g->nav[i].perm, (Scope){0}))
            t->nav[t->nav_n++] =
                (FrameLink){g->nav[i].label, g->nav[i].href, is_here(q, g->nav[i].href)};
}

void frame_head(Req *q, Str title)
{
    Flash said[4];
    FrameTop t = {.title = title,
                  .place = str_from(q->server->gate->place),
                  .who = q->who.username,
                  .me = str_from(q->server->gate->me)};
    // Only the button that signs out needs it: a page for everybody sets no cookie.
    if (q->who.id) t.csrf = csrf_field(q);
    isize n = flash_take(q, said, COUNT(said));
    for (isize i = 0; i < n; i++)
        t.flashes[t.flashes_n++] = (FrameNote){str_from(looks[said[i].kind]), said[i].text};
    // A banner that cannot be read must not take the page with it.
    if (q->server->gate->banner && q->db && q->server->gate->banner(q, &t.banner))
        t.banner = (Str){0};
    if (q->server->gate->news && q->db && q->who.id) {
        t.news_at = str_from(q->server->gate->news_at);
        if (q->server->gate->news(q, &t.news)) t.news = 0;
    }
    nav_fill(q, &t);
    frame_top(&q->answer.body, &t);
}

void frame_foot(Req *q)
{
    frame_bottom(&q->answer.body);
}

void frame_message(Req *q, int status, Str title, Str say)
{
    q->answer.status = status;
    q->answer.body.n = 0;
    frame_head(q, title);
    frame_says(&q->answer.body, title, say);
    frame_foot(q);
}
