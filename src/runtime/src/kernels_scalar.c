/*
 * The readable kernels: C99 and nothing else, for every machine. What kernels.h says of a function holds here to the
 * letter; all other sets are compared with this one, word by word. Its packed layout is the file's own: rows of
 * integers at their true width.
 */
#include "kernel_sets.h"

#include <string.h>

#include "grid.h"
#include "sequences.h"
#include "unpack.h"

/* Integers of a row that are unpacked at once, and then multiplied with each of the vectors. */
#define CHUNK 64

static size_t row_bytes_of(uint32_t cols, uint32_t bits) { return ((size_t)cols * bits + 7) / 8; }

static size_t packed_bytes(uint32_t rows, uint32_t cols, uint32_t bits) { return rows * row_bytes_of(cols, bits); }

static void pack(const uint8_t *file_rows, size_t row_bytes, uint32_t rows, uint32_t cols, uint32_t bits,
                 uint8_t *data) {
    (void)cols;
    (void)bits;
    memcpy(data, file_rows, rows * row_bytes);
}

/* sum_j (w[j] - zero) * u[j]: `w` are integers made unsigned by adding `zero`. */
static uint32_t dot(const uint8_t *w, int32_t zero, const uint8_t *u, size_t count) {
    uint32_t sum = 0;
    for (size_t j = 0; j < count; j++)
        sum += (uint32_t)(((int32_t)w[j] - zero) * (int32_t)u[j]);
    return sum;
}

static void product(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                    size_t start_stride, int32_t *acc, size_t acc_stride) {
    size_t row_bytes = row_bytes_of(w->cols, w->bits);
    uint8_t chunk[CHUNK];
    for (size_t r = 0; r < w->rows; r++) {
        for (size_t k = 0; k < n; k++)
            acc[k * acc_stride + r] = start[k * start_stride + r];
        for (size_t j = 0; j < w->cols; j += CHUNK) {
            size_t count = w->cols - j < CHUNK ? w->cols - j : CHUNK;
            bg_unpack(w->data + r * row_bytes, j, count, w->bits, bg_flip(w->bits), chunk);
            for (size_t k = 0; k < n; k++) {
                uint32_t sum = dot(chunk, (int32_t)bg_flip(w->bits), x + k * x_stride + j, count);
                acc[k * acc_stride + r] = (int32_t)((uint32_t)acc[k * acc_stride + r] + sum);
            }
        }
    }
}

static size_t packed_f32_bytes(uint32_t rows, uint32_t cols) { return (size_t)rows * cols * sizeof(float); }

static void pack_f32(const float *rows_data, uint32_t rows, uint32_t cols, float *data) {
    memcpy(data, rows_data, packed_f32_bytes(rows, cols));
}

static void product_f32(const bg_packed_f32 *w, const float *x, size_t x_stride, size_t n, float *out,
                        size_t out_stride) {
    for (size_t r = 0; r < w->rows; r++)
        for (size_t k = 0; k < n; k++) {
            float sum = 0.0f;
            for (size_t j = 0; j < w->cols; j++)
                sum = sum + w->data[r * w->cols + j] * x[k * x_stride + j];
            out[k * out_stride + r] = sum;
        }
}

static void scale(const int32_t *acc, const float *m, const float *bias, float *out, size_t count) {
    for (size_t k = 0; k < count; k++) {
        float p = (float)acc[k] * m[k];
        out[k] = bias != NULL ? p + bias[k] : p;
    }
}

/* acc + shift * row_sum, in 32 bits that wrap */
static int32_t shifted(int32_t acc, int32_t row_sum, const bg_grid *grid) {
    return (int32_t)((uint32_t)acc + (uint32_t)row_sum * (uint32_t)(grid->low - grid->zero));
}

static void shifted_scale(const int32_t *acc, const int32_t *row_sums, const float *m, const bg_grid *grid,
                          const float *bias, float *out, size_t count) {
    for (size_t k = 0; k < count; k++) {
        float factor = m[k] * grid->scale;
        float p = (float)shifted(acc[k], row_sums[k], grid) * factor;
        out[k] = bias != NULL ? p + bias[k] : p;
    }
}

static void preactivation(const float *ax, const int32_t *acc, const float *m, float *out, size_t count) {
    for (size_t k = 0; k < count; k++) {
        float ah = (float)acc[k] * m[k];
        out[k] = ax[k] + ah;
    }
}

static void multiply(const float *a, const float *b, float *out, size_t count) {
    for (size_t k = 0; k < count; k++)
        out[k] = a[k] * b[k];
}

