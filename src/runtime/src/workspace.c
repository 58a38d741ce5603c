#include "matrix.h"

#include <string.h>

/* Texts that a workspace may be asked for. */
#define MOST_TEXTS 1024
/* Vectors of one text that are multiplied at once: a multiple of what kernels hold of them, in as little memory. */
#define TILE_ALONE 12
/* Texts that are sorted together, for each that runs beside others. */
#define WINDOW_SHARE 16
/* Words whose input half is computed at once: of one text (fewer where a head needs the room), of several. */
#define AHEAD_ALONE 40
#define AHEAD_BEFORE_HEAD 2
#define AHEAD_TOGETHER 32
/* Words of several texts whose input half is looked up or computed at once. */
#define PLACES_TOGETHER 128
/* Those that are kept beside several texts take at most so many bytes: they and the weights are to be near. */
#define KEPT_BYTES ((size_t)512 << 10)
/* Words of one text wait for the head while all memory besides the file and the table of classes stays below this. */
#define SMALL_BYTES ((size_t)224 << 10)
/* Words of one text that wait whatever they take, where the head is multiplied twice. */
#define FEWEST_PASSING 32
/* Logits that wait together otherwise, in bytes. */
#define LOGIT_BYTES ((size_t)1 << 20)
/* The same of several texts whose head is multiplied as floats, which take longest to lay out. */
#define FLOAT_LOGIT_BYTES ((size_t)4 << 20)

/* Offsets of classes within it never lead to a guarded word (numerics.md section 8). */
#define SAFE_RANGE 55.0f

/* Whether rows of the head are laid out when they are needed. */
static int passes_head(const bg_model *model) { return model->file.generative && !model->pack_head; }

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static size_t most(size_t a, size_t b) { return a > b ? a : b; }

/* A matrix of `n` vectors in the form that its route reads. */
static void place_vectors(bg_arena *arena, const bg_matrix *matrix, size_t n, bg_trace_what accumulators,
                          bg_vectors *x) {
    uint32_t count = matrix->file->cols;
    x->byte_stride = bg_byte_stride(count);
    x->stride = bg_padded(count);
    x->accumulators = accumulators;
    x->bytes = matrix->route == BG_PACKED ? bg_take(arena, n, x->byte_stride) : NULL;
    x->integers = matrix->route == BG_WIDE ? bg_take(arena, n, x->stride * sizeof(int32_t)) : NULL;
    x->values = matrix->route == BG_FLOATS ? bg_take(arena, n, x->stride * sizeof(float)) : NULL;
    x->grids = bg_take(arena, n, sizeof(bg_grid));
    x->places = bg_take(arena, n, sizeof(bg_place));
}

static void place_input(bg_arena *arena, const bg_model *model, bg_workspace *w) {
    size_t alone = model->file.generative ? AHEAD_BEFORE_HEAD : AHEAD_ALONE;
    w->ahead = w->slots == 1 ? alone : AHEAD_TOGETHER;
    w->places = w->slots == 1 ? BG_STEPS_ALONE : PLACES_TOGETHER;
    w->ahead_ax = bg_take(arena, w->places, sizeof *w->ahead_ax);
    w->ahead_words = bg_take(arena, w->ahead, sizeof(uint32_t));
    place_vectors(arena, &model->part->wx, w->ahead, BG_TRACE_ACCUMULATORS_X, &w->input);
    /* take_integers makes values of integers */
    if (model->part->wx.route == BG_FLOATS)
        w->input.integers = bg_take(arena, w->ahead, w->input.stride * sizeof(int32_t));
    w->embedded = bg_take(arena, w->input.stride, sizeof(float));
}

/* Of each kept row eight are indexed: words that meet there hide one another. */
static void place_kept(bg_arena *arena, const bg_model *model, bg_workspace *w) {
    size_t row = model->gate_stride * sizeof(float);
    w->kept = w->slots > 1 ? KEPT_BYTES / row : 0;
    if (model->part->input_table != NULL || w->kept < w->ahead)
        w->kept = w->ahead;
    for (w->indexed = 1; w->indexed < 8 * w->kept;)
        w->indexed = 2 * w->indexed;
    w->ax = bg_take(arena, w->kept, row);
    w->kept_words = bg_take(arena, w->kept, sizeof(uint32_t));
    w->kept_rows = bg_take(arena, w->indexed, sizeof(uint16_t));
}

/* All forms of the hidden vectors: passes, pooling and the head read one or the other. */
static void place_state(bg_arena *arena, const bg_model *model, bg_workspace *w) {
    bg_vectors *hidden = &w->hidden;
    w->stride = bg_padded(model->file.hidden);
    place_vectors(arena, &model->part->wh, w->slots, BG_TRACE_ACCUMULATORS_H, hidden);
    if (hidden->bytes == NULL)
        hidden->bytes = bg_take(arena, w->slots, hidden->byte_stride);
    if (hidden->integers == NULL)
        hidden->integers = bg_take(arena, w->slots, hidden->stride * sizeof(int32_t));
    if (hidden->values == NULL)
        hidden->values = bg_take(arena, w->slots, hidden->stride * sizeof(float));
    w->next_hidden = bg_take(arena, w->slots, hidden->byte_stride);
    w->cell = bg_take(arena, w->slots, w->stride * sizeof(float));
    w->sums = bg_take(arena, w->slots, w->stride * sizeof(int32_t));
    w->totals = bg_take(arena, w->slots, w->stride * sizeof(int64_t));
    w->float_sums = bg_take(arena, w->slots, w->stride * sizeof(float));
}

