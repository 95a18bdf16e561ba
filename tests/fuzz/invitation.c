// Words that invite: a site to its server, a person into a project; nothing is taken that was not written whole.
#include "enroll/enroll.h"
#include "fuzz.h"
#include "project/invite.h"

FUZZ
{
    static const SecretKey key = {
        {1, 2, 3}
    };
    EnrollInvite site, again;
    if (!enroll_invite_read(a, input, &site)) {
        must(str_starts(site.server, S("https://")) && site.secret.n == 32);
        must(!site.pin.n || site.pin.n == 64);
        Str word = enroll_invite_text(a, &site);
        must(!enroll_invite_read(a, word, &again) && str_eq(again.server, site.server));
        must(str_eq(again.pin, site.pin) && str_eq(again.secret, site.secret));
    }
    // The same bytes as an address, with the check that makes the word whole: only what can be one comes back.
    site = (EnrollInvite){.server = input, .secret = S("00112233445566778899aabbccddeeff")};
    if (!enroll_invite_read(a, enroll_invite_text(a, &site), &again))
        must(str_eq(again.server, input) && str_is_utf8(input) && input.n > 8);
    must(!project_invite_number(a, &key, input));
}
