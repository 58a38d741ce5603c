#include "score.h"

#include <math.h>
#include <string.h>

#include "gate.h"
#include "head.h"
#include "sequences.h"
#include "trace.h"

/* Below it too much of a sum of products may have been lost to underflow (numerics.md section 8; V up to 2^20). */
#define GUARD 0x1p-80f

/* The logits of all words, never all of them at once: s, fround(s + c_y), or those on the site head-output. */
typedef struct {
    const float *s;
    const float *offsets; /* c_y or NULL */
    const bg_grid *grid;  /* of head-output, or NULL */
} bg_logits;

static size_t block_count(const bg_workspace *w, size_t from) {
    size_t left = w->model->rows - from;
    return left < BG_BLOCK ? left : BG_BLOCK;
}

/* Logits `from` and those behind it: in place, or in w->terms. */
static const float *logit_block(bg_workspace *w, const bg_logits *logits, size_t from, size_t count) {
    const bg_kernels *kernels = w->model->kernels;
    const float *block = logits->s + from;
    if (logits->offsets != NULL) {
        memcpy(w->offsets, logits->offsets + from, count * sizeof *block);
        kernels->add(block, w->offsets, w->terms, count);
        block = w->terms;
    }
    if (logits->grid == NULL)
        return block;
    kernels->quantize(logits->grid, block, count, NULL, NULL, w->terms);
    return w->terms;
}

static float logit_of(const bg_logits *logits, uint32_t word) {
    float value = logits->s[word];
    if (logits->offsets != NULL)
        value = value + logits->offsets[word];
    return logits->grid != NULL ? bg_dequantize_value(logits->grid, bg_quantize_value(logits->grid, value)) : value;
}

static float largest_logit(bg_workspace *w, const bg_logits *logits) {
    float most = -INFINITY;
    for (size_t from = 0; from < w->model->rows; from += BG_BLOCK) {
        size_t count = block_count(w, from);
        float found = w->model->kernels->largest(logit_block(w, logits, from, count), count);
        most = found > most ? found : most;
    }
    return most;
}

/* log sum_v exp(fround(l_v - max)) */
static float log_sum(bg_workspace *w, const bg_logits *logits, float max) {
    float total = 0.0f;
    for (size_t from = 0; from < w->model->rows; from += BG_BLOCK) {
        size_t count = block_count(w, from);
        w->model->kernels->exp_shares(logit_block(w, logits, from, count), max, w->terms, count);
        total = total + w->model->kernels->lane_sum(w->terms, count);
    }
    return bg_log_32(total);
}

/* Adds shares of one word in the classes from `first` on: sums over words are float64. */
static void add_shares(bg_workspace *w, bg_place place, uint32_t first, const float *relative, uint32_t count,
                       float common) {
    for (uint32_t y = 0; y < count; y++)
        w->values[place.text * w->model->file.classes + first + y] += (double)relative[y];
    w->results[place.text].common += (double)common;
    if (w->trace == NULL)
        return;
    bg_tell_values(w, place, BG_TRACE_WORD_RELATIVE, relative, count);
    bg_tell_values(w, place, BG_TRACE_WORD_COMMON, &common, 1);
}

/* w->class_sums [n, K] of a block of words, whose shares are w->terms */
static void block_sums(bg_workspace *w, size_t n, size_t from, size_t count) {
    const bg_kernels *kernels = w->model->kernels;
    const bg_classes *classes = &w->part->classes;
    size_t count_of_classes = w->model->file.classes;
    const float *weights = classes->weights + from;
    if (kernels->class_sums_of_steps != NULL) {
        kernels->class_sums_of_steps(w->terms, BG_BLOCK, n, weights, classes->stride, count_of_classes, count,
                                     classes->least, w->class_sums);
        return;
    }
    for (size_t k = 0; k < n; k++)
        kernels->class_sums(w->terms + k * BG_BLOCK, weights, classes->stride, count_of_classes, count,
                            w->class_sums + k * count_of_classes);
}

/* w->class_totals[k][y] = sum_v fround(A_v * B_yv), A_v = exp(fround(s_v - max s)) */
static void factored_sums(bg_workspace *w, size_t n) {
    size_t classes = w->model->file.classes;
    memset(w->class_totals, 0, n * classes * sizeof *w->class_totals);
    for (size_t from = 0; from < w->model->rows; from += BG_BLOCK) {
        size_t count = block_count(w, from);
        for (size_t at = 0; at < n; at += BG_SUMMED_WORDS) {
            size_t some = n - at < BG_SUMMED_WORDS ? n - at : BG_SUMMED_WORDS;
            for (size_t k = 0; k < some; k++)
                w->model->kernels->exp_shares(w->logits + (at + k) * w->logit_stride + from, w->maxima[at + k],
                                              w->terms + k * BG_BLOCK, count);
            block_sums(w, some, from, count);
            for (size_t k = 0; k < some * classes; k++)
                w->class_totals[at * classes + k] = w->class_totals[at * classes + k] + w->class_sums[k];
        }
    }
}

void bg_start_totals(bg_workspace *w, size_t n) {
    memset(w->class_totals, 0, n * w->model->file.classes * sizeof *w->class_totals);
    memset(w->lanes, 0, n * w->model->file.classes * BG_LANES * sizeof *w->lanes);
}

