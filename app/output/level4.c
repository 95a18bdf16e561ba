// level4: the checks of moderately sensitive files, in the order in which a user is told of them.
#include "output/level4.h"

#include "os/file.h"

Level4Rules level4_rules(Arena *a)
{
    static const char *const types[] = {".csv",  ".tsv", ".jpg", ".jpeg", ".png",  ".svg", ".svgz",
                                        ".html", ".pdf", ".txt", ".log",  ".json", ".md"};
    Level4Rules r = {.file_bytes = 16 << 20, .csv_rows = 5000};
    for (isize i = 0; i < COUNT(types); i++)
        str_list_add(a, &r.types, str_from(types[i]));
    return r;
}

static Str extension(Str path)
{
    Str name = path_name(path);
    isize dot = str_rfind_byte(name, '.');
    return dot > 0 ? str_skip(name, dot) : (Str){0};
}

// One pass over a CSV text: quotes may hold commas and line ends; lines without anything are no rows.
typedef struct CsvPass {
    Str text;
    isize at;
    i64 records, columns; // columns of the first record
    bool has_patient_id;
} CsvPass;

static bool csv_field(CsvPass *p, Str *field) // false at the end of a record
{
    Str t = p->text;
    isize from = p->at;
    bool quoted = from < t.n && t.s[from] == '"';
    if (quoted) {
        for (p->at++; p->at < t.n; p->at++) {
            if (t.s[p->at] != '"') continue;
            if (p->at + 1 < t.n && t.s[p->at + 1] == '"')
                p->at++;
            else
                break;
        }
        *field = str_span(t, from + 1, p->at);
        if (p->at < t.n) p->at++;
    }
    isize rest = p->at;
    while (p->at < t.n && t.s[p->at] != ',' && t.s[p->at] != '\n')
        p->at++;
    if (!quoted) *field = str_span(t, rest, p->at);
    bool more = p->at < t.n && t.s[p->at] == ',';
    if (p->at < t.n) p->at++;
    return more;
}

static void csv_read(CsvPass *p)
{
    if (str_starts(p->text, S("\xEF\xBB\xBF"))) p->at = 3;
    while (p->at < p->text.n) {
        isize from = p->at;
        i64 fields = 0;
        for (bool more = true; more;) {
            Str field = {0};
            more = csv_field(p, &field);
            fields++;
            if (!p->records && str_eq(str_trim(field), S("patient_id"))) p->has_patient_id = true;
        }
        if (!str_trim(str_span(p->text, from, p->at)).n) continue;
        if (!p->records++) p->columns = fields;
    }
}

static fallible check_table(Arena *a, int fd, i64 bytes, const Level4Rules *rules, Level4Verdict *v)
{
    CsvPass pass = {0};
    TRY(file_read_fd(a, fd, bytes, &pass.text));
    csv_read(&pass);
    v->is_table = true;
    v->rows = pass.records ? pass.records - 1 : 0;
    v->columns = pass.columns;
    if (pass.has_patient_id)
        v->excluded = S("File has patient_id column");
    else if (v->rows > rules->csv_rows)
        v->excluded = arena_fmt(a, "File row count (%lld) exceeds maximum allowed rows (%lld)",
                                (long long)v->rows, (long long)rules->csv_rows);
    return NULL;
}

static double megabytes(i64 bytes)
{
    return (double)bytes / (1 << 20);
}

fallible level4_check(Arena *a, int fd, Str path, i64 bytes, const Level4Rules *rules,
                      Level4Verdict *v)
{
    *v = (Level4Verdict){0};
    Str type = str_lower(a, extension(path));
    if (bytes > rules->file_bytes) {
        v->excluded = arena_fmt(a, "File size of %.1fMb is larger that limit of %.1fMb.",
                                megabytes(bytes), megabytes(rules->file_bytes));
        return NULL;
    }
    if (!str_list_has(&rules->types, type)) {
        v->excluded = arena_fmt(a, "File type of %.*s is not valid level 4 file", STR(type));
        return NULL;
    }
    return str_eq(type, S(".csv")) ? check_table(a, fd, bytes, rules, v) : NULL;
}

Str level4_notice_path(Arena *a, Str path)
{
    return arena_fmt(a, "%.*s.txt", STR(path));
}

Str level4_notice(Arena *a, Str path, Str excluded)
{
    return arena_fmt(
        a,
        "The file:\n\n%.*s\n\nwas not copied to level 4 because:\n\n%.*s\n\nIt stays in the "
        "high-privacy store. Change the action so that the file passes, or mark it as\n"
        "highly_sensitive in project.yaml if nobody needs to see it.\n",
        STR(path), STR(excluded));
}
