/*
 * The vector of vector_body.h in two registers of AVX2.
 */
#ifndef BG_VECTOR_AVX2_H
#define BG_VECTOR_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define V_INLINE static inline __attribute__((always_inline))
#define V_TILE 2

typedef struct {
    __m256 a, b;
} v_float;
typedef struct {
    __m256i a, b;
} v_int;
typedef v_float v_mask;

#define V_EACH(type, call, x) ((type){call((x).a), call((x).b)})
#define V_BOTH(type, call, x, y) ((type){call((x).a, (y).a), call((x).b, (y).b)})

V_INLINE v_int v_below(size_t n) {
    __m256i count = _mm256_set1_epi32((int)n), lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return (v_int){_mm256_cmpgt_epi32(count, lane),
                   _mm256_cmpgt_epi32(_mm256_sub_epi32(count, _mm256_set1_epi32(8)), lane)};
}
V_INLINE v_mask v_first(size_t n) { return V_EACH(v_mask, _mm256_castsi256_ps, v_below(n)); }
V_INLINE int v_any(v_mask mask) { return _mm256_movemask_ps(_mm256_or_ps(mask.a, mask.b)) != 0; }

V_INLINE v_float v_set(float value) { return (v_float){_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
V_INLINE v_float v_load(const float *x) { return (v_float){_mm256_loadu_ps(x), _mm256_loadu_ps(x + 8)}; }
V_INLINE v_float v_load_first(const float *x, size_t n) {
    v_int below = v_below(n);
    return (v_float){_mm256_maskload_ps(x, below.a), _mm256_maskload_ps(x + 8, below.b)};
}
V_INLINE void v_store(float *out, v_float x) {
    _mm256_storeu_ps(out, x.a);
    _mm256_storeu_ps(out + 8, x.b);
}
V_INLINE v_float v_add(v_float a, v_float b) { return V_BOTH(v_float, _mm256_add_ps, a, b); }
V_INLINE v_float v_sub(v_float a, v_float b) { return V_BOTH(v_float, _mm256_sub_ps, a, b); }
V_INLINE v_float v_mul(v_float a, v_float b) { return V_BOTH(v_float, _mm256_mul_ps, a, b); }
V_INLINE v_float v_div(v_float a, v_float b) { return V_BOTH(v_float, _mm256_div_ps, a, b); }
V_INLINE v_float v_min(v_float a, v_float b) { return V_BOTH(v_float, _mm256_min_ps, a, b); }
V_INLINE v_float v_max(v_float a, v_float b) { return V_BOTH(v_float, _mm256_max_ps, a, b); }
V_INLINE v_float v_rint(v_float x) {
    return (v_float){_mm256_round_ps(x.a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC),
                     _mm256_round_ps(x.b, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
V_INLINE v_float v_abs(v_float x) {
    v_float sign = v_set(-0.0f);
    return V_BOTH(v_float, _mm256_andnot_ps, sign, x);
}
V_INLINE v_mask v_less(v_float a, v_float b) {
    return (v_mask){_mm256_cmp_ps(a.a, b.a, _CMP_LT_OQ), _mm256_cmp_ps(a.b, b.b, _CMP_LT_OQ)};
}
V_INLINE v_float v_pick(v_mask mask, v_float a, v_float b) {
    return (v_float){_mm256_blendv_ps(b.a, a.a, mask.a), _mm256_blendv_ps(b.b, a.b, mask.b)};
}

/* The first lane of `both` over eight lanes, as a tree. */
#define V_OF_EIGHT(both, eight)                                                                                        \
    __m128 four = both(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));                                \
    __m128 two = both(four, _mm_movehl_ps(four, four));                                                                \
    return _mm_cvtss_f32(both(two, _mm_movehdup_ps(two)))

V_INLINE float v_tree(v_float p) {
    __m256 eight = _mm256_add_ps(p.a, p.b);
    V_OF_EIGHT(_mm_add_ps, eight);
}
V_INLINE float v_least(v_float x) {
    __m256 eight = _mm256_min_ps(x.a, x.b);
    V_OF_EIGHT(_mm_min_ps, eight);
}
V_INLINE float v_largest(v_float x) {
    __m256 eight = _mm256_max_ps(x.a, x.b);
    V_OF_EIGHT(_mm_max_ps, eight);
}

V_INLINE v_int vi_set(int32_t value) { return (v_int){_mm256_set1_epi32(value), _mm256_set1_epi32(value)}; }
V_INLINE v_int vi_load(const int32_t *x) {
    return (v_int){_mm256_loadu_si256((const __m256i *)x), _mm256_loadu_si256((const __m256i *)(x + 8))};
}
V_INLINE v_int vi_load_first(const int32_t *x, size_t n) {
    v_int below = v_below(n);
    return (v_int){_mm256_maskload_epi32(x, below.a), _mm256_maskload_epi32(x + 8, below.b)};
}
V_INLINE void vi_store(int32_t *out, v_int x) {
    _mm256_storeu_si256((__m256i *)out, x.a);
    _mm256_storeu_si256((__m256i *)(out + 8), x.b);
}
V_INLINE v_int vi_add(v_int a, v_int b) { return V_BOTH(v_int, _mm256_add_epi32, a, b); }
V_INLINE v_int vi_mul(v_int a, v_int b) { return V_BOTH(v_int, _mm256_mullo_epi32, a, b); }
V_INLINE v_float v_number(v_int x) { return V_EACH(v_float, _mm256_cvtepi32_ps, x); }
V_INLINE v_float v_of_word(v_int x) { return V_EACH(v_float, _mm256_castsi256_ps, x); }
V_INLINE v_int v_word(v_float x) { return V_EACH(v_int, _mm256_castps_si256, x); }
V_INLINE v_int vi_pick(v_mask mask, v_int a, v_int b) { return v_word(v_pick(mask, v_of_word(a), v_of_word(b))); }
V_INLINE v_int vi_round(v_float x) { return V_EACH(v_int, _mm256_cvtps_epi32, x); }
V_INLINE v_float v_raise(v_float p, v_float n) {
    v_int power = vi_add(vi_round(n), vi_set(127));
    return v_mul(p, v_of_word((v_int){_mm256_slli_epi32(power.a, 23), _mm256_slli_epi32(power.b, 23)}));
}

V_INLINE v_int vi_load_bytes(const uint8_t *x) {
    return (v_int){_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)x)),
                   _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(x + 8)))};
}
V_INLINE __m128i v_bytes(v_int x) {
    __m256i lowest = _mm256_set1_epi32(255);
    __m256i words = _mm256_packus_epi32(_mm256_and_si256(x.a, lowest), _mm256_and_si256(x.b, lowest));
    words = _mm256_permute4x64_epi64(words, 0xd8);
    return _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
}
V_INLINE void vi_store_bytes(uint8_t *out, v_int x) { _mm_storeu_si128((__m128i *)out, v_bytes(x)); }

