#include "container.h"

#include <inttypes.h>

#include "crc32.h"
#include "little_endian.h"
#include "parse_refusal.h"

enum { HEADER_BYTES = 64, ENTRY_BYTES = 32, ALIGNMENT = 64, VERSION = 1, MOST_SECTIONS = 100000 };

#define MOST_BYTES (UINT64_C(1) << 32)

static const uint8_t magic[8] = {0x42, 0x47, 0x51, 0x4d, 0x0d, 0x0a, 0x1a, 0x0a};

/* Of lengths up to 2^33; a size_t of 32 bits would overflow. */
static uint64_t aligned(uint64_t at) { return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

static const uint8_t *entry_at(const bg_container *file, uint32_t k) {
    return file->bytes + HEADER_BYTES + (size_t)k * ENTRY_BYTES;
}

static bg_status check_header(const bg_container *file, const bg_crc_table *crc, bg_refusal *refusal) {
    if (file->length < sizeof magic || memcmp(file->bytes, magic, sizeof magic) != 0)
        return bg_refuse(refusal, BG_NOT_THIS_FORMAT, 0, 0, "the file does not begin with BGQM");
    if (file->length < HEADER_BYTES)
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "fewer bytes than a header has");
    uint32_t version = bg_load_u32(file->bytes + 8);
    if (version != VERSION)
        return bg_refuse(refusal, BG_UNSUPPORTED_VERSION, 0, 0, "version %" PRIu32 " in place of 1", version);
    if (bg_crc32(crc, file->bytes, 60) != bg_load_u32(file->bytes + 60))
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "a header with another checksum than its own");
    if (!bg_all_zero(file->bytes + 28, 32))
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "a header with bytes that version 1 does not know");
    return BG_OK;
}

static bg_status check_counts(const bg_container *file, const bg_crc_table *crc, bg_refusal *refusal) {
    uint64_t claimed = bg_load_u64(file->bytes + 16), length = file->length;
    if (file->sections > MOST_SECTIONS)
        return bg_refuse(refusal, BG_TOO_LARGE, 0, 0, "%" PRIu32 " sections, more than %d", file->sections,
                         MOST_SECTIONS);
    if (length > MOST_BYTES)
        return bg_refuse(refusal, BG_TOO_LARGE, 0, 0, "%" PRIu64 " bytes, more than 4 GiB", length);
    if (claimed != length)
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "%" PRIu64 " bytes where the header says %" PRIu64, length,
                         claimed);
    uint64_t table = (uint64_t)file->sections * ENTRY_BYTES;
    if (table > length - HEADER_BYTES)
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "a table of %" PRIu32 " sections beyond the end of the file",
                         file->sections);
    if (bg_crc32(crc, file->bytes + HEADER_BYTES, (size_t)table) != bg_load_u32(file->bytes + 24))
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "a table of sections with another checksum than its own");
    return BG_OK;
}

/* `end`: of the section before, behind this one afterwards; never beyond the end of the file. */
static bg_status check_place(const bg_container *file, uint32_t k, uint64_t *end, bg_refusal *refusal) {
    const uint8_t *entry = entry_at(file, k);
    uint32_t kind = bg_load_u16(entry), part = bg_load_u16(entry + 2);
    uint64_t offset = bg_load_u64(entry + 8), length = bg_load_u64(entry + 16), expected = aligned(*end);
    if (offset != expected)
        return bg_refuse(refusal, BG_DAMAGED, kind, part, "section %" PRIu32 " at %" PRIu64 " in place of %" PRIu64, k,
                         offset, expected);
    if (offset > file->length || length > file->length - offset)
        return bg_refuse(refusal, BG_DAMAGED, kind, part, "section %" PRIu32 " beyond the end of the file", k);
    if (!bg_all_zero(entry + 24, 8))
        return bg_refuse(refusal, BG_DAMAGED, kind, part, "section %" PRIu32 " with bytes that version 1 does not know",
                         k);
    if (!bg_all_zero(file->bytes + *end, (size_t)(offset - *end)))
        return bg_refuse(refusal, BG_DAMAGED, kind, part, "bytes between the sections before section %" PRIu32, k);
    *end = offset + length;
    return BG_OK;
}

static bg_status check_places(const bg_container *file, bg_refusal *refusal) {
    uint64_t end = HEADER_BYTES + (uint64_t)file->sections * ENTRY_BYTES;
    for (uint32_t k = 0; k < file->sections; k++) {
        bg_status status = check_place(file, k, &end, refusal);
        if (status != BG_OK)
            return status;
    }
    if (end != file->length)
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "%" PRIu64 " bytes behind the last section", file->length - end);
    return BG_OK;
}

static bg_status check_checksums(const bg_container *file, const bg_crc_table *crc, bg_refusal *refusal) {
    for (uint32_t k = 0; k < file->sections; k++) {
        bg_section section = bg_section_at(file, k);
        if (bg_crc32(crc, section.bytes, section.length) != bg_load_u32(entry_at(file, k) + 4))
            return bg_refuse(refusal, BG_DAMAGED, section.kind, section.part,
                             "section %" PRIu32 " with another checksum than its own", k);
    }
    return BG_OK;
}

bg_status bg_open_container(const void *bytes, size_t length, bg_container *container, bg_refusal *refusal) {
    bg_crc_table crc;
    bg_crc_prepare(&crc);
    *container = (bg_container){bytes, length, 0};
    bg_status status = check_header(container, &crc, refusal);
    if (status != BG_OK)
        return status;
    container->sections = bg_load_u32(container->bytes + 12);
    status = check_counts(container, &crc, refusal);
    if (status == BG_OK)
        status = check_places(container, refusal);
    if (status == BG_OK)
        status = check_checksums(container, &crc, refusal);
    return status;
}

bg_section bg_section_at(const bg_container *container, uint32_t k) {
    const uint8_t *entry = entry_at(container, k);
    size_t offset = (size_t)bg_load_u64(entry + 8), length = (size_t)bg_load_u64(entry + 16);
    return (bg_section){bg_load_u16(entry), bg_load_u16(entry + 2), container->bytes + offset, length};
}
