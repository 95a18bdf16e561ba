// fuzz_file: the bytes of a target as an open file, for what reads files by their descriptor.
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

static inline int fuzz_file(Str bytes)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, bytes.s, (size_t)bytes.n) == bytes.n);
    return fd;
}
