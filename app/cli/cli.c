// Finding a command by its words, and running it.
#include "cli/cli.h"

#include <errno.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/usage.h"
#include "kit/json_out.h"

static const Command *command_with(const CommandList *const *rooms, isize n, int argc, char **argv,
                                   isize *used)
{
    const Command *best = NULL;
    *used = 0;
    for (isize r = 0; r < n; r++)
        for (isize c = 0; c < rooms[r]->n; c++) {
            Str rest = str_from(rooms[r]->v[c].words), word;
            isize at = 0;
            bool same = true;
            while (same && str_next(&rest, ' ', &word)) {
                same = at + 1 < argc && str_eq(word, str_from(argv[at + 1]));
                at++;
            }
            if (same && at > *used) {
                best = &rooms[r]->v[c];
                *used = at;
            }
        }
    return best;
}

static int print_and_leave(Str text, FILE *to, int code)
{
    bool written = fwrite(text.s, 1, (size_t)text.n, to) == (size_t)text.n && !fflush(to);
    return written ? code : 74;
}

void cli_row(Cli *c, const char *const *names, const Str *values, isize n)
{
    JsonOut j = json_begin(&c->out, JSON_COMPACT);
    bool json = cli_has(c, "json");
    if (json) json_obj(&j);
    for (isize i = 0; i < n; i++) {
        if (json)
            json_str(json_key(&j, str_from(names[i])), values[i]);
        else
            buf_fmt(&c->out, "%s%.*s", i ? "\t" : "", STR(str_printable(c->a, values[i])));
    }
    if (json) json_end(&j);
    buf_byte(&c->out, '\n');
}

fallible cli_flush(Cli *c)
{
    for (isize at = 0; at < c->out.n;) {
        ssize_t n = write(STDOUT_FILENO, c->out.s + at, (size_t)(c->out.n - at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(c->a, ERR_IO, "cannot write the output: %s", strerror(errno));
        at += n;
    }
    c->out.n = 0;
    return NULL;
}

fallible cli_arg(Cli *c, isize n, const char *what, Str *out)
{
    if (n >= c->args.n)
        return fail(c->a, ERR_BAD_INPUT, "%s is missing; see `tresor %s --help`", what,
                    c->command->words);
    *out = c->args.v[n];
    return NULL;
}

static int command_run(Cli *c, char **argv)
{
    int code = 0;
    bool help = false;
    Err *e = options_read(c, argv, &help);
    if (!e && help) return print_and_leave(usage_of(c->a, c->command), stdout, 0);
    if (!e) e = c->command->run(c, &code);
    Err *unwritten = cli_flush(c);
    if (!e) e = unwritten;
    if (!e) return code;
    fflush(stdout);
    fprintf(stderr, "tresor %s: %.*s\n", c->command->words, STR(str_printable(c->a, e->say)));
    return err_exit_code(e->kind);
}

int cli_main(const CommandList *const *rooms, isize rooms_n, int argc, char **argv)
{
    Arena a = {0};
    Log log = {
        .least = LOG_INFO, .fd = STDERR_FILENO, .with_priority = getenv("JOURNAL_STREAM") != NULL};
    Str word = argc > 1 ? str_from(argv[1]) : S("help");
    int code;
    isize used;
    const Command *command = command_with(rooms, rooms_n, argc, argv, &used);
    if (command) {
        Cli c = {.a = &a, .log = &log, .command = command, .out = {.a = &a}};
        code = command_run(&c, argv + 1 + used);
    } else if (str_eq(word, S("help")) || str_eq(word, S("--help")) || str_eq(word, S("-h"))) {
        code = print_and_leave(usage_all(&a, rooms, rooms_n), stdout, 0);
    } else {
        code = print_and_leave(usage_unknown(&a, rooms, rooms_n, argc, argv), stderr, 2);
    }
    arena_free(&a);
    return code;
}
