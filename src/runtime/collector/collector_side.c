#include "collector_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OF_TEXT = 2 * BG_LANES };

struct bg_collector_side {
    const bg_collector *collector;
    uint32_t bins;         /* 0 in the first pass */
    float *site[BG_SITES]; /* [BG_COLLECTED, stride of the site] */
    float *gates;          /* [4][BG_COLLECTED, stride] where nothing is kept */
    const float *ax[BG_COLLECTED];
    float *untabled, *ah;   /* [BG_COLLECTED, gate_stride] */
    float *sums;            /* [BG_COLLECTED, stride] of hidden vectors, where their mean is wanted */
    float *shifted;         /* [head_stride] logits of a class */
    float *least, *largest; /* [BG_SITES, BG_LANES] */
    bg_site_range ranges[BG_SITES];
    bg_tally tallies[BG_SITES];
    uint32_t *histograms; /* [BG_SITES, bins] */
    double *lanes;        /* [BG_COLLECTED, BG_SITES, OF_TEXT] */
    bg_status status;
    void *memory;
};

static size_t width_of(const bg_collector *c, size_t site) {
    if (site == BG_INPUT)
        return c->arrays.inputs;
    return site == BG_HEAD_OUTPUT ? c->arrays.rows : c->arrays.hidden;
}

static size_t stride_of(const bg_collector *c, size_t site) { return bg_padded(width_of(c, site)); }

static void lay_out(bg_collector_side *side, bg_arena *arena) {
    const bg_collector *c = side->collector;
    for (size_t site = 0; site < BG_SITES; site++)
        if (site < BG_GATE_I || site > BG_GATE_O)
            side->site[site] = bg_take(arena, BG_COLLECTED * stride_of(c, site), sizeof(float));
    side->gates = bg_take(arena, 4 * BG_COLLECTED * c->stride, sizeof(float));
    side->untabled = bg_take(arena, BG_COLLECTED * c->gate_stride + BG_LANES, sizeof(float));
    side->ah = bg_take(arena, BG_COLLECTED * c->gate_stride + BG_LANES, sizeof(float));
    side->sums = bg_take(arena, BG_COLLECTED * c->stride, sizeof(float));
    side->shifted = bg_take(arena, c->head_stride, sizeof(float));
    side->least = bg_take(arena, BG_SITES * BG_LANES, sizeof(float));
    side->largest = bg_take(arena, BG_SITES * BG_LANES, sizeof(float));
    side->histograms = bg_take(arena, BG_SITES * (size_t)side->bins, sizeof(uint32_t));
    side->lanes = bg_take(arena, side->bins > 0 ? BG_COLLECTED * BG_SITES * OF_TEXT : 0, sizeof(double));
}

static void begin(bg_collector_side *side, const bg_site_range *ranges) {
    for (size_t k = 0; k < BG_SITES * BG_LANES; k++) {
        side->least[k] = INFINITY;
        side->largest[k] = -INFINITY;
    }
    for (size_t site = 0; side->bins > 0 && site < BG_SITES; site++) {
        const bg_site_range *range = &ranges[site];
        double min = range->min, max = range->max;
        side->ranges[site] = *range;
        side->tallies[site] =
            (bg_tally){min, max - min, (min + max) / 2.0, side->bins, side->histograms + site * side->bins};
    }
}

bg_status bg_side_open(const bg_collector *collector, const bg_site_range *ranges, uint32_t bins,
                       bg_collector_side **side) {
    *side = NULL;
    if ((ranges == NULL) != (bins == 0))
        return BG_BAD_ARGUMENT;
    bg_collector_side found = {.collector = collector, .bins = bins, .status = BG_OK};
    bg_arena counted = {NULL, sizeof found};
    lay_out(&found, &counted);
    bg_arena arena = {NULL, (sizeof found + BG_ALIGN - 1) / BG_ALIGN * BG_ALIGN};
    if (counted.used != SIZE_MAX)
        arena.base = bg_zeros(counted.used + BG_ALIGN, &found.memory);
    if (arena.base == NULL)
        return BG_NO_MEMORY;
    lay_out(&found, &arena);
    begin(&found, ranges);
    *side = (bg_collector_side *)arena.base;
    **side = found;
    return BG_OK;
}

void bg_side_close(bg_collector_side *side) {
    if (side != NULL)
        free(side->memory);
}

