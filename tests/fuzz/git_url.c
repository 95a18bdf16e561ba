// Addresses of repositories: what is accepted is https, http or an absolute path, without secrets or tricks.
#include "fuzz.h"
#include "kit/git.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    Str url = arena_str(&a, data, (isize)n);
    GitCache web = {.folder = S("/nowhere")},
             all = {.folder = S("/nowhere"), .files_allowed = true};
    bool is_web = !repo_url_check(&a, &web, url), is_any = !repo_url_check(&a, &all, url);
    must(!is_web || is_any);
    if (is_web) must(str_starts(url, S("https://")) || str_starts(url, S("http://")));
    if (is_any && !is_web) must(str_starts(url, S("/")) || str_starts(url, S("file:///")));
    for (isize i = 0; is_any && i < url.n; i++)
        must((u8)url.s[i] > ' ' && url.s[i] != '\\');
    if (is_web) must(http_origin(&a, url).n > 0);
    arena_free(&a);
    return 0;
}
