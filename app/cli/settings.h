// settings: a role's options from a file: `--config FILE`, YAML, one key per option.
//
// A flag counts before the environment, the environment before the file. A list, or a mapping (written KEY=VALUE),
// stands for an option that may be given more than once.
#pragma once
#include "cli/cli.h"

enum SettingFrom { FROM_FLAG, FROM_ENVIRONMENT, FROM_FILE };

// Reads the file of --config if the command has that option and it was given. Every fault names line and key.
fallible settings_read(Cli *);
// "flag --port", "TRESOR_PORT", "/etc/tresor.yaml line 3", for `tresor config show`; empty when it was not set.
Str settings_origin(const Cli *, const char *opt);
