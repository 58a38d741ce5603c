/*
 * What bg_parse_model does one after the other. Sizes, forms and grids of all parts come first, then the values of all
 * parts: as in src/core/quantization/file/decodeQuantizedModel.ts, so that a file with two faults has one status.
 */
#ifndef BG_PARSE_STEPS_H
#define BG_PARSE_STEPS_H

#include "parse_reader.h"
#include "parsed_model.h"

enum { BG_STRUCTURE_BYTES = 64, BG_WIDTHS_AT = 32, BG_PART_BYTES = 480 };

/* Widths by number, behind those of the sites. */
enum { BG_WIDTH_EMBEDDING = BG_SITES, BG_WIDTH_LSTM_X, BG_WIDTH_LSTM_H, BG_WIDTH_HEAD, BG_WIDTH_LABEL, BG_WIDTHS };

/* Rows of the head: words of a generative model, else classes. */
uint32_t bg_head_rows(const bg_parsed_model *model);

/* Fills all but `log_prior` and `part`. */
bg_status bg_parse_structure(const uint8_t *structure, bg_parsed_model *model, bg_refusal *refusal);

/* The two flags and the grids of a part's first section. `integer_bias` tells whether there are integer biases. */
bg_status bg_parse_grids(const uint8_t *record, const uint8_t *widths, uint32_t part, bg_parsed_part *parsed,
                         int *integer_bias, bg_refusal *refusal);

/* All sections of a part; `structure` for its widths. */
bg_status bg_parse_part(bg_reader *reader, const uint8_t *structure, const bg_parsed_model *model, uint32_t part,
                        bg_parsed_part *parsed);

/* Entries of a table, by BG_TABLE_I and so on; 0 where a part has none. */
uint32_t bg_table_entries(const bg_parsed_part *part, uint32_t table);

/* Entry `k` as it must be: T[q - low] = quantize(phi(fround((q - z) * s))), q = low + k. */
uint16_t bg_table_entry(const bg_parsed_model *model, const bg_parsed_part *part, uint32_t table, uint32_t k);

/* Takes the tables that follow from the grids and compares each entry with the one computed anew. */
bg_status bg_parse_tables(bg_reader *reader, const bg_parsed_model *model, uint32_t part, bg_parsed_part *parsed);

/* Every number outside grids and tables, and the bounds of the products. */
bg_status bg_check_values(const bg_parsed_model *model, bg_refusal *refusal);

#endif
