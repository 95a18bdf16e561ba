// assetgen: embeds the files that are served as they are, compressed once, each under a URL that changes with it.
//   assetgen OUTDIR ASSETDIR     writes OUTDIR/web/assets.S, OUTDIR/web/assets.gen.c and OUTDIR/web/gz/*
#include <dirent.h>
#include <libdeflate.h>
#include <sodium.h>

#include "base/encode.h"
#include "base/str.h"
#include "gen/source.h"

static const struct {
    const char *suffix, *mime;
} mimes[] = {
    {".css",   "text/css; charset=utf-8"       },
    {".html",  "text/html; charset=utf-8"      },
    {".ico",   "image/x-icon"                  },
    {".jpg",   "image/jpeg"                    },
    {".js",    "text/javascript; charset=utf-8"},
    {".json",  "application/json"              },
    {".md",    "text/markdown; charset=utf-8"  },
    {".sh",    "text/plain; charset=utf-8"     },
    {".yaml",  "text/yaml; charset=utf-8"      },
    {".png",   "image/png"                     },
    {".svg",   "image/svg+xml"                 },
    {".txt",   "text/plain; charset=utf-8"     },
    {".woff2", "font/woff2"                    },
    {".yaml",  "text/plain; charset=utf-8"     },
};

typedef struct Assets {
    Arena a;
    Str outdir, root;
    StrList names; // relative to the root
    Buf assembly, table;
} Assets;

static const char *mime_of(Assets *s, Str name)
{
    for (isize i = 0; i < COUNT(mimes); i++)
        if (str_ends(name, str_from(mimes[i].suffix))) return mimes[i].mime;
    refuse_plain("%.*s/%.*s: unknown kind of file; add its suffix to app/gen/assetgen.c",
                 STR(s->root), STR(name));
}

static void find(Assets *s, Str folder)
{
    DIR *d = opendir(cstr(&s->a, arena_fmt(&s->a, "%.*s/%.*s", STR(s->root), STR(folder))));
    if (!d) refuse_plain("%.*s: cannot be read", STR(s->root));
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        Str name = arena_fmt(&s->a, "%.*s%s%s", STR(folder), folder.n ? "/" : "", e->d_name);
        if (e->d_type == DT_DIR)
            find(s, name);
        else
            str_list_add(&s->a, &s->names, name);
    }
    closedir(d);
}

// The gzip stream, or empty when it would not be worth sending.
static Str gzip(Assets *s, Str bytes)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(12);
    size_t cap = libdeflate_gzip_compress_bound(c, (size_t)bytes.n);
    char *out = make(&s->a, char, (isize)cap);
    size_t n = libdeflate_gzip_compress(c, bytes.s, (size_t)bytes.n, out, cap);
    libdeflate_free_compressor(c);
    return n && (isize)n < bytes.n - bytes.n / 10 ? (Str){out, (isize)n} : (Str){0};
}

// app.css under 3f2a1c9e becomes app.3f2a1c9e.css
static Str hashed_name(Assets *s, Str name, Str hash)
{
    isize dot = str_rfind_byte(name, '.');
    return arena_fmt(&s->a, "%.*s.%.*s%.*s", STR(str_take(name, dot)), STR(str_take(hash, 8)),
                     STR(str_skip(name, dot)));
}

static void embed(Assets *s, Str symbol, Str path)
{
    buf_fmt(&s->assembly,
            "    .globl %.*s\n    .balign 16\n%.*s:\n    .incbin \"%.*s\"\n    .byte 0\n",
            STR(symbol), STR(symbol), STR(path));
}

static void asset_write(Assets *s, Buf *rows, isize number, Str name)
{
    Str path = arena_fmt(&s->a, "%.*s/%.*s", STR(s->root), STR(name));
    Str bytes = source_read(&s->a, path).text, gz = gzip(s, bytes);
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)bytes.s, (unsigned long long)bytes.n);
    Str hash = hex_encode(&s->a, (Str){(const char *)digest, sizeof digest});
    Str url = arena_fmt(&s->a, "/asset/%.*s", STR(hashed_name(s, name, hash)));
    embed(s, arena_fmt(&s->a, "asset_%td", number), path);
    buf_fmt(&s->table, "extern const char asset_%td[];\n", number);
    if (gz.n) {
        Str gz_name = arena_fmt(&s->a, "web/gz/%td.gz", number);
        result_write(&s->a, s->outdir, gz_name, gz);
        embed(s, arena_fmt(&s->a, "asset_%td_gz", number),
              arena_fmt(&s->a, "%.*s/%.*s", STR(s->outdir), STR(gz_name)));
        buf_fmt(&s->table, "extern const char asset_%td_gz[];\n", number);
    }
    const char *mime = mime_of(s, name);
    buf_fmt(rows,
            "    {{\"%.*s\", %td},\n     {\"%.*s\", %td},\n     {\"%s\", %zu},\n     "
            "{\"\\\"%.16s\\\"\", 18},\n"
            "     {asset_%td, %td},\n     ",
            STR(name), name.n, STR(url), url.n, mime, strlen(mime), hash.s, number, bytes.n);
    if (gz.n)
        buf_fmt(rows, "{asset_%td_gz, %td}},\n", number, gz.n);
    else
        buf_put(rows, S("{0}},\n"));
}

int main(int argc, char **argv)
{
    if (argc != 3) refuse_plain("usage: assetgen OUTDIR ASSETDIR");
    Assets s = {.outdir = str_from(argv[1]), .root = str_from(argv[2])};
    s.assembly.a = s.table.a = &s.a;
    Buf rows = {.a = &s.a};
    find(&s, S(""));
    str_list_sort(&s.names);
    buf_put(&s.assembly, S("# Written by assetgen.\n    .section .rodata\n"));
    buf_put(&s.table, S("// Written by assetgen.\n#include \"web/asset.h\"\n\n"));
    for (isize i = 0; i < s.names.n; i++)
        asset_write(&s, &rows, i, s.names.v[i]);
    buf_put(&s.assembly, S("    .section .note.GNU-stack,\"\",@progbits\n"));
    buf_fmt(&s.table, "\nconst Asset assets[] = {\n%.*s};\nconst isize assets_n = %td;\n",
            STR(buf_str(&rows)), s.names.n);
    result_write(&s.a, s.outdir, S("web/assets.S"), buf_str(&s.assembly));
    result_write(&s.a, s.outdir, S("web/assets.gen.c"), buf_str(&s.table));
    arena_free(&s.a);
}
