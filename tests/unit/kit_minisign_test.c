// Signature files: those of the stock program are accepted, ours say the same, and every altered byte is refused.
#include "scratch.h"

#include "base/encode.h"
#include "base/str.h"
#include "kit/minisign.h"

// Made with minisign 0.11: -G -W, then -S and -S -l over `statement`.
static const char stock_key[] = "untrusted comment: minisign public key 2E62C898442C967\n"
                                "RWRnyUKEiSzmAh8kq1AGDOjVPwwfVC051RxeUtlKqyNzJaIjjlTMUWwA\n";
static const char stock_signature[] =
    "untrusted comment: signature from minisign secret key\n"
    "RURnyUKEiSzmAi06/"
    "UqfoqVQSPCrfB8FAEk9ExltRFo8gecVQj7ky1wjI1KrU4eYe9yzMRAHmpeV26mkqkw0dotGsHceRGTg+gU=\n"
    "trusted comment: checker: carl\n"
    "rUeO/h7hDKOY46H0K2VhjjW/Q8A/JyeH6++I9E1NY8B3wH9wfvvTrOLJH6KAgjJGN9WKpS0VKLWsVsCYq6HCAQ==\n";
static const char stock_legacy[] =
    "untrusted comment: hand made\r\n"
    "RWRnyUKEiSzmAl40USmUO7hj36qZF9+VtWMNaQ4A0Z63ywG9iWJobfIo0ob/"
    "Pxud3l9quASex2KYDAZzNSGDXiBHTTDejYTVpAY=\r\n"
    "trusted comment: checker: carl\r\n"
    "ERPcNYyIEKi2e7Nt6Jczy90KL4dGWmp8bLVOiH/7b8WBkozA3Z73vRvJ+jV2L4RTZlBfWzLFUCilI4+6QYjaAQ==\r\n";
static const char statement[] = "I looked at table 1.\n";

START_TEST(what_the_stock_program_signed_is_accepted)
{
    scratch t = scratch_make();
    MinisignKey key, again;
    Str comment, name;
    ck_works(minisign_key_read(&t.a, str_from(stock_key), &key));
    ck_str(minisign_key_name(&t.a, &key), S("2E62C898442C967"));
    ck_str(minisign_key_file(&t.a, &key), str_from(stock_key));
    ck_works(minisign_key_read(&t.a, minisign_key_line(&t.a, &key), &again));
    ck_assert(minisign_key_same(&key, &again));
    ck_works(minisign_verify(&t.a, &key, str_from(statement), str_from(stock_signature), &comment));
    ck_str(comment, S("checker: carl"));
    ck_works(minisign_verify(&t.a, &key, str_from(statement), str_from(stock_legacy), &comment));
    ck_str(comment, S("checker: carl"));
    ck_works(minisign_signer(&t.a, str_from(stock_legacy), &name));
    ck_str(name, S("2E62C898442C967"));
}
END_TEST

START_TEST(our_signatures_are_accepted_and_always_the_same)
{
    scratch t = scratch_make();
    SignKey secret;
    Str comment;
    u8 seed[32];
    memset(seed, 7, sizeof seed);
    sign_key_from_seed(&secret, seed);
    MinisignKey key = minisign_key_of(&secret);
    Str one = minisign_sign(&t.a, &secret, S("text"), S("of a test"), S("release: 7"));
    ck_str(minisign_sign(&t.a, &secret, S("text"), S("of a test"), S("release: 7")), one);
    ck_works(minisign_verify(&t.a, &key, S("text"), one, &comment));
    ck_str(comment, S("release: 7"));
    ck_fails(ERR_CONFLICT, minisign_verify(&t.a, &key, S("texT"), one, NULL));
    ck_fails(ERR_CONFLICT,
             minisign_verify(&t.a, &key, S("text"),
                             str_replace(&t.a, one, S("release: 7"), S("release: 8")), NULL));
}
END_TEST

// Every single byte after the first line is vouched for.
START_TEST(no_byte_of_a_signature_can_be_altered)
{
    scratch t = scratch_make();
    MinisignKey key;
    Str file = str_from(stock_signature), text = str_from(statement);
    ck_works(minisign_key_read(&t.a, str_from(stock_key), &key));
    for (isize i = str_find_byte(file, '\n'); i < file.n - 1; i++) {
        char *other = (char *)(intptr_t)str_copy(&t.a, file).s;
        other[i] = other[i] == 'x' ? 'y' : 'x';
        Err *e = minisign_verify(&t.a, &key, text, (Str){other, file.n}, NULL);
        if (!e) ck_abort_msg("byte %td was altered and nobody noticed", i);
    }
}
END_TEST

START_TEST(what_is_no_key_or_signature_is_refused_with_a_sentence)
{
    scratch t = scratch_make();
    MinisignKey key, other;
    SignKey secret;
    Str text = str_from(statement), name, file = str_from(stock_signature);
    ck_works(minisign_key_read(&t.a, str_from(stock_key), &key));
    sign_key_make(&secret);
    other = minisign_key_of(&secret);
    ck_fails(ERR_CONFLICT, minisign_verify(&t.a, &other, text, file, NULL));
    ck_fails(ERR_BAD_INPUT, minisign_key_read(&t.a, S(""), &key));
    ck_fails(ERR_BAD_INPUT, minisign_key_read(&t.a, S("RWRnyUKE"), &key));
    ck_fails(ERR_BAD_INPUT, minisign_key_read(&t.a, file, &key));
    ck_fails(ERR_BAD_INPUT, minisign_verify(&t.a, &key, text, S(""), NULL));
    ck_fails(ERR_BAD_INPUT, minisign_verify(&t.a, &key, text, str_from(stock_key), NULL));
    ck_fails(ERR_BAD_INPUT,
             minisign_verify(&t.a, &key, text, str_take(file, str_rfind_byte(file, ':')), NULL));
    Str twice = arena_fmt(&t.a, "%.*s%.*s", STR(file), STR(file));
    ck_fails(ERR_BAD_INPUT, minisign_signer(&t.a, twice, &name));
}
END_TEST

Suite *kit_minisign_suite(void)
{
    Suite *s = suite_create("kit minisign");
    TCase *c = tcase_create("minisign");
    tcase_add_test(c, what_the_stock_program_signed_is_accepted);
    tcase_add_test(c, our_signatures_are_accepted_and_always_the_same);
    tcase_add_test(c, no_byte_of_a_signature_can_be_altered);
    tcase_add_test(c, what_is_no_key_or_signature_is_refused_with_a_sentence);
    suite_add_tcase(s, c);
    return s;
}
