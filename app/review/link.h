// link: how the airlock's pages find the role's settings.
#pragma once
#include "review/visitor.h"

// Every Server of an airlock has its AirlockLink as `role`.
static inline const AirlockLink *airlock_link(const Req *q)
{
    return q->server->role;
}
// A text with what JSON needs escaped, without the quotes around it.
Str airlock_json_text(Arena *, Str);
