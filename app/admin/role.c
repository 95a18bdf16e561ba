// What the server and the airlock have in common.
#include "admin/role.h"

#include <unistd.h>

#include "admin/health.h"
#include "admin/reach.h"
#include "admin/vigil.h"
#include "kit/json_out.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/service.h"
#include "os/stop.h"
#include "web/event.h"

static Str beneath(WebRole *r, const char *name)
{
    return arena_fmt(r->cli->a, "%.*s/%s", STR(r->data), name);
}

// The host part of "host:port" or "[v6]:port".
static Str host_of(Str address)
{
    isize colon = str_rfind_byte(address, ':');
    Str host = colon < 0 ? address : str_take(address, colon);
    return str_starts(host, S("[")) ? str_span(host, 1, host.n - 1) : host;
}

static void names_read(WebRole *r)
{
    cli_many(r->cli, "name", &r->names);
    Str host = host_of(r->listen.https);
    bool any = !host.n || str_eq(host, S("0.0.0.0")) || str_eq(host, S("::"));
    if (!any && !str_list_has(&r->names, host)) str_list_add(r->cli->a, &r->names, host);
    const Str always[] = {S("localhost"), S("127.0.0.1"),
                          str_eq(host, S("::")) ? S("::1") : S("localhost")};
    for (isize i = 0; i < COUNT(always); i++)
        if (!str_list_has(&r->names, always[i])) str_list_add(r->cli->a, &r->names, always[i]);
}

// The operator's own certificate, as files or as secrets of the service manager; else one of ours.
static fallible certificate_ready(WebRole *r, Time now)
{
    bool made;
    Arena *a = r->cli->a;
    Certificate *c = &r->certificate;
    c->names = r->names;
    c->cert = cli_text(r->cli, "cert", service_secret(a, "tls-cert"));
    c->key = cli_text(r->cli, "key", service_secret(a, "tls-key"));
    if (!c->cert.n != !c->key.n)
        return fail(a, ERR_BAD_INPUT, "--cert and --key belong together; give both or neither");
    if (!c->cert.n) {
        c->folder = beneath(r, "tls");
        c->cert = beneath(r, "tls/server.pem");
        c->key = beneath(r, "tls/server.key");
    }
    r->listen.cert = c->cert;
    r->listen.key = c->key;
    return certificate_keep(a, c, now, &r->renew_due, &made);
}

static fallible key_ready(WebRole *r)
{
    Str given = service_secret(r->cli->a, "data-key");
    return given.n ? secret_key_read(r->cli->a, given, &r->key)
                   : secret_key_load(r->cli->a, beneath(r, "key"), &r->key);
}

Str role_ca(WebRole *r)
{
    return r->certificate.folder.n ? beneath(r, "tls/ca.pem") : (Str){0};
}

// By whoever started this process as a member of a crew, or by the service manager.
static int socket_given(Cli *c, const char *option, Str name, bool any)
{
    int fd = (int)cli_int(c, option, -1);
    return fd >= 0 ? fd : service_socket(name, any);
}

fallible role_scripts_read(Cli *c, FileScripts *out)
{
    static const char *const words[] = {"never", "confined", "always"}; // as FileScripts goes
    Str said = cli_text(c, "allow-scripts", S("never"));
    for (int i = 0; i < COUNT(words); i++) {
        *out = (FileScripts)i;
        if (str_eq(said, str_from(words[i]))) return NULL;
    }
    return fail(c->a, ERR_BAD_INPUT, "--allow-scripts is never, confined or always, not \"%.*s\"",
                STR(said));
}

static fallible database_open(WebRole *r, Str path, DbKind kind, DbRole as)
{
    return db_pool_open(r->cli->a, path, kind, as, 8, 2, &r->server.pool);
}

static fallible database_migrate(WebRole *r, Str path, DbKind kind, DbRole as)
{
    Db *db;
    Arena *a = r->cli->a;
    TRY(db_open(a, path, kind, DB_AS_ADMIN, DB_READ_WRITE, &db));
    Err *e = db_migrate(db, a, clock_now());
    if (!e) e = database_open(r, path, kind, as);
    db_close(db); // not before: the last one to leave takes the log of writes apart
    return e;
}

