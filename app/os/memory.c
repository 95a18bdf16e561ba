// The kernel maps sixteen pages of a program around each that is touched and keeps them while there is room. Unmapping
// them costs a few hundred cheap faults on what is really used.
#include "os/memory.h"

#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

static int program_unmap(struct dl_phdr_info *program, size_t size, void *none)
{
    (void)size, (void)none;
    for (int i = 0; i < program->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &program->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
        uintptr_t from = program->dlpi_addr + part->p_vaddr, to = from + part->p_memsz;
        from &= ~(uintptr_t)(PAGE - 1);
        madvise((void *)from, to - from, MADV_DONTNEED); // never written: nothing is lost
    }
    return 1; // the program is the first; libraries are left alone
}

void memory_settle(void)
{
    dl_iterate_phdr(program_unmap, NULL);
}
