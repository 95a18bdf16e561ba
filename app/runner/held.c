// held: a short list; as long as jobs that run.
#include "runner/held.h"

Held *held_find(Held *list, Str id)
{
    for (Held *h = list; h; h = h->next)
        if (str_eq(h->id, id)) return h;
    return NULL;
}

Held *held_add(Held **list, Str id)
{
    Arena a = {0};
    Held *h = make(&a, Held, 1);
    h->id = str_copy(&a, id);
    h->watch.fd = -1;
    h->a = a;
    h->next = *list;
    *list = h;
    return h;
}

void held_remove(Held **list, Held *gone)
{
    must(!gone->errand && gone->watch.fd < 0);
    Held **at = list;
    while (*at && *at != gone)
        at = &(*at)->next;
    must(*at);
    *at = gone->next;
    Arena a = gone->a; // the entry lies in its own arena
    arena_free(&a);
}
