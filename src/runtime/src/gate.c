#include "gate.h"

#include <string.h>

#include "little_endian.h"
#include "trace.h"

static int site_of(bg_trace_what what) {
    return what == BG_TRACE_FORGET_PRODUCT || what == BG_TRACE_INPUT_PRODUCT ? BG_CELL : (int)what;
}

static int flushes(bg_trace_what what) {
    return what == BG_TRACE_CELL || what == BG_TRACE_HIDDEN || (what >= BG_TRACE_GATE_I && what <= BG_TRACE_GATE_O);
}

static void keep_float(const bg_kernels *kernels, bg_trace_what what, const float *x, size_t count, float *values) {
    if (flushes(what))
        kernels->flush(x, values, count);
    else if (values != x)
        memcpy(values, x, count * sizeof *x);
}

static bg_grid grid_of(const bg_workspace *w, int site, const float *x, size_t count) {
    const bg_site *rules = w->part->site + site;
    float min, max;
    if (rules->kind == BG_SITE_STATIC)
        return w->part->grid[site];
    w->model->kernels->range(x, count, &min, &max);
    return bg_dynamic_grid(rules, &w->model->file, min, max);
}

/* What a product reads behind the end, of the sites that one follows. */
static void clear_padding(bg_trace_what what, const bg_vector *out, size_t count) {
    if (what != BG_TRACE_INPUT && what != BG_TRACE_HIDDEN && what != BG_TRACE_HEAD_INPUT)
        return;
    if (out->bytes != NULL)
        memset(out->bytes + count, 0, bg_byte_stride(count) - count);
    if (out->values != NULL)
        memset(out->values + count, 0, (bg_padded(count) - count) * sizeof *out->values);
}

void bg_to_site(bg_workspace *w, bg_place place, bg_trace_what what, uint32_t label, const float *x, size_t count,
                bg_vector *out) {
    const bg_kernels *kernels = w->model->kernels;
    const bg_site *site = w->part->site + site_of(what);
    bg_vector made = *out;
    if (made.integers == NULL && w->trace != NULL)
        made.integers = w->trace->integers;
    if (site->kind == BG_SITE_FLOAT)
        keep_float(kernels, what, x, count, out->values);
    else {
        *out->grid = grid_of(w, site_of(what), x, count);
        made.bytes = site->bits <= 8 ? out->bytes : NULL;
        kernels->quantize(out->grid, x, count, made.bytes, made.integers, made.values);
    }
    clear_padding(what, &made, count);
    if (w->trace != NULL)
        bg_tell_vector(w, place, what, label, site, &made, count);
}

static const bg_trace_what behind[BG_TABLES] = {BG_TRACE_SIGMOID_I, BG_TRACE_SIGMOID_F, BG_TRACE_TANH_G,
                                                BG_TRACE_SIGMOID_O, BG_TRACE_TANH_C};

static void look_up(const float *restrict table, const uint8_t *restrict bytes, float *restrict out, size_t count) {
    for (size_t k = 0; k < count; k++)
        out[k] = table[bytes[k]];
}

/* A part whose steps are fused has no table of values: a trace alone takes it through here. */
static void tell_looked_up(bg_workspace *w, bg_place place, int table, const bg_vector *from, const bg_vector *to) {
    const bg_site *site = w->part->site + behind[table];
    bg_vector told = *to;
    told.integers = w->trace->integers;
    for (uint32_t k = 0; k < w->model->file.hidden; k++) {
        uint16_t entry = bg_load_u16(w->part->file->tables[table] + 2 * from->bytes[k]);
        told.integers[k] = site->low < 0 ? (int32_t)(int16_t)entry : (int32_t)entry;
        told.values[k] = bg_dequantize_value(to->grid, told.integers[k]);
    }
    bg_tell_vector(w, place, behind[table], 0, site, &told, w->model->file.hidden);
}

void bg_bend(bg_workspace *w, bg_place place, int table, const bg_vector *from, bg_vector *to) {
    const bg_kernels *kernels = w->model->kernels;
    size_t hidden = w->model->file.hidden;
    if (w->part->file->tables[table] == NULL) {
        int is_tanh = table == BG_TABLE_G || table == BG_TABLE_C;
        (is_tanh ? kernels->tanh : kernels->sigmoid)(from->values, w->scratch, hidden);
        bg_to_site(w, place, behind[table], 0, w->scratch, hidden, to);
        return;
    }
    *to->grid = w->part->grid[behind[table]];
    if (w->trace != NULL)
        tell_looked_up(w, place, table, from, to);
    else
        look_up(w->part->shown[table], from->bytes, to->values, hidden);
}
