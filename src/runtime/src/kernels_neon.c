/*
 * Both sets of kernels of 64-bit ARM: "neon" runs on all of them, "dotprod" from armv8.2 on where the machine has dot
 * products. They differ in the integer products alone.
 */
#include "kernel_sets.h"

#include "tiles_neon.h"

#ifdef BG_HAS_NEON

#include "product_f32_neon.h"
#include "vector_neon.h"

#include "float_step_body.h"

#if defined(__linux__) && !defined(__ARM_FEATURE_DOTPROD)
#include <sys/auxv.h>

/* <asm/hwcap.h> */
static int has_dotprod(void) { return (getauxval(AT_HWCAP) >> 20 & 1) != 0; }
#elif defined(__ARM_FEATURE_DOTPROD)
static int has_dotprod(void) { return 1; }
#else
static int has_dotprod(void) { return 0; }
#endif

#define BG_NEON_SET(set, pack_bytes, products)                                                                         \
    {                                                                                                                  \
        .name = set, .packed_bytes = bg_tiles_bytes, .pack = pack_bytes, .product = products,                          \
        .packed_f32_bytes = bg_neon_f32_bytes, .pack_f32 = bg_pack_f32_neon, .product_f32 = bg_product_f32_neon,       \
        .scale = v_each_scale, .shifted_scale = v_each_shifted_scale, .preactivation = v_each_preactivation,           \
        .multiply = v_each_multiply, .add = v_each_add, .flush = v_each_flush, .range = v_find_range,                  \
        .quantize = v_each_quantize, .sigmoid = v_each_sigmoid, .tanh = v_each_tanh, .static_step = v_static_step,     \
        .float_step = v_float_step, .largest = v_find_largest, .exp_shares = v_each_exp_share, .lane_sum = v_lane_sum, \
        .class_sums = v_class_sums, .class_sums_of_steps = v_class_sums_of_steps, .class_lanes = v_class_lanes         \
    }

static const bg_kernels neon = BG_NEON_SET("neon", bg_pack_pairs, bg_product_neon);
static const bg_kernels dotprod = BG_NEON_SET("dotprod", bg_pack_fours, bg_product_dotprod);

const bg_kernels *bg_kernels_neon(void) { return &neon; }
const bg_kernels *bg_kernels_dotprod(void) { return has_dotprod() ? &dotprod : NULL; }

#else

const bg_kernels *bg_kernels_neon(void) { return NULL; }
const bg_kernels *bg_kernels_dotprod(void) { return NULL; }

#endif
