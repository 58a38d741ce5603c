/* A libFuzzer target: bytes as a token file, as they are, with a header made right, and with good texts. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <string.h>

#include "repair.h"
#include "token_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds) {
    if (!holds)
        abort();
}

/* Reads every word; a sanitizer sees a read outside the file. */
static void read_tokens(const uint8_t *bytes, size_t length) {
    bg_token_file file;
    bg_refusal refusal = {0};
    bg_status status = bg_token_file_read(bytes, length, &file, &refusal);
    require(status == BG_OK ? refusal.message[0] == 0 : refusal.message[0] != 0 && file.texts == 0);
    size_t count = 0;
    for (size_t k = 0; k < file.texts; k++) {
        bg_text text = bg_token_file_text(&file, k);
        for (size_t t = 0; t < text.count; t++)
            require(text.words[t] < file.words);
        require(file.labels == NULL || file.labels[k] < file.classes);
        count += text.count;
    }
    require(count == file.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, size == 0 ? 1 : size) != 0)
        return 0;
    if (size > 0)
        memcpy(memory, data, size);
    read_tokens(memory, size);
    size = repair_tokens(memory, size);
    read_tokens(memory, size);
    repair_texts(memory, size);
    read_tokens(memory, size);
    free(memory);
    return 0;
}
