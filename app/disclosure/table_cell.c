// One cell of a released table: a number in any of the ways people write one, or one of the signs for "not shown".
#include "disclosure/table.h"

// The blanks that stand between thousands, as bytes: " ", no-break, thin, narrow no-break.
static isize blank_here(Str s)
{
    static const Str blanks[] = {
        {" ",            1},
        {"\xC2\xA0",     2},
        {"\xE2\x80\x89", 3},
        {"\xE2\x80\xAF", 3},
        {"'",            1}
    };
    for (isize i = 0; i < COUNT(blanks); i++)
        if (str_starts(s, blanks[i])) return blanks[i].n;
    return 0;
}

static bool three_digits(Str s)
{
    return s.n >= 3 && is_digit(s.s[0]) && is_digit(s.s[1]) && is_digit(s.s[2]) &&
           (s.n == 3 || !is_digit(s.s[3]));
}

// What strtod gives, for the numbers that need none: a whole of at most 15 digits and a power of ten that doubles hold
// exactly, divided once.
static bool number_of(Str plain, bool exponent, double *out)
{
    static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    i64 whole = 0;
    isize digits = 0, behind = 0;
    bool point = false, minus = plain.s[0] == '-';
    for (isize i = minus; i < plain.n && digits <= 15; i++) {
        point |= plain.s[i] == '.';
        if (plain.s[i] == '.') continue;
        whole = whole * 10 + (plain.s[i] - '0');
        digits++, behind += point;
    }
    if (exponent || digits > 15) return str_f64(plain, out);
    *out = (double)whole / tens[behind];
    if (minus) *out = -*out;
    return true;
}

// Takes a number off the front: digits with thousands, a decimal part, an exponent.
static bool number_take(Str *rest, bool decimal_comma, double *out)
{
    char plain[64];
    isize n = 0;
    Str s = *rest;
    char thousand = decimal_comma ? '.' : ',', decimal = decimal_comma ? ',' : '.';
    if (s.n && (s.s[0] == '-' || s.s[0] == '+')) {
        if (s.s[0] == '-') plain[n++] = '-';
        s = str_skip(s, 1);
    } else if (str_starts(s, S("\xE2\x88\x92"))) { // the minus sign
        plain[n++] = '-';
        s = str_skip(s, 3);
    }
    isize digits = 0;
    while (s.n && n < 40) {
        isize gap = s.s[0] == thousand ? 1 : blank_here(s);
        if (is_digit(s.s[0])) {
            plain[n++] = s.s[0], digits++;
            s = str_skip(s, 1);
        } else if (gap && digits && three_digits(str_skip(s, gap))) {
            s = str_skip(s, gap);
        } else {
            break;
        }
    }
    if (s.n > 1 && s.s[0] == decimal && is_digit(s.s[1])) {
        plain[n++] = '.';
        for (s = str_skip(s, 1); s.n && is_digit(s.s[0]) && n < 56; s = str_skip(s, 1))
            plain[n++] = s.s[0], digits++;
    } else if (digits && s.n && s.s[0] == '.' && !decimal_comma) {
        s = str_skip(s, 1); // "7."
    }
    if (!digits) return false;
    bool sign = s.n > 2 && strchr("+-", s.s[1]) && is_digit(s.s[2]);
    bool exponent = s.n > 1 && (s.s[0] == 'e' || s.s[0] == 'E') && (is_digit(s.s[1]) || sign);
    if (exponent) {
        plain[n++] = 'e', plain[n++] = s.s[1];
        for (s = str_skip(s, 2); s.n && is_digit(s.s[0]) && n < 62; s = str_skip(s, 1))
            plain[n++] = s.s[0];
    }
    *rest = s;
    return number_of((Str){plain, n}, exponent, out);
}

static Str without_currency(Str s)
{
    static const Str signs[] = {
        {"\xC2\xA3",     2},
        {"$",            1},
        {"\xE2\x82\xAC", 3}
    };
    for (isize i = 0; i < COUNT(signs); i++)
        if (str_starts(s, signs[i])) return str_trim(str_skip(s, signs[i].n));
    return s;
}

// None of the lists has a word that begins with a digit, or one that is longer.
enum { SIGN_MOST = 16 };

static bool one_of(Str s, const char *list)
{
    if (is_digit(s.s[0]) || s.n > SIGN_MOST) return false;
    for (const char *at = list; *at; at += *at == '\n') {
        const char *from = at;
        while (*at && *at != '\n')
            at++;
        if (at - from == s.n && str_eq_nocase((Str){from, s.n}, s)) return true;
    }
    return false;
}

static const char MISSING[] = "na\nn/a\n#n/"
                              "a\nnan\nnull\nnone\nnil\n-\n--\n\xE2\x80\x93\n\xE2\x80\x94\n.\n..\n."
                              "..\n<na>\n[z]\nmissing\n-nan\ninf\n-inf\n?";
