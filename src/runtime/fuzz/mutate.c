#include "mutate.h"

#include <string.h>

#include "little_endian.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* Words at the bounds of the format: 2^-40, 2^40, 2^-60, beside them, subnormal, infinite, NaN, and whole numbers. */
static const uint32_t edges[] = {
    0,          1,          0x80000000, 0x7fffffff, 0xffffffff, 0x2b800000, 0x2b7fffff, 0x53800000, 0x53800001,
    0xd3800000, 0x21800000, 0x217fffff, 0x00000001, 0x007fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001,
    0x3f800000, 0xbf800000, 0x000000ff, 0x00000080, 0xffffff80, 0x00008000, 0xffff8000, 0x0000ffff, 0x00001000,
};

/* The next number of a sequence; of linear congruence, as nothing rests on it. */
static uint32_t next(uint32_t *state, uint32_t below) {
    *state = *state * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)*state * below) >> 32);
}

int mutate_section(uint8_t *bytes, size_t length, unsigned int seed) {
    uint32_t state = seed, count = length < 96 ? 0 : bg_load_u32(bytes + 12);
    if (count == 0 || count > (length - 64) / 32)
        return 0;
    const uint8_t *entry = bytes + 64 + (size_t)32 * next(&state, count);
    uint64_t offset = bg_load_u64(entry + 8), size = bg_load_u64(entry + 16);
    if (offset > length || size > length - offset || size < 4)
        return 0;
    uint8_t *section = bytes + offset;
    if (next(&state, 2) == 0)
        return LLVMFuzzerMutate(section, (size_t)size, (size_t)size) > 0;
    memcpy(section + 4 * (size_t)next(&state, (uint32_t)(size / 4)), &edges[next(&state, sizeof edges / 4)], 4);
    return 1;
}
