// store: paths of the stores, and files that enter and leave them.
#include "output/output.h"

#include "base/map.h"
#include "kit/json.h"
#include "os/copy.h"
#include "os/own.h"

static const Str level_names[] = {
    [OUTPUT_HIGH] = {"highly_sensitive",     16},
    [OUTPUT_MODERATE] = {"moderately_sensitive", 20},
    [OUTPUT_MINIMAL] = {"minimally_sensitive",  19},
};

Str output_level_name(OutputLevel level)
{
    return level_names[level];
}

bool output_level_from(Str name, OutputLevel *out)
{
    for (int i = 0; i < COUNT(level_names); i++) {
        if (!str_eq(level_names[i], name)) continue;
        *out = (OutputLevel)i;
        return true;
    }
    return false;
}

bool output_workspace_is_valid(Str name)
{
    for (isize i = 0; i < name.n; i++) {
        char c = name.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') return false;
    }
    return name.n > 0 && name.n <= 200;
}

Str output_high(Arena *a, Str site, Str workspace)
{
    return arena_fmt(a, "%.*s/high/workspaces/%.*s", STR(site), STR(workspace));
}

Str output_medium(Arena *a, Str site, Str workspace)
{
    return arena_fmt(a, "%.*s/medium/workspaces/%.*s", STR(site), STR(workspace));
}

Str output_log_folder(Arena *a, Str site, Str job, Time started)
{
    TimeParts t = time_parts(started);
    return arena_fmt(a, "%.*s/logs/%04d-%02d/os-job-%.*s", STR(site), t.year, t.month, STR(job));
}

bool output_is_archived(Arena *a, Str site, Str workspace)
{
    static const char *const endings[] = {".tar.gz", ".tar.zstd", ".tar.xz"};
    if (file_exists(a, output_high(a, site, workspace))) return false;
    for (isize i = 0; i < COUNT(endings); i++)
        if (file_exists(a, arena_fmt(a, "%.*s/high/archives/%.*s%s", STR(site), STR(workspace),
                                     endings[i])))
            return true;
    return false;
}

const OutputFile *output_find(const OutputList *list, Str path)
{
    for (isize i = 0; i < list->n; i++)
        if (str_eq(list->v[i].path, path)) return &list->v[i];
    return NULL;
}

Str output_list_text(Arena *a, const OutputList *list)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_SPACED);
    json_obj(&w);
    for (isize i = 0; i < list->n; i++)
        json_str(json_key(&w, list->v[i].path), output_level_name(list->v[i].level));
    json_end(&w);
    return buf_str(&b);
}

fallible output_list_read(Arena *a, Str text, OutputList *out)
{
    const Json *j;
    TRY(json_parse(a, text, &j));
    *out = (OutputList){.v = make(a, OutputFile, json_count(j))};
    for (JsonWalk w = json_walk(j); json_next(&w);) {
        OutputFile *f = &out->v[out->n++];
        f->path = w.key;
        if (!output_level_from(json_as_str(w.value, (Str){0}), &f->level))
            return fail(a, ERR_BAD_INPUT,
                        "the list of outputs names an unknown privacy level for %.*s", STR(w.key));
    }
    return NULL;
}

fallible output_keep(Arena *a, int workspace, Str path, Str store, StrList *written)
{
    must(path_is_plain(path));
    owned_fd from = -1;
    TRY(file_open_beneath(a, workspace, path, &from));
    Str to = path_join(a, store, path);
    TRY(folder_make(a, path_folder(to), 0750));
    str_list_add(a, written, to);
    return file_copy_loose(a, from, to, 0640);
}

fallible output_drop(Arena *a, Str store, Str path)
{
    must(path_is_plain(path));
    TRY(file_remove(a, path_join(a, store, path)));
    for (Str part = path_folder(path); !str_eq(part, S(".")); part = path_folder(part))
        if (rmdir(cstr(a, path_join(a, store, part)))) break; // not empty: others live there
    return NULL;
}

void output_obsolete(Arena *a, const OutputList *before, const OutputList *now, StrList *out)
{
    Map present = {0};
    for (isize i = 0; i < now->n; i++)
        *map_at(a, &present, str_lower(a, now->v[i].path)) = &now->v[i];
    for (isize i = 0; i < before->n; i++)
        if (!map_get(&present, str_lower(a, before->v[i].path)))
            str_list_add(a, out, before->v[i].path);
}
