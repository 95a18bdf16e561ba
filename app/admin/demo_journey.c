// The main job from request to released archive, as five people with browsers.
#include "admin/demo_journey.h"

#include <unistd.h>

#include "admin/walker.h"
#include "crate/verify.h"
#include "kit/zip.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/own.h"

enum { JOBS_MOST_MINUTES = 5, ARCHIVE_ENTRIES_MOST = 1000 };

typedef struct Journey {
    DemoJourney *d;
    Arena *a;
    Walker ada, ada_airlock, ben, dina; // ben and dina: at the airlock
    Str request;                        // path of the job request
    Str asked;                          // path of the airlock's request
    Str release;                        // path of the release's pages
    Str archive, key;                   // files
    isize files;
} Journey;

// --- coming in

static fallible sign_in(Journey *j, const char *username, Walker *w)
{
    const DemoPerson *p = NULL;
    for (int i = 0; i < DEMO_PEOPLE; i++)
        if (str_eq(j->d->site->people[i].username, str_from(username))) p = &j->d->site->people[i];
    must(p);
    TRY(walker_open(j->a, j->d->server, j->d->server_ca, w));
    TRY(walker_look(w, p->path));
    return walker_send(w, p->path, NULL, 0);
}

// Three words from the server's settings, typed at the airlock.
static fallible airlock_in(Journey *j, const char *username, Walker *server, Walker *airlock)
{
    TRY(walker_look(server, S("/settings/")));
    TRY(walker_send(server, S("/settings/airlock-code/"), NULL, 0));
    Str code = walker_between(server, "Three words: <strong><code>", "</code>");
    if (!code.n) return fail(j->a, ERR_CONFLICT, "the settings page shows no one-time code");
    TRY(walker_open(j->a, j->d->airlock, j->d->airlock_ca, airlock));
    TRY(walker_look(airlock, S("/login/")));
    Str form[] = {S("user"), str_from(username), S("code"), code};
    TRY(walker_send(airlock, S("/login/"), form, COUNT(form)));
    return walker_expect(airlock, "Hello");
}

static fallible ada_signs_in(Journey *j)
{
    return sign_in(j, "ada", &j->ada);
}

// --- asking and running

static fallible ada_runs_all(Journey *j)
{
    Str run = arena_fmt(j->a, "%.*srun-jobs/", STR(j->d->site->workspace_path));
    TRY(walker_look(&j->ada, run));
    TRY(walker_expect(&j->ada, "make_cohort"));
    Str form[] = {S("backend"), j->d->site->backend, S("actions"), S("run_all")};
    TRY(walker_send(&j->ada, run, form, COUNT(form)));
    TRY(walker_look(&j->ada, arena_fmt(j->a, "%.*slogs/", STR(j->d->site->workspace_path))));
    StrList links = {0};
    Str id = {0};
    i64 number;
    Str before = arena_fmt(j->a, "href=\"%.*s", STR(j->d->site->workspace_path));
    walker_all(&j->ada, cstr(j->a, before), "/", &links);
    for (isize i = 0; i < links.n && !id.n; i++)
        if (str_i64(links.v[i], &number)) id = links.v[i];
    if (!id.n) return fail(j->a, ERR_CONFLICT, "the logs do not show the new request");
    j->request = arena_fmt(j->a, "%.*s%.*s/", STR(j->d->site->workspace_path), STR(id));
    return NULL;
}

static fallible jobs_succeed(Journey *j)
{
    TRY(walker_wait(&j->ada, arena_fmt(j->a, "%.*slive", STR(j->request)), "Succeeded", "Failed",
                    MINUTES(JOBS_MOST_MINUTES)));
    TRY(walker_look(&j->ada, j->request));
    return walker_expect(&j->ada, "6 of 6 succeeded");
}

// --- the airlock

