// operate: what an operator may do to a runner's site by command; the runner itself may be running meanwhile.
#pragma once
#include "cli/cli.h"

// The site's folder as an absolute path, from --site; made when missing.
fallible operate_site(Cli *, Str *out);

fallible operate_kill(Cli *, int *code);
// Only while no runner looks after the site.
fallible operate_reboot(Cli *, int *code);
fallible operate_plan(Cli *, int *code);
fallible operate_flags_get(Cli *, int *code);
fallible operate_flags_set(Cli *, int *code);
