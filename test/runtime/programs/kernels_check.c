/*
 * Compares every function of every usable set of kernels with the scalar one, word by word:
 *
 *     kernels_check [rounds [seed]]
 */
#define _POSIX_C_SOURCE 200112L

#include "bitgauge.h"
#include "cpu_x86.h"
#include "kernels.h"

#include <math.h>

#include "checking.h"

static const bg_kernels *scalar, *set;

static float *floats(size_t count) { return check_buffer(bg_padded(count) * sizeof(float)); }
static int32_t *integers(size_t count) { return check_buffer(bg_padded(count) * sizeof(int32_t)); }

/* 1 to 300, and now and then what is just beside a power of two. */
static size_t some_count(void) {
    static const size_t special[] = {1, 15, 16, 17, 64, 100, 257, 512, 1030};
    return check_below(4) ? 1 + check_below(300) : special[check_below(sizeof special / sizeof special[0])];
}

/* A number as a site may meet it: of any magnitude, zeros of both signs, subnormal, on and between integers. */
static float some_value(float scale) {
    switch (check_below(12)) {
    case 0:
        return check_below(2) ? 0.0f : -0.0f;
    case 1:
        return check_below(2) ? 1e-42f : -1e-42f;
    case 2:
        return check_unit() * 0x1p100f;
    case 3:
        return check_unit() * 0x1p-59f;
    case 4:
    case 5:
        return ((float)check_below(600) - 300.0f + 0.5f) * scale;
    case 6:
        return ((float)check_below(600) - 300.0f) * scale;
    default:
        return check_unit() * scale * 200.0f;
    }
}

static float *some_values(size_t count, float scale) {
    float *x = floats(count);
    for (size_t k = 0; k < count; k++)
        x[k] = some_value(scale);
    return x;
}

static int32_t *some_integers(size_t count) {
    int32_t *x = integers(count);
    for (size_t k = 0; k < count; k++)
        x[k] = (int32_t)((uint32_t)check_random() >> check_below(32));
    for (size_t k = 0; k < count; k++)
        x[k] = check_below(2) ? x[k] : -x[k];
    return x;
}

static float some_scale(void) {
    static const float special[] = {0x1p-40f, 0x1p40f, 1.0f, 0x1p-7f, 0.1f};
    return check_below(3) ? fabsf(check_unit()) * 0.1f + 0x1p-20f : special[check_below(5)];
}

/* ---- products ---- */

/* Integers of `bits` bits, the least of all left out, lowest bit first. */
static uint8_t *some_rows(size_t rows, size_t cols, uint32_t bits, size_t row_bytes) {
    uint8_t *data = check_buffer(rows * row_bytes);
    uint32_t largest = (1u << (bits - 1)) - 1, extreme = check_below(4) == 0;
    memset(data, 0, rows * row_bytes);
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < cols; j++) {
            uint32_t size = extreme ? largest : (uint32_t)check_below(largest + 1);
            uint32_t code = (check_below(2) ? size : 0u - size) & ((1u << bits) - 1);
            size_t at = j * bits;
            data[r * row_bytes + at / 8] |= (uint8_t)(code << at % 8);
            if (at % 8 + bits > 8)
                data[r * row_bytes + at / 8 + 1] |= (uint8_t)(code >> (8 - at % 8));
        }
    return data;
}

static int32_t *product_of(const bg_kernels *kernels, const uint8_t *file, size_t row_bytes, bg_packed w,
                           const uint8_t *x, size_t n, const int32_t *start, size_t start_stride) {
    size_t x_stride = (w.cols + 63) / 64 * 64, acc_stride = bg_padded(w.rows);
    uint8_t *data = check_buffer(kernels->packed_bytes(w.rows, w.cols, w.bits));
    int32_t *acc = integers(n * acc_stride);
    kernels->pack(file, row_bytes, w.rows, w.cols, w.bits, data);
    w.data = data;
    kernels->product(&w, x, x_stride, n, start, start_stride, acc, acc_stride);
    free(data);
    return acc;
}

