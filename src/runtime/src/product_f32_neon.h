/* Float products of the ARM kernels. */
#ifndef BG_PRODUCT_F32_NEON_H
#define BG_PRODUCT_F32_NEON_H

#include "kernels.h"

/* bg_kernels: packed_f32_bytes, pack_f32, product_f32. */
size_t bg_neon_f32_bytes(uint32_t rows, uint32_t cols);
void bg_pack_f32_neon(const float *rows_data, uint32_t rows, uint32_t cols, float *data);
void bg_product_f32_neon(const bg_packed_f32 *w, const float *x, size_t x_stride, size_t n, float *out,
                         size_t out_stride);

#endif
