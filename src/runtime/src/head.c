#include "head.h"

#include <string.h>

#include "gate.h"
#include "matrix.h"
#include "product.h"
#include "score.h"
#include "step.h"
#include "trace.h"

#define END_OF_TEXT 3

/* d(h) of a slot, whose step may have left bytes alone. */
static const float *hidden_values(bg_workspace *w, size_t s) {
    bg_vector state = bg_vector_at(&w->hidden, s);
    if (!bg_leaves_bytes(w))
        return state.values;
    for (uint32_t k = 0; k < w->model->file.hidden; k++)
        w->head_vector[k] = bg_dequantize_value(state.grid, state.bytes[k] + state.grid->low);
    return w->head_vector;
}

static void enqueue(bg_workspace *w, bg_place place, const float *vector) {
    bg_vector x = bg_vector_at(&w->head_in, w->queued);
    w->head_in.places[w->queued] = place;
    bg_to_site(w, place, BG_TRACE_HEAD_INPUT, 0, vector, w->model->file.hidden, &x);
}

/* A hidden vector's bytes are those of the head's input but for a table. */
static void enqueue_bytes(bg_workspace *w, bg_place place, const uint8_t *bytes) {
    bg_vector x = bg_vector_at(&w->head_in, w->queued);
    size_t hidden = w->model->file.hidden;
    w->head_in.places[w->queued] = place;
    *x.grid = w->part->grid[BG_HEAD_INPUT];
    for (size_t k = 0; k < hidden; k++)
        x.bytes[k] = w->part->head_bytes[bytes[k]];
    memset(x.bytes + hidden, 0, bg_byte_stride(hidden) - hidden);
}

static void count_waiting(bg_workspace *w) {
    w->queued++;
    if (w->queued == w->queue || w->trace != NULL)
        bg_flush_head(w);
}

void bg_predict_word(bg_workspace *w, size_t s, size_t step) {
    const bg_slot *slot = &w->slot[s];
    bg_place place = {slot->text, (uint32_t)step};
    w->target[w->queued] = step < slot->count ? slot->words[step] : END_OF_TEXT;
    if (w->part->head_bytes != NULL && w->trace == NULL)
        enqueue_bytes(w, place, w->hidden.bytes + s * w->hidden.byte_stride);
    else
        enqueue(w, place, hidden_values(w, s));
    count_waiting(w);
}

/*
 * fround(fround(fround(S) * s_h) / fround(T)), or fround(sum / fround(T)) where hidden is not static (numerics.md
 * section 7)
 */
static void pool_mean(bg_workspace *w, size_t s, float *out) {
    int is_static = w->part->site[BG_HIDDEN].kind == BG_SITE_STATIC;
    float scale = w->part->site[BG_HIDDEN].scale, steps = (float)w->slot[s].steps;
    for (size_t k = 0; k < w->model->file.hidden; k++) {
        size_t at = s * w->stride + k;
        float sum = is_static ? (float)w->totals[at] * scale : w->float_sums[at];
        out[k] = sum / steps;
    }
}

void bg_classify_text(bg_workspace *w, size_t s) {
    bg_place place = {w->slot[s].text, 0};
    const float *pooled = w->head_vector;
    if (w->slot[s].steps == 0)
        memset(w->head_vector, 0, w->stride * sizeof *w->head_vector);
    else if (w->pools_mean)
        pool_mean(w, s, w->head_vector);
    else
        pooled = hidden_values(w, s);
    if (w->trace != NULL)
        bg_tell_values(w, place, BG_TRACE_POOLED, pooled, w->model->file.hidden);
    enqueue(w, place, pooled);
    count_waiting(w);
}

static bg_rows head_rows(bg_workspace *w, uint32_t first) {
    const bg_matrix *head = &w->part->head;
    uint32_t left = w->model->rows - first;
    bg_rows rows = {first, left < head->block ? left : head->block, w->head_block, NULL, NULL};
    if (head->blocks != NULL) {
        rows.data = head->blocks + first / head->block * head->block_bytes;
        rows.sums = head->sums != NULL ? head->sums + first : NULL;
        rows.start = head->start != NULL ? head->start + first : NULL;
    } else {
        bg_lay_out(w->model->kernels, head, first, rows.count, w->head_floats, w->head_block);
        if (head->route == BG_PACKED)
            bg_sum_rows(w, head, &rows);
    }
    memcpy(w->head_bias, w->part->file->head_bias + first, rows.count * sizeof(float));
    return rows;
}

