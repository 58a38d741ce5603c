/*
 * Texts as word ids, docs/format/token-file.md. All is checked when the file is opened; afterwards texts are views of
 * its bytes.
 */
#ifndef BG_TOKEN_FILE_H
#define BG_TOKEN_FILE_H

#include "bitgauge.h"
#include "map_file.h"

typedef struct {
    uint32_t texts;
    uint32_t words;          /* of the vocabulary: every token is below */
    uint32_t classes;        /* 0: no labels */
    uint32_t count;          /* of the tokens of all texts */
    const uint32_t *offsets; /* [texts + 1] into `tokens`, from 0 to `count`, never falling */
    const uint32_t *tokens;  /* [count] */
    const uint32_t *labels;  /* [texts], each below `classes`; NULL where there are none */
    bg_mapped_file mapped;   /* of bg_token_file_open */
} bg_token_file;

/*
 * Reads texts from memory that the caller keeps, unchanged, as long as `file` is used. `bytes` is aligned to 64 bytes.
 * Nothing is allocated. `refusal` may be NULL; its section and part are 0.
 */
bg_status bg_token_file_read(const void *bytes, size_t length, bg_token_file *file, bg_refusal *refusal);

/* The same from a file, which is mapped and must not change until bg_token_file_close. */
bg_status bg_token_file_open(const char *path, bg_token_file *file, bg_refusal *refusal);

/* Also of a file that was not opened, as long as it is zero. */
void bg_token_file_close(bg_token_file *file);

/* Text `k`, 0 to texts - 1. */
bg_text bg_token_file_text(const bg_token_file *file, size_t k);

#endif
