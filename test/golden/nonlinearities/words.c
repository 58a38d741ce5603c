/*
 * Writes words.json: arguments and results of the four sequences as words. `samples` are of special regions; `sweeps`
 * are checksums over every 1021st float32 word from `first` on, NaN left out: FNV-1a over the results' words, each as
 * one number.
 *
 *     gcc -O2 -ffp-contract=off words.c -lm -o words && ./words > words.json
 */
#include <inttypes.h>
#include <stdio.h>

#include "sequences.h"

typedef float (*sequence)(float);

static const char *const names[] = {"exp", "log", "sigmoid", "tanh"};
static const sequence sequences[] = {exp_32, log_32, sigmoid_32, tanh_32};

/* both sides of every bend of the sequences, signed zeros, subnormals, the ends of float32 */
static const uint32_t centres[] = {0x00000000, 0x00000001, 0x000116c2, 0x00800000, 0x21800000, 0x33800000,
                                   0x3eb17218, 0x3f100000, 0x3f3504f3, 0x3f7fffff, 0x3f800000, 0x3fb504f3,
                                   0x40000000, 0x41102cb4, 0x41200000, 0x41851592, 0x42200000, 0x42aeac4f,
                                   0x42b00000, 0x42b17218, 0x4b000000, 0x6f800000, 0x7f7fffff, 0x7f800000};

static void print_samples(void) {
    const int count = sizeof centres / sizeof *centres;
    const char *comma = "";
    for (int c = 0; c < count; c++) {
        for (int near = -2; near <= 2; near++) {
            for (int sign = 0; sign < 2; sign++) {
                uint32_t magnitude = centres[c] + (uint32_t)near;
                if (magnitude > 0x7f800000)
                    continue;
                uint32_t word = magnitude | (uint32_t)sign << 31;
                printf("%s\n  [%" PRIu32, comma, word);
                for (int k = 0; k < 4; k++)
                    printf(", %" PRIu32, to_word(sequences[k](from_word(word))));
                printf("]");
                comma = ",";
            }
        }
    }
}

static uint32_t sweep(sequence f, uint32_t first) {
    uint32_t sum = 2166136261u;
    for (uint64_t word = first; word < 0x100000000u; word += 1021) {
        if ((word & 0x7fffffff) > 0x7f800000)
            continue;
        sum = (sum ^ to_word(f(from_word((uint32_t)word)))) * 16777619u;
    }
    return sum;
}

int main(void) {
    printf("{\n \"samples\": [");
    print_samples();
    printf("\n ],\n \"sweeps\": {");
    for (int k = 0; k < 4; k++) {
        printf("%s\n  \"%s\": {\"first\": %d, \"sum\": %" PRIu32 "}", k ? "," : "", names[k], k,
               sweep(sequences[k], (uint32_t)k));
    }
    printf("\n }\n}\n");
    return 0;
}
