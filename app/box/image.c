// Looking at what a box may take its programs from; follows no link, takes nothing that could change under it.
#include "box/image.h"

#include <sys/stat.h>

#include "os/file.h"
#include "os/folder.h"

enum { ENTRIES_MAX = 256 };

static void entry_add(Arena *a, BoxImage *image, Str root, Str at)
{
    Str source = path_join(a, root, at);
    FileFacts facts;
    BoxImageEntry e = {.at = at, .source = source};
    if (image->n == ENTRIES_MAX || file_facts(a, source, &facts)) return;
    if (facts.kind == FILE_LINK && !file_link_read(a, source, &e.source))
        e.kind = BOX_IMAGE_LINK;
    else if (facts.kind == FILE_FOLDER)
        e.kind = BOX_IMAGE_FOLDER;
    else if (facts.kind == FILE_REGULAR)
        e.kind = BOX_IMAGE_FILE;
    if (e.kind) image->v[image->n++] = e;
}

// What a program on this machine needs: never /etc as a whole, which holds keys and passwords.
static void host_entries(Arena *a, BoxImage *image)
{
    static const Str names[] = {S("usr"),
                                S("bin"),
                                S("sbin"),
                                S("lib"),
                                S("lib32"),
                                S("lib64"),
                                S("libx32"),
                                S("etc/alternatives"),
                                S("etc/ld.so.cache"),
                                S("etc/localtime"),
                                S("etc/fonts"),
                                S("etc/R")};
    for (isize i = 0; i < COUNT(names); i++)
        entry_add(a, image, S("/"), names[i]);
}

static bool is_ours(Str name)
{
    static const Str names[] = {S("proc"), S("sys"), S("dev"),       S("tmp"),
                                S("run"),  S("mnt"), S("workspace"), S("lost+found")};
    for (isize i = 0; i < COUNT(names); i++)
        if (str_eq(name, names[i])) return true;
    return false;
}

static bool has_programs(const BoxImage *image)
{
    for (isize i = 0; i < image->n; i++)
        if (str_eq(image->v[i].at, S("usr")) || str_eq(image->v[i].at, S("bin"))) return true;
    return false;
}

fallible box_image_look(Arena *a, Str name, BoxImage *image)
{
    *image = (BoxImage){.v = make(a, BoxImageEntry, ENTRIES_MAX)};
    image->is_host = str_eq(name, S("host"));
    if (image->is_host) {
        host_entries(a, image);
        return NULL;
    }
    StrList names = {0};
    if (!str_starts(name, S("/")))
        return fail(a, ERR_BAD_INPUT,
                    "image %.*s is neither \"host\" nor the full path of a folder", STR(name));
    TRY(folder_names(a, name, &names));
    for (isize i = 0; i < names.n; i++)
        if (!is_ours(names.v[i])) entry_add(a, image, name, names.v[i]);
    for (isize i = 0; i < image->n; i++)
        if (str_eq(image->v[i].at, S("etc")) && image->v[i].kind != BOX_IMAGE_FOLDER)
            return fail(a, ERR_BAD_INPUT, "image %.*s: its etc is not a folder", STR(name));
    if (!has_programs(image))
        return fail(a, ERR_BAD_INPUT, "image %.*s holds no programs: it has neither usr nor bin",
                    STR(name));
    return NULL;
}
