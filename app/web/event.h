// event: wakes whoever waits for something to change; no polling anywhere.
//
// A topic is a text such as "job-request/17" or "workspace/genetic". Posting bumps its number; waiting returns when
// the number is no longer the one last seen. Posts happen after commit: req_post() collects them in a request.
#pragma once
#include "base/str.h"
#include "base/time.h"

typedef struct Events Events;
typedef struct Req Req;

Events *events_open(Arena *);
void events_post(Events *, Str topic);
u64 events_seen(Events *, Str topic);
// Waits until the topic's number differs from `seen`, until `deadline` (monotonic micros) or the stop. Returns the number.
u64 events_wait(Events *, Str topic, u64 seen, i64 deadline);
void events_stop(Events *); // everybody who waits comes back at once

// In a handler: post this topic when (and only when) the transaction has been committed.
void req_post(Req *, Str topic);
// In a handler: do this when (and only when) the transaction has been committed. A failure is logged, no more: what
// must not be forgotten has to be found again at a start.
void req_after(Req *, fallible (*what)(Req *, Str), Str of);
// A server-sent event stream on a topic: `render` is called at once and after each post, with a fresh read-only
// database, and fills q->answer.body with the event's data; identical bodies are sent once. Ends when the visitor goes.
fallible event_stream(Req *, Str topic, fallible (*render)(Req *));
// An event of such a stream, for handlers that tell of their own work.
Str event_text(Arena *, Str data);
// `Prefer: wait=N` (RFC 7240): true if the request asks to wait; returns when the topic changed or N seconds went by.
bool req_wait_for_change(Req *, Str topic, u64 seen);
