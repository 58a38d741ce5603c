/*
 * The products of integers of 2 to 8 bits with bytes, written once over the vector of vector_body.h.
 *
 * Layout     Rows in blocks of 16, columns in groups of 4: 64 weights that meet one group of a vector's bytes, each
 * row's four in a lane of 32 bits. A unit is what stands together in memory: 8 bits: a block, a byte a weight. 4 and
 * 2 bits: two and four blocks that share their bytes, so that no bit is lost. 3, 5, 6, 7 bits: a block whose every 8
 * weights (two rows) take `bits` bytes. Units are gathered to chunks: at most as many as have their sums in registers
 * for one vector, of all but the last a multiple of four blocks. [chunk][group][unit], so that a product with one
 * vector reads its weights from first to last.
 *
 * Shared bytes     A byte holds its first block's weight w in its upper bits and the others, offset to be positive, in
 * those below: 4 bits: 16 w0 + (w1 + 8). A product with the whole byte, less the product with the lower bits alone, is
 * 16 times that of w0: one `and` for two products, and as many products as at 8 bits. Every such sum is within
 * 128 x 255 x 4096 < 2^31.
 *
 * Widths between     A weight is unpacked into the upper bits of a byte: its value times 2^(8 - bits), within the same
 * bound; the sum is shifted down, exactly, at the end.
 *
 * What a set defines besides vector_body.h:
 *
 *     v_sum                         what sums are kept in; v_sum_zero(), v_int v_sum_of(v_sum)
 *     v_sum v_dot(sums, u, w)       sums + four products a lane: bytes u, unsigned, by bytes w, signed; wraps
 *     v_int vi_sub(a, b)            wraps
 *     v_int vi_and(a, b), vi_or(a, b), vi_xor(a, b)
 *     v_int vi_down(x, n), vi_up(x, n)     arithmetic shift right, shift left, of lanes of 32 bits by n, 0 to 31
 *     int32_t vi_total(x)           of all lanes; wraps
 *     v_unpacking                   what unpacking a width needs; v_unpacking_for(bits)
 *     v_int v_unpack(const v_unpacking *, const uint8_t *)     64 weights of 8 x bits bytes; may read 64
 *     v_int v_unpack_within(const v_unpacking *, const uint8_t *, size_t n)     of n bytes, 1 to 64, and then zeros
 *     v_int v_bytes_within(const uint8_t *, size_t n)          n bytes, 1 to 64, and then zeros
 *     v_packing, v_packing_for(bits)
 *     void v_pack(const v_packing *, v_int, uint8_t *)         the reverse; writes 8 x bits bytes
 *     void v_transpose(v_int rows[16])                         16 x 16 lanes of 32 bits
 *
 * and how many units have sums in registers: alone with one vector (V_ALONE_8, _4, _2, _N for the widths between), and
 * V_UNITS_8 (1 to 4), _N (1 or 2) with V_VECTORS_8, _4, _2, _N vectors at once (at most 12).
 */
#ifndef BG_PRODUCT_BODY_H
#define BG_PRODUCT_BODY_H

#include "vector_body.h"

#include <string.h>

/* How a matrix is cut. */
typedef struct {
    uint32_t bits, fields; /* blocks that share a byte */
    size_t groups, units, unit_bytes;
    size_t chunks; /* the first `smaller` of them have `size` units, the others `four` more, the last what is left */
    size_t size, smaller;
    size_t four; /* units that have four blocks */
} v_cut;

static v_cut v_cut_of(uint32_t rows, uint32_t cols, uint32_t bits) {
    v_cut cut = {.bits = bits, .fields = bits == 4 ? 2 : bits == 2 ? 4 : 1};
    size_t alone = bits == 8 ? V_ALONE_8 : bits == 4 ? V_ALONE_4 : bits == 2 ? V_ALONE_2 : V_ALONE_N;
    size_t unit_rows = (size_t)BG_LANES * cut.fields;
    cut.groups = (cols + 3) / 4;
    cut.units = (rows + unit_rows - 1) / unit_rows;
    cut.unit_bytes = bits == 4 || bits == 2 ? 64 : 8 * (size_t)bits;
    cut.four = 4 / cut.fields;
    const size_t fours = (cut.units + cut.four - 1) / cut.four, most = alone / cut.four;
    cut.chunks = (fours + most - 1) / most;
    cut.chunks = cut.chunks == 1 && fours > 4 ? 2 : cut.chunks;
    cut.size = fours / cut.chunks * cut.four;
    cut.smaller = cut.chunks - fours % cut.chunks;
    return cut;
}

