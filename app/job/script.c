// Which hosts there are, what a script is called, and where a text mentions one.
#include "job/script.h"

#include "base/encode.h"
#include "base/map.h"
#include "os/file.h"

// Where a host shows a file and a commit. `own`: names of machines that people run themselves begin so.
static const struct {
    const char *host, *own, *file, *commit;
} hosts[] = {
    {"github.com",    "github.", "/blob/",       "/commit/"  },
    {"gitlab.com",    "gitlab.", "/-/blob/",     "/-/commit/"},
    {"codeberg.org",  "gitea.",  "/src/commit/", "/commit/"  },
    {"bitbucket.org", NULL,      "/src/",        "/commits/" },
};
static const char *const types[] = {"py", "r",   "rmd", "qmd", "ipynb", "do", "ado",
                                    "sh", "sql", "jl",  "sas", "m",     "js"};

static Str url_at(Arena *a, Str repo, bool file, Str commit, Str path)
{
    Str host, rest;
    if (!str_starts(repo, S("https://"))) return S("");
    if (!str_cut(str_skip(repo, 8), '/', &host, &rest) || str_find_byte(host, '@') >= 0)
        return S("");
    while (str_ends(repo, S("/")))
        repo = str_take(repo, repo.n - 1);
    if (str_ends(repo, S(".git"))) repo = str_take(repo, repo.n - 4);
    for (isize i = 0; i < COUNT(hosts); i++) {
        bool own = hosts[i].own && str_starts(host, str_from(hosts[i].own));
        if (!own && !str_eq(host, str_from(hosts[i].host))) continue;
        return arena_fmt(a, "%.*s%s%.*s%s%.*s", STR(repo), file ? hosts[i].file : hosts[i].commit,
                         STR(commit), path.n ? "/" : "", STR(path));
    }
    return S("");
}

Str script_url(Arena *a, Str repo, Str commit, Str path)
{
    return path_is_plain(path) ? url_at(a, repo, true, commit, path) : S("");
}

Str script_commit_url(Arena *a, Str repo, Str commit)
{
    return url_at(a, repo, false, commit, S(""));
}

static bool is_path_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '/';
}

// Named like one, and of bytes that need no encoding in an address.
static bool is_script(Str word)
{
    isize dot = str_rfind_byte(word, '.');
    if (dot < 1 || !path_is_plain(word)) return false;
    for (isize i = 0; i < word.n; i++)
        if (!is_path_byte(word.s[i])) return false;
    for (isize i = 0; i < COUNT(types); i++)
        if (str_eq_nocase(str_skip(word, dot + 1), str_from(types[i]))) return true;
    return false;
}

static void scripts_of(Arena *a, const Study *study, Map *out)
{
    for (isize i = 0; i < study->n; i++) {
        const StrList *words = &study->actions[i].words;
        for (isize k = 1; k < words->n; k++)
            if (is_script(words->v[k])) *map_at(a, out, words->v[k]) = out;
    }
}

static void piece_add(Arena *a, ScriptText *to, Str text, Str url)
{
    if (!text.n) return;
    if (to->n == to->cap) {
        ScriptPiece *more = make(a, ScriptPiece, to->cap = to->cap ? to->cap * 2 : 16);
        for (isize i = 0; i < to->n; i++)
            more[i] = to->v[i];
        to->v = more;
    }
    to->v[to->n++] = (ScriptPiece){text, url};
}

ScriptText script_text(Arena *a, Str text, const Study *study, Str repo, Str commit)
{
    Map scripts = {0};
    ScriptText out = {0};
    isize plain = 0;
    bool known = url_at(a, repo, true, commit, S("x")).n > 0;
    if (study && known) scripts_of(a, study, &scripts);
    for (isize i = 0, end; i < text.n && scripts.n; i = end > i ? end : i + 1) {
        for (end = i; end < text.n && is_path_byte(text.s[end]);)
            end++;
        Str word = str_span(text, i, end);
        if (!word.n || !map_get(&scripts, word)) continue;
        piece_add(a, &out, str_span(text, plain, i), S(""));
        piece_add(a, &out, word, script_url(a, repo, commit, word));
        plain = end;
    }
    piece_add(a, &out, str_skip(text, plain), S(""));
    return out;
}
