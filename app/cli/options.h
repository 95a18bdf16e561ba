// options: from words on the command line, or the environment, to the values of a command's option rows.
#pragma once
#include "cli/cli.h"
#include "cli/settings.h"

struct OptValue {
    const Opt *opt;
    Str text;
    enum SettingFrom from;
    u32 line; // in the file, when it came from there
    struct OptValue *next;
};

// argv ends with NULL. *help is set when --help stands anywhere before "--". An unknown option names the nearest one.
fallible options_read(Cli *, char **argv, bool *help);

const Opt *option_named(const Command *, Str name); // or NULL
bool option_is_set(const Cli *, const Opt *);
void option_value_add(Cli *, const Opt *, Str text, enum SettingFrom, u32 line);
const struct OptValue *option_value(const Cli *, const char *opt); // the last one given, or NULL