static void place_products(bg_arena *arena, const bg_model *model, bg_workspace *w) {
    size_t rows = most(4 * (size_t)model->file.hidden, model->part->head.block);
    int differs = 0, wide = 0;
    for (uint32_t k = 0; k < model->file.parts; k++) {
        const bg_matrix *matrices[] = {&model->part[k].wx, &model->part[k].wh, &model->part[k].head};
        for (int m = 0; m < 3; m++) {
            differs = differs || (matrices[m]->route == BG_PACKED && !bg_knows_zero(matrices[m]->site));
            wide = wide || matrices[m]->route == BG_WIDE;
        }
    }
    const size_t usual = w->slots == 1 && w->queue <= TILE_ALONE ? TILE_ALONE : BG_SLOTS;
    w->tile = passes_head(model) ? BG_PASSING_TILE : usual;
    size_t together = least(w->tile, most(w->ahead, w->slots));
    size_t sums = most(together * model->gate_stride, least(w->tile, w->queue) * bg_padded(model->part->head.block));
    w->acc = bg_take(arena, sums, sizeof(int32_t));
    w->start = differs ? bg_take(arena, bg_padded(rows), sizeof(int32_t)) : NULL;
    w->wide = wide ? bg_take(arena, bg_padded(rows), sizeof(int64_t)) : NULL;
    w->factors = bg_take(arena, bg_padded(rows), sizeof(float));
}

static void place_vector(bg_arena *arena, size_t count, bg_grid *grid, bg_vector *vector) {
    vector->bytes = bg_take(arena, bg_byte_stride(count), 1);
    vector->integers = NULL;
    vector->values = bg_take(arena, bg_padded(count), sizeof(float));
    vector->grid = grid;
}

static void place_passes(bg_arena *arena, const bg_model *model, bg_workspace *w) {
    size_t hidden = model->file.hidden;
    bg_grid *grid = bg_take(arena, 4 + BG_TABLES + 3, sizeof *grid);
    w->ah = bg_take(arena, w->slots, model->gate_stride * sizeof(float));
    w->pre = bg_take(arena, model->gate_stride, sizeof(float));
    for (int k = 0; k < 4; k++)
        place_vector(arena, hidden, grid != NULL ? grid++ : NULL, &w->gate[k]);
    for (int k = 0; k < BG_TABLES; k++)
        place_vector(arena, hidden, grid != NULL ? grid++ : NULL, &w->bent[k]);
    for (int k = 0; k < 2; k++)
        place_vector(arena, hidden, grid != NULL ? grid++ : NULL, &w->product[k]);
    place_vector(arena, hidden, grid, &w->next);
    w->scratch = bg_take(arena, w->stride, sizeof(float));
    if (model->part->float_cell && model->part->site[BG_HIDDEN].kind != BG_SITE_FLOAT) {
        w->unquantized = bg_take(arena, w->slots, w->stride * sizeof(float));
        w->ranges = bg_take(arena, w->slots, 2 * sizeof(float));
    }
}

static void place_head(bg_arena *arena, const bg_model *model, bg_workspace *w) {
    const bg_matrix *head = &model->part->head;
    place_vectors(arena, head, w->queue, BG_TRACE_ACCUMULATORS_HEAD, &w->head_in);
    w->target = bg_take(arena, w->queue, sizeof(uint32_t));
    w->head_vector = bg_take(arena, w->stride, sizeof(float));
    w->head_block = head->blocks == NULL ? bg_take(arena, head->block_bytes, 1) : NULL;
    w->head_floats = head->blocks == NULL && bg_needs_floats(head)
                         ? bg_take(arena, head->block, model->file.hidden * sizeof(float))
                         : NULL;
    w->head_bias = bg_take(arena, bg_padded(head->block), sizeof(float));
    w->head_start = head->blocks == NULL ? bg_take(arena, bg_padded(head->block), sizeof(int32_t)) : NULL;
    w->ones = head->blocks == NULL ? bg_take(arena, w->head_in.byte_stride, 1) : NULL;
    w->logit_stride = bg_padded(model->rows);
    if (!w->twice)
        w->logits = bg_take(arena, w->queue, w->logit_stride * sizeof(float));
    else if (model->offset_range > SAFE_RANGE)
        w->logits = bg_take(arena, 1, w->logit_stride * sizeof(float));
}

