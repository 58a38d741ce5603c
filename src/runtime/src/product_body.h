/*
 * The products of integers of 2 to 8 bits with bytes, written once over the vector of vector_body.h.
 *
 * Layout     Rows in blocks of 16, columns in groups of 4: 64 weights that meet one group of a vector's bytes, each
 * row's four in a lane of 32 bits. A unit is what stands together in memory: 8 bits: a block, a byte a weight. 4 and
 * 2 bits: two and four blocks that share their bytes, so that no bit is lost. 3, 5, 6, 7 bits: a block whose every 8
 * weights (two rows) take `bits` bytes. Units are gathered to chunks: as many as have their sums in registers for one
 * vector. [chunk][group][unit], so that a product with one vector reads its weights from first to last.
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
 * V_UNITS_8, _N (1 or 2) with V_VECTORS_8, _4, _2, _N vectors at once (at most 12).
 */
#ifndef BG_PRODUCT_BODY_H
#define BG_PRODUCT_BODY_H

#include "vector_body.h"

#include <string.h>

/* How a matrix is cut. */
typedef struct {
    uint32_t bits, fields; /* blocks that share a byte */
    size_t groups, units, unit_bytes;
    size_t chunks; /* the first `larger` of them have `size` + 1 units, the others `size` */
    size_t size, larger;
} v_cut;

static v_cut v_cut_of(uint32_t rows, uint32_t cols, uint32_t bits) {
    v_cut cut = {.bits = bits, .fields = bits == 4 ? 2 : bits == 2 ? 4 : 1};
    size_t alone = bits == 8 ? V_ALONE_8 : bits == 4 ? V_ALONE_4 : bits == 2 ? V_ALONE_2 : V_ALONE_N;
    size_t unit_rows = (size_t)BG_LANES * cut.fields;
    cut.groups = (cols + 3) / 4;
    cut.units = (rows + unit_rows - 1) / unit_rows;
    cut.unit_bytes = bits == 4 || bits == 2 ? 64 : 8 * (size_t)bits;
    cut.chunks = (cut.units + alone - 1) / alone;
    cut.size = cut.units / cut.chunks;
    cut.larger = cut.units % cut.chunks;
    return cut;
}

V_INLINE size_t v_chunk_units(const v_cut *cut, size_t chunk) { return cut->size + (chunk < cut->larger); }

/* Behind the last unit as much as an unpacking may read. */
static size_t v_packed_bytes(uint32_t rows, uint32_t cols, uint32_t bits) {
    v_cut cut = v_cut_of(rows, cols, bits);
    return cut.units * cut.groups * cut.unit_bytes + 64;
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
    memset(data, 0, 64);
}

/* ---- products ---- */

/* What a tile works on: some units of a chunk and some vectors. */
typedef struct {
    const uint8_t *data; /* first unit, group 0 */
    ptrdiff_t step;      /* bytes from group to group */
    ptrdiff_t x_step;    /* 4; -4 from the last group to the first */
    size_t groups, bits;
    const uint8_t *x;
    size_t x_stride;
    const int32_t *start; /* at the tile's first row */
    size_t start_stride;
    int32_t *acc;
    size_t acc_stride;
    size_t blocks;            /* of rows that are left, from the tile's first */
    const int32_t *byte_sums; /* of each vector: sum_j u[j] */
    const v_unpacking *unpacking;
    const float *m, *bias; /* at the tile's first row; m NULL: sums are what is wanted */
} v_tile;

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
V_INLINE v_int v_own_sum(const v_tile *tile, int width, int field, size_t vector, v_int sum, v_int next) {
    if (width == 0)
        return vi_down(sum, (int)(8 - tile->bits));
    if (field + 1 < V_FIELDS(width))
        sum = vi_down(vi_sub(sum, next), 8 - width * (field + 1));
    if (field > 0)
        sum = vi_sub(sum, vi_set((int32_t)((uint32_t)tile->byte_sums[vector] << (width - 1))));
    return sum;
}

/*
 * A tile: a sum for each vector and block. `width`, `units` and `vectors` are constants: equal loads are one, sums that
 * there are not cost nothing.
 */
V_INLINE void v_tile_product(const v_tile *tile, int width, int units, int vectors) {
    const int blocks = units * V_FIELDS(width), count = blocks * vectors;
    const size_t groups = tile->groups, x_stride = tile->x_stride;
    const ptrdiff_t step = tile->step, x_step = tile->x_step;
    const uint8_t *data = tile->data, *x = tile->x;
    const int32_t *start = tile->start;
    int32_t *acc = tile->acc;
#define V_ZERO(k, next) v_sum sum_##k = v_sum_zero();
#define V_DOT(k, next)                                                                                                 \
    if ((k) < count)                                                                                                   \
        sum_##k = v_dot(sum_##k, v_group_of(x + (size_t)((k) / blocks) * x_stride),                                    \
                        v_weights(tile, data, width, (k) % blocks));
