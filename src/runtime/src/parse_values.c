#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "parse_refusal.h"
#include "parse_steps.h"

#define LARGEST_FLOAT 0x1p+40f
#define SMALLEST_BIAS 0x1p-60f
#define SMALLEST_SCALE 0x1p-40f
#define LARGEST_SCALE 0x1p+40f

/* What is checked, and whom to tell. */
typedef struct {
    const bg_parsed_model *model;
    const bg_parsed_part *part;
    uint32_t number; /* of the part */
    bg_refusal *refusal;
} checked;

static bg_status check_prior(const bg_parsed_model *model, bg_refusal *refusal) {
    for (uint32_t y = 0; model->log_prior != NULL && y < model->classes; y++)
        if (!(model->log_prior[y] <= 0 && model->log_prior[y] >= -0x1p+40))
            return bg_refuse(refusal, BG_INVALID, BG_SECTION_PRIOR, 0,
                             "log p(class %" PRIu32 ") is not within -2^40 to 0", y);
    return BG_OK;
}

static bg_status check_floats(const checked *of, uint32_t kind, const float *values, uint64_t count) {
    for (size_t k = 0; k < count; k++) {
        if (!isfinite(values[k]))
            return bg_refuse(of->refusal, BG_NON_FINITE, kind, of->number, "value %" PRIu64 " is not finite",
                             (uint64_t)k);
        if (fabsf(values[k]) > LARGEST_FLOAT)
            return bg_refuse(of->refusal, BG_INVALID, kind, of->number, "value %" PRIu64 " is above 2^40 in magnitude",
                             (uint64_t)k);
    }
    return BG_OK;
}

static bg_status check_bias(const checked *of, uint32_t kind, const float *values, uint32_t count) {
    bg_status status = check_floats(of, kind, values, count);
    for (uint32_t k = 0; status == BG_OK && k < count; k++)
        if (values[k] != 0 && fabsf(values[k]) < SMALLEST_BIAS)
            status = bg_refuse(of->refusal, BG_INVALID, kind, of->number,
                               "value %" PRIu32 " is neither 0 nor at least 2^-60 in magnitude", k);
    return status;
}

static bg_status check_scales(const checked *of, uint32_t kind, const float *scales, uint32_t count) {
    for (uint32_t r = 0; r < count; r++)
        if (!(scales[r] >= SMALLEST_SCALE && scales[r] <= LARGEST_SCALE))
            return bg_refuse(of->refusal, BG_INVALID, kind, of->number,
                             "the scale of row %" PRIu32 " is outside 2^-40 to 2^40", r);
    return BG_OK;
}

/* 1 where an integer of the row is -2^(b-1), which no weight may be. */
static int has_lowest(const uint8_t *row, size_t row_bytes, uint32_t cols, uint32_t bits) {
    if (bits == 8)
        return memchr(row, 0x80, row_bytes) != NULL;
    uint32_t lowest = (uint32_t)1 << (bits - 1), mask = 2 * lowest - 1, held = 0, count = 0;
    for (uint32_t k = 0; k < cols; k++) {
        for (; count < bits; count += 8)
            held |= (uint32_t)*row++ << count;
        if ((held & mask) == lowest)
            return 1;
        held >>= bits;
        count -= bits;
    }
    return 0;
}

static bg_status check_matrix(const checked *of, uint32_t kind, const bg_file_matrix *matrix) {
    if (matrix->bits == 0)
        return check_floats(of, kind, (const float *)(const void *)matrix->data, (uint64_t)matrix->rows * matrix->cols);
    for (uint32_t r = 0; r < matrix->rows; r++)
        if (has_lowest(matrix->data + r * matrix->row_bytes, matrix->row_bytes, matrix->cols, matrix->bits))
            return bg_refuse(of->refusal, BG_INVALID, kind, of->number, "row %" PRIu32 " holds the lowest integer", r);
    return check_scales(of, kind + 1, matrix->scales, matrix->rows);
}

/* sum_j |W[r, j]|, at most 4096 * (2^15 - 1) */
static int64_t magnitude_of_row(const bg_file_matrix *matrix, uint32_t r) {
    const uint8_t *row = matrix->data + r * matrix->row_bytes;
    int64_t sum = 0;
    for (uint32_t k = 0; k < matrix->cols; k++) {
        int32_t weight = bg_row_element(row, k, matrix->bits, 0);
        sum += weight < 0 ? -weight : weight;
    }
    return sum;
}

