#ifndef BG_WIDE_H
#define BG_WIDE_H

#include <stddef.h>
#include <stdint.h>

/*
 * acc[r] = sum_j W[r][j] * (q[j] - zero) (+ bias[r])
 *
 * Shapes    w [rows, cols] row-major; q [cols]; bias [rows] or NULL; acc [rows].
 * Ranges    integers of up to 16 bits on both sides, cols up to 4,096: a sum stays below 2^45.
 */
void bg_wide_sums(const int16_t *w, size_t rows, size_t cols, const int32_t *q, int32_t zero, const int32_t *bias,
                  int64_t *acc);

#endif
