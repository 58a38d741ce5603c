/*
 * Kernels for AVX2 and FMA, by 16 bits or, with V_AVX_VNNI, by AVX-VNNI. Behind a pragma that switches these on.
 */
#ifndef BG_KERNELS_AVX2_BODY_H
#define BG_KERNELS_AVX2_BODY_H

#include "vector_avx2.h"

#define V_ALONE_8 4
#define V_ALONE_4 2
#define V_ALONE_2 1
#define V_ALONE_N 4
#define V_UNITS_8 1
#define V_UNITS_N 1
#define V_VECTORS_8 4
#define V_VECTORS_4 2
#define V_VECTORS_2 1
#define V_VECTORS_N 4
#define V_ALONE_F 6
#define V_BLOCKS_F 1
#define V_VECTORS_F 6

#include "float_step_body.h"
#include "product_body.h"
#include "product_f32_body.h"

static const bg_kernels v_kernels = {
    .name = "avx2",
    .packed_bytes = v_packed_bytes,
    .pack = v_pack_matrix,
    .product = v_product,
    .scaled_product = v_scaled_product,
    .packed_f32_bytes = v_packed_f32_bytes,
    .pack_f32 = v_pack_f32,
    .product_f32 = v_product_f32,
    .scale = v_each_scale,
    .shifted_scale = v_each_shifted_scale,
    .preactivation = v_each_preactivation,
    .multiply = v_each_multiply,
    .add = v_each_add,
    .times = v_each_times,
    .times_integer = v_each_times_integer,
    .flush = v_each_flush,
    .range = v_find_range,
    .quantize = v_each_quantize,
    .sigmoid = v_each_sigmoid,
    .tanh = v_each_tanh,
    .static_step = v_static_step,
    .static_run = v_static_run,
    .float_step = v_float_step,
    .largest = v_find_largest,
    .exp_shares = v_each_exp_share,
    .lane_sum = v_lane_sum,
    .class_sums = v_class_sums,
    .class_sums_of_steps = v_class_sums_of_steps,
    .class_lanes = v_class_lanes,
};

#endif
