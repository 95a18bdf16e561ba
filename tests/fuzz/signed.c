// What arrives signed, sealed or certified: refused unless it is ours, and never more than refused.
#include "fuzz.h"
#include "kit/crypto.h"
#include "kit/x509.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    SecretKey key = {0};
    X509Facts facts;
    Str text = arena_str(&a, data, (isize)n), out = {0};
    must(!secret_open(&a, &key, text, S("place"), &out));
    if (signer_open(&a, S("key"), S("salt"), text, &out)) // the corpus holds one that is right
        must(str_eq(signer_sign(&a, S("key"), S("salt"), out), text));
    must(!sign_matches(str_take(text, SIGN_PUBLIC_BYTES), S("message"),
                       str_skip(text, SIGN_PUBLIC_BYTES)) ||
         text.n == SIGN_PUBLIC_BYTES + SIGN_BYTES);
    Err *e = x509_facts(&a, text, &facts);
    must(e || facts.fingerprint.n == 64);
    if (x509_fingerprint_read(&a, text, &out)) must(out.n == 64);
    i64 counter = 0;
    if (totp_matches(S("12345678901234567890"), text, SECONDS(59), 0, &counter))
        must(n == 6 && counter <= 2);
    arena_free(&a);
    return 0;
}
