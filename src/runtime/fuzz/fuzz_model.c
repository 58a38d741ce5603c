/*
 * A libFuzzer target: bytes as a model's file. Each is read as it is, with its checksums made right, and with its
 * container and tables made right as well; what is read has to keep what parsed_model.h promises, and can be evaluated.
 */
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluation.h"
#include "mutate.h"
#include "parsed_model.h"
#include "repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

static void require_floats(const float *values, size_t count) {
    for (size_t k = 0; values != NULL && k < count; k++)
        require(isfinite(values[k]) && fabsf(values[k]) <= 0x1p+40f);
}

/* Reads every element; a sanitizer sees a read outside the file. */
static void require_matrix(const bg_file_matrix *matrix) {
    if (matrix->bits == 0) {
        require_floats((const float *)(const void *)matrix->data, (size_t)matrix->rows * matrix->cols);
        return;
    }
    int32_t most = (1 << (matrix->bits - 1)) - 1;
    for (uint32_t r = 0; r < matrix->rows; r++)
        for (uint32_t k = 0; k < matrix->cols; k++) {
            int32_t found = bg_row_element(matrix->data + r * matrix->row_bytes, k, matrix->bits, matrix->is_unsigned);
            require(matrix->scales == NULL ? found >= -most - 1 && found <= 2 * most + 1
                                           : found >= -most && found <= most);
        }
    require_floats(matrix->scales, matrix->rows);
}

static void require_part(const bg_parsed_model *model, const bg_parsed_part *part) {
    require_matrix(&part->embedding);
    require_matrix(&part->wx);
    require_matrix(&part->wh);
    require_matrix(&part->head);
    require((part->bias == NULL) != (part->integer_bias == NULL));
    require_floats(part->bias, part->wx.rows);
    require_floats(part->head_bias, part->head.rows);
    require_floats(part->label_table, (size_t)model->classes * model->words);
    for (int k = 0; k < BG_SITES; k++)
        require(part->sites[k].kind != BG_SITE_STATIC || part->sites[k].scale > 0);
}

static void read_model(const uint8_t *bytes, size_t length) {
    bg_parsed_model model;
    bg_refusal refusal = {0};
    bg_status status = bg_parse_model(bytes, length, &model, &refusal);
    require(status == BG_OK ? refusal.message[0] == 0 : refusal.message[0] != 0 && model.part == NULL);
    for (uint32_t k = 0; k < model.parts; k++)
        require_part(&model, &model.part[k]);
    bg_parsed_free(&model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, size == 0 ? 1 : size) != 0)
        return 0;
    if (size > 0)
        memcpy(memory, data, size);
    read_model(memory, size);
    repair_checksums(memory, size);
    read_model(memory, size);
    repair_model(memory, size);
    read_model(memory, size);
    require_evaluation(memory, size);
    free(memory);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    if (seed % 4 == 0 || !mutate_section(data, size, seed / 4))
        size = LLVMFuzzerMutate(data, size, max_size);
    if (seed % 8 != 1)
        repair_model(data, size);
    return size;
}