/* A site that had one value alone: no division can place it. */
static int tally_constant(const bg_tally *tally, const float *x, size_t stride, size_t n, size_t count) {
    for (size_t v = 0; v < n; v++)
        for (size_t k = 0; k < count; k++)
            if ((double)x[v * stride + k] != tally->min)
                return 0;
    tally->histogram[0] += (uint32_t)(n * count);
    return 1;
}

/* Values [n, stride of the site] of texts from place `text` of the group. */
static void see(bg_collector_side *side, size_t site, const float *values, size_t text, size_t n) {
    const bg_collector *c = side->collector;
    const size_t width = width_of(c, site), stride = stride_of(c, site);
    if (n == 0 || side->status != BG_OK)
        return;
    if (side->bins == 0) {
        side->ranges[site].count += n * width;
        if (!c->kernels->range(values, stride, n, width, side->least + site * BG_LANES,
                               side->largest + site * BG_LANES))
            side->status = BG_NON_FINITE;
        return;
    }
    const bg_tally *tally = &side->tallies[site];
    const size_t sums_stride = BG_SITES * OF_TEXT;
    double *sums = side->lanes + text * sums_stride + site * OF_TEXT;
    int within = tally->extent == 0.0 ? tally_constant(tally, values, stride, n, width)
                                      : c->kernels->tally(tally, values, stride, n, width, sums, sums_stride);
    if (!within)
        side->status = BG_BAD_ARGUMENT;
}

static void find_inputs(bg_collector_side *side, const bg_collected_text *texts, size_t n, size_t step,
                        int are_multiplied) {
    const bg_collector *c = side->collector;
    const size_t width = c->arrays.inputs, stride = c->input_stride;
    int tabled = 1;
    for (size_t v = 0; v < n; v++) {
        const uint32_t word = texts[v].text.words[step];
        const int32_t place = c->place_of[word];
        memcpy(side->site[BG_INPUT] + v * stride, c->arrays.embedding + word * width, width * sizeof(float));
        side->ax[v] = place == BG_UNTABLED ? NULL : c->table + (size_t)place * c->gate_stride;
        tabled &= place != BG_UNTABLED;
    }
    if (tabled || !are_multiplied)
        return;
    bg_multiply_inputs(c, side->site[BG_INPUT], n, side->untabled);
    for (size_t v = 0; v < n; v++)
        side->ax[v] = side->untabled + v * c->gate_stride;
}

/* `gates` [4][n, stride] have their pre-activations, or get them. */
static void take_step(bg_collector_side *side, size_t n, float *gates, int are_known) {
    const bg_collector *c = side->collector;
    for (size_t gate = 0; gate < 4; gate++)
        side->site[BG_GATE_I + gate] = gates + gate * n * c->stride;
    if (!are_known) {
        c->kernels->product(&c->wh, side->site[BG_HIDDEN], c->stride, n, side->ah, c->gate_stride);
        c->kernels->gates(side->ax, side->ah, c->gate_stride, n, c->arrays.hidden, side->site + BG_GATE_I, c->stride);
    }
    for (size_t site = BG_GATE_I; site <= BG_GATE_O; site++)
        see(side, site, side->site[site], 0, n);
    if (side->status != BG_OK)
        return;
    c->kernels->cell(side->site, n * c->stride);
    for (size_t site = BG_SIGMOID_I; site <= BG_CELL; site++)
        see(side, site, side->site[site], 0, n);
    see(side, BG_HIDDEN, side->site[BG_HIDDEN], 0, n);
    if (c->arrays.pooling == BG_POOL_MEAN)
        for (size_t k = 0; k < n * c->stride; k++)
            side->sums[k] = side->sums[k] + side->site[BG_HIDDEN][k];
}

/* Head inputs [n, stride], and their logits where these are looked at. */
static void see_head(bg_collector_side *side, const bg_collected_text *texts, const float *inputs, size_t n) {
    const bg_collector *c = side->collector;
    see(side, BG_HEAD_INPUT, inputs, 0, n);
    if (c->arrays.rows == 0)
        return;
    float *logits = side->site[BG_HEAD_OUTPUT];
    c->kernels->product(&c->head, inputs, c->stride, n, logits, c->head_stride);
    for (size_t v = 0; v < n; v++) {
        float *own = logits + v * c->head_stride;
        for (size_t r = 0; r < c->head_stride; r++)
            own[r] = own[r] + c->head_bias[r];
        if (c->arrays.classes == 0)
            see(side, BG_HEAD_OUTPUT, own, v, 1);
        for (uint32_t k = 0; k < texts[v].labels; k++) {
            const float *offsets = c->label_table + (texts[v].first_label + k) * c->head_stride;
            for (size_t r = 0; r < c->head_stride; r++)
                side->shifted[r] = own[r] + offsets[r];
            see(side, BG_HEAD_OUTPUT, side->shifted, v, 1);
        }
    }
}

