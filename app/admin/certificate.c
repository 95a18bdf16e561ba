// The private authority and the certificates it signs.
#include "admin/certificate.h"

#include "kit/x509.h"
#include "os/file.h"
#include "os/folder.h"

enum { PEM_MAX = 1 << 20 };

static fallible authority_load(Arena *a, const Certificate *c, Time now, X509Pair *ca)
{
    Str cert = path_join(a, c->folder, S("ca.pem")), key = path_join(a, c->folder, S("ca.key"));
    if (!file_exists(a, cert)) {
        TRY(x509_authority_make(a, arena_fmt(a, "Tresor of %.*s", STR(c->names.v[0])), now, ca));
        TRY(file_write(a, key, ca->key, 0600));
        TRY(file_write(a, cert, ca->certificate, 0644));
    }
    TRY(file_read(a, cert, PEM_MAX, &ca->certificate));
    TRY(file_read(a, key, PEM_MAX, &ca->key));
    // Of several in the file (while a new authority takes over) the first one is ours to sign with.
    Str end = S("-----END CERTIFICATE-----\n");
    isize at = str_find(ca->certificate, end);
    if (at >= 0) ca->certificate = str_take(ca->certificate, at + end.n);
    return NULL;
}

fallible certificate_due(Arena *a, Str pem, const StrList *names, Time now, Time *due)
{
    X509Facts facts;
    TRY(x509_facts(a, pem, &facts));
    *due = facts.until - (facts.until - facts.from) / 3;
    for (isize i = 0; i < names->n; i++)
        if (!str_list_has(&facts.names, names->v[i])) *due = now;
    return NULL;
}

static bool serves(Arena *a, const Certificate *c, Time now, Time *due)
{
    X509Pair have;
    return !file_read(a, c->cert, PEM_MAX, &have.certificate) &&
           !file_read(a, c->key, PEM_MAX, &have.key) && !x509_pair_check(a, &have) &&
           !certificate_due(a, have.certificate, &c->names, now, due) && *due > now;
}

fallible certificate_keep(Arena *a, const Certificate *c, Time now, Time *next, bool *made)
{
    X509Pair ca, pair;
    *next = 0;
    *made = false;
    if (!c->folder.n) return NULL;
    TRY(folder_make(a, c->folder, 0700));
    if (serves(a, c, now, next)) return NULL;
    TRY(authority_load(a, c, now, &ca));
    TRY(x509_server_make(a, &ca, &c->names, now, &pair));
    TRY(file_write(a, c->key, pair.key, 0600));
    TRY(file_write(a, c->cert, pair.certificate, 0644));
    *made = true;
    return certificate_due(a, pair.certificate, &c->names, now, next);
}

fallible certificate_pin(Arena *a, const Certificate *c, Str *fingerprint)
{
    Str pem;
    X509Facts facts;
    Str file = c->folder.n ? path_join(a, c->folder, S("ca.pem")) : c->cert;
    TRY(file_read(a, file, PEM_MAX, &pem));
    TRY(x509_facts(a, pem, &facts));
    *fingerprint = facts.fingerprint;
    return NULL;
}
