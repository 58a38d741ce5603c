/*
 * load_files model|values|tokens|statuses [FILE...]
 *
 * Reads models or token files: those named, mapped, or without names those on standard input (records.h). Writes a line
 * for each.
 *
 *     model     status, section, part, message
 *     values    all that was read of a model: load_values.h
 *     statuses  what bg_status_text says of each status and of one that is none
 *     tokens    status, message; of a good one words, classes, then each text with its label (-1: none) and its tokens
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <string.h>

#include "load_values.h"
#include "map_file.h"
#include "records.h"
#include "token_file.h"

typedef void (*reader)(const void *bytes, size_t length);

static void read_model(const void *bytes, size_t length) {
    bg_parsed_model model;
    bg_refusal refusal = {0};
    bg_status status = bg_parse_model(bytes, length, &model, &refusal);
    bg_parsed_free(&model);
    printf("%d\t%" PRIu32 "\t%" PRIu32 "\t%s\n", (int)status, refusal.section, refusal.part, refusal.message);
}

/* Without a refusal, which may be left out. */
static void read_values(const void *bytes, size_t length) {
    bg_parsed_model model;
    bg_status status = bg_parse_model(bytes, length, &model, NULL);
    if (status == BG_OK)
        write_model(&model);
    printf("%s\n", bg_status_text(status));
    bg_parsed_free(&model);
}

static void tell_tokens(bg_status status, const bg_token_file *file, const bg_refusal *refusal) {
    printf("%d\t%s", (int)status, refusal->message);
    if (status == BG_OK)
        printf("%" PRIu32 " %" PRIu32, file->words, file->classes);
    for (size_t k = 0; k < file->texts; k++) {
        bg_text text = bg_token_file_text(file, k);
        printf(";%" PRId64, file->labels == NULL ? -1 : (int64_t)file->labels[k]);
        for (size_t t = 0; t < text.count; t++)
            printf(" %" PRIu32, text.words[t]);
    }
    printf("\n");
}

static void read_tokens(const void *bytes, size_t length) {
    bg_token_file file;
    bg_refusal refusal = {0};
    tell_tokens(bg_token_file_read(bytes, length, &file, &refusal), &file, &refusal);
}

static void open_tokens(const char *path) {
    bg_token_file file;
    bg_refusal refusal = {0};
    tell_tokens(bg_token_file_open(path, &file, &refusal), &file, &refusal);
    bg_token_file_close(&file);
}

static void open_mapped(const char *path, reader read) {
    bg_mapped_file file;
    bg_status status = bg_map_file(path, &file);
    if (status == BG_OK)
        read(file.bytes, file.length);
    else
        printf("%d\t0\t0\t%s\n", (int)status, bg_status_text(status));
    bg_unmap_file(&file);
}

static int tell_statuses(void) {
    for (int status = BG_OK; status <= BG_CANCELLED + 1; status++)
        printf("%s\n", bg_status_text((bg_status)status));
    return 0;
}

int main(int count, char **arguments) {
    const char *what = count > 1 ? arguments[1] : "model";
    const reader read = strcmp(what, "tokens") == 0   ? read_tokens
                        : strcmp(what, "values") == 0 ? read_values
                                                      : read_model;
    size_t length = 0;
    if (strcmp(what, "statuses") == 0)
        return tell_statuses();
    for (int k = 2; k < count; k++)
        if (read == read_tokens)
            open_tokens(arguments[k]);
        else
            open_mapped(arguments[k], read);
    if (count > 2)
        return 0;
    for (uint8_t *bytes; (bytes = next_record(&length)) != NULL; free(bytes))
        read(bytes, length);
    return 0;
}