/* Units before a chunk. */
V_INLINE size_t v_units_before_chunk(const v_cut *cut, size_t chunk) {
    size_t units = chunk * cut->size + (chunk > cut->smaller ? chunk - cut->smaller : 0) * cut->four;
    return units < cut->units ? units : cut->units;
}

V_INLINE size_t v_chunk_units(const v_cut *cut, size_t chunk) {
    return v_units_before_chunk(cut, chunk + 1) - v_units_before_chunk(cut, chunk);
}

/* Behind the last unit as much as an unpacking may read. */
static size_t v_packed_bytes(uint32_t rows, uint32_t cols, uint32_t bits) {
    v_cut cut = v_cut_of(rows, cols, bits);
    return cut.units * cut.groups * cut.unit_bytes + 128;
}

/* ---- packing ---- */

/* Columns 64 k to 64 k + 63 of a row of the file, each in the upper bits of a byte; 0 behind its end. */
V_INLINE v_int v_columns(const v_unpacking *unpacking, const uint8_t *row, size_t row_bytes, uint32_t bits, size_t k) {
    size_t at = 8 * bits * k, left = row_bytes - at;
    return left >= 64 ? v_unpack(unpacking, row + at) : v_unpack_within(unpacking, row + at, left);
}

typedef struct {
    const uint8_t *rows;
    size_t row_bytes;
    uint32_t count; /* of rows */
    v_unpacking unpacking;
    v_packing packing;
} v_file;

/* 16 groups of 16 rows from `first`, columns from 64 k: groups[g] has the weights of a block with group 16 k + g. */
static void v_block_columns(const v_file *file, uint32_t bits, size_t first, size_t k, v_int groups[16]) {
    const v_unpacking unpacking = file->unpacking;
    const uint8_t *from = file->rows + first * file->row_bytes;
    v_int rows[16];
#define V_LOAD(r, next)                                                                                                \
    rows[r] = first + (r) < file->count ? v_columns(&unpacking, from + (r)*file->row_bytes, file->row_bytes, bits, k)  \
                                        : vi_set(0);
#define V_KEEP(g, next) groups[g] = rows[g];
    V_16_TIMES(V_LOAD)
    v_transpose(rows);
    V_16_TIMES(V_KEEP)
#undef V_LOAD
#undef V_KEEP
}

/* A field below the first: value + 2^(bits - 1) in the bits from `place`. */
V_INLINE v_int v_offset_field(v_int top, uint32_t bits, uint32_t place) {
    uint32_t mask = ((1u << bits) - 1) * 0x01010101u, offset = (1u << (bits - 1)) * 0x01010101u;
    v_int low = vi_and(vi_down(top, (int)(8 - bits)), vi_set((int32_t)mask));
    return vi_up(vi_xor(low, vi_set((int32_t)offset)), (int)place);
}

static void v_pack_unit(const v_file *file, const v_cut *cut, size_t unit, size_t k, uint8_t *data, size_t step) {
    v_int blocks[4][16];
    uint32_t bits = cut->bits;
    size_t groups = cut->groups - 16 * k < 16 ? cut->groups - 16 * k : 16;
    for (size_t f = 0; f < cut->fields; f++)
        v_block_columns(file, bits, (unit * cut->fields + f) * BG_LANES, k, blocks[f]);
    for (size_t g = 0; g < groups; g++, data += step) {
        v_int bytes = blocks[0][g];
        for (uint32_t f = 1; f < cut->fields; f++)
            bytes = vi_or(bytes, v_offset_field(blocks[f][g], bits, 8 - bits * (f + 1)));
        if (cut->unit_bytes == 64)
            vi_store((int32_t *)(void *)data, bytes);
        else
            v_pack(&file->packing, bytes, data);
    }
}

/* The same of 8 bits, whose rows need no unpacking. */
static void v_pack_unit_8(const v_file *file, const v_cut *cut, size_t unit, size_t k, uint8_t *data, size_t step) {
    size_t first = unit * BG_LANES, left = file->row_bytes - 64 * k, groups = cut->groups - 16 * k;
    const uint8_t *from = file->rows + first * file->row_bytes + 64 * k;
    v_int rows[16];
    left = left < 64 ? left : 64;
#define V_LOAD(r, next)                                                                                                \
    rows[r] = first + (r) < file->count ? v_bytes_within(from + (r)*file->row_bytes, left) : vi_set(0);
#define V_STORE(g, next)                                                                                               \
    if ((g) < groups)                                                                                                  \
        vi_store((int32_t *)(void *)(data + (g)*step), rows[g]);
    V_16_TIMES(V_LOAD)
    v_transpose(rows);
    V_16_TIMES(V_STORE)
#undef V_LOAD
#undef V_STORE
}