static void add(const float *a, const float *b, float *out, size_t count) {
    for (size_t k = 0; k < count; k++)
        out[k] = a[k] + b[k];
}

static float flushed(float x) { return fabsf(x) < 0x1p-60f ? 0.0f : x; }

static void flush(const float *x, float *out, size_t count) {
    for (size_t k = 0; k < count; k++)
        out[k] = flushed(x[k]);
}

static void range(const float *x, size_t count, float *min, float *max) {
    *min = 0.0f;
    *max = 0.0f;
    for (size_t k = 0; k < count; k++) {
        *min = x[k] < *min ? x[k] : *min;
        *max = x[k] > *max ? x[k] : *max;
    }
}

static void quantize(const bg_grid *grid, const float *x, size_t count, uint8_t *bytes, int32_t *integers,
                     float *values) {
    for (size_t k = 0; k < count; k++) {
        int32_t q = bg_quantize_value(grid, x[k]);
        if (bytes != NULL)
            bytes[k] = (uint8_t)(q - grid->low);
        if (integers != NULL)
            integers[k] = q;
        if (values != NULL)
            values[k] = bg_dequantize_value(grid, q);
    }
}

static void sigmoid(const float *x, float *out, size_t count) {
    for (size_t k = 0; k < count; k++)
        out[k] = bg_sigmoid_32(x[k]);
}

static void tanh_of(const float *x, float *out, size_t count) {
    for (size_t k = 0; k < count; k++)
        out[k] = bg_tanh_32(x[k]);
}

/* What a nonlinearity's table makes of a value before its site: d(T[q]). */
static float looked_up(const bg_grid *from, const uint8_t *table, const bg_grid *to, float value) {
    uint8_t u = table[bg_quantize_value(from, value) - from->low];
    return bg_dequantize_value(to, u + to->low);
}

/* One hidden unit: its pre-activations, gates, cell and hidden integer. */
static int32_t static_unit(const bg_static_step *step, size_t k, const float *ax, const int32_t *acc, float *cell) {
    float gate[4];
    for (size_t g = 0; g < 4; g++) {
        size_t r = bg_woven(g, k);
        float ah = (float)acc[r] * step->scale_h[r];
        gate[g] = looked_up(&step->gate[g], step->table[g], &step->nonlinear[g], ax[r] + ah);
    }
    float kept = gate[1] * cell[k];
    float added = gate[0] * gate[2];
    int32_t c = bg_quantize_value(&step->cell, kept + added);
    cell[k] = bg_dequantize_value(&step->cell, c);
    float shown = bg_dequantize_value(&step->tanh_c, step->table[4][c - step->cell.low] + step->tanh_c.low);
    return bg_quantize_value(&step->hidden_grid, gate[3] * shown);
}

static void static_step(const bg_static_step *step, size_t n, const float *const *ax, const int32_t *acc_h,
                        size_t acc_stride, float *cell, size_t cell_stride, uint8_t *hidden, size_t hidden_stride,
                        int32_t *sums, size_t sums_stride) {
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < step->hidden; k++) {
            int32_t q = static_unit(step, k, ax[i], acc_h + i * acc_stride, cell + i * cell_stride);
            hidden[i * hidden_stride + k] = (uint8_t)(q - step->hidden_grid.low);
            if (sums != NULL)
                sums[i * sums_stride + k] += q - step->hidden_grid.zero;
        }
}

/* The hidden half of row `r` of text `k`. */
static float hidden_half(const bg_float_step *step, size_t k, size_t r) {
    if (step->ah != NULL)
        return step->ah[k * step->stride + r];
    int32_t acc = step->acc[k * step->stride + r];
    if (step->row_sums != NULL)
        acc = shifted(acc, step->row_sums[r], step->grids + k);
    float m = step->grids != NULL ? step->m[r] * step->grids[k].scale : step->m[r];
    return (float)acc * m;
}

/* Unit `k` of text `text`: its cell, and what it gives. */
static float float_unit(const bg_float_step *step, size_t text, size_t k, const float *ax, float *cell) {
    float gate[4];
    for (size_t g = 0; g < 4; g++) {
        size_t r = g * step->hidden + k;
        float a = flushed(ax[r] + hidden_half(step, text, r));
        gate[g] = g == 2 ? bg_tanh_32(a) : bg_sigmoid_32(a);
    }
    float kept = gate[1] * cell[k];
    float added = gate[0] * gate[2];
    cell[k] = flushed(kept + added);
    float h = gate[3] * bg_tanh_32(cell[k]);
    return step->flushes ? flushed(h) : h;
}

