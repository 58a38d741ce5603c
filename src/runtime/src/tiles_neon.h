/*
 * Integer matrices of the ARM kernels: tiles of 16 rows and 8 columns, at b bits a weight.
 *
 * A block of 16 rows is 16 int32 of 128 * (sum of the row), then its tiles from left to right. A tile is 8 registers of
 * 16 weights: register 4 * (column / 4) + row / 4 has the weights of 4 rows and 4 columns, in the order that the
 * product of the set wants. Below 8 bits the registers are kept as planes: their upper 4 bits two to a register, the
 * next 2 bits four, the next 1 bit eight, of these the ones that make up b. Activations are made signed by taking 128
 * from each; the row's sum gives it back. Rows and columns behind the end are zeros.
 */
#ifndef BG_TILES_NEON_H
#define BG_TILES_NEON_H

#if defined(__aarch64__) && !defined(__AARCH64EB__)
#define BG_HAS_NEON 1

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels.h"

#define BG_INLINE static inline __attribute__((always_inline))

#define BG_TILE_ROWS 16
#define BG_TILE_COLS 8

/* 128 * (sum of the row) of a block's rows */
#define BG_SUMS_BYTES (BG_TILE_ROWS * sizeof(int32_t))

BG_INLINE size_t bg_tiles(uint32_t cols) { return (cols + BG_TILE_COLS - 1) / BG_TILE_COLS; }

BG_INLINE size_t bg_block_bytes(uint32_t cols, uint32_t bits) {
    return BG_SUMS_BYTES + bg_tiles(cols) * BG_TILE_COLS * BG_TILE_ROWS / 8 * bits;
}

/* The weights of a tile: rows 0 to 3 in a and e, 4 to 7 in b and f, 8 to 11 in c and g, 12 to 15 in d and h. */
typedef struct {
    int8x16_t a, b, c, d, e, f, g, h;
} bg_tile;

/* Sums of 16 rows. */
typedef struct {
    int32x4_t a, b, c, d;
} bg_sums;

BG_INLINE bg_sums bg_load_sums(const int32_t *from) {
    return (bg_sums){vld1q_s32(from), vld1q_s32(from + 4), vld1q_s32(from + 8), vld1q_s32(from + 12)};
}

/* Sums to begin with: `start` and the block's own. */
BG_INLINE bg_sums bg_first_sums(const uint8_t *block, const int32_t *start) {
    bg_sums of_rows = bg_load_sums((const int32_t *)(const void *)block), sums = bg_load_sums(start);
    return (bg_sums){vaddq_s32(sums.a, of_rows.a), vaddq_s32(sums.b, of_rows.b), vaddq_s32(sums.c, of_rows.c),
                     vaddq_s32(sums.d, of_rows.d)};
}

BG_INLINE void bg_store_sums(int32_t *to, bg_sums sums) {
    vst1q_s32(to, sums.a);
    vst1q_s32(to + 4, sums.b);
    vst1q_s32(to + 8, sums.c);
    vst1q_s32(to + 12, sums.d);
}

/* Activations of a tile's columns, less 128. */
BG_INLINE int8x8_t bg_load_signed(const uint8_t *x) { return vreinterpret_s8_u8(veor_u8(vld1_u8(x), vdup_n_u8(128))); }

/* Upper bits of register k of a tile, at the top of each byte; what is below them is anything. */
#define BG_TOP_4(at, k) vshlq_n_u8(vld1q_u8((at) + 16 * ((k) % 4)), (k) < 4 ? 4 : 0)
#define BG_TOP_2(at, k) vshlq_n_u8(vld1q_u8((at) + 16 * ((k) % 2)), 6 - 2 * ((k) / 2))
#define BG_TOP_1(at, k) vshlq_n_u8(vld1q_u8(at), 7 - (k))

/* Register k of a tile: planes put together at the top, then shifted down with their sign. */
#define BG_BITS_8(at, k) vreinterpretq_s8_u8(vld1q_u8((at) + 16 * (k)))
#define BG_BITS_7(at, k)                                                                                               \
    BG_DOWN(vsriq_n_u8(vsriq_n_u8(BG_TOP_4(at, k), BG_TOP_2((at) + 64, k), 4), BG_TOP_1((at) + 96, k), 6), 1)
#define BG_BITS_6(at, k) BG_DOWN(vsriq_n_u8(BG_TOP_4(at, k), BG_TOP_2((at) + 64, k), 4), 2)
#define BG_BITS_5(at, k) BG_DOWN(vsriq_n_u8(BG_TOP_4(at, k), BG_TOP_1((at) + 64, k), 4), 3)
#define BG_BITS_4(at, k) BG_DOWN(BG_TOP_4(at, k), 4)
#define BG_BITS_3(at, k) BG_DOWN(vsriq_n_u8(BG_TOP_2(at, k), BG_TOP_1((at) + 32, k), 2), 5)
#define BG_BITS_2(at, k) BG_DOWN(BG_TOP_2(at, k), 6)
#define BG_DOWN(top, shift) vshrq_n_s8(vreinterpretq_s8_u8(top), shift)

#define BG_TILE_OF(weights, at)                                                                                        \
    ((bg_tile){weights(at, 0), weights(at, 1), weights(at, 2), weights(at, 3), weights(at, 4), weights(at, 5),         \
               weights(at, 6), weights(at, 7)})

/* `bits` is a constant where it is called: nothing of the choice is left. */
BG_INLINE bg_tile bg_load_tile(const uint8_t *at, uint32_t bits) {
    switch (bits) {
    case 8:
        return BG_TILE_OF(BG_BITS_8, at);
    case 7:
        return BG_TILE_OF(BG_BITS_7, at);
    case 6:
        return BG_TILE_OF(BG_BITS_6, at);
    case 5:
        return BG_TILE_OF(BG_BITS_5, at);
    case 4:
        return BG_TILE_OF(BG_BITS_4, at);
    case 3:
        return BG_TILE_OF(BG_BITS_3, at);
    default:
        return BG_TILE_OF(BG_BITS_2, at);
    }
}

/* bg_kernels: packed_bytes, of both sets; pack, for the order of either product. */
size_t bg_tiles_bytes(uint32_t rows, uint32_t cols, uint32_t bits);
void bg_pack_pairs(const uint8_t *file_rows, size_t row_bytes, uint32_t rows, uint32_t cols, uint32_t bits,
                   uint8_t *data);
void bg_pack_fours(const uint8_t *file_rows, size_t row_bytes, uint32_t rows, uint32_t cols, uint32_t bits,
                   uint8_t *data);

/* bg_kernels: product. `dotprod` needs the instruction set of that name. */
void bg_product_neon(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                     size_t start_stride, int32_t *acc, size_t acc_stride);
void bg_product_dotprod(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                        size_t start_stride, int32_t *acc, size_t acc_stride);

#endif
#endif
