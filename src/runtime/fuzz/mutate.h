/* Mutations that keep a model's file in shape: bytes of one section, or one of its numbers put on a bound. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Changes a file of `length` bytes in place; 0 where it has no section that could be changed. */
int mutate_section(uint8_t *bytes, size_t length, unsigned int seed);

#endif
