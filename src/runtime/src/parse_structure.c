#include <inttypes.h>

#include "little_endian.h"
#include "parse_refusal.h"
#include "parse_steps.h"

/* Bytes of the structure, docs/format/quantized-model.md. */
enum { FAMILY, POOLING, INDEPENDENT, PREDICT_END, ROUNDING, ZERO_POINT, CELL_ROUNDS, RESERVED, SIZES = 12 };

uint32_t bg_head_rows(const bg_parsed_model *model) { return model->generative ? model->words : model->classes; }

static bg_status check_rules(const uint8_t *bytes, bg_refusal *refusal) {
    static const char *const names[] = {"family", "pooling", "heads", "EOS", "rounding", "zero point"};
    for (int at = FAMILY; at <= ZERO_POINT; at++)
        if (bytes[at] > 1)
            return bg_refuse(refusal, BG_INVALID, BG_SECTION_STRUCTURE, 0, "%s %d in place of 0 or 1", names[at],
                             bytes[at]);
    if (bytes[FAMILY] == 1 ? bytes[POOLING] != 0 : bytes[INDEPENDENT] != 0 || bytes[PREDICT_END] != 0)
        return bg_refuse(refusal, BG_INVALID, BG_SECTION_STRUCTURE, 0, "a rule of the other family");
    if (bytes[CELL_ROUNDS] != 1 && bytes[CELL_ROUNDS] != 3)
        return bg_refuse(refusal, BG_INVALID, BG_SECTION_STRUCTURE, 0, "%d cell rounds in place of 1 or 3",
                         bytes[CELL_ROUNDS]);
    int known = bg_all_zero(bytes + RESERVED, SIZES - RESERVED) &&
                bg_all_zero(bytes + BG_WIDTHS_AT + BG_WIDTHS, BG_STRUCTURE_BYTES - BG_WIDTHS_AT - BG_WIDTHS);
    if (!known)
        return bg_refuse(refusal, BG_INVALID, BG_SECTION_STRUCTURE, 0, "bytes that version 1 does not know");
    return BG_OK;
}

static bg_status check_sizes(const bg_parsed_model *model, bg_refusal *refusal) {
    const struct {
        const char *name;
        uint32_t found, least, most;
    } sizes[] = {
        {"words", model->words, 5, 1048576},
        {"inputs", model->inputs, 1, 4096},
        {"hidden", model->hidden, 1, 4096},
        {"classes", model->classes, 2, 65536},
    };
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        if (sizes[k].found < sizes[k].least || sizes[k].found > sizes[k].most)
            return bg_refuse(refusal, BG_INVALID, BG_SECTION_STRUCTURE, 0,
                             "%" PRIu32 " %s in place of %" PRIu32 " to %" PRIu32, sizes[k].found, sizes[k].name,
                             sizes[k].least, sizes[k].most);
    uint32_t parts = model->independent ? model->classes : 1;
    if (model->parts != parts)
        return bg_refuse(refusal, BG_INVALID, BG_SECTION_STRUCTURE, 0, "%" PRIu32 " parts in place of %" PRIu32,
                         model->parts, parts);
    return BG_OK;
}

/* 2 to 8, 16, or 0 for float. */
static int is_width(uint32_t bits) { return bits == 0 || (bits >= 2 && bits <= 8) || bits == 16; }

static bg_status check_widths(const uint8_t *widths, bg_refusal *refusal) {
    for (int k = 0; k < BG_WIDTHS; k++)
        if (!is_width(widths[k]))
            return bg_refuse(refusal, BG_INVALID, BG_SECTION_STRUCTURE, 0, "width %d is of %d bits", k, widths[k]);
    return BG_OK;
}

bg_status bg_parse_structure(const uint8_t *structure, bg_parsed_model *model, bg_refusal *refusal) {
    bg_status status = check_rules(structure, refusal);
    if (status != BG_OK)
        return status;
    model->generative = structure[FAMILY];
    model->last_pooling = structure[POOLING];
    model->independent = structure[INDEPENDENT];
    model->predict_end = structure[PREDICT_END];
    model->divide = structure[ROUNDING];
    model->zero_before = structure[ZERO_POINT];
    model->cell_rounds = structure[CELL_ROUNDS];
    model->words = bg_load_u32(structure + SIZES);
    model->inputs = bg_load_u32(structure + SIZES + 4);
    model->hidden = bg_load_u32(structure + SIZES + 8);
    model->classes = bg_load_u32(structure + SIZES + 12);
    model->parts = bg_load_u32(structure + SIZES + 16);
    status = check_sizes(model, refusal);
    return status == BG_OK ? check_widths(structure + BG_WIDTHS_AT, refusal) : status;
}
