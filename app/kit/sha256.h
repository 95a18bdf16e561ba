// sha256: blocks of SHA-256 with the processor's own instructions; for kit/crypto_hash.c only.
#pragma once
#include "base/base.h"

bool sha256_has_instructions(void); // asks the processor once
// Adds whole blocks of 64 bytes to the state. Only when the processor has the instructions.
void sha256_blocks(u32 state[8], const u8 *blocks, isize n);
