// http_trust: whose certificates are believed; for the files of kit/ that speak through libcurl only.
#pragma once
#include <curl/curl.h>

#include "base/str.h"

typedef struct HttpPin {
    bool is_set, seen; // seen: a certificate of the chain under way has the fingerprint
    u8 sha256[32];
    u32 flags; // what was found wrong so far in the chain under way
} HttpPin;
bool http_pin_set(HttpPin *, Str hex);

// curl's CURLOPT_SSL_CTX_FUNCTION: makes mbedtls ask the pin about every certificate of the chain.
CURLcode http_pin_install(CURL *, void *ssl_config, void *pin);

// The file with the authorities this machine trusts, or empty when it has none in the usual places.
Str http_machine_authorities(Arena *);

void http_start(void); // libcurl, once a process
