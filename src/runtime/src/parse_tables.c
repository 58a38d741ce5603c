#include <inttypes.h>

#include "little_endian.h"
#include "parse_refusal.h"
#include "parse_steps.h"
#include "sequences.h"

/* The integer of a value on a static grid: the twin of quantizeValue in src/core/quantization/grid.ts. */
static int32_t quantized(float value, const bg_site *site, const bg_parsed_model *model) {
    float steps = model->divide ? value / site->scale : value * site->reciprocal;
    int32_t shift = model->zero_before ? 0 : site->zero;
    if (model->zero_before)
        steps = steps + (float)site->zero;
    float floor = (float)(site->low - shift), ceiling = (float)(site->high - shift), whole = rintf(steps);
    whole = whole < floor ? floor : whole;
    return (int32_t)(whole > ceiling ? ceiling : whole) + shift;
}

/* Sites before and behind each table, and whether tanh or the sigmoid stands between them. */
static const struct {
    uint8_t from, to, tangent;
} ends[BG_TABLES] = {{BG_GATE_I, BG_SIGMOID_I, 0},
                     {BG_GATE_F, BG_SIGMOID_F, 0},
                     {BG_GATE_G, BG_TANH_G, 1},
                     {BG_GATE_O, BG_SIGMOID_O, 0},
                     {BG_CELL, BG_TANH_C, 1}};

uint32_t bg_table_entries(const bg_parsed_part *part, uint32_t table) {
    const bg_site *from = &part->sites[ends[table].from], *to = &part->sites[ends[table].to];
    int has_table = from->kind == BG_SITE_STATIC && to->kind == BG_SITE_STATIC && from->bits <= 10;
    return has_table ? (uint32_t)1 << from->bits : 0;
}

uint16_t bg_table_entry(const bg_parsed_model *model, const bg_parsed_part *part, uint32_t table, uint32_t k) {
    const bg_site *from = &part->sites[ends[table].from], *to = &part->sites[ends[table].to];
    float value = (float)(from->low + (int32_t)k - from->zero) * from->scale;
    return (uint16_t)quantized(ends[table].tangent ? bg_tanh_32(value) : bg_sigmoid_32(value), to, model);
}

bg_status bg_parse_tables(bg_reader *reader, const bg_parsed_model *model, uint32_t part, bg_parsed_part *parsed) {
    for (uint32_t t = 0; t < BG_TABLES; t++) {
        uint32_t count = bg_table_entries(parsed, t);
        if (count == 0)
            continue;
        const uint8_t *table = bg_take_section(reader, BG_SECTION_TABLES + t, part, UINT64_C(2) * count);
        if (table == NULL)
            return BG_INVALID;
        for (uint32_t k = 0; k < count; k++)
            if (bg_load_u16(table + 2 * k) != bg_table_entry(model, parsed, t, k))
                return bg_refuse(reader->refusal, BG_INVALID, BG_SECTION_TABLES + t, part,
                                 "entry %" PRIu32 " is not the one of its grids", k);
        parsed->tables[t] = table;
    }
    return BG_OK;
}
