// The conversation's table and its framing: length, kind, sentence, two numbers.
#include "box/message.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "box/wire.h"

enum {
    SENTENCE_MAX = 2000,
    HEAD_BYTES = 8,
    NUMBER_BYTES = 8,
    NUMBERS = 4, // kind, length of the sentence, code, signal
};

// Where a message is legal and what it leads to; no state comes twice, so nothing is said twice.
static const struct {
    BoxSays says;
    BoxTalk in, then;
    isize sentence_max;
} conversation[] = {
    {BOX_SAYS_READY,   BOX_TALK_BLANK,   BOX_TALK_SETUP,   0           },
    {BOX_SAYS_FAILED,  BOX_TALK_BLANK,   BOX_TALK_OVER,    SENTENCE_MAX},
    {BOX_SAYS_STARTED, BOX_TALK_SETUP,   BOX_TALK_RUNNING, 0           },
    {BOX_SAYS_FAILED,  BOX_TALK_SETUP,   BOX_TALK_OVER,    SENTENCE_MAX},
    {BOX_SAYS_ENDED,   BOX_TALK_RUNNING, BOX_TALK_OVER,    0           },
};

void box_message_send(int fd, const BoxMessage *m)
{
    Arena a = {0};
    Buf whole = {.a = &a};
    Str sentence = str_take(m->sentence, SENTENCE_MAX);
    wire_put_number(&whole, NUMBERS * NUMBER_BYTES + sentence.n);
    wire_put_number(&whole, m->says);
    wire_put_text(&whole, sentence);
    wire_put_number(&whole, m->code);
    wire_put_number(&whole, m->signal);
    Str rest = buf_str(&whole);
    while (rest.n) {
        ssize_t n = send(fd, rest.s, (size_t)rest.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        rest = str_skip(rest, n);
    }
    arena_free(&a);
}

bool box_ear_add(BoxEar *e, Str s)
{
    if (s.n > (isize)sizeof e->bytes - e->n) return false;
    memcpy(e->bytes + e->n, s.s, (size_t)s.n);
    e->n += s.n;
    return true;
}

static fallible judge(Arena *a, BoxEar *e, const BoxMessage *m)
{
    bool known = false;
    for (isize i = 0; i < COUNT(conversation); i++) {
        if (conversation[i].says != m->says) continue;
        known = true;
        if (conversation[i].in != e->talk) continue;
        if (m->sentence.n > conversation[i].sentence_max)
            return fail(a, ERR_BAD_INPUT, "the box said too much");
        e->talk = conversation[i].then;
        return NULL;
    }
    return fail(a, ERR_BAD_INPUT,
                known ? "the box said something at the wrong time"
                      : "the box said something unknown");
}

fallible box_ear_next(Arena *a, BoxEar *e, BoxMessage *m, int *got)
{
    *got = 0;
    if (e->n < HEAD_BYTES) return NULL;
    Wire head = {
        {e->bytes, HEAD_BYTES},
        false
    };
    i64 n = wire_number(&head, 1, (i64)sizeof e->bytes - HEAD_BYTES);
    if (head.bad) return fail(a, ERR_BAD_INPUT, "the box sent a message of impossible length");
    if (e->n < HEAD_BYTES + n) return NULL;
    Wire w = {
        {e->bytes + HEAD_BYTES, (isize)n},
        false
    };
    m->says = (BoxSays)wire_number(&w, 0, 255);
    m->sentence = str_copy(a, wire_text(&w, SENTENCE_MAX));
    m->code = wire_number(&w, 0, 255);
    m->signal = wire_number(&w, 0, 64);
    if (!wire_done(&w)) return fail(a, ERR_BAD_INPUT, "the box sent a garbled message");
    e->n -= HEAD_BYTES + (isize)n;
    memmove(e->bytes, e->bytes + HEAD_BYTES + n, (size_t)e->n);
    TRY(judge(a, e, m));
    *got = 1;
    return NULL;
}

fallible box_message_read(Arena *a, BoxEar *e, int fd, BoxMessage *m, int *got)
{
    char bytes[sizeof e->bytes];
    TRY(box_ear_next(a, e, m, got));
    if (*got) return NULL;
    ssize_t n = recv(fd, bytes, sizeof bytes - (size_t)e->n, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return NULL;
    if (n <= 0) {
        *got = -1;
        return NULL;
    }
    if (!box_ear_add(e, (Str){bytes, n}))
        return fail(a, ERR_BAD_INPUT, "the box sent a message of impossible length");
    return box_ear_next(a, e, m, got);
}
