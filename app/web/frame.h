// frame: what is around every page: head, navigation, messages, foot. Errors and pages share it.
#pragma once
#include "web/gate.h"

// Starts q->answer.body with the page's top. `title` is shown in the tab before the product's name.
void frame_head(Req *, Str title);
void frame_foot(Req *);
// A whole page that says one thing: for errors and ends of journeys. `say` is a sentence or two.
void frame_message(Req *, int status, Str title, Str say);
