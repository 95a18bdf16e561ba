// A certificate or fingerprint that somebody pasted.
#include "fuzz.h"
#include "kit/x509.h"

FUZZ
{
    X509Facts facts;
    Str print;
    if (!x509_facts(a, input, &facts)) must(facts.fingerprint.n == 64);
    if (x509_fingerprint_read(a, input, &print)) {
        Str again;
        must(print.n == 64 && x509_fingerprint_read(a, print, &again) && str_eq(print, again));
    }
}
