/* CRC-32 as in gzip and PNG: polynomial 0x04c11db7, reflected, first and last value inverted. */
#ifndef BG_CRC32_H
#define BG_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* By byte and by its distance to the end of a block of four: 4 KiB of a stack, made anew where it is needed. */
typedef struct {
    uint32_t word[4][256];
} bg_crc_table;

void bg_crc_prepare(bg_crc_table *table);

uint32_t bg_crc32(const bg_crc_table *table, const uint8_t *bytes, size_t count);

#endif