static void place_scores(bg_arena *arena, const bg_model *model, bg_workspace *w) {
    w->maxima = bg_take(arena, w->queue, sizeof(float));
    if (!model->file.generative)
        return;
    size_t together = w->twice ? 1 : least(w->queue, BG_SUMMED_WORDS), classes = model->file.classes;
    if (w->twice) {
        w->block_logits = bg_take(arena, w->tile, BG_PASSING_ROWS * sizeof(float));
        w->lanes = bg_take(arena, w->queue, classes * BG_LANES * sizeof(float));
    }
    w->chosen = bg_take(arena, w->queue, sizeof(float));
    w->terms = bg_take(arena, together, BG_BLOCK * sizeof(float));
    w->offsets = bg_take(arena, BG_BLOCK, sizeof(float));
    w->class_sums = bg_take(arena, together, classes * sizeof(float));
    w->class_totals = bg_take(arena, w->queue, classes * sizeof(float));
}

/* Whether all that a model holds besides the table of classes is small, so that few logits would have room beside it.
 */
static int is_small(const bg_model *model) {
    const bg_classes *classes = &model->part->classes;
    size_t shares = classes->weights != NULL ? model->file.classes * classes->stride * sizeof(float) : 0;
    return model->private_bytes - shares < SMALL_BYTES;
}

/*
 * Whether the head is multiplied twice for each word: the memory that logits would take holds many more words then, so
 * that rows are laid out far less often. Products of floats take about as long as laying out: they are made once where
 * logits have room.
 */
static int multiplies_twice(const bg_model *model, size_t batch) {
    const bg_part *part = model->part;
    int pays = part->head.route == BG_PACKED || (part->head.route == BG_FLOATS && is_small(model));
    return batch == 1 && passes_head(model) && pays && part->classes.weights != NULL &&
           model->kernels->class_lanes != NULL;
}

/* All of a workspace whose head takes `queue` vectors at once. */
static void place_workspace(bg_arena *arena, const bg_model *model, size_t batch, size_t queue, bg_workspace *w) {
    memset(w, 0, sizeof *w);
    w->model = model;
    w->pools_mean = !model->file.generative && !model->file.last_pooling;
    w->slots = least(batch, BG_SLOTS);
    w->window = batch == 1 ? 1 : batch * WINDOW_SHARE;
    w->queue = queue;
    w->twice = (uint8_t)multiplies_twice(model, batch);
    w->order = bg_take(arena, w->window, sizeof(uint32_t));
    place_input(arena, model, w);
    place_kept(arena, model, w);
    place_state(arena, model, w);
    place_products(arena, model, w);
    place_passes(arena, model, w);
    place_head(arena, model, w);
    place_scores(arena, model, w);
}

/* All memory besides the file and the table of classes, of a workspace whose head takes `queue` vectors at once. */
static size_t used_with(const bg_model *model, size_t batch, size_t queue) {
    const bg_classes *classes = &model->part->classes;
    size_t shares = classes->weights != NULL ? model->file.classes * classes->stride * sizeof(float) : 0;
    bg_workspace w;
    bg_arena arena = {NULL, 0};
    place_workspace(&arena, model, batch, queue, &w);
    return model->private_bytes - shares + arena.used;
}

/*
 * Vectors that go through the head at once: the more, the less often its rows are laid out and read. One text on a
 * small device gets as many as stay within SMALL_BYTES.
 */
static size_t queue_for(const bg_model *model, size_t batch) {
    size_t row = bg_padded(model->rows) * sizeof(float), room = LOGIT_BYTES;
    if (!model->file.generative)
        return least(batch, BG_SLOTS);
    if (multiplies_twice(model, batch)) {
        size_t queue = BG_PASSING_WORDS;
        while (queue > FEWEST_PASSING && used_with(model, batch, queue) > SMALL_BYTES)
            queue--;
        return queue;
    }
    if (batch == 1 && passes_head(model)) {
        size_t used = used_with(model, batch, 1) - row;
        room = used < SMALL_BYTES ? SMALL_BYTES - used : LOGIT_BYTES;
    }
    if (batch > 1 && passes_head(model) && model->part->head.route == BG_FLOATS)
        return most(1, least(BG_PASSING_WORDS, FLOAT_LOGIT_BYTES / row));
    return most(1, least(passes_head(model) ? BG_PASSING_TILE : BG_SLOTS, room / row));
}

size_t bg_workspace_bytes(const bg_model *model, size_t batch) {
    bg_workspace w;
    bg_arena arena = {NULL, 0};
    if (model == NULL || batch < 1 || batch > MOST_TEXTS)
        return 0;
    bg_take(&arena, 1, sizeof w);
    place_workspace(&arena, model, batch, queue_for(model, batch), &w);
    return arena.used;
}

bg_status bg_workspace_place(const bg_model *model, size_t batch, void *memory, size_t bytes,
                             bg_workspace **workspace) {
    size_t needed = bg_workspace_bytes(model, batch);
    if (needed == 0 || workspace == NULL || memory == NULL || (uintptr_t)memory % BG_ALIGN != 0 || bytes < needed)
        return BG_BAD_ARGUMENT;
    memset(memory, 0, needed);
    bg_arena arena = {memory, 0};
    bg_workspace *w = bg_take(&arena, 1, sizeof *w);
    place_workspace(&arena, model, batch, queue_for(model, batch), w);
    w->part = model->part;
    if (w->ones != NULL)
        memset(w->ones, 1, model->file.hidden);
    *workspace = w;
    return BG_OK;
}
