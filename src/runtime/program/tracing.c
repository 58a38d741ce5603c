#define _POSIX_C_SOURCE 200809L

#include "tracing.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "checksum.h"
#include "output.h"

/* In the order of bg_trace_what. */
static const char *const names[] = {"input",          "hidden",         "gate-i",
                                    "gate-f",         "gate-g",         "gate-o",
                                    "sigmoid-i",      "sigmoid-f",      "sigmoid-o",
                                    "tanh-g",         "tanh-c",         "cell",
                                    "head-input",     "head-output",    "accumulators-x",
                                    "accumulators-h", "pre-activation", "forget-product",
                                    "input-product",  "pooled",         "accumulators-head",
                                    "logits",         "word-relative",  "word-common"};

static uint64_t checksum_of(const bg_trace_record *record) {
    uint64_t sum = 0;
    for (uint32_t k = 0; k < record->count; k++) {
        uint32_t bits = 0;
        if (record->accumulators != NULL) {
            sum = checksum_word(sum, (uint64_t)record->accumulators[k]);
            continue;
        }
        memcpy(&bits, record->values + k, sizeof bits);
        sum = checksum_word(sum, bits);
        if (record->integers != NULL)
            sum = checksum_word(sum, (uint64_t)(int64_t)record->integers[k]);
    }
    return sum;
}

static void tell(void *context, const bg_trace_record *record) {
    (void)context;
    line_open("trace");
    line_string("site", names[record->what]);
    line_integer("part", record->part);
    line_integer("step", record->step);
    line_integer("label", record->label);
    line_integer("count", record->count);
    line_hexadecimal("checksum", checksum_of(record));
    line_close();
}

static bg_status trace_in(const bg_model *model, bg_text text, bg_arena *arena, uint32_t classes) {
    const size_t bytes = bg_workspace_bytes(model, 1), traced = bg_trace_bytes(model);
    void *place = bg_take(arena, 1, bytes), *more = bg_take(arena, 1, traced);
    double *values = bg_take(arena, classes, sizeof *values);
    if (arena->base == NULL)
        return BG_OK;
    bg_workspace *workspace;
    bg_result result;
    bg_status status = bg_workspace_place(model, 1, place, bytes, &workspace);
    if (status == BG_OK)
        status = bg_trace_start(model, workspace, more, traced, tell, NULL);
    if (status == BG_OK)
        status = bg_evaluate(model, workspace, &text, 1, &result, values, NULL);
    return status;
}

bg_status tell_trace(const bg_model *model, bg_text text) {
    bg_model_info info;
    bg_model_describe(model, &info);
    bg_arena arena = {NULL, 0};
    trace_in(model, text, &arena, info.classes);
    void *memory = NULL;
    if (arena.used == SIZE_MAX || posix_memalign(&memory, BG_ALIGN, arena.used) != 0)
        return BG_NO_MEMORY;
    arena = (bg_arena){memory, 0};
    const bg_status status = trace_in(model, text, &arena, info.classes);
    free(memory);
    return status;
}