static void float_step(const bg_float_step *step, size_t n, const float *const *ax, float *cell, size_t cell_stride,
                       float *hidden, size_t hidden_stride, float *ranges) {
    for (size_t i = 0; i < n; i++) {
        float *h = hidden + i * hidden_stride;
        for (size_t k = 0; k < bg_padded(step->hidden); k++)
            h[k] = k < step->hidden ? float_unit(step, i, k, ax[i], cell + i * cell_stride) : 0.0f;
        if (ranges != NULL)
            range(h, step->hidden, ranges + 2 * i, ranges + 2 * i + 1);
    }
}

static float largest(const float *x, size_t count) {
    float most = -INFINITY;
    for (size_t k = 0; k < count; k++)
        most = x[k] > most ? x[k] : most;
    return most;
}

static void exp_shares(const float *x, float max, float *out, size_t count) {
    for (size_t k = 0; k < count; k++)
        out[k] = bg_exp_32(x[k] - max);
    for (size_t k = count; k < bg_padded(count); k++)
        out[k] = 0.0f;
}

/* The sixteen partial sums of a block as a tree. */
static float fold_lanes(float *partial) {
    for (size_t width = BG_LANES / 2; width >= 1; width /= 2)
        for (size_t j = 0; j < width; j++)
            partial[j] = partial[j] + partial[j + width];
    return partial[0];
}

static float lane_sum(const float *x, size_t count) {
    float total = 0.0f;
    for (size_t from = 0; from < count; from += BG_BLOCK) {
        float partial[BG_LANES] = {0};
        for (size_t k = from; k < count && k < from + BG_BLOCK; k++)
            partial[k % BG_LANES] = partial[k % BG_LANES] + x[k];
        total = total + fold_lanes(partial);
    }
    return total;
}

static float product_sum(const float *a, const float *b, size_t count) {
    float total = 0.0f;
    for (size_t from = 0; from < count; from += BG_BLOCK) {
        float partial[BG_LANES] = {0};
        for (size_t k = from; k < count && k < from + BG_BLOCK; k++) {
            float term = a[k] * b[k];
            partial[k % BG_LANES] = partial[k % BG_LANES] + (term <= 0x1p-126f ? 0.0f : term);
        }
        total = total + fold_lanes(partial);
    }
    return total;
}

static void class_sums(const float *a, const float *b, size_t b_stride, size_t classes, size_t count, float *sums) {
    for (size_t y = 0; y < classes; y++)
        sums[y] = product_sum(a, b + y * b_stride, count);
}

static void class_sums_of_steps(const float *a, size_t a_stride, size_t steps, const float *b, size_t b_stride,
                                size_t classes, size_t count, float least, float *sums) {
    (void)least;
    for (size_t k = 0; k < steps; k++)
        class_sums(a + k * a_stride, b, b_stride, classes, count, sums + k * classes);
}

static void add_lanes(const float *a, const float *b, size_t count, float *lanes) {
    for (size_t k = 0; k < count; k++) {
        float term = a[k] * b[k];
        lanes[k % BG_LANES] = lanes[k % BG_LANES] + (term <= 0x1p-126f ? 0.0f : term);
    }
}

static void class_lanes(const float *a, size_t a_stride, size_t steps, const float *b, size_t b_stride, size_t classes,
                        size_t count, float least, float *lanes) {
    (void)least;
    for (size_t k = 0; k < steps; k++)
        for (size_t y = 0; y < classes; y++)
            add_lanes(a + k * a_stride, b + y * b_stride, count, lanes + (k * classes + y) * BG_LANES);
}

const bg_kernels *bg_kernels_scalar(void) {
    static const bg_kernels table = {
        .name = "scalar",
        .packed_bytes = packed_bytes,
        .pack = pack,
        .product = product,
        .packed_f32_bytes = packed_f32_bytes,
        .pack_f32 = pack_f32,
        .product_f32 = product_f32,
        .scale = scale,
        .shifted_scale = shifted_scale,
        .preactivation = preactivation,
        .multiply = multiply,
        .add = add,
        .flush = flush,
        .range = range,
        .quantize = quantize,
        .sigmoid = sigmoid,
        .tanh = tanh_of,
        .static_step = static_step,
        .float_step = float_step,
        .largest = largest,
        .exp_shares = exp_shares,
        .lane_sum = lane_sum,
        .class_sums = class_sums,
        .class_sums_of_steps = class_sums_of_steps,
        .class_lanes = class_lanes,
    };
    return &table;
}
