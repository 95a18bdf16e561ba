// Every command of the binary, room by room; `tresor help` lists them in this order.
#include "admin/commands.h"

#include "account/cli.h"
#include "admin/about_cli.h"
#include "admin/airlock_cli.h"
#include "admin/archive_cli.h"
#include "admin/audit_cli.h"
#include "admin/config_cli.h"
#include "admin/demo_cli.h"
#include "admin/git_cli.h"
#include "admin/server_cli.h"
#include "admin/site_cli.h"
#include "admin/up_cli.h"
#include "admin/verify_cli.h"
#include "disclosure/cli.h"
#include "enroll/cli.h"
#include "ledger/cli.h"
#include "release/cli.h"
#include "runner/box_cli.h"
#include "runner/cli.h"
#include "runner/escape_cli.h"
#include "study/cli.h"

const CommandList *const all_commands[] = {
    &demo_commands,    &up_commands,     &server_commands,     &runner_commands,
    &airlock_commands, &study_commands,  &account_commands,    &site_commands,
    &audit_commands,   &box_commands,    &box_life_commands,   &escape_commands,
    &about_commands,   &git_commands,    &archive_commands,    &release_commands,
    &ledger_commands,  &verify_commands, &disclosure_commands, &config_commands,
    &enroll_commands,
};
const isize all_commands_n = COUNT(all_commands);