/* w->maxima of what waits from `at` on, so far as rows were seen; logits [n, stride] of these rows. */
static void keep_largest(bg_workspace *w, bg_rows rows, size_t at, size_t n, const float *logits, size_t stride) {
    for (size_t k = 0; k < n; k++) {
        float most = w->model->kernels->largest(logits + k * stride, rows.count);
        w->maxima[at + k] = rows.first == 0 || most > w->maxima[at + k] ? most : w->maxima[at + k];
    }
}

/* w->logits [n] = fround(product(W, x) + b), and of generative models the largest of each, w->maxima */
static void head_logits(bg_workspace *w, size_t n) {
    const bg_matrix *head = &w->part->head;
    for (uint32_t first = 0; first < w->model->rows; first += head->block) {
        bg_rows rows = head_rows(w, first);
        bg_product(w, head, rows, &w->head_in, 0, n, w->head_bias, w->logits + first, w->logit_stride);
        keep_largest(w, rows, 0, n, w->logits + first, w->logit_stride);
    }
    for (size_t k = 0; w->model->file.generative && k < n; k++)
        w->chosen[k] = w->logits[k * w->logit_stride + w->target[k]];
    for (size_t k = 0; w->trace != NULL && k < n; k++)
        bg_tell_values(w, w->head_in.places[k], BG_TRACE_LOGITS, w->logits + k * w->logit_stride, w->model->rows);
}

static void keep_logits(bg_workspace *w, size_t k) {
    uint32_t classes = w->model->file.classes;
    bg_grid grid;
    bg_place place = w->head_in.places[k];
    bg_vector out = {NULL, NULL, w->logits + k * w->logit_stride, &grid};
    bg_to_site(w, place, BG_TRACE_HEAD_OUTPUT, 0, out.values, classes, &out);
    for (uint32_t y = 0; y < classes; y++)
        w->values[place.text * classes + y] = (double)out.values[y];
}

/* w->chosen of the words among these rows */
static void keep_chosen(bg_workspace *w, bg_rows rows, size_t at, size_t n) {
    for (size_t k = 0; k < n; k++) {
        uint32_t row = w->target[at + k] - rows.first;
        if (w->target[at + k] >= rows.first && row < rows.count)
            w->chosen[at + k] = w->block_logits[k * BG_PASSING_ROWS + row];
    }
}

/* Does something with the logits of some rows, w->block_logits [n], of what waits from `at` on. */
typedef void (*with_block)(bg_workspace *w, bg_rows rows, size_t at, size_t n);

/* All rows with all `n` that wait, a tile of them at a time. */
static void go_through(bg_workspace *w, size_t n, with_block use) {
    const bg_matrix *head = &w->part->head;
    for (uint32_t first = 0; first < w->model->rows; first += head->block) {
        bg_rows rows = head_rows(w, first);
        for (size_t at = 0; at < n; at += w->tile) {
            size_t some = n - at < w->tile ? n - at : w->tile;
            bg_product(w, head, rows, &w->head_in, at, some, w->head_bias, w->block_logits, BG_PASSING_ROWS);
            use(w, rows, at, some);
        }
    }
}

static void find_maxima(bg_workspace *w, bg_rows rows, size_t at, size_t n) {
    keep_largest(w, rows, at, n, w->block_logits, BG_PASSING_ROWS);
    keep_chosen(w, rows, at, n);
}

static void add_block(bg_workspace *w, bg_rows rows, size_t at, size_t n) {
    bg_add_block(w, rows.first, rows.count, at, n);
}

void bg_logits_again(bg_workspace *w, size_t k) {
    const bg_matrix *head = &w->part->head;
    for (uint32_t first = 0; first < w->model->rows; first += head->block) {
        bg_rows rows = head_rows(w, first);
        bg_product(w, head, rows, &w->head_in, k, 1, w->head_bias, w->logits + first, w->logit_stride);
    }
}

/* The words that wait, without their logits: the maxima first, then the shares. */
static void score_twice(bg_workspace *w, size_t n) {
    go_through(w, n, find_maxima);
    bg_start_totals(w, n);
    go_through(w, n, add_block);
    bg_score_words(w, n);
}

void bg_flush_head(bg_workspace *w) {
    size_t n = w->queued;
    w->queued = 0;
    if (n == 0 || (w->model->file.generative && w->trace != NULL && !bg_wants_scores(w->trace)))
        return;
    if (w->twice && w->trace == NULL) {
        score_twice(w, n);
        return;
    }
    head_logits(w, n);
    if (w->model->file.generative)
        bg_score_words(w, n);
    else
        for (size_t k = 0; k < n; k++)
            keep_logits(w, k);
}
