/*
 * The runtime as a contender of `npm run bench`: a model that is asked for work in blocks.
 *
 *     bench MODEL TEXTS EVALUATION [kernels=NAME] [input-table] [pack-head]
 *
 * TEXTS are timed, EVALUATION are classified; both are token files of docs/format/dataset.md. The first line out says
 * what was opened. A question is a line on standard input, its fields with tabs between; the answer is a line of JSON.
 *
 *     time     BATCH  COUNT    milliseconds of the processor of each of COUNT evaluations of BATCH texts side by side
 *     predict                  the class of each text of EVALUATION
 */
#define _POSIX_C_SOURCE 200112L
#include "bitgauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    uint32_t *words;
    bg_text *texts;
    size_t count;
} text_set;

typedef struct {
    const bg_model *model;
    bg_workspace *workspace;
    void *memory;
    size_t batch;
    bg_result *results;
    double *values;
} place;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

static void *memory_of(size_t bytes) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, bytes == 0 ? 64 : bytes) != 0)
        fail("memory", "there is not enough");
    return memory;
}

/* Of the processor: what else runs on the machine counts little. */
static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static uint8_t *whole_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail(path, "it cannot be opened");
    fseek(file, 0, SEEK_END);
    const size_t bytes = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = memory_of(bytes);
    if (fread(data, 1, bytes, file) != bytes)
        fail(path, "it cannot be read");
    fclose(file);
    return data;
}

static size_t to_eight(size_t at) { return (at + 7) / 8 * 8; }

/* A file of our own making: the one check is that it is of this kind. */
static text_set read_texts(const char *path) {
    uint8_t *data = whole_file(path);
    uint32_t header[8];
    memcpy(header, data, sizeof header);
    if (header[0] != 0x4b544742)
        fail(path, "it is no token file");
    const size_t rows = header[2], width = header[3], words = header[4];
    const uint32_t *offsets = (const uint32_t *)(const void *)(data + 32);
    const uint8_t *ids = data + to_eight(32 + 4 * (rows + 1));
    text_set set = {memory_of(4 * words), memory_of(rows * sizeof *set.texts), rows};
    for (size_t k = 0; k < words; k += 1) {
        uint16_t narrow = 0;
        if (width == 2)
            memcpy(&narrow, ids + 2 * k, 2);
        if (width == 4)
            memcpy(&set.words[k], ids + 4 * k, 4);
        if (width == 2)
            set.words[k] = narrow;
    }
    for (size_t row = 0; row < rows; row += 1) {
        const bg_text text = {set.words + offsets[row], offsets[row + 1] - offsets[row]};
        set.texts[row] = text;
    }
    free(data);
    return set;
}

/* Memory for evaluations of `batch` texts side by side; what was there before is given back. */
static void make_place(place *at, size_t batch) {
    if (at->batch == batch)
        return;
    bg_model_info info;
    bg_model_describe(at->model, &info);
    const size_t bytes = bg_workspace_bytes(at->model, batch);
    free(at->memory);
    free(at->results);
    free(at->values);
    at->batch = batch;
    at->memory = memory_of(bytes);
    at->results = memory_of(batch * sizeof *at->results);
    at->values = memory_of(batch * info.classes * sizeof *at->values);
    const bg_status status = bg_workspace_place(at->model, batch, at->memory, bytes, &at->workspace);
    if (status != BG_OK)
        fail("workspace", bg_status_text(status));
}

static void evaluate(place *at, const bg_text *texts, size_t count) {
    const bg_status status = bg_evaluate(at->model, at->workspace, texts, count, at->results, at->values, NULL);
    if (status != BG_OK)
        fail("evaluation", bg_status_text(status));
}

static void answer_time(place *at, const text_set *set, size_t batch, size_t count) {
    if (batch == 0 || batch > set->count)
        fail("time", "a batch has 1 text to all of them");
    make_place(at, batch);
    const size_t batches = set->count / batch;
    double *taken = memory_of(count * sizeof *taken);
    for (size_t call = 0; call < count; call += 1) {
        const bg_text *texts = set->texts + call % batches * batch;
        const double start = milliseconds();
        evaluate(at, texts, batch);
        taken[call] = milliseconds() - start;
    }
    for (size_t call = 0; call < count; call += 1)
        printf("%s%.6f", call == 0 ? "[" : ",", taken[call]);
    printf("]\n");
    free(taken);
}

static void answer_predict(place *at, const text_set *set) {
    make_place(at, 1);
    for (size_t row = 0; row < set->count; row += 1) {
        evaluate(at, set->texts + row, 1);
        printf("%s%u", row == 0 ? "[" : ",", at->results[0].predicted);
    }
    printf("]\n");
}

static bg_model *open_model(int count, char **arguments) {
    bg_options options = {NULL, 0, 0};
    for (int k = 4; k < count; k += 1) {
        if (strncmp(arguments[k], "kernels=", 8) == 0)
            options.kernels = arguments[k] + 8;
        else if (strcmp(arguments[k], "input-table") == 0)
            options.input_table = 1;
        else if (strcmp(arguments[k], "pack-head") == 0)
            options.pack_head = 1;
        else
            fail(arguments[k], "it is none of kernels=NAME, input-table, pack-head");
    }
    bg_model *model = NULL;
    bg_refusal refusal = {0, 0, ""};
    const bg_status status = bg_model_open_file(arguments[1], &options, &model, &refusal);
    if (status != BG_OK)
        fail(arguments[1], refusal.message[0] == 0 ? bg_status_text(status) : refusal.message);
    return model;
}

int main(int count, char **arguments) {
    if (count < 4)
        fail("arguments", "MODEL TEXTS EVALUATION [kernels=NAME] [input-table] [pack-head]");
    bg_model *model = open_model(count, arguments);
    const text_set timed = read_texts(arguments[2]), evaluated = read_texts(arguments[3]);
    bg_model_info info;
    bg_model_describe(model, &info);
    printf("{\"version\":\"%s\",\"kernel\":\"%s\",\"private_bytes\":%llu,\"workspace_bytes\":%llu}\n",
           BG_RUNTIME_VERSION, info.kernels, (unsigned long long)info.private_bytes,
           (unsigned long long)bg_workspace_bytes(model, 1));
    fflush(stdout);
    place at = {model, NULL, NULL, 0, NULL, NULL};
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL) {
        unsigned long batch = 0, calls = 0;
        if (sscanf(line, "time\t%lu\t%lu", &batch, &calls) == 2)
            answer_time(&at, &timed, batch, calls);
        else if (strncmp(line, "predict", 7) == 0)
            answer_predict(&at, &evaluated);
        else
            fail(line, "it is neither time nor predict");
        fflush(stdout);
    }
    free(at.memory);
    free(at.results);
    free(at.values);
    free(timed.words);
    free(timed.texts);
    free(evaluated.words);
    free(evaluated.texts);
    bg_model_close(model);
    return 0;
}
