#include "collector_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "bitgauge.h"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#include "vector_avx2.h"

typedef struct {
    __m256d a, b, c, d;
} v_double;

#define VD_ALL(call, x, y) ((v_double){call((x).a, (y).a), call((x).b, (y).b), call((x).c, (y).c), call((x).d, (y).d)})

V_INLINE v_double vd_set(double value) {
    __m256d all = _mm256_set1_pd(value);
    return (v_double){all, all, all, all};
}
V_INLINE v_double vd_load(const double *x) {
    return (v_double){_mm256_loadu_pd(x), _mm256_loadu_pd(x + 4), _mm256_loadu_pd(x + 8), _mm256_loadu_pd(x + 12)};
}
V_INLINE void vd_store(double *out, v_double x) {
    _mm256_storeu_pd(out, x.a);
    _mm256_storeu_pd(out + 4, x.b);
    _mm256_storeu_pd(out + 8, x.c);
    _mm256_storeu_pd(out + 12, x.d);
}
V_INLINE v_double vd_of(v_float x) {
    return (v_double){_mm256_cvtps_pd(_mm256_castps256_ps128(x.a)), _mm256_cvtps_pd(_mm256_extractf128_ps(x.a, 1)),
                      _mm256_cvtps_pd(_mm256_castps256_ps128(x.b)), _mm256_cvtps_pd(_mm256_extractf128_ps(x.b, 1))};
}
V_INLINE v_double vd_add(v_double a, v_double b) { return VD_ALL(_mm256_add_pd, a, b); }
V_INLINE v_double vd_sub(v_double a, v_double b) { return VD_ALL(_mm256_sub_pd, a, b); }
V_INLINE v_double vd_mul(v_double a, v_double b) { return VD_ALL(_mm256_mul_pd, a, b); }
V_INLINE v_double vd_div(v_double a, v_double b) { return VD_ALL(_mm256_div_pd, a, b); }
V_INLINE __m256i vd_both(__m128i low, __m128i high) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}
V_INLINE v_int vd_whole(v_double x) {
    return (v_int){vd_both(_mm256_cvttpd_epi32(x.a), _mm256_cvttpd_epi32(x.b)),
                   vd_both(_mm256_cvttpd_epi32(x.c), _mm256_cvttpd_epi32(x.d))};
}
V_INLINE __m256d vd_below(__m256d x, int n) {
    const __m128i lanes = _mm_cmplt_epi32(_mm_setr_epi32(0, 1, 2, 3), _mm_set1_epi32(n));
    return _mm256_and_pd(x, _mm256_castsi256_pd(_mm256_cvtepi32_epi64(lanes)));
}
V_INLINE v_double vd_first(v_double x, size_t n) {
    return (v_double){vd_below(x.a, (int)n), vd_below(x.b, (int)n - 4), vd_below(x.c, (int)n - 8),
                      vd_below(x.d, (int)n - 12)};
}
V_INLINE v_int vi_whole(v_float x) { return V_EACH(v_int, _mm256_cvttps_epi32, x); }
V_INLINE int vi_same(v_int a, v_int b) {
    __m256i same = _mm256_and_si256(_mm256_cmpeq_epi32(a.a, b.a), _mm256_cmpeq_epi32(a.b, b.b));
    return _mm256_movemask_epi8(same) == -1;
}
V_INLINE v_int vi_least_whole(v_int a, v_int b) { return V_BOTH(v_int, _mm256_min_epu32, a, b); }

V_INLINE void vi_store_halves(uint16_t *out, v_int x) {
    const __m256i lowest = _mm256_set1_epi32(0xffff);
    __m256i halves = _mm256_packus_epi32(_mm256_and_si256(x.a, lowest), _mm256_and_si256(x.b, lowest));
    _mm256_storeu_si256((__m256i *)out, _mm256_permute4x64_epi64(halves, 0xd8));
}

#define V_TILE_BLOCKS 1
#define V_TILE_VECTORS 6
#define V_SET_NAME "avx2"

#include "collector_body.h"

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const bg_collector_kernels *bg_collector_avx2(void) { return bg_kernels_usable("avx2") ? &v_collector_kernels : NULL; }

#else

const bg_collector_kernels *bg_collector_avx2(void) { return NULL; }

#endif