static void v_pack_matrix(const uint8_t *file_rows, size_t row_bytes, uint32_t rows, uint32_t cols, uint32_t bits,
                          uint8_t *data) {
    v_cut cut = v_cut_of(rows, cols, bits);
    v_file file = {file_rows, row_bytes, rows, v_unpacking_for(bits), v_packing_for(bits)};
    size_t unit = 0;
    for (size_t chunk = 0; chunk < cut.chunks; chunk++) {
        size_t units = v_chunk_units(&cut, chunk), step = units * cut.unit_bytes;
        for (size_t u = 0; u < units; u++, unit++)
            for (size_t k = 0; 16 * k < cut.groups; k++)
                (bits == 8 ? v_pack_unit_8 : v_pack_unit)(&file, &cut, unit, k,
                                                          data + 16 * k * step + u * cut.unit_bytes, step);
        data += cut.groups * step;
    }
    memset(data, 0, 128);
}

/* ---- products ---- */

/*
 * What a tile works on: some units of a chunk and some vectors. Nobody copies one that was just written: what is
 * written in pieces and read in one waits until all before it is done. Where the vectors stand is told beside it.
 */
typedef struct {
    const uint8_t *data; /* first unit, group 0 */
    ptrdiff_t step;      /* bytes from group to group */
    ptrdiff_t x_step;    /* 4; -4 from the last group to the first */
    size_t groups, bits;
    size_t x_stride, start_stride, acc_stride;
    size_t blocks; /* of rows that are left, from the tile's first */
    const v_unpacking *unpacking;
    const float *m, *bias; /* at the tile's first row; m NULL: sums are what is wanted */
} v_tile;

/* Vectors of a tile; start and acc at the tile's first row, and of each vector sum_j u[j]. */
#define V_AT const uint8_t *x, const int32_t *start, int32_t *acc, const int32_t *byte_sums

#define V_FIELDS(width) ((width) == 4 ? 2 : (width) == 2 ? 4 : 1)

V_INLINE v_int v_group_of(const uint8_t *x) {
    int32_t bytes;
    memcpy(&bytes, x, 4);
    return vi_set(bytes);
}

/*
 * What block k of some units is multiplied by: field 0 of a unit has the whole byte, the last its lowest bits alone.
 * `width` is 8, 4 or 2, or 0 for the widths between.
 */
V_INLINE v_int v_weights(const v_tile *tile, const uint8_t *data, int width, int k) {
    int unit = k / V_FIELDS(width), field = k % V_FIELDS(width);
    if (width == 0)
        return v_unpack(tile->unpacking, data + 8 * tile->bits * (size_t)unit);
    v_int bytes = vi_load((const int32_t *)(const void *)(data + 64 * unit));
    return field == 0 ? bytes : vi_and(bytes, vi_set((int32_t)(((1u << (8 - width * field)) - 1) * 0x01010101u)));
}

/* The sum of a block's own weights from its sum and that of the block whose bits are the next below. */
V_INLINE v_int v_own_sum(const v_tile *tile, int width, int field, const int32_t *byte_sum, v_int sum, v_int next) {
    if (width == 0)
        return vi_down(sum, (int)(8 - tile->bits));
    if (field + 1 < V_FIELDS(width))
        sum = vi_down(vi_sub(sum, next), 8 - width * (field + 1));
    if (field > 0)
        sum = vi_sub(sum, vi_set((int32_t)((uint32_t)*byte_sum << (width - 1))));
    return sum;
}

/*
 * A tile: a sum for each vector and block. `width`, `units` and `vectors` are constants: equal loads are one, sums that
 * there are not cost nothing.
 */
V_INLINE void v_tile_product(const v_tile *tile, V_AT, int width, int units, int vectors) {
    const int blocks = units * V_FIELDS(width), count = blocks * vectors;
    const size_t groups = tile->groups, x_stride = tile->x_stride;
    const ptrdiff_t step = tile->step, x_step = tile->x_step;
    const uint8_t *data = tile->data;
#define V_ZERO(k, next) v_sum sum_##k = v_sum_zero();
#define V_DOT(k, next)                                                                                                 \
    if ((k) < count)                                                                                                   \
        sum_##k = v_dot(sum_##k, v_group_of(x + (size_t)((k) / blocks) * x_stride),                                    \
                        v_weights(tile, data, width, (k) % blocks));
