// free_text: columns that hold identifiers of people, or sentences that somebody wrote.
#include "disclosure/table.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Ten digits, the last of them the check digit (modulus 11) of the NHS number.
static bool is_nhs_number(Str s)
{
    int digit[10], n = 0, sum = 0;
    for (isize i = 0; i < s.n; i++) {
        if (s.s[i] == ' ' || s.s[i] == '-') continue;
        if (!is_digit(s.s[i]) || n == 10) return false;
        digit[n++] = s.s[i] - '0';
    }
    if (n != 10) return false;
    for (int i = 0; i < 9; i++)
        sum += digit[i] * (10 - i);
    return (11 - sum % 11) % 11 == digit[9] && sum > 0;
}

// A whole postcode, one street: "SW1A 1AA". A district ("SW1A") is none.
static bool is_postcode(Str s)
{
    if (s.n < 5 || s.n > 8) return false;
    Str in = str_skip(s, s.n - 3), out = str_trim(str_take(s, s.n - 3));
    if (!is_digit(in.s[0]) || !is_letter(in.s[1]) || !is_letter(in.s[2])) return false;
    if (out.n < 2 || out.n > 4 || !is_letter(out.s[0])) return false;
    isize digits = 0;
    for (isize i = 0; i < out.n; i++) {
        if (!is_letter(out.s[i]) && !is_digit(out.s[i])) return false;
        digits += is_digit(out.s[i]);
    }
    return digits >= 1 && digits <= 2 && (is_digit(out.s[out.n - 1]) || is_digit(out.s[out.n - 2]));
}

static bool is_email(Str s)
{
    isize at = str_find_byte(s, '@');
    return at > 0 && str_find_byte(s, ' ') < 0 && str_find_byte(str_skip(s, at + 2), '.') > 0;
}

static bool is_phone(Str s)
{
    isize digits = 0;
    for (isize i = 0; i < s.n; i++) {
        if (!is_digit(s.s[i]) && !strchr(" +-()", s.s[i])) return false;
        digits += is_digit(s.s[i]);
    }
    return (digits == 11 && s.s[0] == '0') || (digits >= 11 && digits <= 13 && s.s[0] == '+');
}

static bool is_date(Str s)
{
    isize digits = 0, marks = 0;
    for (isize i = 0; i < s.n && i < 10; i++) {
        digits += is_digit(s.s[i]);
        marks += s.s[i] == '-' || s.s[i] == '/' || s.s[i] == '.';
    }
    return s.n >= 8 && digits >= 6 && marks == 2;
}

// What a program makes to tell records apart: a UUID, a hash.
static bool is_record_key(Str s)
{
    isize hex = 0;
    for (isize i = 0; i < s.n; i++) {
        char c = s.s[i];
        bool digit = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!digit && c != '-') return false;
        hex += digit;
    }
    return hex >= 32;
}

static bool is_anything(Str s)
{
    return s.n > 0;
}

// A kind of identifier: by its values alone, or by words of the heading and values that fit.
typedef struct Identifier {
    const char *what;
    bool (*fits)(Str);
    const char *words; // of the heading, one a line; NULL: the values are enough
    bool distinct;     // only where nearly every value is another
} Identifier;
static const Identifier identifiers[] = {
    {"NHS numbers",           is_nhs_number, NULL,                                     true },
    {"e-mail addresses",      is_email,      NULL,                                     false},
    {"postcodes",             is_postcode,   NULL,                                     false},
    {"telephone numbers",     is_phone,      "phone\ntelephone\nmobile\ntel\ncontact", false},
    {"keys of records",       is_record_key, NULL,                                     true },
    {"dates of birth",        is_date,       "dob\nbirth\nbirthdate\nborn",            false},
    {"identifiers of people", is_anything,
     "patient_id\npatientid\npatid\npatient_identifier\nperson_id\npersonid\npseudo_"
     "id\npseudonym\nsubject_id\nsubjid\nparticipant_id\n"
     "participant\nrecord_id\nnhs_number\nnhs_no\nnhsno\nnhs\nmrn\nhospital_number\nhospital_"
     "no\nchi_number\nchi\nnino\nni_number\nnational_insurance\n"
     "passport\nuser_id\nmember_id\nindividual_id\nstudy_id\nclient_id\ncustomer_id\nhes_"
     "id\nencrypted_hesid\nlopatid\nsystem_id\ncase_id\ncaseid\nrespondent_id\npupil_"
     "id\nupn\nssn\nreference_number\nepikey\nspell_id\nepisode_id",                   true },
    {"names of people",       is_anything,
     "first_name\nlast_name\nsurname\nforename\nforenames\nfull_name\nfullname\npatient_"
     "name\nfamily_name\ngiven_name\nfirstname\nlastname\nperson_name\nparticipant_name\nclinician_"
     "name\ngp_name\nmiddle_name",                                                     false},
    {"addresses",             is_anything,
     "address\nstreet\naddress_line_1\nhome_address\naddress1\nuprn\nip_address",      false},
};

