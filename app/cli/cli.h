// cli: commands are rows; the row holds the usage, the options and the function. `--help` prints the row.
//
// Exit codes: 0 done, 1 the answer is "no" (invalid, not verified), 2 the command line or its input cannot be used,
// and those of err_exit_code for the rest. Errors are one sentence on standard error: "tresor WORD: sentence".
#pragma once
#include "base/log.h"
#include "base/str.h"

typedef enum OptKind { OPT_FLAG = 1, OPT_TEXT, OPT_INT, OPT_MANY } OptKind;
typedef struct Opt {
    const char *name; // "json" for --json; also read from the environment as TRESOR_JSON
    OptKind kind;
    const char *value; // what stands for the value in the usage: "FILE"
    const char *help;
} Opt;

typedef struct Cli {
    Arena *a;
    const Log *log;
    const struct Command *command;
    StrList args;            // what is not an option
    struct OptValue *values; // cli/cli.c only
    Buf out;                 // standard output; written by the caller of the command
} Cli;

typedef struct Command {
    const char *words;    // "check", "user add"
    const char *args;     // "FILE|FOLDER|GIT-URL"
    const char *summary;  // one line
    const char *examples; // lines, each a command line; shown by --help
    const Opt *opts;      // ends with a row whose name is NULL; may be NULL
    fallible (*run)(Cli *, int *exit_code);
    bool internal; // not listed in `tresor help`
} Command;
// For the row of a command that looks at the options of another one: every word is left in args, as it was given.
extern const Opt cli_opts_of_another[];
typedef struct CommandList {
    const Command *v;
    isize n;
} CommandList;
#define COMMANDS(rows)                                                                             \
    {                                                                                              \
        (rows), COUNT(rows)                                                                        \
    }

bool cli_has(const Cli *, const char *opt);
Str cli_text(const Cli *, const char *opt, Str otherwise);
i64 cli_int(const Cli *, const char *opt, i64 otherwise);
void cli_many(const Cli *, const char *opt, StrList *out);
// The n-th argument, or an ERR_BAD_INPUT that names what is missing.
fallible cli_arg(Cli *, isize n, const char *what, Str *out);
// One row of a list, `names` and `values` side by side: a line with tabs, or with --json an object a line.
void cli_row(Cli *, const char *const *names, const Str *values, isize n);
// Writes cli->out to standard output now (long-running commands); an error when it cannot be written.
fallible cli_flush(Cli *);

// Finds the command by the longest match of words, reads the options, runs it, prints what it said. The exit code.
int cli_main(const CommandList *const *rooms, isize rooms_n, int argc, char **argv);
