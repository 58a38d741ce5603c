#include "token_file.h"

#include <inttypes.h>

#include "crc32.h"
#include "little_endian.h"
#include "parse_refusal.h"

enum { HEADER_BYTES = 64, ALIGNMENT = 64, VERSION = 1, MOST_TEXTS = 1 << 24 };

#define MOST_BYTES (UINT64_C(1) << 32)

static const uint8_t magic[8] = {0x42, 0x47, 0x54, 0x58, 0x0d, 0x0a, 0x1a, 0x0a};

/* Where the arrays stand; all below 2^36. */
typedef struct {
    uint64_t offsets_end, tokens, tokens_end, labels, end;
} layout;

static uint64_t aligned(uint64_t at) { return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

static layout layout_of(const bg_token_file *file) {
    layout at = {.offsets_end = HEADER_BYTES + 4 * ((uint64_t)file->texts + 1)};
    at.tokens = aligned(at.offsets_end);
    at.tokens_end = at.tokens + UINT64_C(4) * file->count;
    at.labels = file->classes == 0 ? at.tokens_end : aligned(at.tokens_end);
    at.end = at.labels + (file->classes == 0 ? 0 : UINT64_C(4) * file->texts);
    return at;
}

static bg_status check_header(const uint8_t *bytes, size_t length, const bg_crc_table *crc, bg_refusal *refusal) {
    if (length < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
        return bg_refuse(refusal, BG_NOT_THIS_FORMAT, 0, 0, "the file does not begin with BGTX");
    if (length < HEADER_BYTES)
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "fewer bytes than a header has");
    uint32_t version = bg_load_u32(bytes + 8);
    if (version != VERSION)
        return bg_refuse(refusal, BG_UNSUPPORTED_VERSION, 0, 0, "version %" PRIu32 " in place of 1", version);
    if (bg_crc32(crc, bytes, 60) != bg_load_u32(bytes + 60))
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "a header with another checksum than its own");
    if (!bg_all_zero(bytes + 40, 20))
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "a header with bytes that version 1 does not know");
    return BG_OK;
}

static bg_status check_counts(const bg_token_file *file, bg_refusal *refusal) {
    if (file->texts > MOST_TEXTS)
        return bg_refuse(refusal, BG_TOO_LARGE, 0, 0, "%" PRIu32 " texts, more than %d", file->texts, MOST_TEXTS);
    if (file->words < 5 || file->words > 1048576)
        return bg_refuse(refusal, BG_INVALID, 0, 0, "%" PRIu32 " words in place of 5 to 1048576", file->words);
    if (file->classes == 1 || file->classes > 65536)
        return bg_refuse(refusal, BG_INVALID, 0, 0, "%" PRIu32 " classes in place of 0 or 2 to 65536", file->classes);
    return BG_OK;
}

static bg_status check_length(const uint8_t *bytes, uint64_t length, const layout *at, bg_refusal *refusal) {
    uint64_t claimed = bg_load_u64(bytes + 16);
    if (length > MOST_BYTES)
        return bg_refuse(refusal, BG_TOO_LARGE, 0, 0, "%" PRIu64 " bytes, more than 4 GiB", length);
    if (claimed != length || at->end != length)
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "%" PRIu64 " bytes where the header says %" PRIu64 " of %" PRIu64,
                         length, at->end, claimed);
    return BG_OK;
}

static bg_status check_body(const uint8_t *bytes, size_t length, const layout *at, const bg_crc_table *crc,
                            bg_refusal *refusal) {
    if (bg_crc32(crc, bytes + HEADER_BYTES, length - HEADER_BYTES) != bg_load_u32(bytes + 36))
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "texts with another checksum than their own");
    if (!bg_all_zero(bytes + at->offsets_end, (size_t)(at->tokens - at->offsets_end)) ||
        !bg_all_zero(bytes + at->tokens_end, (size_t)(at->labels - at->tokens_end)))
        return bg_refuse(refusal, BG_DAMAGED, 0, 0, "bytes between the arrays");
    return BG_OK;
}

