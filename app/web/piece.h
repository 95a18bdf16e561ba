// piece: the small parts that pages share: states, moments, sizes, the token of a form.
#pragma once
#include "base/time.h"
#include "web/html.h"
#include "web/web.h"

// A state as shape + word + colour. Known words: unknown pending running succeeded failed, and those of a review.
Html state_badge(Arena *, Str state);
// The parts of it, for pictures: the colour's class is state-LOOK, the shape an SVG path in a 16 x 16 box.
Str state_look(Str state);
Str state_shape(Str state);
// <time datetime="…" title="2026-11-22 08:35:00 UTC">3 minutes ago</time>; "not yet" for 0.
Html time_tag(Arena *, Time then, Time now);
Str bytes_text(Arena *, i64 bytes);                            // 1.5 MB
Str plural(Arena *, i64 n, const char *one, const char *many); // "1 job", "3 jobs"
// The hidden input that every form that changes something carries.
Html csrf_field(const Req *);
