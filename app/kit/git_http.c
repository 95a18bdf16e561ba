// libgit2's smart protocol over our own requests, so that trust, time limits and secrets have one home.
#include "kit/git_mirror.h" // first: libgit2 has a field with a banned name

#include <fcntl.h>
#include <git2/sys/errors.h>
#include <git2/sys/transport.h>
#include <unistd.h>

#include "base/encode.h"
#include "os/file.h"
#include "os/own.h"
#include "os/random.h"

typedef struct GitService {
    git_smart_subtransport as_git; // first: libgit2 knows only this part
    GitTalk *talk;
} GitService;
typedef struct GitStream {
    git_smart_subtransport_stream as_git; // first
    GitTalk *talk;
    git_smart_service_t service;
    Buf request;
    int answer; // an unnamed file with the whole answer; 0 before it was asked
} GitStream;

// Waits for the whole answer in an unnamed file: packs are larger than memory should be.
static fallible answer_open(GitTalk *t, int *fd)
{
    char *folder = cstr(t->a, t->cache->folder);
    owned_fd got = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (got < 0) { // a file system without unnamed files
        Str random = random_hex(t->a, 8);
        Str path = path_join(t->a, t->cache->folder, arena_fmt(t->a, ".draft-%.*s", STR(random)));
        got = open(cstr(t->a, path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (got >= 0) unlink(cstr(t->a, path));
    }
    if (got < 0) return fail(t->a, ERR_IO, "cannot write in %s", folder);
    *fd = take_fd(&got);
    return NULL;
}

static bool is_this_machine(Str url)
{
    Str rest = str_skip(url, str_find(url, S("://")) + 3);
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (isize i = 0; i < COUNT(names); i++) {
        Str name = str_from(names[i]), after = str_skip(rest, name.n);
        if (str_starts(rest, name) && (!after.n || strchr(":/", after.s[0]))) return true;
    }
    return false;
}

static fallible who_asks(GitTalk *t, HttpRequest *q)
{
    const GitSource *s = t->source;
    if (!s->token.n) return NULL;
    if (!str_starts(q->url, S("https://")) && !is_this_machine(q->url))
        return fail(t->a, ERR_BAD_INPUT,
                    "a token is only sent over https: change the address of %.*s", STR(s->url));
    Str user = s->user.n ? s->user : S("x-access-token");
    Str pair = base64_encode(t->a, arena_fmt(t->a, "%.*s:%.*s", STR(user), STR(s->token)));
    http_header_add(t->a, &q->headers, S("Authorization"),
                    arena_fmt(t->a, "Basic %.*s", STR(pair)));
    return NULL;
}

static fallible answer_check(GitTalk *t, const HttpRequest *q, const HttpAnswer *r, Str type)
{
    if (r->status >= 300 && r->status < 400)
        return fail(
            t->a, ERR_BAD_INPUT, "the repository has moved to %.*s: use that address",
            STR(str_printable(t->a, http_origin(t->a, http_header(&r->headers, S("Location"))))));
    TRY(http_expect_ok(t->a, q, r));
    if (!str_eq_nocase(http_header(&r->headers, S("Content-Type")), type))
        return fail(t->a, ERR_IO, "what answers there is no git server");
    return NULL;
}

static fallible ask(GitStream *s)
{
    static const char list[] = "/info/refs?service=git-upload-pack";
    GitTalk *t = s->talk;
    bool listing = s->service == GIT_SERVICE_UPLOADPACK_LS;
    HttpAnswer r;
    HttpRequest q = {.timeout = listing ? MINUTES(2) : HOURS(1), .stall = MINUTES(2)};
    TRY(answer_open(t, &s->answer));
    q.into_fd = s->answer;
    q.url = arena_fmt(t->a, "%.*s%s", STR(t->base), listing ? list : "/git-upload-pack");
    http_header_add(t->a, &q.headers, S("User-Agent"),
                    S("git/2.0 (tresor)")); // some servers look for "git/"
    if (!listing) {
        q.method = S("POST");
        q.body = buf_str(&s->request);
        http_header_add(t->a, &q.headers, S("Content-Type"),
                        S("application/x-git-upload-pack-request"));
        http_header_add(t->a, &q.headers, S("Accept"), S("application/x-git-upload-pack-result"));
    }
    TRY(who_asks(t, &q));
    TRY(http_send(t->http, t->a, &q, &r));
    TRY(answer_check(t, &q, &r,
                     listing ? S("application/x-git-upload-pack-advertisement")
                             : S("application/x-git-upload-pack-result")));
    if (listing && str_ends(r.url, S(list)))
        t->base = str_take(r.url, r.url.n - (isize)sizeof list + 1);
    if (lseek(s->answer, 0, SEEK_SET)) return fail(t->a, ERR_IO, "cannot read the answer again");
    return NULL;
}

static void answer_drop(GitStream *s)
{
    if (s->answer) close(s->answer);
    s->answer = 0;
}

// Which failures may be over at the next try: the two known ones of the original, "GnuTLS recv error" and "SSL_read:
// Connection was reset", are of this one kind.
static bool line_broke(const Err *e)
{
    return str_eq(e->code, S("HttpCut"));
}

static fallible ask_patiently(GitStream *s)
{
    GitTalk *t = s->talk;
    const GitPatience *p = &t->cache->patience;
    for (;;) {
        Err *e = ask(s);
        if (!e || !line_broke(e) || ++t->broken >= p->tries ||
            !p->wait(p->self, p->pause << (t->broken - 1)))
            return e;
        answer_drop(s);
    }
}

static int on_read(git_smart_subtransport_stream *stream, char *out, size_t room, size_t *got)
{
    GitStream *s = (GitStream *)stream;
    *got = 0;
    if (!s->answer && (s->talk->failed = ask_patiently(s))) {
        git_error_set_str(GIT_ERROR_NET, "the request failed");
        return -1;
    }
    ssize_t n = read(s->answer, out, room);
    if (n < 0) return -1;
    *got = (size_t)n;
    return 0;
}

static int on_write(git_smart_subtransport_stream *stream, const char *bytes, size_t n)
{
    buf_put(&((GitStream *)stream)->request, (Str){bytes, (isize)n});
    return 0;
}

static void on_stream_end(git_smart_subtransport_stream *stream)
{
    answer_drop((GitStream *)stream);
}

static int on_action(git_smart_subtransport_stream **out, git_smart_subtransport *transport,
                     const char *url, git_smart_service_t service)
{
    GitTalk *t = ((GitService *)transport)->talk;
    (void)url;
    if (service != GIT_SERVICE_UPLOADPACK_LS && service != GIT_SERVICE_UPLOADPACK) {
        git_error_set_str(GIT_ERROR_NET, "repositories are only read");
        return -1;
    }
    GitStream *s = make(t->a, GitStream, 1);
    *s = (GitStream){.talk = t, .service = service, .request = {.a = t->a}};
    s->as_git = (git_smart_subtransport_stream){
        .subtransport = transport, .read = on_read, .write = on_write, .free = on_stream_end};
    *out = &s->as_git;
    return 0;
}

static int on_close(git_smart_subtransport *transport)
{
    (void)transport;
    return 0;
}

static void on_end(git_smart_subtransport *transport)
{
    (void)transport; // lives in the arena of the conversation
}

static int service_make(git_smart_subtransport **out, git_transport *owner, void *talk)
{
    (void)owner;
    GitTalk *t = talk;
    GitService *s = make(t->a, GitService, 1);
    s->talk = t;
    s->as_git = (git_smart_subtransport){.action = on_action, .close = on_close, .free = on_end};
    *out = &s->as_git;
    return 0;
}

int repo_transport_choose(git_transport **out, git_remote *owner, void *talk)
{
    GitTalk *t = talk;
    if (!str_starts(t->base, S("http://")) && !str_starts(t->base, S("https://")))
        return git_transport_local(out, owner, NULL);
    git_smart_subtransport_definition *d = make(t->a, git_smart_subtransport_definition, 1);
    *d = (git_smart_subtransport_definition){.callback = service_make, .rpc = 1, .param = t};
    return git_transport_smart(out, owner, d);
}