void bg_add_block(bg_workspace *w, uint32_t first, uint32_t count, size_t at, size_t n) {
    const bg_kernels *kernels = w->model->kernels;
    const bg_classes *table = &w->part->classes;
    size_t classes = w->model->file.classes;
    float *lanes = w->lanes + at * classes * BG_LANES, *totals = w->class_totals + at * classes;
    for (size_t k = 0; k < n; k++) {
        float *shares = w->block_logits + k * BG_PASSING_ROWS;
        kernels->exp_shares(shares, w->maxima[at + k], shares, count);
    }
    kernels->class_lanes(w->block_logits, BG_PASSING_ROWS, n, table->weights + first, table->stride, classes, count,
                         table->least, lanes);
    if ((first + count) % BG_BLOCK != 0 && first + count != w->model->rows)
        return;
    for (size_t k = 0; k < n * classes; k++)
        totals[k] = totals[k] + kernels->lane_sum(lanes + k * BG_LANES, BG_LANES);
    memset(lanes, 0, n * classes * BG_LANES * sizeof *lanes);
}

/* The logits of word `k` of those that wait. */
static const float *logits_of(bg_workspace *w, size_t k) {
    if (!w->twice || w->trace != NULL)
        return w->logits + k * w->logit_stride;
    if (w->logits_of != k)
        bg_logits_again(w, k);
    w->logits_of = k;
    return w->logits;
}

/* log S_y by the direct form: ((M - max s) - max c_y) + log sum_v exp(fround(u_v - M)), u = fround(s + c_y) */
static float direct_log_sum(bg_workspace *w, size_t k, size_t y) {
    const bg_classes *classes = &w->part->classes;
    const bg_logits logits = {logits_of(w, k), classes->offsets + y * w->model->rows, NULL};
    float max = largest_logit(w, &logits);
    float between = max - w->maxima[k];
    float before = between - classes->largest[y];
    return before + log_sum(w, &logits, max);
}

static void factored_word(bg_workspace *w, size_t k) {
    const bg_classes *classes = &w->part->classes;
    bg_place place = w->head_in.places[k];
    uint32_t word = w->target[k];
    for (uint32_t y = 0; y < w->model->file.classes; y++) {
        float sum = w->class_totals[(size_t)k * w->model->file.classes + y];
        float log_of_sum = sum < GUARD ? direct_log_sum(w, k, y) : bg_log_32(sum);
        float offset = classes->offsets[(size_t)y * w->model->rows + word] - classes->largest[y];
        w->class_sums[y] = offset - log_of_sum;
        w->results[place.text].guarded += sum < GUARD;
    }
    add_shares(w, place, 0, w->class_sums, w->model->file.classes, w->chosen[k] - w->maxima[k]);
}

/* The grid of head-output for the logits of one word and class. */
static bg_grid output_grid(bg_workspace *w, const bg_logits *logits) {
    const bg_site *site = w->part->site + BG_HEAD_OUTPUT;
    float min = 0.0f, max = 0.0f, least, most;
    if (site->kind == BG_SITE_STATIC)
        return w->part->grid[BG_HEAD_OUTPUT];
    for (size_t from = 0; from < w->model->rows; from += BG_BLOCK) {
        size_t count = block_count(w, from);
        w->model->kernels->range(logit_block(w, logits, from, count), count, &least, &most);
        min = least < min ? least : min;
        max = most > max ? most : max;
    }
    return bg_dynamic_grid(site, &w->model->file, min, max);
}

static void tell_outputs(bg_workspace *w, bg_place place, uint32_t label, const bg_logits *logits) {
    bg_grid grid;
    bg_vector out = {NULL, NULL, w->trace->values, &grid};
    for (size_t from = 0; from < w->model->rows; from += BG_BLOCK) {
        size_t count = block_count(w, from);
        memcpy(out.values + from, logit_block(w, logits, from, count), count * sizeof *out.values);
    }
    bg_to_site(w, place, BG_TRACE_HEAD_OUTPUT, label, out.values, w->model->rows, &out);
}

/* log p(word) of one class: (l_word - max l) - log sum_v exp(fround(l_v - max l)) */
static float direct_share(bg_workspace *w, bg_place place, uint32_t label, bg_logits logits, uint32_t word) {
    bg_grid grid;
    if (w->trace != NULL)
        tell_outputs(w, place, label, &logits);
    if (w->part->site[BG_HEAD_OUTPUT].kind != BG_SITE_FLOAT) {
        grid = output_grid(w, &logits);
        logits.grid = &grid;
    }
    float max = largest_logit(w, &logits);
    float above = logit_of(&logits, word) - max;
    return above - log_sum(w, &logits, max);
}

static void direct_word(bg_workspace *w, size_t k) {
    const float *offsets = w->part->classes.offsets;
    bg_place place = w->head_in.places[k];
    uint32_t count = offsets != NULL ? w->model->file.classes : 1;
    for (uint32_t y = 0; y < count; y++) {
        const bg_logits logits = {w->logits + k * w->logit_stride,
                                  offsets != NULL ? offsets + (size_t)y * w->model->rows : NULL, NULL};
        w->class_sums[y] = direct_share(w, place, y, logits, w->target[k]);
    }
    add_shares(w, place, w->part_index, w->class_sums, count, 0.0f);
}

void bg_score_words(bg_workspace *w, size_t n) {
    int factored = w->part->classes.weights != NULL;
    w->logits_of = SIZE_MAX;
    if (factored && (!w->twice || w->trace != NULL))
        factored_sums(w, n);
    for (size_t k = 0; k < n; k++)
        if (factored)
            factored_word(w, k);
        else
            direct_word(w, k);
}
