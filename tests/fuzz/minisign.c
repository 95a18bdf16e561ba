// Keys and signature files of minisign from a stranger: read or refused, and good only for what was signed.
#include "kit/minisign.h"
#include "fuzz.h"

// The public key of this seed; tests/fuzz/corpus/minisign/signed is its signature of "message".
static const u8 seed[32] = {7};

FUZZ
{
    SignKey secret;
    MinisignKey given, again;
    Str comment = {0}, name;
    sign_key_from_seed(&secret, seed);
    MinisignKey key = minisign_key_of(&secret);
    if (!minisign_key_read(a, input, &given)) {
        must(!minisign_key_read(a, minisign_key_file(a, &given), &again));
        must(minisign_key_same(&given, &again) && minisign_key_name(a, &given).n);
        (void)minisign_verify(a, &given, S("message"), input, NULL);
    }
    if (!minisign_signer(a, input, &name)) must(name.n && name.n <= 16);
    if (!minisign_verify(a, &key, S("message"), input, &comment))
        must(str_is_utf8(comment) && !str_has(comment, S("\n")));
    must(minisign_verify(a, &key, S("other"), input, &comment) != NULL);
}
