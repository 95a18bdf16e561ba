// options: from words on the command line, or the environment, to the values of a command's option rows.
#pragma once
#include "cli/cli.h"

struct OptValue {
    const Opt *opt;
    Str text;
    struct OptValue *next;
};

// argv ends with NULL. *help is set when --help stands anywhere before "--". An unknown option names the nearest one.
fallible options_read(Cli *, char **argv, bool *help);
