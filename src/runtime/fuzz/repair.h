/*
 * Makes right what a fuzzer breaks without meaning to, so that it comes to the checks behind: a changed byte would
 * otherwise end at a checksum. `bytes` is changed in place.
 */
#ifndef FUZZ_REPAIR_H
#define FUZZ_REPAIR_H

#include <stddef.h>
#include <stdint.h>

/* Checksums of a model's sections, table and header, as far as they lie within the file. */
void repair_checksums(uint8_t *bytes, size_t length);

/*
 * Magic, version, length, the places of the sections by their lengths, gaps and reserved bytes; then reciprocals and
 * tables by the grids, where structure and grids are good.
 */
void repair_model(uint8_t *bytes, size_t length);

/*
 * Of a token file: magic, version, number of tokens, length, gaps and checksums, by the number of texts that it claims.
 * Gives the length that the file then has, at most `length`.
 */
size_t repair_tokens(uint8_t *bytes, size_t length);

/* Offsets, tokens and labels of a token file that repair_tokens made. */
void repair_texts(uint8_t *bytes, size_t length);

#endif
