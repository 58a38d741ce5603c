/* Takes the sections of a model's file one by one; each has to be the one that follows from what was read before. */
#ifndef BG_PARSE_READER_H
#define BG_PARSE_READER_H

#include "container.h"

/* Kinds of sections in the order in which they stand in a file; those from BG_SECTION_PART on once for each part. */
enum {
    BG_SECTION_STRUCTURE = 1,
    BG_SECTION_DESCRIPTION = 2,
    BG_SECTION_PRIOR = 3,
    BG_SECTION_PART = 16,
    BG_SECTION_EMBEDDING = 17,
    BG_SECTION_EMBEDDING_SCALES = 18,
    BG_SECTION_LSTM_X = 19,
    BG_SECTION_LSTM_X_SCALES = 20,
    BG_SECTION_LSTM_H = 21,
    BG_SECTION_LSTM_H_SCALES = 22,
    BG_SECTION_LSTM_BIAS = 23,
    BG_SECTION_LSTM_INTEGER_BIAS = 24,
    BG_SECTION_HEAD = 25,
    BG_SECTION_HEAD_SCALES = 26,
    BG_SECTION_HEAD_BIAS = 27,
    BG_SECTION_LABEL_TABLE = 28,
    BG_SECTION_TABLES = 32
};

typedef struct {
    bg_container container;
    uint32_t next;
    bg_refusal *refusal; /* may be NULL */
} bg_reader;

/* The bytes of the next section; NULL, and the refusal filled, where it is another one or of another length. */
const uint8_t *bg_take_section(bg_reader *reader, uint32_t kind, uint32_t part, uint64_t length);

/* The same of any length, which `length` tells. */
const uint8_t *bg_take_any_section(bg_reader *reader, uint32_t kind, uint32_t part, size_t *length);

/* How many sections were not taken yet. */
uint32_t bg_sections_left(const bg_reader *reader);

#endif
