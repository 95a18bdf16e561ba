// README.md of the archive: what this is and how it is checked, for whoever finds the folder.
#include "crate/graph.h"

#include "base/str.h"

// Titles are what people typed: what Markdown would read as its own is kept as a letter.
static void plain_put(Buf *b, Str text)
{
    text = str_printable(b->a, text);
    for (isize i = 0; i < text.n; i++) {
        if (memchr("\\`*_[]<>#!|&", text.s[i], 12)) buf_byte(b, '\\');
        buf_byte(b, text.s[i]);
    }
}

Str readme_text(Arena *a, const Crate *c)
{
    Buf b = {.a = a};
    buf_put(&b, S("# "));
    plain_put(&b, c->title);
    buf_put(&b, S("\n\n"));
    plain_put(&b, c->description);
    buf_put(&b, S("\n\nReleased from the workspace "));
    plain_put(&b, c->workspace);
    buf_put(&b, S(" of "));
    plain_put(&b, c->organisation);
    buf_put(&b, S(".\n\n"
                  "- `outputs/` has the released files, `records/` what was said and decided about "
                  "them.\n"
                  "- `ro-crate-preview.html` is a page about all of it; open it in a browser.\n"
                  "- `ro-crate-metadata.json` is the same for programs (RO-Crate).\n\n"
                  "The folder above is a bag (RFC 8493), signed by the site. With the site's "
                  "public key:\n\n"
                  "    minisign -V -p site.pub -m tagmanifest-sha512.txt\n"
                  "    sha512sum -c tagmanifest-sha512.txt manifest-sha512.txt\n\n"
                  "or, with the zip as it was downloaded, `tresor verify FILE.zip --key "
                  "site.pub`.\n"));
    return buf_str(&b);
}
