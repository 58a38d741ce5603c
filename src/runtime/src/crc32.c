#include "crc32.h"

#include "little_endian.h"

static uint32_t of_byte(uint32_t value) {
    for (int bit = 0; bit < 8; bit++)
        value = value & 1 ? 0xedb88320u ^ (value >> 1) : value >> 1;
    return value;
}

void bg_crc_prepare(bg_crc_table *table) {
    for (uint32_t byte = 0; byte < 256; byte++)
        table->word[0][byte] = of_byte(byte);
    for (int distance = 1; distance < 4; distance++)
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t before = table->word[distance - 1][byte];
            table->word[distance][byte] = table->word[0][before & 0xff] ^ (before >> 8);
        }
}

/* Four bytes at a time: each byte's share is known beforehand, by how many bytes of the block come after it. */
static uint32_t of_block(const bg_crc_table *table, uint32_t value, const uint8_t *bytes) {
    uint32_t mixed = bg_load_u32(bytes) ^ value;
    return table->word[3][mixed & 0xff] ^ table->word[2][mixed >> 8 & 0xff] ^ table->word[1][mixed >> 16 & 0xff] ^
           table->word[0][mixed >> 24];
}

uint32_t bg_crc32(const bg_crc_table *table, const uint8_t *bytes, size_t count) {
    uint32_t value = 0xffffffffu;
    size_t k = 0;
    for (; count - k >= 4; k += 4)
        value = of_block(table, value, bytes + k);
    for (; k < count; k++)
        value = table->word[0][(value ^ bytes[k]) & 0xff] ^ (value >> 8);
    return ~value;
}
