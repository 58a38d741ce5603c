/*
 * The vector of vector_body.h in one register of AVX-512 (F, BW, VL, DQ and VBMI).
 */
#ifndef BG_VECTOR_AVX512_H
#define BG_VECTOR_AVX512_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define V_INLINE static inline __attribute__((always_inline))
#define V_TILE 4
#define V_BESIDE
#define V_OWN_STEP "step_avx512.h"

typedef __m512 v_float;
typedef __m512i v_int;
typedef __mmask16 v_mask;
typedef struct {
    __m512i a, b, c, d;
} v_table;

V_INLINE v_mask v_first(size_t n) { return (v_mask)((1u << n) - 1); }
V_INLINE int v_any(v_mask mask) { return mask != 0; }

V_INLINE v_float v_set(float value) { return _mm512_set1_ps(value); }
V_INLINE v_float v_load(const float *x) { return _mm512_loadu_ps(x); }
V_INLINE v_float v_load_first(const float *x, size_t n) { return _mm512_maskz_loadu_ps(v_first(n), x); }
V_INLINE void v_store(float *out, v_float x) { _mm512_storeu_ps(out, x); }
V_INLINE v_float v_add(v_float a, v_float b) { return _mm512_add_ps(a, b); }
V_INLINE v_float v_sub(v_float a, v_float b) { return _mm512_sub_ps(a, b); }
V_INLINE v_float v_mul(v_float a, v_float b) { return _mm512_mul_ps(a, b); }
V_INLINE v_float v_div(v_float a, v_float b) { return _mm512_div_ps(a, b); }
V_INLINE v_float v_min(v_float a, v_float b) { return _mm512_min_ps(a, b); }
V_INLINE v_float v_max(v_float a, v_float b) { return _mm512_max_ps(a, b); }
V_INLINE v_float v_rint(v_float x) { return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
V_INLINE v_float v_abs(v_float x) { return _mm512_abs_ps(x); }
V_INLINE v_float v_raise(v_float p, v_float n) { return _mm512_scalef_ps(p, n); }
V_INLINE v_mask v_less(v_float a, v_float b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
V_INLINE v_float v_pick(v_mask mask, v_float a, v_float b) { return _mm512_mask_blend_ps(mask, b, a); }
V_INLINE float v_least(v_float x) { return _mm512_reduce_min_ps(x); }
V_INLINE float v_largest(v_float x) { return _mm512_reduce_max_ps(x); }

V_INLINE float v_tree(v_float p) {
    __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(p), _mm512_extractf32x8_ps(p, 1));
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

V_INLINE v_int vi_set(int32_t value) { return _mm512_set1_epi32(value); }
V_INLINE v_int vi_load(const int32_t *x) { return _mm512_loadu_si512(x); }
V_INLINE v_int vi_load_first(const int32_t *x, size_t n) { return _mm512_maskz_loadu_epi32(v_first(n), x); }
V_INLINE void vi_store(int32_t *out, v_int x) { _mm512_storeu_si512(out, x); }
V_INLINE v_int vi_add(v_int a, v_int b) { return _mm512_add_epi32(a, b); }
V_INLINE v_int vi_mul(v_int a, v_int b) { return _mm512_mullo_epi32(a, b); }
V_INLINE v_int vi_pick(v_mask mask, v_int a, v_int b) { return _mm512_mask_blend_epi32(mask, b, a); }
V_INLINE v_int vi_round(v_float x) { return _mm512_cvtps_epi32(x); }
V_INLINE v_float v_number(v_int x) { return _mm512_cvtepi32_ps(x); }
V_INLINE v_int v_word(v_float x) { return _mm512_castps_si512(x); }
V_INLINE v_float v_of_word(v_int x) { return _mm512_castsi512_ps(x); }

V_INLINE v_int vi_load_bytes(const uint8_t *x) { return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)x)); }
V_INLINE void vi_store_bytes(uint8_t *out, v_int x) { _mm_storeu_si128((__m128i *)out, _mm512_cvtepi32_epi8(x)); }

V_INLINE void vi_deal(v_int *a, v_int *b, v_int *c, v_int *d) {
    v_int lower = _mm512_shuffle_i32x4(*a, *b, 0x44), upper = _mm512_shuffle_i32x4(*a, *b, 0xee);
    v_int lower_too = _mm512_shuffle_i32x4(*c, *d, 0x44), upper_too = _mm512_shuffle_i32x4(*c, *d, 0xee);
    *a = _mm512_shuffle_i32x4(lower, lower_too, 0x88);
    *b = _mm512_shuffle_i32x4(lower, lower_too, 0xdd);
    *c = _mm512_shuffle_i32x4(upper, upper_too, 0x88);
    *d = _mm512_shuffle_i32x4(upper, upper_too, 0xdd);
}