/*
 * A row of 16 entries is looked up where the index is neither below it nor above 127; going down the rows, 16 less each
 * time, all of an index's rows up to its own are met. A row stands here as its difference (exclusive or) from the one
 * before, so that they add up to its own. Entries below 128 in the lower lane, the others in the upper.
 */
typedef struct {
    __m256i rows[8];
} v_table;

/* Sixteen entries from k, and sixteen from 128 + k. */
V_INLINE __m256i v_table_row(const uint8_t *entries, size_t k) {
    __m128i lower = _mm_loadu_si128((const __m128i *)(entries + k));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(lower), _mm_loadu_si128((const __m128i *)(entries + 128 + k)),
                                   1);
}

V_INLINE void vi_deal(v_int *a, v_int *b, v_int *c, v_int *d) {
    v_int w = *a, x = *b, y = *c, z = *d;
    *a = (v_int){_mm256_permute2x128_si256(w.a, x.a, 0x20), _mm256_permute2x128_si256(y.a, z.a, 0x20)};
    *b = (v_int){_mm256_permute2x128_si256(w.a, x.a, 0x31), _mm256_permute2x128_si256(y.a, z.a, 0x31)};
    *c = (v_int){_mm256_permute2x128_si256(w.b, x.b, 0x20), _mm256_permute2x128_si256(y.b, z.b, 0x20)};
    *d = (v_int){_mm256_permute2x128_si256(w.b, x.b, 0x31), _mm256_permute2x128_si256(y.b, z.b, 0x31)};
}

