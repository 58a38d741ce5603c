/*
 * What a set of kernels can do. One table of functions for each instruction set; the engine knows no instruction set.
 *
 * Buffers    Every vector that a kernel reads or writes begins at a multiple of 64 bytes where not said otherwise, and
 * may be read and written up to the next multiple of 16 elements behind its end ("padded"). What stands in the padding
 * is never looked at; it is always a number that was written before, or zero. Rounding   Every float32 operation is a
 * single one, rounded to nearest even; nothing is contracted. bg_product_f32 alone may fuse. Twin
 * src/runtime/src/kernels_scalar.c is the readable one; all others give its words.
 */
#ifndef BG_KERNELS_H
#define BG_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define BG_LANES 16
#define BG_BLOCK 1024 /* terms of a block of a lane sum */
#define BG_ALIGN 64

static inline size_t bg_padded(size_t count) { return (count + BG_LANES - 1) / BG_LANES * BG_LANES; }

/* A matrix of integers of 2 to 8 bits in a kernel's own layout. */
typedef struct {
    uint32_t rows, cols;
    uint32_t bits;
    const uint8_t *data; /* at a multiple of 64; packed_bytes(rows, cols, bits) */
} bg_packed;

/* A matrix of float32 in a kernel's own layout. */
typedef struct {
    uint32_t rows, cols;
    const float *data;
} bg_packed_f32;

/* A site's grid with the numbers of one vector: static, or found from a dynamic site's minimum and maximum. */
typedef struct {
    float scale;      /* s */
    float reciprocal; /* fround(1 / s) */
    float floor;      /* of rint: low - z (zero point after rounding), low (before) */
    float ceiling;    /* high - z, high */
    int32_t zero;     /* z */
    int32_t low;      /* lowest integer */
    uint8_t divide;   /* rounding: t = x / s, else x * r */
    uint8_t before;   /* zero point before rounding */
} bg_grid;

/*
 * Woven rows: four units at a time, of each gate the rows of these. Row g * H + k of the file stands at 16 (k / 4) + 4
 * g
 * + k % 4, and what belongs to it as well; where the units end within four, the rest is zeros or their results. All
 * rows of 16 units are 64 beside each other, and as many as bg_padded(4H) are woven.
 */
static inline size_t bg_woven(size_t gate, size_t unit) { return unit / 4 * BG_LANES + 4 * gate + unit % 4; }

/* One step of a cell all of whose sites are static and have tables of at most 256 entries: what the fused kernel needs.
 */
typedef struct {
    uint32_t hidden;
    const float *scale_h; /* [padded(4H)] m_h, woven */
    bg_grid gate[4];      /* i, f, g, o */
    bg_grid nonlinear[4]; /* grids of sigmoid-i, sigmoid-f, tanh-g, sigmoid-o */
    bg_grid cell, tanh_c, hidden_grid;
    const uint8_t *table[5]; /* [256] i, f, g, o, c: by first integer - low the second integer - low, both as bytes;
                                behind the end the last entry */
} bg_static_step;

/*
 * One step of a cell whose gates, nonlinearities and cell are float32: the hidden half of n texts, as floats or as what
 * makes them. Row r of text k: ah[k][r], or fround(fround(acc[k][r] + (low_k - z_k) * row_sums[r]) * fround(m[r] *
 * s_k)), the sum wrapping.
 */
typedef struct {
    uint32_t hidden;
    uint8_t flushes;         /* hidden values below 2^-60 in magnitude become +0: the hidden vector is float32 too */
    const float *ah;         /* [n, stride]; NULL: of the sums */
    const int32_t *acc;      /* [n, stride] */
    const int32_t *row_sums; /* [4H padded]; NULL: nothing is added to acc */
    const float *m;          /* [4H padded] */
    const bg_grid *grids;    /* [n] of the vectors that were multiplied; NULL: s is 1 for all, row_sums too */
    size_t stride;
} bg_float_step;

