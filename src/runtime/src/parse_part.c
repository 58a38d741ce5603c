#include <inttypes.h>

#include "parse_refusal.h"
#include "parse_steps.h"

/* Where the sections of one part are taken from. */
typedef struct {
    bg_reader *reader;
    uint32_t part;
} source;

static const float *take_floats(const source *from, uint32_t kind, uint64_t count) {
    return (const float *)(const void *)bg_take_section(from->reader, kind, from->part, 4 * count);
}

/* Bits behind the last integer of a row are 0. */
static bg_status check_row_ends(const source *from, uint32_t kind, const bg_file_matrix *matrix) {
    uint32_t used = matrix->cols * matrix->bits % 8;
    if (used == 0)
        return BG_OK;
    const uint8_t *last = matrix->data + matrix->row_bytes - 1;
    for (uint32_t r = 0; r < matrix->rows; r++, last += matrix->row_bytes)
        if (*last >> used != 0)
            return bg_refuse(from->reader->refusal, BG_INVALID, kind, from->part,
                             "bits behind the integers of row %" PRIu32, r);
    return BG_OK;
}

/* `matrix` has its rows, columns, bits and sign. */
static bg_status take_data(const source *from, uint32_t kind, bg_file_matrix *matrix) {
    uint32_t row_bytes = matrix->bits == 0 ? 4 * matrix->cols : (matrix->cols * matrix->bits + 7) / 8;
    matrix->row_bytes = row_bytes;
    matrix->data = bg_take_section(from->reader, kind, from->part, (uint64_t)matrix->rows * row_bytes);
    if (matrix->data == NULL)
        return BG_INVALID;
    return check_row_ends(from, kind, matrix);
}

/* The scales of its rows are in the section of the next kind. */
static bg_status take_matrix(const source *from, uint32_t kind, uint32_t rows, uint32_t cols, uint8_t bits,
                             bg_file_matrix *matrix) {
    *matrix = (bg_file_matrix){.rows = rows, .cols = cols, .bits = bits};
    bg_status status = take_data(from, kind, matrix);
    if (status != BG_OK || bits == 0)
        return status;
    matrix->scales = take_floats(from, kind + 1, rows);
    return matrix->scales == NULL ? BG_INVALID : BG_OK;
}

static bg_status take_embedding(const source *from, const bg_parsed_model *model, uint8_t bits,
                                bg_parsed_part *parsed) {
    if (!parsed->shared_embedding)
        return take_matrix(from, BG_SECTION_EMBEDDING, model->words, model->inputs, bits, &parsed->embedding);
    const bg_site *input = &parsed->sites[BG_INPUT];
    if (input->kind != BG_SITE_STATIC)
        return bg_refuse(from->reader->refusal, BG_INVALID, BG_SECTION_EMBEDDING, from->part,
                         "integers of an input without a static grid");
    parsed->embedding = (bg_file_matrix){
        .rows = model->words, .cols = model->inputs, .bits = input->bits, .is_unsigned = input->low == 0};
    return take_data(from, BG_SECTION_EMBEDDING, &parsed->embedding);
}

static bg_status take_bias(const source *from, uint32_t rows, int integer_bias, bg_parsed_part *parsed) {
    parsed->bias = take_floats(from, BG_SECTION_LSTM_BIAS, rows);
    if (parsed->bias == NULL)
        return BG_INVALID;
    if (!integer_bias)
        return BG_OK;
    parsed->integer_bias = (const int32_t *)(const void *)bg_take_section(from->reader, BG_SECTION_LSTM_INTEGER_BIAS,
                                                                          from->part, UINT64_C(4) * rows);
    return parsed->integer_bias == NULL ? BG_INVALID : BG_OK;
}

static bg_status take_head(const source *from, const bg_parsed_model *model, uint8_t bits, bg_parsed_part *parsed) {
    uint32_t rows = bg_head_rows(model);
    bg_status status = take_matrix(from, BG_SECTION_HEAD, rows, model->hidden, bits, &parsed->head);
    if (status != BG_OK)
        return status;
    parsed->head_bias = take_floats(from, BG_SECTION_HEAD_BIAS, rows);
    if (parsed->head_bias == NULL)
        return BG_INVALID;
    if (!model->generative || model->independent)
        return BG_OK;
    parsed->label_table = take_floats(from, BG_SECTION_LABEL_TABLE, (uint64_t)model->classes * model->words);
    return parsed->label_table == NULL ? BG_INVALID : BG_OK;
}

bg_status bg_parse_part(bg_reader *reader, const uint8_t *structure, const bg_parsed_model *model, uint32_t part,
                        bg_parsed_part *parsed) {
    const source from = {reader, part};
    const uint8_t *widths = structure + BG_WIDTHS_AT;
    const uint8_t *record = bg_take_section(reader, BG_SECTION_PART, part, BG_PART_BYTES);
    if (record == NULL)
        return BG_INVALID;
    int integer_bias = 0;
    uint32_t gates = 4 * model->hidden;
    bg_status status = bg_parse_grids(record, widths, part, parsed, &integer_bias, reader->refusal);
    if (status == BG_OK)
        status = take_embedding(&from, model, widths[BG_WIDTH_EMBEDDING], parsed);
    if (status == BG_OK)
        status = take_matrix(&from, BG_SECTION_LSTM_X, gates, model->inputs, widths[BG_WIDTH_LSTM_X], &parsed->wx);
    if (status == BG_OK)
        status = take_matrix(&from, BG_SECTION_LSTM_H, gates, model->hidden, widths[BG_WIDTH_LSTM_H], &parsed->wh);
    if (status == BG_OK)
        status = take_bias(&from, gates, integer_bias, parsed);
    if (status == BG_OK)
        status = take_head(&from, model, widths[BG_WIDTH_HEAD], parsed);
    return status == BG_OK ? bg_parse_tables(reader, model, part, parsed) : status;
}
