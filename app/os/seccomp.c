// From a table of calls to a balanced tree of comparisons in the kernel's filter language.
#include "os/seccomp.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of linux/bpf_common.h, linux/seccomp.h, linux/audit.h.
enum {
    LOAD_WORD = 0x20,  // A = word at offset k of the call's description
    AND = 0x54,        // A &= k
    IF_EQUAL = 0x15,   // A == k
    IF_ATLEAST = 0x35, // A >= k
    JUMP = 0x05,
    ANSWER = 0x06,
    AT_CALL = 0,
    AT_ARCHITECTURE = 4,
    AT_ARGUMENTS = 16,
    ARGUMENT_BYTES = 8,
    SHORT_JUMP_MAX = 255,
    NEAR_RANGES = 40,
};
#define ANSWER_KILL  0x80000000u
#define ANSWER_ERRNO 0x00050000u
#define ANSWER_ALLOW 0x7fff0000u
#if defined(__x86_64__)
#define OUR_ARCHITECTURE 0xc000003eu
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE 0xc00000b7u
#else
#error "seccomp: name this machine's AUDIT_ARCH value"
#endif

typedef struct Steps {
    Arena *a;
    SeccompStep *v;
    isize n, cap;
} Steps;

static void step(Steps *s, uint16_t code, u32 k, isize yes, isize no)
{
    must(yes >= 0 && yes <= SHORT_JUMP_MAX && no >= 0 && no <= SHORT_JUMP_MAX);
    if (s->n == s->cap) {
        isize cap = s->cap ? s->cap * 2 : 256;
        SeccompStep *v = make(s->a, SeccompStep, cap);
        if (s->n) memcpy(v, s->v, (size_t)s->n * sizeof *v);
        s->v = v, s->cap = cap;
    }
    s->v[s->n++] = (SeccompStep){code, (u8)yes, (u8)no, k};
}

static void answer(Steps *s, SeccompVerdict v)
{
    static const u32 answers[] = {[SECCOMP_ALLOW] = ANSWER_ALLOW,
                                  [SECCOMP_REFUSE] = ANSWER_ERRNO | EPERM,
                                  [SECCOMP_ABSENT] = ANSWER_ERRNO | ENOSYS};
    step(s, ANSWER, answers[v], 0, 0);
}

static void argument_test(Steps *s, const SeccompTest *t, SeccompVerdict otherwise)
{
    step(s, LOAD_WORD, (u32)(AT_ARGUMENTS + ARGUMENT_BYTES * t->argument), 0, 0);
    step(s, AND, t->mask, 0, 0);
    // A match jumps over the other comparisons: past the refusal, or with `unless` onto it.
    for (int i = 0; i < t->n; i++)
        step(s, IF_EQUAL, t->values[i], t->n - i, 0);
    if (t->unless) step(s, JUMP, 1, 0, 0);
    answer(s, otherwise);
}

// Calls from `from` up to the next range's: one row, or a run of calls with one plain verdict.
typedef struct Range {
    u32 from;
    SeccompVerdict verdict;
    const SeccompRow *row; // with tests
} Range;

static void range_answer(Steps *s, const Range *r)
{
    if (r->row)
        for (int i = 0; i < r->row->n_tests; i++)
            argument_test(s, &r->row->tests[i], r->row->otherwise);
    answer(s, r->verdict);
}

static void tree(Steps *s, const Range *r, isize n)
{
    if (n == 1) {
        range_answer(s, r);
        return;
    }
    // A conditional jump reaches 255 steps; only the few uppermost nodes need a longer one.
    bool far = n > NEAR_RANGES;
    isize half = n / 2, at = s->n;
    step(s, IF_ATLEAST, r[half].from, 0, far);
    if (far) step(s, JUMP, 0, 0, 0);
    tree(s, r, half);
    isize left = s->n - at - 1 - far;
    must(far || left <= SHORT_JUMP_MAX);
    if (far)
        s->v[at + 1].k = (u32)left;
    else
        s->v[at].yes = (u8)left;
    tree(s, r + half, n - half);
}

static int row_order(const void *a, const void *b)
{
    long x = (*(const SeccompRow *const *)a)->call, y = (*(const SeccompRow *const *)b)->call;
    return (x > y) - (x < y);
}

typedef struct Ranges {
    Range *v;
    isize n;
    u32 absent_from;
} Ranges;

static void range_add(Ranges *r, Range one)
{
    if (r->n && r->v[r->n - 1].from == one.from) r->n--; // the gap before this call is empty
    const Range *last = r->n ? &r->v[r->n - 1] : NULL;
    if (last && !one.row && !last->row && last->verdict == one.verdict) return;
    r->v[r->n++] = one;
}

// Calls in no row, from `from` up to the call `to` of the next row.
static void gap_add(Ranges *r, u32 from, u32 to)
{
    bool older = from < r->absent_from;
    range_add(r, (Range){from, older ? SECCOMP_REFUSE : SECCOMP_ABSENT, NULL});
    if (older && to > r->absent_from) range_add(r, (Range){r->absent_from, SECCOMP_ABSENT, NULL});
}

SeccompProgram seccomp_compile(Arena *a, const SeccompRow *rows, isize n, long absent_from)
{
    const SeccompRow **sorted = make(a, const SeccompRow *, n + 1);
    for (isize i = 0; i < n; i++)
        sorted[i] = &rows[i];
    qsort(sorted, (size_t)n, sizeof *sorted, row_order);
    Ranges ranges = {make(a, Range, 2 * n + 3), 0, (u32)absent_from};
    u32 next = 0;
    for (isize i = 0; i < n; i++) {
        const SeccompRow *r = sorted[i];
        must(i == 0 || r->call != sorted[i - 1]->call);
        if ((u32)r->call > next) gap_add(&ranges, next, (u32)r->call);
        range_add(&ranges, (Range){(u32)r->call, r->verdict, r->n_tests ? r : NULL});
        next = (u32)r->call + 1;
    }
    gap_add(&ranges, next, UINT32_MAX);
    Steps s = {.a = a};
    step(&s, LOAD_WORD, AT_ARCHITECTURE, 0, 0);
    step(&s, IF_EQUAL, OUR_ARCHITECTURE, 1, 0);
    step(&s, ANSWER, ANSWER_KILL, 0, 0);
    step(&s, LOAD_WORD, AT_CALL, 0, 0);
    tree(&s, ranges.v, ranges.n);
    return (SeccompProgram){s.v, s.n};
}

fallible seccomp_enter(Arena *a, const SeccompProgram *p)
{
    struct {
        unsigned short n;
        SeccompStep *v;
    } program = {(unsigned short)p->n, p->v};
    if (prctl(PR_SET_SECCOMP, 2, &program, 0, 0) < 0)
        return fail(a, ERR_IO, "cannot enter the system call filter: %s", strerror(errno));
    return NULL;
}

bool seccomp_offered(void)
{
    // A NULL program is EFAULT where filters exist and EINVAL where they do not.
    return syscall(SYS_seccomp, 1, 0, NULL) < 0 && errno == EFAULT;
}
