/*
 * Files on standard input, one behind the other, each after its length (u32): thousands of them in one process. Each
 * gets memory of exactly its own size, so that an address sanitizer sees a read of one byte too many.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* At a multiple of 64, to be given back with free; NULL at the end of the input. */
static uint8_t *next_record(size_t *length) {
    uint32_t claimed = 0;
    void *bytes = NULL;
    if (fread(&claimed, 4, 1, stdin) != 1)
        return NULL;
    *length = claimed;
    if (posix_memalign(&bytes, 64, claimed == 0 ? 1 : claimed) != 0 || fread(bytes, 1, claimed, stdin) != claimed)
        abort();
    return bytes;
}

#endif