V_INLINE v_table v_table_load(const uint8_t *entries) {
    v_table table;
    __m256i before = table.rows[0] = v_table_row(entries, 0), row;
#define V_ROW(k) row = v_table_row(entries, 16 * k), table.rows[k] = _mm256_xor_si256(row, before), before = row;
    /* clang-format off */
    V_ROW(1) V_ROW(2) V_ROW(3) V_ROW(4) V_ROW(5) V_ROW(6) V_ROW(7)
    /* clang-format on */
#undef V_ROW
        return table;
}

V_INLINE v_int vi_lookup(const v_table *table, v_int x) {
    __m128i bytes = v_bytes(x), other = _mm_xor_si128(bytes, _mm_set1_epi8((char)128));
    __m256i index = _mm256_inserti128_si256(_mm256_castsi128_si256(bytes), other, 1);
    __m256i found = _mm256_shuffle_epi8(table->rows[0], index);
#define V_ROW(k)                                                                                                       \
    index = _mm256_subs_epi8(index, _mm256_set1_epi8(16));                                                             \
    found = _mm256_xor_si256(found, _mm256_shuffle_epi8(table->rows[k], index));
    /* clang-format off */
    V_ROW(1) V_ROW(2) V_ROW(3) V_ROW(4) V_ROW(5) V_ROW(6) V_ROW(7)
    /* clang-format on */
#undef V_ROW
        __m128i either = _mm_or_si128(_mm256_castsi256_si128(found), _mm256_extracti128_si256(found, 1));
    return (v_int){_mm256_cvtepu8_epi32(either), _mm256_cvtepu8_epi32(_mm_unpackhi_epi64(either, either))};
}

/* ---- for product_body.h ---- */

V_INLINE v_float v_fma(v_float a, v_float b, v_float sum) {
    return (v_float){_mm256_fmadd_ps(a.a, b.a, sum.a), _mm256_fmadd_ps(a.b, b.b, sum.b)};
}
V_INLINE v_int vi_sub(v_int a, v_int b) { return V_BOTH(v_int, _mm256_sub_epi32, a, b); }
V_INLINE v_int vi_and(v_int a, v_int b) { return V_BOTH(v_int, _mm256_and_si256, a, b); }
V_INLINE v_int vi_or(v_int a, v_int b) { return V_BOTH(v_int, _mm256_or_si256, a, b); }
V_INLINE v_int vi_xor(v_int a, v_int b) { return V_BOTH(v_int, _mm256_xor_si256, a, b); }
V_INLINE v_int vi_down(v_int x, int n) {
    __m128i count = _mm_cvtsi32_si128(n);
    return (v_int){_mm256_sra_epi32(x.a, count), _mm256_sra_epi32(x.b, count)};
}
V_INLINE v_int vi_up(v_int x, int n) {
    __m128i count = _mm_cvtsi32_si128(n);
    return (v_int){_mm256_sll_epi32(x.a, count), _mm256_sll_epi32(x.b, count)};
}
V_INLINE int32_t vi_total(v_int x) {
    __m256i eight = _mm256_add_epi32(x.a, x.b);
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
    __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

/* gcc moves sums about that are not of the instruction's own type. */
typedef struct {
    __v8si a, b;
} v_sum;

V_INLINE v_sum v_sum_zero(void) { return (v_sum){(__v8si)_mm256_setzero_si256(), (__v8si)_mm256_setzero_si256()}; }
V_INLINE v_int v_sum_of(v_sum sum) { return (v_int){(__m256i)sum.a, (__m256i)sum.b}; }

#ifdef V_AVX_VNNI
V_INLINE __v8si v_dot_eight(__v8si sums, __m256i u, __m256i w) {
    return (__v8si)_mm256_dpbusd_avx_epi32((__m256i)sums, u, w);
}
#else
/* By 16 bits, the even bytes and the odd ones apart: nothing saturates. */
V_INLINE __v8si v_dot_eight(__v8si sums, __m256i u, __m256i w) {
    __m256i even =
        _mm256_madd_epi16(_mm256_and_si256(u, _mm256_set1_epi16(255)), _mm256_srai_epi16(_mm256_slli_epi16(w, 8), 8));
    __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(u, 8), _mm256_srai_epi16(w, 8));
    return (__v8si)_mm256_add_epi32(_mm256_add_epi32((__m256i)sums, even), odd);
}
#endif

