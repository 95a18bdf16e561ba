// `tresor user add|list|show|roles|link|disable|enable|reset-second-factor`: what the staff pages can do, for operators.
#include "account/cli.h"

#include "account/account.h"
#include "kit/json.h"
#include "os/clock.h"

#define LINK_LASTS DAYS(3)

static fallible open_server(Cli *c, DbMode mode, Db **db)
{
    Str data = cli_text(c, "data", S("/var/lib/tresor/server"));
    return db_open_existing(c->a, arena_fmt(c->a, "%.*s/server.db", STR(data)), DB_SERVER,
                            DB_AS_ADMIN, mode, db);
}

static fallible person_arg(Cli *c, Db *db, Person *out)
{
    Str username;
    bool found;
    TRY(cli_arg(c, 0, "USERNAME", &username));
    TRY(person_find(db, c->a, username, out, &found));
    if (found) return NULL;
    return fail(c->a, ERR_NOT_FOUND,
                "there is nobody called \"%.*s\"; `tresor user list` shows everybody",
                STR(username));
}

// A change that a command makes: in one transaction, told of when it is durable.
typedef fallible (*Change)(Cli *, Db *, Time now);
static fallible change(Cli *c, Change make_it)
{
    owned_db db = NULL;
    TRY(open_server(c, DB_READ_WRITE, &db));
    TRY(db_begin(db, c->a));
    return db_settle(db, c->a, make_it(c, db, clock_now()));
}

static fallible link_print(Cli *c, Db *db, Time now, i64 person)
{
    Str path;
    TRY(account_link_make(db, c->a, now, 0, person, LINK_LASTS, &path));
    Str url = cli_text(c, "url", S(""));
    if (str_ends(url, S("/"))) url = str_take(url, url.n - 1);
    buf_fmt(&c->out, "%.*s%.*s\n", STR(url), STR(path));
    return NULL;
}

static fallible add(Cli *c, Db *db, Time now)
{
    Str username;
    StrList given = {0};
    i64 person;
    TRY(cli_arg(c, 0, "USERNAME", &username));
    cli_many(c, "role", &given);
    TRY(account_person_make(db, c->a, now, 0, username, cli_text(c, "name", S("")),
                            cli_text(c, "email", S("")), &person));
    if (given.n) TRY(account_roles_set(db, c->a, now, 0, person, 0, &given));
    return link_print(c, db, now, person);
}

static fallible set_roles(Cli *c, Db *db, Time now)
{
    Person p;
    StrList given = {0};
    TRY(person_arg(c, db, &p));
    for (isize i = 1; i < c->args.n; i++)
        str_list_add(c->a, &given, c->args.v[i]);
    if (!given.n && !cli_has(c, "none"))
        return fail(c->a, ERR_BAD_INPUT, "say which roles, or --none to take all of them away");
    if (given.n && cli_has(c, "none"))
        return fail(c->a, ERR_BAD_INPUT, "--none and roles exclude each other");
    return account_roles_set(db, c->a, now, 0, p.id, 0, &given);
}

static fallible make_link(Cli *c, Db *db, Time now)
{
    Person p;
    TRY(person_arg(c, db, &p));
    return link_print(c, db, now, p.id);
}

static fallible disable(Cli *c, Db *db, Time now)
{
    Person p;
    TRY(person_arg(c, db, &p));
    return account_active_set(db, c->a, now, 0, p.id, false);
}

static fallible enable(Cli *c, Db *db, Time now)
{
    Person p;
    TRY(person_arg(c, db, &p));
    return account_active_set(db, c->a, now, 0, p.id, true);
}

static fallible reset_factor(Cli *c, Db *db, Time now)
{
    Person p;
    TRY(person_arg(c, db, &p));
    return account_factor_reset(db, c->a, now, 0, p.id);
}

#define CHANGE(name)                                                                               \
    static fallible name##_run(Cli *c, int *code)                                                  \
    {                                                                                              \
        (void)code;                                                                                \
        return change(c, name);                                                                    \
    }
CHANGE(add)
CHANGE(set_roles)
CHANGE(make_link)
CHANGE(disable)
CHANGE(enable)
CHANGE(reset_factor)

static Str time_or_never(Arena *a, Time t)
{
    return t ? time_iso_seconds(a, t) : S("never");
}

static void person_line(Cli *c, const PersonListRow *p)
{
    buf_fmt(&c->out, "%-20.*s %-12s %-4s %-20.*s %.*s\n", STR(p->username),
            p->is_active ? "active" : "deactivated", p->two_factor ? "2fa" : "-",
            STR(time_or_never(c->a, p->last_login_at)), STR(p->roles));
}

static void roles_json(JsonOut *j, Str roles)
{
    json_arr(json_key(j, S("roles")));
    for (Str role; str_next(&roles, ' ', &role);)
        if (role.n) json_str(j, role);
    json_end(j);
}

static void person_json(Arena *a, JsonOut *j, const PersonListRow *p)
{
    json_obj(j);
    json_str(json_key(j, S("username")), p->username);
    json_str(json_key(j, S("name")), p->name);
    json_str(json_key(j, S("email")), p->email);
    json_bool(json_key(j, S("active")), p->is_active);
    json_bool(json_key(j, S("two_factor")), p->two_factor);
    roles_json(j, p->roles);
    json_key(j, S("last_login_at"));
    if (p->last_login_at)
        json_str(j, time_iso_seconds(a, p->last_login_at));
    else
        json_null(j);
    json_end(j);
}

