/* Integer products by the dot products of armv8.2, switched on in this file alone: bg_kernels_dotprod looks first. */
#include "tiles_neon.h"

#ifdef BG_HAS_NEON

#if defined(__ARM_FEATURE_DOTPROD)
#define BG_DOT_INTRINSIC 1
#elif defined(__clang__)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define BG_DOT_INTRINSIC (__clang_major__ >= 16)
#else
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#define BG_DOT_INTRINSIC 1
#endif

/* sum[row] += the four weights of a row times four activations, the left or right ones of eight. clang has the
 * intrinsics for functions of another target from 16 on. */
#if BG_DOT_INTRINSIC
#define BG_DOT(name, lane)                                                                                             \
    BG_INLINE int32x4_t name(int32x4_t sum, int8x16_t w, int8x8_t x) { return vdotq_lane_s32(sum, w, x, lane); }
#else
#define BG_DOT(name, lane)                                                                                             \
    BG_INLINE int32x4_t name(int32x4_t sum, int8x16_t w, int8x8_t x) {                                                 \
        __asm__("sdot %0.4s, %1.16b, %2.4b[" #lane "]" : "+w"(sum) : "w"(w), "w"(x));                                  \
        return sum;                                                                                                    \
    }
#endif

BG_DOT(dot_left, 0)
BG_DOT(dot_right, 1)

BG_INLINE bg_sums add_tile(bg_sums sums, const bg_tile *w, const uint8_t *from) {
    int8x8_t x = bg_load_signed(from);
    return (bg_sums){dot_right(dot_left(sums.a, w->a, x), w->e, x), dot_right(dot_left(sums.b, w->b, x), w->f, x),
                     dot_right(dot_left(sums.c, w->c, x), w->g, x), dot_right(dot_left(sums.d, w->d, x), w->h, x)};
}

BG_INLINE bg_sums block_by_one(const uint8_t *at, size_t tiles, uint32_t bits, const uint8_t *x, bg_sums sums) {
    for (; tiles > 0; tiles--, at += 16 * bits, x += BG_TILE_COLS) {
        bg_tile w = bg_load_tile(at, bits);
        sums = add_tile(sums, &w, x);
    }
    return sums;
}

/* A block of 16 rows times four vectors: 16 registers of sums. */
BG_INLINE void block_by_four(const uint8_t *block, size_t tiles, uint32_t bits, const uint8_t *x, size_t x_stride,
                             const int32_t *start, size_t start_stride, int32_t *acc, size_t acc_stride) {
    const uint8_t *at = block + BG_SUMS_BYTES;
    bg_sums first = bg_first_sums(block, start), second = bg_first_sums(block, start + start_stride);
    bg_sums third = bg_first_sums(block, start + 2 * start_stride);
    bg_sums fourth = bg_first_sums(block, start + 3 * start_stride);
    for (; tiles > 0; tiles--, at += 16 * bits, x += BG_TILE_COLS) {
        bg_tile w = bg_load_tile(at, bits);
        first = add_tile(first, &w, x);
        second = add_tile(second, &w, x + x_stride);
        third = add_tile(third, &w, x + 2 * x_stride);
        fourth = add_tile(fourth, &w, x + 3 * x_stride);
    }
    bg_store_sums(acc, first);
    bg_store_sums(acc + acc_stride, second);
    bg_store_sums(acc + 2 * acc_stride, third);
    bg_store_sums(acc + 3 * acc_stride, fourth);
}

BG_INLINE void product_by(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                          size_t start_stride, int32_t *acc, size_t acc_stride, uint32_t bits) {
    const uint8_t *block = w->data;
    size_t tiles = bg_tiles(w->cols);
    for (size_t row = 0; row < w->rows; row += BG_TILE_ROWS, block += bg_block_bytes(w->cols, bits)) {
        size_t k = 0;
        for (; k + 4 <= n; k += 4)
            block_by_four(block, tiles, bits, x + k * x_stride, x_stride, start + k * start_stride + row, start_stride,
                          acc + k * acc_stride + row, acc_stride);
        for (; k < n; k++) {
            bg_sums sums = bg_first_sums(block, start + k * start_stride + row);
            sums = block_by_one(block + BG_SUMS_BYTES, tiles, bits, x + k * x_stride, sums);
            bg_store_sums(acc + k * acc_stride + row, sums);
        }
    }
}

#define BG_PRODUCT(bits)                                                                                               \
    case bits:                                                                                                         \
        product_by(w, x, x_stride, n, start, start_stride, acc, acc_stride, bits);                                     \
        break

void bg_product_dotprod(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                        size_t start_stride, int32_t *acc, size_t acc_stride) {
    switch (w->bits) {
        BG_PRODUCT(2);
        BG_PRODUCT(3);
        BG_PRODUCT(4);
        BG_PRODUCT(5);
        BG_PRODUCT(6);
        BG_PRODUCT(7);
        BG_PRODUCT(8);
    }
}

#if defined(__ARM_FEATURE_DOTPROD)
#elif defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
