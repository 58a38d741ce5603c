/*
 * One number for the results of many texts, so that a board and its host can be compared without sending them
 * (docs/format/board-protocol.md, Checksum). It does not depend on the order in which texts are evaluated.
 */
#ifndef BG_PROGRAM_CHECKSUM_H
#define BG_PROGRAM_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "bitgauge.h"

/* A text's share; the checksum of texts is the sum of their shares modulo 2^64. `scores` [classes]. */
uint64_t checksum_share(uint64_t index, const bg_result *result, const double *scores, size_t classes);

/* One more word of 64 bits. */
uint64_t checksum_word(uint64_t sum, uint64_t word);

#endif
