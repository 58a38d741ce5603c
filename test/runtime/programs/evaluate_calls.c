/*
 * evaluate_calls: a model file on standard input (records.h); writes a line for each call that the public header
 * forbids or whose end it defines, `what: status`.
 */
#define _POSIX_C_SOURCE 200809L

#include <string.h>

#include "bitgauge.h"
#include "records.h"

static void say(const char *what, bg_status status) { printf("%s: %d\n", what, (int)status); }

static void *memory_of(size_t bytes) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, bytes) != 0)
        abort();
    return memory;
}

static void open_models(const uint8_t *bytes, size_t length) {
    bg_model *model = NULL;
    bg_refusal refusal = {0};
    const bg_options unknown = {"abacus", 0, 0};
    say("unknown kernels", bg_model_open(bytes, length, &unknown, &model, &refusal));
    say("bytes at an odd address", bg_model_open(bytes + 1, length - 1, NULL, &model, NULL));
    say("no bytes", bg_model_open(NULL, 0, NULL, &model, NULL));
    say("half a file", bg_model_open(bytes, length / 2, NULL, &model, NULL));
    say("a file that is not there", bg_model_open_file("/nowhere/model.bgq", NULL, &model, &refusal));
    printf("refusal: %s\n", refusal.message);
    bg_model_close(NULL);
}

static void place_workspaces(const bg_model *model, uint8_t *memory, size_t bytes) {
    bg_workspace *workspace = NULL;
    printf("bytes for 0 and 1,025 texts: %zu %zu\n", bg_workspace_bytes(model, 0), bg_workspace_bytes(model, 1025));
    printf("the bytes rise: %d\n", bg_workspace_bytes(model, 2) >= bg_workspace_bytes(model, 1));
    say("too little memory", bg_workspace_place(model, 4, memory, bytes - 1, &workspace));
    say("memory at an odd address", bg_workspace_place(model, 1, memory + 4, bytes, &workspace));
    say("no memory", bg_workspace_place(model, 1, NULL, bytes, &workspace));
    say("no room for texts", bg_workspace_place(model, 0, memory, bytes, &workspace));
}

static void evaluate(const bg_model *model, bg_workspace *workspace) {
    bg_result results[2] = {{7, 7, 7.0}, {7, 7, 7.0}};
    double values[2 * 64] = {0}, scores[2 * 64] = {0};
    bg_model_info info;
    bg_model_describe(model, &info);
    const uint32_t known[] = {4, 4}, unknown[] = {4, info.words};
    const bg_text good[] = {{known, 2}, {NULL, 0}}, bad[] = {{known, 2}, {unknown, 2}}, missing[] = {{NULL, 3}};
    say("a word outside the vocabulary", bg_evaluate(model, workspace, bad, 2, results, values, NULL));
    printf("nothing was written: %d\n", results[0].predicted == 7 && values[0] == 0.0);
    say("words that are not there", bg_evaluate(model, workspace, missing, 1, results, values, NULL));
    say("no results", bg_evaluate(model, workspace, good, 2, NULL, values, NULL));
    say("no texts", bg_evaluate(model, workspace, NULL, 0, NULL, NULL, NULL));
    say("two texts, one without words", bg_evaluate(model, workspace, good, 2, results, values, scores));
    double again[2 * 64];
    memcpy(again, values, sizeof again);
    say("the same without scores", bg_evaluate(model, workspace, good, 2, results, values, NULL));
    printf("the same values: %d\n", memcmp(again, values, sizeof again) == 0);
}

static void ignore(void *context, const bg_trace_record *record) {
    (void)context;
    (void)record;
}

static void trace(const bg_model *model, bg_workspace *workspace, uint8_t *memory) {
    size_t bytes = bg_trace_bytes(model);
    say("a trace that tells nobody", bg_trace_start(model, workspace, memory, bytes, NULL, NULL));
    say("a trace without memory", bg_trace_start(model, workspace, NULL, bytes, ignore, NULL));
    say("a trace", bg_trace_start(model, workspace, memory, bytes, ignore, NULL));
    bg_trace_stop(workspace);
}

int main(void) {
    size_t length = 0;
    uint8_t *bytes = next_record(&length);
    bg_model *model = NULL;
    bg_workspace *workspace = NULL;
    open_models(bytes, length);
    bg_status status = bg_model_open(bytes, length, NULL, &model, NULL);
    say("a model", status);
    if (status != BG_OK)
        return 0;
    size_t needed = bg_workspace_bytes(model, 4);
    uint8_t *memory = memory_of(needed + 64), *traced = memory_of(bg_trace_bytes(model));
    place_workspaces(model, memory, needed);
    say("a workspace", bg_workspace_place(model, 4, memory, needed, &workspace));
    evaluate(model, workspace);
    trace(model, workspace, traced);
    bg_model_info info;
    bg_model_describe(model, &info);
    printf("kernels: %s\n", info.kernels);
    bg_model_close(model);
    free(traced);
    free(memory);
    free(bytes);
    return 0;
}
