/* Matrices as their routes read them: their memory, and how a file's rows get there. */
#ifndef BG_MATRIX_H
#define BG_MATRIX_H

#include "model.h"

typedef struct {
    const bg_kernels *kernels;
    uint32_t block;  /* rows that are laid out together; 0: all */
    uint8_t keep;    /* all rows are laid out once */
    uint8_t factors; /* scales are kept where they are known */
    uint8_t woven;   /* rows are those of the gates, and are woven */
    const int32_t *integer_bias;
} bg_matrix_plan;

/* How vectors on a site are multiplied. */
bg_route bg_route_of(const bg_file_matrix *file, const bg_site *site);

/* Settles the route and takes the memory; nothing is written. */
void bg_place_matrix(bg_arena *arena, const bg_file_matrix *file, const bg_site *site, const bg_matrix_plan *plan,
                     bg_matrix *matrix);

/*
 * Factors and, where they are kept, the rows with their sums or starts.
 *
 * floats    of bg_room_to_lay_out bytes; NULL where these are 0
 */
void bg_fill_matrix(const bg_kernels *kernels, bg_matrix *matrix, float *floats);

/* Whether the zero point of the vectors is known before they are: that of an affine dynamic site is not. */
int bg_knows_zero(const bg_site *site);

/* Whether laying out takes `floats`. */
int bg_needs_floats(const bg_matrix *matrix);

/* Bytes of `floats` that laying out takes: for integers that are multiplied as floats, for rows that are woven. */
size_t bg_room_to_lay_out(const bg_matrix *matrix);

/* Where a row of the file is. */
size_t bg_row_of(const bg_matrix *matrix, uint32_t row);

/* Lays out rows `first` to `first + count - 1`; `data` has block_bytes at a multiple of 64. */
void bg_lay_out(const bg_kernels *kernels, const bg_matrix *matrix, uint32_t first, uint32_t count, float *floats,
                uint8_t *data);

/* Elements `first` to `first + count - 1` of a row, of any width; `first` is a multiple of 8. */
void bg_row_integers(const bg_file_matrix *file, uint32_t row, size_t first, size_t count, int32_t *integers);

/* A row as float32: itself, or fround(q * s_W). */
void bg_row_values(const bg_file_matrix *file, uint32_t row, float *values);

/* All rows of a matrix that keeps them in one block. */
static inline bg_rows bg_all_rows(const bg_matrix *matrix) {
    bg_rows rows = {0, matrix->rows, matrix->blocks, matrix->sums, matrix->start};
    return rows;
}

#endif
