// encode: bytes as text: hex, base32, base64, percent. Decoders answer false on anything that is not theirs.
#pragma once
#include "base/base.h"

Str hex_encode(Arena *, Str bytes); // lower case
bool hex_decode(Arena *, Str text, Str *out);
Str base32_encode(Arena *, Str bytes);           // RFC 4648 alphabet, lower case, no padding
bool base32_decode(Arena *, Str text, Str *out); // either case, padding and blanks allowed
Str base64_encode(Arena *, Str bytes);           // with padding
Str base64url_encode(Arena *, Str bytes);        // URL alphabet, no padding
bool base64_decode(Arena *, Str text, Str *out); // both alphabets, padding optional
Str percent_encode(Arena *, Str text);           // everything but A-Za-z0-9-._~
bool percent_decode(Arena *, Str text, bool plus_is_blank, Str *out); // false on a bad escape
// A ULID (26 characters, Crockford base32): 48 bits of milliseconds, then the 10 random bytes given.
Str ulid_make(Arena *, i64 time_micros, Str random10);
