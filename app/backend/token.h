// token: what a backend proves itself with, and the invitations that a site gets one by.
//
// A token is 40 hexadecimal digits and an invitation's secret 32; only hashes are kept. What void means: refused.
#pragma once
#include "backend/backend.gen.h"
#include "web/gate.h"

// The backend of a raw `Authorization` value (no scheme word). Unknown and void ones leave *found false. `fresh`: it
// was not used before; then backend_token_take is due.
fallible backend_by_token(Db *, Arena *, Time now, Str authorization, bool *found,
                          BackendByHash *out);
// The first use of a token: those that it was made in place of are void from now on.
fallible backend_token_take(Db *, Arena *, Time now, i64 token);

fallible backend_token_make(Db *, Arena *, Time now, i64 by, i64 backend, Str *token, i64 *id);
// A new token for all places of the backend. The others are void as soon as it was used, and at the latest after a
// week; AT_ONCE: now, because somebody else may have one.
typedef enum BackendRotate { BACKEND_ROTATE = 1, BACKEND_ROTATE_AT_ONCE } BackendRotate;
fallible backend_token_rotate(Db *, Arena *, Time now, i64 by, const BackendGet *, BackendRotate,
                              Str *token);
// The site itself renews the token it shows; it has made the new one and tells its hash only.
fallible backend_token_renew(Db *, Arena *, Time now, Str shown, Str hash, Str hint);
// Void at once: the ones of this backend that end so.
fallible backend_token_end(Db *, Arena *, Time now, i64 by, const BackendGet *, Str hint);

// An invitation for one site, good for `lasts`; where the server is and which certificate it shows, see gate.h.
fallible backend_invite(Db *, Arena *, Time now, i64 by, const BackendGet *, ServerReach, i64 lasts,
                        Str *text);
// Takes an invitation up: a token with this hash counts from now on. A second try with the same hash is a success, too.
// *refused is empty, or the sentence for the one who asked; then a line of the trail was left as well.
fallible backend_enroll(Db *, Arena *, Time now, Str secret, Str hash, Str hint, Str *slug,
                        Str *refused);
// 64 hexadecimal letters, and the four of a hint.
bool backend_token_proof_is_valid(Str hash, Str hint);
