#include "repair.h"

#include <string.h>

#include "crc32.h"
#include "little_endian.h"
#include "parse_steps.h"

enum { HEADER_BYTES = 64, ENTRY_BYTES = 32 };

static void store_u32(uint8_t *at, uint32_t value) { memcpy(at, &value, 4); }
static void store_u64(uint8_t *at, uint64_t value) { memcpy(at, &value, 8); }

static size_t smaller(uint64_t a, size_t b) { return a < b ? (size_t)a : b; }

/* Sections that have an entry within the file. */
static size_t entries_of(const uint8_t *bytes, size_t length) {
    return smaller(bg_load_u32(bytes + 12), (length - HEADER_BYTES) / ENTRY_BYTES);
}

void repair_checksums(uint8_t *bytes, size_t length) {
    if (length < HEADER_BYTES)
        return;
    bg_crc_table crc;
    bg_crc_prepare(&crc);
    size_t count = entries_of(bytes, length);
    for (size_t k = 0; k < count; k++) {
        uint8_t *entry = bytes + HEADER_BYTES + k * ENTRY_BYTES;
        size_t offset = smaller(bg_load_u64(entry + 8), length);
        size_t claimed = smaller(bg_load_u64(entry + 16), length - offset);
        store_u32(entry + 4, bg_crc32(&crc, bytes + offset, claimed));
    }
    store_u32(bytes + 24, bg_crc32(&crc, bytes + HEADER_BYTES, count * ENTRY_BYTES));
    store_u32(bytes + 60, bg_crc32(&crc, bytes, 60));
}

/* Each section behind the one before with the length that it claims, the last one up to the end. */
static void repair_places(uint8_t *bytes, size_t length) {
    size_t count = entries_of(bytes, length), end = HEADER_BYTES + count * ENTRY_BYTES;
    for (size_t k = 0; k < count; k++) {
        uint8_t *entry = bytes + HEADER_BYTES + k * ENTRY_BYTES;
        size_t offset = smaller((end + 63) / 64 * 64, length);
        size_t taken = k + 1 == count ? length - offset : smaller(bg_load_u64(entry + 16), length - offset);
        memset(bytes + end, 0, offset - end);
        memset(entry + 24, 0, 8);
        store_u64(entry + 8, offset);
        store_u64(entry + 16, taken);
        end = offset + taken;
    }
    store_u32(bytes + 12, (uint32_t)count);
}

static uint8_t *section_of(uint8_t *bytes, const bg_section *section) { return bytes + (section->bytes - bytes); }

/* Of static sites: fround(1 / scale). */
static void repair_reciprocals(uint8_t *record) {
    for (uint8_t *grid = record + 32; grid < record + BG_PART_BYTES; grid += 32) {
        float scale = bg_load_f32(grid + 16), reciprocal = scale > 0 ? 1.0f / scale : 0;
        if (grid[0] == BG_SITE_STATIC)
            memcpy(grid + 20, &reciprocal, 4);
    }
}

static void repair_table(uint8_t *at, size_t length, const bg_parsed_model *model, const bg_parsed_part *part,
                         uint32_t table) {
    uint32_t count = bg_table_entries(part, table);
    for (uint32_t k = 0; k < count && 2 * k + 2 <= length; k++) {
        uint16_t entry = bg_table_entry(model, part, table, k);
        memcpy(at + 2 * k, &entry, 2);
    }
}

static void repair_parts(uint8_t *bytes, const bg_container *file) {
    bg_parsed_model model;
    bg_section structure = bg_section_at(file, 0);
    if (structure.length != BG_STRUCTURE_BYTES || bg_parse_structure(structure.bytes, &model, NULL) != BG_OK)
        return;
    bg_parsed_part part;
    int integer_bias = 0, good = 0;
    for (uint32_t k = 1; k < file->sections; k++) {
        bg_section section = bg_section_at(file, k);
        uint8_t *content = section_of(bytes, &section);
        if (section.kind == BG_SECTION_PART && section.length == BG_PART_BYTES) {
            repair_reciprocals(content);
            good = bg_parse_grids(content, structure.bytes + BG_WIDTHS_AT, section.part, &part, &integer_bias, NULL) ==
                   BG_OK;
        }
        if (good && section.kind >= BG_SECTION_TABLES && section.kind < BG_SECTION_TABLES + BG_TABLES)
            repair_table(content, section.length, &model, &part, section.kind - (uint32_t)BG_SECTION_TABLES);
    }
}

