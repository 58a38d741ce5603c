#include "wide.h"

void bg_wide_sums(const int16_t *w, size_t rows, size_t cols, const int32_t *q, int32_t zero, const int32_t *bias,
                  int64_t *acc) {
    for (size_t r = 0; r < rows; r++) {
        int64_t sum = bias != NULL ? bias[r] : 0;
        for (size_t j = 0; j < cols; j++)
            sum += (int64_t)w[r * cols + j] * (q[j] - zero);
        acc[r] = sum;
    }
}
