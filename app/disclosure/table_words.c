// What the words of a heading say about a column; the lists are the ones that researchers' tables were found to use.
#include "disclosure/table.h"

enum { WORDS_MOST = 24 };
typedef struct Words {
    Str v[WORDS_MOST];
    bool role[WORDS_MOST]; // says what the column is, not what it is about
    isize n;
} Words;

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

// "nPatients.total_2" is n, patients, total, 2: case and anything that is no letter or digit part words. A number
// stays with the letters before it: p25, top2.
static Words words_of(Arena *a, Str s)
{
    Words w = {0};
    for (isize i = 0; i < s.n && w.n < WORDS_MOST;) {
        if (!is_letter(s.s[i]) && !is_digit(s.s[i])) {
            if (s.s[i] == '%') w.v[w.n++] = S("%");
            i++;
            continue;
        }
        isize from = i++;
        while (i < s.n && (is_letter(s.s[i]) || is_digit(s.s[i])) &&
               !(is_upper(s.s[i]) && !is_upper(s.s[i - 1])))
            i++;
        w.v[w.n++] = str_lower(a, str_span(s, from, i));
    }
    return w;
}

static bool listed(Str word, const char *list)
{
    for (const char *at = list; *at; at += *at == ' ') {
        const char *from = at;
        while (*at && *at != ' ')
            at++;
        if (str_eq((Str){from, at - from}, word)) return true;
    }
    return false;
}

static isize find(Words *w, const char *list)
{
    for (isize i = 0; i < w->n; i++)
        if (listed(w->v[i], list)) return i;
    return -1;
}

// Marks all listed words as words of role; true when there is one.
static bool has(Words *w, const char *list)
{
    bool found = false;
    for (isize i = 0; i < w->n; i++)
        if (listed(w->v[i], list)) w->role[i] = found = true;
    return found;
}

static const char
    COUNTS
        [] = "n count counts freq frequency frequencies num number numbers patients people persons "
             "participants "
             "individuals cases deaths admissions numerator obs observations records contributors "
             "respondents "
             "subjects households women men girls boys children adults males females enterprises "
             "firms businesses "
             "companies employees staff births pregnancies appointments consultations "
             "prescriptions episodes hospitalisations "
             "hospitalizations attendances died survived vaccinated unvaccinated exposed unexposed "
             "alive dead "
             "contributions practices hospitals schools sites trusts organisations organizations "
             "providers clinics pharmacies gps units members pupils students claimants tests "
             "events visits registered "
             "controls diagnoses referrals",
  TOTALS[] =
      "total totals all overall denominator denom population pop everyone list_size grand both "
      "combined everybody marginal",
  PERCENTS[] =
      "% percent percentage percentages pct perc proportion proportions prop share shares percents",
  MEANS[] = "mean avg average means",
  MAGNITUDES[] = "sum sums cost costs spend spending turnover revenue revenues income expenditure "
                 "amount amounts sales "
                 "profit profits wages payments gbp usd eur tariff subtotal",
  STATISTICS[] =
      "median sd se sem stdev stddev std variance var ci lower upper lci uci lcl ucl ll ul pval "
      "pvalue "
      "estimate estimates coef coefficient beta hr rr irr aor ahr smr smd asmd odds hazard "
      "statistic "
      "chi2 chisq min minimum q1 q3 q25 q75 iqr percentile quantile skew skewness kurtosis r2 rsq "
      "auc "
      "aic bic loglik df dof rate rates ratio ratios rmse mae weight weights surv survival cum "
      "cumulative "
      "cml incidence prevalence risk diff difference slope intercept lat lon lag range mode scaled "
      "std.error "
      "err error conf centile p1 p5 p10 p20 p25 p30 p40 p50 p60 p70 p75 p80 p90 p95 p99 days hours "
      "minutes duration ess gini per standardised standardized adjusted crude z tvalue change "
      "index "
      "score probability prob",
  DIMENSIONS[] =
      "age sex gender ethnicity ethnic region area imd deprivation quintile decile tertile "
      "quartile band bands "
      "group groups grp category categories cat level levels code codes id ids name names label "
      "labels "
      "type class characteristic characteristics variable term model outcome exposure rank order "
      "cohort site practice hospital trust msoa lsoa stp icb ccg icd snomed bnf measure strata "
      "stratum "
      "status description subgroup bin wave stage grade dose parity key field value_label country "
      "county "
      "district postcode drug product specialty diagnosis condition location setting sector "
      "industry sic "
      "size_band flag round step cluster arm treatment intervention statistic_name metric stat row "
      "line "
      "question answer response item topic comment comments note notes nhs dob email",
  TIMES[] = "year years month months week weeks day date dates quarter period time interval start "
            "end hour season "
            "fy yyyymm calendar",
  MISSING[] = "nonmissing complete valid missing unknown na unrecorded unspecified invalid "
              "excluded dropped",
  ROUNDED[] = "rounded round5 round10 rounding rd5 rnd",
  LARGESTS[] =
      "max maximum largest biggest highest top1 x1 largest1 leading first1 contrib1 c1 max1",
  SECONDS[] = "second secondlargest 2nd top2nd x2 largest2 second1 contrib2 c2 max2 runnerup",
  THIRDS[] = "third thirdlargest 3rd x3 largest3 contrib3 c3 max3 top3rd";

