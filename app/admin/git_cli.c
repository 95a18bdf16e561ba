// What the runner does with repositories, by hand: to try an address, a token or a certificate, or to fetch ahead.
#include "admin/git_cli.h"

#include "kit/git.h"
#include "os/file.h"

static fallible source_read(Cli *c, GitCache *cache, GitSource *source)
{
    Str token = cli_text(c, "token-file", S("")),
        home = cli_text(c, "cache", S("/var/lib/tresor/git"));
    TRY(cli_arg(c, 0, "the address of a repository", &source->url));
    *cache = (GitCache){
        .folder = home,
        .trust = {.ca_file = cli_text(c, "ca", S("")),
                  .fingerprint = cli_text(c, "fingerprint", S(""))},
        .files_allowed = cli_has(c, "files")
    };
    source->user = cli_text(c, "user", S(""));
    if (!token.n) return NULL;
    TRY(file_read(c->a, token, 4096, &source->token));
    source->token = str_trim(source->token);
    return NULL;
}

static fallible head_run(Cli *c, int *code)
{
    (void)code;
    GitCache cache;
    GitSource source = {0};
    Str branch, commit;
    TRY(source_read(c, &cache, &source));
    TRY(cli_arg(c, 1, "the name of a branch", &branch));
    TRY(repo_branch_head(&cache, c->a, &source, branch, &commit));
    buf_fmt(&c->out, "%.*s\n", STR(commit));
    return NULL;
}

static fallible tree_run(Cli *c, int *code)
{
    (void)code;
    GitCache cache;
    GitSource source = {0};
    GitTree tree;
    Str commit;
    TRY(source_read(c, &cache, &source));
    TRY(cli_arg(c, 1, "a commit, 40 hexadecimal letters", &commit));
    TRY(repo_url_check(c->a, &cache, source.url));
    Err *e = repo_checkout(&cache, c->a, source.url, commit, &tree);
    if (e && e->kind != ERR_NOT_FOUND) return e;
    if (e) {
        TRY(repo_fetch(&cache, c->a, &source, cli_text(c, "branch", S("")), commit));
        TRY(repo_checkout(&cache, c->a, source.url, commit, &tree));
    }
    buf_fmt(&c->out, "%.*s\n", STR(tree.folder));
    for (isize i = 0; i < tree.submodules.n; i++)
        fprintf(stderr, "tresor git tree: the submodule %.*s is left out\n",
                STR(tree.submodules.v[i]));
    return NULL;
}

#define SOURCE_OPTS                                                                                \
    {"cache", OPT_TEXT, "FOLDER", "where mirrors and trees are kept (/var/lib/tresor/git)"},       \
        {"token-file", OPT_TEXT, "FILE", "the token to read the repository with"},                 \
        {"user", OPT_TEXT, "NAME", "the user that goes with the token (x-access-token)"},          \
        {"ca", OPT_TEXT, "FILE", "authorities to trust instead of the machine's"},                 \
        {"fingerprint", OPT_TEXT, "SHA256", "the server's certificate, or one above it"},          \
    {                                                                                              \
        "files", OPT_FLAG, NULL, "allow repositories on this machine's disk"                       \
    }
static const Opt head_opts[] = {SOURCE_OPTS, {0}};
static const Opt tree_opts[] = {
    SOURCE_OPTS, {"branch", OPT_TEXT, "NAME", "look for the commit on this branch first"},
     {0 }
};

static const Command rows[] = {
    {"git head", "URL BRANCH", "the commit a branch points to",
     "tresor git head https://github.com/owner/study main",                                     head_opts, head_run, false},
    {"git tree", "URL COMMIT", "lay out a commit's files, once, and print the folder",
     "tresor git tree https://github.com/owner/study 0123456789abcdef0123456789abcdef01234567", tree_opts, tree_run, false},
};
const CommandList git_commands = COMMANDS(rows);