V_INLINE v_sum v_dot(v_sum sums, v_int u, v_int w) {
    return (v_sum){v_dot_eight(sums.a, u.a, w.a), v_dot_eight(sums.b, u.b, w.b)};
}

/*
 * Sixteen weights of b bits are 2 b bytes of memory and 16 bytes here. `even` and `odd` give each weight the two bytes
 * in which it lies; times a power of two it comes to the upper end of these 16 bits; `mask` clears the bits that are
 * not its own.
 */
typedef struct {
    __m256i even, odd, even_times, odd_times, mask;
    size_t bits;
} v_unpacking;

/* From the bits at which eight weights begin: their bytes, or 2^(16 - bits - those below 8). */
V_INLINE __m256i v_places(__m256i first) {
    __m256i bytes = _mm256_srli_epi16(first, 3);
    return _mm256_add_epi8(_mm256_or_si256(bytes, _mm256_slli_epi16(bytes, 8)), _mm256_set1_epi16(0x100));
}
V_INLINE __m256i v_times(__m256i first, uint32_t bits) {
    const __m256i powers = _mm256_set1_epi64x(0x0102040810204080);
    __m256i in_byte = _mm256_or_si256(_mm256_and_si256(first, _mm256_set1_epi16(7)), _mm256_set1_epi16((short)0x8000));
    return _mm256_sll_epi16(_mm256_shuffle_epi8(powers, in_byte), _mm_cvtsi32_si128((int)(9 - bits)));
}

V_INLINE v_unpacking v_unpacking_for(uint32_t bits) {
    __m128i numbers = _mm_setr_epi16(0, 2, 4, 6, 8, 10, 12, 14), width = _mm_set1_epi16((short)bits);
    __m256i even = _mm256_broadcastsi128_si256(_mm_mullo_epi16(numbers, width));
    __m256i odd = _mm256_add_epi16(even, _mm256_set1_epi16((short)bits));
    return (v_unpacking){v_places(even),
                         v_places(odd),
                         v_times(even, bits),
                         v_times(odd, bits),
                         _mm256_set1_epi8((char)(256 - (1 << (8 - bits)))),
                         bits};
}

V_INLINE __m256i v_unpack_half(const v_unpacking *unpacking, const uint8_t *data) {
    __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)data)),
                                            _mm_loadu_si128((const __m128i *)(data + 2 * unpacking->bits)), 1);
    __m256i even = _mm256_mullo_epi16(_mm256_shuffle_epi8(bytes, unpacking->even), unpacking->even_times);
    __m256i odd = _mm256_mullo_epi16(_mm256_shuffle_epi8(bytes, unpacking->odd), unpacking->odd_times);
    __m256i both = _mm256_blendv_epi8(_mm256_srli_epi16(even, 8), odd, _mm256_set1_epi16((short)0xff00));
    return _mm256_and_si256(both, unpacking->mask);
}

V_INLINE v_int v_unpack(const v_unpacking *unpacking, const uint8_t *data) {
    return (v_int){v_unpack_half(unpacking, data), v_unpack_half(unpacking, data + 4 * unpacking->bits)};
}

V_INLINE v_int v_bytes_within(const uint8_t *data, size_t n) {
    uint8_t few[64] = {0};
    if (n == 64)
        return vi_load((const int32_t *)(const void *)data);
    memcpy(few, data, n);
    return vi_load((const int32_t *)(const void *)few);
}

V_INLINE v_int v_unpack_within(const v_unpacking *unpacking, const uint8_t *data, size_t n) {
    uint8_t few[64] = {0};
    memcpy(few, data, n);
    return v_unpack(unpacking, few);
}

