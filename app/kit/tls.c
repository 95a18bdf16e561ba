// The tables of mbedtls that are not safe to be asked for by two threads at first.
#include "kit/tls.h"

#include <mbedtls/ssl_ciphersuites.h>
#include <psa/crypto.h>
#include <pthread.h>

static pthread_once_t tls_once = PTHREAD_ONCE_INIT;
static bool tls_there;

static void tls_make(void)
{
    tls_there = psa_crypto_init() == PSA_SUCCESS && mbedtls_ssl_list_ciphersuites();
}

bool tls_start(void)
{
    pthread_once(&tls_once, tls_make);
    return tls_there;
}