static void check_product(size_t rows, size_t cols, uint32_t bits, size_t n) {
    size_t row_bytes = (cols * bits + 7) / 8, x_stride = (cols + 63) / 64 * 64, acc_stride = bg_padded(rows);
    size_t start_stride = check_below(2) ? acc_stride : 0;
    uint8_t *file = some_rows(rows, cols, bits, row_bytes), *x = check_buffer(n * x_stride);
    int32_t *start = some_integers((start_stride ? n : 1) * acc_stride);
    bg_packed w = {(uint32_t)rows, (uint32_t)cols, bits, NULL};
    memset(x, 0, n * x_stride);
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < cols; j++)
            x[k * x_stride + j] = check_below(4) ? (uint8_t)check_random() : 255;
    int32_t *expected = product_of(scalar, file, row_bytes, w, x, n, start, start_stride);
    int32_t *found = product_of(set, file, row_bytes, w, x, n, start, start_stride);
    for (size_t k = 0; k < n; k++)
        check_same("product", found + k * acc_stride, expected + k * acc_stride, rows, 4,
                   ((rows * 10000 + cols) * 10 + bits) * 100 + n);
    free(file), free(x), free(start), free(expected), free(found);
}

/* Words of `product`, then of `scale`. */
static void check_scaled_product(size_t rows, size_t cols, uint32_t bits, size_t n) {
    size_t row_bytes = (cols * bits + 7) / 8, x_stride = (cols + 63) / 64 * 64, stride = bg_padded(rows);
    uint8_t *file = some_rows(rows, cols, bits, row_bytes), *x = check_buffer(n * x_stride);
    uint8_t *data = check_buffer(set->packed_bytes((uint32_t)rows, (uint32_t)cols, bits));
    int32_t *start = some_integers(stride);
    float *m = some_values(stride, 1e-4f), *bias = some_values(stride, 1.0f), *found = floats(n * stride);
    const float *added = check_below(2) ? bias : NULL;
    bg_packed w = {(uint32_t)rows, (uint32_t)cols, bits, data};
    memset(x, 0, n * x_stride);
    for (size_t k = 0; k < n * x_stride; k++)
        x[k] = k % x_stride < cols ? (uint8_t)check_random() : 0;
    set->pack(file, row_bytes, w.rows, w.cols, bits, data);
    set->scaled_product(&w, x, x_stride, n, start, 0, m, added, found, stride);
    int32_t *acc = product_of(scalar, file, row_bytes, w, x, n, start, 0);
    float *expected = floats(stride);
    for (size_t k = 0; k < n; k++) {
        scalar->scale(acc + k * stride, m, added, expected, rows);
        check_same("scaled_product", found + k * stride, expected, rows, 4, rows * 10 + bits);
    }
    free(file), free(x), free(data), free(start), free(m), free(bias), free(found), free(acc), free(expected);
}

/* One number for all. */
static void check_times(size_t count) {
    float *a = some_values(count, 1e-4f), *found = floats(count), *expected = floats(count), b = some_value(1.0f);
    int32_t *integers_of = some_integers(bg_padded(count)), *whole = integers(count), *expected_whole = integers(count);
    uint32_t c = (uint32_t)check_random();
    set->times(a, b, found, count), set->times_integer(integers_of, (int32_t)c, whole, count);
    for (size_t k = 0; k < count; k++) {
        expected[k] = a[k] * b;
        expected_whole[k] = (int32_t)((uint32_t)integers_of[k] * c);
    }
    check_same("times", found, expected, count, 4, count);
    check_same("times_integer", whole, expected_whole, count, 4, count);
    free(a), free(found), free(expected), free(integers_of), free(whole), free(expected_whole);
}

