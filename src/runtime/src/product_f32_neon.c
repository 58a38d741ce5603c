/*
 * Float products, fused. A block of 16 rows has its columns one after the other, 16 floats each, filled with zeros to a
 * multiple of 4. Even and odd columns have sums of their own, which are added at the end: a sum of a row is the same
 * whatever the vectors beside it.
 */
#include "product_f32_neon.h"

#include "tiles_neon.h"

#ifdef BG_HAS_NEON

typedef struct {
    float32x4_t a, b, c, d;
} bg_sixteen;

typedef struct {
    bg_sixteen even, odd;
} bg_f32_sums;

BG_INLINE size_t padded_cols(uint32_t cols) { return ((size_t)cols + 3) / 4 * 4; }

size_t bg_neon_f32_bytes(uint32_t rows, uint32_t cols) { return bg_padded(rows) * padded_cols(cols) * sizeof(float); }

void bg_pack_f32_neon(const float *rows_data, uint32_t rows, uint32_t cols, float *data) {
    for (size_t row = 0; row < rows; row += BG_TILE_ROWS)
        for (size_t col = 0; col < padded_cols(cols); col++)
            for (size_t k = row; k < row + BG_TILE_ROWS; k++)
                *data++ = k < rows && col < cols ? rows_data[k * cols + col] : 0.0f;
}

#define BG_FMA_COLUMN(sums, w, x, lane)                                                                                \
    ((bg_sixteen){vfmaq_laneq_f32((sums).a, vld1q_f32(w), x, lane),                                                    \
                  vfmaq_laneq_f32((sums).b, vld1q_f32((w) + 4), x, lane),                                              \
                  vfmaq_laneq_f32((sums).c, vld1q_f32((w) + 8), x, lane),                                              \
                  vfmaq_laneq_f32((sums).d, vld1q_f32((w) + 12), x, lane)})

/* Four columns of a block times four elements of a vector. */
BG_INLINE bg_f32_sums add_columns(bg_f32_sums sums, const float *w, const float *x) {
    float32x4_t four = vld1q_f32(x);
    sums.even = BG_FMA_COLUMN(sums.even, w, four, 0);
    sums.odd = BG_FMA_COLUMN(sums.odd, w + 16, four, 1);
    sums.even = BG_FMA_COLUMN(sums.even, w + 32, four, 2);
    sums.odd = BG_FMA_COLUMN(sums.odd, w + 48, four, 3);
    return sums;
}

BG_INLINE bg_f32_sums no_sums(void) {
    float32x4_t zero = vdupq_n_f32(0.0f);
    bg_sixteen zeros = {zero, zero, zero, zero};
    return (bg_f32_sums){zeros, zeros};
}

BG_INLINE void store_sums(float *out, bg_f32_sums sums) {
    vst1q_f32(out, vaddq_f32(sums.even.a, sums.odd.a));
    vst1q_f32(out + 4, vaddq_f32(sums.even.b, sums.odd.b));
    vst1q_f32(out + 8, vaddq_f32(sums.even.c, sums.odd.c));
    vst1q_f32(out + 12, vaddq_f32(sums.even.d, sums.odd.d));
}

static void block_by_two(const float *w, size_t cols, const float *x, size_t x_stride, float *out, size_t out_stride) {
    bg_f32_sums one = no_sums(), other = no_sums();
    for (size_t col = 0; col < cols; col += 4, w += 4 * BG_TILE_ROWS) {
        one = add_columns(one, w, x + col);
        other = add_columns(other, w, x + x_stride + col);
    }
    store_sums(out, one);
    store_sums(out + out_stride, other);
}

static void block_by_one(const float *w, size_t cols, const float *x, float *out) {
    bg_f32_sums sums = no_sums();
    for (size_t col = 0; col < cols; col += 4, w += 4 * BG_TILE_ROWS)
        sums = add_columns(sums, w, x + col);
    store_sums(out, sums);
}

void bg_product_f32_neon(const bg_packed_f32 *w, const float *x, size_t x_stride, size_t n, float *out,
                         size_t out_stride) {
    const float *block = w->data;
    size_t cols = padded_cols(w->cols);
    for (size_t row = 0; row < w->rows; row += BG_TILE_ROWS, block += cols * BG_TILE_ROWS) {
        size_t k = 0;
        for (; k + 2 <= n; k += 2)
            block_by_two(block, cols, x + k * x_stride, x_stride, out + k * out_stride + row, out_stride);
        if (k < n)
            block_by_one(block, cols, x + k * x_stride, out + k * out_stride + row);
    }
}

#endif
