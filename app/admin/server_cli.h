// server: the role that people and runners talk to; it never sees unreleased data.
#pragma once
#include "cli/cli.h"
#include "web/web.h"

// What `up`, which starts a server, has in common with it; the first ones are the runner's too.
// clang-format off
#define STUDY_OPTIONS                                                                                          \
    {"rules", OPT_TEXT, "2023-12|2026-08", "which project.yaml rules this site has (default 2023-12)"},        \
    {"local-repos", OPT_FLAG, NULL, "allow file:// repositories, for a machine of one group"},                 \
    {"repo-ca", OPT_TEXT, "FILE", "PEM of the authority of your own repository host"}
#define SERVER_OPTIONS                                                                                         \
    {"require-second-factor", OPT_FLAG, NULL, "nobody has a role here before a second factor is set up"},      \
    {"release-file-most", OPT_INT, "MB", "most megabytes of one released file (default 16)"},                  \
    {"smtp", OPT_TEXT, "URL",                                                                                  \
     "mail server: smtps://HOST:465 or smtp://HOST:25 (default: letters wait in the outbox)"},                 \
    {"smtp-login", OPT_TEXT, "FILE", "user in its first line, password in its second"},                        \
    {"smtp-ca", OPT_TEXT, "FILE", "PEM of the mail server's authority, if it is not a public one"},            \
    {"mail-from", OPT_TEXT, "ADDRESS", "where letters come from (default notifications@NAME)"}
// clang-format on

extern const CommandList server_commands;
extern const RouteList *const server_rooms[];
extern const isize server_rooms_n;
fallible server_settings_check(Cli *); // of `tresor server`, without starting it
