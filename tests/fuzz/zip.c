// Archives of strangers: listed and unpacked within the limits, or refused.
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "kit/zip.h"
#include "os/file.h"
#include "os/own.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    owned_fd fd = memfd_create("archive", MFD_CLOEXEC);
    ZipEntry *v;
    isize entries = 0;
    must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
    Err *e = zip_entries(&a, fd, 100, &v, &entries);
    for (isize i = 0; !e && i < entries; i++) {
        Str bytes = {0};
        must(path_is_plain(v[i].name));
        e = zip_entry_read(&a, fd, &v[i], 1 << 20, &bytes);
        must(e || bytes.n == v[i].bytes);
    }
    arena_free(&a);
    return 0;
}
