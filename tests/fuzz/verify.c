// Archives of strangers, as their files: verify reads all of them, and none is good under a key nobody signed with.
#include <sys/mman.h>
#include <unistd.h>

#include "crate/verify.h"
#include "fuzz.h"
#include "kit/zip.h"
#include "os/own.h"

// "== NAME" begins a file. A name that an archive cannot have is left out, as is one that comes twice.
static void files_add(Arena *a, ZipWriter *zip, Str input)
{
    StrList names = {0};
    for (Str rest = input, name, bytes; rest.n;) {
        isize next = str_find(str_skip(rest, 1), S("\n== "));
        Str file = next < 0 ? rest : str_take(rest, next + 2);
        rest = next < 0 ? (Str){0} : str_skip(rest, next + 2);
        if (!str_starts(file, S("== ")) || !str_cut(str_skip(file, 3), '\n', &name, &bytes))
            continue;
        name = arena_fmt(a, "top/%.*s", STR(name));
        if (!zip_name_is_safe(name) || str_list_has(&names, name)) continue;
        str_list_add(a, &names, name);
        must(!zip_add(zip, name, 0, bytes));
    }
    must(!zip_end(zip));
}

FUZZ
{
    SignKey secret;
    CrateVerdict v;
    const u8 seed[32] = {1};
    owned_fd fd = memfd_create("archive", MFD_CLOEXEC);
    must(fd >= 0);
    files_add(a, zip_writer_fd(a, fd), input);
    sign_key_from_seed(&secret, seed);
    MinisignKey key = minisign_key_of(&secret);
    Err *e = crate_verify(a, fd, (VerifyKeys){.server = &key}, &v);
    must(e || (!v.good && v.flaws.n));
    e = crate_verify(a, fd, (VerifyKeys){0}, &v);
    must(e || v.good == !v.flaws.n);
}