// The last word decides that a heading names groups, whatever else it says: patient_id, count_band.
static bool ends_in_group(const Words *w)
{
    return w->n && listed(w->v[w->n - 1],
                          "group groups grp band bands name names code codes id ids type category "
                          "categories cat level label "
                          "labels status date description class quintile decile quartile tertile");
}

static bool is_second(Words *w)
{
    return has(w, SECONDS);
}

static int top_count(Words *w)
{
    isize at = find(w, "top top2 top3 largest biggest max");
    isize two = find(w, "2 two top2"), three = find(w, "3 three top3");
    if (at < 0 || (two < 0 && three < 0)) return 0;
    has(w, "top top2 top3 largest biggest max 2 two 3 three cumulative cum sum");
    return two >= 0 ? 2 : 3;
}

static ColumnKind contribution(Words *w, TableWords *out)
{
    if (find(w, TIMES) >= 0 || find(w, "age lag") >= 0) return COLUMN_UNKNOWN;
    has(w, "contribution contributor contributors contrib value");
    if (is_second(w)) {
        has(w, LARGESTS);
        return COLUMN_SECOND;
    }
    if (has(w, THIRDS)) {
        has(w, LARGESTS);
        return COLUMN_THIRD;
    }
    out->top = top_count(w);
    if (out->top) return COLUMN_TOP;
    if (has(w, LARGESTS)) return COLUMN_LARGEST;
    if (find(w, "top") >= 0 && find(w, "1 one") >= 0) {
        has(w, "top 1 one");
        return COLUMN_LARGEST;
    }
    return COLUMN_UNKNOWN;
}

static Str stem(Arena *a, const Words *w)
{
    Str left[WORDS_MOST];
    isize n = 0;
    for (isize i = 0; i < w->n; i++)
        if (!w->role[i]) left[n++] = w->v[i];
    return str_join(a, left, n, S("_"));
}

// One letter means something only where it stands alone or leads: n_women, p, z.
static bool single_statistic(const Words *w)
{
    if (!w->n || w->n > 2) return false;
    return listed(w->v[0], "p t f z or b se") &&
           (w->n == 1 || listed(w->v[1], "value lower upper ci adj adjusted stat low high"));
}

static ColumnKind counted(Words *w, TableWords *out)
{
    if (ends_in_group(w)) return COLUMN_UNKNOWN;
    out->survival = find(w, "risk censor censored") >= 0 ||
                    (w->n == 2 && listed(w->v[0], "n") && listed(w->v[1], "event events"));
    bool at_risk = find(w, "risk") >= 0 && (find(w, "at n") >= 0);
    bool total = has(w, TOTALS), counts = has(w, COUNTS);
    bool of = w->n > 1 && listed(w->v[0], "no") && listed(w->v[1], "of");
    bool number_of_thing = find(w, "number") == w->n - 1 && w->n > 1 && !total &&
                           find(w, "case patient participant event") < 0;
    if (number_of_thing) return COLUMN_UNKNOWN; // practice_number, nhs_number
    if (at_risk) return COLUMN_COUNT;
    if (total && has(w, MAGNITUDES)) return COLUMN_SUM;
    if (find(w, STATISTICS) >= 0 && !(w->n && listed(w->v[0], "n num number count")))
        return COLUMN_UNKNOWN;
    if (total) return COLUMN_TOTAL;
    return counts || of ? COLUMN_COUNT : COLUMN_UNKNOWN;
}

