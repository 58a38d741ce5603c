#define _POSIX_C_SOURCE 200809L

#include "evaluation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crc32.h"
#include "parsed_model.h"

enum { TEXTS = 4, LONGEST = 6 };

/* Texts of 0 to 6 words, and what came of them. */
typedef struct {
    uint32_t words[TEXTS][LONGEST];
    bg_text texts[TEXTS];
    bg_result results[TEXTS];
    double *values, *scores; /* [TEXTS, classes] */
    size_t classes;
} evaluation;

void require(int holds) {
    if (!holds)
        abort();
}

static void *memory_of(size_t bytes) {
    void *memory = NULL;
    require(posix_memalign(&memory, 64, bytes == 0 ? 1 : bytes) == 0);
    return memory;
}

/* Any words, the same for the same file. */
static void choose_texts(evaluation *of, const bg_model_info *info, uint32_t seed) {
    static const size_t lengths[TEXTS] = {3, 0, LONGEST, 1};
    for (size_t k = 0; k < TEXTS; k++) {
        for (size_t t = 0; t < LONGEST; t++) {
            seed = seed * 1664525u + 1013904223u;
            of->words[k][t] = (seed >> 8) % info->words;
        }
        of->texts[k] = (bg_text){of->words[k], lengths[k]};
    }
    of->classes = info->classes;
    of->values = memory_of(2 * TEXTS * of->classes * sizeof(double));
    of->scores = of->values + TEXTS * of->classes;
}

static void run(const bg_model *model, size_t batch, size_t first, size_t count, evaluation *of) {
    size_t bytes = bg_workspace_bytes(model, batch);
    void *memory = memory_of(bytes);
    bg_workspace *workspace = NULL;
    require(bg_workspace_place(model, batch, memory, bytes, &workspace) == BG_OK);
    require(bg_evaluate(model, workspace, of->texts + first, count, of->results + first,
                        of->values + first * of->classes, of->scores + first * of->classes) == BG_OK);
    free(memory);
}

static void require_numbers(const evaluation *of) {
    for (size_t k = 0; k < TEXTS; k++) {
        require(of->results[k].predicted < of->classes && isfinite(of->results[k].common));
        for (size_t y = 0; y < of->classes; y++)
            require(isfinite(of->values[k * of->classes + y]) && isfinite(of->scores[k * of->classes + y]));
    }
}

/* As numbers: +0 and -0 are the same. */
static void require_same(const evaluation *a, const evaluation *b) {
    for (size_t k = 0; k < TEXTS; k++) {
        require(a->results[k].predicted == b->results[k].predicted && a->results[k].guarded == b->results[k].guarded);
        require(a->results[k].common == b->results[k].common);
        for (size_t y = 0; y < a->classes; y++)
            require(a->scores[k * a->classes + y] == b->scores[k * b->classes + y]);
    }
}

/* All texts side by side, then two by two, and the one in the middle alone. `of` is to be given back. */
static int evaluate(const uint8_t *bytes, size_t length, const bg_options *options, uint32_t seed, evaluation *of) {
    bg_model *model = NULL;
    bg_model_info info;
    if (bg_model_open(bytes, length, options, &model, NULL) != BG_OK)
        return 0;
    bg_model_describe(model, &info);
    evaluation again;
    choose_texts(of, &info, seed);
    choose_texts(&again, &info, seed);
    run(model, TEXTS, 0, TEXTS, of);
    run(model, 2, 0, TEXTS, &again);
    run(model, 1, 2, 1, &again);
    require_numbers(of);
    require_same(of, &again);
    free(again.values);
    bg_model_close(model);
    return 1;
}

/* No product has a float operand. */
static int is_exact(const uint8_t *bytes, size_t length) {
    bg_parsed_model model;
    require(bg_parse_model(bytes, length, &model, NULL) == BG_OK);
    int exact = 1;
    for (uint32_t k = 0; k < model.parts; k++) {
        const bg_parsed_part *part = &model.part[k];
        exact = exact && part->wx.bits != 0 && part->wh.bits != 0 && part->head.bits != 0 &&
                part->sites[BG_INPUT].kind != BG_SITE_FLOAT && part->sites[BG_HIDDEN].kind != BG_SITE_FLOAT &&
                part->sites[BG_HEAD_INPUT].kind != BG_SITE_FLOAT;
    }
    bg_parsed_free(&model);
    return exact;
}

void require_evaluation(const uint8_t *bytes, size_t length) {
    bg_crc_table crc;
    bg_crc_prepare(&crc);
    uint32_t seed = bg_crc32(&crc, bytes, length);
    evaluation first, other;
    bg_options options = {"scalar", 0, 0};
    if (!evaluate(bytes, length, &options, seed, &first))
        return;
    int exact = is_exact(bytes, length);
    for (size_t k = 0; bg_kernels_name(k) != NULL; k++) {
        options = (bg_options){bg_kernels_name(k), (int)(seed & 1), (int)(seed >> 1 & 1)};
        if (!bg_kernels_usable(options.kernels))
            continue;
        require(evaluate(bytes, length, &options, seed, &other));
        if (exact)
            require_same(&first, &other);
        free(other.values);
    }
    free(first.values);
}
