#include "input.h"

#include <string.h>

#include "gate.h"
#include "matrix.h"
#include "product.h"
#include "trace.h"
#include "unpack.h"

/* Word ids that no vocabulary has otherwise (src/core/text/vocabulary.ts). */
#define BEGIN_OF_TEXT 2

/* The embedding's integers are the input's: those of a row in the form that the route reads. */
static void take_integers(const bg_part *part, uint32_t word, bg_vector *x) {
    const bg_file_matrix *file = &part->file->embedding;
    *x->grid = part->grid[BG_INPUT];
    if (x->bytes != NULL)
        bg_unpack(file->data + word * file->row_bytes, 0, file->cols, file->bits,
                  file->is_unsigned ? 0 : bg_flip(file->bits), x->bytes);
    if (x->integers != NULL)
        bg_row_integers(file, word, 0, file->cols, x->integers);
    for (uint32_t k = 0; x->values != NULL && k < file->cols; k++)
        x->values[k] = bg_dequantize_value(x->grid, x->integers[k]);
}

static void input_vector(bg_workspace *w, size_t k) {
    const bg_part *part = w->part;
    bg_vector x = bg_vector_at(&w->input, k);
    size_t inputs = w->model->file.inputs;
    if (part->site[BG_INPUT].kind == BG_SITE_FLOAT && w->trace == NULL) {
        bg_row_values(&part->file->embedding, w->ahead_words[k], x.values);
        return;
    }
    if (!part->file->shared_embedding) {
        bg_row_values(&part->file->embedding, w->ahead_words[k], w->embedded);
        bg_to_site(w, w->input.places[k], BG_TRACE_INPUT, 0, w->embedded, inputs, &x);
        return;
    }
    take_integers(part, w->ahead_words[k], &x);
    if (w->trace != NULL)
        bg_tell_vector(w, w->input.places[k], BG_TRACE_INPUT, 0, part->site + BG_INPUT, &x, inputs);
}

/* Steps are fused, and the product of their inputs is not of woven rows. */
static void weave(const bg_workspace *w, float *ax) {
    const bg_matrix *wh = &w->part->wh;
    memcpy(w->ah, ax, wh->file->rows * sizeof *ax);
    for (uint32_t r = 0; r < wh->file->rows; r++)
        ax[bg_row_of(wh, r)] = w->ah[r];
}

void bg_input_half(bg_workspace *w, size_t count, float *ax) {
    const bg_matrix *wx = &w->part->wx;
    size_t stride = w->model->gate_stride;
    for (size_t k = 0; k < count; k++)
        input_vector(w, k);
    for (size_t at = 0; at < count; at += w->tile) {
        size_t n = count - at < w->tile ? count - at : w->tile;
        bg_product(w, wx, bg_all_rows(wx), &w->input, at, n, w->part->bias, ax + at * stride, stride);
    }
    for (size_t k = 0; w->part->wh.woven && !wx->woven && k < count; k++)
        weave(w, ax + k * stride);
}

static uint32_t word_at(const bg_workspace *w, size_t s, size_t step) {
    const uint32_t *words = w->slot[s].words;
    if (!w->model->file.generative)
        return words[step];
    return step == 0 ? BEGIN_OF_TEXT : words[step - 1];
}

/* Rows of the input table that are asked for this many steps before they are read. */
#define BG_ROWS_BEFORE 8

/* Asks for `bytes` from `from` on, where a compiler knows how. */
static void fetch(const void *from, size_t bytes) {
#ifdef __GNUC__
    for (size_t k = 0; k < bytes; k += BG_ALIGN)
        __builtin_prefetch((const uint8_t *)from + k, 0, 2);
    __builtin_prefetch((const uint8_t *)from + bytes - 1, 0, 2);
#else
    (void)from, (void)bytes;
#endif
}

/* Where a word's input half is in w->ax, if it is there. */
static size_t row_of(const bg_workspace *w, uint32_t word) { return w->kept_rows[word & (w->indexed - 1)]; }