/* Near the sum in double, and the same words whatever stands beside a vector. */
static void check_product_f32(size_t rows, size_t cols, size_t n) {
    size_t x_stride = bg_padded(cols), out_stride = bg_padded(rows),
           bytes = set->packed_f32_bytes((uint32_t)rows, (uint32_t)cols);
    float *w = floats(rows * cols), *x = floats(n * x_stride), *out = floats(n * out_stride), *alone = floats(rows);
    float *data = check_buffer(bytes);
    unsigned long long far = 0;
    for (size_t k = 0; k < rows * cols; k++)
        w[k] = check_unit();
    for (size_t k = 0; k < n * x_stride; k++)
        x[k] = k % x_stride < cols ? check_unit() : 0.0f;
    set->pack_f32(w, (uint32_t)rows, (uint32_t)cols, data);
    bg_packed_f32 packed = {(uint32_t)rows, (uint32_t)cols, data};
    set->product_f32(&packed, x, x_stride, n, out, out_stride);
    for (size_t k = 0; k < n; k++) {
        set->product_f32(&packed, x + k * x_stride, x_stride, 1, alone, out_stride);
        check_same("product_f32 alone", out + k * out_stride, alone, rows, 4, n);
        for (size_t r = 0; r < rows; r++) {
            double sum = 0;
            for (size_t j = 0; j < cols; j++)
                sum += (double)w[r * cols + j] * (double)x[k * x_stride + j];
            far += fabs(sum - (double)out[k * out_stride + r]) > 1e-5 * sqrt((double)cols);
        }
    }
    check_count_of("product_f32 near")->compared += n * rows;
    check_count_of("product_f32 near")->different += far;
    free(w), free(x), free(out), free(alone), free(data);
}

/* ---- element by element ---- */

/* `count` numbers that begin at no multiple of 16 and end with their memory. */
static void *moved(const void *from, size_t count, void **memory) {
    *memory = check_buffer(bg_padded(count) * 4 + 4 * (1 + check_below(15)));
    memmove((uint8_t *)*memory + 4, from, count * 4);
    return (uint8_t *)*memory + 4;
}

static void check_scale(size_t count) {
    int32_t *acc = some_integers(count);
    float *m = some_values(count, 0.01f), *bias = some_values(count, 0.1f), *found = floats(count),
          *expected = floats(count);
    void *memory, *another;
    int32_t *acc_moved = moved(acc, count, &memory);
    float *ax_moved = moved(bias, count, &another);
    for (int with = 0; with < 2; with++) {
        set->scale(acc_moved, m, with ? bias : NULL, found, count);
        scalar->scale(acc, m, with ? bias : NULL, expected, count);
        check_same("scale", found, expected, count, 4, count);
    }
    set->preactivation(ax_moved, acc_moved, m, found, count);
    scalar->preactivation(bias, acc, m, expected, count);
    check_same("preactivation", found, expected, count, 4, count);
    free(acc), free(m), free(bias), free(found), free(expected), free(memory), free(another);
}

