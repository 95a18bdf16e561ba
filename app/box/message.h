// message: what a box may tell the outside, in which order, and how long it may be: the whole legal conversation.
#pragma once
#include "base/time.h"

typedef enum BoxSays {
    BOX_SAYS_READY = 1, // all is made that needs no plan
    BOX_SAYS_STARTED,   // the job's program runs
    BOX_SAYS_FAILED,    // it never ran; the reason in one sentence
    BOX_SAYS_ENDED,     // the job's first process is gone
} BoxSays;
typedef enum BoxTalk {
    BOX_TALK_BLANK = 1,
    BOX_TALK_SETUP,
    BOX_TALK_RUNNING,
    BOX_TALK_OVER
} BoxTalk;

typedef struct BoxMessage {
    BoxSays says;
    Str sentence; // FAILED
    i64 code;     // ENDED: exit code, or 128 + signal
    i64 signal;   // ENDED: 0 when it exited by itself
} BoxMessage;

// Sends one message whole. A listener that has gone is no failure.
void box_message_send(int fd, const BoxMessage *);

// A listener: bytes arrive as they like, messages come out whole and in a legal order or not at all.
typedef struct BoxEar {
    BoxTalk talk; // BOX_TALK_BLANK at first
    char bytes[4096];
    isize n;
} BoxEar;
// Adds what arrived; false when it is more than any legal message.
bool box_ear_add(BoxEar *, Str);
// The next whole message: 1, none yet: 0. An unknown, oversized or untimely one is ERR_BAD_INPUT.
fallible box_ear_next(Arena *, BoxEar *, BoxMessage *, int *got);
// Reads from fd once: the next message, *got 0 when none is complete, -1 when the speaker has gone.
fallible box_message_read(Arena *, BoxEar *, int fd, BoxMessage *, int *got);
