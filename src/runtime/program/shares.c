#define _POSIX_C_SOURCE 200809L

#include "shares.h"

#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "model.h"
#include "output.h"

enum { PASSES = 10, MOST_TWINS = 64 };

/*
 * A matrix of 8 bits in the shape of one of fewer: what its product takes less is what unpacking takes. It is
 * multiplied with the same vectors, behind each product.
 */
typedef struct {
    uint32_t rows, cols;
    uint8_t *data;
} twin;

/* Of one pass, nanoseconds. */
typedef struct {
    uint64_t calls, unpacking, products, nonlinearities, scores;
    uint64_t twins; /* of products that nobody asked for */
} share_times;

/* Of one thread: functions of the kernels are handed no context. */
static struct {
    const bg_kernels *kernels;
    uint64_t cost; /* of one reading of the clock */
    share_times now;
    twin twins[MOST_TWINS];
    size_t count;
    void *room; /* what twins compute */
    size_t room_bytes;
} shares;

static void add(uint64_t *part, uint64_t start) {
    const uint64_t time = clock_now() - start;
    *part += time > shares.cost ? time - shares.cost : 0;
    shares.now.calls++;
}

/* NULL where there is no memory for it. */
static const uint8_t *twin_of(const bg_packed *w) {
    for (size_t k = 0; k < shares.count; k++)
        if (shares.twins[k].rows == w->rows && shares.twins[k].cols == w->cols)
            return shares.twins[k].data;
    void *data = NULL;
    uint8_t *rows = calloc(w->rows, w->cols);
    const size_t bytes = shares.kernels->packed_bytes(w->rows, w->cols, 8);
    if (shares.count == MOST_TWINS || rows == NULL || posix_memalign(&data, BG_ALIGN, bytes + BG_ALIGN) != 0) {
        free(rows);
        return NULL;
    }
    memset(data, 0, bytes + BG_ALIGN);
    shares.kernels->pack(rows, w->cols, w->rows, w->cols, 8, data);
    free(rows);
    shares.twins[shares.count++] = (twin){w->rows, w->cols, data};
    return data;
}

static int32_t *room_of(size_t numbers) {
    const size_t bytes = numbers * sizeof(int32_t) + BG_ALIGN;
    if (bytes > shares.room_bytes) {
        free(shares.room);
        shares.room = NULL;
        shares.room_bytes = posix_memalign(&shares.room, BG_ALIGN, bytes) == 0 ? bytes : 0;
    }
    return shares.room_bytes == 0 ? NULL : shares.room;
}

/* What of a product's time is unpacking, and what is not. */
static void share_out(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                      size_t start_stride, size_t acc_stride, uint64_t time) {
    uint64_t plain = time;
    const uint8_t *data = w->bits == 8 ? NULL : twin_of(w);
    int32_t *acc = data == NULL ? NULL : room_of(n * acc_stride);
    if (acc != NULL) {
        const bg_packed wide = {w->rows, w->cols, 8, data};
        plain = 0;
        const uint64_t begun = clock_now();
        shares.kernels->product(&wide, x, x_stride, n, start, start_stride, acc, acc_stride);
        add(&plain, begun);
        shares.now.twins += plain;
    }
    shares.now.products += plain < time ? plain : time;
    shares.now.unpacking += plain < time ? time - plain : 0;
}

static void product(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                    size_t start_stride, int32_t *acc, size_t acc_stride) {
    uint64_t time = 0;
    const uint64_t begun = clock_now();
    shares.kernels->product(w, x, x_stride, n, start, start_stride, acc, acc_stride);
    add(&time, begun);
    share_out(w, x, x_stride, n, start, start_stride, acc_stride, time);
}

static void scaled_product(const bg_packed *w, const uint8_t *x, size_t x_stride, size_t n, const int32_t *start,
                           size_t start_stride, const float *m, const float *bias, float *out, size_t out_stride) {
    uint64_t time = 0;
    const uint64_t begun = clock_now();
    shares.kernels->scaled_product(w, x, x_stride, n, start, start_stride, m, bias, out, out_stride);
    add(&time, begun);
    share_out(w, x, x_stride, n, start, start_stride, out_stride, time);
}

static void product_f32(const bg_packed_f32 *w, const float *x, size_t x_stride, size_t n, float *out,
                        size_t out_stride) {
    const uint64_t begun = clock_now();
    shares.kernels->product_f32(w, x, x_stride, n, out, out_stride);
    add(&shares.now.products, begun);
}

static void pack(const uint8_t *file_rows, size_t row_bytes, uint32_t rows, uint32_t cols, uint32_t bits,
                 uint8_t *data) {
    const uint64_t begun = clock_now();
    shares.kernels->pack(file_rows, row_bytes, rows, cols, bits, data);
    add(&shares.now.unpacking, begun);
}

static void pack_f32(const float *rows_data, uint32_t rows, uint32_t cols, float *data) {
    const uint64_t begun = clock_now();
    shares.kernels->pack_f32(rows_data, rows, cols, data);
    add(&shares.now.unpacking, begun);
}

static void static_step(const bg_static_step *step, size_t n, const float *const *ax, const int32_t *acc_h,
                        size_t acc_stride, float *cell, size_t cell_stride, uint8_t *hidden, size_t hidden_stride,
                        int32_t *sums, size_t sums_stride) {
    const uint64_t begun = clock_now();
    shares.kernels->static_step(step, n, ax, acc_h, acc_stride, cell, cell_stride, hidden, hidden_stride, sums,
                                sums_stride);
    add(&shares.now.nonlinearities, begun);
}

