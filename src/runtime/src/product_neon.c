/* Integer products by the instructions that every 64-bit ARM has. */
#include "tiles_neon.h"

#ifdef BG_HAS_NEON

/* Sums of 16 bits, two a row: of even and of odd columns. */
typedef struct {
    int16x8_t a, b, c, d;
} bg_short_sums;

/* A vector's activations and what the rows of a block have come to. */
typedef struct {
    const uint8_t *x;
    bg_sums sums;
    bg_short_sums shorts;
} bg_running;

/* Columns 0 and 1 of four, four times, then 2 and 3: what the weights of four rows are multiplied by. */
BG_INLINE int8x16_t spread_left(int8x8_t x) {
    static const uint8_t pairs[16] = {0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 2, 3};
    return vqtbl1q_s8(vcombine_s8(x, x), vld1q_u8(pairs));
}

BG_INLINE int8x16_t spread_right(int8x8_t x) {
    static const uint8_t pairs[16] = {4, 5, 4, 5, 4, 5, 4, 5, 6, 7, 6, 7, 6, 7, 6, 7};
    return vqtbl1q_s8(vcombine_s8(x, x), vld1q_u8(pairs));
}

BG_INLINE int16x8_t add_products(int16x8_t sum, int8x16_t w, int8x16_t x) {
    return vmlal_high_s8(vmlal_s8(sum, vget_low_s8(w), vget_low_s8(x)), w, x);
}

BG_INLINE bg_short_sums add_columns(bg_short_sums sums, int8x16_t a, int8x16_t b, int8x16_t c, int8x16_t d,
                                    int8x16_t x) {
    return (bg_short_sums){add_products(sums.a, a, x), add_products(sums.b, b, x), add_products(sums.c, c, x),
                           add_products(sums.d, d, x)};
}

BG_INLINE void clear_shorts(bg_running *of) {
    int16x8_t zero = vdupq_n_s16(0);
    of->shorts = (bg_short_sums){zero, zero, zero, zero};
}

BG_INLINE void widen_shorts(bg_running *of) {
    of->sums = (bg_sums){vpadalq_s16(of->sums.a, of->shorts.a), vpadalq_s16(of->sums.b, of->shorts.b),
                         vpadalq_s16(of->sums.c, of->shorts.c), vpadalq_s16(of->sums.d, of->shorts.d)};
}

/* Four products are added to each sum of 16 bits; of 8 bits only two fit. */
BG_INLINE void add_tile(bg_running *of, const bg_tile *w, uint32_t bits) {
    int8x8_t x = bg_load_signed(of->x);
    of->x += BG_TILE_COLS;
    of->shorts = add_columns(of->shorts, w->a, w->b, w->c, w->d, spread_left(x));
    if (bits == 8) {
        widen_shorts(of);
        clear_shorts(of);
    }
    of->shorts = add_columns(of->shorts, w->e, w->f, w->g, w->h, spread_right(x));
}

BG_INLINE bg_running begin(const uint8_t *block, const uint8_t *x, const int32_t *start) {
    bg_running of = {.x = x, .sums = bg_first_sums(block, start)};
    return of;
}

/* How many tiles fit sums of 16 bits: |w| is at most 2^(bits - 1) - 1, |x| at most 128. */
BG_INLINE size_t tiles_a_sum(uint32_t bits) { return bits == 8 ? 1 : 32767u / (4 * 128 * ((1u << (bits - 1)) - 1)); }

/* A block of 16 rows times one vector, or times two: `other` may be NULL, as a constant. */
BG_INLINE void add_block(const uint8_t *at, size_t tiles, uint32_t bits, bg_running *one, bg_running *other) {
    while (tiles > 0) {
        size_t count = tiles < tiles_a_sum(bits) ? tiles : tiles_a_sum(bits);
        clear_shorts(one);
        if (other)
            clear_shorts(other);
        tiles -= count;
        for (; count > 0; count--, at += 16 * bits) {
            bg_tile w = bg_load_tile(at, bits);
            add_tile(one, &w, bits);
            if (other)
                add_tile(other, &w, bits);
        }
        widen_shorts(one);
        if (other)
            widen_shorts(other);
    }
}

BG_INLINE void product_by(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                          size_t start_stride, int32_t *acc, size_t acc_stride, uint32_t bits) {
    const uint8_t *block = w->data;
    size_t tiles = bg_tiles(w->cols);
    for (size_t row = 0; row < w->rows; row += BG_TILE_ROWS, block += bg_block_bytes(w->cols, bits)) {
        size_t k = 0;
        for (; k + 2 <= n; k += 2) {
            bg_running one = begin(block, x + k * x_stride, start + k * start_stride + row);
            bg_running other = begin(block, x + (k + 1) * x_stride, start + (k + 1) * start_stride + row);
            add_block(block + BG_SUMS_BYTES, tiles, bits, &one, &other);
            bg_store_sums(acc + k * acc_stride + row, one.sums);
            bg_store_sums(acc + (k + 1) * acc_stride + row, other.sums);
        }
        if (k < n) {
            bg_running one = begin(block, x + k * x_stride, start + k * start_stride + row);
            add_block(block + BG_SUMS_BYTES, tiles, bits, &one, NULL);
            bg_store_sums(acc + k * acc_stride + row, one.sums);
        }
    }
}

#define BG_PRODUCT(bits)                                                                                               \
    case bits:                                                                                                         \
        product_by(w, x, x_stride, n, start, start_stride, acc, acc_stride, bits);                                     \
        break

void bg_product_neon(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
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

#endif
