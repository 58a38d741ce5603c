#include "collector_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "bitgauge.h"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vnni"))),      \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vnni")
#endif

#include "vector_avx512.h"

typedef struct {
    __m512d a, b;
} v_double;

#define VD_BOTH(call, x, y) ((v_double){call((x).a, (y).a), call((x).b, (y).b)})

V_INLINE v_double vd_set(double value) { return (v_double){_mm512_set1_pd(value), _mm512_set1_pd(value)}; }
V_INLINE v_double vd_load(const double *x) { return (v_double){_mm512_loadu_pd(x), _mm512_loadu_pd(x + 8)}; }
V_INLINE void vd_store(double *out, v_double x) {
    _mm512_storeu_pd(out, x.a);
    _mm512_storeu_pd(out + 8, x.b);
}
V_INLINE v_double vd_of(v_float x) {
    return (v_double){_mm512_cvtps_pd(_mm512_castps512_ps256(x)), _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1))};
}
V_INLINE v_double vd_add(v_double a, v_double b) { return VD_BOTH(_mm512_add_pd, a, b); }
V_INLINE v_double vd_sub(v_double a, v_double b) { return VD_BOTH(_mm512_sub_pd, a, b); }
V_INLINE v_double vd_mul(v_double a, v_double b) { return VD_BOTH(_mm512_mul_pd, a, b); }
V_INLINE v_double vd_div(v_double a, v_double b) { return VD_BOTH(_mm512_div_pd, a, b); }
V_INLINE v_int vd_whole(v_double x) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvttpd_epi32(x.a)), _mm512_cvttpd_epi32(x.b), 1);
}
V_INLINE v_double vd_first(v_double x, size_t n) {
    const v_mask all = v_first(n);
    return (v_double){_mm512_maskz_mov_pd((__mmask8)all, x.a), _mm512_maskz_mov_pd((__mmask8)(all >> 8), x.b)};
}
V_INLINE v_int vi_whole(v_float x) { return _mm512_cvttps_epi32(x); }
V_INLINE int vi_same(v_int a, v_int b) { return _mm512_cmpneq_epi32_mask(a, b) == 0; }
V_INLINE v_int vi_least_whole(v_int a, v_int b) { return _mm512_min_epu32(a, b); }

V_INLINE void vi_store_halves(uint16_t *out, v_int x) { _mm256_storeu_si256((__m256i *)out, _mm512_cvtepi32_epi16(x)); }

#define V_TILE_BLOCKS 2
#define V_TILE_VECTORS 12
#define V_SET_NAME "avx512"

#include "collector_body.h"

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const bg_collector_kernels *bg_collector_avx512(void) {
    return bg_kernels_usable("avx512") ? &v_collector_kernels : NULL;
}

#else

const bg_collector_kernels *bg_collector_avx512(void) { return NULL; }

#endif
