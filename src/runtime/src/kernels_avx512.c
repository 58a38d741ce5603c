/*
 * Kernels for AVX-512: F, BW, VL, DQ, VNNI and VBMI (Ice Lake and Zen 4 on). Machines with less run avx2.
 */
#include "kernel_sets.h"

#if defined(__x86_64__)

#include "cpu_x86.h"

#include <immintrin.h>
#include <string.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512vbmi,fma"))),  \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512vbmi,fma")
#endif

#include "vector_avx512.h"

#define V_ALONE_8 16
#define V_ALONE_4 8
#define V_ALONE_2 4
#define V_ALONE_N 16
#define V_UNITS_8 4
#define V_UNITS_N 2
#define V_VECTORS_8 6
#define V_VECTORS_4 12
#define V_VECTORS_2 6
#define V_VECTORS_N 12
#define V_ALONE_F 25
#define V_BLOCKS_F 2
#define V_VECTORS_F 12

#include "float_step_body.h"
#include "product_body.h"
#include "product_f32_body.h"

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

static int is_usable(void) {
    const uint32_t of_b = BG_CPU_AVX2 | BG_CPU_AVX512F | BG_CPU_AVX512DQ | BG_CPU_AVX512BW | BG_CPU_AVX512VL;
    const uint32_t of_c = BG_CPU_VBMI | BG_CPU_VNNI;
    bg_cpu_x86 cpu = bg_cpu_x86_of_machine();
    return (cpu.kept & BG_KEPT_ZMM) == BG_KEPT_ZMM && (cpu.basic_c & BG_CPU_FMA) && (cpu.extended_b & of_b) == of_b &&
           (cpu.extended_c & of_c) == of_c;
}

const bg_kernels *bg_kernels_avx512(void) {
    static const bg_kernels table = {
        .name = "avx512",
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
    return is_usable() ? &table : NULL;
}

#else

const bg_kernels *bg_kernels_avx512(void) { return NULL; }

#endif
