// Two passes: cut the head into lines that all end alike, then judge what the lines say together.
#include "web/guard.h"

#include "base/encode.h"

enum { LINES_MAX = 64, TARGET_MAX = 8192, VERB_MAX = 16 };

static bool is_token(Str s)
{
    for (isize i = 0; i < s.n; i++) {
        char c = s.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (!c || !strchr("!#$%&'*+-.^_`|~", c))) return false;
    }
    return s.n > 0;
}

static bool has_control(Str s)
{
    for (isize i = 0; i < s.n; i++) {
        u8 c = (u8)s.s[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return true;
    }
    return false;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Every "%" is followed by two hex digits; in a path none of them makes a control byte.
static bool escapes_fit(Str s, bool path)
{
    for (isize i = 0; i < s.n; i++) {
        if (s.s[i] != '%') continue;
        if (i + 2 >= s.n) return false;
        int high = hex_digit(s.s[i + 1]), low = hex_digit(s.s[i + 2]);
        if (high < 0 || low < 0) return false;
        int c = high * 16 + low;
        if (c == 0 || (path && (c < 0x20 || c == 0x7f))) return false;
        i += 2;
    }
    return true;
}

static int judge_target(Str target, Head *h, const char **why)
{
    if (target.n > TARGET_MAX) {
        *why = "The address is too long.";
        return 414;
    }
    for (isize i = 0; i < target.n; i++) {
        u8 c = (u8)target.s[i];
        if (c <= 0x20 || c >= 0x7f || c == '#' || c == '\\') {
            *why = "The address holds a byte that must be percent-encoded.";
            return 400;
        }
    }
    str_cut(target, '?', &h->path, &h->query);
    if (str_eq(target, S("*")) && str_eq(h->verb, S("OPTIONS"))) return 0;
    if (!h->path.n || h->path.s[0] != '/') {
        *why = "The address must start with a slash.";
        return 400;
    }
    if (!escapes_fit(h->path, true) || !escapes_fit(h->query, false)) {
        *why = "The address holds a percent sign that is no valid escape.";
        return 400;
    }
    return 0;
}

static int judge_verb(Str verb, const char **why)
{
    static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    for (isize i = 0; i < COUNT(known); i++)
        if (str_eq(verb, str_from(known[i]))) return 0;
    *why = "This method is not served here.";
    return str_eq(verb, S("TRACE")) || str_eq(verb, S("CONNECT")) ? 405 : 501;
}

static int judge_first_line(Str line, Head *h, const char **why)
{
    Str rest, target, version;
    *why = "The first line must be METHOD, address and HTTP/1.1 with one blank between.";
    if (!str_cut(line, ' ', &h->verb, &rest) || !str_cut(rest, ' ', &target, &version)) return 400;
    if (!is_token(h->verb) || h->verb.n > VERB_MAX) return 400;
    for (isize i = 0; i < h->verb.n; i++)
        if (h->verb.s[i] < 'A' || h->verb.s[i] > 'Z') return 400;
    if (!str_eq(version, S("HTTP/1.1")) && !str_eq(version, S("HTTP/1.0"))) {
        bool other = str_starts(version, S("HTTP/")) && version.n == 8;
        if (other) *why = "Only HTTP/1.1 is spoken here.";
        return other ? 505 : 400;
    }
    h->http11 = str_eq(version, S("HTTP/1.1"));
    int status = judge_verb(h->verb, why);
    return status ? status : judge_target(target, h, why);
}

static int read_line(Str line, HeadLine *out, const char **why)
{
    if (line.s[0] == ' ' || line.s[0] == '\t') {
        *why = "A header line must not be folded.";
        return 400;
    }
    if (!str_cut(line, ':', &out->name, &out->value) || !is_token(out->name)) {
        *why = "A header line must be a name, a colon without a blank before it, and a value.";
        return 400;
    }
    if (has_control(out->value)) {
        *why = "A header holds a control byte.";
        return 400;
    }
    out->value = str_trim(out->value);
    return 0;
}

static isize head_count(const Head *h, Str name)
{
    isize n = 0;
    for (isize i = 0; i < h->lines_n; i++)
        n += str_eq_nocase(h->lines[i].name, name);
    return n;
}

// Does a header that is a list with commas hold this word?
static bool head_lists(const Head *h, Str name, Str word)
{
    for (isize i = 0; i < h->lines_n; i++) {
        if (!str_eq_nocase(h->lines[i].name, name)) continue;
        Str rest = h->lines[i].value, piece;
        while (str_next(&rest, ',', &piece))
            if (str_eq_nocase(str_trim(piece), word)) return true;
    }
    return false;
}

static int judge_length(Head *h, const char **why)
{
    Str length = head_get(h, S("Content-Length")), coding = head_get(h, S("Transfer-Encoding"));
    bool has_length = head_has(h, S("Content-Length"));
    h->length = -1;
    h->chunked = head_has(h, S("Transfer-Encoding"));
    if (h->chunked && has_length) {
        *why = "Content-Length and Transfer-Encoding must not come together.";
        return 400;
    }
    if (h->chunked && (!h->http11 || !str_eq_nocase(coding, S("chunked")))) {
        *why = "The only transfer coding understood is chunked, in HTTP/1.1.";
        return 400;
    }
    if (!has_length) return 0;
    bool digits = length.n > 0 && length.n <= 18;
    for (isize i = 0; i < length.n; i++)
        digits = digits && length.s[i] >= '0' && length.s[i] <= '9';
    if (!digits || !str_i64(length, &h->length)) {
        *why = "Content-Length must be one whole number.";
        return 400;
    }
    return 0;
}

static bool host_fits(Str host)
{
    for (isize i = 0; i < host.n; i++) {
        char c = host.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (!c || !strchr(".-:[]_%", c))) return false;
    }
    return host.n > 0 && host.n <= 300;
}

static int judge_lines(Head *h, const char **why)
{
    // Two of these could be read in two ways.
    static const char *const once[] = {"Host",          "Content-Length", "Transfer-Encoding",
                                       "Authorization", "Content-Type",   "Cookie",
                                       "Origin",        "Expect",         "Range",
                                       "If-Range",      "X-CSRFToken",    "Content-Encoding"};
    *why = "A header that may come only once came twice.";
    for (isize i = 0; i < COUNT(once); i++)
        if (head_count(h, str_from(once[i])) > 1) return 400;
    h->host = head_get(h, S("Host"));
    if (h->http11 ? !host_fits(h->host) : h->host.n && !host_fits(h->host)) {
        *why = "A Host header with the name of this server is needed.";
        return 400;
    }
    int status = judge_length(h, why);
    if (status) return status;
    Str expect = head_get(h, S("Expect"));
    h->expects_continue = h->http11 && str_eq_nocase(expect, S("100-continue"));
    if (expect.n && !str_eq_nocase(expect, S("100-continue"))) {
        *why = "The only expectation understood is 100-continue.";
        return 417;
    }
    if (head_has(h, S("Content-Encoding")) &&
        !str_eq_nocase(head_get(h, S("Content-Encoding")), S("identity"))) {
        *why = "Send the body without Content-Encoding.";
        return 415;
    }
    h->keep_alive = h->http11 && !head_lists(h, S("Connection"), S("close"));
    return 0;
}

// The next line of *rest without its CR LF; false when a line ends in any other way.
static bool next_line(Str *rest, Str *line)
{
    isize end = str_find_byte(*rest, '\n');
    if (end < 1 || rest->s[end - 1] != '\r') return false;
    *line = str_take(*rest, end - 1);
    *rest = str_skip(*rest, end + 1);
    return str_find_byte(*line, '\r') < 0;
}

int guard_head(Arena *a, Str raw, Head *h, const char **why)
{
    *h = (Head){.length = -1, .lines = make(a, HeadLine, LINES_MAX)};
    Str line;
    *why = "Every line of the head must end in CR LF.";
    if (!next_line(&raw, &line)) return 400;
    int status = judge_first_line(line, h, why);
    while (!status) {
        *why = "Every line of the head must end in CR LF.";
        if (!next_line(&raw, &line)) return 400;
        if (!line.n) break;
        if (h->lines_n == LINES_MAX) {
            *why = "There are more header lines than this server reads.";
            return 431;
        }
        status = read_line(line, &h->lines[h->lines_n++], why);
    }
    if (status) return status;
    *why = "Bytes follow the empty line that ends the head.";
    if (raw.n) return 400;
    status = judge_lines(h, why);
    if (!status) *why = NULL;
    return status;
}

Str head_get(const Head *h, Str name)
{
    for (isize i = 0; i < h->lines_n; i++)
        if (str_eq_nocase(h->lines[i].name, name)) return h->lines[i].value;
    return (Str){0};
}

bool head_has(const Head *h, Str name)
{
    return head_count(h, name) > 0;
}

bool guard_path(Arena *a, Str raw, Str *decoded, StrList *segments)
{
    Str rest = str_skip(raw, 1), piece;
    Buf path = {.a = a};
    bool more = true;
    while (more) {
        more = str_cut(rest, '/', &piece, &rest);
        Str plain;
        if (!percent_decode(a, piece, false, &plain) || !str_is_utf8(plain)) return false;
        if (str_eq(plain, S(".")) || str_eq(plain, S(".."))) return false;
        str_list_add(a, segments, plain);
        buf_byte(&path, '/');
        buf_put(&path, plain);
    }
    *decoded = buf_str(&path);
    return true;
}
