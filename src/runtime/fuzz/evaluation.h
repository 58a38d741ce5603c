/* What include/bitgauge.h promises of a model that opens; the program ends where it does not hold. */
#ifndef FUZZ_EVALUATION_H
#define FUZZ_EVALUATION_H

#include <stddef.h>
#include <stdint.h>

/* Ends the program where a promise is broken. */
void require(int holds);

/*
 * Opens the file, if it is one, and evaluates short texts with every set of kernels: nothing is NaN or infinite, a text
 * alone has the result that it has among others, and where all products are of integers, all kernels give the same.
 * `bytes` at a multiple of 64.
 */
void require_evaluation(const uint8_t *bytes, size_t length);

#endif