typedef struct {
    const char *name;

    /*
     * Integer products. An activation is a byte u = q - low of its site, 0 to 2^b - 1. Row r of a matrix W [rows, cols]
     * and vector n:
     *
     *     acc[n][r] = start[n][r] + sum_j W[r][j] * u[n][j]
     *
     * start    [n, start_stride] with stride 0 for one vector shared by all; -(z - low) * rowsum[r] (+ integer bias),
     * int32 that wraps x        [n, x_stride], x_stride a multiple of 64; bytes from cols to the next multiple of 64
     * are zero acc      [n, acc_stride], acc_stride >= padded(rows); padding may be written Ranges   |W| <= 2^(b-1) -
     * 1, cols <= 4096. The file's bound holds, so that the sums fit 32 bits. Aliasing acc overlaps nothing.
     */
    size_t (*packed_bytes)(uint32_t rows, uint32_t cols, uint32_t bits);
    /* From rows as the file has them (docs/format/quantized-model.md): row_bytes = ceil(cols * bits / 8), two's
     * complement, lowest bit first. */
    void (*pack)(const uint8_t *file_rows, size_t row_bytes, uint32_t rows, uint32_t cols, uint32_t bits,
                 uint8_t *data);
    void (*product)(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                    size_t start_stride, int32_t *acc, size_t acc_stride);
    /*
     * The same, and at once what `scale` makes of it: out = fround(fround(acc) * m) (+ bias, NULL: none). out [n,
     * out_stride] as acc; m and bias are padded. NULL where a set of kernels has no such function.
     */
    void (*scaled_product)(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                           size_t start_stride, const float *m, const float *bias, float *out, size_t out_stride);

    /*
     * Float products, class "tolerance": fused and in any order of sums, but one that does not depend on n or on a
     * vector's place among the n. out[n][r] = sum_j W[r][j] * x[n][j] x [n, x_stride] padded with zeros to a multiple
     * of 16; out [n, out_stride], out_stride >= padded(rows)
     */
    size_t (*packed_f32_bytes)(uint32_t rows, uint32_t cols);
    void (*pack_f32)(const float *rows_data, uint32_t rows, uint32_t cols, float *data);
    void (*product_f32)(const bg_packed_f32 *w, const float *x, size_t x_stride, size_t n, float *out,
                        size_t out_stride);

    /*
     * Element by element. `count` elements; in and out may be the same vector. `a` of preactivation and scale may begin
     * at any multiple of 4 bytes.
     */
    /* out = fround(fround(acc) * m) (+ bias, NULL: none, not a zero: -0 stays) */
    void (*scale)(const int32_t *acc, const float *m, const float *bias, float *out, size_t count);
    /* out = fround(fround(acc + (low - z) * row_sums) * fround(m * s)) (+ bias, NULL: none), the sum wrapping: a
     * product with a vector of a dynamic site that began with 0. Padding is computed as well. */
    void (*shifted_scale)(const int32_t *acc, const int32_t *row_sums, const float *m, const bg_grid *grid,
                          const float *bias, float *out, size_t count);
    /* out = fround(ax + fround(fround(acc) * m)) */
    void (*preactivation)(const float *ax, const int32_t *acc, const float *m, float *out, size_t count);
    /* out = a * b, a + b, each one rounding */
    void (*multiply)(const float *a, const float *b, float *out, size_t count);
    void (*add)(const float *a, const float *b, float *out, size_t count);
    /* out = a * b of one number for all: one rounding; wraps. Padding is computed as well; `a` may begin at any
     * multiple of 4 bytes. NULL where a set of kernels has no such functions. */
    void (*times)(const float *a, float b, float *out, size_t count);
    void (*times_integer)(const int32_t *a, int32_t b, int32_t *out, size_t count);
    /* magnitudes below 2^-60 become +0 */
    void (*flush)(const float *x, float *out, size_t count);
    /* smallest and largest value, 0 included; the padding is not looked at */
    void (*range)(const float *x, size_t count, float *min, float *max);
    /* q by the grid; any of the three outputs may be NULL: u = q - low as a byte (grids of up to 8 bits), q, d(q) */
    void (*quantize)(const bg_grid *grid, const float *x, size_t count, uint8_t *bytes, int32_t *integers,
                     float *values);
    void (*sigmoid)(const float *x, float *out, size_t count);
    void (*tanh)(const float *x, float *out, size_t count);

    /*
     * A step of n texts: pre-activations, gates, cell and hidden vector in one go; the words of the passes above, one
     * after the other. ax [n] each [padded(4H)], acc_h [n, acc_stride], both woven; cell [n, cell_stride] d(c) in and
     * out, hidden bytes [n, hidden_stride] u = q - low out, sums [n, sums_stride] int32 q - z added, NULL where nothing
     * is pooled. NULL where a set of kernels has no such function.
     */
    void (*static_step)(const bg_static_step *step, size_t n, const float *const *ax, const int32_t *acc_h,
                        size_t acc_stride, float *cell, size_t cell_stride, uint8_t *hidden, size_t hidden_stride,
                        int32_t *sums, size_t sums_stride);
    /*
     * `steps` steps of n texts, each a product (as above, of woven rows) and a static step: ax [steps, n], acc [n,
     * padded(4H)] overwritten; later NULL, or as ax: rows that will be read some time after, and are asked for. A step
     * reads the hidden bytes of the one before and writes to the other buffer: after an odd number of steps the last
     * are in `next`. Both have zeros as padding, which stay. NULL where a set of kernels has no such function.
     */
    void (*static_run)(const bg_static_step *step, const bg_packed *wh, const int32_t *start, size_t steps, size_t n,
                       const float *const *ax, const float *const *later, int32_t *acc, float *cell, size_t cell_stride,
                       uint8_t *hidden, uint8_t *next, size_t hidden_stride, int32_t *sums, size_t sums_stride);

    /*
     * A step of n texts of such a cell: the words of the passes above. ax [n] [4H] (each at a multiple of 4 bytes),
     * cell [n, cell_stride] in and out, hidden [n, hidden_stride] out, its padding zeros; ranges [n, 2] smallest and
     * largest of hidden, 0 included, NULL where they are not wanted. `hidden` overlaps nothing.
     */
    void (*float_step)(const bg_float_step *step, size_t n, const float *const *ax, float *cell, size_t cell_stride,
                       float *hidden, size_t hidden_stride, float *ranges);

    /*
     * Generative scores, in the order of docs/format/nonlinearities.md.
     */
    float (*largest)(const float *x, size_t count);
    /* out = exp(fround(x - max)); the padding is set to 0 */
    void (*exp_shares)(const float *x, float max, float *out, size_t count);
    /* lane sum of x */
    float (*lane_sum)(const float *x, size_t count);
    /* sums[y] = lane sum of fround(a * b[y]), products up to 2^-126 as 0; b [classes, b_stride], a and b padded with
     * zeros */
    void (*class_sums)(const float *a, const float *b, size_t b_stride, size_t classes, size_t count, float *sums);
    /* The same of several steps, which read b once: sums [steps, classes], a [steps, a_stride]; 4 steps or a multiple
     * are best. `least` is at most every b but 0 (2^-126 is always right); the nearer to 1, the less is compared. */
    void (*class_sums_of_steps)(const float *a, size_t a_stride, size_t steps, const float *b, size_t b_stride,
                                size_t classes, size_t count, float least, float *sums);
    /* Part of a block of those sums: lanes[s][y][j] += the terms of lane j, [steps, classes, BG_LANES]. A block's sum
     * is the lane sum of its 16 lanes. */
    void (*class_lanes)(const float *a, size_t a_stride, size_t steps, const float *b, size_t b_stride, size_t classes,
                        size_t count, float least, float *lanes);
} bg_kernels;

/* NULL where the build has no such kernels or the machine cannot run them. `name` NULL: the fastest. */
const bg_kernels *bg_find_kernels(const char *name);

#endif