/* Shifts right, by n, the upper halves alone of lanes of 16, 32 or 64 bits. */
#define V_CLOSE(width, x, half, n)                                                                                     \
    _mm256_or_si256(_mm256_and_si256(x, half),                                                                         \
                    _mm256_srl_epi##width(_mm256_andnot_si256(half, x), _mm_cvtsi32_si128(n)))

V_INLINE void v_pack_half(__m256i x, uint32_t bits, uint8_t *data) {
    int spare = (int)(8 - bits);
    uint8_t eights[32];
    x = _mm256_and_si256(_mm256_srl_epi16(x, _mm_cvtsi32_si128(spare)), _mm256_set1_epi8((char)((1 << bits) - 1)));
    x = V_CLOSE(16, x, _mm256_set1_epi16(0xff), spare);
    x = V_CLOSE(32, x, _mm256_set1_epi32(0xffff), 2 * spare);
    x = V_CLOSE(64, x, _mm256_set1_epi64x(0xffffffff), 4 * spare);
    _mm256_storeu_si256((__m256i *)eights, x);
    for (size_t k = 0; k < 4; k++)
        memcpy(data + k * bits, eights + 8 * k, bits);
}

typedef uint32_t v_packing;

V_INLINE v_packing v_packing_for(uint32_t bits) { return bits; }

V_INLINE void v_pack(const v_packing *bits, v_int x, uint8_t *data) {
    v_pack_half(x.a, *bits, data);
    v_pack_half(x.b, *bits, data + (size_t)4 * *bits);
}

/* Pairs of rows, pairs of pairs, then halves are merged; every index is a constant, so that they stay in registers. */
V_INLINE void v_transpose_eight(__m256i r[8]) {
    __m256i t[8];
#define V_PAIR(k)                                                                                                      \
    t[k] = _mm256_unpacklo_epi32(r[k], r[k + 1]);                                                                      \
    t[k + 1] = _mm256_unpackhi_epi32(r[k], r[k + 1]);
#define V_FOUR(k)                                                                                                      \
    r[k] = _mm256_unpacklo_epi64(t[k], t[k + 2]);                                                                      \
    r[k + 1] = _mm256_unpackhi_epi64(t[k], t[k + 2]);                                                                  \
    r[k + 2] = _mm256_unpacklo_epi64(t[k + 1], t[k + 3]);                                                              \
    r[k + 3] = _mm256_unpackhi_epi64(t[k + 1], t[k + 3]);
#define V_HALVES(k)                                                                                                    \
    t[k] = _mm256_permute2x128_si256(r[k], r[k + 4], 0x20);                                                            \
    t[k + 4] = _mm256_permute2x128_si256(r[k], r[k + 4], 0x31);
    /* clang-format off */
    V_PAIR(0) V_PAIR(2) V_PAIR(4) V_PAIR(6)
    V_FOUR(0) V_FOUR(4)
    V_HALVES(0) V_HALVES(1) V_HALVES(2) V_HALVES(3)
    /* clang-format on */
#undef V_PAIR
#undef V_FOUR
#undef V_HALVES
        memcpy(r, t, sizeof t);
}

V_INLINE void v_transpose(v_int rows[16]) {
    __m256i q[4][8];
#define V_APART(k) q[0][k] = rows[k].a, q[1][k] = rows[k + 8].a, q[2][k] = rows[k].b, q[3][k] = rows[k + 8].b;
#define V_TOGETHER(k)                                                                                                  \
    rows[k] = (v_int){q[0][k], q[1][k]};                                                                               \
    rows[k + 8] = (v_int){q[2][k], q[3][k]};
    /* clang-format off */
    V_APART(0) V_APART(1) V_APART(2) V_APART(3) V_APART(4) V_APART(5) V_APART(6) V_APART(7)
    v_transpose_eight(q[0]);
    v_transpose_eight(q[1]);
    v_transpose_eight(q[2]);
    v_transpose_eight(q[3]);
    V_TOGETHER(0) V_TOGETHER(1) V_TOGETHER(2) V_TOGETHER(3)
    V_TOGETHER(4) V_TOGETHER(5) V_TOGETHER(6) V_TOGETHER(7)
    /* clang-format on */
#undef V_APART
#undef V_TOGETHER
}

#endif
