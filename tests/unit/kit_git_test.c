// Repositories made by the git program: from the disk and over http with a token; trees laid out once.
#include "scratch_server.h"

#include <sys/stat.h>

#include "kit/git.h"

static const char server_py[] =
    "import base64, http.server, subprocess, sys\n"
    "want = 'Basic ' + base64.b64encode(b'x-access-token:t0ken').decode()\n"
    "class H(http.server.BaseHTTPRequestHandler):\n"
    "    protocol_version = 'HTTP/1.1'\n"
    "    def log_message(self, *a): pass\n"
    "    def answer(self, status, body, kind='text/plain', *headers):\n"
    "        self.send_response(status)\n"
    "        for k, v in headers: self.send_header(k, v)\n"
    "        self.send_header('Content-Type', kind)\n"
    "        self.send_header('Content-Length', str(len(body)))\n"
    "        self.end_headers(); self.wfile.write(body)\n"
    "    def git(self, body, *args):\n"
    "        return subprocess.run(['git', 'upload-pack', '--stateless-rpc', *args, sys.argv[1]], "
    "input=body,\n"
    "                              stdout=subprocess.PIPE, check=True).stdout\n"
    "    cuts = 0\n"
    "    def broken(self):\n" // /cutN/repo: the first N answers end in the middle
    "        if not self.path.startswith('/cut'): return False\n"
    "        most, self.path = int(self.path[4]), '/new' + self.path[5:]\n"
    "        if H.cuts >= most: return False\n"
    "        H.cuts += 1; self.close_connection = True\n"
    "        self.send_response(200); self.send_header('Content-Length', '1000')\n"
    "        self.end_headers(); self.wfile.write(b'half'); return True\n"
    "    def do_GET(self):\n"
    "        if self.broken(): return\n"
    "        if self.path.startswith('/old/'):\n"
    "            return self.answer(301, b'', 'text/plain', ('Location', "
    "self.path.replace('/old/', '/new/')))\n"
    "        if self.headers.get('Authorization') != want: return self.answer(401, b'who are "
    "you?')\n"
    "        if not self.path.startswith('/new/repo'): return self.answer(404, b'no such "
    "repository')\n"
    "        refs = self.git(b'', '--advertise-refs')\n"
    "        self.answer(200, b'001e# service=git-upload-pack\\n0000' + refs, "
    "'application/x-git-upload-pack-advertisement')\n"
    "    def do_POST(self):\n"
    "        body = self.rfile.read(int(self.headers['Content-Length']))\n"
    "        if self.broken(): return\n"
    "        if self.headers.get('Authorization') != want: return self.answer(401, b'who are "
    "you?')\n"
    "        if not self.path.startswith('/new/repo'): return self.answer(301, b'')\n"
    "        self.answer(200, self.git(body), 'application/x-git-upload-pack-result')\n"
    "s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)\n"
    "print(s.server_address[1], flush=True)\n"
    "s.serve_forever()\n";

static Str shell(Scratch *t, const char *script)
{
    Str out = path_join(&t->a, t->folder, S("shell.out")), said;
    Str command = arena_fmt(
        &t->a,
        "export HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@x "
        "GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@x GIT_AUTHOR_DATE='1700000000 +0000' "
        "GIT_COMMITTER_DATE='1700000000 +0000'; set -e; cd %.*s; { %s; } >shell.out 2>&1",
        STR(t->folder), script);
    int code = system(cstr(&t->a, command));
    ck_works(file_read(&t->a, out, 1 << 20, &said));
    ck_assert_msg(code == 0, "%.*s", STR(said));
    return str_trim(said);
}

static Str study_make(Scratch *t)
{
    return shell(
        t,
        "git init -q -b main repo && cd repo && git config uploadpack.allowAnySHA1InWant true && "
        "mkdir -p analysis/deep && echo 'version: 1' >project.yaml && echo 'print(1)' "
        ">analysis/deep/a.py && "
        "printf '#!/bin/sh\\n' >run.sh && chmod +x run.sh && ln -s /etc/passwd out && ln -s "
        "project.yaml in && "
        "git add . && git update-index --add --cacheinfo "
        "160000,1111111111111111111111111111111111111111,sub && "
        "git commit -qm 'First one' && git rev-parse HEAD");
}

