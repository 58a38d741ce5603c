#include "grid.h"

#define SMALLEST_SCALE 0x1p-40f
#define LARGEST_SCALE 0x1p40f

static bg_grid grid_of(const bg_site *site, const bg_parsed_model *rules, float scale, float reciprocal, int32_t zero) {
    int32_t shift = rules->zero_before ? 0 : zero;
    bg_grid grid = {.scale = scale,
                    .reciprocal = reciprocal,
                    .floor = (float)(site->low - shift),
                    .ceiling = (float)(site->high - shift),
                    .zero = zero,
                    .low = site->low,
                    .divide = rules->divide,
                    .before = rules->zero_before};
    return grid;
}

bg_grid bg_static_grid(const bg_site *site, const bg_parsed_model *rules) {
    return grid_of(site, rules, site->scale, site->reciprocal, site->zero);
}

/* fround(extent / divisor) from 2^-40 to 2^40, 1 for an extent of 0; the next power of two where that is asked for. */
static float scale_of(const bg_site *site, float extent) {
    if (extent == 0.0f)
        return 1.0f;
    float scale = extent / (float)site->divisor;
    if (scale < SMALLEST_SCALE)
        scale = SMALLEST_SCALE;
    if (scale > LARGEST_SCALE)
        return LARGEST_SCALE;
    if (!site->power_of_two)
        return scale;
    float power = SMALLEST_SCALE;
    while (power < scale)
        power = power * 2.0f;
    return power;
}

static int32_t zero_of(const bg_site *site, float min, float reciprocal) {
    if (!site->affine)
        return 0;
    float z = rintf(-min * reciprocal);
    z = z > (float)site->low ? z : (float)site->low;
    return (int32_t)(z < (float)site->high ? z : (float)site->high);
}

bg_grid bg_dynamic_grid(const bg_site *site, const bg_parsed_model *rules, float min, float max) {
    float magnitude = -min > max ? -min : max;
    float scale = scale_of(site, site->affine ? max - min : magnitude);
    float reciprocal = 1.0f / scale;
    return grid_of(site, rules, scale, reciprocal, zero_of(site, min, reciprocal));
}