static void check_elements(size_t count) {
    float *a = some_values(count, 0.05f), *b = some_values(count, 1.0f), *found = floats(count),
          *expected = floats(count);
#define CHECK(function, ...)                                                                                           \
    set->function(__VA_ARGS__, found, count), scalar->function(__VA_ARGS__, expected, count);                          \
    check_same(#function, found, expected, count, 4, count)
    CHECK(multiply, a, b);
    CHECK(add, a, b);
    CHECK(flush, a);
    CHECK(sigmoid, a);
    CHECK(tanh, a);
#undef CHECK
    set->range(a, count, found, found + 1), scalar->range(a, count, expected, expected + 1);
    found[0] += 0.0f, found[1] += 0.0f, expected[0] += 0.0f, expected[1] += 0.0f; /* either zero will do */
    check_same("range", found, expected, 2, 4, count);
    set->add(a, b, a, count); /* in place */
    scalar->add(a, b, expected, count);
    free(a), free(b), free(found), free(expected);
}

static bg_grid some_grid(uint32_t bits, int rule) {
    bg_grid grid = {.scale = some_scale(), .divide = rule & 1, .before = rule >> 1 & 1};
    int32_t levels = 1 << bits;
    grid.low = check_below(2) ? 0 : -levels / 2;
    grid.zero = check_below(2) ? grid.low + (int32_t)check_below((size_t)levels) : (grid.low ? 0 : grid.low);
    grid.reciprocal = 1.0f / grid.scale;
    grid.floor = (float)(grid.low - (grid.before ? 0 : grid.zero));
    grid.ceiling = grid.floor + (float)(levels - 1);
    return grid;
}

static void check_quantize(size_t count, uint32_t bits, int rule) {
    bg_grid grid = some_grid(bits, rule);
    float *x = some_values(count, grid.scale), *values = floats(count), *expected_values = floats(count);
    int32_t *q = integers(count), *expected_q = integers(count);
    uint8_t *bytes = check_buffer(bg_padded(count)), *expected_bytes = check_buffer(bg_padded(count));
    int with = 1 + (int)check_below(7);
    set->quantize(&grid, x, count, bits <= 8 && with & 1 ? bytes : NULL, with & 2 ? q : NULL, with & 4 ? values : NULL);
    scalar->quantize(&grid, x, count, bits <= 8 ? expected_bytes : NULL, expected_q, expected_values);
    if (bits <= 8 && with & 1)
        check_same("quantize bytes", bytes, expected_bytes, count, 1, bits * 10 + (uint32_t)rule);
    if (with & 2)
        check_same("quantize integers", q, expected_q, count, 4, bits * 10 + (uint32_t)rule);
    if (with & 4)
        check_same("quantize values", values, expected_values, count, 4, bits * 10 + (uint32_t)rule);
    free(x), free(values), free(expected_values), free(q), free(expected_q), free(bytes), free(expected_bytes);
}

static void check_shifted_scale(size_t count) {
    int32_t *acc = some_integers(count), *sums = some_integers(count);
    float *m = floats(count), *bias = some_values(count, 0.1f), *found = floats(count), *expected = floats(count);
    bg_grid grid = some_grid(8, (int)check_below(4));
    for (size_t k = 0; k < count; k++)
        m[k] = check_unit() * 0.01f;
    const float *added = check_below(2) ? bias : NULL;
    set->shifted_scale(acc, sums, m, &grid, added, found, count);
    scalar->shifted_scale(acc, sums, m, &grid, added, expected, count);
    check_same("shifted_scale", found, expected, count, 4, count);
    free(acc), free(sums), free(m), free(bias), free(found), free(expected);
}

/* ---- the step ---- */

static bg_static_step some_step(size_t hidden, int rule, uint8_t *tables, const float *m) {
    bg_static_step step = {.hidden = (uint32_t)hidden, .scale_h = m};
    for (size_t g = 0; g < 4; g++)
        step.gate[g] = some_grid(2 + (uint32_t)check_below(7), rule),
        step.nonlinear[g] = some_grid(2 + (uint32_t)check_below(7), rule);
    step.cell = some_grid(2 + (uint32_t)check_below(7), rule);
    step.tanh_c = some_grid(2 + (uint32_t)check_below(7), rule);
    step.hidden_grid = some_grid(2 + (uint32_t)check_below(7), rule);
    for (size_t k = 0; k < 5 * 256; k++)
        tables[k] = (uint8_t)check_random();
    for (size_t t = 0; t < 5; t++)
        step.table[t] = tables + 256 * t;
    return step;
}

static void check_static_step(size_t hidden, size_t n, int rule) {
    size_t stride = bg_padded(hidden), byte_stride = (hidden + 63) / 64 * 64, acc_stride = bg_padded(4 * hidden);
    uint8_t *tables = check_buffer(5 * 256), *h = check_buffer(n * byte_stride),
            *expected_h = check_buffer(n * byte_stride);
    float *m = some_values(acc_stride, 1e-4f), *cell = some_values(n * stride, 0.1f),
          *expected_cell = floats(n * stride);
    int32_t *acc = some_integers(n * acc_stride), *sums = integers(n * stride), *expected_sums = integers(n * stride);
    const float **ax = check_buffer(n * sizeof *ax);
    void **memory = check_buffer(n * sizeof *memory);
    bg_static_step step = some_step(hidden, rule, tables, m);
    for (size_t k = 0; k < n; k++) {
        float *one = some_values(acc_stride, step.gate[0].scale);
        ax[k] = moved(one, acc_stride, &memory[k]);
        free(one);
    }
    memset(h, 0, n * byte_stride);
    memcpy(expected_cell, cell, n * stride * 4), memcpy(expected_sums, sums, n * stride * 4);
    int pooled = check_below(2) == 0;
    set->static_step(&step, n, ax, acc, acc_stride, cell, stride, h, byte_stride, pooled ? sums : NULL, stride);
    scalar->static_step(&step, n, ax, acc, acc_stride, expected_cell, stride, expected_h, byte_stride,
                        pooled ? expected_sums : NULL, stride);
    for (size_t k = 0; k < n; k++) {
        check_same("static_step hidden", h + k * byte_stride, expected_h + k * byte_stride, hidden, 1,
                   hidden * 10 + (size_t)rule);
        check_same("static_step cell", cell + k * stride, expected_cell + k * stride, hidden, 4, hidden);
        check_same("static_step sums", sums + k * stride, expected_sums + k * stride, hidden, 4, hidden);
        memset(expected_h, 0, byte_stride);
        check_same("static_step padding", h + k * byte_stride + hidden, expected_h, byte_stride - hidden, 1, hidden);
        free(memory[k]);
    }
    free(tables), free(h), free(expected_h), free(m), free(cell), free(expected_cell), free(acc), free(sums);
    free(expected_sums), free(ax), free(memory);
}

/* Some steps of n texts in one go, and one after the other. */
static void check_static_run(size_t hidden, size_t n, uint32_t bits, int rule) {
    size_t stride = bg_padded(hidden), rows = bg_padded(4 * hidden), row_bytes = (hidden * bits + 7) / 8;
    size_t byte_stride = (hidden + 63) / 64 * 64, steps = 1 + check_below(4);
    uint8_t *tables = check_buffer(5 * 256), *h = check_buffer(n * byte_stride), *next = check_buffer(n * byte_stride),
            *expected_h = check_buffer(n * byte_stride);
    uint8_t *file = some_rows(rows, hidden, bits, row_bytes);
    uint8_t *data = check_buffer(set->packed_bytes((uint32_t)rows, (uint32_t)hidden, bits));
    float *m = some_values(rows, 1e-4f), *cell = some_values(n * stride, 0.1f), *expected_cell = floats(n * stride);
    int32_t *start = some_integers(rows), *acc = integers(n * rows), *sums = integers(n * stride),
            *expected_sums = integers(n * stride);
    bg_static_step step = some_step(hidden, rule, tables, m);
    float *x = some_values(steps * n * rows, step.gate[0].scale);
    const float *ax[4 * 20];
    bg_packed w = {(uint32_t)rows, (uint32_t)hidden, bits, data};
    int pooled = check_below(2) == 0;
    memset(h, 0, n * byte_stride), memset(next, 0, n * byte_stride), memset(expected_h, 0, n * byte_stride);
    memcpy(expected_cell, cell, n * stride * 4), memcpy(expected_sums, sums, n * stride * 4);
    set->pack(file, row_bytes, w.rows, w.cols, bits, data);
    for (size_t k = 0; k < steps * n; k++)
        ax[k] = x + k * rows;
    for (size_t k = 0; k < steps; k++) {
        int32_t *expected_acc = product_of(scalar, file, row_bytes, w, expected_h, n, start, 0);
        scalar->static_step(&step, n, ax + k * n, expected_acc, rows, expected_cell, stride, expected_h, byte_stride,
                            pooled ? expected_sums : NULL, stride);
        free(expected_acc);
    }
    set->static_run(&step, &w, start, steps, n, ax, check_below(2) ? ax : NULL, acc, cell, stride, h, next, byte_stride,
                    pooled ? sums : NULL, stride);
    for (size_t k = 0; k < n; k++) {
        check_same("static_run hidden", (steps % 2 ? next : h) + k * byte_stride, expected_h + k * byte_stride,
                   byte_stride, 1, hidden * 10 + (size_t)rule);
        check_same("static_run cell", cell + k * stride, expected_cell + k * stride, hidden, 4, hidden * 10 + bits);
        check_same("static_run sums", sums + k * stride, expected_sums + k * stride, hidden, 4, hidden * 10 + bits);
    }
    free(tables), free(h), free(next), free(expected_h), free(file), free(data), free(m), free(cell);
    free(expected_cell), free(start), free(acc), free(sums), free(expected_sums), free(x);
}

/* `of`: the hidden half comes as floats, as sums, as sums with a scale each, as sums without row sums. */
static void check_float_step(size_t hidden, size_t n, size_t of) {
    size_t stride = bg_padded(hidden), padded = bg_padded(4 * hidden);
    float *ah = some_values(n * padded, 0.02f), *m = floats(4 * hidden), *x = some_values(n * padded, 0.01f);
    int32_t *acc = some_integers(n * padded), *row_sums = some_integers(4 * hidden);
    bg_grid *grids = check_buffer(n * sizeof *grids);
    const float **ax = check_buffer(n * sizeof *ax);
    float *cell = some_values(n * stride, 0.01f), *expected_cell = floats(n * stride), *h = floats(n * stride),
          *expected_h = floats(n * stride), *ranges = floats(2 * n), *expected_ranges = floats(2 * n);
    for (size_t k = 0; k < 4 * hidden; k++)
        m[k] = check_unit() * 1e-6f;
    for (size_t k = 0; k < n; k++) {
        grids[k] = some_grid(8, 0);
        ax[k] = x + k * padded;
    }
    bg_float_step step = {.hidden = (uint32_t)hidden,
                          .flushes = (uint8_t)check_below(2),
                          .ah = of == 0 ? ah : NULL,
                          .acc = of == 0 ? NULL : acc,
                          .row_sums = of == 3 ? row_sums : NULL,
                          .m = m,
                          .grids = of >= 2 ? grids : NULL,
                          .stride = padded};
    memcpy(expected_cell, cell, n * stride * 4);
    set->float_step(&step, n, ax, cell, stride, h, stride, ranges);
    scalar->float_step(&step, n, ax, expected_cell, stride, expected_h, stride, expected_ranges);
    for (size_t k = 0; k < 2 * n; k++)
        ranges[k] += 0.0f, expected_ranges[k] += 0.0f; /* either zero will do */
    for (size_t k = 0; k < n; k++) {
        check_same("float_step hidden", h + k * stride, expected_h + k * stride, stride, 4, hidden * 10 + of);
        check_same("float_step cell", cell + k * stride, expected_cell + k * stride, hidden, 4, hidden * 10 + of);
    }
    check_same("float_step ranges", ranges, expected_ranges, 2 * n, 4, hidden * 10 + of);
    free(ah), free(m), free(x), free(acc), free(row_sums), free(grids), free(ax), free(cell), free(expected_cell);
    free(h), free(expected_h), free(ranges), free(expected_ranges);
}

/* ---- generative scores ---- */

static void check_shares(size_t count) {
    float *x = floats(count), *found = floats(count), *expected = floats(count), sum, expected_sum;
    float spread = (float)(1 + check_below(120));
    for (size_t k = 0; k < count; k++)
        x[k] = check_unit() * spread;
    float most = set->largest(x, count), expected_most = scalar->largest(x, count);
    check_same("largest", &most, &expected_most, 1, 4, count);
    set->exp_shares(x, most, found, count), scalar->exp_shares(x, most, expected, count);
    check_same("exp_shares", found, expected, bg_padded(count), 4, count);
    sum = set->lane_sum(found, count), expected_sum = scalar->lane_sum(found, count);
    check_same("lane_sum", &sum, &expected_sum, 1, 4, count);
    free(x), free(found), free(expected);
}

/* Shares down to 2^-126 and 0, so that products come near 2^-126 from both sides, and on it. */
static float *some_shares(size_t rows, size_t stride, size_t count, int small) {
    float *x = floats(rows * stride);
    for (size_t k = 0; k < rows * stride; k++) {
        float tiny = ldexpf(check_below(2) ? 1.0f : fabsf(check_unit()) + 1.0f, (int)-check_below(127));
        x[k] = k % stride >= count ? 0.0f : small ? (check_below(8) ? tiny : 0.0f) : fabsf(check_unit()) + 0x1p-30f;
    }
    return x;
}

static void check_class_sums(size_t count, size_t classes, size_t steps) {
    size_t stride = bg_padded(count);
    int small_a = check_below(2) == 0, small_b = check_below(2) == 0;
    float *a = some_shares(steps, stride, count, small_a), *b = some_shares(classes, stride, count, small_b);
    float *expected = floats(steps * classes), *found = floats(steps * classes);
    for (size_t s = 0; s < steps; s++) {
        scalar->class_sums(a + s * stride, b, stride, classes, count, expected + s * classes);
        set->class_sums(a + s * stride, b, stride, classes, count, found + s * classes);
    }
    check_same("class_sums", found, expected, steps * classes, 4, count * 100 + classes);
    if (set->class_sums_of_steps) {
        set->class_sums_of_steps(a, stride, steps, b, stride, classes, count, small_b ? 0x1p-126f : 0x1p-30f, found);
        check_same("class_sums_of_steps", found, expected, steps * classes, 4, count * 100 + classes);
    }
    free(a), free(b), free(expected), free(found);
}

/* A block in parts, each of which may be whole or have the block's end. */
static void check_class_lanes(size_t count, size_t part, size_t classes, size_t steps) {
    size_t stride = bg_padded(count), total = steps * classes;
    float *a = some_shares(steps, stride, count, check_below(2) == 0);
    float *b = some_shares(classes, stride, count, check_below(2) == 0);
    float *expected = floats(total), *found = floats(total), *lanes = floats(total * BG_LANES);
    memset(lanes, 0, total * BG_LANES * sizeof *lanes);
    for (size_t s = 0; s < steps; s++)
        scalar->class_sums(a + s * stride, b, stride, classes, count, expected + s * classes);
    for (size_t from = 0; from < count; from += part)
        set->class_lanes(a + from, stride, steps, b + from, stride, classes, count - from < part ? count - from : part,
                         0x1p-126f, lanes);
    for (size_t k = 0; k < total; k++)
        found[k] = set->lane_sum(lanes + k * BG_LANES, BG_LANES);
    check_same("class_lanes", found, expected, total, 4, count * 100 + classes);
    free(a), free(b), free(expected), free(found), free(lanes);
}

static void check_round(size_t round) {
    static const size_t some_n[] = {1, 1, 2, 3, 5, 7, 12, 13, 16, 30, 64};
    size_t n = some_n[check_below(11)];
    for (uint32_t bits = 2; bits <= 8; bits++)
        check_product(some_count(), some_count(), bits, n);
    if (set->times)
        check_times(some_count());
    if (set->scaled_product)
        check_scaled_product(some_count(), some_count(), 2 + (uint32_t)check_below(7), n);
    check_product_f32(some_count(), some_count(), 1 + check_below(30));
    check_scale(some_count());
    check_elements(some_count());
    for (uint32_t bits = 2; bits <= 16; bits += bits == 8 ? 8 : 1)
        check_quantize(some_count(), bits, (int)(round + bits) % 4);
    check_shifted_scale(some_count());
    check_float_step(some_count(), 1 + check_below(5), round % 4);
    if (set->static_step)
        check_static_step(some_count(), 1 + check_below(5), (int)round % 4);
    if (set->static_run)
        check_static_run(some_count(), check_below(3) ? 1 : 1 + check_below(20), 2 + (uint32_t)check_below(7),
                         (int)round % 4);
    check_shares(some_count() * (1 + check_below(20)));
    check_class_sums(some_count() * (1 + check_below(8)), 1 + check_below(15), 1 + check_below(6));
    if (set->class_lanes)
        check_class_lanes(1 + check_below(BG_BLOCK), BG_LANES * (1 + check_below(16)), 1 + check_below(15),
                          1 + check_below(30));
}

/* The longest rows, and the weights and bytes that make the largest sums. */
static void check_limits(void) {
    for (uint32_t bits = 2; bits <= 8; bits++) {
        check_product(40, 4096, bits, 1);
        check_product(70, 4093, bits, 3);
        check_product(2048, 512, bits, 1);
    }
}

static int check_set(const char *name, const bg_kernels *kernels, size_t rounds, uint64_t seed) {
    if (kernels == NULL || kernels == scalar)
        return 0;
    set = kernels;
    check_state = seed;
    check_limits();
    for (size_t round = 0; round < rounds; round++)
        check_round(round);
    return check_report(name);
}

int main(int argc, char **argv) {
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 200;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    int failed = 0;
    scalar = bg_find_kernels("scalar");
    for (size_t k = 0; bg_kernels_name(k) != NULL; k++)
        failed |= check_set(bg_kernels_name(k), bg_find_kernels(bg_kernels_name(k)), rounds, seed);
#if defined(__x86_64__)
    if (bg_kernels_usable("avx2"))
        failed |= check_set("avx2-alone", bg_kernels_avx2_alone(), rounds, seed);
#endif
    return failed;
}
