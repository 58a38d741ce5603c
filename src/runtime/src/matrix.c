#include "matrix.h"

#include "unpack.h"

/* Integers that are unpacked at once. */
#define CHUNK 64

bg_route bg_route_of(const bg_file_matrix *file, const bg_site *site) {
    if (file->bits == 0 || site->kind == BG_SITE_FLOAT)
        return BG_FLOATS;
    return file->bits <= 8 && site->bits <= 8 ? BG_PACKED : BG_WIDE;
}

static size_t laid_out_bytes(const bg_kernels *kernels, const bg_matrix *matrix, uint32_t rows) {
    uint32_t cols = matrix->file->cols;
    switch (matrix->route) {
    case BG_PACKED:
        return kernels->packed_bytes(rows, cols, matrix->file->bits);
    case BG_WIDE:
        return (size_t)rows * cols * sizeof(int16_t);
    default:
        return kernels->packed_f32_bytes(rows, cols);
    }
}

int bg_knows_zero(const bg_site *site) { return site->kind == BG_SITE_STATIC || !site->affine; }

void bg_place_matrix(bg_arena *arena, const bg_file_matrix *file, const bg_site *site, const bg_matrix_plan *plan,
                     bg_matrix *matrix) {
    uint32_t rows = plan->woven ? (uint32_t)bg_padded(file->rows) : file->rows;
    uint32_t block = plan->block == 0 || plan->block > rows ? rows : plan->block;
    matrix->file = file;
    matrix->woven = plan->woven;
    matrix->rows = rows;
    matrix->site = site;
    matrix->route = bg_route_of(file, site);
    matrix->block = block;
    matrix->block_bytes = bg_byte_stride(laid_out_bytes(plan->kernels, matrix, block));
    matrix->integer_bias = plan->integer_bias;
    matrix->blocks = plan->keep ? bg_take(arena, (rows + block - 1) / block, matrix->block_bytes) : NULL;
    matrix->sums = NULL;
    matrix->start = NULL;
    matrix->factors = NULL;
    if (plan->keep && matrix->route == BG_PACKED && bg_knows_zero(site))
        matrix->start = bg_take(arena, bg_padded(rows), sizeof(int32_t));
    else if (plan->keep && matrix->route == BG_PACKED)
        matrix->sums = bg_take(arena, bg_padded(rows), sizeof(int32_t));
    if (matrix->route != BG_FLOATS && plan->factors && site->kind == BG_SITE_STATIC)
        matrix->factors = bg_take(arena, bg_padded(rows), sizeof(float));
}

static int32_t row_sum(const bg_file_matrix *file, uint32_t row) {
    int32_t sum = 0, chunk[CHUNK];
    for (size_t j = 0; j < file->cols; j += CHUNK) {
        size_t count = file->cols - j < CHUNK ? file->cols - j : CHUNK;
        bg_row_integers(file, row, j, count, chunk);
        for (size_t k = 0; k < count; k++)
            sum += chunk[k];
    }
    return sum;
}

/* -(z - low) * sum_j W[r][j] (+ bias[r]), in 32 bits that wrap */
static int32_t start_of(const bg_matrix *matrix, uint32_t row) {
    const bg_site *site = matrix->site;
    int32_t zero = site->kind == BG_SITE_STATIC ? site->zero : 0;
    uint32_t start = 0u - (uint32_t)(zero - site->low) * (uint32_t)row_sum(matrix->file, row);
    return (int32_t)(matrix->integer_bias != NULL ? start + (uint32_t)matrix->integer_bias[row] : start);
}

size_t bg_row_of(const bg_matrix *matrix, uint32_t row) {
    uint32_t units = matrix->file->rows / 4;
    return matrix->woven ? bg_woven(row / units, row % units) : row;
}

void bg_fill_matrix(const bg_kernels *kernels, bg_matrix *matrix, float *floats) {
    uint32_t rows = matrix->rows;
    for (uint32_t r = 0; r < matrix->file->rows; r++) {
        size_t at = bg_row_of(matrix, r);
        if (matrix->start != NULL)
            matrix->start[at] = start_of(matrix, r);
        if (matrix->sums != NULL)
            matrix->sums[at] = row_sum(matrix->file, r);
        if (matrix->factors != NULL)
            matrix->factors[at] = matrix->file->scales[r] * matrix->site->scale;
    }
    for (uint32_t first = 0; matrix->blocks != NULL && first < rows; first += matrix->block) {
        uint32_t count = rows - first < matrix->block ? rows - first : matrix->block;
        bg_lay_out(kernels, matrix, first, count, floats, matrix->blocks + first / matrix->block * matrix->block_bytes);
    }
}