#define V_OUT(k, next)                                                                                                 \
    if ((k) < count && (V_FIELDS(width) == 1 || (size_t)((k) % blocks) < tile->blocks)) {                              \
        size_t n = (size_t)((k) / blocks), row = BG_LANES * (size_t)((k) % blocks);                                    \
        v_int own = v_own_sum(tile, width, (k) % V_FIELDS(width), n, v_sum_of(sum_##k), v_sum_of(sum_##next));         \
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
#define V_TO_12(CASE) \
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#define V_TO_25(CASE) \
    V_TO_12(CASE) CASE(13) CASE(14) CASE(15) CASE(16) CASE(17) CASE(18) CASE(19) CASE(20) CASE(21) CASE(22) CASE(23) \
    CASE(24) CASE(25)
/* clang-format on */
#define V_CASE(count, most, call)                                                                                      \
    case count:                                                                                                        \
        if ((count) <= (most))                                                                                         \
            call;                                                                                                      \
        break;

static void v_alone_8(const v_tile *tile, size_t units) {
#define V_TURN(k) V_CASE(k, V_ALONE_8, v_tile_product(tile, 8, k, 1))
    switch (units) { V_TO_25(V_TURN) }
#undef V_TURN
}

static void v_alone_4(const v_tile *tile, size_t units) {
#define V_TURN(k) V_CASE(k, V_ALONE_4, v_tile_product(tile, 4, k, 1))
    switch (units) { V_TO_25(V_TURN) }
#undef V_TURN
}

static void v_alone_2(const v_tile *tile, size_t units) {
#define V_TURN(k) V_CASE(k, V_ALONE_2, v_tile_product(tile, 2, k, 1))
    switch (units) { V_TO_25(V_TURN) }
#undef V_TURN
}

static void v_alone_n(const v_tile *tile, size_t units) {
#define V_TURN(k) V_CASE(k, V_ALONE_N, v_tile_product(tile, 0, k, 1))
    switch (units) { V_TO_25(V_TURN) }
#undef V_TURN
}

static void v_one_8(const v_tile *tile, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_8, v_tile_product(tile, 8, 1, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_one_4(const v_tile *tile, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_4, v_tile_product(tile, 4, 1, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_one_2(const v_tile *tile, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_2, v_tile_product(tile, 2, 1, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_one_n(const v_tile *tile, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_N, v_tile_product(tile, 0, 1, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_some_8(const v_tile *tile, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_8, v_tile_product(tile, 8, V_UNITS_8, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

static void v_some_n(const v_tile *tile, size_t vectors) {
#define V_TURN(k) V_CASE(k, V_VECTORS_N, v_tile_product(tile, 0, V_UNITS_N, k))
    switch (vectors) { V_TO_12(V_TURN) }
#undef V_TURN
}

/* How a width is multiplied. */
typedef struct {
    void (*alone)(const v_tile *tile, size_t units);
    void (*some)(const v_tile *tile, size_t vectors); /* `units` units */
    void (*one)(const v_tile *tile, size_t vectors);
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
V_INLINE void v_scale_tile(const v_tile *tile, size_t blocks, size_t vectors) {
    const size_t stride = tile->acc_stride, rows = BG_LANES * (blocks < tile->blocks ? blocks : tile->blocks);
    const float *bias = tile->bias;
    for (size_t row = 0; row < rows; row += BG_LANES) {
        const v_float m = v_load(tile->m + row), added = bias ? v_load(bias + row) : m;
        int32_t *at = tile->acc + row, *end = at + vectors * stride;
        for (; bias && at < end; at += stride)
            v_store((float *)(void *)at, v_add(v_mul(v_number(vi_load(at)), m), added));
        for (; at < end; at += stride)
            v_store((float *)(void *)at, v_mul(v_number(vi_load(at)), m));
    }
}

/* The units of a chunk with vectors 0 to n - 1, so many at a time that no remainder is small. */
static void v_units_product(v_tile tile, const v_cut *cut, const v_ways *ways, int some, size_t n) {
    size_t turns = (n + ways->vectors - 1) / ways->vectors;
    for (size_t turn = 0; turn < turns; turn++) {
        size_t vectors = (n + turns - 1 - turn) / turns;
        (some ? ways->some : ways->one)(&tile, vectors);
        if (tile.m)
            v_scale_tile(&tile, (some ? ways->units : 1) * cut->fields, vectors);
        tile.x += vectors * tile.x_stride;
        tile.start += vectors * tile.start_stride;
        tile.acc += vectors * tile.acc_stride;
        tile.byte_sums += vectors;
    }
}

/* The tile that begins `units` units later. */
V_INLINE void v_advance(v_tile *tile, const v_cut *cut, size_t units) {
    size_t blocks = units * cut->fields;
    tile->data += units * cut->unit_bytes;
    tile->start += blocks * BG_LANES;
    tile->acc += blocks * BG_LANES;
    tile->m += tile->m ? blocks * BG_LANES : 0;
    tile->bias += tile->bias ? blocks * BG_LANES : 0;
    tile->blocks -= blocks < tile->blocks ? blocks : tile->blocks;
}

static void v_chunk_product(v_tile tile, const v_cut *cut, const v_ways *ways, size_t units, size_t n) {
    if (n == 1) {
        ways->alone(&tile, units);
        if (tile.m)
            v_scale_tile(&tile, units * cut->fields, 1);
        return;
    }
    for (; units >= ways->units; units -= ways->units, v_advance(&tile, cut, ways->units))
        v_units_product(tile, cut, ways, 1, n);
    for (; units > 0; units--, v_advance(&tile, cut, 1))
        v_units_product(tile, cut, ways, 0, n);
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
        v_tile tile = {w->data,
                       0,
                       4,
                       cut.groups,
                       w->bits,
                       x + at * x_stride,
                       x_stride,
                       start + at * start_stride,
                       start_stride,
                       acc + at * acc_stride,
                       acc_stride,
                       bg_padded(w->rows) / BG_LANES,
                       byte_sums,
                       &unpacking,
                       m,
                       bias};
        for (size_t chunk = 0; chunk < cut.chunks; chunk++) {
            size_t units = v_chunk_units(&cut, chunk);
            const uint8_t *next = tile.data + cut.groups * units * cut.unit_bytes;
            tile.step = (ptrdiff_t)(units * cut.unit_bytes);
            v_chunk_product(tile, &cut, &ways, units, near);
            v_advance(&tile, &cut, units);
            tile.data = next;
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

/* ---- steps of one text ---- */

/* Bytes of a matrix that may be near: a larger one comes from afar, which is faster forwards. */
enum { V_SWINGING = 96 << 10 };

/*
 * acc = start + W u of one vector, backwards or forwards: who goes to and fro finds at the turn what was read last,
 * where always starting over finds nothing of a matrix that is a little larger than what is near.
 */
V_INLINE void v_swing(v_tile tile, const v_cut *cut, const v_ways *ways, int back) {
    const v_tile first = tile;
    for (size_t k = 0; k < cut->chunks; k++) {
        size_t chunk = back ? cut->chunks - 1 - k : k, units = v_chunk_units(cut, chunk);
        size_t before = chunk * cut->size + (chunk < cut->larger ? chunk : cut->larger);
        size_t step = units * cut->unit_bytes, last = back ? cut->groups - 1 : 0,
               rows = before * cut->fields * BG_LANES;
        tile.data = first.data + before * cut->unit_bytes * cut->groups + last * step;
        tile.step = back ? -(ptrdiff_t)step : (ptrdiff_t)step;
        tile.x = first.x + 4 * last;
        tile.x_step = back ? -4 : 4;
        tile.start = first.start + rows;
        tile.acc = first.acc + rows;
        tile.blocks = first.blocks - before * cut->fields;
        ways->alone(&tile, units);
    }
}

static void v_static_run(const bg_static_step *step, const bg_packed *w, const int32_t *start, size_t steps,
                         const float *const *ax, int32_t *acc, float *cell, uint8_t *hidden, int32_t *sums) {
    const v_cut cut = v_cut_of(w->rows, w->cols, w->bits);
    const v_ways ways = v_ways_of(w->bits);
    const v_unpacking unpacking = v_unpacking_for(w->bits);
    const int swings = v_packed_bytes(w->rows, w->cols, w->bits) <= V_SWINGING;
    int32_t byte_sum = 0;
    v_tile tile = {.data = w->data,
                   .groups = cut.groups,
                   .bits = w->bits,
                   .x = hidden,
                   .start = start,
                   .acc = acc,
                   .blocks = bg_padded(w->rows) / BG_LANES,
                   .byte_sums = &byte_sum,
                   .unpacking = &unpacking};
    for (size_t k = 0; k < steps; k++) {
        if (cut.fields > 1)
            byte_sum = v_byte_sum(hidden, cut.groups);
        v_swing(tile, &cut, &ways, swings && k % 2 != 0);
        v_static_step(step, 1, ax + k, acc, 0, cell, 0, hidden, 0, sums, 0);
    }
}

#endif
