/*
 * The sequences of docs/format/nonlinearities.md, one value at a time: the twin of
 * src/core/quantization/nonlinearities.ts. Compile with -ffp-contract=off and never with -ffast-math.
 */
#ifndef BG_SEQUENCES_H
#define BG_SEQUENCES_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline float bg_from_word(uint32_t word) {
    float value;
    memcpy(&value, &word, 4);
    return value;
}

static inline uint32_t bg_to_word(float value) {
    uint32_t word;
    memcpy(&word, &value, 4);
    return word;
}

static inline float bg_polynomial(const uint32_t *terms, int count, float x) {
    float sum = bg_from_word(terms[count - 1]);
    for (int k = count - 2; k >= 0; k--)
        sum = sum * x + bg_from_word(terms[k]);
    return sum;
}

static inline float bg_exp_within(float x) {
    static const uint32_t terms[] = {0x3efffffe, 0x3e2aaa46, 0x3d2aac5c, 0x3c091f2c, 0x3ab526ba};
    float n = rintf(x * 0x1.715476p+0f);
    float r = (x - n * 0x1.63p-1f) - n * -0x1.bd0106p-13f;
    float p = ((r * r) * bg_polynomial(terms, 5, r) + r) + 1.0f;
    return p * bg_from_word((uint32_t)((int32_t)n + 127) << 23);
}

static inline float bg_exp_32(float x) {
    if (x < bg_from_word(0xc2aeac4f))
        return 0.0f;
    return bg_exp_within(x < 88.0f ? x : 88.0f);
}

static inline float bg_log_32(float x) {
    static const uint32_t terms[] = {0x3eaaaaa3, 0xbe7ffffc, 0x3e4cd292, 0xbe2aafdf, 0x3e11998c,
                                     0xbdfddf9a, 0x3df368dc, 0xbdf0108a, 0x3d8b53a5};
    if (x < 0x1p-126f)
        x = 0x1p-126f;
    if (x > bg_from_word(0x7f7fffff))
        x = bg_from_word(0x7f7fffff);
    int32_t e = (int32_t)(bg_to_word(x) - 0x3f3504f3) >> 23;
    float n = (float)e;
    float f = bg_from_word(bg_to_word(x) - ((uint32_t)e << 23)) - 1.0f;
    float square = f * f;
    float cubic = (f * square) * bg_polynomial(terms, 9, f);
    float low = cubic + n * -0x1.bd0106p-13f;
    float bent = low - 0.5f * square;
    return (f + bent) + n * 0x1.63p-1f;
}

static inline float bg_sigmoid_32(float x) {
    float a = fabsf(x);
    float e = bg_exp_within(-(a < 40.0f ? a : 40.0f));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

static inline float bg_tanh_32(float x) {
    static const uint32_t terms[] = {0xbeaaaaa4, 0x3e08862f, 0xbd5c82e2, 0x3cac08fb, 0xbbca2a79};
    float a = fabsf(x);
    if (a > 10.0f)
        a = 10.0f;
    float square = a * a;
    float y = a < 0.5625f ? (bg_polynomial(terms, 5, square) * square) * a + a
                          : 1.0f - 2.0f / (bg_exp_within(2.0f * a) + 1.0f);
    return x < 0.0f ? -y : y;
}

#endif
