#include "tiles_neon.h"

#ifdef BG_HAS_NEON

#include <string.h>

#include "unpack.h"

/* A tile before it is packed: the weights of its registers at the top of each byte, zeros below. */
typedef struct {
    uint8x16_t of[8];
} bg_top_tile;

size_t bg_tiles_bytes(uint32_t rows, uint32_t cols, uint32_t bits) {
    return (rows + BG_TILE_ROWS - 1) / BG_TILE_ROWS * bg_block_bytes(cols, bits);
}

/* The upper 4 bits of eight registers in four: those of 0 to 3 in the lower halves. */
BG_INLINE void put_fours(bg_top_tile *tile, uint8_t *at) {
    for (size_t k = 0; k < 4; k++)
        vst1q_u8(at + 16 * k, vsriq_n_u8(tile->of[k + 4], tile->of[k], 4));
    for (size_t k = 0; k < 8; k++)
        tile->of[k] = vshlq_n_u8(tile->of[k], 4);
}

/* The upper 2 bits of eight registers in two: the bits 0 and 1 are of register 0 or 1. */
BG_INLINE void put_twos(bg_top_tile *tile, uint8_t *at) {
    for (size_t k = 0; k < 2; k++) {
        uint8x16_t plane = vsriq_n_u8(tile->of[k + 6], tile->of[k + 4], 2);
        vst1q_u8(at + 16 * k, vsriq_n_u8(vsriq_n_u8(plane, tile->of[k + 2], 4), tile->of[k], 6));
    }
    for (size_t k = 0; k < 8; k++)
        tile->of[k] = vshlq_n_u8(tile->of[k], 2);
}

/* The uppermost bits of eight registers in one: bit k is of register k. */
BG_INLINE void put_ones(const bg_top_tile *tile, uint8_t *at) {
    uint8x16_t plane = vsriq_n_u8(tile->of[7], tile->of[6], 1);
    plane = vsriq_n_u8(vsriq_n_u8(plane, tile->of[5], 2), tile->of[4], 3);
    plane = vsriq_n_u8(vsriq_n_u8(plane, tile->of[3], 4), tile->of[2], 5);
    vst1q_u8(at, vsriq_n_u8(vsriq_n_u8(plane, tile->of[1], 6), tile->of[0], 7));
}

static uint8_t *put_tile(bg_top_tile *tile, uint32_t bits, uint8_t *at) {
    if (bits == 8) {
        for (size_t k = 0; k < 8; k++)
            vst1q_u8(at + 16 * k, tile->of[k]);
        return at + 128;
    }
    if (bits & 4) {
        put_fours(tile, at);
        at += 64;
    }
    if (bits & 2) {
        put_twos(tile, at);
        at += 32;
    }
    if (bits & 1) {
        put_ones(tile, at);
        at += 16;
    }
    return at;
}

/* Eight weights of 16 rows, each q + 2^(bits - 1), into registers of 4 rows by 4 columns. */
BG_INLINE bg_top_tile order_tile(const uint8_t weights[16][8], uint32_t bits, uint8x16_t order) {
    bg_top_tile tile;
    int8x16_t up = vdupq_n_s8((int8_t)(8 - bits));
    for (size_t k = 0; k < 4; k++) {
        uint32x4_t two = vreinterpretq_u32_u8(vld1q_u8(weights[4 * k]));
        uint32x4_t next = vreinterpretq_u32_u8(vld1q_u8(weights[4 * k + 2]));
        uint8x16_t left = vreinterpretq_u8_u32(vuzp1q_u32(two, next));
        uint8x16_t right = vreinterpretq_u8_u32(vuzp2q_u32(two, next));
        uint8x16_t sign = vdupq_n_u8(128);
        tile.of[k] = veorq_u8(vshlq_u8(vqtbl1q_u8(left, order), up), sign);
        tile.of[k + 4] = veorq_u8(vshlq_u8(vqtbl1q_u8(right, order), up), sign);
    }
    return tile;
}

static void pack_block(const uint8_t *rows, size_t row_bytes, uint32_t count, uint32_t cols, uint32_t bits,
                       uint8x16_t order, uint8_t *data) {
    int32_t sums[16] = {0};
    uint32_t flip = bg_flip(bits);
    uint8_t *at = data + BG_SUMS_BYTES;
    for (uint32_t col = 0; col < cols; col += BG_TILE_COLS) {
        uint8_t weights[16][8];
        memset(weights, (int)flip, sizeof weights);
        for (uint32_t row = 0; row < count; row++) {
            uint32_t left = cols - col < BG_TILE_COLS ? cols - col : BG_TILE_COLS;
            bg_unpack(rows + row * row_bytes, col, left, bits, flip, weights[row]);
            sums[row] += (int32_t)vaddlv_u8(vld1_u8(weights[row])) - (int32_t)(8 * flip);
        }
        bg_top_tile tile = order_tile(weights, bits, order);
        at = put_tile(&tile, bits, at);
    }
    for (size_t row = 0; row < 16; row++)
        sums[row] *= 128;
    memcpy(data, sums, sizeof sums);
}

static void pack(const uint8_t *file_rows, size_t row_bytes, uint32_t rows, uint32_t cols, uint32_t bits,
                 uint8x16_t order, uint8_t *data) {
    for (uint32_t row = 0; row < rows; row += BG_TILE_ROWS) {
        uint32_t count = rows - row < BG_TILE_ROWS ? rows - row : BG_TILE_ROWS;
        pack_block(file_rows + row * row_bytes, row_bytes, count, cols, bits, order, data);
        data += bg_block_bytes(cols, bits);
    }
}

/* Columns 0 and 1 of four rows, then columns 2 and 3. */
void bg_pack_pairs(const uint8_t *file_rows, size_t row_bytes, uint32_t rows, uint32_t cols, uint32_t bits,
                   uint8_t *data) {
    static const uint8_t order[16] = {0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15};
    pack(file_rows, row_bytes, rows, cols, bits, vld1q_u8(order), data);
}

/* Four columns of a row, then of the next. */
void bg_pack_fours(const uint8_t *file_rows, size_t row_bytes, uint32_t rows, uint32_t cols, uint32_t bits,
                   uint8_t *data) {
    static const uint8_t order[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    pack(file_rows, row_bytes, rows, cols, bits, vld1q_u8(order), data);
}

#endif