fallible role_open(Cli *c, const char *default_data, DbKind kind, DbRole as, Str database,
                   const Gate *gate, WebRole **out)
{
    WebRole *r = make(c->a, WebRole, 1);
    Time now = clock_now();
    FileScripts scripts;
    TRY(role_scripts_read(c, &scripts));
    r->cli = c;
    r->data = cli_text(c, "data", str_from(default_data));
    r->listen = (Listen){.https = cli_text(c, "https", S("127.0.0.1:8443")),
                         .http = cli_text(c, "http", S("")),
                         .threads = (int)cli_int(c, "threads", 500),
                         .https_fd = socket_given(c, "https-fd", S("https"), true),
                         .http_fd = socket_given(c, "http-fd", S("http"), false),
                         .dead_peer = SECONDS(cli_int(c, "dead-peer", 60))};
    TRY(stop_open(c->a, &r->stop));
    TRY(hangup_open(c->a, &r->hangup));
    names_read(r);
    TRY(folder_make(c->a, r->data, 0700));
    TRY(key_ready(r));
    TRY(certificate_ready(r, now));
    Str path = str_has(database, S("/"))
                   ? database
                   : arena_fmt(c->a, "%.*s/%.*s", STR(r->data), STR(database));
    TRY(folder_make(c->a, path_folder(path), 0700));
    r->server = (Server){.arena = c->a,
                         .gate = gate,
                         .log = c->log,
                         .cookie = S("__Host-tresor"),
                         .key = &r->key,
                         .events = events_open(c->a),
                         .origin = cli_text(c, "origin", S("")),
                         .data = r->data,
                         .ca = role_ca(r),
                         .scripts = scripts,
                         .role = r};
    *out = r;
    // Most starts find the database as it should be.
    Err *e = file_exists(c->a, path) ? database_open(r, path, kind, as)
                                     : fail(c->a, ERR_NOT_FOUND, "there is no database yet");
    return e ? database_migrate(r, path, kind, as) : NULL;
}

// The line that scripts and the parent of `up` and `demo` wait for.
static fallible ready_say(WebRole *r)
{
    Cli *c = r->cli;
    log_line(c->log, clock_now(), LOG_INFO, "web", "%s answers at %.*s", r->server.gate->place,
             STR(r->server.origin));
    i64 fd = cli_int(c, "ready-fd", -1);
    if (r->welcome.n && fd < 0) {
        buf_fmt(&c->out, "The first administrator signs in once, within a day, at\n  %.*s%.*s\n",
                STR(r->server.origin), STR(r->welcome));
        TRY(cli_flush(c));
    }
    if (fd < 0) return NULL;
    Buf b = {.a = c->a};
    Str here;
    TRY(serve_here(c->a, r->serving, &here));
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_obj(&j);
    json_str(json_key(&j, S("url")), r->server.origin);
    json_str(json_key(&j, S("here")), here);
    json_int(json_key(&j, S("port")), r->port);
    json_str(json_key(&j, S("ca")), role_ca(r));
    if (r->welcome.n) json_str(json_key(&j, S("welcome")), r->welcome);
    json_end(&j);
    buf_byte(&b, '\n');
    Err *e = file_write_fd(c->a, (int)fd, buf_str(&b));
    close((int)fd);
    return e;
}

fallible role_serve(WebRole *r, const RouteList *const *rooms, isize rooms_n)
{
    Cli *c = r->cli;
    RouteList *all = make(c->a, RouteList, rooms_n + 1);
    for (isize i = 0; i < rooms_n; i++)
        all[i] = *rooms[i];
    all[rooms_n] = health_routes;
    r->listen.name = r->names.v[0];
    TRY(serve_start(c->a, &r->server, r->listen, all, rooms_n + 1, &r->serving, &r->port));
    // Where a proxy stands in front, its certificate is the one that others see.
    if (!cli_has(c, "origin")) TRY(certificate_pin(c->a, &r->certificate, &r->server.reach.pin));
    r->server.reach.url = r->server.origin;
    if (r->settle_in) TRY(r->settle_in(r));
    TRY(reach_keep(c->a, r->data, r->server.reach));
    TRY(ready_say(r));
    TRY(vigil_keep(r));
    log_line(c->log, clock_now(), LOG_INFO, "web", "stopping");
    serve_stop(r->serving);
    return NULL;
}

void role_close(WebRole *r)
{
    db_pool_close(r->server.pool);
    close(r->stop);
    if (r->hangup >= 0) close(r->hangup);
}