static void pool(bg_collector_side *side, const bg_collected_text *texts, size_t n) {
    const size_t stride = side->collector->stride;
    const int is_mean = side->collector->arrays.pooling == BG_POOL_MEAN;
    for (size_t v = 0; v < n; v++) {
        float *out = side->site[BG_HEAD_INPUT] + v * stride;
        const float *from = (is_mean ? side->sums : side->site[BG_HIDDEN]) + v * stride;
        const float steps = is_mean && texts[v].text.count > 0 ? (float)texts[v].text.count : 1.0f;
        for (size_t k = 0; k < stride; k++)
            out[k] = from[k] / steps;
    }
}

static void find_ranges(bg_collector_side *side) {
    for (size_t site = 0; site < BG_SITES; site++) {
        float *least = side->least + site * BG_LANES, *largest = side->largest + site * BG_LANES;
        bg_site_range *range = &side->ranges[site];
        for (size_t lane = 0; lane < BG_LANES; lane++) {
            range->min = lane == 0 || least[lane] < range->min ? least[lane] : range->min;
            range->max = lane == 0 || largest[lane] > range->max ? largest[lane] : range->max;
        }
    }
}

static double of_lanes(const double *lanes) {
    double p[BG_LANES];
    memcpy(p, lanes, sizeof p);
    for (size_t half = BG_LANES / 2; half > 0; half /= 2)
        for (size_t j = 0; j < half; j++)
            p[j] = p[j] + p[j + half];
    return p[0];
}

static void give_moments(bg_collector_side *side, size_t n, double *moments) {
    for (size_t k = 0; k < n * BG_SITES; k++) {
        moments[2 * k] = of_lanes(side->lanes + k * OF_TEXT);
        moments[2 * k + 1] = of_lanes(side->lanes + k * OF_TEXT + BG_LANES);
    }
    memset(side->lanes, 0, n * BG_SITES * OF_TEXT * sizeof *side->lanes);
}

static int are_texts(const bg_collector *c, const bg_collected_text *texts, size_t n) {
    for (size_t v = 0; v < n; v++)
        if ((v > 0 && texts[v].text.count > texts[v - 1].text.count) || texts[v].labels > c->arrays.classes ||
            texts[v].first_label > c->arrays.classes - texts[v].labels)
            return 0;
    return n <= BG_COLLECTED;
}

size_t bg_kept_floats(const bg_collector *collector, size_t steps) { return 4 * collector->stride * steps; }

bg_status bg_side_read(bg_collector_side *side, const bg_collected_text *texts, size_t n, float *kept,
                       double *moments) {
    const bg_collector *c = side->collector;
    const int are_known = kept != NULL && side->bins > 0;
    if (!are_texts(c, texts, n))
        return BG_BAD_ARGUMENT;
    memset(side->site[BG_HIDDEN], 0, BG_COLLECTED * c->stride * sizeof(float));
    memset(side->site[BG_CELL], 0, BG_COLLECTED * c->stride * sizeof(float));
    memset(side->sums, 0, BG_COLLECTED * c->stride * sizeof(float));
    size_t active = n;
    for (size_t step = 0; side->status == BG_OK; step++) {
        while (active > 0 && texts[active - 1].text.count <= step)
            active--;
        if (active == 0)
            break;
        find_inputs(side, texts, active, step, !are_known);
        see(side, BG_INPUT, side->site[BG_INPUT], 0, active);
        take_step(side, active, kept != NULL ? kept : side->gates, are_known);
        kept = kept != NULL ? kept + bg_kept_floats(c, active) : NULL;
        if (c->arrays.pooling == BG_POOL_NONE)
            see_head(side, texts, side->site[BG_HIDDEN], active);
    }
    if (c->arrays.pooling != BG_POOL_NONE) {
        pool(side, texts, n);
        see_head(side, texts, side->site[BG_HEAD_INPUT], n);
    }
    if (side->bins == 0)
        find_ranges(side);
    else
        give_moments(side, n, moments);
    return side->status;
}

const bg_site_range *bg_side_ranges(const bg_collector_side *side) { return side->ranges; }
const uint32_t *bg_side_histograms(const bg_collector_side *side) { return side->histograms; }