static fallible ada_asks(Journey *j)
{
    StrList files = {0};
    TRY(airlock_in(j, "ada", &j->ada, &j->ada_airlock));
    Str page = arena_fmt(j->a, "/workspaces/%.*s/", STR(j->d->site->workspace));
    TRY(walker_look(&j->ada_airlock, page));
    walker_all(&j->ada_airlock, "name=\"file\" value=\"", "\"", &files);
    Str *form = make(j->a, Str, files.n * 2 + 4);
    isize n = 0;
    for (isize i = 0; i < files.n; i++) {
        if (!str_starts(files.v[i], S("output/"))) continue;
        form[n++] = S("file");
        form[n++] = files.v[i];
        j->files++;
    }
    if (!j->files) return fail(j->a, ERR_CONFLICT, "the airlock shows no outputs of the workspace");
    form[n++] = S("context"),
    form[n++] = S("Recovery by region and treatment, of made-up patients.");
    form[n++] = S("controls"),
    form[n++] = S("Counts are rounded to 5, counts below 8 are redacted.");
    TRY(walker_send(&j->ada_airlock, arena_fmt(j->a, "%.*sask/", STR(page)), form, n));
    j->asked = j->ada_airlock.at;
    return walker_expect(&j->ada_airlock, "Submitted");
}

static fallible checker_comes(Journey *j, const char *username, Walker *airlock)
{
    Walker server;
    TRY(sign_in(j, username, &server));
    Err *e = airlock_in(j, username, &server, airlock);
    walker_close(&server);
    return e;
}

static fallible checker_reviews(Journey *j, Walker *w)
{
    StrList files = {0};
    TRY(walker_look(w, j->asked));
    walker_all(w, cstr(j->a, arena_fmt(j->a, "href=\"%.*sfiles/", STR(j->asked))), "/\"", &files);
    for (isize i = 0; i < files.n; i++) {
        Str page = arena_fmt(j->a, "%.*sfiles/%.*s/", STR(j->asked), STR(files.v[i]));
        Str form[] = {S("choice"), S("approved"), S("reason"), S("Looked at.")};
        TRY(walker_look(w, page));
        TRY(walker_send(w, page, form, COUNT(form)));
    }
    Str form[] = {S("step"), S("finish")};
    TRY(walker_look(w, j->asked));
    return walker_send(w, j->asked, form, COUNT(form));
}

static fallible ben_reviews(Journey *j)
{
    TRY(checker_comes(j, "ben", &j->ben));
    TRY(checker_reviews(j, &j->ben));
    return walker_expect(&j->ben, "One review in");
}

static fallible dina_reviews(Journey *j)
{
    TRY(checker_comes(j, "dina", &j->dina));
    TRY(checker_reviews(j, &j->dina));
    return walker_expect(&j->dina, "Release approved files");
}

static fallible dina_releases(Journey *j)
{
    Str form[] = {S("step"), S("release")};
    TRY(walker_send(&j->dina, j->asked, form, COUNT(form)));
    return walker_wait(&j->dina, arena_fmt(j->a, "%.*slive", STR(j->asked)), "Released", "Returned",
                       MINUTES(2));
}

// --- receiving

static fallible ada_reads(Journey *j)
{
    Str releases = arena_fmt(j->a, "%.*sreleases/", STR(j->d->site->workspace_path));
    TRY(walker_look(&j->ada, releases));
    TRY(walker_expect(&j->ada, "Files released by"));
    TRY(walker_look(&j->ada, arena_fmt(j->a, "%.*soutputs/latest/output/compare.csv",
                                       STR(j->d->site->workspace_path))));
    return walker_expect(&j->ada, "<table class=\"data\">");
}

static fallible ada_downloads(Journey *j)
{
    Str kept = cli_text(j->d->cli, "archive", S(""));
    j->archive = kept.n ? kept : arena_fmt(j->a, "%.*s/archive.zip", STR(j->d->site->folder));
    TRY(walker_look(
        &j->ada, arena_fmt(j->a, "%.*soutputs/latest/download/", STR(j->d->site->workspace_path))));
    TRY(file_write(j->a, j->archive, j->ada.page, 0644));
    j->key = arena_fmt(j->a, "%.*s.pub", STR(j->archive));
    TRY(walker_look(&j->ada, S("/keys/site.pub")));
    return file_write(j->a, j->key, j->ada.page, 0644);
}

