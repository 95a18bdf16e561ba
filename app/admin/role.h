// role: what the server and the airlock have in common: a folder, a key, certificates, a database, a web server.
#pragma once
#include "admin/certificate.h"
#include "cli/cli.h"
#include "db/db.h"
#include "web/serve.h"

// The options that every web role has; a command row puts its own behind them.
// clang-format off
#define SCRIPTS_OPTION                                                                             \
    {"allow-scripts", OPT_TEXT, "never|confined|always",                                           \
     "whether scripts of a page that is looked at run when asked for (default never)"}
#define ROLE_OPTIONS                                                                               \
    {"config", OPT_TEXT, "FILE", "settings in YAML, one key per option"},                          \
    {"data", OPT_TEXT, "DIR", "where everything is kept (made if missing)"},                       \
    {"https", OPT_TEXT, "ADDRESS", "listen here with TLS (default 127.0.0.1:8443; port 0: any)"},  \
    {"http", OPT_TEXT, "ADDRESS", "redirect to https from here (default: nowhere)"},               \
    {"name", OPT_MANY, "NAME", "a name or address people use for this machine"},                   \
    {"origin", OPT_TEXT, "URL", "what browsers show, if a proxy stands in front"},                 \
    {"cert", OPT_TEXT, "FILE", "your own certificate chain instead of the made one"},              \
    {"key", OPT_TEXT, "FILE", "its key"},                                                          \
    {"threads", OPT_INT, "N", "most connections at once (default 500)"},                          \
    SCRIPTS_OPTION,                                                                                \
    {"dead-peer", OPT_INT, "SECONDS", "a visitor who acknowledges nothing is given up (default 60)"}, \
    {"ready-fd", OPT_INT, "FD", "write one JSON line there when requests are answered"},           \
    {"lifeline-fd", OPT_INT, "FD", "stop when the other end of this descriptor closes"},           \
    {"https-fd", OPT_INT, "FD", "listen with TLS on this socket, which the starter opened"},       \
    {"http-fd", OPT_INT, "FD", "redirect from this socket, which the starter opened"}
// clang-format on

typedef struct WebRole {
    Server server; // first, so that a Server * is one
    Cli *cli;
    Str data;
    Listen listen;
    StrList names;
    SecretKey key;
    Serving *serving;
    Certificate certificate;
    Time renew_due; // of the certificate, 0: never
    // stop: readable once the role shall end; hangup: once it shall read its files again; opened before any thread
    int port, stop, hangup;
    // settle_in: done when visitors are answered already, before the ready line; NULL: nothing
    fallible (*settle_in)(struct WebRole *);
    Str welcome; // a path to print behind the address: the first administrator's link
} WebRole;

// What --allow-scripts says.
fallible role_scripts_read(Cli *, FileScripts *out);
// Reads the options, makes the folder (0700), the key, and, unless the operator gave their own, a private CA and a
// server certificate in data/tls/ (renewed in time, and when it lacks a name). Migrates the database. Sockets and
// secrets of the service manager count before options: sockets "https" and "http", secrets "tls-cert", "tls-key" and
// "data-key".
fallible role_open(Cli *, const char *default_data, DbKind, DbRole, Str database, const Gate *,
                   WebRole **out);
// Serves until SIGTERM or SIGINT, reading the certificate again on SIGHUP: prints where, writes the ready line, stops cleanly.
// `database` is a path, or a name in the data folder. The pool stays open until role_close.
fallible role_serve(WebRole *, const RouteList *const *rooms, isize rooms_n);
// The CA file that clients pin: data/tls/ca.pem, or empty when the operator brought a certificate.
Str role_ca(WebRole *);
void role_close(WebRole *);