static GitCache cache_for(Scratch *t)
{
    return (GitCache){.folder = path_join(&t->a, t->folder, S("cache")), .files_allowed = true};
}

START_TEST(reads_a_repository_from_the_disk)
{
    scratch t = scratch_make();
    Str first = study_make(&t), got;
    GitCache c = cache_for(&t);
    GitSource s = {.url = path_join(&t.a, t.folder, S("repo"))};
    ck_works(repo_branch_head(&c, &t.a, &s, S("main"), &got));
    ck_str(got, first);
    Err *e = repo_branch_head(&c, &t.a, &s, S("none"), &got);
    ck_str(e->code, S("GitUnknownRefError"));
    ck_fails(ERR_NOT_FOUND, repo_file_read(&c, &t.a, s.url, first, S("project.yaml"), 1000, &got));
    ck_works(repo_fetch(&c, &t.a, &s, S("main"), first));
    ck_works(repo_file_read(&c, &t.a, s.url, first, S("project.yaml"), 1000, &got));
    ck_str(got, S("version: 1\n"));
    ck_works(repo_file_read(&c, &t.a, s.url, first, S("analysis/deep/a.py"), 1000, &got));
    ck_fails(ERR_TOO_LARGE, repo_file_read(&c, &t.a, s.url, first, S("project.yaml"), 5, &got));
    ck_fails(ERR_NOT_FOUND, repo_file_read(&c, &t.a, s.url, first, S("in"), 1000, &got));
    ck_fails(ERR_NOT_FOUND, repo_file_read(&c, &t.a, s.url, first, S("analysis"), 1000, &got));
    ck_fails(ERR_NOT_FOUND, repo_file_read(&c, &t.a, s.url, first, S("../x"), 1000, &got));
    ck_fails(ERR_NOT_FOUND,
             repo_fetch(&c, &t.a, &s, S("main"), S("2222222222222222222222222222222222222222")));
    ck_fails(ERR_BAD_INPUT, repo_fetch(&c, &t.a, &s, S("main"), S("main")));
}
END_TEST

START_TEST(knows_what_is_on_a_branch)
{
    scratch t = scratch_make();
    Str first = study_make(&t);
    Str second = shell(&t, "cd repo && echo 2 >>project.yaml && git commit -qam 'Second\n\nlong' "
                           "&& git rev-parse HEAD");
    Str foreign = shell(&t, "cd repo && git checkout -qb side HEAD~1 && echo 3 >x && git add x && "
                            "git commit -qm Side && git rev-parse HEAD");
    GitCache c = cache_for(&t);
    GitSource s = {.url = path_join(&t.a, t.folder, S("repo"))};
    bool yes = false;
    ck_works(repo_commit_is_on(&c, &t.a, &s, S("main"), second, &yes));
    ck_assert(yes);
    ck_works(repo_commit_is_on(&c, &t.a, &s, S("main"), first, &yes));
    ck_assert(yes);
    ck_works(repo_fetch(&c, &t.a, &s, S(""), foreign));
    ck_works(repo_commit_is_on(&c, &t.a, &s, S("main"), foreign, &yes));
    ck_assert(!yes);
    ck_works(repo_commit_is_on(&c, &t.a, &s, S("side"), foreign, &yes));
    ck_assert(yes);
    GitRef *refs;
    GitCommit *log;
    isize n;
    ck_works(repo_branches(&c, &t.a, &s, &refs, &n));
    ck_assert_int_eq(n, 2);
    ck_str(refs[1].name, S("side"));
    ck_works(repo_commits(&c, &t.a, s.url, second, 10, &log, &n));
    ck_assert_int_eq(n, 2);
    ck_str(log[0].subject, S("Second"));
    ck_str(log[1].id, first);
    ck_str(log[1].author, S("Ada"));
    ck_assert_int_eq(log[1].when, SECONDS(1700000000));
    // a rewritten branch is followed, and what was on it before no longer counts
    Str rewritten = shell(&t, "cd repo && git branch -f main side && git rev-parse main");
    ck_works(repo_commit_is_on(&c, &t.a, &s, S("main"), second, &yes));
    ck_assert(!yes);
    ck_works(repo_commit_is_on(&c, &t.a, &s, S("main"), rewritten, &yes));
    ck_assert(yes);
}
END_TEST

