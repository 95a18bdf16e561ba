// cli: the commands of enrolment, and the options that runner and airlock have in common because of it.
#pragma once
#include "cli/cli.h"
#include "enroll/enroll.h"

extern const CommandList enroll_commands;

// clang-format off
#define ENROLL_OPTIONS                                                                                      \
    {"enroll", OPT_TEXT, "INVITATION", "before the first start: take up an invitation (`tresor enroll`)"},  \
    {"server", OPT_TEXT, "URL", "the server, instead of the one that the site is enrolled with"},           \
    {"backend", OPT_TEXT, "NAME", "this site's name there"},                                                \
    {"token-file", OPT_TEXT, "FILE", "holds the token that the server gave for this backend"},              \
    {"ca", OPT_TEXT, "FILE", "PEM of the server's authority, if it is not a public one"},                   \
    {"fingerprint", OPT_TEXT, "HEX", "SHA-256 of the server's certificate, instead of an authority"},       \
    {"answer-within", OPT_INT, "SECONDS", "longest wait for one answer of the server (default 60)"},        \
    {"connect-within", OPT_INT, "SECONDS", "longest wait for a connection to it (default 20)"},             \
    {"server-gone", OPT_INT, "SECONDS", "without an acknowledgement the server is gone (default 30)"},      \
    {"ask-wait", OPT_INT, "SECONDS", "how long it may keep a question without news (default 25)"},          \
    {"retry-most", OPT_INT, "SECONDS", "longest pause after failures in a row (default 25)"}
// clang-format on

// Takes up the invitation of --enroll, if the site is not enrolled yet: one that was taken up may stay in the unit or the
// configuration.
fallible enroll_at_start(Cli *, Str site);
// What the options say, or else what an enrolment left in the site's folder. A secret "token" or "enroll" of the
// service manager counts as --token-file and --enroll. No server at all leaves `server` empty.
fallible enroll_link_read(Cli *, Str site, EnrollLink *out);
