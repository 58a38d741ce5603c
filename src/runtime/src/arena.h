/*
 * Memory in one piece. A layout is walked twice: with `base` NULL it only counts, and gives NULL for everything; then
 * with memory of as many bytes.
 */
#ifndef BG_ARENA_H
#define BG_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "kernels.h"

typedef struct {
    uint8_t *base; /* at a multiple of 64, zeros */
    size_t used;   /* SIZE_MAX once it does not fit the address space */
} bg_arena;

/* `count` elements of `size` bytes at a multiple of 64. */
static inline void *bg_take(bg_arena *arena, size_t count, size_t size) {
    size_t at = arena->used, room = SIZE_MAX - BG_ALIGN;
    if (at > room || (size > 0 && count > (room - at) / size)) {
        arena->used = SIZE_MAX;
        return NULL;
    }
    arena->used = (at + count * size + BG_ALIGN - 1) / BG_ALIGN * BG_ALIGN;
    return arena->base != NULL ? arena->base + at : NULL;
}

#endif
