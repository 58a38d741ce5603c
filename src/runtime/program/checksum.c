#include "checksum.h"

#include <string.h>

/* Both steps can be undone, so that no change of one word is lost. */
uint64_t checksum_word(uint64_t sum, uint64_t word) {
    sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
    return sum ^ (sum >> 32);
}

static uint64_t mixed_value(uint64_t sum, double value) {
    uint64_t word;
    memcpy(&word, &value, sizeof word);
    return checksum_word(sum, word);
}

uint64_t checksum_share(uint64_t index, const bg_result *result, const double *scores, size_t classes) {
    uint64_t sum = checksum_word(0, index);
    sum = checksum_word(sum, ((uint64_t)result->guarded << 32) | result->predicted);
    sum = mixed_value(sum, result->common);
    for (size_t y = 0; y < classes; y++)
        sum = mixed_value(sum, scores[y]);
    return checksum_word(sum, classes);
}