V_INLINE v_table v_table_load(const uint8_t *entries) {
    return (v_table){_mm512_loadu_si512(entries), _mm512_loadu_si512(entries + 64), _mm512_loadu_si512(entries + 128),
                     _mm512_loadu_si512(entries + 192)};
}

/* Of each lane only the lowest byte is looked up; the others become 0. */
V_INLINE v_int vi_lookup(const v_table *table, v_int x) {
    const __mmask64 lowest = 0x1111111111111111;
    __m512i lower = _mm512_maskz_permutex2var_epi8(lowest, table->a, x, table->b);
    __m512i upper = _mm512_maskz_permutex2var_epi8(lowest, table->c, x, table->d);
    return _mm512_mask_blend_epi32(_mm512_test_epi32_mask(x, _mm512_set1_epi32(128)), lower, upper);
}

/* ---- for product_body.h ---- */

V_INLINE v_int vi_sub(v_int a, v_int b) { return _mm512_sub_epi32(a, b); }
V_INLINE v_int vi_and(v_int a, v_int b) { return _mm512_and_si512(a, b); }
V_INLINE v_int vi_or(v_int a, v_int b) { return _mm512_or_si512(a, b); }
V_INLINE v_int vi_xor(v_int a, v_int b) { return _mm512_xor_si512(a, b); }
V_INLINE v_int vi_down(v_int x, int n) { return _mm512_sra_epi32(x, _mm_cvtsi32_si128(n)); }
V_INLINE v_int vi_up(v_int x, int n) { return _mm512_sll_epi32(x, _mm_cvtsi32_si128(n)); }
V_INLINE v_float v_fma(v_float a, v_float b, v_float sum) { return _mm512_fmadd_ps(a, b, sum); }
V_INLINE int32_t vi_total(v_int x) { return _mm512_reduce_add_epi32(x); }

/* gcc moves sums about that are not of the instruction's own type. */
typedef __v16si v_sum;

V_INLINE v_sum v_sum_zero(void) { return (v_sum)_mm512_setzero_si512(); }
V_INLINE v_int v_sum_of(v_sum sum) { return (v_int)sum; }
V_INLINE v_sum v_dot(v_sum sums, v_int u, v_int w) { return (v_sum)_mm512_dpbusd_epi32((v_int)sums, u, w); }

/*
 * Eight weights of b bits are b bytes of memory and eight bytes here. `spread` gives each 8 bytes their b bytes;
 * `shifts` takes 8 bits, round the corner where they begin below 0, that end with a weight; `mask` clears the bits that
 * are not its own. `gather` is the reverse of `spread`.
 */
typedef struct {
    __m512i spread, shifts, mask;
} v_unpacking;

V_INLINE v_unpacking v_unpacking_for(uint32_t bits) {
    const __m512i eights = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    uint64_t each = bits * (uint64_t)0x0101010101010101, ends = bits * (uint64_t)0x0807060504030201;
    __m512i firsts = _mm512_mullo_epi64(eights, _mm512_set1_epi64((long long)each));
    uint64_t shifts = (ends + 0x3838383838383838) & 0x3f3f3f3f3f3f3f3f;
    return (v_unpacking){_mm512_add_epi8(firsts, _mm512_set1_epi64(0x0706050403020100)),
                         _mm512_set1_epi64((long long)shifts), _mm512_set1_epi8((char)(256 - (1 << (8 - bits))))};
}

V_INLINE v_int v_unpack_bytes(const v_unpacking *unpacking, v_int bytes) {
    bytes = _mm512_permutexvar_epi8(unpacking->spread, bytes);
    return _mm512_and_si512(_mm512_multishift_epi64_epi8(unpacking->shifts, bytes), unpacking->mask);
}

V_INLINE v_int v_unpack(const v_unpacking *unpacking, const uint8_t *data) {
    return v_unpack_bytes(unpacking, _mm512_loadu_si512(data));
}

V_INLINE v_int v_bytes_within(const uint8_t *data, size_t n) {
    return _mm512_maskz_loadu_epi8(~(__mmask64)0 >> (64 - n), data);
}

