// seccomp: a table of system calls compiled to the kernel's filter language; what is not in the table does not exist.
#pragma once
#include "base/base.h"

typedef enum SeccompVerdict {
    SECCOMP_ALLOW = 1,
    SECCOMP_REFUSE, // EPERM: known and not wanted
    SECCOMP_ABSENT, // ENOSYS: as if the kernel were older; programs fall back
} SeccompVerdict;

// A condition on one argument: (argument & mask) is one of `values`, or with `unless` none of them. Only the low 32
// bits are looked at, as the kernel itself does for every argument that our tables name.
typedef struct SeccompTest {
    int argument; // 0..5
    bool unless;
    u32 mask;
    u32 values[6];
    int n;
} SeccompTest;
typedef struct SeccompRow {
    long call;
    SeccompVerdict verdict;   // when all tests hold
    SeccompVerdict otherwise; // when one does not
    const SeccompTest *tests;
    int n_tests;
} SeccompRow;

typedef struct SeccompStep { // struct sock_filter of linux/filter.h
    uint16_t code;
    u8 yes, no;
    u32 k;
} SeccompStep;
typedef struct SeccompProgram {
    SeccompStep *v;
    isize n;
} SeccompProgram;

// Calls of another architecture kill the process. Calls in no row: below `absent_from` SECCOMP_REFUSE, from there on
// SECCOMP_ABSENT. A call may appear in one row only.
// The search is a balanced tree: a call costs about ten steps, however long the table is.
SeccompProgram seccomp_compile(Arena *, const SeccompRow *, isize n, long absent_from);
// For good, for this process and all it starts. Needs no-new-privileges.
fallible seccomp_enter(Arena *, const SeccompProgram *);
bool seccomp_offered(void); // by this kernel
