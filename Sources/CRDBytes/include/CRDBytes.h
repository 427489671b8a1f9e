// SHA-256 (FIPS 180-4), the one piece of C that is ours: the processor's own instructions are some five times as fast
// as anything Swift can write, and every byte of a source goes through it.
#ifndef CRDBYTES_H
#define CRDBYTES_H

#include <stddef.h>
#include <stdint.h>

// Takes `blocks` blocks of 64 bytes into `state`, with the processor's SHA instructions where it has them.
void rd_sha256_blocks(uint32_t state[8], const uint8_t *data, size_t blocks);

// The same without those instructions; for tests and for other processors.
void rd_sha256_blocks_portable(uint32_t state[8], const uint8_t *data, size_t blocks);

#endif