static ColumnKind kind_of(Words *w, TableWords *out)
{
    if (single_statistic(w)) return COLUMN_STATISTIC;
    bool percent = has(w, PERCENTS), cumulative = find(w, "cum cumulative cml") >= 0;
    ColumnKind k = contribution(w, out);
    if (k != COLUMN_UNKNOWN) {
        out->share = percent || has(w, "ratio fraction");
        return k;
    }
    bool with_count = w->n && listed(w->v[0], "n count no freq frequency number");
    if (percent && !with_count) return cumulative ? COLUMN_STATISTIC : COLUMN_PERCENT;
    if (has(w, MEANS)) return COLUMN_MEAN;
    if ((k = counted(w, out)) != COLUMN_UNKNOWN) return k;
    if (ends_in_group(w)) return COLUMN_DIMENSION;
    out->time = find(w, TIMES) >= 0;
    if (find(w, "person") >= 0 && out->time) return COLUMN_STATISTIC; // person years
    if (find(w, STATISTICS) >= 0) return COLUMN_STATISTIC;
    if (has(w, MAGNITUDES)) return COLUMN_SUM;
    if (out->time || find(w, DIMENSIONS) >= 0) return COLUMN_DIMENSION;
    return COLUMN_UNKNOWN;
}

TableWords table_words(Arena *a, Str heading)
{
    Words w = words_of(a, heading);
    TableWords out = {0};
    out.midpoint = str_has(str_lower(a, heading), S("midpoint"));
    out.rounded = has(&w, ROUNDED) || out.midpoint;
    has(&w, "midpoint6 midpoint mid6");
    out.unclassified = find(&w, MISSING) >= 0;
    out.kind = kind_of(&w, &out);
    out.time |= find(&w, TIMES) >= 0;
    out.named = out.kind != COLUMN_UNKNOWN;
    out.people = (out.kind == COLUMN_COUNT || out.kind == COLUMN_TOTAL) && find(&w, COUNTS) >= 0;
    out.general = out.people && find(&w, "n count counts freq frequency num number no numerator "
                                         "denominator patients people persons") >= 0;
    out.fraction = find(&w, "proportion proportions prop fraction") >= 0;
    out.loose =
        find(&w, "treatment intervention control outcome exposure arm risk prevalence incidence") >=
        0;
    out.stem = stem(a, &w);
    return out;
}

bool table_says_total(Str label)
{
    static const char whole[] = "total totals all overall any both combined everyone everybody "
                                "persons subtotal sum margins "
                                "population (all) [all] <all> _total all_ages";
    char text[64];
    label = str_trim(label);
    if (!label.n || label.n >= (isize)sizeof text || is_digit(label.s[0])) return false;
    isize n = 0;
    for (isize i = 0; i < label.n; i++)
        text[n++] =
            label.s[i] == ' ' ? ' ' : (char)(is_upper(label.s[i]) ? label.s[i] + 32 : label.s[i]);
    Str s = {text, n};
    while (s.n && strchr(":.*)]", s.s[s.n - 1]))
        s.n--;
    while (s.n && strchr("([<*_", s.s[0]))
        s = str_skip(s, 1);
    if (listed(s, whole)) return true;
    Str head, tail;
    if (!str_cut(s, ' ', &head, &tail)) return false;
    return listed(head, "total overall subtotal") ||
           (listed(head, "grand") && str_eq(tail, S("total"))) ||
           (listed(head, "all both whole") &&
            listed(tail, "patients people persons ages sexes genders regions groups areas "
                         "participants adults women "
                         "men children categories levels practices combined together england "
                         "population ethnicities "
                         "cohort years"));
}

ColumnKind table_row_words(Arena *a, Str label)
{
    Words w = words_of(a, label);
    if (!w.n) return COLUMN_UNKNOWN;
    Str first = w.v[0], last = w.v[w.n - 1];
    if (w.n == 1 && listed(first, "n count freq frequency")) return COLUMN_COUNT;
    if (listed(first, "%") || listed(first, PERCENTS) ||
        (listed(last, PERCENTS) && !listed(first, "n")))
        return find(&w, "n") >= 0 ? COLUMN_UNKNOWN : COLUMN_PERCENT;
    if (listed(first, MEANS) || listed(last, MEANS) || (listed(last, "sd") && find(&w, MEANS) >= 0))
        return COLUMN_MEAN;
    if (listed(first, "median sd std iqr min max minimum maximum q1 q3 p25 p75 p50 stdev variance "
                      "range 25 50 75") &&
        (w.n == 1 || !str_has(label, S("-"))))
        return w.n == 1 || !is_digit(first.s[0]) || str_has(label, S("%")) ? COLUMN_STATISTIC
                                                                           : COLUMN_UNKNOWN;
    if (listed(last, "median sd iqr pvalue range") || find(&w, "pvalue") >= 0)
        return COLUMN_STATISTIC;
    if (listed(first, "p") && (w.n == 1 || listed(last, "value"))) return COLUMN_STATISTIC;
    return COLUMN_UNKNOWN;
}
