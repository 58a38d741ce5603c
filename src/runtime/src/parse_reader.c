#include "parse_reader.h"

#include <inttypes.h>

#include "parse_refusal.h"

const uint8_t *bg_take_any_section(bg_reader *reader, uint32_t kind, uint32_t part, size_t *length) {
    if (bg_sections_left(reader) == 0) {
        bg_refuse(reader->refusal, BG_INVALID, kind, part, "the end where section %" PRIu32 " must be", reader->next);
        return NULL;
    }
    bg_section section = bg_section_at(&reader->container, reader->next);
    if (section.kind != kind || section.part != part) {
        bg_refuse(reader->refusal, BG_INVALID, kind, part, "section %" PRIu32 " is of kind %d of part %d", reader->next,
                  section.kind, section.part);
        return NULL;
    }
    reader->next++;
    *length = section.length;
    return section.bytes;
}

const uint8_t *bg_take_section(bg_reader *reader, uint32_t kind, uint32_t part, uint64_t length) {
    size_t found = 0;
    const uint8_t *bytes = bg_take_any_section(reader, kind, part, &found);
    if (bytes == NULL || found == length)
        return bytes;
    bg_refuse(reader->refusal, BG_INVALID, kind, part, "%" PRIu64 " bytes in place of %" PRIu64, (uint64_t)found,
              length);
    return NULL;
}

uint32_t bg_sections_left(const bg_reader *reader) { return reader->container.sections - reader->next; }
