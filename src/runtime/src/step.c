#include "step.h"

#include <string.h>

#include "gate.h"
#include "matrix.h"
#include "product.h"
#include "trace.h"

static void start_slot(bg_workspace *w, size_t s) {
    const bg_site *site = w->part->site + BG_HIDDEN;
    size_t hidden = w->model->file.hidden;
    bg_vector state = bg_vector_at(&w->hidden, s);
    if (site->kind != BG_SITE_FLOAT) {
        *state.grid = site->kind == BG_SITE_STATIC ? w->part->grid[BG_HIDDEN]
                                                   : bg_dynamic_grid(site, &w->model->file, 0.0f, 0.0f);
        if (site->bits <= 8)
            memset(state.bytes, state.grid->zero - state.grid->low, hidden);
        for (size_t k = 0; k < hidden; k++)
            state.integers[k] = state.grid->zero;
    }
    memset(state.values, 0, w->stride * sizeof *state.values);
    memset(w->cell + s * w->stride, 0, w->stride * sizeof *w->cell);
}

void bg_start_state(bg_workspace *w, size_t slots) {
    for (size_t s = 0; s < slots; s++)
        start_slot(w, s);
    memset(w->sums, 0, slots * w->stride * sizeof *w->sums);
    memset(w->totals, 0, slots * w->stride * sizeof *w->totals);
    memset(w->float_sums, 0, slots * w->stride * sizeof *w->float_sums);
}

/* w->pre = fround(ax + ah) of slot `s` */
static void preactivations(bg_workspace *w, size_t s) {
    const bg_kernels *kernels = w->model->kernels;
    const bg_matrix *wh = &w->part->wh;
    size_t count = 4 * (size_t)w->model->file.hidden;
    if (wh->route == BG_PACKED) {
        const float *factors = bg_factors(w, wh, bg_all_rows(wh), w->hidden.grids[s].scale);
        float *out = wh->woven ? w->ah : w->pre;
        kernels->preactivation(w->ax_of[s], w->acc + s * w->model->gate_stride, factors, out, wh->rows);
        for (uint32_t r = 0; wh->woven && r < wh->file->rows; r++)
            w->pre[r] = out[bg_row_of(wh, r)];
    } else
        kernels->add(w->ax_of[s], w->ah + s * w->model->gate_stride, w->pre, count);
    if (w->trace != NULL)
        bg_tell_values(w, w->hidden.places[s], BG_TRACE_PRE_ACTIVATION, w->pre, count);
}

/* The outputs of the gates: w->bent. */
static void gates(bg_workspace *w, size_t s) {
    size_t hidden = w->model->file.hidden;
    bg_place place = w->hidden.places[s];
    for (int g = 0; g < 4; g++) {
        memcpy(w->gate[g].values, w->pre + (size_t)g * hidden, hidden * sizeof *w->pre);
        bg_to_site(w, place, BG_TRACE_GATE_I + (bg_trace_what)g, 0, w->gate[g].values, hidden, &w->gate[g]);
        bg_bend(w, place, g, &w->gate[g], &w->bent[g]);
    }
}

/* c' = fround(fround(d(f) * d(c)) + fround(d(i) * d(g))) on its site; with three rounds the products as well. */
static void next_cell(bg_workspace *w, size_t s) {
    const bg_kernels *kernels = w->model->kernels;
    size_t hidden = w->model->file.hidden;
    bg_place place = w->hidden.places[s];
    float *forget = w->product[0].values, *input = w->product[1].values;
    kernels->multiply(w->bent[BG_TABLE_F].values, w->cell + s * w->stride, forget, hidden);
    kernels->multiply(w->bent[BG_TABLE_I].values, w->bent[BG_TABLE_G].values, input, hidden);
    if (w->model->file.cell_rounds == 3) {
        bg_to_site(w, place, BG_TRACE_FORGET_PRODUCT, 0, forget, hidden, &w->product[0]);
        bg_to_site(w, place, BG_TRACE_INPUT_PRODUCT, 0, input, hidden, &w->product[1]);
    }
    kernels->add(forget, input, w->scratch, hidden);
    w->next.values = w->cell + s * w->stride;
    bg_to_site(w, place, BG_TRACE_CELL, 0, w->scratch, hidden, &w->next);
}

/* h' = fround(d(o) * d(tanh c')) on its site */
static void next_hidden(bg_workspace *w, size_t s) {
    size_t hidden = w->model->file.hidden;
    bg_place place = w->hidden.places[s];
    bg_vector state = bg_vector_at(&w->hidden, s);
    bg_bend(w, place, BG_TABLE_C, &w->next, &w->bent[BG_TABLE_C]);
    w->model->kernels->multiply(w->bent[BG_TABLE_O].values, w->bent[BG_TABLE_C].values, w->scratch, hidden);
    bg_to_site(w, place, BG_TRACE_HIDDEN, 0, w->scratch, hidden, &state);
}

static void add_integers(const int32_t *restrict q, int32_t zero, int32_t *restrict sums, size_t count) {
    for (size_t k = 0; k < count; k++)
        sums[k] += q[k] - zero;
}

static void add_to_sums(bg_workspace *w, size_t s) {
    bg_vector state = bg_vector_at(&w->hidden, s);
    float *sums = w->float_sums + s * w->stride;
    if (w->part->site[BG_HIDDEN].kind == BG_SITE_STATIC)
        add_integers(state.integers, state.grid->zero, w->sums + s * w->stride, w->model->file.hidden);
    else
        w->model->kernels->add(sums, state.values, sums, w->model->file.hidden);
}