/* Begins to look ahead: what was kept of another part is of no use. */
static void next_turn(bg_workspace *w, size_t active) {
    if (w->kept_of != w->part)
        memset(w->kept_words, 0, w->kept * sizeof *w->kept_words);
    w->kept_of = w->part;
    if (w->kept - w->row < active)
        w->row = 0;
    w->room = w->kept - w->row < w->ahead ? w->kept - w->row : w->ahead;
}

/*
 * Where the input half of a word is, or will be once those of `missing` words are computed. What stands where this step
 * of `active` words may write is not looked for; before what a later step needs, this turn ends.
 */
static const float *find_half(bg_workspace *w, uint32_t word, bg_place place, size_t active, size_t *missing) {
    size_t row = row_of(w, word), k = *missing;
    if (w->trace == NULL && w->kept_words[row] == word + 1 && (row < w->row || row >= w->row + active)) {
        if (row >= w->row && row - w->row < w->room)
            w->room = row - w->row;
        return w->ax + row * w->model->gate_stride;
    }
    const bg_file_matrix *file = &w->part->file->embedding;
    fetch(file->data + word * file->row_bytes, file->row_bytes);
    row = w->row++;
    w->room--;
    w->kept_words[row] = word + 1;
    w->kept_rows[word & (w->indexed - 1)] = (uint16_t)row;
    w->ahead_words[k] = word;
    w->input.places[k] = place;
    *missing = k + 1;
    return w->ax + row * w->model->gate_stride;
}

/* The words of step `step`, then those of the next, of all slots that get so far, while whole steps have room. */
static void look_ahead(bg_workspace *w, size_t step, size_t active) {
    size_t filled = 0, missing = 0;
    next_turn(w, active);
    float *ax = w->ax + w->row * w->model->gate_stride;
    while (active > 0 && filled + active <= w->places && active <= w->room) {
        for (size_t s = 0; s < active; s++) {
            bg_place place = {w->slot[s].text, (uint32_t)step};
            w->ahead_ax[filled++] = find_half(w, word_at(w, s, step), place, active, &missing);
        }
        for (step++; active > 0 && w->slot[active - 1].steps <= step;)
            active--;
    }
    bg_input_half(w, missing, ax);
    w->ahead_filled = filled;
    w->ahead_taken = 0;
}

void bg_find_input(bg_workspace *w, size_t step, size_t active) {
    size_t stride = w->model->gate_stride;
    const float *table = w->trace == NULL ? w->part->input_table : NULL;
    if (table == NULL && (step == 0 || w->ahead_taken == w->ahead_filled))
        look_ahead(w, step, active);
    for (size_t s = 0; s < active; s++) {
        size_t later = step + 1 < w->slot[s].steps ? step + 1 : step;
        w->ax_of[s] = table != NULL ? table + word_at(w, s, step) * stride : w->ahead_ax[w->ahead_taken++];
        w->later_of[s] = table != NULL ? table + word_at(w, s, later) * stride : NULL;
    }
}

size_t bg_find_inputs(bg_workspace *w, size_t step) {
    size_t stride = w->model->gate_stride, left = w->slot[0].steps - step;
    const float *table = w->part->input_table;
    size_t count = left < BG_STEPS_ALONE ? left : BG_STEPS_ALONE;
    if (table == NULL && (step == 0 || w->ahead_taken == w->ahead_filled))
        look_ahead(w, step, 1);
    if (table == NULL && count > w->ahead_filled - w->ahead_taken)
        count = w->ahead_filled - w->ahead_taken;
    for (size_t k = 0; k < count; k++) {
        size_t later = k + BG_ROWS_BEFORE < left ? k + BG_ROWS_BEFORE : k;
        w->ax_of[k] = table != NULL ? table + word_at(w, 0, step + k) * stride : w->ahead_ax[w->ahead_taken++];
        w->later_of[k] = table != NULL ? table + word_at(w, 0, step + later) * stride : NULL;
    }
    return count;
}
