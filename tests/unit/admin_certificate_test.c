// A role's certificate through the years: made, renewed in time, and always trusted by those who pinned its authority.
#include "admin/certificate.h"

#include "kit/x509.h"
#include "scratch.h"

static const Time at = 1760000000000000; // 2025-10-09

typedef struct Kept {
    Certificate c;
    Time next;
    bool made;
} Kept;

static Kept kept_make(Scratch *t)
{
    Kept k = {.c = {.folder = path_join(&t->a, t->folder, S("tls"))}};
    k.c.cert = path_join(&t->a, k.c.folder, S("server.pem"));
    k.c.key = path_join(&t->a, k.c.folder, S("server.key"));
    str_list_add(&t->a, &k.c.names, S("tre.example.org"));
    return k;
}

static Str look(Scratch *t, Kept *k, Time now)
{
    Str pem;
    X509Facts facts;
    ck_works(certificate_keep(&t->a, &k->c, now, &k->next, &k->made));
    ck_works(file_read(&t->a, k->c.cert, 1 << 20, &pem));
    ck_works(x509_facts(&t->a, pem, &facts));
    ck_assert(facts.from <= now && now < facts.until);
    return facts.fingerprint;
}

START_TEST(it_is_renewed_before_it_ends)
{
    scratch t = scratch_make();
    Kept k = kept_make(&t);
    Str pin, again;
    Str first = look(&t, &k, at);
    ck_assert(k.made && k.next > at && k.next < at + DAYS(X509_SERVER_DAYS));
    ck_works(certificate_pin(&t.a, &k.c, &pin));
    ck_str(look(&t, &k, k.next - SECONDS(1)), first);
    ck_assert(!k.made);
    Time due = k.next;
    ck_assert(!str_eq(look(&t, &k, due), first));
    ck_assert(k.made && k.next > due);
    ck_works(certificate_pin(&t.a, &k.c, &again));
    ck_str(again, pin); // what people pinned stays
}
END_TEST

START_TEST(a_new_name_needs_a_new_one)
{
    scratch t = scratch_make();
    Kept k = kept_make(&t);
    Str first = look(&t, &k, at);
    str_list_add(&t.a, &k.c.names, S("other.example.org"));
    ck_assert(!str_eq(look(&t, &k, at), first) && k.made);
    look(&t, &k, at);
    ck_assert(!k.made);
}
END_TEST

START_TEST(half_a_pair_is_none)
{
    scratch t = scratch_make();
    Kept k = kept_make(&t);
    Str first = look(&t, &k, at);
    ck_works(file_write(&t.a, k.c.key, S("no key"), 0600));
    ck_assert(!str_eq(look(&t, &k, at), first));
    ck_works(file_remove(&t.a, k.c.cert));
    look(&t, &k, at);
    ck_assert(k.made);
}
END_TEST

// While a new authority takes over, the file holds both: the first one signs, clients trust either.
START_TEST(the_first_authority_signs)
{
    scratch t = scratch_make();
    Kept k = kept_make(&t);
    Str old, old_key, issuer;
    X509Pair next;
    X509Facts facts;
    look(&t, &k, at);
    Str file = path_join(&t.a, k.c.folder, S("ca.pem")),
        key = path_join(&t.a, k.c.folder, S("ca.key"));
    ck_works(file_read(&t.a, file, 1 << 20, &old));
    ck_works(file_read(&t.a, key, 1 << 20, &old_key));
    ck_works(x509_authority_make(&t.a, S("The next one"), at, &next));
    ck_works(file_write(&t.a, key, next.key, 0600));
    ck_works(
        file_write(&t.a, file, arena_fmt(&t.a, "%.*s%.*s", STR(next.certificate), STR(old)), 0644));
    ck_works(file_remove(&t.a, k.c.cert));
    look(&t, &k, at);
    ck_works(file_read(&t.a, k.c.cert, 1 << 20, &issuer));
    ck_works(x509_facts(&t.a, issuer, &facts));
    ck_assert(str_has(facts.issuer, S("The next one")));
}
END_TEST

START_TEST(an_operators_own_is_left_alone)
{
    scratch t = scratch_make();
    Kept k = kept_make(&t);
    Str pin, own = look(&t, &k, at);
    k.c.folder = (Str){0};
    ck_works(certificate_keep(&t.a, &k.c, at + DAYS(5000), &k.next, &k.made));
    ck_assert(!k.made && !k.next);
    ck_works(certificate_pin(&t.a, &k.c, &pin));
    ck_str(pin, own);
}
END_TEST

Suite *admin_certificate_suite(void);
Suite *admin_certificate_suite(void)
{
    Suite *s = suite_create("admin certificate");
    TCase *t = tcase_create("certificate");
    tcase_add_test(t, it_is_renewed_before_it_ends);
    tcase_add_test(t, a_new_name_needs_a_new_one);
    tcase_add_test(t, half_a_pair_is_none);
    tcase_add_test(t, the_first_authority_signs);
    tcase_add_test(t, an_operators_own_is_left_alone);
    suite_add_tcase(s, t);
    return s;
}
