// Cookies, signed values and sealed secrets: nothing opens that we did not make, and what we made opens.
#include "fuzz.h"
#include "kit/crypto.h"

FUZZ
{
    static const SecretKey key = {
        {1, 2, 3}
    };
    Str out, sealed = secret_seal(a, &key, input, S("row 1"));
    must(secret_open(a, &key, sealed, S("row 1"), &out) && str_eq(out, input));
    must(!secret_open(a, &key, sealed, S("row 2"), &out));
    must(!secret_open(a, &key, input, S("row 1"), &out));

    Str value = signer_sign(a, S("key"), S("salt"), input);
    must(signer_open(a, S("key"), S("salt"), value, &out) && str_eq(out, input));
    must(!signer_open(a, S("key"), S("pepper"), value, &out));
    must(!signer_open(a, S("key"), S("salt"), input, &out));

    i64 counter;
    (void)totp_matches(S("12345678901234567890"), input, SECONDS(59), 0, &counter);
    (void)password_is_outdated(input, PASSWORD_STRONG);
}
