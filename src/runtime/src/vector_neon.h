/*
 * The vector of vector_body.h: four NEON registers of 4 lanes, on 64-bit ARM. The mode that a program starts in keeps
 * subnormals and rounds half to even.
 */
#ifndef BG_VECTOR_NEON_H
#define BG_VECTOR_NEON_H

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define V_INLINE static inline __attribute__((always_inline))

#ifdef __clang__
#define V_UNROLL
#else
#define V_UNROLL _Pragma("GCC unroll 16")
#endif
#define V_TILE 2

typedef struct {
    float32x4_t a, b, c, d;
} v_float;

typedef struct {
    int32x4_t a, b, c, d;
} v_int;

typedef struct {
    uint32x4_t a, b, c, d;
} v_mask;

/* where the bytes stand: five tables are more than the registers hold */
typedef const uint8_t *v_table;

#define V_OF_1(type, instruction, x) ((type){instruction(x.a), instruction(x.b), instruction(x.c), instruction(x.d)})
#define V_OF_2(type, instruction, x, y)                                                                                \
    ((type){instruction(x.a, y.a), instruction(x.b, y.b), instruction(x.c, y.c), instruction(x.d, y.d)})
#define V_OF_3(type, instruction, x, y, z)                                                                             \
    ((type){instruction(x.a, y.a, z.a), instruction(x.b, y.b, z.b), instruction(x.c, y.c, z.c),                        \
            instruction(x.d, y.d, z.d)})

/* ---- float32 ---- */

V_INLINE v_float v_set(float value) {
    float32x4_t all = vdupq_n_f32(value);
    return (v_float){all, all, all, all};
}

V_INLINE v_float v_load(const float *x) {
    return (v_float){vld1q_f32(x), vld1q_f32(x + 4), vld1q_f32(x + 8), vld1q_f32(x + 12)};
}

V_INLINE v_float v_load_first(const float *x, size_t n) {
    float padded[16] = {0};
    memcpy(padded, x, n * sizeof *x);
    return v_load(padded);
}

V_INLINE void v_store(float *x, v_float v) {
    vst1q_f32(x, v.a);
    vst1q_f32(x + 4, v.b);
    vst1q_f32(x + 8, v.c);
    vst1q_f32(x + 12, v.d);
}

V_INLINE v_float v_add(v_float x, v_float y) { return V_OF_2(v_float, vaddq_f32, x, y); }
V_INLINE v_float v_sub(v_float x, v_float y) { return V_OF_2(v_float, vsubq_f32, x, y); }
V_INLINE v_float v_mul(v_float x, v_float y) { return V_OF_2(v_float, vmulq_f32, x, y); }
V_INLINE v_float v_div(v_float x, v_float y) { return V_OF_2(v_float, vdivq_f32, x, y); }
V_INLINE v_float v_min(v_float x, v_float y) { return V_OF_2(v_float, vminq_f32, x, y); }
V_INLINE v_float v_max(v_float x, v_float y) { return V_OF_2(v_float, vmaxq_f32, x, y); }
V_INLINE v_float v_rint(v_float x) { return V_OF_1(v_float, vrndnq_f32, x); }
V_INLINE v_float v_abs(v_float x) { return V_OF_1(v_float, vabsq_f32, x); }

V_INLINE v_mask v_less(v_float x, v_float y) { return V_OF_2(v_mask, vcltq_f32, x, y); }

V_INLINE v_mask v_first(size_t n) {
    static const uint32_t lanes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    uint32x4_t end = vdupq_n_u32((uint32_t)n);
    return (v_mask){vcltq_u32(vld1q_u32(lanes), end), vcltq_u32(vld1q_u32(lanes + 4), end),
                    vcltq_u32(vld1q_u32(lanes + 8), end), vcltq_u32(vld1q_u32(lanes + 12), end)};
}

V_INLINE int v_any(v_mask m) { return vmaxvq_u32(vorrq_u32(vorrq_u32(m.a, m.b), vorrq_u32(m.c, m.d))) != 0; }

V_INLINE v_float v_pick(v_mask m, v_float x, v_float y) { return V_OF_3(v_float, vbslq_f32, m, x, y); }

