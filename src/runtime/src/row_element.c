#include "parsed_model.h"

int32_t bg_row_element(const uint8_t *row, size_t k, uint32_t bits, int is_unsigned) {
    size_t first = k * bits, byte = first / 8;
    uint32_t shift = (uint32_t)(first % 8), held = row[byte];
    /* the last byte with a bit of the element: none behind it is read */
    for (size_t next = 1; next <= (shift + bits - 1) / 8; next++)
        held |= (uint32_t)row[byte + next] << (8 * next);
    uint32_t value = held >> shift & ((1u << bits) - 1);
    int negative = !is_unsigned && value >> (bits - 1) != 0;
    return negative ? (int32_t)value - (int32_t)(1u << bits) : (int32_t)value;
}