/* `max(|q - z|, |q|)` of a site, and what an integer of up to 8 bits can be when a kernel has made it unsigned. */
static int64_t largest_operand(const bg_site *site) {
    int64_t zero = site->kind == BG_SITE_STATIC ? site->zero : 0, low = site->low, high = site->high;
    int64_t candidates[] = {high - zero, zero - low, high, -low, site->bits <= 8 ? high - low : 0};
    int64_t largest = 0;
    for (size_t k = 0; k < sizeof candidates / sizeof *candidates; k++)
        largest = candidates[k] > largest ? candidates[k] : largest;
    return largest;
}

/*
 * sum_j |W[r, j]| * M + |bias[r]| <= 2^31 - 1 for every row. A row is read only where its width and length leave it in
 * doubt.
 */
static bg_status check_product(const checked *of, uint32_t kind, const bg_file_matrix *matrix, const bg_site *site,
                               const int32_t *bias) {
    if (matrix->bits == 0 || site->kind == BG_SITE_FLOAT || (matrix->bits == 16 && site->bits == 16))
        return BG_OK;
    int64_t operand = largest_operand(site);
    int64_t most = operand * matrix->cols * (((int64_t)1 << (matrix->bits - 1)) - 1);
    for (uint32_t r = 0; r < matrix->rows; r++) {
        int64_t added = bias == NULL ? 0 : bias[r] < 0 ? -(int64_t)bias[r] : bias[r];
        if (most + added <= INT32_MAX || magnitude_of_row(matrix, r) * operand + added <= INT32_MAX)
            continue;
        return bg_refuse(of->refusal, BG_TOO_LARGE, kind, of->number, "row %" PRIu32 " could leave 32 bits", r);
    }
    return BG_OK;
}

static bg_status check_integer_bias(const checked *of) {
    if (of->part->integer_bias == NULL)
        return BG_OK;
    if (of->part->wx.bits != 0 && of->part->sites[BG_INPUT].kind == BG_SITE_STATIC)
        return BG_OK;
    return bg_refuse(of->refusal, BG_INVALID, BG_SECTION_LSTM_INTEGER_BIAS, of->number,
                     "integer biases without integer weights and a static input");
}

static bg_status check_lstm(const checked *of) {
    const bg_parsed_part *part = of->part;
    const bg_site *sites = part->sites;
    bg_status status = part->shared_embedding ? BG_OK : check_matrix(of, BG_SECTION_EMBEDDING, &part->embedding);
    if (status == BG_OK)
        status = check_matrix(of, BG_SECTION_LSTM_X, &part->wx);
    if (status == BG_OK)
        status = check_matrix(of, BG_SECTION_LSTM_H, &part->wh);
    if (status == BG_OK)
        status = check_bias(of, BG_SECTION_LSTM_BIAS, part->bias, part->wx.rows);
    if (status == BG_OK)
        status = check_product(of, BG_SECTION_LSTM_X, &part->wx, &sites[BG_INPUT], part->integer_bias);
    if (status == BG_OK)
        status = check_product(of, BG_SECTION_LSTM_H, &part->wh, &sites[BG_HIDDEN], NULL);
    return status == BG_OK ? check_integer_bias(of) : status;
}

static bg_status check_head(const checked *of) {
    const bg_parsed_part *part = of->part;
    bg_status status = check_matrix(of, BG_SECTION_HEAD, &part->head);
    if (status == BG_OK)
        status = check_bias(of, BG_SECTION_HEAD_BIAS, part->head_bias, part->head.rows);
    if (status == BG_OK)
        status = check_product(of, BG_SECTION_HEAD, &part->head, &part->sites[BG_HEAD_INPUT], NULL);
    if (status != BG_OK || part->label_table == NULL)
        return status;
    return check_floats(of, BG_SECTION_LABEL_TABLE, part->label_table, (uint64_t)of->model->classes * of->model->words);
}

bg_status bg_check_values(const bg_parsed_model *model, bg_refusal *refusal) {
    bg_status status = check_prior(model, refusal);
    for (uint32_t k = 0; status == BG_OK && k < model->parts; k++) {
        const checked of = {model, &model->part[k], k, refusal};
        status = check_lstm(&of);
        if (status == BG_OK)
            status = check_head(&of);
    }
    return status;
}
