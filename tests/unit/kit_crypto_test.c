// Hashes, codes, passwords, signatures and sealed secrets against published vectors.
#include "scratch.h"

#include <sodium.h>
#include <sys/stat.h>

#include "base/encode.h"
#include "base/str.h"
#include "kit/crypto.h"
#include "os/own.h"

START_TEST(hashes_of_the_standards)
{
    scratch t = scratch_make();
    Str abc = S("abc"); // FIPS 180-2
    ck_str(sha256_hex(&t.a, abc),
           S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    ck_str(sha256_hex(&t.a, (Str){0}),
           S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    ck_str(hex_encode(&t.a, sha1(&t.a, abc)), S("a9993e364706816aba3e25717850c26c9cd0d89d"));
    Sha256 h;
    u8 out[SHA256_BYTES];
    sha256_start(&h);
    sha256_add(&h, S("a"));
    sha256_add(&h, (Str){0});
    sha256_add(&h, S("bc"));
    sha256_end(&h, out);
    ck_assert_mem_eq(out, sha256(&t.a, abc).s, sizeof out);
    Str path = path_join(&t.a, t.folder, S("f")), hex;
    ck_works(file_write(&t.a, path, abc, 0600));
    owned_fd fd = -1;
    ck_works(file_open(&t.a, path, &fd));
    ck_works(sha256_fd(&t.a, fd, &hex));
    ck_works(sha256_fd(&t.a, fd, &hex)); // always from the start
    ck_str(hex, sha256_hex(&t.a, abc));
}
END_TEST

START_TEST(pieces_make_the_same_hash_as_the_whole)
{
    scratch t = scratch_make();
    char text[300];
    for (isize i = 0; i < COUNT(text); i++)
        text[i] = (char)(i * 7 + i / 3);
    for (isize n = 0; n <= COUNT(text);
         n++) { // every way of filling the last block, cut at every third place
        Str all = {text, n}, want = {0};
        u8 by_sodium[SHA256_BYTES], out[SHA256_BYTES];
        crypto_hash_sha256(by_sodium, (const u8 *)text, (size_t)n);
        want = sha256(&t.a, all);
        ck_assert_mem_eq(want.s, by_sodium, sizeof by_sodium);
        for (isize cut = 0; cut <= n; cut += 3) {
            Sha256 h;
            sha256_start(&h);
            sha256_add(&h, str_take(all, cut));
            sha256_add(&h, str_skip(all, cut));
            sha256_end(&h, out);
            ck_assert_mem_eq(out, by_sodium, sizeof out);
        }
    }
}
END_TEST

START_TEST(hmac_of_rfc_4231_and_2202)
{
    scratch t = scratch_make();
    Str jefe = S("Jefe"), what = S("what do ya want for nothing?"); // test case 2 of both
    ck_str(hex_encode(&t.a, hmac_sha256(&t.a, jefe, what)),
           S("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    ck_str(hex_encode(&t.a, hmac_sha1(&t.a, jefe, what)),
           S("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
    Str key = arena_str(&t.a, memset(make(&t.a, char, 131), 0xaa, 131),
                        131); // test case 6: longer than a block
    ck_str(
        hex_encode(&t.a, hmac_sha256(&t.a, key,
                                     S("Test Using Larger Than Block-Size Key - Hash Key First"))),
        S("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
}
END_TEST

START_TEST(codes_of_rfc_6238)
{
    scratch t = scratch_make();
    Str secret = S("12345678901234567890");
    static const struct {
        i64 seconds;
        const char *code; // the last six of the eight digits in appendix B
    } vectors[] = {
        {59,          "287082"},
        {1111111109,  "081804"},
        {1111111111,  "050471"},
        {1234567890,  "005924"},
        {2000000000,  "279037"},
        {20000000000, "353130"}
    };
    for (isize i = 0; i < COUNT(vectors); i++)
        ck_str(totp_code(&t.a, secret, vectors[i].seconds / 30), str_from(vectors[i].code));
    Time at = SECONDS(1111111109);
    i64 counter = 0, here = 1111111109 / 30;
    ck_assert(totp_matches(secret, S("081804"), at, 0, &counter));
    ck_assert_int_eq(counter, here);
    ck_assert(!totp_matches(secret, S("081804"), at, counter, &counter)); // never twice
    ck_assert(totp_matches(secret, S("081804"), at + SECONDS(30), 0, &counter));
    ck_assert(totp_matches(secret, S("081804"), at - SECONDS(30), 0, &counter));
    ck_assert(!totp_matches(secret, S("081804"), at + SECONDS(90), 0, &counter));
    ck_assert(!totp_matches(secret, S("08180"), at, 0, &counter));
    ck_assert(!totp_matches(secret, S(""), at, 0, &counter));
    ck_str(totp_uri(&t.a, secret, S("My Site"), S("ada@example.org")),
           S("otpauth://totp/My%20Site:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
             "&issuer=My%20Site&algorithm=SHA1&digits=6&period=30"));
}
END_TEST

START_TEST(signed_as_itsdangerous_does)
{
    scratch t = scratch_make();
    Str key = S("401f7ac837da42b97f613d789819ff93537bee6a");
    Str json = S("{\"url\": \"https://tpp.example/workspace/ws\", \"user\": \"alice\", "
                 "\"expiry\": \"2022-07-05T02:47:22.123456+00:00\"}");
    Str got = signer_sign(&t.a, key, S("hatch"), json), value;
    ck_assert(str_ends(got, S(".5gcnoJMXtrcPG0D4rGLL0n5SarMRXSaFQreqU8Tu_SI")));
    ck_assert(signer_open(&t.a, key, S("hatch"), got, &value));
    ck_str(value, json);
    ck_assert(!signer_open(&t.a, key, S("other"), got, &value));
    ck_assert(!signer_open(&t.a, key, S("hatch"), str_skip(got, 1), &value));
    ck_assert(!signer_open(&t.a, key, S("hatch"), S("no dot"), &value));
}
END_TEST

START_TEST(passwords)
{
    scratch t = scratch_make();
    Str hash = password_hash(&t.a, S("correct horse"), PASSWORD_INTERACTIVE);
    ck_assert(str_starts(hash, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    ck_assert(password_matches(hash, S("correct horse")));
    ck_assert(!password_matches(hash, S("correct horse ")));
    ck_assert(!password_matches(S(""), S("")));
    ck_assert(!password_matches(S("$argon2id$nonsense"), S("x")));
    ck_assert(!password_is_outdated(hash, PASSWORD_INTERACTIVE));
    ck_assert(password_is_outdated(hash, PASSWORD_STRONG));
    ck_assert(!str_eq(hash, password_hash(&t.a, S("correct horse"), PASSWORD_INTERACTIVE)));
}
END_TEST

START_TEST(sealed_secrets_open_only_in_their_place)
{
    scratch t = scratch_make();
    Str path = path_join(&t.a, t.folder, S("key")), plain;
    SecretKey key, again;
    ck_works(secret_key_load(&t.a, path, &key));
    ck_works(secret_key_load(&t.a, path, &again));
    ck_assert_mem_eq(key.bytes, again.bytes, 32);
    Str sealed = secret_seal(&t.a, &key, S("token"), S("backend.token/7"));
    ck_assert(secret_open(&t.a, &again, sealed, S("backend.token/7"), &plain));
    ck_str(plain, S("token"));
    ck_assert(!secret_open(&t.a, &key, sealed, S("backend.token/8"), &plain));
    ck_assert(
        !secret_open(&t.a, &key, str_take(sealed, sealed.n - 2), S("backend.token/7"), &plain));
    ck_assert(!secret_open(&t.a, &key, S("s1."), S(""), &plain));
    key.bytes[0] ^= 1;
    ck_assert(!secret_open(&t.a, &key, sealed, S("backend.token/7"), &plain));
    ck_assert_int_eq(chmod(cstr(&t.a, path), 0644), 0);
    ck_fails(ERR_FORBIDDEN, secret_key_load(&t.a, path, &key));
    ck_works(file_write(&t.a, path, S("short"), 0600));
    ck_fails(ERR_BAD_INPUT, secret_key_load(&t.a, path, &key));
}
END_TEST

START_TEST(ed25519_of_rfc_8032)
{
    scratch t = scratch_make();
    Str seed, public_key, want, message = S("\x72"); // test 2
    ck_assert(hex_decode(
        &t.a, S("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), &seed));
    ck_assert(hex_decode(
        &t.a, S("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), &public_key));
    ck_assert(hex_decode(&t.a,
                         S("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                           "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
                         &want));
    SignKey k;
    sign_key_from_seed(&k, (const u8 *)seed.s);
    ck_assert_mem_eq(k.public_key, public_key.s, 32);
    Str got = sign_bytes(&t.a, &k, message);
    ck_str(got, want);
    ck_assert(sign_matches(public_key, message, got));
    ck_assert(!sign_matches(public_key, S("\x73"), got));
    ck_assert(!sign_matches(public_key, message, str_take(got, 63)));
}
END_TEST

Suite *kit_crypto_suite(void)
{
    Suite *s = suite_create("kit crypto");
    TCase *c = tcase_create("crypto");
    tcase_add_test(c, hashes_of_the_standards);
    tcase_add_test(c, pieces_make_the_same_hash_as_the_whole);
    tcase_add_test(c, hmac_of_rfc_4231_and_2202);
    tcase_add_test(c, codes_of_rfc_6238);
    tcase_add_test(c, signed_as_itsdangerous_does);
    tcase_add_test(c, passwords);
    tcase_add_test(c, sealed_secrets_open_only_in_their_place);
    tcase_add_test(c, ed25519_of_rfc_8032);
    suite_add_tcase(s, c);
    return s;
}