static void step_by_passes(bg_workspace *w, size_t active) {
    const bg_matrix *wh = &w->part->wh;
    if (wh->route == BG_PACKED)
        bg_accumulate(w, wh, bg_all_rows(wh), &w->hidden, 0, active);
    else
        bg_product(w, wh, bg_all_rows(wh), &w->hidden, 0, active, NULL, w->ah, w->model->gate_stride);
    for (size_t s = 0; s < active; s++) {
        preactivations(w, s);
        gates(w, s);
        next_cell(w, s);
        next_hidden(w, s);
        if (w->pools_mean)
            add_to_sums(w, s);
    }
}

/* Steps of the texts that are `active`: ax_of [steps, active]. */
static void run(bg_workspace *w, size_t steps, size_t active) {
    const bg_matrix *wh = &w->part->wh;
    const bg_packed packed = {wh->rows, wh->file->cols, wh->file->bits, wh->blocks};
    uint8_t *bytes = w->hidden.bytes;
    w->model->kernels->static_run(w->part->fused, &packed, wh->start, steps, active, w->ax_of,
                                  w->part->input_table != NULL ? w->later_of : NULL, w->acc, w->cell, w->stride, bytes,
                                  w->next_hidden, w->hidden.byte_stride, w->pools_mean ? w->sums : NULL, w->stride);
    if (steps % 2 != 0) { /* texts that have ended keep what they have */
        size_t stride = w->hidden.byte_stride;
        memcpy(w->next_hidden + active * stride, bytes + active * stride, (w->slots - active) * stride);
        w->hidden.bytes = w->next_hidden;
        w->next_hidden = bytes;
    }
}

/* All sites are static, all nonlinearities tables of bytes: one function of the kernels does what the passes do. */
static void fused_step(bg_workspace *w, size_t active) {
    const bg_matrix *wh = &w->part->wh;
    const bg_vectors *state = &w->hidden;
    size_t hidden = w->model->file.hidden;
    if (w->model->kernels->static_run != NULL) {
        run(w, 1, active);
        return;
    }
    bg_accumulate(w, wh, bg_all_rows(wh), state, 0, active);
    w->model->kernels->static_step(w->part->fused, active, w->ax_of, w->acc, w->model->gate_stride, w->cell, w->stride,
                                   state->bytes, state->byte_stride, w->pools_mean ? w->sums : NULL, w->stride);
    for (size_t s = 0; s < active; s++)
        memset(state->bytes + s * state->byte_stride + hidden, 0, state->byte_stride - hidden);
}

/* The hidden half of a step as the kernels take it. */
static bg_float_step hidden_half(bg_workspace *w, size_t active) {
    const bg_matrix *wh = &w->part->wh;
    bg_float_step step = {.hidden = w->model->file.hidden, .stride = w->model->gate_stride};
    if (wh->route == BG_PACKED) {
        bg_accumulate_short(w, wh, bg_all_rows(wh), &w->hidden, 0, active);
        step.acc = w->acc;
        step.row_sums = wh->sums;
        step.m = wh->factors != NULL ? wh->factors : wh->file->scales;
        step.grids = wh->factors != NULL ? NULL : w->hidden.grids;
    } else {
        bg_product(w, wh, bg_all_rows(wh), &w->hidden, 0, active, NULL, w->ah, w->model->gate_stride);
        step.ah = w->ah;
    }
    return step;
}

int bg_leaves_bytes(const bg_workspace *w) {
    const bg_part *part = w->part;
    int floats_first = part->float_cell && part->wh.route == BG_PACKED && !w->pools_mean && !w->model->file.generative;
    return w->trace == NULL && (part->fused != NULL || floats_first);
}

/* h' on its site, in the forms that are read of it. */
static void quantize_hidden(bg_workspace *w, size_t s, const float *values) {
    const bg_site *site = w->part->site + BG_HIDDEN;
    bg_vector state = bg_vector_at(&w->hidden, s);
    int sums_integers = w->pools_mean && site->kind == BG_SITE_STATIC;
    if (site->kind == BG_SITE_DYNAMIC)
        *state.grid = bg_dynamic_grid(site, &w->model->file, w->ranges[2 * s], w->ranges[2 * s + 1]);
    w->model->kernels->quantize(state.grid, values, w->model->file.hidden, site->bits <= 8 ? state.bytes : NULL,
                                sums_integers || w->part->wh.route == BG_WIDE ? state.integers : NULL,
                                bg_leaves_bytes(w) ? NULL : state.values);
}

/* Gates and cell are float32: one function of the kernels gives h', which is then put on its site. */
static void float_step(bg_workspace *w, size_t active) {
    const bg_site *site = w->part->site + BG_HIDDEN;
    const bg_kernels *kernels = w->model->kernels;
    size_t stride = w->stride;
    bg_float_step step = hidden_half(w, active);
    step.flushes = site->kind == BG_SITE_FLOAT;
    float *values = step.flushes ? w->hidden.values : w->unquantized;
    kernels->float_step(&step, active, w->ax_of, w->cell, stride, values, stride,
                        site->kind == BG_SITE_DYNAMIC ? w->ranges : NULL);
    for (size_t s = 0; s < active && !step.flushes; s++)
        quantize_hidden(w, s, values + s * stride);
    for (size_t s = 0; s < active && w->pools_mean; s++)
        add_to_sums(w, s);
}

void bg_step(bg_workspace *w, size_t active) {
    if (w->part->fused != NULL && w->trace == NULL)
        fused_step(w, active);
    else if (w->part->float_cell && w->trace == NULL)
        float_step(w, active);
    else
        step_by_passes(w, active);
}

int bg_can_run(const bg_workspace *w) {
    return w->part->fused != NULL && w->trace == NULL && w->model->kernels->static_run != NULL;
}

void bg_steps(bg_workspace *w, size_t count) { run(w, count, 1); }