static bg_status check_values(const bg_token_file *file, bg_refusal *refusal) {
    if (file->offsets[0] != 0 || file->offsets[file->texts] != file->count)
        return bg_refuse(refusal, BG_INVALID, 0, 0, "offsets that do not go from 0 to the number of tokens");
    for (uint32_t k = 0; k < file->texts; k++)
        if (file->offsets[k] > file->offsets[k + 1])
            return bg_refuse(refusal, BG_INVALID, 0, 0, "text %" PRIu32 " ends before it begins", k);
    for (uint32_t k = 0; k < file->count; k++)
        if (file->tokens[k] >= file->words)
            return bg_refuse(refusal, BG_INVALID, 0, 0, "token %" PRIu32 " is %" PRIu32 " of %" PRIu32 " words", k,
                             file->tokens[k], file->words);
    for (uint32_t k = 0; file->labels != NULL && k < file->texts; k++)
        if (file->labels[k] >= file->classes)
            return bg_refuse(refusal, BG_INVALID, 0, 0, "label %" PRIu32 " is %" PRIu32 " of %" PRIu32 " classes", k,
                             file->labels[k], file->classes);
    return BG_OK;
}

static const uint32_t *words_at(const uint8_t *bytes, uint64_t at) {
    return (const uint32_t *)(const void *)(bytes + at);
}

static bg_status read_checked(const uint8_t *bytes, size_t length, const bg_crc_table *crc, bg_token_file *file,
                              bg_refusal *refusal) {
    bg_status status = check_header(bytes, length, crc, refusal);
    if (status != BG_OK)
        return status;
    file->texts = bg_load_u32(bytes + 12);
    file->words = bg_load_u32(bytes + 24);
    file->classes = bg_load_u32(bytes + 28);
    file->count = bg_load_u32(bytes + 32);
    layout at = layout_of(file);
    status = check_counts(file, refusal);
    if (status == BG_OK)
        status = check_length(bytes, length, &at, refusal);
    if (status == BG_OK)
        status = check_body(bytes, length, &at, crc, refusal);
    if (status != BG_OK)
        return status;
    file->offsets = words_at(bytes, HEADER_BYTES);
    file->tokens = words_at(bytes, at.tokens);
    file->labels = file->classes == 0 ? NULL : words_at(bytes, at.labels);
    return check_values(file, refusal);
}

bg_status bg_token_file_read(const void *bytes, size_t length, bg_token_file *file, bg_refusal *refusal) {
    bg_crc_table crc;
    *file = (bg_token_file){0};
    if ((uintptr_t)bytes % ALIGNMENT != 0)
        return bg_refuse(refusal, BG_BAD_ARGUMENT, 0, 0, "the file's bytes do not begin at a multiple of 64");
    bg_crc_prepare(&crc);
    bg_status status = read_checked(bytes, length, &crc, file, refusal);
    if (status != BG_OK)
        *file = (bg_token_file){0};
    return status;
}

bg_status bg_token_file_open(const char *path, bg_token_file *file, bg_refusal *refusal) {
    bg_mapped_file mapped;
    *file = (bg_token_file){0};
    bg_status status = bg_map_file(path, &mapped);
    if (status != BG_OK)
        return bg_refuse(refusal, status, 0, 0, "%s", bg_status_text(status));
    status = bg_token_file_read(mapped.bytes, mapped.length, file, refusal);
    if (status == BG_OK)
        file->mapped = mapped;
    else
        bg_unmap_file(&mapped);
    return status;
}

void bg_token_file_close(bg_token_file *file) {
    bg_unmap_file(&file->mapped);
    *file = (bg_token_file){0};
}

bg_text bg_token_file_text(const bg_token_file *file, size_t k) {
    uint32_t first = file->offsets[k];
    return (bg_text){file->tokens + first, file->offsets[k + 1] - first};
}
