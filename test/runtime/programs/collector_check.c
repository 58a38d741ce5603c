/*
 * collector_check ROUNDS SEED: profiles of random models by every set of kernels beside the scalar ones, texts in
 * groups of other sizes, with and without a table of input halves and what the first pass keeps. A line a set: "avx2: N
 * compared, M different".
 */
#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../src/runtime/collector/collector.h"

#define BINS 97
#define TEXTS 30

static uint32_t state;

static uint32_t below(uint32_t most) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % most;
}

static float *numbers(size_t count, float scale) {
    float *all = malloc((count + 1) * sizeof *all);
    for (size_t k = 0; all != NULL && k < count; k++)
        all[k] = ((float)below(1u << 20) / (1 << 19) - 1.0f) * scale;
    return all;
}

typedef struct {
    bg_site_range ranges[BG_SITES];
    uint32_t histograms[BG_SITES * BINS];
    double moments[TEXTS * BG_SITES * 2];
} found;

typedef struct {
    bg_float_arrays arrays;
    uint32_t words[TEXTS][40];
    bg_collected_text texts[TEXTS];
    uint32_t *tabled;
} sample;

static void must(bg_status status) {
    if (status == BG_OK)
        return;
    fprintf(stderr, "%s\n", bg_status_text(status));
    exit(1);
}

static sample *draw(void) {
    static const float scales[] = {0.01f, 0.3f, 3.0f};
    sample *one = calloc(1, sizeof *one);
    bg_float_arrays *a = &one->arrays;
    a->words = 1 + below(40), a->inputs = 1 + below(35), a->hidden = 1 + below(50);
    a->pooling = (bg_pooling)below(3);
    a->rows = below(2) ? 1 + below(40) : 0;
    a->classes = a->rows > 0 && below(2) ? 1 + below(4) : 0;
    float scale = scales[below(3)];
    a->embedding = numbers((size_t)a->words * a->inputs, scale);
    a->kernel = numbers((size_t)(a->inputs + a->hidden) * 4 * a->hidden, scale);
    a->bias = numbers(4 * (size_t)a->hidden, scale);
    a->head = numbers((size_t)a->rows * a->hidden, scale);
    a->head_bias = numbers(a->rows, scale);
    a->label_table = numbers((size_t)a->classes * a->rows, scale);
    one->tabled = malloc(a->words * sizeof *one->tabled);
    for (uint32_t word = 0; word < a->words; word++)
        one->tabled[word] = word;
    for (size_t k = 0, length = 40; k < TEXTS; k++) {
        length -= below(3) < length ? below(3) % (length + 1) : 0;
        for (size_t j = 0; j < length; j++)
            one->words[k][j] = below(a->words);
        one->texts[k].text = (bg_text){one->words[k], length};
        one->texts[k].first_label = a->classes > 0 ? below(a->classes) : 0;
        one->texts[k].labels = a->classes > 0 ? below(a->classes - one->texts[k].first_label + 1) : 0;
    }
    return one;
}

static void drop(sample *one) {
    const float *all[] = {one->arrays.embedding, one->arrays.kernel,    one->arrays.bias,
                          one->arrays.head,      one->arrays.head_bias, one->arrays.label_table};
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
        free((void *)all[k]);
    free(one->tabled);
    free(one);
}

static size_t steps_of(const sample *one, size_t texts) {
    size_t steps = 0;
    for (size_t k = 0; k < texts; k++)
        steps += one->texts[k].text.count;
    return steps;
}

static void read_all(const bg_collector *collector, bg_collector_side *side, const sample *one, size_t together,
                     float *kept, double *moments) {
    for (size_t first = 0; first < TEXTS; first += together) {
        size_t some = TEXTS - first < together ? TEXTS - first : together;
        float *own = kept ? kept + bg_kept_floats(collector, steps_of(one, first)) : NULL;
        must(bg_side_read(side, one->texts + first, some, own, moments ? moments + first * BG_SITES * 2 : NULL));
    }
}

static void profile(const sample *one, const char *kernels, int tabled, int keeps, size_t together, found *out) {
    bg_collector *collector;
    bg_collector_side *side;
    void *kept = NULL;
    uint32_t count = tabled ? one->arrays.words : 0;
    must(bg_collector_open(&one->arrays, one->tabled, count, kernels, &collector));
    must(bg_collector_fill(collector, 0, count));
    must(bg_side_open(collector, NULL, 0, &side));
    if (keeps && posix_memalign(&kept, 64, (bg_kept_floats(collector, steps_of(one, TEXTS)) + 1) * sizeof(float)) != 0)
        exit(1);
    read_all(collector, side, one, together, kept, NULL);
    memset(out, 0, sizeof *out);
    for (size_t site = 0; site < BG_SITES; site++) {
        out->ranges[site] = bg_side_ranges(side)[site];
        if (out->ranges[site].count == 0)
            out->ranges[site].min = out->ranges[site].max = 0.0f;
        out->ranges[site].min += 0.0f;
        out->ranges[site].max += 0.0f;
    }
    bg_side_close(side);
    must(bg_side_open(collector, out->ranges, BINS, &side));
    read_all(collector, side, one, together, kept, out->moments);
    memcpy(out->histograms, bg_side_histograms(side), sizeof out->histograms);
    bg_side_close(side);
    bg_collector_close(collector);
    free(kept);
}

int main(int count, char **arguments) {
    int rounds = count > 1 ? atoi(arguments[1]) : 10;
    state = count > 2 ? (uint32_t)atoi(arguments[2]) : 1;
    found *expected = malloc(sizeof *expected), *other = malloc(sizeof *other);
    for (size_t set = 0; bg_kernels_name(set) != NULL; set++) {
        const char *name = bg_kernels_name(set);
        int compared = 0, different = 0;
        for (int round = 0; bg_kernels_usable(name) && round < rounds; round++) {
            sample *one = draw();
            profile(one, "scalar", 0, 0, BG_COLLECTED, expected);
            profile(one, name, (int)below(2), (int)below(2), 1 + below(BG_COLLECTED), other);
            compared++;
            different += memcmp(expected, other, sizeof *other) != 0;
            drop(one);
        }
        if (compared > 0)
            printf("%s: %d compared, %d different\n", name, compared, different);
    }
    free(expected);
    free(other);
    return 0;
}
