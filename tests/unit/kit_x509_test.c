// Certificates: what an authority signs is trusted under its names, also by openssl.
#include "scratch.h"

#include "kit/x509.h"

static const Time at = 1760000000000000; // 2025-10-09

static StrList names_for_test(Arena *a)
{
    StrList names = {0};
    str_list_add(a, &names, S("tre.example.org"));
    str_list_add(a, &names, S("*.tre.example.org"));
    str_list_add(a, &names, S("127.0.0.1"));
    str_list_add(a, &names, S("::1"));
    return names;
}

START_TEST(an_authority_signs_a_server)
{
    scratch t = scratch_make();
    X509Pair ca, server;
    X509Facts f;
    StrList names = names_for_test(&t.a);
    ck_works(x509_authority_make(&t.a, S("Tresor of Site A"), at, &ca));
    ck_works(x509_server_make(&t.a, &ca, &names, at, &server));
    ck_works(x509_facts(&t.a, ca.certificate, &f));
    ck_assert(f.authority);
    ck_str(f.subject, S("CN=Tresor of Site A, O=Tresor"));
    ck_works(x509_facts(&t.a, server.certificate, &f));
    ck_assert(!f.authority);
    ck_str(f.issuer, S("CN=Tresor of Site A, O=Tresor"));
    ck_assert_int_eq(f.until, at + DAYS(X509_SERVER_DAYS - 1));
    ck_assert_int_eq(f.from, at - DAYS(1));
    ck_assert_int_eq(f.names.n, 4);
    for (isize i = 0; i < names.n; i++)
        ck_str(f.names.v[i], names.v[i]);
    ck_assert_int_eq(f.fingerprint.n, 64);
    ck_works(x509_pair_check(&t.a, &server));
    X509Pair wrong = {.certificate = server.certificate, .key = ca.key};
    ck_fails(ERR_BAD_INPUT, x509_pair_check(&t.a, &wrong));
}
END_TEST

START_TEST(openssl_verifies_and_agrees_on_the_fingerprint)
{
    scratch t = scratch_make();
    X509Pair ca, server;
    X509Facts f;
    StrList names = names_for_test(&t.a);
    ck_works(x509_authority_make(&t.a, S("Site A"), at, &ca));
    ck_works(x509_server_make(&t.a, &ca, &names, at, &server));
    ck_works(x509_facts(&t.a, server.certificate, &f));
    Str ca_path = path_join(&t.a, t.folder, S("ca.pem")),
        path = path_join(&t.a, t.folder, S("s.pem"));
    ck_works(file_write(&t.a, ca_path, ca.certificate, 0600));
    ck_works(file_write(&t.a, path, server.certificate, 0600));
    Str command = arena_fmt(
        &t.a,
        "cd %.*s && openssl verify -attime 1760000000 -x509_strict -purpose sslserver "
        "-verify_ip 127.0.0.1 -CAfile ca.pem s.pem >out 2>&1 && openssl verify -attime "
        "1760000000 -verify_hostname a.tre.example.org -CAfile ca.pem s.pem >>out 2>&1 && "
        "openssl x509 -in s.pem -noout -fingerprint -sha256 >fp",
        STR(t.folder));
    Str said = {0}, mine = {0};
    int code = system(cstr(&t.a, command));
    Err *unread = file_read(&t.a, path_join(&t.a, t.folder, S("out")), 10000, &said);
    ck_assert_ptr_null(unread);
    ck_assert_msg(code == 0, "%.*s", STR(said));
    ck_works(file_read(&t.a, path_join(&t.a, t.folder, S("fp")), 1000, &said));
    ck_assert(x509_fingerprint_read(&t.a, str_skip(said, str_find_byte(said, '=') + 1), &mine));
    ck_str(mine, f.fingerprint);
}
END_TEST

START_TEST(names_that_cannot_be_certified)
{
    scratch t = scratch_make();
    X509Pair ca, server;
    ck_works(x509_authority_make(&t.a, S("Site A"), at, &ca));
    static const char *const bad[] = {"", "a b", "a..b", "-a", "a/b", "https://a", "*.*.a", "a.\n"};
    for (isize i = 0; i < COUNT(bad); i++) {
        StrList names = {0};
        str_list_add(&t.a, &names, str_from(bad[i]));
        ck_fails(ERR_BAD_INPUT, x509_server_make(&t.a, &ca, &names, at, &server));
    }
    ck_fails(ERR_BAD_INPUT, x509_authority_make(&t.a, S("A,CN=B"), at, &ca));
    X509Facts f;
    ck_fails(ERR_BAD_INPUT, x509_facts(&t.a, S("no certificate"), &f));
    Str out;
    ck_assert(!x509_fingerprint_read(&t.a, S("12:34"), &out));
    ck_assert(!x509_fingerprint_read(&t.a, S("zz"), &out));
}
END_TEST

Suite *kit_x509_suite(void)
{
    Suite *s = suite_create("kit x509");
    TCase *c = tcase_create("x509");
    tcase_add_test(c, an_authority_signs_a_server);
    tcase_add_test(c, openssl_verifies_and_agrees_on_the_fingerprint);
    tcase_add_test(c, names_that_cannot_be_certified);
    suite_add_tcase(s, c);
    return s;
}
