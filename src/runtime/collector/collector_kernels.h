/*
 * What a collector does to many values. One table of functions for each instruction set, as in kernels.h: buffers are
 * aligned to 64 bytes and padded to 16 elements, every float operation is a single one, collector_scalar.c is the
 * readable twin.
 */
#ifndef BG_COLLECTOR_KERNELS_H
#define BG_COLLECTOR_KERNELS_H

#include "kernels.h"

/* Rows of a matrix, turned: [block of 16 rows][column][16 rows], rows behind the last being zeros. */
typedef struct {
    uint32_t rows, cols;
    const float *data;
} bg_turned;

/* What a histogram counts, and what is summed beside it. */
typedef struct {
    double min, extent; /* max - min, above 0 */
    double middle;
    double bins;
    uint32_t *histogram; /* [bins] */
} bg_tally;

typedef struct {
    const char *name;
    /* out[v][r] = ((0 + w[r][0] x[v][0]) + w[r][1] x[v][1]) + ..., each product and each sum rounded; out
     * [n, out_stride], out_stride >= padded(rows) */
    void (*product)(const bg_turned *w, const float *x, size_t x_stride, size_t n, float *out, size_t out_stride);
    /* out[gate][v][k] = ax[v][gate * hidden + k] + ah[v][gate * hidden + k], below 2^-60 in magnitude +0; ax and ah may
     * be read up to 15 elements behind their end; out [4][n, stride] */
    void (*gates)(const float *const *ax, const float *ah, size_t ah_stride, size_t n, size_t hidden, float *const *out,
                  size_t stride);
    /* A step from its gates: `site` by number, each [count] padded; cell in and out */
    void (*cell)(float *const *site, size_t count);
    /* Widens lane j of `least` and `largest` [16] by the elements k = j mod 16 of n vectors of `count`; 0 where one of
     * them is infinite or no number */
    int (*range)(const float *x, size_t stride, size_t n, size_t count, float *least, float *largest);
    /* Counts n vectors of `count`; sums [n, sums_stride]: lane j of the first 16 has the sums of x - middle of the
     * elements k = j mod 16, of the other 16 those of their squares. 0 where a value is outside the range */
    int (*tally)(const bg_tally *tally, const float *x, size_t stride, size_t n, size_t count, double *sums,
                 size_t sums_stride);
} bg_collector_kernels;

/* As bg_find_kernels; sets that have no table of their own here go by the scalar one. */
const bg_collector_kernels *bg_find_collector_kernels(const char *name);

extern const bg_collector_kernels bg_collector_scalar;
const bg_collector_kernels *bg_collector_avx2(void);
const bg_collector_kernels *bg_collector_avx512(void);

/* The bin of a value, and its share of the sums: one value at a time. */
static inline int bg_tally_one(const bg_tally *tally, float x, double *sum, double *squares) {
    double at = (double)x - tally->min, away = (double)x - tally->middle;
    if (!(at >= 0.0 && at <= tally->extent))
        return 0;
    double bin = at / tally->extent * tally->bins;
    tally->histogram[bin < tally->bins ? (uint32_t)bin : (uint32_t)tally->bins - 1]++;
    *sum += away;
    *squares += away * away;
    return 1;
}

#endif
