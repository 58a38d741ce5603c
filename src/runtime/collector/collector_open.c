#include "collector_model.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t most = 1u << 20;

void *bg_zeros(size_t bytes, void **raw) {
    *raw = bytes < SIZE_MAX - BG_ALIGN ? calloc(1, bytes + BG_ALIGN) : NULL;
    if (*raw == NULL)
        return NULL;
    return (uint8_t *)*raw + (BG_ALIGN - (uintptr_t)*raw % BG_ALIGN) % BG_ALIGN;
}

static int are_sizes(const bg_float_arrays *arrays, size_t tabled) {
    const uint32_t sizes[] = {arrays->words, arrays->inputs, arrays->hidden};
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++)
        if (sizes[k] < 1 || sizes[k] > most)
            return 0;
    return arrays->rows <= most && arrays->classes <= most && tabled <= arrays->words &&
           (uint64_t)arrays->classes * bg_padded(arrays->rows) < 1ull << 40;
}

static float *take_floats(bg_arena *arena, size_t rows, size_t stride) {
    return stride != 0 && rows > (SIZE_MAX / 8) / stride ? bg_take(arena, SIZE_MAX, 4)
                                                         : bg_take(arena, rows * stride, 4);
}

/* Twice: to count, then to give out. */
static void lay_out(bg_collector *c, bg_arena *arena) {
    const bg_float_arrays *arrays = &c->arrays;
    const uint32_t gates = 4 * arrays->hidden;
    c->wx = (bg_turned){gates, arrays->inputs, take_floats(arena, bg_padded(gates), arrays->inputs)};
    c->wh = (bg_turned){gates, arrays->hidden, take_floats(arena, bg_padded(gates), arrays->hidden)};
    c->head = (bg_turned){arrays->rows, arrays->hidden, take_floats(arena, c->head_stride, arrays->hidden)};
    c->bias = take_floats(arena, 1, c->gate_stride);
    c->head_bias = take_floats(arena, 1, c->head_stride);
    c->label_table = take_floats(arena, arrays->classes, c->head_stride);
    c->tabled_words = bg_take(arena, c->tabled, sizeof *c->tabled_words);
    c->place_of = bg_take(arena, arrays->words, sizeof *c->place_of);
    c->table = take_floats(arena, (size_t)c->tabled + 1, c->gate_stride);
}

/* Rows r of `from`, element (r, j) at r * row_step + j * column_step. */
static void turn(const bg_turned *to, const float *from, size_t row_step, size_t column_step) {
    float *data = (float *)to->data;
    for (size_t first = 0; first < to->rows; first += BG_LANES)
        for (size_t j = 0; j < to->cols; j++, data += BG_LANES)
            for (size_t lane = 0; lane < BG_LANES && first + lane < to->rows; lane++)
                data[lane] = from[(first + lane) * row_step + j * column_step];
}

static void fill(bg_collector *c, const bg_float_arrays *from, const uint32_t *tabled) {
    const size_t gates = 4 * (size_t)from->hidden;
    turn(&c->wx, from->kernel, 1, gates);
    turn(&c->wh, from->kernel + from->inputs * gates, 1, gates);
    memcpy(c->bias, from->bias, gates * sizeof(float));
    if (from->rows > 0) {
        turn(&c->head, from->head, from->hidden, 1);
        memcpy(c->head_bias, from->head_bias, from->rows * sizeof(float));
    }
    for (size_t y = 0; from->rows > 0 && y < from->classes; y++)
        memcpy(c->label_table + y * c->head_stride, from->label_table + y * from->rows, from->rows * sizeof(float));
    for (size_t word = 0; word < from->words; word++)
        c->place_of[word] = BG_UNTABLED;
    for (size_t place = 0; place < c->tabled; place++) {
        c->tabled_words[place] = tabled[place];
        c->place_of[tabled[place]] = (int32_t)place;
    }
}

bg_status bg_collector_open(const bg_float_arrays *arrays, const uint32_t *tabled, size_t count, const char *kernels,
                            bg_collector **collector) {
    *collector = NULL;
    if (kernels == NULL || *kernels == '\0')
        kernels = getenv("BITGAUGE_KERNELS");
    const bg_collector_kernels *set = bg_find_collector_kernels(kernels != NULL && *kernels != '\0' ? kernels : NULL);
    if (set == NULL)
        return BG_UNKNOWN_KERNELS;
    if (!are_sizes(arrays, count))
        return BG_BAD_ARGUMENT;
    for (size_t k = 0; k < count; k++)
        if (tabled[k] >= arrays->words)
            return BG_UNKNOWN_WORD;
    bg_collector found = {.arrays = *arrays, .kernels = set, .tabled = (uint32_t)count};
    found.stride = bg_padded(arrays->hidden);
    found.gate_stride = bg_padded(4 * (size_t)arrays->hidden);
    found.input_stride = bg_padded(arrays->inputs);
    found.head_stride = bg_padded(arrays->rows);
    bg_arena counted = {NULL, sizeof found};
    lay_out(&found, &counted);
    bg_arena arena = {NULL, (sizeof found + BG_ALIGN - 1) / BG_ALIGN * BG_ALIGN};
    if (counted.used != SIZE_MAX)
        arena.base = bg_zeros(counted.used + BG_ALIGN, &found.memory);
    if (arena.base == NULL)
        return BG_NO_MEMORY;
    lay_out(&found, &arena);
    fill(&found, arrays, tabled);
    found.arrays.kernel = found.arrays.head = found.arrays.label_table = NULL;
    found.arrays.bias = found.arrays.head_bias = NULL;
    *collector = (bg_collector *)arena.base;
    **collector = found;
    return BG_OK;
}

void bg_collector_close(bg_collector *collector) {
    if (collector != NULL)
        free(collector->memory);
}

const char *bg_collector_kernels_name(const bg_collector *collector) { return collector->kernels->name; }

void bg_multiply_inputs(const bg_collector *c, const float *x, size_t n, float *out) {
    c->kernels->product(&c->wx, x, c->input_stride, n, out, c->gate_stride);
    for (size_t v = 0; v < n; v++)
        for (size_t k = 0; k < c->gate_stride; k++)
            out[v * c->gate_stride + k] = out[v * c->gate_stride + k] + c->bias[k];
}

bg_status bg_collector_fill(bg_collector *collector, size_t first, size_t count) {
    const size_t width = collector->arrays.inputs, stride = collector->input_stride;
    if (count > collector->tabled || first > collector->tabled - count)
        return BG_BAD_ARGUMENT;
    void *raw;
    float *x = bg_zeros(BG_COLLECTED * stride * sizeof(float), &raw);
    if (x == NULL)
        return BG_NO_MEMORY;
    for (size_t some; count > 0; first += some, count -= some) {
        some = count < BG_COLLECTED ? count : BG_COLLECTED;
        for (size_t v = 0; v < some; v++)
            memcpy(x + v * stride, collector->arrays.embedding + collector->tabled_words[first + v] * width,
                   width * sizeof(float));
        bg_multiply_inputs(collector, x, some, collector->table + first * collector->gate_stride);
    }
    free(raw);
    return BG_OK;
}