// "Patient ID" as "patient_id".
static Str plain_heading(Arena *a, Str s)
{
    Buf b = {.a = a};
    for (isize i = 0; i < s.n; i++) {
        char c = s.s[i];
        bool word = is_letter(c) || is_digit(c);
        bool turn = i && c >= 'A' && c <= 'Z' && s.s[i - 1] >= 'a' && s.s[i - 1] <= 'z';
        if ((turn || !word) && b.n && b.s[b.n - 1] != '_') buf_byte(&b, '_');
        if (word) buf_byte(&b, c);
    }
    Str out = str_lower(a, buf_str(&b));
    return str_ends(out, S("_")) ? str_take(out, out.n - 1) : out;
}

static bool is_word_in(Str heading, Str word)
{
    if (str_eq(heading, word)) return true;
    isize at = str_find(heading, word);
    if (at < 0) return false;
    bool before = !at || heading.s[at - 1] == '_';
    bool after = at + word.n == heading.n || heading.s[at + word.n] == '_';
    return before && after;
}

static bool heading_has(Str heading, const char *words)
{
    Str rest = str_from(words), word;
    while (str_next(&rest, '\n', &word))
        if (is_word_in(heading, word)) return true;
    return false;
}

// What stands in a column, without signs for "not shown" and totals.
typedef struct Values {
    Str *v;
    isize *row;
    isize n;
} Values;
// How many of them fit one kind of identifier, or any text at all.
typedef struct Texts {
    isize n, fits, distinct, first;
} Texts;
typedef struct Words {
    isize words, bytes, sentences;
} Words;

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

// A row of a total says so in a column of groups; elsewhere each cell is asked.
static bool is_total(const Table *t, isize r, isize c, Str s)
{
    return (t->is_total[r] || t->column[c].kind != COLUMN_DIMENSION) && table_says_total(s);
}

static Values values_of(const Table *t, isize c)
{
    Values x = {.v = make(t->a, Str, t->rows + 1), .row = make(t->a, isize, t->rows + 1)};
    for (isize r = 0; r < t->rows; r++) {
        CellKind kind = table_at(t, r, c)->kind;
        Str s = str_trim(table_text(t, r, c));
        if (kind == CELL_BLANK || kind == CELL_MISSING || kind == CELL_SUPPRESSED ||
            is_total(t, r, c, s))
            continue;
        x.row[x.n] = r;
        x.v[x.n++] = s;
    }
    return x;
}

static isize distinct_of(Arena *a, const Values *x)
{
    Str *v = make(a, Str, x->n + 1);
    isize n = 0;
    if (x->n) memcpy(v, x->v, (size_t)x->n * sizeof *v);
    qsort(v, (size_t)x->n, sizeof *v, by_text);
    for (isize i = 0; i < x->n; i++)
        n += !i || !str_eq(v[i], v[i - 1]);
    return n;
}

static Texts texts_of(Arena *a, const Values *v, bool (*fits)(Str))
{
    Texts x = {.n = v->n, .first = -1};
    for (isize i = 0; i < v->n; i++) {
        if (!fits(v->v[i])) continue;
        x.fits++;
        if (x.first < 0) x.first = v->row[i];
    }
    if (x.fits) x.distinct = distinct_of(a, v); // else nobody asks further
    return x;
}

static isize words_in(Str s)
{
    isize n = 0;
    Str piece;
    while (str_next(&s, ' ', &piece))
        n += piece.n > 0;
    return n;
}

