/*
 * bg_trace kernels: the kernels that this machine can run, one a line, fastest first.
 *
 * bg_trace RUN...
 *
 * Reads pairs of a model file and a token file on standard input (records.h), evaluates each pair in every way that is
 * asked for and writes what comes out. RUN is `KERNELS:BATCH:FLAGS`: `t` tells of everything on the way and evaluates a
 * second time without, `i` makes the table of input halves, `p` lays the head out beforehand.
 *
 * The stream, little-endian, all of 32 bits but float64:
 *
 *     run      1, classes, texts, traced parts (0 without `t`), offset range (float32), length of the kernels' name,
 * the name record   2, what, text, part, step, label, count, forms (1 values, 2 integers, 4 accumulators), scale
 * (float32), zero; float32[count] values; int32[count] integers; float64[count] accumulators result   3; for each text:
 * predicted, guarded; float64: common, values[classes], scores[classes]
 *
 * A run is its `run`, its records and a `result`; with `t` another one, of the evaluation that is not traced.
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <string.h>

#include "bitgauge.h"
#include "records.h"
#include "token_file.h"

typedef struct {
    char kernels[16];
    size_t batch;
    int traced, input_table, pack_head;
} run;

static void put(const void *bytes, size_t size, size_t count) {
    if (count > 0 && fwrite(bytes, size, count, stdout) != count)
        abort();
}

static void put_u32(uint32_t value) { put(&value, 4, 1); }

static void demand(bg_status status, const char *what) {
    if (status == BG_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, bg_status_text(status));
    exit(1);
}

static void *memory_of(size_t bytes) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, bytes) != 0)
        abort();
    memset(memory, 0xa5, bytes); /* a workspace finds any memory, not zeros */
    return memory;
}

static void put_record(void *context, const bg_trace_record *record) {
    (void)context;
    uint32_t forms = (record->values != NULL ? 1u : 0u) | (record->integers != NULL ? 2u : 0u) |
                     (record->accumulators != NULL ? 4u : 0u);
    const uint32_t head[] = {
        2,    (uint32_t)record->what, (uint32_t)record->text, record->part, record->step, record->label, record->count,
        forms};
    put(head, sizeof head, 1);
    put(&record->scale, 4, 1);
    put(&record->zero, 4, 1);
    if (record->values != NULL)
        put(record->values, 4, record->count);
    if (record->integers != NULL)
        put(record->integers, 4, record->count);
    for (uint32_t k = 0; record->accumulators != NULL && k < record->count; k++) {
        double exact = (double)record->accumulators[k];
        put(&exact, 8, 1);
    }
}

static void evaluate(const bg_model *model, bg_workspace *workspace, const bg_text *texts, size_t count) {
    bg_model_info info;
    bg_model_describe(model, &info);
    size_t classes = info.classes;
    bg_result *results = calloc(count + 1, sizeof *results);
    double *values = calloc(count * classes + 1, sizeof *values), *scores = calloc(count * classes + 1, sizeof *scores);
    demand(bg_evaluate(model, workspace, texts, count, results, values, scores), "bg_evaluate");
    put_u32(3);
    for (size_t k = 0; k < count; k++) {
        put_u32(results[k].predicted);
        put_u32(results[k].guarded);
        put(&results[k].common, 8, 1);
        put(values + k * classes, 8, classes);
        put(scores + k * classes, 8, classes);
    }
    free(scores);
    free(values);
    free(results);
}

static void put_run(const bg_model *model, size_t texts, int traced) {
    bg_model_info info;
    bg_model_describe(model, &info);
    const uint32_t head[] = {1, info.classes, (uint32_t)texts, traced ? info.parts : 0};
    put(head, sizeof head, 1);
    put(&info.offset_range, 4, 1);
    put_u32((uint32_t)strlen(info.kernels));
    put(info.kernels, 1, strlen(info.kernels));
}

static void run_pair(const run *how, const void *bytes, size_t length, const bg_text *texts, size_t count) {
    const bg_options options = {how->kernels, how->input_table, how->pack_head};
    bg_refusal refusal = {0};
    bg_model *model = NULL;
    bg_workspace *workspace = NULL;
    demand(bg_model_open(bytes, length, &options, &model, &refusal), refusal.message);
    size_t needed = bg_workspace_bytes(model, how->batch), told = bg_trace_bytes(model);
    void *memory = memory_of(needed), *trace = memory_of(told);
    demand(bg_workspace_place(model, how->batch, memory, needed, &workspace), "bg_workspace_place");
    put_run(model, count, how->traced);
    if (how->traced) {
        demand(bg_trace_start(model, workspace, trace, told, put_record, NULL), "bg_trace_start");
        evaluate(model, workspace, texts, count);
        bg_trace_stop(workspace);
    }
    evaluate(model, workspace, texts, count);
    free(trace);
    free(memory);
    bg_model_close(model);
}

static run parse_run(const char *text) {
    run how = {0};
    char flags[8] = "";
    if (sscanf(text, "%15[a-z0-9]:%zu:%7[tip]", how.kernels, &how.batch, flags) < 2) {
        fprintf(stderr, "%s is not KERNELS:BATCH:FLAGS\n", text);
        exit(2);
    }
    how.traced = strchr(flags, 't') != NULL;
    how.input_table = strchr(flags, 'i') != NULL;
    how.pack_head = strchr(flags, 'p') != NULL;
    return how;
}

static int list_kernels(void) {
    for (size_t k = 0; bg_kernels_name(k) != NULL; k++)
        if (bg_kernels_usable(bg_kernels_name(k)))
            printf("%s\n", bg_kernels_name(k));
    return 0;
}

int main(int count, char **arguments) {
    if (count == 2 && strcmp(arguments[1], "kernels") == 0)
        return list_kernels();
    size_t model_length = 0, token_length = 0;
    for (uint8_t *model; (model = next_record(&model_length)) != NULL; free(model)) {
        uint8_t *tokens = next_record(&token_length);
        bg_token_file file;
        bg_refusal refusal = {0};
        demand(bg_token_file_read(tokens, token_length, &file, &refusal), refusal.message);
        bg_text *texts = calloc(file.texts + 1, sizeof *texts);
        for (size_t k = 0; k < file.texts; k++)
            texts[k] = bg_token_file_text(&file, k);
        for (int k = 1; k < count; k++) {
            const run how = parse_run(arguments[k]);
            run_pair(&how, model, model_length, texts, file.texts);
        }
        free(texts);
        free(tokens);
    }
    return 0;
}
