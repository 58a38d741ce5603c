/*
 * All that was read of a model, as whole numbers in the order of the file; float32 and float64 as their words.
 * test/runtime/load.test.ts has the same list.
 */
#ifndef LOAD_VALUES_H
#define LOAD_VALUES_H

#include <inttypes.h>
#include <stdio.h>

#include "parsed_model.h"
#include "sequences.h"

static void write_number(int64_t value) { printf("%" PRId64 " ", value); }

static void write_floats(const float *values, size_t count) {
    for (size_t k = 0; k < count; k++)
        write_number(bg_to_word(values[k]));
}

static void write_site(const bg_site *site) {
    const int32_t values[] = {(int32_t)site->kind, site->bits, site->affine, site->power_of_two,
                              site->low,           site->high, site->zero,   site->divisor};
    for (size_t k = 0; k < sizeof values / sizeof *values; k++)
        write_number(values[k]);
    write_floats(&site->scale, 1);
    write_floats(&site->reciprocal, 1);
}

static void write_row(const bg_file_matrix *matrix, uint32_t r) {
    const uint8_t *row = matrix->data + r * matrix->row_bytes;
    if (matrix->bits == 0)
        write_floats((const float *)(const void *)row, matrix->cols);
    else
        for (uint32_t k = 0; k < matrix->cols; k++)
            write_number(bg_row_element(row, k, matrix->bits, matrix->is_unsigned));
}

static void write_matrix(const bg_file_matrix *matrix) {
    const uint32_t values[] = {matrix->rows, matrix->cols, matrix->bits, matrix->is_unsigned};
    for (size_t k = 0; k < sizeof values / sizeof *values; k++)
        write_number(values[k]);
    for (uint32_t r = 0; r < matrix->rows; r++)
        write_row(matrix, r);
    write_floats(matrix->scales, matrix->scales == NULL ? 0 : matrix->rows);
}

static void write_part(const bg_parsed_model *model, const bg_parsed_part *part) {
    write_number(part->shared_embedding);
    for (int k = 0; k < BG_SITES; k++)
        write_site(&part->sites[k]);
    write_matrix(&part->embedding);
    write_matrix(&part->wx);
    write_matrix(&part->wh);
    write_floats(part->bias, part->bias == NULL ? 0 : part->wx.rows);
    for (uint32_t r = 0; part->integer_bias != NULL && r < part->wx.rows; r++)
        write_number(part->integer_bias[r]);
    write_matrix(&part->head);
    write_floats(part->head_bias, part->head.rows);
    write_floats(part->label_table, part->label_table == NULL ? 0 : (size_t)model->classes * model->words);
    for (int t = 0; t < BG_TABLES; t++)
        write_number(part->tables[t] != NULL);
}

static void write_model(const bg_parsed_model *model) {
    const uint32_t values[] = {model->generative, model->last_pooling, model->independent, model->predict_end,
                               model->divide,     model->zero_before,  model->cell_rounds, model->words,
                               model->inputs,     model->hidden,       model->classes,     model->parts};
    for (size_t k = 0; k < sizeof values / sizeof *values; k++)
        write_number(values[k]);
    for (uint32_t y = 0; model->log_prior != NULL && y < model->classes; y++) {
        uint32_t halves[2];
        memcpy(halves, &model->log_prior[y], sizeof halves);
        write_number(halves[0]);
        write_number(halves[1]);
    }
    for (uint32_t k = 0; k < model->parts; k++)
        write_part(model, &model->part[k]);
}

#endif