void repair_model(uint8_t *bytes, size_t length) {
    static const uint8_t start[] = {0x42, 0x47, 0x51, 0x4d, 0x0d, 0x0a, 0x1a, 0x0a, 1, 0, 0, 0};
    if (length < HEADER_BYTES)
        return;
    memcpy(bytes, start, sizeof start);
    store_u64(bytes + 16, length);
    memset(bytes + 28, 0, 32);
    repair_places(bytes, length);
    const bg_container file = {bytes, length, bg_load_u32(bytes + 12)};
    if (file.sections > 0)
        repair_parts(bytes, &file);
    repair_checksums(bytes, length);
}

static size_t aligned(size_t at) { return (at + 63) / 64 * 64; }

static void token_checksums(uint8_t *bytes, size_t length) {
    bg_crc_table crc;
    bg_crc_prepare(&crc);
    store_u32(bytes + 36, bg_crc32(&crc, bytes + HEADER_BYTES, length - HEADER_BYTES));
    store_u32(bytes + 60, bg_crc32(&crc, bytes, 60));
}

/* Where the arrays of a token file stand, with as many tokens as it claims and there is room for. */
typedef struct {
    uint32_t texts, count;
    size_t tokens, labels, end;
} places;

static places places_of(const uint8_t *bytes, size_t length) {
    size_t most = (length - HEADER_BYTES) / 8, claimed = bg_load_u32(bytes + 32), room = 0;
    places at = {.texts = bg_load_u32(bytes + 12) % (uint32_t)(most + 1)};
    size_t labels = bg_load_u32(bytes + 28) == 0 ? 0 : (size_t)4 * at.texts;
    at.tokens = aligned(HEADER_BYTES + 4 * ((size_t)at.texts + 1));
    if (at.tokens + 64 + labels <= length)
        room = labels == 0 ? (length - at.tokens) / 4 : (length - labels) / 64 * 16 - at.tokens / 4;
    at.count = (uint32_t)(claimed < room ? claimed : room);
    size_t end = at.tokens + (size_t)4 * at.count;
    at.labels = labels == 0 ? end : aligned(end);
    at.end = at.labels + labels;
    return at;
}

size_t repair_tokens(uint8_t *bytes, size_t length) {
    static const uint8_t start[] = {0x42, 0x47, 0x54, 0x58, 0x0d, 0x0a, 0x1a, 0x0a, 1, 0, 0, 0};
    if (length < HEADER_BYTES)
        return length;
    places at = places_of(bytes, length);
    if (at.end > length)
        return length;
    memcpy(bytes, start, sizeof start);
    store_u32(bytes + 12, at.texts);
    store_u64(bytes + 16, at.end);
    store_u32(bytes + 32, at.count);
    memset(bytes + 40, 0, 20);
    memset(bytes + HEADER_BYTES + 4 * ((size_t)at.texts + 1), 0, at.tokens - HEADER_BYTES - 4 * ((size_t)at.texts + 1));
    size_t tokens_end = at.tokens + (size_t)4 * at.count;
    memset(bytes + tokens_end, 0, at.labels - tokens_end);
    token_checksums(bytes, at.end);
    return at.end;
}

/* Each below `limit`. */
static void repair_words(uint8_t *at, size_t count, uint32_t limit) {
    for (size_t k = 0; k < count; k++)
        store_u32(at + 4 * k, bg_load_u32(at + 4 * k) % limit);
}

void repair_texts(uint8_t *bytes, size_t length) {
    if (length < HEADER_BYTES)
        return;
    places at = places_of(bytes, length);
    uint32_t words = bg_load_u32(bytes + 24), classes = bg_load_u32(bytes + 28), before = 0;
    if (at.end != length || at.count != bg_load_u32(bytes + 32))
        return;
    for (uint32_t k = 0; k <= at.texts; k++) {
        uint8_t *offset = bytes + HEADER_BYTES + (size_t)4 * k;
        uint32_t claimed = k == 0 ? 0 : k == at.texts ? at.count : before + bg_load_u32(offset) % 8;
        before = claimed < at.count ? claimed : at.count;
        store_u32(offset, before);
    }
    if (words > 0)
        repair_words(bytes + at.tokens, at.count, words);
    if (classes > 0)
        repair_words(bytes + at.labels, at.texts, classes);
    token_checksums(bytes, length);
}