static void float_step(const bg_float_step *step, size_t n, const float *const *ax, float *cell, size_t cell_stride,
                       float *hidden, size_t hidden_stride, float *ranges) {
    const uint64_t begun = clock_now();
    shares.kernels->float_step(step, n, ax, cell, cell_stride, hidden, hidden_stride, ranges);
    add(&shares.now.nonlinearities, begun);
}

static void sigmoid_of(const float *x, float *out, size_t count) {
    const uint64_t begun = clock_now();
    shares.kernels->sigmoid(x, out, count);
    add(&shares.now.nonlinearities, begun);
}

static void tanh_of(const float *x, float *out, size_t count) {
    const uint64_t begun = clock_now();
    shares.kernels->tanh(x, out, count);
    add(&shares.now.nonlinearities, begun);
}

static void exp_shares(const float *x, float max, float *out, size_t count) {
    const uint64_t begun = clock_now();
    shares.kernels->exp_shares(x, max, out, count);
    add(&shares.now.scores, begun);
}

static void class_sums(const float *a, const float *b, size_t b_stride, size_t classes, size_t count, float *sums) {
    const uint64_t begun = clock_now();
    shares.kernels->class_sums(a, b, b_stride, classes, count, sums);
    add(&shares.now.scores, begun);
}

static void class_sums_of_steps(const float *a, size_t a_stride, size_t steps, const float *b, size_t b_stride,
                                size_t classes, size_t count, float least, float *sums) {
    const uint64_t begun = clock_now();
    shares.kernels->class_sums_of_steps(a, a_stride, steps, b, b_stride, classes, count, least, sums);
    add(&shares.now.scores, begun);
}

static void class_lanes(const float *a, size_t a_stride, size_t steps, const float *b, size_t b_stride, size_t classes,
                        size_t count, float least, float *lanes) {
    const uint64_t begun = clock_now();
    shares.kernels->class_lanes(a, a_stride, steps, b, b_stride, classes, count, least, lanes);
    add(&shares.now.scores, begun);
}

/* The kernels of the model, those parts timed. Without a function for whole runs these go by their products and steps.
 */
static bg_kernels timed(const bg_kernels *kernels) {
    bg_kernels of = *kernels;
    of.product = product;
    of.scaled_product = kernels->scaled_product == NULL ? NULL : scaled_product;
    of.product_f32 = product_f32;
    of.pack = pack;
    of.pack_f32 = pack_f32;
    of.static_step = kernels->static_step == NULL ? NULL : static_step;
    of.static_run = NULL;
    of.float_step = float_step;
    of.sigmoid = sigmoid_of;
    of.tanh = tanh_of;
    of.exp_shares = exp_shares;
    of.class_sums = class_sums;
    of.class_sums_of_steps = class_sums_of_steps;
    of.class_lanes = kernels->class_lanes == NULL ? NULL : class_lanes;
    return of;
}

static bg_status pass_through(passes *p, uint64_t *time) {
    const uint64_t begun = clock_now();
    const bg_status status = passes_time(p, -1);
    *time = clock_now() - begun;
    return status;
}

/* A pass taken apart: without the twins and without the readings of the clock, two a call. */
static bg_status pass_apart(bg_model *model, const bg_kernels *own, passes *p, uint64_t *time) {
    const bg_kernels *usual = model->kernels;
    memset(&shares.now, 0, sizeof shares.now);
    model->kernels = own;
    const bg_status status = pass_through(p, time);
    model->kernels = usual;
    const uint64_t ours = shares.now.twins + 2 * shares.cost * shares.now.calls;
    *time = *time > ours ? *time - ours : 0;
    return status;
}

static void tell(size_t texts, uint64_t whole, uint64_t apart, const share_times *of) {
    line_open("shares");
    line_integer("texts", texts);
    line_integer("ns", whole);
    line_integer("apart_ns", apart);
    line_integer("calls", of->calls);
    line_integer("unpacking_ns", of->unpacking);
    line_integer("products_ns", of->products);
    line_integer("nonlinearities_ns", of->nonlinearities);
    line_integer("scores_ns", of->scores);
    line_close();
}

static void forget(void) {
    for (size_t k = 0; k < shares.count; k++)
        free(shares.twins[k].data);
    free(shares.room);
    memset(&shares, 0, sizeof shares);
}

/* Passes as they always are and passes taken apart take turns, and the least of each counts: others at work only add.
 */
bg_status tell_shares(bg_model *model, passes *p, size_t texts) {
    uint64_t whole = UINT64_MAX, apart = UINT64_MAX;
    share_times of = {0};
    shares.kernels = model->kernels;
    shares.cost = clock_cost();
    const bg_kernels own = timed(model->kernels);
    bg_status status = BG_OK;
    for (int k = 0; k < PASSES && status == BG_OK; k++) {
        uint64_t time, taken;
        status = pass_through(p, &time);
        if (status == BG_OK)
            status = pass_apart(model, &own, p, &taken);
        if (status != BG_OK)
            break;
        whole = time < whole ? time : whole;
        if (taken < apart) {
            apart = taken;
            of = shares.now;
        }
    }
    if (status == BG_OK)
        tell(texts, whole, apart, &of);
    forget();
    return status;
}
