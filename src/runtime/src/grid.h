/* Grids of single values, numerics.md sections 2 and 3: the twin of src/core/quantization/grid.ts. */
#ifndef BG_GRID_H
#define BG_GRID_H

#include <math.h>

#include "kernels.h"
#include "parsed_model.h"

/*
 * t = fround(x * r) or fround(x / s);  after: clamp(rint(t), low - z, high - z) + z
 *                                      before: clamp(rint(fround(t + z)), low, high)
 *
 * Ranges    x is finite; an infinite t is clamped as any other.
 */
static inline int32_t bg_quantize_value(const bg_grid *grid, float x) {
    float t = grid->divide ? x / grid->scale : x * grid->reciprocal;
    if (grid->before)
        t = t + (float)grid->zero;
    float v = rintf(t);
    v = v > grid->floor ? v : grid->floor;
    v = v < grid->ceiling ? v : grid->ceiling;
    return (int32_t)v + (grid->before ? 0 : grid->zero);
}

/* d(q) = fround((q - z) * s); +0 where q is z. */
static inline float bg_dequantize_value(const bg_grid *grid, int32_t q) {
    return (float)(q - grid->zero) * grid->scale;
}

/* The grid of a static site. */
bg_grid bg_static_grid(const bg_site *site, const bg_parsed_model *rules);

/* The grid that a dynamic site takes from a vector whose smallest and largest values, 0 included, are `min` and `max`.
 */
bg_grid bg_dynamic_grid(const bg_site *site, const bg_parsed_model *rules, float min, float max);

#endif