V_INLINE float v_tree(v_float p) {
    float32x4_t four = vaddq_f32(vaddq_f32(p.a, p.c), vaddq_f32(p.b, p.d));
    float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

V_INLINE float v_least(v_float x) { return vminvq_f32(vminq_f32(vminq_f32(x.a, x.b), vminq_f32(x.c, x.d))); }
V_INLINE float v_largest(v_float x) { return vmaxvq_f32(vmaxq_f32(vmaxq_f32(x.a, x.b), vmaxq_f32(x.c, x.d))); }

/* ---- int32 ---- */

V_INLINE v_int vi_set(int32_t value) {
    int32x4_t all = vdupq_n_s32(value);
    return (v_int){all, all, all, all};
}

V_INLINE v_int vi_load(const int32_t *x) {
    return (v_int){vld1q_s32(x), vld1q_s32(x + 4), vld1q_s32(x + 8), vld1q_s32(x + 12)};
}

V_INLINE v_int vi_load_first(const int32_t *x, size_t n) {
    int32_t padded[16] = {0};
    memcpy(padded, x, n * sizeof *x);
    return vi_load(padded);
}

V_INLINE void vi_store(int32_t *x, v_int v) {
    vst1q_s32(x, v.a);
    vst1q_s32(x + 4, v.b);
    vst1q_s32(x + 8, v.c);
    vst1q_s32(x + 12, v.d);
}

V_INLINE int32x4_t vi_exponent(int32x4_t x) { return vshlq_n_s32(vaddq_s32(x, vdupq_n_s32(127)), 23); }

V_INLINE v_int vi_add(v_int x, v_int y) { return V_OF_2(v_int, vaddq_s32, x, y); }
V_INLINE v_int vi_mul(v_int x, v_int y) { return V_OF_2(v_int, vmulq_s32, x, y); }
V_INLINE v_int vi_pick(v_mask m, v_int x, v_int y) { return V_OF_3(v_int, vbslq_s32, m, x, y); }
V_INLINE v_int vi_round(v_float x) { return V_OF_1(v_int, vcvtnq_s32_f32, x); }
V_INLINE v_float v_number(v_int x) { return V_OF_1(v_float, vcvtq_f32_s32, x); }
V_INLINE v_float v_of_word(v_int x) { return V_OF_1(v_float, vreinterpretq_f32_s32, x); }
V_INLINE v_float v_raise(v_float p, v_float n) {
    v_int whole = vi_round(n);
    return v_mul(p, v_of_word(V_OF_1(v_int, vi_exponent, whole)));
}

/* ---- bytes ---- */

V_INLINE v_int vi_of_bytes(uint8x16_t bytes) {
    uint16x8_t low = vmovl_u8(vget_low_u8(bytes)), high = vmovl_high_u8(bytes);
    return (v_int){vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(low))), vreinterpretq_s32_u32(vmovl_high_u16(low)),
                   vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(high))), vreinterpretq_s32_u32(vmovl_high_u16(high))};
}

/* the lowest byte of each lane */
V_INLINE uint8x16_t vi_to_bytes(v_int x) {
    int16x8_t low = vmovn_high_s32(vmovn_s32(x.a), x.b), high = vmovn_high_s32(vmovn_s32(x.c), x.d);
    return vreinterpretq_u8_s8(vmovn_high_s16(vmovn_s16(low), high));
}

V_INLINE v_int vi_load_bytes(const uint8_t *x) { return vi_of_bytes(vld1q_u8(x)); }
V_INLINE void vi_store_bytes(uint8_t *x, v_int v) { vst1q_u8(x, vi_to_bytes(v)); }

V_INLINE void vi_deal(v_int *a, v_int *b, v_int *c, v_int *d) {
    v_int w = *a, x = *b, y = *c, z = *d;
    *a = (v_int){w.a, x.a, y.a, z.a};
    *b = (v_int){w.b, x.b, y.b, z.b};
    *c = (v_int){w.c, x.c, y.c, z.c};
    *d = (v_int){w.d, x.d, y.d, z.d};
}

V_INLINE v_table v_table_load(const uint8_t *bytes) { return bytes; }

V_INLINE uint8x16x4_t v_table_quarter(v_table table, size_t quarter) {
    const uint8_t *at = table + 64 * quarter;
    return (uint8x16x4_t){{vld1q_u8(at), vld1q_u8(at + 16), vld1q_u8(at + 32), vld1q_u8(at + 48)}};
}

/* An index behind a quarter leaves the lane as it is; one before it has wrapped to 192 or more, and is behind too. */
V_INLINE v_int vi_lookup(const v_table *table, v_int x) {
    uint8x16_t index = vi_to_bytes(x), quarter = vdupq_n_u8(64);
    uint8x16_t found = vqtbl4q_u8(v_table_quarter(*table, 0), index);
    for (size_t k = 1; k < 4; k++) {
        index = vsubq_u8(index, quarter);
        found = vqtbx4q_u8(found, v_table_quarter(*table, k), index);
    }
    return vi_of_bytes(found);
}

#endif
