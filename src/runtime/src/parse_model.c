#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "parse_refusal.h"
#include "parse_steps.h"

enum { MOST_DESCRIPTION_BYTES = 64 * 1024 * 1024, LEAST_SECTIONS_OF_A_PART = 7 };

/* Structure and, as this runtime has no JSON, nothing but the length of the description. */
static bg_status parse_whole(bg_reader *reader, const uint8_t **structure, bg_parsed_model *parsed) {
    *structure = bg_take_section(reader, BG_SECTION_STRUCTURE, 0, BG_STRUCTURE_BYTES);
    size_t length = 0;
    if (*structure == NULL || bg_take_any_section(reader, BG_SECTION_DESCRIPTION, 0, &length) == NULL)
        return BG_INVALID;
    if (length > MOST_DESCRIPTION_BYTES)
        return bg_refuse(reader->refusal, BG_TOO_LARGE, BG_SECTION_DESCRIPTION, 0,
                         "%" PRIu64 " bytes, more than 64 MiB", (uint64_t)length);
    bg_status status = bg_parse_structure(*structure, parsed, reader->refusal);
    if (status != BG_OK || !parsed->generative)
        return status;
    const uint8_t *prior = bg_take_section(reader, BG_SECTION_PRIOR, 0, UINT64_C(8) * parsed->classes);
    parsed->log_prior = (const double *)(const void *)prior;
    return prior == NULL ? BG_INVALID : BG_OK;
}

/* Before memory is taken: a file cannot claim more parts than it has sections for. */
static bg_status take_memory(bg_reader *reader, bg_parsed_model *parsed) {
    if (bg_sections_left(reader) / LEAST_SECTIONS_OF_A_PART < parsed->parts)
        return bg_refuse(reader->refusal, BG_INVALID, BG_SECTION_PART, 0,
                         "%" PRIu32 " sections, fewer than %" PRIu32 " parts have", bg_sections_left(reader),
                         parsed->parts);
    parsed->part = calloc(parsed->parts, sizeof *parsed->part);
    if (parsed->part == NULL)
        return bg_refuse(reader->refusal, BG_NO_MEMORY, BG_SECTION_PART, 0, "no memory for %" PRIu32 " parts",
                         parsed->parts);
    return BG_OK;
}

/* Both are in the file, and checked; where there are integers, nobody looks at the others. */
static void choose_biases(bg_parsed_model *parsed) {
    for (uint32_t k = 0; k < parsed->parts; k++)
        if (parsed->part[k].integer_bias != NULL)
            parsed->part[k].bias = NULL;
}

static bg_status parse_parts(bg_reader *reader, const uint8_t *structure, bg_parsed_model *parsed) {
    for (uint32_t k = 0; k < parsed->parts; k++) {
        bg_status status = bg_parse_part(reader, structure, parsed, k, &parsed->part[k]);
        if (status != BG_OK)
            return status;
    }
    if (bg_sections_left(reader) > 0)
        return bg_refuse(reader->refusal, BG_INVALID, 0, 0, "%" PRIu32 " sections more than the model has",
                         bg_sections_left(reader));
    bg_status status = bg_check_values(parsed, reader->refusal);
    if (status == BG_OK)
        choose_biases(parsed);
    return status;
}

bg_status bg_parse_model(const void *bytes, size_t length, bg_parsed_model *parsed, bg_refusal *refusal) {
    *parsed = (bg_parsed_model){0};
    if ((uintptr_t)bytes % 64 != 0)
        return bg_refuse(refusal, BG_BAD_ARGUMENT, 0, 0, "the file's bytes do not begin at a multiple of 64");
    bg_reader reader = {.refusal = refusal};
    const uint8_t *structure = NULL;
    bg_status status = bg_open_container(bytes, length, &reader.container, refusal);
    if (status == BG_OK)
        status = parse_whole(&reader, &structure, parsed);
    if (status == BG_OK)
        status = take_memory(&reader, parsed);
    if (status == BG_OK)
        status = parse_parts(&reader, structure, parsed);
    if (status != BG_OK)
        bg_parsed_free(parsed);
    return status;
}

void bg_parsed_free(bg_parsed_model *parsed) {
    free(parsed->part);
    *parsed = (bg_parsed_model){0};
}
