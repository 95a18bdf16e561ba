// tresor: the list of commands' rooms; nothing else.
#include "admin/commands.h"
#include "cli/cli.h"

int main(int argc, char **argv)
{
    return cli_main(all_commands, all_commands_n, argc, argv);
}