static fallible list_run(Cli *c, int *code)
{
    (void)code;
    owned_db db = NULL;
    PersonList page;
    Str role = cli_text(c, "role", S("")), after = S("");
    bool json = cli_has(c, "json");
    JsonOut j = json_begin(&c->out, JSON_COMPACT);
    TRY(open_server(c, DB_READ_ONLY, &db));
    if (json) json_arr(&j);
    do {
        TRY(person_list(db, c->a, cli_text(c, "match", S("")), role, after, 500, &page));
        for (isize i = 0; i < page.n; i++)
            json ? person_json(c->a, &j, &page.v[i]) : person_line(c, &page.v[i]);
        if (page.n) after = page.v[page.n - 1].username;
    } while (page.n == 500);
    if (json) {
        json_end(&j);
        buf_put(&c->out, S("\n"));
    }
    return NULL;
}

static fallible show_run(Cli *c, int *code)
{
    (void)code;
    owned_db db = NULL;
    Person p;
    RoleOf held;
    SessionList sessions;
    bool two_factor;
    TRY(open_server(c, DB_READ_ONLY, &db));
    TRY(person_arg(c, db, &p));
    TRY(role_of(db, c->a, p.id, 0, &held));
    TRY(session_list(db, c->a, p.id, clock_now(), &sessions));
    TRY(account_has_factor(db, c->a, p.id, &two_factor));
    Buf roles = {.a = c->a};
    for (isize i = 0; i < held.n; i++)
        buf_fmt(&roles, "%s%.*s", i ? " " : "", STR(held.v[i].role));
    PersonListRow row = {p.id,        p.username,      p.name,     p.email,
                         p.is_active, p.last_login_at, two_factor, buf_str(&roles)};
    if (cli_has(c, "json")) {
        JsonOut j = json_begin(&c->out, JSON_COMPACT);
        person_json(c->a, &j, &row);
        buf_put(&c->out, S("\n"));
        return NULL;
    }
    buf_fmt(&c->out,
            "username       %.*s\nname           %.*s\nemail          %.*s\naccount        "
            "%s\npassword       %s\n",
            STR(p.username), STR(p.name), STR(p.email), p.is_active ? "active" : "deactivated",
            p.password_hash.n ? "set" : "none");
    buf_fmt(&c->out,
            "second factor  %s\nroles          %.*s\nsessions       %td\nlast sign-in   %.*s\n",
            row.two_factor ? "on" : "off", STR(row.roles), sessions.n,
            STR(time_or_never(c->a, p.last_login_at)));
    return NULL;
}

#define DATA                                                                                       \
    {                                                                                              \
        "data", OPT_TEXT, "DIR",                                                                   \
            "where the server keeps its data (default /var/lib/tresor/server)"                     \
    }
#define URL                                                                                        \
    {                                                                                              \
        "url", OPT_TEXT, "URL", "the address of the site, put before the link"                     \
    }
static const Opt data_opts[] = {DATA, {0}};
static const Opt link_opts[] = {DATA, URL, {0}};
static const Opt add_opts[] = {
    DATA,
    URL,
    {"name",    OPT_TEXT, "NAME", "full name"},
    {"email",   OPT_TEXT, "ADDRESS", "where notifications go"},
    {"role",         OPT_MANY, "ROLE", "a role everywhere, such as CoreDeveloper"},
    {0}
};
static const Opt roles_opts[] = {
    DATA, {"none", OPT_FLAG, NULL, "take all roles away"},
     {0 }
};
static const Opt show_opts[] = {
    DATA, {"json", OPT_FLAG, NULL, "as JSON"},
     {0 }
};
static const Opt list_opts[] = {
    DATA,
    {"json",    OPT_FLAG, NULL, "as a JSON list"},
    {"role",     OPT_TEXT, "ROLE", "only those who hold it"},
    {"match",         OPT_TEXT, "TEXT", "only those whose name or address has it"},
    {0}
};

static const Command rows[] = {
    {"user add",                 "USERNAME",            "add a person and print a one-time sign-in link",
     "tresor user add ada --name \"Ada Lovelace\" --role CoreDeveloper --url "
     "https://tresor.example.org",                                                                                                       add_opts,   add_run,          false},
    {"user list",                NULL,                  "everybody, with their roles everywhere",
     "tresor user list --role OutputChecker\ntresor user list --json",                                                                   list_opts,  list_run,         false},
    {"user show",                "USERNAME",            "one person",                                         "tresor user show ada",    show_opts,  show_run,         false},
    {"user roles",               "USERNAME [ROLE ...]", "give exactly these roles everywhere",
     "tresor user roles ada CoreDeveloper OutputChecker\ntresor user roles ada --none",                                                  roles_opts,
     set_roles_run,                                                                                                                                                    false},
    {"user link",                "USERNAME",            "print a one-time sign-in link, good for three days",
     "tresor user link ada --url https://tresor.example.org",                                                                            link_opts,  make_link_run,    false},
    {"user disable",             "USERNAME",            "sign somebody out and keep them out",                "tresor user disable ada",
     data_opts,                                                                                                                                      disable_run,      false},
    {"user enable",              "USERNAME",            "let somebody in again",                              "tresor user enable ada",  data_opts,
     enable_run,                                                                                                                                                       false},
    {"user reset-second-factor", "USERNAME",            "take a lost second factor away",
     "tresor user reset-second-factor ada",                                                                                              data_opts,  reset_factor_run, false},
};
const CommandList account_commands = COMMANDS(rows);
