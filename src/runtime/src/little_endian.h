/* Numbers as files have them, from any address. Arrays are read in place, which a big-endian machine cannot do. */
#ifndef BG_LITTLE_ENDIAN_H
#define BG_LITTLE_ENDIAN_H

#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && defined(__ORDER_LITTLE_ENDIAN__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Bitgauge's runtime needs a little-endian machine"
#endif

static inline uint16_t bg_load_u16(const uint8_t *at) {
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint32_t bg_load_u32(const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint64_t bg_load_u64(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline int32_t bg_load_i32(const uint8_t *at) {
    int32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline float bg_load_f32(const uint8_t *at) {
    float value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* 1 where all `count` bytes are 0. */
static inline int bg_all_zero(const uint8_t *bytes, size_t count) {
    for (size_t k = 0; k < count; k++)
        if (bytes[k] != 0)
            return 0;
    return 1;
}

#endif