static const char SUPPRESSED[] = "*\n**\n***\nx\nxx\nc\ns\n[c]\n[x]\n[s]\n[u]\n[low]\n~\n#\n##"
                                 "\n\xE2\x80\xA0\n:\nredacted\n[redacted]\n(redacted)\n"
                                 "<redacted>\nsuppressed\n[suppressed]\n(suppressed)\nsupp\nsupp."
                                 "\nlow\nmasked\n[masked]\nhidden\nconfidential\n"
                                 "disclosive\nnot shown\nwithheld\n\xE2\x96\x88\n\xE2\x96\xA0";

// "<10", "< 5", "≤7", "<=7", "less than 10", "under 10", "fewer than 10", "1-9", "1 to 4".
static bool limit_take(Str s, double *below)
{
    static const struct {
        Str sign;
        double more; // "≤7" is below 8
    } signs[] = {
        {{"<=", 2},           1},
        {{"\xE2\x89\xA4", 3}, 1},
        {{"&lt;", 4},         0},
        {{"<", 1},            0},
        {{"less than ", 10},  0},
        {{"under ", 6},       0},
        {{"fewer than ", 11}, 0},
        {{"below ", 6},       0},
        {{"up to ", 6},       1}
    };
    if (s.n && s.s[0] == '[' && s.s[s.n - 1] == ']') s = str_span(s, 1, s.n - 1);
    if (s.n && is_digit(s.s[0])) return false;
    for (isize i = 0; i < COUNT(signs); i++) {
        if (s.n < signs[i].sign.n || !str_eq_nocase(str_take(s, signs[i].sign.n), signs[i].sign))
            continue;
        Str rest = str_trim(str_skip(s, signs[i].sign.n));
        double number;
        if (!number_take(&rest, false, &number)) continue;
        *below = number + signs[i].more;
        return true;
    }
    return false;
}

static bool range_take(Str s, double *below)
{
    Str head = {0}, tail = {0};
    i64 from, to;
    isize at = str_find(s, S("\xE2\x80\x93"));
    if (at > 0) {
        head = str_take(s, at), tail = str_skip(s, at + 3);
    } else if (!str_cut(s, '-', &head, &tail)) {
        return false;
    }
    if (!str_i64(str_trim(head), &from) || !str_i64(str_trim(tail), &to) || from < 0 || from > 1 ||
        to <= from || to > 20)
        return false;
    *below = (double)to + 1;
    return true;
}

static TableCell hidden(double below)
{
    return (TableCell){.kind = CELL_SUPPRESSED, .below = below};
}

// What may stand behind a number: a percent sign, signs of a footnote, "(48.0%)".
static bool behind(Str s, bool decimal_comma, TableCell *c)
{
    s = str_trim(s);
    if (s.n && s.s[0] == '%') {
        c->percent = true;
        s = str_trim(str_skip(s, 1));
    }
    while (s.n &&
           (s.s[0] == '*' || str_starts(s, S("\xE2\x80\xA0")) || str_starts(s, S("\xE2\x80\xA1"))))
        s = str_trim(str_skip(s, s.s[0] == '*' ? 1 : 3));
    if (!s.n) return true;
    if ((s.s[0] != '(' || s.s[s.n - 1] != ')') && (s.s[0] != '[' || s.s[s.n - 1] != ']'))
        return false;
    s = str_trim(str_span(s, 1, s.n - 1));
    if (!number_take(&s, decimal_comma, &c->second)) return true; // "12 (NA)"
    s = str_trim(s);
    c->second_percent = str_starts(s, S("%"));
    c->has_second = !s.n || str_eq(s, S("%"));
    return true;
}

TableCell table_cell(Str text, bool decimal_comma)
{
    Str s = str_trim(text);
    TableCell c = {0};
    if (!s.n) return c;
    if (one_of(s, MISSING)) return (TableCell){.kind = CELL_MISSING};
    if (one_of(s, SUPPRESSED)) return hidden(0);
    double below = 0;
    if (limit_take(s, &below) || range_take(s, &below)) return hidden(below);
    if (s.s[0] == '\'') s = str_skip(s, 1); // a spreadsheet's sign for text
    Str rest = without_currency(s);
    if (number_take(&rest, decimal_comma, &c.value) && behind(rest, decimal_comma, &c)) {
        c.kind = CELL_NUMBER;
        c.whole = c.value > -9e15 && c.value < 9e15 && c.value == (double)(i64)c.value;
        return c;
    }
    Str head, tail; // "* (1.2%)", "[REDACTED] (NA)"
    if (str_cut(s, '(', &head, &tail) && str_trim(head).n &&
        (one_of(str_trim(head), SUPPRESSED) || limit_take(str_trim(head), &below))) {
        c = hidden(below);
        if (number_take(&tail, decimal_comma, &c.second)) {
            c.has_second = true;
            c.second_percent = str_starts(str_trim(tail), S("%"));
        }
        return c;
    }
    return (TableCell){.kind = CELL_TEXT};
}