#define V_OUT(k, next)                                                                                                 \
    if ((k) < count && (V_FIELDS(width) == 1 || (size_t)((k) % blocks) < tile->blocks)) {                              \
        size_t n = (size_t)((k) / blocks), row = BG_LANES * (size_t)((k) % blocks);                                    \
        v_int own =                                                                                                    \
            v_own_sum(tile, width, (k) % V_FIELDS(width), byte_sums + n, v_sum_of(sum_##k), v_sum_of(sum_##next));     \
        vi_store(acc + n * tile->acc_stride + row, vi_add(vi_load(start + n * tile->start_stride + row), own));        \
    }
    V_28_TIMES(V_ZERO)
    size_t g = 0;
    do {
        V_28_TIMES(V_DOT)
        data += step;
        x += x_step;
    } while (++g < groups);
    V_28_TIMES(V_OUT)
#undef V_ZERO
#undef V_DOT
#undef V_OUT
}

/* Straight code for each number of units, or vectors, that has its sums in registers. */
/* clang-format off */
#define V_TO_8(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
#define V_TO_12(CASE) V_TO_8(CASE) CASE(9) CASE(10) CASE(11) CASE(12)
#define V_TO_16(CASE) V_TO_12(CASE) CASE(13) CASE(14) CASE(15) CASE(16)
#define V_TO_28(CASE) \
    V_TO_16(CASE) CASE(17) CASE(18) CASE(19) CASE(20) CASE(21) CASE(22) CASE(23) CASE(24) CASE(25) CASE(26) CASE(27) \
    CASE(28)
/* clang-format on */
#define V_CASE(count, most, call)                                                                                      \
    case count:                                                                                                        \
        if ((count) <= (most))                                                                                         \
            call;                                                                                                      \
        break;

static void v_alone_8(const v_tile *tile, V_AT, size_t units) {
#define V_TURN(k) V_CASE(k, V_ALONE_8, v_tile_product(tile, x, start, acc, byte_sums, 8, k, 1))
    switch (units) { V_TO_28(V_TURN) }
#undef V_TURN
}

static void v_alone_4(const v_tile *tile, V_AT, size_t units) {
#define V_TURN(k) V_CASE(k, V_ALONE_4, v_tile_product(tile, x, start, acc, byte_sums, 4, k, 1))
    switch (units) { V_TO_28(V_TURN) }
#undef V_TURN
}

static void v_alone_2(const v_tile *tile, V_AT, size_t units) {
#define V_TURN(k) V_CASE(k, V_ALONE_2, v_tile_product(tile, x, start, acc, byte_sums, 2, k, 1))
    switch (units) { V_TO_28(V_TURN) }
#undef V_TURN
}

static void v_alone_n(const v_tile *tile, V_AT, size_t units) {
#define V_TURN(k) V_CASE(k, V_ALONE_N, v_tile_product(tile, x, start, acc, byte_sums, 0, k, 1))
    switch (units) { V_TO_28(V_TURN) }
#undef V_TURN
}

static void v_one_8(const v_tile *tile, V_AT, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_8, v_tile_product(tile, x, start, acc, byte_sums, 8, 1, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_one_4(const v_tile *tile, V_AT, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_4, v_tile_product(tile, x, start, acc, byte_sums, 4, 1, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_one_2(const v_tile *tile, V_AT, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_2, v_tile_product(tile, x, start, acc, byte_sums, 2, 1, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_one_n(const v_tile *tile, V_AT, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_N, v_tile_product(tile, x, start, acc, byte_sums, 0, 1, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_some_8(const v_tile *tile, V_AT, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_8, v_tile_product(tile, x, start, acc, byte_sums, 8, V_UNITS_8, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_some_n(const v_tile *tile, V_AT, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_N, v_tile_product(tile, x, start, acc, byte_sums, 0, V_UNITS_N, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

/* How a width is multiplied. */
typedef struct {
    void (*alone)(const v_tile *tile, V_AT, size_t units);
    void (*some)(const v_tile *tile, V_AT, size_t vectors); /* `units` units */
    void (*one)(const v_tile *tile, V_AT, size_t vectors);
    size_t units, vectors;
} v_ways;

static v_ways v_ways_of(uint32_t bits) {
    switch (bits) {
    case 8:
        return (v_ways){v_alone_8, v_some_8, v_one_8, V_UNITS_8, V_VECTORS_8};
    case 4:
        return (v_ways){v_alone_4, v_one_4, v_one_4, 1, V_VECTORS_4};
    case 2:
        return (v_ways){v_alone_2, v_one_2, v_one_2, 1, V_VECTORS_2};
    default:
        return (v_ways){v_alone_n, v_some_n, v_one_n, V_UNITS_N, V_VECTORS_N};
    }
}

/* Makes values of a tile's sums, in place, while they are near. */
V_INLINE void v_scale_tile(const v_tile *tile, int32_t *acc, size_t blocks, size_t vectors) {
    const size_t stride = tile->acc_stride, rows = BG_LANES * (blocks < tile->blocks ? blocks : tile->blocks);
    const float *bias = tile->bias;
    for (size_t row = 0; row < rows; row += BG_LANES) {
        const v_float m = v_load(tile->m + row), added = bias ? v_load(bias + row) : m;
        int32_t *at = acc + row, *end = at + vectors * stride;
        for (; bias && at < end; at += stride)
            v_store((float *)(void *)at, v_add(v_mul(v_number(vi_load(at)), m), added));
        for (; at < end; at += stride)
            v_store((float *)(void *)at, v_mul(v_number(vi_load(at)), m));
    }
}

/* `blocks` blocks of a chunk with vectors 0 to n - 1, so many at a time that no remainder is small. */
V_INLINE void v_blocks_product(const v_tile *tile, V_AT, const v_ways *ways, int some, size_t blocks, size_t n) {
    size_t turns = (n + ways->vectors - 1) / ways->vectors;
    for (size_t turn = 0; turn < turns; turn++) {
        size_t vectors = (n + turns - 1 - turn) / turns;
        (some ? ways->some : ways->one)(tile, x, start, acc, byte_sums, vectors);
        if (tile->m)
            v_scale_tile(tile, acc, blocks, vectors);
        x += vectors * tile->x_stride;
        start += vectors * tile->start_stride;
        acc += vectors * tile->acc_stride;
        byte_sums += vectors;
    }
}

/* A chunk; the tile is its first, and any of it then. */
static void v_chunk_product(v_tile *tile, V_AT, const v_cut *cut, const v_ways *ways, size_t units, size_t n) {
    if (n == 1) {
        ways->alone(tile, x, start, acc, byte_sums, units);
        if (tile->m)
            v_scale_tile(tile, acc, units * cut->fields, 1);
        return;
    }
    for (size_t taken; units > 0; units -= taken) {
        taken = units < ways->units ? 1 : ways->units;
        size_t blocks = taken * cut->fields, rows = blocks * BG_LANES;
        v_blocks_product(tile, x, start, acc, byte_sums, ways, taken == ways->units, blocks, n);
        tile->data += taken * cut->unit_bytes;
        tile->blocks -= blocks < tile->blocks ? blocks : tile->blocks;
        tile->m += tile->m ? rows : 0;
        tile->bias += tile->bias ? rows : 0;
        start += rows;
        acc += rows;
    }
}

/* sum_j u[j], as far as the groups go */
static int32_t v_byte_sum(const uint8_t *x, size_t groups) {
    v_int ones = vi_set(0x01010101);
    v_sum sums = v_sum_zero();
    for (size_t g = 0; g < groups; g += BG_LANES) {
        v_int bytes = vi_load((const int32_t *)(const void *)(x + 4 * g));
        v_int within = g + BG_LANES <= groups ? bytes : vi_pick(v_first(groups - g), bytes, vi_set(0));
        sums = v_dot(sums, within, ones);
    }
    return vi_total(v_sum_of(sums));
}

/* Vectors whose byte sums are known at once: what is read of the weights is then near for all of them. */
enum { V_NEAR = 48 };

static void v_product_to(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                         size_t start_stride, const float *m, const float *bias, int32_t *acc, size_t acc_stride) {
    v_cut cut = v_cut_of(w->rows, w->cols, w->bits);
    v_ways ways = v_ways_of(w->bits);
    v_unpacking unpacking = v_unpacking_for(w->bits);
    int32_t byte_sums[V_NEAR];
    for (size_t at = 0, near; at < n; at += near) {
        near = n - at < V_NEAR ? n - at : V_NEAR;
        for (size_t k = 0; cut.fields > 1 && k < near; k++)
            byte_sums[k] = v_byte_sum(x + (at + k) * x_stride, cut.groups);
        v_tile tile = {.x_step = 4,
                       .groups = cut.groups,
                       .bits = w->bits,
                       .x_stride = x_stride,
                       .start_stride = start_stride,
                       .acc_stride = acc_stride,
                       .unpacking = &unpacking};
        const uint8_t *data = w->data;
        for (size_t chunk = 0, row = 0; chunk < cut.chunks; chunk++) {
            size_t units = v_chunk_units(&cut, chunk);
            tile.data = data;
            tile.step = (ptrdiff_t)(units * cut.unit_bytes);
            tile.blocks = bg_padded(w->rows) / BG_LANES - row / BG_LANES;
            tile.m = m ? m + row : NULL;
            tile.bias = bias ? bias + row : NULL;
            v_chunk_product(&tile, x + at * x_stride, start + at * start_stride + row, acc + at * acc_stride + row,
                            byte_sums, &cut, &ways, units, near);
            data += cut.groups * units * cut.unit_bytes;
            row += units * cut.fields * BG_LANES;
        }
    }
}

static void v_product(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                      size_t start_stride, int32_t *acc, size_t acc_stride) {
    v_product_to(w, x, x_stride, n, start, start_stride, NULL, NULL, acc, acc_stride);
}

static void v_scaled_product(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                             size_t start_stride, const float *m, const float *bias, float *out, size_t out_stride) {
    v_product_to(w, x, x_stride, n, start, start_stride, m, bias, (int32_t *)(void *)out, out_stride);
}

static void v_each_times(const float *a, float b, float *out, size_t count) {
    const v_float factor = v_set(b);
    for (size_t k = 0; k < count; k += BG_LANES)
        v_store(out + k, v_mul(v_load(a + k), factor));
}

static void v_each_times_integer(const int32_t *a, int32_t b, int32_t *out, size_t count) {
    const v_int factor = vi_set(b);
    for (size_t k = 0; k < count; k += BG_LANES)
        vi_store(out + k, vi_mul(vi_load(a + k), factor));
}

/* ---- steps ---- */

/* Rows of a chunk, at most. */
enum { V_CHUNK_ROWS = 28 * BG_LANES };

/* Steps of texts: what stays from one to the next, and what this one reads and writes. */
typedef struct {
    const bg_static_step *step;
    v_cut cut;
    v_ways ways;
    v_gates lanes;
    v_units *take;
    size_t texts;
    const uint8_t *weights;
    const int32_t *start;
    const float *const *ax, *const *later;
    int32_t *acc;
    float *cell;
    uint8_t *next;
    int32_t *sums;
    size_t acc_stride, cell_stride, hidden_stride, sums_stride;
    size_t blocks; /* of rows */
} v_steps;

/* Asks for a part of a row of `later`, so that all of them come one after the other. */
V_INLINE void v_ask(const v_steps *all, size_t text, size_t row, size_t rows) {
    for (size_t k = 0; all->later && k < rows; k += BG_LANES)
        __builtin_prefetch(all->later[text] + row + k, 0, 2);
}

/* The units of a chunk, whose rows begin at `row`, of all texts. */
V_INLINE void v_take_chunk(const v_steps *all, size_t row, size_t rows) {
    const size_t end = (row + rows) / 4 < all->step->hidden ? (row + rows) / 4 : all->step->hidden;
    for (size_t text = 0; text < all->texts; text++) {
        v_ask(all, text, row, rows);
        for (size_t unit = row / 4; unit < end; unit += V_UNITS) {
            const v_step_part part = {all->ax[text] + 4 * unit,
                                      all->step->scale_h + 4 * unit,
                                      all->acc + text * all->acc_stride + 4 * unit - row,
                                      end - unit < V_UNITS ? end - unit : V_UNITS,
                                      all->cell + text * all->cell_stride + unit,
                                      all->next + text * all->hidden_stride + unit,
                                      all->sums ? all->sums + text * all->sums_stride + unit : NULL};
            all->take(all->step, &all->lanes, &part);
        }
    }
}

#ifdef V_OWN_STEP

/*
 * A step of one text. A product alone keeps some of a processor's units busy, the stages others, and each stage waits
 * for the one before: those behind the gates' tables stand between parts of the next chunk's product. The first chunk
 * of a step has the last of the step before beside it, as far as it does not need what comes of that.
 */
typedef struct {
    v_step_part part;
    v_bent bent;
    int waits;       /* `part` has its gates and nothing more */
    size_t first;    /* group of the product; behind the last stage it goes on from `then` */
    size_t stops[2]; /* groups taken before each stage */
    size_t then;
    int32_t *byte_sum; /* of x; it is made where `sums` */
    int sums;
} v_alongside;

V_INLINE void v_tile_alongside(const v_tile *tile, const v_steps *all, v_alongside *beside, const uint8_t *x,
                               const int32_t *start, const float *m, const float *ax, int width, int units) {
    const int count = units * V_FIELDS(width), blocks = count;
    const size_t groups = tile->groups;
    const ptrdiff_t step = tile->step;
    const uint8_t *const whole = x, *data = tile->data + (ptrdiff_t)beside->first * step;
    const float *later = all->later ? all->later[0] + (ax - all->ax[0]) : NULL;
    v_bent bent = beside->bent;
    x += 4 * beside->first;
    size_t g = 0;
#define V_ZERO(k, next)                                                                                                \
    v_sum sum_##k = v_sum_zero();                                                                                      \
    v_int code_##k = vi_set(0);
#define V_DOT(k, next)                                                                                                 \
    if ((k) < count)                                                                                                   \
        sum_##k = v_dot(sum_##k, v_group_of(x), v_weights(tile, data, width, (k) % blocks));
#define V_DOTS(end)                                                                                                    \
    for (const size_t stop = (end); g < stop; g++, data += step, x += 4) {                                             \
        V_16_TIMES(V_DOT)                                                                                              \
    }
#define V_OUT(k, next)                                                                                                 \
    if ((k) < count && (V_FIELDS(width) == 1 || (size_t)(k) < tile->blocks)) {                                         \
        v_int own =                                                                                                    \
            v_own_sum(tile, width, (k) % V_FIELDS(width), beside->byte_sum, v_sum_of(sum_##k), v_sum_of(sum_##next));  \
        own = vi_add(vi_load(start + BG_LANES * (k)), own);                                                            \
        code_##k = v_sum_code(&all->lanes, own, m + BG_LANES * (k), ax + BG_LANES * (k), 0);                           \
        if (later)                                                                                                     \
            __builtin_prefetch(later + BG_LANES * (k), 0, 2);                                                          \
    }
    V_16_TIMES(V_ZERO)
    V_DOTS(beside->stops[0])
    if (beside->waits)
        v_cell_by(all->step, &all->lanes, &beside->part, &bent, 0);
    V_DOTS(beside->stops[1])
    if (beside->waits)
        v_hidden_by(all->step, &all->lanes, &beside->part, &bent, 0);
    data = tile->data + (ptrdiff_t)beside->then * step;
    x = whole + 4 * beside->then;
    V_DOTS(groups)
    if (V_FIELDS(width) > 1 && beside->sums)
        *beside->byte_sum = v_byte_sum(whole, groups);
#define sum_16 sum_15
    V_16_TIMES(V_OUT)
#undef sum_16
    const __m512i words = _mm512_packs_epi32(all->lanes.to_byte, all->lanes.to_byte);
    __m512i a = v_narrow(code_0, code_4, code_8, code_12, words), b = v_narrow(code_1, code_5, code_9, code_13, words);
    __m512i c = v_narrow(code_2, code_6, code_10, code_14, words),
            d = v_narrow(code_3, code_7, code_11, code_15, words);
    const __m512i lanes[4] = {a, b, c, d};
    v_bend_codes(all->step, lanes, &beside->bent);
#undef V_ZERO
#undef V_DOT
#undef V_DOTS
#undef V_OUT
}

static void v_alongside_8(const v_tile *tile, const v_steps *all, v_alongside *beside, const uint8_t *x,
                          const int32_t *start, const float *m, const float *ax, size_t units) {
#define V_TURN(k) V_CASE(k, 16, v_tile_alongside(tile, all, beside, x, start, m, ax, 8, k))
    switch (units) { V_TO_16(V_TURN) }
#undef V_TURN
}

static void v_alongside_4(const v_tile *tile, const v_steps *all, v_alongside *beside, const uint8_t *x,
                          const int32_t *start, const float *m, const float *ax, size_t units) {
#define V_TURN(k) V_CASE(k, 8, v_tile_alongside(tile, all, beside, x, start, m, ax, 4, k))
    switch (units) { V_TO_8(V_TURN) }
#undef V_TURN
}

/* Groups of what comes of the units that wait: they are not taken before. */
V_INLINE void v_plan(v_alongside *beside, size_t groups, size_t from, size_t to) {
    size_t known = from > 0 ? from : groups - to;
    beside->first = from > 0 ? 0 : to;
    beside->then = from > 0 ? from : 0;
    if (!beside->waits || from == to) {
        known = groups * 3 / 4;
        beside->first = 0;
        beside->then = known;
    }
    beside->stops[0] = known / 2;
    beside->stops[1] = known;
}

/*
 * Chunks from last to first or from first to last: who goes to and fro finds at the turn what was read last, where
 * always starting over finds nothing of a matrix that is a little larger than what is near.
 */
static void v_step_alone(const v_steps *all, v_tile *tile, v_alongside *beside, const uint8_t *x, int back) {
    const v_cut *cut = &all->cut;
    for (size_t k = 0; k < cut->chunks; k++) {
        const size_t chunk = back ? cut->chunks - 1 - k : k, units = v_chunk_units(cut, chunk);
        const size_t before = v_units_before_chunk(cut, chunk), row = before * cut->fields * BG_LANES, unit = row / 4;
        const size_t rows = units * cut->fields * BG_LANES, left = all->step->hidden - unit;
        const size_t own = rows / 4 < left ? rows / 4 : left;
        tile->data = all->weights + before * cut->groups * cut->unit_bytes;
        tile->step = (ptrdiff_t)(units * cut->unit_bytes);
        tile->blocks = rows / BG_LANES < all->blocks - row / BG_LANES ? rows / BG_LANES : all->blocks - row / BG_LANES;
        v_plan(beside, cut->groups, unit / 4, k == 0 ? (unit + own + 3) / 4 : unit / 4);
        beside->sums = k == 0;
        (cut->bits == 8 ? v_alongside_8 : v_alongside_4)(tile, all, beside, x, all->start + row,
                                                         all->step->scale_h + row, all->ax[0] + row, units);
        beside->waits = 1;
        beside->part.units = own;
        beside->part.cell = all->cell + unit;
        beside->part.bytes = all->next + unit;
        beside->part.sums = all->sums ? all->sums + unit : NULL;
    }
}

static void v_run_alone(v_steps *all, v_tile *tile, size_t steps, uint8_t *hidden, uint8_t *next) {
    int32_t byte_sum = 0;
    v_alongside beside = {.byte_sum = &byte_sum};
    for (size_t k = 0; k < steps; k++, all->ax++, all->later += all->later ? 1 : 0) {
        all->next = k % 2 ? hidden : next;
        v_step_alone(all, tile, &beside, k % 2 ? next : hidden, k % 2 != 0);
    }
    v_cell_by(all->step, &all->lanes, &beside.part, &beside.bent, 0);
    v_hidden_by(all->step, &all->lanes, &beside.part, &beside.bent, 0);
}

#define V_CAN_RUN_ALONE(all) (v_rule(&(all)->step->cell) == 0 && ((all)->cut.bits == 8 || (all)->cut.bits == 4))
#else
#define V_CAN_RUN_ALONE(all) 0
#define v_run_alone(all, tile, steps, hidden, next) ((void)0)
#endif

/* A step: a chunk of all texts is multiplied, then goes through the stages. */
V_INLINE void v_take_step(const v_steps *all, v_tile *tile, const uint8_t *x) {
    const v_cut *cut = &all->cut;
    int32_t byte_sums[V_NEAR];
    for (size_t text = 0; cut->fields > 1 && text < all->texts; text++)
        byte_sums[text] = v_byte_sum(x + text * all->hidden_stride, cut->groups);
    tile->data = all->weights;
    for (size_t chunk = 0, row = 0; chunk < cut->chunks; chunk++) {
        const size_t units = v_chunk_units(cut, chunk), rows = units * cut->fields * BG_LANES;
        const uint8_t *next = tile->data + cut->groups * units * cut->unit_bytes;
        tile->step = (ptrdiff_t)(units * cut->unit_bytes);
        tile->blocks = all->blocks - row / BG_LANES;
        v_chunk_product(tile, x, all->start + row, all->acc, byte_sums, cut, &all->ways, units, all->texts);
        v_take_chunk(all, row, rows);
        tile->data = next;
        row += rows;
    }
}

static void v_static_run(const bg_static_step *step, const bg_packed *w, const int32_t *start, size_t steps, size_t n,
                         const float *const *ax, const float *const *later, int32_t *acc, float *cell,
                         size_t cell_stride, uint8_t *hidden, uint8_t *next, size_t hidden_stride, int32_t *sums,
                         size_t sums_stride) {
    const size_t padded = bg_padded(w->rows);
    const v_unpacking unpacking = v_unpacking_for(w->bits);
    v_steps all = {.step = step,
                   .cut = v_cut_of(w->rows, w->cols, w->bits),
                   .ways = v_ways_of(w->bits),
                   .lanes = v_gates_of(step),
                   .take = v_units_of(step),
                   .texts = n,
                   .weights = w->data,
                   .start = start,
                   .ax = ax,
                   .later = later,
                   .acc = acc,
                   .cell = cell,
                   .sums = sums,
                   .acc_stride = padded < V_CHUNK_ROWS ? padded : V_CHUNK_ROWS,
                   .cell_stride = cell_stride,
                   .hidden_stride = hidden_stride,
                   .sums_stride = sums_stride,
                   .blocks = padded / BG_LANES};
    v_tile tile = {
        .x_step = 4, .bits = w->bits, .x_stride = hidden_stride, .acc_stride = all.acc_stride, .unpacking = &unpacking};
    tile.groups = all.cut.groups;
    if (n == 1 && steps > 0 && V_CAN_RUN_ALONE(&all)) {
        v_run_alone(&all, &tile, steps, hidden, next);
        return;
    }
    for (size_t k = 0; k < steps; k++, all.ax += n, all.later += all.later ? n : 0) {
        all.next = k % 2 ? hidden : next;
        v_take_step(&all, &tile, k % 2 ? next : hidden);
    }
}

#endif
