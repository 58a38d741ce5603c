/* Products of a matrix and the vectors of its site, numerics.md section 4: the twin of product.ts. */
#ifndef BG_PRODUCT_H
#define BG_PRODUCT_H

#include "model.h"

/*
 * values[k][r] = fround(fround(acc[k][r]) * fround(s_W[r] * s_k)) (+ bias[r]) of vectors `at` to `at + n - 1`, by the
 * matrix's route; with a float operand the sum of products (+ bias[r]).
 *
 * Shapes    n up to the workspace's tile, of any size with the route BG_FLOATS; bias [rows.count] at a multiple of 64,
 * or NULL; out [n, out_stride].
 */
void bg_product(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at, size_t n,
                const float *bias, float *out, size_t out_stride);

/* Sums or starts of rows of a matrix whose route is BG_PACKED and that were laid out in passing: w->head_start. */
void bg_sum_rows(bg_workspace *w, const bg_matrix *matrix, bg_rows *rows);

/* The accumulators alone, of a matrix whose route is BG_PACKED: w->acc [n, acc_stride]. */
void bg_accumulate(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at, size_t n);

/* The same, which lack row sums where the zero point is a vector's own: (low - z) * sums[r] is to be added. */
void bg_accumulate_short(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, const bg_vectors *x, size_t at,
                         size_t n);

/* [rows.count] fround(s_W * s): those that are kept, or w->factors, newly computed. */
const float *bg_factors(bg_workspace *w, const bg_matrix *matrix, bg_rows rows, float scale);

#endif
