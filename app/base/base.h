// base: the words every room speaks: text, memory, failure, growing output. Needs libc only.
//
// Memory: everything lives in an Arena and dies with it; nothing is freed one by one.
// Text: a Str is a view by value; it never owns its bytes and need not end in NUL.
// Failure: a `fallible` function returns NULL when it did its work, else an Err in the caller's arena.
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h> // before its banned words are poisoned

#include "base/banned.h"

typedef int64_t i64;
typedef uint64_t u64;
typedef uint32_t u32;
typedef uint8_t u8;
typedef ptrdiff_t isize;

typedef struct Str {
    const char *s;
    isize n;
} Str;
#define S(lit)   ((Str){(lit), (isize)sizeof(lit) - 1})
#define STR(x)   (int)(x).n, (x).s // for "%.*s"
#define COUNT(a) ((isize)(sizeof(a) / sizeof *(a)))

typedef struct Arena {
    char *at, *end;
    void *chunks;
} Arena;
// make(a, T, n): n zeroed Ts that live as long as the arena. Never NULL: out of memory aborts.
#define make(a, T, n) ((T *)arena_alloc((a), (n), (isize)sizeof(T), (isize) _Alignof(T)))
void *arena_alloc(Arena *, isize count, isize size, isize align);
void arena_free(Arena *);
void arena_reset(Arena *); // forgets everything but keeps one chunk for reuse

// Copies; the result ends in a NUL that is not counted in n.
Str arena_str(Arena *, const void *, isize n);
Str str_copy(Arena *, Str);
Str arena_fmt(Arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
Str arena_vfmt(Arena *, const char *fmt, va_list) __attribute__((format(printf, 2, 0)));
// A NUL-terminated copy, for system calls and vendored libraries only.
char *cstr(Arena *, Str);
Str str_from(const char *); // a view of a C string; NULL gives an empty Str

// What kind of failure it is decides the HTTP status, the exit code and the log level, in one table.
typedef enum ErrKind {
    ERR_BUG,        // a broken promise of our own code
    ERR_IO,         // the machine or a peer failed
    ERR_BAD_INPUT,  // what was given cannot be accepted
    ERR_SIGNED_OUT, // nobody is signed in, or the token is unknown
    ERR_FORBIDDEN,  // known, but not allowed
    ERR_NOT_FOUND,  // no such thing, or none that this person may see
    ERR_CONFLICT,   // somebody else was first, or the state does not allow it
    ERR_TOO_LARGE,  // over a stated limit
    ERR_BUSY,       // try again later
} ErrKind;
typedef struct Err {
    ErrKind kind;
    Str say;  // one sentence for the person who reads it: what is wrong and what to do
    Str code; // a class name for programs, or empty
} Err;
#define fallible __attribute__((warn_unused_result)) Err *
#define TRY(call)                                                                                  \
    do {                                                                                           \
        Err *err_ = (call);                                                                        \
        if (err_) return err_;                                                                     \
    } while (0)
Err *fail(Arena *, ErrKind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
// Puts "context: " before what is said; NULL stays NULL.
Err *err_under(Arena *, Err *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int err_http_status(ErrKind);
int err_exit_code(ErrKind);

// must(x): a broken invariant stops the process; the check is part of the product.
#define must(x) ((x) ? (void)0 : must_failed(#x, __FILE__, __LINE__))
_Noreturn void must_failed(const char *what, const char *file, int line);

// A growing output. Zero it and set .a; s is never NUL-terminated.
typedef struct Buf {
    Arena *a;
    char *s;
    isize n, cap;
} Buf;
void buf_put(Buf *, Str);
void buf_byte(Buf *, char);
void buf_fmt(Buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
Str buf_str(const Buf *); // a view; valid until the next buf_put
