/* The readable twin: what all other tables give, one value at a time. */
#include <math.h>

#include "collector_kernels.h"
#include "parsed_model.h"
#include "sequences.h"

static void product(const bg_turned *w, const float *x, size_t x_stride, size_t n, float *out, size_t out_stride) {
    for (size_t v = 0; v < n; v++)
        for (size_t r = 0; r < bg_padded(w->rows); r += BG_LANES) {
            float sums[BG_LANES] = {0};
            for (size_t j = 0; j < w->cols; j++)
                for (size_t lane = 0; lane < BG_LANES; lane++)
                    sums[lane] = sums[lane] + w->data[r * w->cols + j * BG_LANES + lane] * x[v * x_stride + j];
            memcpy(out + v * out_stride + r, sums, sizeof sums);
        }
}

static float flushed(float x) { return fabsf(x) < 0x1p-60f ? 0.0f : x; }

static void gates(const float *const *ax, const float *ah, size_t ah_stride, size_t n, size_t hidden, float *const *out,
                  size_t stride) {
    for (size_t gate = 0; gate < 4; gate++)
        for (size_t v = 0; v < n; v++)
            for (size_t k = 0; k < hidden; k++)
                out[gate][v * stride + k] = flushed(ax[v][gate * hidden + k] + ah[v * ah_stride + gate * hidden + k]);
}

static void cell(float *const *site, size_t count) {
    for (size_t k = 0; k < count; k++) {
        float i = site[BG_SIGMOID_I][k] = bg_sigmoid_32(site[BG_GATE_I][k]);
        float f = site[BG_SIGMOID_F][k] = bg_sigmoid_32(site[BG_GATE_F][k]);
        float g = site[BG_TANH_G][k] = bg_tanh_32(site[BG_GATE_G][k]);
        float o = site[BG_SIGMOID_O][k] = bg_sigmoid_32(site[BG_GATE_O][k]);
        float kept = f * site[BG_CELL][k], added = i * g;
        site[BG_CELL][k] = flushed(kept + added);
        site[BG_TANH_C][k] = bg_tanh_32(site[BG_CELL][k]);
        site[BG_HIDDEN][k] = flushed(o * site[BG_TANH_C][k]);
    }
}

static int range(const float *x, size_t stride, size_t n, size_t count, float *least, float *largest) {
    for (size_t v = 0; v < n; v++)
        for (size_t k = 0; k < count; k++) {
            float value = x[v * stride + k];
            if (!isfinite(value))
                return 0;
            if (value < least[k % BG_LANES])
                least[k % BG_LANES] = value;
            if (value > largest[k % BG_LANES])
                largest[k % BG_LANES] = value;
        }
    return 1;
}

static int tally(const bg_tally *of, const float *x, size_t stride, size_t n, size_t count, double *sums,
                 size_t sums_stride) {
    int within = 1;
    for (size_t v = 0; v < n; v++)
        for (size_t k = 0; k < count; k++) {
            double *lane = sums + v * sums_stride + k % BG_LANES;
            within &= bg_tally_one(of, x[v * stride + k], lane, lane + BG_LANES);
        }
    return within;
}

const bg_collector_kernels bg_collector_scalar = {"scalar", product, gates, cell, range, tally};