V_INLINE v_int v_unpack_within(const v_unpacking *unpacking, const uint8_t *data, size_t n) {
    return v_unpack_bytes(unpacking, v_bytes_within(data, n));
}

/* Shifts right, by n, the upper halves alone of lanes of 16, 32 or 64 bits. */
#define V_CLOSE(width, x, half, n)                                                                                     \
    _mm512_or_si512(_mm512_and_si512(x, half),                                                                         \
                    _mm512_srl_epi##width(_mm512_andnot_si512(half, x), _mm_cvtsi32_si128(n)))

/* The reverse of `spread`. */
typedef struct {
    __m512i gather;
    uint32_t bits;
} v_packing;

V_INLINE v_packing v_packing_for(uint32_t bits) {
    uint8_t gather[64];
    for (uint32_t k = 0; k < 64; k++)
        gather[k] = (uint8_t)((k / bits * 8 + k % bits) & 63);
    return (v_packing){_mm512_loadu_si512(gather), bits};
}

V_INLINE void v_pack(const v_packing *packing, v_int x, uint8_t *data) {
    uint32_t bits = packing->bits;
    int spare = (int)(8 - bits);
    x = _mm512_and_si512(vi_down(x, spare), _mm512_set1_epi8((char)((1 << bits) - 1)));
    x = V_CLOSE(16, x, _mm512_set1_epi16(0xff), spare);
    x = V_CLOSE(32, x, _mm512_set1_epi32(0xffff), 2 * spare);
    x = V_CLOSE(64, x, _mm512_set1_epi64(0xffffffff), 4 * spare);
    _mm512_mask_storeu_epi8(data, ~(__mmask64)0 >> (64 - 8 * bits), _mm512_permutexvar_epi8(packing->gather, x));
}

/* Pairs of rows, of pairs, of fours, of eights are merged; every index is a constant, so that all stay in registers. */
V_INLINE void v_transpose(v_int rows[16]) {
    __m512i t[16];
#define V_PAIR(k)                                                                                                      \
    t[k] = _mm512_unpacklo_epi32(rows[k], rows[k + 1]);                                                                \
    t[k + 1] = _mm512_unpackhi_epi32(rows[k], rows[k + 1]);
#define V_FOUR(k)                                                                                                      \
    rows[k] = _mm512_unpacklo_epi64(t[k], t[k + 2]);                                                                   \
    rows[k + 1] = _mm512_unpackhi_epi64(t[k], t[k + 2]);                                                               \
    rows[k + 2] = _mm512_unpacklo_epi64(t[k + 1], t[k + 3]);                                                           \
    rows[k + 3] = _mm512_unpackhi_epi64(t[k + 1], t[k + 3]);
#define V_EIGHT(k)                                                                                                     \
    t[k] = _mm512_shuffle_i32x4(rows[k], rows[k + 4], 0x88);                                                           \
    t[k + 4] = _mm512_shuffle_i32x4(rows[k], rows[k + 4], 0xdd);                                                       \
    t[k + 8] = _mm512_shuffle_i32x4(rows[k + 8], rows[k + 12], 0x88);                                                  \
    t[k + 12] = _mm512_shuffle_i32x4(rows[k + 8], rows[k + 12], 0xdd);
#define V_ALL(k)                                                                                                       \
    rows[k] = _mm512_shuffle_i32x4(t[k], t[k + 8], 0x88);                                                              \
    rows[k + 4] = _mm512_shuffle_i32x4(t[k + 4], t[k + 12], 0x88);                                                     \
    rows[k + 8] = _mm512_shuffle_i32x4(t[k], t[k + 8], 0xdd);                                                          \
    rows[k + 12] = _mm512_shuffle_i32x4(t[k + 4], t[k + 12], 0xdd);
    /* clang-format off */
    V_PAIR(0) V_PAIR(2) V_PAIR(4) V_PAIR(6) V_PAIR(8) V_PAIR(10) V_PAIR(12) V_PAIR(14)
    V_FOUR(0) V_FOUR(4) V_FOUR(8) V_FOUR(12)
    V_EIGHT(0) V_EIGHT(1) V_EIGHT(2) V_EIGHT(3)
    V_ALL(0) V_ALL(1) V_ALL(2) V_ALL(3)
    /* clang-format on */
#undef V_PAIR
#undef V_FOUR
#undef V_EIGHT
#undef V_ALL
}

#endif
