// What the server and the airlock have in common.
#include "admin/role.h"

#include <unistd.h>

#include "kit/json_out.h"
#include "kit/x509.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/stop.h"
#include "os/watch.h"
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
    if (!str_list_has(&r->names, S("localhost")))
        str_list_add(r->cli->a, &r->names, S("localhost"));
    if (!str_list_has(&r->names, S("127.0.0.1")))
        str_list_add(r->cli->a, &r->names, S("127.0.0.1"));
}

static fallible authority_load(WebRole *r, Time now, X509Pair *ca)
{
    Arena *a = r->cli->a;
    Str cert = beneath(r, "tls/ca.pem"), key = beneath(r, "tls/ca.key");
    if (!file_exists(a, cert)) {
        TRY(x509_authority_make(a, arena_fmt(a, "Tresor of %.*s", STR(r->names.v[0])), now, ca));
        TRY(file_write(a, key, ca->key, 0600));
        TRY(file_write(a, cert, ca->certificate, 0644));
    }
    TRY(file_read(a, cert, 1 << 20, &ca->certificate));
    return file_read(a, key, 1 << 20, &ca->key);
}

static bool certificate_serves(WebRole *r, Time now)
{
    Str pem;
    X509Facts facts;
    Arena *a = r->cli->a;
    if (file_read(a, r->listen.cert, 1 << 20, &pem) || x509_facts(a, pem, &facts) ||
        facts.until < now + DAYS(30))
        return false;
    for (isize i = 0; i < r->names.n; i++)
        if (!str_list_has(&facts.names, r->names.v[i])) return false;
    return file_exists(a, r->listen.key);
}

static fallible certificate_ready(WebRole *r, Time now)
{
    Arena *a = r->cli->a;
    X509Pair ca, made;
    r->listen.cert = cli_text(r->cli, "cert", S(""));
    r->listen.key = cli_text(r->cli, "key", S(""));
    if (r->listen.cert.n && r->listen.key.n) return NULL;
    if (r->listen.cert.n || r->listen.key.n)
        return fail(a, ERR_BAD_INPUT, "--cert and --key belong together; give both or neither");
    TRY(folder_make(a, beneath(r, "tls"), 0700));
    r->listen.cert = beneath(r, "tls/server.pem");
    r->listen.key = beneath(r, "tls/server.key");
    if (certificate_serves(r, now)) return NULL;
    TRY(authority_load(r, now, &ca));
    TRY(x509_server_make(a, &ca, &r->names, now, &made));
    TRY(file_write(a, r->listen.key, made.key, 0600));
    return file_write(a, r->listen.cert, made.certificate, 0644);
}

Str role_ca(WebRole *r)
{
    return cli_has(r->cli, "cert") ? (Str){0} : beneath(r, "tls/ca.pem");
}

fallible role_open(Cli *c, const char *default_data, DbKind kind, DbRole as, Str database,
                   const Gate *gate, WebRole **out)
{
    WebRole *r = make(c->a, WebRole, 1);
    Time now = clock_now();
    r->cli = c;
    r->data = cli_text(c, "data", str_from(default_data));
    r->listen = (Listen){.https = cli_text(c, "https", S("127.0.0.1:8443")),
                         .http = cli_text(c, "http", S("")),
                         .threads = (int)cli_int(c, "threads", 500),
                         .socket_fd = -1};
    TRY(stop_open(c->a, &r->stop));
    names_read(r);
    TRY(folder_make(c->a, r->data, 0700));
    TRY(secret_key_load(c->a, beneath(r, "key"), &r->key));
    TRY(certificate_ready(r, now));
    Str path = str_has(database, S("/"))
                   ? database
                   : arena_fmt(c->a, "%.*s/%.*s", STR(r->data), STR(database));
    TRY(folder_make(c->a, path_folder(path), 0700));
    Db *db;
    TRY(db_open(c->a, path, kind, DB_AS_ADMIN, DB_READ_WRITE, &db));
    Err *e = db_migrate(db, c->a, now);
    db_close(db);
    TRY(e);
    r->server = (Server){.arena = c->a,
                         .gate = gate,
                         .log = c->log,
                         .cookie = S("__Host-tresor"),
                         .key = &r->key,
                         .events = events_open(c->a),
                         .origin = cli_text(c, "origin", S("")),
                         .data = r->data,
                         .role = r};
    TRY(db_pool_open(c->a, path, kind, as, 8, 2, &r->server.pool));
    *out = r;
    return NULL;
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
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_obj(&j);
    json_str(json_key(&j, S("url")), r->server.origin);
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
    isize which = -1;
    RouteList *all = make(c->a, RouteList, rooms_n);
    for (isize i = 0; i < rooms_n; i++)
        all[i] = *rooms[i];
    r->listen.name = r->names.v[0];
    TRY(serve_start(c->a, &r->server, r->listen, all, rooms_n, &r->serving, &r->port));
    TRY(ready_say(r));
    int ends[] = {r->stop, (int)cli_int(c, "lifeline-fd", -1)};
    while (which < 0)
        TRY(wait_readable(c->a, ends, ends[1] < 0 ? 1 : 2, -1, &which));
    log_line(c->log, clock_now(), LOG_INFO, "web", "stopping");
    serve_stop(r->serving);
    return NULL;
}

void role_close(WebRole *r)
{
    db_pool_close(r->server.pool);
    close(r->stop);
}
