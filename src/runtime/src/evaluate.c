#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prepare.h"
#include "sequence.h"

/* A name that the caller gives must be there; then that of the environment; else the fastest. */
static const bg_kernels *choose_kernels(const bg_options *options) {
    const char *name = options != NULL ? options->kernels : NULL;
    if (name == NULL) {
        name = getenv("BITGAUGE_KERNELS");
        if (name != NULL && name[0] == '\0')
            name = NULL;
    }
    return bg_find_kernels(name);
}

static bg_status refuse(bg_status status, bg_refusal *refusal) {
    if (refusal != NULL) {
        refusal->section = 0;
        refusal->part = 0;
        snprintf(refusal->message, sizeof refusal->message, "%s", bg_status_text(status));
    }
    return status;
}

/* Reads and prepares; what there is of a model after a failure is to be closed. */
static bg_status fill(bg_model *model, const void *bytes, size_t length, const bg_options *options,
                      bg_refusal *refusal) {
    const bg_kernels *kernels = choose_kernels(options);
    if (kernels == NULL)
        return refuse(BG_UNKNOWN_KERNELS, refusal);
    bg_status status = bg_parse_model(bytes, length, &model->file, refusal);
    if (status != BG_OK)
        return status;
    const bg_preparation how = {kernels, options != NULL && options->pack_head != 0,
                                options != NULL && options->input_table != 0};
    status = bg_prepare(model, &how);
    return status != BG_OK ? refuse(status, refusal) : BG_OK;
}

bg_status bg_model_open(const void *bytes, size_t length, const bg_options *options, bg_model **model,
                        bg_refusal *refusal) {
    if (model == NULL || bytes == NULL || (uintptr_t)bytes % BG_ALIGN != 0)
        return refuse(BG_BAD_ARGUMENT, refusal);
    bg_model *made = calloc(1, sizeof *made);
    if (made == NULL)
        return refuse(BG_NO_MEMORY, refusal);
    bg_status status = fill(made, bytes, length, options, refusal);
    if (status == BG_OK)
        *model = made;
    else
        bg_model_close(made);
    return status;
}

bg_status bg_model_open_file(const char *path, const bg_options *options, bg_model **model, bg_refusal *refusal) {
    bg_mapped_file file;
    bg_status status = path != NULL && model != NULL ? bg_map_file(path, &file) : BG_BAD_ARGUMENT;
    if (status != BG_OK)
        return refuse(status, refusal);
    if (file.bytes == NULL)
        return refuse(BG_NOT_THIS_FORMAT, refusal);
    status = bg_model_open(file.bytes, file.length, options, model, refusal);
    if (status == BG_OK)
        (*model)->mapped = file;
    else
        bg_unmap_file(&file);
    return status;
}

void bg_model_close(bg_model *model) {
    if (model == NULL)
        return;
    bg_release(model);
    bg_parsed_free(&model->file);
    bg_unmap_file(&model->mapped);
    free(model);
}

void bg_model_describe(const bg_model *model, bg_model_info *info) {
    const bg_parsed_model *file = &model->file;
    *info = (bg_model_info){.generative = file->generative,
                            .independent = file->independent,
                            .words = file->words,
                            .inputs = file->inputs,
                            .hidden = file->hidden,
                            .classes = file->classes,
                            .parts = file->parts,
                            .private_bytes = model->private_bytes,
                            .offset_range = model->offset_range,
                            .kernels = model->kernels->name};
}

static bg_status check_words(const bg_model *model, const bg_text *texts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (texts[i].words == NULL && texts[i].count > 0)
            return BG_BAD_ARGUMENT;
        for (size_t k = 0; k < texts[i].count; k++)
            if (texts[i].words[k] >= model->file.words)
                return BG_UNKNOWN_WORD;
    }
    return BG_OK;
}

/* Sorts indices of texts by falling length, Shell's way: `texts` are those of the window. */
static void sort_by_length(const bg_text *texts, uint32_t *order, size_t count) {
    for (size_t k = 0; k < count; k++)
        order[k] = (uint32_t)k;
    for (size_t gap = count / 2; gap > 0; gap /= 2)
        for (size_t k = gap; k < count; k++) {
            uint32_t moved = order[k];
            size_t at = k;
            for (; at >= gap && texts[order[at - gap]].count < texts[moved].count; at -= gap)
                order[at] = order[at - gap];
            order[at] = moved;
        }
}

/* Evaluates the texts order[0 .. count - 1] of those from `first` on side by side, with each part of the model. */
static void run_group(bg_workspace *w, const bg_text *texts, size_t first, const uint32_t *order, size_t count) {
    const bg_parsed_model *file = &w->model->file;
    for (size_t s = 0; s < count; s++) {
        size_t text = first + order[s];
        bg_slot slot = {texts[text].words, texts[text].count, texts[text].count, text};
        if (file->generative && file->predict_end)
            slot.steps++;
        w->slot[s] = slot;
    }
    for (uint32_t k = 0; k < file->parts; k++) {
        w->part = &w->model->part[k];
        w->part_index = k;
        bg_run_sequence(w, count);
    }
}

/* The lowest class of the largest score. */
static void predict(const bg_model *model, const double *values, double *scores, bg_result *result) {
    double most = -INFINITY;
    for (uint32_t y = 0; y < model->file.classes; y++) {
        double score = model->file.generative ? model->file.log_prior[y] + values[y] : values[y];
        if (scores != NULL)
            scores[y] = score;
        if (score > most) {
            most = score;
            result->predicted = y;
        }
    }
}

bg_status bg_evaluate(const bg_model *model, bg_workspace *workspace, const bg_text *texts, size_t count,
                      bg_result *results, double *values, double *scores) {
    bg_workspace *w = workspace;
    if (model == NULL || w == NULL || w->model != model)
        return BG_BAD_ARGUMENT;
    if (count > 0 && (texts == NULL || results == NULL || values == NULL))
        return BG_BAD_ARGUMENT;
    bg_status status = check_words(model, texts, count);
    if (status != BG_OK || count == 0)
        return status;
    size_t classes = model->file.classes;
    memset(results, 0, count * sizeof *results);
    memset(values, 0, count * classes * sizeof *values);
    w->results = results;
    w->values = values;
    for (size_t first = 0; first < count; first += w->window) {
        size_t some = count - first < w->window ? count - first : w->window;
        sort_by_length(texts + first, w->order, some);
        for (size_t at = 0; at < some; at += w->slots)
            run_group(w, texts, first, w->order + at, some - at < w->slots ? some - at : w->slots);
    }
    for (size_t i = 0; i < count; i++)
        predict(model, values + i * classes, scores != NULL ? scores + i * classes : NULL, &results[i]);
    return BG_OK;
}
