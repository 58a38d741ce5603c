#include "product.h"

#include <string.h>

#include "matrix.h"
#include "trace.h"
#include "wide.h"

/* Both with as many elements in the innermost loop as compilers make one instruction of; padding is computed as well.
 */
static void multiply_all(const float *restrict a, float b, float *restrict out, size_t count) {
    for (size_t k = 0; k < count; k += BG_LANES)
        for (size_t j = 0; j < BG_LANES; j++)
            out[k + j] = a[k + j] * b;
}

static void multiply_integers(const int32_t *restrict a, int32_t b, int32_t *restrict out, size_t count) {
    for (size_t k = 0; k < count; k += BG_LANES)
        for (size_t j = 0; j < BG_LANES; j++)
            out[k + j] = (int32_t)((uint32_t)a[k + j] * (uint32_t)b);
}

static void times_integer(const bg_kernels *kernels, const int32_t *a, int32_t b, int32_t *out, size_t count) {
    (kernels->times_integer != NULL ? kernels->times_integer : multiply_integers)(a, b, out, count);
}

const float *bg_factors(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, float scale) {
    if (matrix->factors != NULL)
        return matrix->factors + rows.first;
    /* the section of the bias follows that of the scales, so that the file has their padding */
    const bg_kernels *kernels = w->model->kernels;
    (kernels->times != NULL ? kernels->times : multiply_all)(matrix->file->scales + rows.first, scale, w->factors,
                                                             rows.count);
    return w->factors;
}

/* What the zero point of a vector makes of its sums: acc[r] - (z - low) * sum_j W[r][j], in 32 bits that wrap. */
static void add_row_sums(const int32_t *restrict sums, const bg_grid *grid, int32_t *restrict acc, size_t count) {
    const uint32_t shift = (uint32_t)(grid->low - grid->zero);
    for (size_t r = 0; r < count; r++)
        acc[r] = (int32_t)((uint32_t)acc[r] + (uint32_t)sums[r] * shift);
}

static bg_packed packed_rows(const bg_matrix *matrix, bg_rows rows) {
    bg_packed packed = {rows.count, matrix->file->cols, matrix->file->bits, rows.data};
    return packed;
}

void bg_sum_rows(bg_workspace *w, const bg_matrix *matrix, bg_rows *rows) {
    const bg_packed packed = packed_rows(matrix, *rows);
    const bg_site *site = matrix->site;
    int32_t zero = site->kind == BG_SITE_STATIC ? site->zero : 0;
    memset(w->head_start, 0, bg_padded(rows->count) * sizeof *w->head_start);
    w->model->kernels->product(&packed, w->ones, 0, 1, w->head_start, 0, w->acc, bg_acc_stride(matrix));
    if (bg_knows_zero(site)) {
        times_integer(w->model->kernels, w->acc, site->low - zero, w->head_start, rows->count);
        rows->start = w->head_start;
    } else {
        memcpy(w->head_start, w->acc, rows->count * sizeof *w->head_start);
        rows->sums = w->head_start;
    }
}

void bg_accumulate_short(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at,
                         size_t n) {
    const bg_packed packed = packed_rows(matrix, rows);
    w->model->kernels->product(&packed, x->bytes + at * x->byte_stride, x->byte_stride, n,
                               rows.start != NULL ? rows.start : w->start, 0, w->acc, bg_acc_stride(matrix));
}

void bg_accumulate(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at, size_t n) {
    bg_accumulate_short(w, matrix, rows, x, at, n);
    for (size_t k = 0; rows.start == NULL && k < n; k++)
        add_row_sums(rows.sums, x->grids + at + k, w->acc + k * bg_acc_stride(matrix), rows.count);
    for (size_t k = 0; w->trace != NULL && k < n; k++)
        bg_tell_sums(w, x, at + k, matrix, rows, w->acc + k * bg_acc_stride(matrix));
}

/* Of vectors with a zero point each, which are brought in while sums become values. */
static void shifted_product(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at,
                            size_t n, const float *bias, float *out, size_t out_stride) {
    bg_accumulate_short(w, matrix, rows, x, at, n);
    for (size_t k = 0; k < n; k++)
        w->model->kernels->shifted_scale(w->acc + k * bg_acc_stride(matrix), rows.sums,
                                         matrix->file->scales + rows.first, x->grids + at + k, bias,
                                         out + k * out_stride, rows.count);
}

static void packed_product(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at,
                           size_t n, const float *bias, float *out, size_t out_stride) {
    if (w->model->kernels->scaled_product != NULL && w->trace == NULL && rows.start != NULL &&
        matrix->factors != NULL) {
        const bg_packed packed = packed_rows(matrix, rows);
        w->model->kernels->scaled_product(&packed, x->bytes + at * x->byte_stride, x->byte_stride, n, rows.start, 0,
                                          matrix->factors + rows.first, bias, out, out_stride);
        return;
    }
    if (rows.start == NULL && w->trace == NULL) {
        shifted_product(w, matrix, rows, x, at, n, bias, out, out_stride);
        return;
    }
    bg_accumulate(w, matrix, rows, x, at, n);
    const float *factors = NULL;
    for (size_t k = 0; k < n; k++) {
        if (k == 0 || matrix->site->kind == BG_SITE_DYNAMIC)
            factors = bg_factors(w, matrix, rows, x->grids[at + k].scale);
        w->model->kernels->scale(w->acc + k * bg_acc_stride(matrix), factors, bias, out + k * out_stride, rows.count);
    }
}

static void wide_product(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at,
                         const float *bias, float *out) {
    const void *weights = rows.data;
    const int32_t *integer_bias = matrix->integer_bias != NULL ? matrix->integer_bias + rows.first : NULL;
    const float *factors = bg_factors(w, matrix, rows, x->grids[at].scale);
    bg_wide_sums(weights, rows.count, matrix->file->cols, x->integers + at * x->stride, x->grids[at].zero, integer_bias,
                 w->wide);
    for (uint32_t r = 0; r < rows.count; r++) {
        float p = (float)w->wide[r] * factors[r];
        out[r] = bias != NULL ? p + bias[r] : p;
    }
    if (w->trace != NULL)
        bg_tell_wide_sums(w, x, at, matrix->file->rows, rows, w->wide);
}

static void float_product(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at,
                          size_t n, const float *bias, float *out, size_t out_stride) {
    const void *data = rows.data;
    const bg_packed_f32 packed = {rows.count, matrix->file->cols, data};
    const bg_kernels *kernels = w->model->kernels;
    kernels->product_f32(&packed, x->values + at * x->stride, x->stride, n, out, out_stride);
    for (size_t k = 0; bias != NULL && k < n; k++)
        kernels->add(out + k * out_stride, bias, out + k * out_stride, rows.count);
}

void bg_product(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at, size_t n,
                const float *bias, float *out, size_t out_stride) {
    if (matrix->route == BG_PACKED)
        packed_product(w, matrix, rows, x, at, n, bias, out, out_stride);
    else if (matrix->route == BG_FLOATS)
        float_product(w, matrix, rows, x, at, n, bias, out, out_stride);
    for (size_t k = 0; matrix->route == BG_WIDE && k < n; k++)
        wide_product(w, matrix, rows, x, at + k, bias, out + k * out_stride);
}
