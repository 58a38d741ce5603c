/*
 * threads MODEL TOKENS THREADS
 *
 * Evaluates the texts of a token file by one thread, then by several at once that share the model and have a workspace
 * each, with every set of kernels that this machine can run. Prints the results compared and how many differ, as bytes.
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bitgauge.h"
#include "token_file.h"

enum { MOST_THREADS = 64, ROUNDS = 3 };

static bg_text *texts;
static size_t text_count, classes;

/* What a thread found: results, then values and scores of all texts. */
typedef struct {
    const bg_model *model;
    size_t batch;
    bg_result *results;
    double *values, *scores;
    bg_status status;
} evaluation;

static void *memory_of(size_t bytes) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, bytes ? bytes : 1) != 0)
        abort();
    memset(memory, 0, bytes);
    return memory;
}

static evaluation new_evaluation(const bg_model *model, size_t batch) {
    return (evaluation){model,
                        batch,
                        memory_of(text_count * sizeof(bg_result)),
                        memory_of(text_count * classes * sizeof(double)),
                        memory_of(text_count * classes * sizeof(double)),
                        BG_OK};
}

static void drop_evaluation(evaluation *of) {
    free(of->results);
    free(of->values);
    free(of->scores);
}

static void *evaluate(void *context) {
    evaluation *of = context;
    size_t bytes = bg_workspace_bytes(of->model, of->batch);
    void *memory = memory_of(bytes);
    bg_workspace *workspace = NULL;
    of->status = bg_workspace_place(of->model, of->batch, memory, bytes, &workspace);
    for (size_t round = 0; round < ROUNDS && of->status == BG_OK; round++)
        of->status = bg_evaluate(of->model, workspace, texts, text_count, of->results, of->values, of->scores);
    free(memory);
    return NULL;
}

static size_t differences(const evaluation *a, const evaluation *b) {
    size_t different = a->status != BG_OK || b->status != BG_OK;
    for (size_t k = 0; k < text_count; k++)
        different += a->results[k].predicted != b->results[k].predicted || a->results[k].common != b->results[k].common;
    for (size_t k = 0; k < text_count * classes; k++)
        different += a->values[k] != b->values[k] || a->scores[k] != b->scores[k];
    return different;
}

static size_t compare_threads(const bg_model *model, size_t threads) {
    evaluation alone = new_evaluation(model, 1), beside[MOST_THREADS];
    pthread_t running[MOST_THREADS];
    size_t different = 0;
    for (size_t k = 0; k < threads; k++) {
        beside[k] = new_evaluation(model, 1 + k % 5);
        if (pthread_create(&running[k], NULL, evaluate, &beside[k]) != 0)
            abort();
    }
    evaluate(&alone);
    for (size_t k = 0; k < threads; k++) {
        pthread_join(running[k], NULL);
        different += differences(&alone, &beside[k]);
        drop_evaluation(&beside[k]);
    }
    drop_evaluation(&alone);
    return different;
}

static void demand(bg_status status, const bg_refusal *refusal) {
    if (status == BG_OK)
        return;
    fprintf(stderr, "%s: %s\n", bg_status_text(status), refusal->message);
    exit(1);
}

int main(int count, char **arguments) {
    bg_refusal refusal = {0};
    bg_token_file file = {0};
    size_t different = 0, threads = count == 4 ? strtoul(arguments[3], NULL, 10) : 0;
    if (threads < 1 || threads > MOST_THREADS)
        return 2;
    demand(bg_token_file_open(arguments[2], &file, &refusal), &refusal);
    text_count = file.texts;
    texts = memory_of(text_count * sizeof *texts);
    for (size_t k = 0; k < text_count; k++)
        texts[k] = bg_token_file_text(&file, k);
    for (size_t k = 0; bg_kernels_name(k) != NULL; k++) {
        bg_options options = {.kernels = bg_kernels_name(k), .input_table = k % 2 == 1};
        bg_model *model = NULL;
        bg_model_info info;
        if (!bg_kernels_usable(options.kernels))
            continue;
        demand(bg_model_open_file(arguments[1], &options, &model, &refusal), &refusal);
        bg_model_describe(model, &info);
        classes = info.classes;
        different += compare_threads(model, threads);
        printf("%s: %zu threads, %zu texts, %zu different\n", options.kernels, threads, text_count, different);
        bg_model_close(model);
    }
    free(texts);
    bg_token_file_close(&file);
    return different != 0;
}