static fallible archive_is_sound(Journey *j)
{
    int opened;
    ZipEntry *entries;
    isize n;
    TRY(file_open(j->a, j->archive, &opened));
    owned_fd fd = opened;
    TRY(zip_entries(j->a, fd, ARCHIVE_ENTRIES_MOST, &entries, &n));
    isize outputs = 0;
    for (isize i = 0; i < n; i++) {
        if (str_has(entries[i].name, S("/data/outputs/"))) outputs++;
        TRY(err_under(j->a, zip_entry_check(j->a, fd, &entries[i]), "%.*s", STR(entries[i].name)));
    }
    if (outputs != j->files)
        return fail(j->a, ERR_CONFLICT, "the archive has %td outputs, and %td were released",
                    outputs, j->files);
    return NULL;
}

static fallible archive_proves_itself(Journey *j)
{
    int opened;
    Str text;
    MinisignKey key;
    CrateVerdict v;
    TRY(file_read(j->a, j->key, MINISIGN_TEXT_MAX, &text));
    TRY(minisign_key_read(j->a, text, &key));
    TRY(file_open(j->a, j->archive, &opened));
    owned_fd fd = opened;
    TRY(crate_verify(j->a, fd, (VerifyKeys){.server = &key}, &v));
    return v.good ? NULL : fail(j->a, ERR_CONFLICT, "%.*s", STR(v.flaws.v[0]));
}

static const struct {
    const char *what;
    fallible (*walk)(Journey *);
} steps[] = {
    {"Ada signs in with her one-time link",                  ada_signs_in         },
    {"Ada asks for all actions of the sample study",         ada_runs_all         },
    {"the runner runs six jobs in boxes, all succeed",       jobs_succeed         },
    {"Ada signs in at the airlock and asks for the outputs", ada_asks             },
    {"Ben looks at every file and approves",                 ben_reviews          },
    {"Dina, who cannot see what Ben thinks, approves too",   dina_reviews         },
    {"Dina releases; the airlock sends the files",           dina_releases        },
    {"Ada reads a released table",                           ada_reads            },
    {"Ada downloads all as one archive",                     ada_downloads        },
    {"the archive is whole",                                 archive_is_sound     },
    {"the archive proves itself with the site's key",        archive_proves_itself},
};

static fallible journey_steps(Journey *j)
{
    Cli *c = j->d->cli;
    for (isize i = 0; i < COUNT(steps); i++) {
        i64 before = clock_monotonic();
        TRY(err_under(j->a, steps[i].walk(j), "%s", steps[i].what));
        buf_fmt(&c->out, "%6lld ms  %s\n", (long long)((clock_monotonic() - before) / 1000),
                steps[i].what);
        TRY(cli_flush(c));
    }
    return NULL;
}

fallible demo_journey_walk(DemoJourney *d, int *code)
{
    Journey j = {.d = d, .a = d->cli->a};
    Err *e = journey_steps(&j);
    Walker *all[] = {&j.ada, &j.ada_airlock, &j.ben, &j.dina};
    for (isize i = 0; i < COUNT(all); i++)
        walker_close(all[i]);
    *code = e ? 1 : 0;
    if (!e)
        buf_fmt(&d->cli->out, "The whole journey went well: %td files left through the airlock.\n",
                j.files);
    if (!e && cli_has(d->cli, "archive"))
        buf_fmt(
            &d->cli->out,
            "The archive is %.*s, the public key of the site %.*s. Check it, now or in ten years:\n"
            "  tresor verify %.*s --key %.*s\n",
            STR(j.archive), STR(j.key), STR(j.archive), STR(j.key));
    return e;
}
