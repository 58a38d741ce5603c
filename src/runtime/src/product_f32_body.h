/*
 * The products of float32 matrices, written once over the vector of vector_body.h.
 *
 * Layout     Rows in blocks of 16, blocks in chunks of as many as have their sums in registers for one vector:
 * [chunk][column][block][16 rows]. Order     each sum is fused, column by column: the same whatever is beside it.
 *
 * What a set defines besides: v_float v_fma(a, b, sum), a * b + sum rounded once; v_int v_word(v_float), its words; how
 * many blocks have sums in registers: alone with one vector (V_ALONE_F), and V_BLOCKS_F (1 or 2) with V_VECTORS_F
 * vectors (at most 12).
 */
#ifndef BG_PRODUCT_F32_BODY_H
#define BG_PRODUCT_F32_BODY_H

#include "product_body.h"

typedef struct {
    size_t blocks, chunks;
    size_t size, larger; /* the first `larger` chunks have `size` + 1 blocks, the others `size` */
} v_cut_f32;

static v_cut_f32 v_cut_f32_of(uint32_t rows) {
    size_t blocks = bg_padded(rows) / BG_LANES, chunks = (blocks + V_ALONE_F - 1) / V_ALONE_F;
    return (v_cut_f32){blocks, chunks, blocks / chunks, blocks % chunks};
}

static size_t v_packed_f32_bytes(uint32_t rows, uint32_t cols) { return bg_padded(rows) * cols * sizeof(float); }

/* 16 rows from `first`, 16 columns from `j`: data[column][16], `step` elements from column to column. */
static void v_pack_square(const float *rows_data, uint32_t rows, uint32_t cols, size_t first, size_t j, float *data,
                          size_t step) {
    size_t some = cols - j < BG_LANES ? cols - j : BG_LANES;
    const float *from = rows_data + first * cols + j;
    v_int square[BG_LANES];
#define V_LOAD(r, next) square[r] = first + (r) < rows ? v_word(v_load_first(from + (r)*cols, some)) : vi_set(0);
#define V_STORE(c, next)                                                                                               \
    if ((c) < some)                                                                                                    \
        v_store(data + (c)*step, v_of_word(square[c]));
    V_16_TIMES(V_LOAD)
    v_transpose(square);
    V_16_TIMES(V_STORE)
#undef V_LOAD
#undef V_STORE
}

static void v_pack_f32(const float *rows_data, uint32_t rows, uint32_t cols, float *data) {
    v_cut_f32 cut = v_cut_f32_of(rows);
    size_t row = 0;
    for (size_t chunk = 0; chunk < cut.chunks; chunk++) {
        size_t step = (cut.size + (chunk < cut.larger)) * BG_LANES;
        for (size_t k = 0; k < step; k += BG_LANES, row += BG_LANES)
            for (size_t j = 0; j < cols; j += BG_LANES)
                v_pack_square(rows_data, rows, cols, row, j, data + j * step + k, step);
        data += step * cols;
    }
}

typedef struct {
    const float *data; /* first block, column 0 */
    size_t step;       /* elements from column to column */
    size_t cols;
    const float *x;
    size_t x_stride;
    float *out;
    size_t out_stride;
} v_tile_f32;

/* A sum for each vector and block, as v_tile_product; `blocks` and `vectors` are constants. */
V_INLINE void v_tile_f32_product(const v_tile_f32 *tile, int blocks, int vectors) {
    const int count = blocks * vectors;
    const float *data = tile->data, *x = tile->x;
#define V_ZERO(k, next) v_float sum_##k = v_set(0.0f);
#define V_FMA(k, next)                                                                                                 \
    if ((k) < count)                                                                                                   \
        sum_##k = v_fma(v_load(data + BG_LANES * ((k) % blocks)), v_set(x[(size_t)((k) / blocks) * tile->x_stride]),   \
                        sum_##k);
#define V_OUT(k, next)                                                                                                 \
    if ((k) < count)                                                                                                   \
        v_store(tile->out + (size_t)((k) / blocks) * tile->out_stride + BG_LANES * ((k) % blocks), sum_##k);
    V_28_TIMES(V_ZERO)
    for (size_t j = 0; j < tile->cols; j++, data += tile->step, x++) {
        V_28_TIMES(V_FMA)
    }
    V_28_TIMES(V_OUT)
#undef V_ZERO
#undef V_FMA
#undef V_OUT
}

static void v_alone_f32(const v_tile_f32 *tile, size_t blocks) {
#define V_TURN(k) V_CASE(k, V_ALONE_F, v_tile_f32_product(tile, k, 1))
    switch (blocks) { V_TO_28(V_TURN) }
#undef V_TURN
}

static void v_one_f32(const v_tile_f32 *tile, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_F, v_tile_f32_product(tile, 1, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_some_f32(const v_tile_f32 *tile, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_F, v_tile_f32_product(tile, V_BLOCKS_F, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

/* Some blocks of a chunk with vectors 0 to n - 1. */
static void v_blocks_f32_product(v_tile_f32 tile, int some, size_t n) {
    size_t turns = (n + V_VECTORS_F - 1) / V_VECTORS_F;
    for (size_t turn = 0; turn < turns; turn++) {
        size_t vectors = (n + turns - 1 - turn) / turns;
        (some ? v_some_f32 : v_one_f32)(&tile, vectors);
        tile.x += vectors * tile.x_stride;
        tile.out += vectors * tile.out_stride;
    }
}

static void v_chunk_f32_product(v_tile_f32 tile, size_t blocks, size_t n) {
    size_t taken = n == 1 ? blocks : V_BLOCKS_F;
    for (; blocks > 0; blocks -= taken, tile.data += taken * BG_LANES, tile.out += taken * BG_LANES) {
        taken = blocks < taken ? 1 : taken;
        if (n == 1)
            v_alone_f32(&tile, taken);
        else
            v_blocks_f32_product(tile, taken == V_BLOCKS_F, n);
    }
}

static void v_product_f32(const bg_packed_f32 *w, const float *x, size_t x_stride, size_t n, float *out,
                          size_t out_stride) {
    v_cut_f32 cut = v_cut_f32_of(w->rows);
    v_tile_f32 tile = {w->data, 0, w->cols, x, x_stride, out, out_stride};
    for (size_t chunk = 0; chunk < cut.chunks; chunk++) {
        size_t blocks = cut.size + (chunk < cut.larger);
        tile.step = blocks * BG_LANES;
        v_chunk_f32_product(tile, blocks, n);
        tile.data += tile.step * tile.cols;
        tile.out += tile.step;
    }
}

#endif
