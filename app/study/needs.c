// Rules about needs: names that are known, and no circles.
#include "cli/nearest.h"
#include "study/own.h"

bool need_has_blank(Look *look)
{
    look->what[0] = look->action->name;
    look->what[1] = look->need->action;
    return str_find_byte(look->need->action, ' ') >= 0;
}

bool need_is_unknown(Look *look)
{
    const Study *s = look->study;
    Str wanted = look->need->action;
    if (study_action(s, wanted)) return false;
    look->what[0] = look->action->name;
    look->what[1] = wanted;
    if (look->names_n != s->n) {
        look->names_n = s->n;
        for (isize i = 0; i < s->n; i++)
            str_list_add(look->a, &look->names, s->actions[i].name);
    }
    Str meant = look->suggested++ < SUGGESTIONS_MAX ? nearest(&look->names, wanted) : (Str){0};
    if (meant.n) look->what[2] = arena_fmt(look->a, "; did you mean %.*s?", STR(meant));
    return true;
}

bool need_makes_cycle(Look *look)
{
    const StudyNeed *need = look->cycle[look->action->index];
    if (!need) return false;
    look->what[0] = look->circle[look->action->index];
    look->line = need->line;
    look->column = need->column;
    return true;
}

typedef struct Visit {
    const StudyAction *action;
    isize next; // of its needs
} Visit;

// From `first` along the path to its end and back to the beginning; of a long circle only both ends.
static Str circle_words(Arena *a, const Visit *path, isize n, isize first)
{
    enum { FRONT = 8 };
    Buf b = {.a = a};
    for (isize i = first; i < n && i < first + FRONT; i++)
        buf_fmt(&b, "%.*s → ", STR(str_take(path[i].action->name, 100)));
    if (n > first + FRONT + 1) buf_put(&b, S("… → "));
    if (n > first + FRONT) buf_fmt(&b, "%.*s → ", STR(str_take(path[n - 1].action->name, 100)));
    buf_put(&b, str_take(path[first].action->name, 100));
    return buf_str(&b);
}

// Depth first without recursion: a file may hold a chain of a hundred thousand actions. Each action is left once,
// so each circle is found at the need that closes it; one report per action that is reached again is enough.
void study_find_cycles(Look *look)
{
    enum { UNSEEN, OPEN, LEFT };
    Study *s = look->study;
    u8 *state = make(look->a, u8, s->n + 1);
    isize *place = make(look->a, isize, s->n + 1);
    Visit *path = make(look->a, Visit, s->n + 1);
    look->cycle = make(look->a, const StudyNeed *, s->n + 1);
    look->circle = make(look->a, Str, s->n + 1);
    for (isize start = 0; start < s->n; start++) {
        if (state[start] != UNSEEN) continue;
        isize n = 0;
        path[n++] = (Visit){&s->actions[start], 0};
        state[start] = OPEN;
        place[start] = 0;
        while (n) {
            Visit *v = &path[n - 1];
            if (v->next == v->action->needs_n) {
                state[v->action->index] = LEFT;
                n--;
                continue;
            }
            const StudyNeed *need = &v->action->needs[v->next++];
            const StudyAction *to = study_action(s, need->action);
            if (!to) continue;
            if (state[to->index] == OPEN && !look->cycle[v->action->index]) {
                look->cycle[v->action->index] = need;
                look->circle[v->action->index] = circle_words(look->a, path, n, place[to->index]);
            } else if (state[to->index] == UNSEEN) {
                state[to->index] = OPEN;
                place[to->index] = n;
                path[n++] = (Visit){to, 0};
            }
        }
    }
}
