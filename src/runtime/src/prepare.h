#ifndef BG_PREPARE_H
#define BG_PREPARE_H

#include "model.h"

typedef struct {
    const bg_kernels *kernels;
    uint8_t pack_head, input_table;
} bg_preparation;

/*
 * The model that is evaluated, from a checked file: packed matrices, starts, factors, tables. Takes over what `model`
 * has of the file; on failure it has nothing else, and bg_release gives back all.
 */
bg_status bg_prepare(bg_model *model, const bg_preparation *how);

void bg_release(bg_model *model);

#endif
