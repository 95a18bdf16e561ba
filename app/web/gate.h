// gate: how web/ asks who is there and what they may do, without knowing rooms above it.
//
// A role fills this in at start: the server with account/'s people, the airlock with its own visitors.
#pragma once
#include "base/log.h"
#include "kit/crypto.h"
#include "web/web.h"

// A link of the main navigation; shown to those who hold the permission.
typedef struct NavItem {
    const char *label, *href;
    Perm perm;
} NavItem;

typedef struct Gate {
    // Turns the session cookie's token, or an Authorization header, into a visitor. Unknown ones leave it empty.
    fallible (*by_session)(Db *, Arena *, Time now, Str token, Visitor *out);
    // Marks the visitor's session as used; called in a transaction of its own when the visitor is `unseen`. May be NULL.
    fallible (*touch)(Db *, Arena *, Time now, const Visitor *);
    fallible (*by_token)(Db *, Arena *, Time now, Str authorization, Visitor *out);
    // Is the permission granted there? Called only with a visitor or a backend; PERM_ANYONE never asks.
    fallible (*may)(Db *, Arena *, const Visitor *, Perm, Scope, bool *out);
    // The banner line of a page for this visitor (a backend that is missing, a hint), or empty.
    fallible (*banner)(Req *, Str *out);
    // How many lines are new for the visitor, and the page that lists them. May be NULL.
    fallible (*news)(Req *, i64 *out);
    const char *news_at;
    const char *place; // "Server" or the airlock's name; stands beside the product's name
    const char *me;    // where somebody's own account is; NULL: nowhere here
    const NavItem *nav;
    isize nav_n;
} Gate;

// How others reach this role, for those whom it invites.
typedef struct ServerReach {
    Str url; // "https://host:port"; empty: not known
    Str pin; // fingerprint of its authority or certificate; empty where a proxy shows its own
} ServerReach;

// Whether scripts in a file that is looked at run when somebody asks for it.
typedef enum FileScripts {
    FILE_SCRIPTS_NEVER,
    FILE_SCRIPTS_CONFINED, // only in browsers that let them open no connection at all
    FILE_SCRIPTS_ALWAYS
} FileScripts;

struct Server {
    Arena *arena; // lives as long as the role
    const Gate *gate;
    struct DbPool *pool;
    struct Events *events;
    const Log *log;
    Str cookie; // name of the session cookie: "__Host-tresor", or without the prefix when http only
    Str origin; // "https://host:port" as browsers see it; the only origin that may change things
    ServerReach reach;
    Str ca;               // PEM file of the authority of ours, or empty
    const SecretKey *key; // of this installation: seals secrets at rest; its bytes sign flashes too
    const SignKey *sign;  // signs releases and their log; NULL where nothing is released
    Str data;             // the role's folder: database, mirrors, releases
    Str rules;            // which project.yaml rules this site has: "2023-12" or "2026-08"
    bool local_repos;     // repositories may be file:// URLs: a demo, or a machine of one group
    Str repo_ca; // PEM file of the authority that signed a repository host's certificate, or empty
    FileScripts scripts;
    i64 file_most; // bytes of one released file; 0: the contract's limit
    void *role;    // the role's own state: server, airlock
};