START_TEST(resolves_tags_of_both_kinds)
{
    scratch t = scratch_make();
    Str first = study_make(&t);
    Str second =
        shell(&t, "cd repo && git tag plain && git tag -a v1 -m one && git tag -a v1-rc -m rc && "
                  "git commit -q --allow-empty -m next && git tag v1.1 && git -c "
                  "advice.nestedTag=false tag -a v2 v1 -m again && "
                  "git rev-parse HEAD");
    GitCache c = cache_for(&t);
    GitSource s = {.url = path_join(&t.a, t.folder, S("repo"))};
    const struct {
        Str name, commit;
    } want[] = {
        {S("plain"), first },
        {S("v1"),    first },
        {S("v1-rc"), first },
        {S("v1.1"),  second},
        {S("v2"),    first }
    };
    GitRef *tags;
    isize n;
    ck_works(repo_tags(&c, &t.a, &s, &tags, &n));
    ck_assert_int_eq(n, COUNT(want));
    for (isize i = 0; i < n; i++) {
        ck_str(tags[i].name, want[i].name);
        ck_str(tags[i].commit, want[i].commit);
    }
    shell(&t, "cd repo && git tag -d plain v1 v1-rc v1.1 v2");
    ck_works(repo_tags(&c, &t.a, &s, &tags, &n));
    ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(lays_a_tree_out_once)
{
    scratch t = scratch_make();
    Str first = study_make(&t), got;
    GitCache c = cache_for(&t);
    GitSource s = {.url = arena_fmt(&t.a, "file://%.*s/repo", STR(t.folder))};
    GitTree tree, again;
    FileFacts f;
    ck_works(repo_fetch(&c, &t.a, &s, S("main"), first));
    ck_works(repo_checkout(&c, &t.a, s.url, first, &tree));
    ck_works(file_read(&t.a, path_join(&t.a, tree.folder, S("analysis/deep/a.py")), 100, &got));
    ck_str(got, S("print(1)\n"));
    ck_works(file_facts(&t.a, path_join(&t.a, tree.folder, S("run.sh")), &f));
    ck_assert_int_eq(f.mode, 0555);
    ck_works(file_facts(&t.a, path_join(&t.a, tree.folder, S("project.yaml")), &f));
    ck_assert_int_eq(f.mode, 0444);
    ck_works(file_facts(&t.a, path_join(&t.a, tree.folder, S("analysis")), &f));
    ck_assert_int_eq(f.mode, 0555);
    ck_works(file_link_read(&t.a, path_join(&t.a, tree.folder, S("out")), &got));
    ck_str(got, S("/etc/passwd"));
    ck_assert_int_eq(tree.submodules.n, 1);
    ck_str(tree.submodules.v[0], S("sub"));
    Str empty = shell(&t, "cd repo && git commit -q --allow-empty -m Same && git rev-parse HEAD");
    ck_works(repo_fetch(&c, &t.a, &s, S("main"), empty));
    ck_works(file_facts(&t.a, tree.folder, &f));
    ck_works(repo_checkout(&c, &t.a, s.url, empty, &again));
    ck_str(again.folder, tree.folder); // another commit, the same tree
    FileFacts now;
    ck_works(file_facts(&t.a, again.folder, &now));
    ck_assert(now.inode == f.inode);
    ck_assert_int_eq(again.submodules.n, 1);
    ck_works(repo_checkout(&c, &t.a, s.url, first, &again)); // known by now
    ck_str(again.folder, tree.folder);
    ck_works(folder_remove(&t.a, tree.folder)); // an operator made room
    ck_works(repo_checkout(&c, &t.a, s.url, first, &again));
    ck_assert(file_exists(&t.a, path_join(&t.a, tree.folder, S("project.yaml"))));
    StrList names = {0};
    ck_works(folder_names(&t.a, path_folder(tree.folder), &names));
    ck_assert_int_eq(names.n, 2); // the tree and its note, no draft
}
END_TEST

// The pauses that were asked for; after `most` of them there is no time left.
typedef struct Pauses {
    i64 seconds[8];
    isize n, most;
} Pauses;
static bool pause_note(void *self, i64 micros)
{
    Pauses *p = self;
    if (p->n == p->most) return false;
    p->seconds[p->n++] = micros / SECONDS(1);
    return true;
}

static Err *fetch_from(Scratch *t, Str commit, const char *place, int tries, Pauses *p)
{
    GitCache c = cache_for(t);
    Server server =
        server_start(t, server_py, cstr(&t->a, path_join(&t->a, t->folder, S("repo"))), NULL);
    owned_server pid = server.pid;
    c.folder = arena_fmt(&t->a, "%.*s/cache-%d", STR(t->folder), server.port);
    c.patience = (GitPatience){tries, SECONDS(4), pause_note, p};
    GitSource s = {.url = arena_fmt(&t->a, "http://127.0.0.1:%d/%s/repo", server.port, place),
                   .token = S("t0ken")};
    return repo_fetch(&c, &t->a, &s, S("main"), commit);
}

START_TEST(a_line_that_breaks_is_tried_again_five_times_in_all)
{
    scratch t = scratch_make();
    Str first = study_make(&t);
    static const char *const places[] = {"cut0", "cut1", "cut2", "cut4"};
    static const isize breaks[] = {0, 1, 2, 4};
    for (isize i = 0; i < COUNT(places); i++) {
        Pauses p = {.most = 8};
        ck_works(fetch_from(&t, first, places[i], 5, &p));
        ck_assert_int_eq(p.n, breaks[i]);
        for (isize k = 0; k < p.n; k++)
            ck_assert_int_eq(p.seconds[k], 4 << k);
    }
    Pauses never = {.most = 8}, hurry = {.most = 1};
    Err *e = fetch_from(&t, first, "cut5", 5, &never);
    ck_assert(e && e->kind == ERR_BUSY && str_eq(e->code, S("GitError")));
    ck_assert_msg(str_starts(e->say, S("Network error when fetching commit ")) &&
                      str_ends(e->say, S("(This may work if you try again later)")),
                  "%.*s", STR(e->say));
    ck_assert_int_eq(never.n, 4);
    ck_fails(ERR_BUSY, fetch_from(&t, first, "cut5", 5, &hurry));
    ck_assert_int_eq(hurry.n, 1);
}
END_TEST

START_TEST(what_is_refused_is_not_tried_again)
{
    scratch t = scratch_make();
    Str first = study_make(&t), nowhere = S("http://127.0.0.1:1/repo");
    Pauses p = {.most = 8};
    ck_fails(ERR_NOT_FOUND, fetch_from(&t, first, "nowhere", 5, &p));
    ck_fails(ERR_BUSY, fetch_from(&t, first, "cut1", 0, &p)); // somebody waits for a page
    GitCache c = cache_for(&t);
    c.patience = (GitPatience){5, SECONDS(4), pause_note, &p};
    ck_fails(ERR_BUSY, repo_fetch(&c, &t.a, &(GitSource){.url = nowhere}, S("main"), first));
    ck_assert_int_eq(p.n, 0);
}
END_TEST

START_TEST(fetches_over_http_with_a_token_that_is_not_kept)
{
    scratch t = scratch_make();
    Str first = study_make(&t), got;
    GitCache c = cache_for(&t);
    Server server =
        server_start(&t, server_py, cstr(&t.a, path_join(&t.a, t.folder, S("repo"))), NULL);
    owned_server pid = server.pid;
    GitSource s = {.url = arena_fmt(&t.a, "http://127.0.0.1:%d/old/repo", server.port),
                   .token = S("t0ken")};
    ck_works(repo_branch_head(&c, &t.a, &s, S("main"), &got));
    ck_str(got, first);
    ck_works(repo_fetch(&c, &t.a, &s, S("main"), first));
    ck_works(repo_file_read(&c, &t.a, s.url, first, S("project.yaml"), 1000, &got));
    // a commit on no branch, named by its id
    Str hidden = shell(&t, "cd repo && git checkout -q --detach && echo 4 >y && git add y && git "
                           "commit -qm Hidden && git rev-parse HEAD");
    ck_works(repo_fetch(&c, &t.a, &s, S("main"), hidden));
    bool yes = true;
    ck_works(repo_commit_is_on(&c, &t.a, &s, S("main"), hidden, &yes));
    ck_assert(!yes);
    int found =
        system(cstr(&t.a, arena_fmt(&t.a, "grep -rqE 't0ken|eC1hY2Nlc3M' %.*s", STR(c.folder))));
    ck_assert_int_ne(found, 0);
    s.token = S("wrong");
    Err *e = repo_branch_head(&c, &t.a, &s, S("main"), &got);
    ck_str(e->code, S("GitRepoNotReachableError"));
    ck_assert_int_eq(e->kind, ERR_SIGNED_OUT);
    ck_assert(!str_has(e->say, S("wrong")));
    s = (GitSource){.url = arena_fmt(&t.a, "http://127.0.0.1:%d/none", server.port),
                    .token = S("t0ken")};
    ck_fails(ERR_NOT_FOUND, repo_branch_head(&c, &t.a, &s, S("main"), &got));
    s.url = S("http://127.0.0.1:1/repo");
    ck_fails(ERR_BUSY, repo_fetch(&c, &t.a, &s, S("main"), first));
    s.url = S("http://git.example.org/repo");
    ck_fails(ERR_BAD_INPUT, repo_branch_head(&c, &t.a, &s, S("main"),
                                             &got)); // the token would be readable on the way
}
END_TEST

START_TEST(addresses_that_are_refused)
{
    scratch t = scratch_make();
    GitCache c = cache_for(&t);
    static const char *const bad[] = {"ssh://git@host/a",
                                      "git@github.com:a/b",
                                      "ext::sh -c id",
                                      "--upload-pack=id",
                                      "-u",
                                      "git://host/a",
                                      "http://u:p@host/a",
                                      "https://host",
                                      "https://host/",
                                      "https:///a",
                                      "https://host/a b",
                                      "https://host/a\n",
                                      "ftp://host/a",
                                      "",
                                      "a/b",
                                      "file://host/a",
                                      "/a/../b",
                                      "https://host/a?x=1",
                                      "https://host\\a/b"};
    for (isize i = 0; i < COUNT(bad); i++) {
        Err *e = repo_url_check(&t.a, &c, str_from(bad[i]));
        ck_assert_msg(e && e->kind == ERR_BAD_INPUT, "%s", bad[i]);
    }
    ck_works(repo_url_check(&t.a, &c, S("https://github.com/opensafely/research-template")));
    ck_works(repo_url_check(&t.a, &c, S("/srv/git/a.git")));
    c.files_allowed = false;
    ck_fails(ERR_BAD_INPUT, repo_url_check(&t.a, &c, S("/srv/git/a.git")));
    ck_fails(ERR_BAD_INPUT, repo_url_check(&t.a, &c, S("file:///srv/git/a.git")));
}
END_TEST

Suite *kit_git_suite(void)
{
    Suite *s = suite_create("kit git");
    TCase *c = tcase_create("git");
    tcase_set_timeout(c, 60); // git and python take their time to start on a busy machine
    tcase_add_test(c, reads_a_repository_from_the_disk);
    tcase_add_test(c, knows_what_is_on_a_branch);
    tcase_add_test(c, resolves_tags_of_both_kinds);
    tcase_add_test(c, lays_a_tree_out_once);
    tcase_add_test(c, a_line_that_breaks_is_tried_again_five_times_in_all);
    tcase_add_test(c, what_is_refused_is_not_tried_again);
    tcase_add_test(c, fetches_over_http_with_a_token_that_is_not_kept);
    tcase_add_test(c, addresses_that_are_refused);
    suite_add_tcase(s, c);
    return s;
}
