/*
 * A step of a cell whose gates, nonlinearities and cell are float32, written once over the vector of vector_body.h.
 *
 * The four gates of 16 units take their sequences side by side; so do four vectors of cells afterwards.
 */
#ifndef BG_FLOAT_STEP_BODY_H
#define BG_FLOAT_STEP_BODY_H

#include "vector_body.h"
#include "vector_four.h"

V_INLINE v_float v_flush(v_float x) { return v_pick(v_less(v_abs(x), v_set(0x1p-60f)), v_set(0.0f), x); }

/* Where the hidden half of a text comes from: floats, sums, sums that lack row sums. */
enum { V_OF_FLOATS, V_OF_SUMS, V_OF_SHORT_SUMS };

/* A text's share of a step, from some unit on. */
typedef struct {
    size_t hidden;
    const float *ax, *ah, *m;
    const int32_t *acc, *row_sums;
    v_float scale;
    v_int shift;
} v_open_part;

/* fround(ax + ah) of rows `row` to `row` + 15, or of the first `n` of them (n below 16), on its site. */
V_INLINE v_float v_open_gate(const v_open_part *part, size_t row, size_t n, int of) {
    const int whole = n >= BG_LANES;
    v_float ah;
    if (of == V_OF_FLOATS)
        ah = whole ? v_load(part->ah + row) : v_load_first(part->ah + row, n);
    else {
        v_int acc = whole ? vi_load(part->acc + row) : vi_load_first(part->acc + row, n);
        if (of == V_OF_SHORT_SUMS) {
            v_int sums = whole ? vi_load(part->row_sums + row) : vi_load_first(part->row_sums + row, n);
            acc = vi_add(acc, vi_mul(sums, part->shift));
        }
        v_float m = whole ? v_load(part->m + row) : v_load_first(part->m + row, n);
        ah = v_mul(v_number(acc), v_mul(m, part->scale));
    }
    return v_flush(v_add(whole ? v_load(part->ax + row) : v_load_first(part->ax + row, n), ah));
}

/* Units whose cells are known before their hidden values are computed. */
enum { V_OPEN_UNITS = 4 * BG_LANES };

/* Cells of units `row` to `row` + 15, or the first `n` of them, and their outer gates. */
V_INLINE void v_open_cells(const v_open_part *part, size_t row, size_t n, float *cell, float *inner, float *outer,
                           int of) {
    const size_t hidden = part->hidden;
    const v_four gate =
        v_bend_gates((v_four){v_open_gate(part, row, n, of), v_open_gate(part, row + hidden, n, of),
                              v_open_gate(part, row + 2 * hidden, n, of), v_open_gate(part, row + 3 * hidden, n, of)});
    const v_float c = v_flush(v_add(v_mul(gate.b, v_load(cell)), v_mul(gate.a, gate.c)));
    v_store(cell, c);
    v_store(inner, c);
    v_store(outer, gate.d);
}

/* inner = tanh of it, of so many vectors */
V_INLINE void v_open_tanh(float *inner, size_t vectors) {
    if (vectors <= 2) {
        for (size_t k = 0; k < vectors; k++)
            v_store(inner + k * BG_LANES, v_tanh(v_load(inner + k * BG_LANES)));
        return;
    }
    const v_four y = v4_tanh(
        (v_four){v_load(inner), v_load(inner + BG_LANES), v_load(inner + 2 * BG_LANES), v_load(inner + 3 * BG_LANES)});
    v_store(inner, y.a);
    v_store(inner + BG_LANES, y.b);
    v_store(inner + 2 * BG_LANES, y.c);
    v_store(inner + 3 * BG_LANES, y.d);
}

/* Units `first` on of a text; `ends` are the least and the largest hidden value so far, 0 included. */
V_INLINE void v_open_step(const v_open_part *part, size_t first, size_t units, int flushes, float *cell, float *hidden,
                          v_float ends[2], int of) {
    float inner[V_OPEN_UNITS] = {0}, outer[V_OPEN_UNITS];
    size_t k = 0;
    for (; k + BG_LANES <= units; k += BG_LANES)
        v_open_cells(part, first + k, BG_LANES, cell + k, inner + k, outer + k, of);
    if (k < units)
        v_open_cells(part, first + k, units - k, cell + k, inner + k, outer + k, of);
    v_open_tanh(inner, (units + BG_LANES - 1) / BG_LANES);
    for (k = 0; k < units; k += BG_LANES) {
        v_float h = v_mul(v_load(outer + k), v_load(inner + k));
        h = v_within(flushes ? v_flush(h) : h, k, units, v_set(0.0f));
        v_store(hidden + k, h);
        ends[0] = v_min(ends[0], h);
        ends[1] = v_max(ends[1], h);
    }
}

V_INLINE void v_float_step_of(const bg_float_step *step, size_t n, const float *const *ax, float *cell,
                              size_t cell_stride, float *hidden, size_t hidden_stride, float *ranges, int of) {
    for (size_t text = 0; text < n; text++) {
        const size_t at = text * step->stride;
        const bg_grid *grid = step->grids ? step->grids + text : NULL;
        const v_open_part part = {step->hidden,
                                  ax[text],
                                  step->ah ? step->ah + at : NULL,
                                  step->m,
                                  step->acc ? step->acc + at : NULL,
                                  step->row_sums,
                                  v_set(grid ? grid->scale : 1.0f),
                                  vi_set(grid ? grid->low - grid->zero : 0)};
        v_float ends[2] = {v_set(0.0f), v_set(0.0f)};
        for (size_t k = 0; k < step->hidden; k += V_OPEN_UNITS) {
            size_t units = step->hidden - k < V_OPEN_UNITS ? step->hidden - k : V_OPEN_UNITS;
            v_open_step(&part, k, units, step->flushes, cell + text * cell_stride + k,
                        hidden + text * hidden_stride + k, ends, of);
        }
        if (ranges) {
            ranges[2 * text] = v_least(ends[0]);
            ranges[2 * text + 1] = v_largest(ends[1]);
        }
    }
}

static void v_float_step(const bg_float_step *step, size_t n, const float *const *ax, float *cell, size_t cell_stride,
                         float *hidden, size_t hidden_stride, float *ranges) {
#define V_FLOAT_STEP(of) v_float_step_of(step, n, ax, cell, cell_stride, hidden, hidden_stride, ranges, of)
    if (step->ah)
        V_FLOAT_STEP(V_OF_FLOATS);
    else if (!step->row_sums)
        V_FLOAT_STEP(V_OF_SUMS);
    else
        V_FLOAT_STEP(V_OF_SHORT_SUMS);
#undef V_FLOAT_STEP
}

/* ---- products of vectors that have a scale and a zero point each ---- */

static void v_each_shifted_scale(const int32_t *acc, const int32_t *row_sums, const float *m, const bg_grid *grid,
                                 const float *bias, float *out, size_t count) {
    const v_float scale = v_set(grid->scale);
    const v_int shift = vi_set(grid->low - grid->zero);
    for (size_t k = 0; k < count; k += BG_LANES) {
        v_int sum = vi_add(vi_load(acc + k), vi_mul(vi_load(row_sums + k), shift));
        v_float value = v_mul(v_number(sum), v_mul(v_load(m + k), scale));
        v_store(out + k, bias ? v_add(value, v_load(bias + k)) : value);
    }
}

#endif