static Words words_of(const Values *v)
{
    Words x = {0};
    for (isize i = 0; i < v->n; i++) {
        Str s = v->v[i];
        isize words = words_in(s);
        x.words += words, x.bytes += s.n;
        x.sentences += words >= 4 && (s.s[s.n - 1] == '.' || s.s[s.n - 1] == '!' ||
                                      s.s[s.n - 1] == '?' || str_has(s, S(". ")));
    }
    return x;
}

static bool identifier_fits(const Identifier *k, Str heading, const Texts *x)
{
    if (!x->fits || (k->words && !heading_has(heading, k->words))) return false;
    if (x->fits * 2 < x->n) return x->fits >= 3 && !k->words && k->fits != is_postcode;
    return !k->distinct || x->n < 3 ? x->n > 0 && (!k->distinct || x->n > 1 || !k->words)
                                    : x->distinct * 10 >= x->n * 8;
}

static bool is_identifier(const Table *t, isize c, const Values *values, Findings *out)
{
    Str name = t->column[c].name, heading = plain_heading(t->a, name);
    bool counted = t->column[c].words.kind == COLUMN_COUNT && t->column[c].kind == COLUMN_COUNT;
    for (isize i = 0; i < COUNT(identifiers) && !counted; i++) {
        const Identifier *k = &identifiers[i];
        if (k->words && !heading_has(heading, k->words)) continue;
        if (k->words && heading_has(heading, "year\nmonth\ncount\nn\nband\ngroup\nweight\ncountry\n"
                                             "place\nrate\nnumber_of\norder"))
            continue;
        Texts x = texts_of(t->a, values, k->fits);
        if (!identifier_fits(k, heading, &x)) continue;
        finding_add(out, t->a, RULE_FREE_TEXT, x.first + 1, name,
                    "Column %.*s holds %s (%lld of %lld values, the first in row %lld): take the "
                    "column out.",
                    STR(name), k->what, (long long)x.fits, (long long)x.n, (long long)x.first + 1);
        return true;
    }
    return false;
}

// Labels repeat or are short; what people write about people does neither.
static bool are_sentences(const Table *t, Str heading, const Texts *x, const Words *w)
{
    if (x->n < 2) return false;
    double words = (double)w->words / (double)x->n, bytes = (double)w->bytes / (double)x->n;
    bool distinct = x->distinct * 10 >= x->n * 6;
    if (heading_has(heading, "comment\ncomments\nnote\nnotes\nfree_"
                             "text\nfreetext\nremark\nremarks\nnarrative\nverbatim\nother_specify\n"
                             "specify\nfeedback\nclinical_"
                             "notes\nhistory\ndetails\ncomplaint\nfree\ntext\nletter\nmessage\nopen"
                             "_text\nquote\nsummary_text"))
        return distinct && words >= 3 && bytes >= 12;
    double most = (double)t->policy->free_text_words;
    if (w->sentences * 3 >= x->n && words >= most * 0.7 && bytes >= 30 && x->n >= 3)
        return distinct;
    return x->n >= 4 && x->distinct * 10 >= x->n * 8 && words >= most && bytes >= 45;
}

static bool has_texts(const Table *t, isize c)
{
    for (isize r = 0; r < t->rows; r++)
        if (table_at(t, r, c)->kind == CELL_TEXT) return true;
    return false;
}

void check_texts(Table *t, Findings *out)
{
    for (isize c = 0; c < t->columns && t->policy->free_text_on; c++) {
        if (t->column[c].kind == COLUMN_IGNORED) continue;
        Values values = values_of(t, c);
        if (is_identifier(t, c, &values, out)) {
            t->column[c].kind = COLUMN_IGNORED; // its numbers count nobody
            continue;
        }
        if (!has_texts(t, c)) continue;
        Texts x = texts_of(t->a, &values, is_anything);
        Words w = words_of(&values);
        Str name = t->column[c].name;
        if (!are_sentences(t, plain_heading(t->a, name), &x, &w)) continue;
        finding_add(out, t->a, RULE_FREE_TEXT, x.first + 1, name,
                    "Column %.*s holds free text (%lld different texts of %lld words on average): "
                    "take it out, or code it "
                    "into classes.",
                    STR(name), (long long)x.distinct, (long long)(w.words / x.n));
    }
}
