/*
 * Evaluates the example texts on this machine and compares what it finds with what the reference says of them.
 *
 *     ./main [MODEL [TOKENS]]
 *
 * Prints "N of N as expected". Exit code 0; 1 where a text differs; 2 where a file cannot be read.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bitgauge.h"
#include "expected.h"
#include "token_file.h"

static double value_of(uint64_t word) {
    double value;
    memcpy(&value, &word, sizeof value);
    return value;
}

static int same(uint64_t word, double value) { return memcmp(&word, &value, sizeof word) == 0; }

/* Every bit of it. */
static int is_exact(size_t text, const bg_result *result, const double *scores) {
    if (result->predicted != expected[text].predicted || result->guarded != expected[text].guarded)
        return 0;
    for (size_t y = 0; y < EXPECTED_CLASSES; y++)
        if (!same(expected[text].scores[y], scores[y]))
            return 0;
    return same(expected[text].common, result->common);
}

/*
 * A model with float operands in its products is evaluated in another order of sums: the class is the same unless the
 * reference itself hardly decides between the two.
 */
static int is_close(size_t text, const bg_result *result) {
    const uint64_t *scores = expected[text].scores;
    const double best = value_of(scores[expected[text].predicted]);
    return fabs(best - value_of(scores[result->predicted])) <= 1e-4 * fmax(1, fabs(best));
}

static int compare(const bg_model *model, bg_workspace *workspace, const bg_token_file *tokens) {
    static double values[EXPECTED_CLASSES], scores[EXPECTED_CLASSES];
    int right = 0;
    for (size_t k = 0; k < EXPECTED_TEXTS; k++) {
        const bg_text text = bg_token_file_text(tokens, k);
        bg_result result;
        bg_status status = bg_evaluate(model, workspace, &text, 1, &result, values, scores);
        if (status != BG_OK) {
            fprintf(stderr, "text %lu: %s\n", (unsigned long)k, bg_status_text(status));
            return 2;
        }
        if (EXPECTED_EXACT ? is_exact(k, &result, scores) : is_close(k, &result))
            right++;
        else
            printf("text %lu differs: class %lu where %lu is expected\n", (unsigned long)k,
                   (unsigned long)result.predicted, (unsigned long)expected[k].predicted);
    }
    printf("%d of %d as expected\n", right, EXPECTED_TEXTS);
    return right == EXPECTED_TEXTS ? 0 : 1;
}

static int run(const bg_model *model, const bg_token_file *tokens) {
    bg_model_info info;
    bg_workspace *workspace;
    bg_model_describe(model, &info);
    if (tokens->texts != EXPECTED_TEXTS || tokens->words != info.words || info.classes != EXPECTED_CLASSES) {
        fprintf(stderr, "model, texts and expected.h do not belong together\n");
        return 2;
    }
    const size_t bytes = bg_workspace_bytes(model, 1);
    char *memory = malloc(bytes + 63);
    if (memory == NULL) {
        fprintf(stderr, "no memory\n");
        return 2;
    }
    void *aligned = memory + (64 - (uintptr_t)memory % 64) % 64;
    bg_status status = bg_workspace_place(model, 1, aligned, bytes, &workspace);
    int exit_code = status == BG_OK ? compare(model, workspace, tokens) : 2;
    free(memory);
    return exit_code;
}

int main(int count, char **arguments) {
    const char *model_path = count > 1 ? arguments[1] : "model.bgq";
    const char *tokens_path = count > 2 ? arguments[2] : "texts.bgt";
    bg_refusal refusal = {0, 0, ""};
    bg_model *model;
    bg_token_file tokens;
    bg_status status = bg_model_open_file(model_path, NULL, &model, &refusal);
    if (status != BG_OK) {
        fprintf(stderr, "%s: %s\n", model_path, *refusal.message ? refusal.message : bg_status_text(status));
        return 2;
    }
    int exit_code = 2;
    status = bg_token_file_open(tokens_path, &tokens, &refusal);
    if (status != BG_OK) {
        fprintf(stderr, "%s: %s\n", tokens_path, *refusal.message ? refusal.message : bg_status_text(status));
    } else {
        exit_code = run(model, &tokens);
        bg_token_file_close(&tokens);
    }
    bg_model_close(model);
    return exit_code;
}
