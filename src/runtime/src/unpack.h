/* Integers of up to 8 bits from a row of a file, eight at a time. */
#ifndef BG_UNPACK_H
#define BG_UNPACK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The eight fields of `bits` bits of a word, the lowest first, each in a byte of its own: halves, quarters, eighths. */
static inline uint64_t bg_spread(uint64_t word, uint32_t bits) {
    if (bits == 8)
        return word;
    uint64_t four = ((uint64_t)1 << 4 * bits) - 1;
    uint64_t two = (((uint64_t)1 << 2 * bits) - 1) * 0x0000000100000001u;
    uint64_t one = (((uint64_t)1 << bits) - 1) * 0x0001000100010001u;
    word = (word & four) | (word >> 4 * bits & four) << 32;
    word = (word & two) | (word >> 2 * bits & two) << 16;
    return (word & one) | (word >> bits & one) << 8;
}

/*
 * Elements `first` to `first + count - 1` of a row as bytes: the bits of each, exclusive-ored with `flip`. With the
 * uppermost bit, 2^(bits - 1), a signed integer q becomes q + 2^(bits - 1).
 *
 * Shapes    first a multiple of 8; `count` bytes are written. Nothing is read behind the last element's byte.
 */
static inline void bg_unpack(const uint8_t *row, size_t first, size_t count, uint32_t bits, uint32_t flip,
                             uint8_t *bytes) {
    const uint8_t *from = row + first / 8 * bits, *end = from + (count * bits + 7) / 8;
    uint64_t flips = (uint64_t)flip * 0x0101010101010101u, word;
    size_t k = 0;
    for (; bits == 8 && k + 8 <= count; k += 8, from += 8) {
        memcpy(&word, from, 8);
        word ^= flips;
        memcpy(bytes + k, &word, 8);
    }
    for (; k + 8 <= count && end - from >= 8; k += 8, from += bits) {
        memcpy(&word, from, 8);
        word = bg_spread(word, bits) ^ flips;
        memcpy(bytes + k, &word, 8);
    }
    for (; k < count; k += 8, from += bits) {
        word = 0;
        for (uint32_t at = 0; at < bits && from + at < end; at++)
            word |= (uint64_t)from[at] << 8 * at;
        word = bg_spread(word, bits) ^ flips;
        for (size_t j = k; j < k + 8 && j < count; j++, word >>= 8)
            bytes[j] = (uint8_t)word;
    }
}

/* What turns the bits of a signed integer into an unsigned one. */
static inline uint32_t bg_flip(uint32_t bits) { return 1u << (bits - 1); }

#endif
