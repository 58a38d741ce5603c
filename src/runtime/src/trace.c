#include "trace.h"

#include "matrix.h"

#include <string.h>

static bg_trace_record record_of(const bg_workspace *w, bg_place place, bg_trace_what what, size_t count) {
    bg_trace_record record = {
        .what = what, .text = place.text, .part = w->part_index, .step = place.step, .count = (uint32_t)count};
    return record;
}

void bg_tell_values(const bg_workspace *w, bg_place place, bg_trace_what what, const float *values, size_t count) {
    if (!bg_wants(w, what))
        return;
    bg_trace_record record = record_of(w, place, what, count);
    record.values = values;
    w->trace->function(w->trace->context, &record);
}

static const int32_t *integers_of(const bg_trace *trace, const bg_vector *vector, size_t count) {
    for (size_t k = 0; vector->integers == NULL && k < count; k++)
        trace->integers[k] = vector->bytes[k] + vector->grid->low;
    return vector->integers != NULL ? vector->integers : trace->integers;
}

void bg_tell_vector(const bg_workspace *w, bg_place place, bg_trace_what what, uint32_t label, const bg_site *site,
                    const bg_vector *vector, size_t count) {
    const bg_trace *trace = w->trace;
    if (!bg_wants(w, what))
        return;
    bg_trace_record record = record_of(w, place, what, count);
    record.label = label;
    record.values = vector->values;
    if (site->kind != BG_SITE_FLOAT) {
        record.integers = integers_of(trace, vector, count);
        record.scale = vector->grid->scale;
        record.zero = vector->grid->zero;
    }
    for (size_t k = 0; vector->values == NULL && k < count; k++)
        trace->values[k] = bg_dequantize_value(vector->grid, record.integers[k]);
    if (vector->values == NULL)
        record.values = trace->values;
    trace->function(trace->context, &record);
}

static void tell_accumulators(const bg_workspace *w, const bg_vectors *x, size_t at, uint32_t all, bg_rows rows) {
    if (rows.first + rows.count < all)
        return;
    bg_trace_record record = record_of(w, x->places[at], x->accumulators, all);
    record.accumulators = w->trace->accumulators;
    w->trace->function(w->trace->context, &record);
}

void bg_tell_sums(const bg_workspace *w, const bg_vectors *x, size_t at, const bg_matrix *matrix, bg_rows rows,
                  const int32_t *acc) {
    uint32_t all = matrix->file->rows;
    if (!bg_wants(w, x->accumulators))
        return;
    for (uint32_t r = 0; r < rows.count && rows.first + r < all; r++)
        w->trace->accumulators[rows.first + r] = acc[bg_row_of(matrix, r)];
    tell_accumulators(w, x, at, all, rows);
}

void bg_tell_wide_sums(const bg_workspace *w, const bg_vectors *x, size_t at, uint32_t all, bg_rows rows,
                       const int64_t *acc) {
    if (!bg_wants(w, x->accumulators))
        return;
    memcpy(w->trace->accumulators + rows.first, acc, rows.count * sizeof *acc);
    tell_accumulators(w, x, at, all, rows);
}

/* Of inputs, hidden units and rows of the head; four of hidden units: the accumulators of the gates. */
static size_t longest_vector(const bg_model *model) {
    size_t longest = 4 * (size_t)model->file.hidden;
    longest = longest < model->file.inputs ? model->file.inputs : longest;
    return longest < model->rows ? model->rows : longest;
}

static bg_trace *place_trace(bg_arena *arena, size_t longest) {
    bg_trace *trace = bg_take(arena, 1, sizeof *trace);
    int32_t *integers = bg_take(arena, bg_padded(longest), sizeof *integers);
    float *values = bg_take(arena, bg_padded(longest), sizeof *values);
    float *logits = bg_take(arena, bg_padded(longest), sizeof *logits);
    int64_t *accumulators = bg_take(arena, bg_padded(longest), sizeof *accumulators);
    if (trace != NULL) {
        trace->integers = integers;
        trace->values = values;
        trace->logits = logits;
        trace->accumulators = accumulators;
    }
    return trace;
}

size_t bg_trace_bytes(const bg_model *model) {
    bg_arena arena = {NULL, 0};
    if (model != NULL)
        place_trace(&arena, longest_vector(model));
    return arena.used;
}

bg_status bg_trace_start(const bg_model *model, bg_workspace *workspace, void *memory, size_t bytes,
                         bg_trace_function function, void *context) {
    if (model == NULL || workspace == NULL || workspace->model != model || function == NULL)
        return BG_BAD_ARGUMENT;
    if (memory == NULL || (uintptr_t)memory % BG_ALIGN != 0 || bytes < bg_trace_bytes(model))
        return BG_BAD_ARGUMENT;
    bg_trace_stop(workspace);
    memset(memory, 0, bg_trace_bytes(model));
    bg_arena arena = {memory, 0};
    workspace->trace = place_trace(&arena, longest_vector(model));
    workspace->trace->function = function;
    workspace->trace->context = context;
    workspace->trace->wanted = UINT32_MAX;
    if (workspace->logits == NULL)
        workspace->logits = workspace->trace->logits;
    return BG_OK;
}

void bg_trace_only(bg_workspace *workspace, uint32_t wanted) {
    if (workspace != NULL && workspace->trace != NULL)
        workspace->trace->wanted = wanted;
}

void bg_trace_stop(bg_workspace *workspace) {
    if (workspace == NULL || workspace->trace == NULL)
        return;
    if (workspace->logits == workspace->trace->logits)
        workspace->logits = NULL;
    workspace->trace = NULL;
}