int bg_needs_floats(const bg_matrix *matrix) { return matrix->route == BG_FLOATS && matrix->file->bits != 0; }

size_t bg_room_to_lay_out(const bg_matrix *matrix) {
    if (matrix->woven)
        return matrix->rows * matrix->file->row_bytes;
    return bg_needs_floats(matrix) ? (size_t)matrix->block * matrix->file->cols * sizeof(float) : 0;
}

/* All rows; those that no row of the file becomes are zeros. */
static void pack_woven(const bg_kernels *kernels, const bg_matrix *matrix, uint8_t *rows, uint8_t *data) {
    const bg_file_matrix *file = matrix->file;
    size_t row_bytes = file->row_bytes;
    memset(rows, 0, matrix->rows * row_bytes);
    for (uint32_t r = 0; r < file->rows; r++)
        memcpy(rows + bg_row_of(matrix, r) * row_bytes, file->data + r * row_bytes, row_bytes);
    kernels->pack(rows, row_bytes, matrix->rows, file->cols, file->bits, data);
}

static void widen(const bg_file_matrix *file, uint32_t first, uint32_t count, int16_t *wide) {
    int32_t chunk[CHUNK];
    for (uint32_t r = first; r < first + count; r++)
        for (size_t j = 0; j < file->cols; j += CHUNK) {
            size_t some = file->cols - j < CHUNK ? file->cols - j : CHUNK;
            bg_row_integers(file, r, j, some, chunk);
            for (size_t k = 0; k < some; k++)
                *wide++ = (int16_t)chunk[k];
        }
}

static void lay_out_floats(const bg_kernels *kernels, const bg_file_matrix *file, uint32_t first, uint32_t count,
                           float *floats, float *data) {
    const void *rows = file->data + first * file->row_bytes;
    for (uint32_t r = 0; file->bits != 0 && r < count; r++)
        bg_row_values(file, first + r, floats + (size_t)r * file->cols);
    kernels->pack_f32(file->bits != 0 ? floats : rows, count, file->cols, data);
}

void bg_lay_out(const bg_kernels *kernels, const bg_matrix *matrix, uint32_t first, uint32_t count, float *floats,
                uint8_t *data) {
    const bg_file_matrix *file = matrix->file;
    void *out = data;
    if (matrix->woven)
        pack_woven(kernels, matrix, (uint8_t *)floats, out);
    else if (matrix->route == BG_PACKED)
        kernels->pack(file->data + first * file->row_bytes, file->row_bytes, count, file->cols, file->bits, out);
    else if (matrix->route == BG_WIDE)
        widen(file, first, count, out);
    else
        lay_out_floats(kernels, file, first, count, floats, out);
}

static void wide_integers(const uint8_t *row, size_t count, int is_unsigned, int32_t *integers) {
    for (size_t k = 0; k < count; k++) {
        uint16_t bits;
        memcpy(&bits, row + 2 * k, 2);
        integers[k] = is_unsigned ? (int32_t)bits : (int32_t)(int16_t)bits;
    }
}

void bg_row_integers(const bg_file_matrix *file, uint32_t row, size_t first, size_t count, int32_t *integers) {
    const uint8_t *from = file->data + row * file->row_bytes;
    if (file->bits == 16) {
        wide_integers(from + 2 * first, count, file->is_unsigned, integers);
        return;
    }
    uint32_t flip = file->is_unsigned ? 0 : bg_flip(file->bits);
    uint8_t bytes[CHUNK];
    for (size_t j = 0; j < count; j += CHUNK) {
        size_t some = count - j < CHUNK ? count - j : CHUNK;
        bg_unpack(from, first + j, some, file->bits, flip, bytes);
        for (size_t k = 0; k < some; k++)
            integers[j + k] = (int32_t)bytes[k] - (int32_t)flip;
    }
}

void bg_row_values(const bg_file_matrix *file, uint32_t row, float *values) {
    if (file->bits == 0) {
        memcpy(values, file->data + row * file->row_bytes, file->cols * sizeof(float));
        return;
    }
    int32_t chunk[CHUNK];
    for (size_t j = 0; j < file->cols; j += CHUNK) {
        size_t count = file->cols - j < CHUNK ? file->cols - j : CHUNK;
        bg_row_integers(file, row, j, count, chunk);
        for (size_t k = 0; k < count; k++)
            values[j + k] = (float)chunk[k] * file->scales[row];
    }
}
