// tls: what mbedtls makes at its first use and without a lock: made once, before two threads speak TLS.
#pragma once
#include <stdbool.h>

bool tls_start(void); // false: there is no cryptography to be had
