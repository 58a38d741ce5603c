#include "prepare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "little_endian.h"
#include "matrix.h"
#include "sequences.h"

/* Sites before and behind the nonlinearities, in the order of the tables. */
static const int before[BG_TABLES] = {BG_GATE_I, BG_GATE_F, BG_GATE_G, BG_GATE_O, BG_CELL};
static const int behind[BG_TABLES] = {BG_SIGMOID_I, BG_SIGMOID_F, BG_TANH_G, BG_SIGMOID_O, BG_TANH_C};

static int is_static_byte(const bg_site *site) { return site->kind == BG_SITE_STATIC && site->bits <= 8; }

static int is_factored(const bg_parsed_part *file) {
    return file->label_table != NULL && file->sites[BG_HEAD_OUTPUT].kind == BG_SITE_FLOAT;
}

/* Whether one function of the kernels can do a whole step. */
static int can_fuse(const bg_model *model, const bg_part *part) {
    int fits = model->kernels->static_step != NULL && model->file.cell_rounds == 1 &&
               bg_route_of(&part->file->wh, &part->site[BG_HIDDEN]) == BG_PACKED &&
               is_static_byte(&part->site[BG_HIDDEN]);
    for (int t = 0; t < BG_TABLES; t++)
        fits = fits && is_static_byte(&part->site[before[t]]) && is_static_byte(&part->site[behind[t]]);
    return fits;
}

/* Whether gates and cell are float32 throughout. */
static int has_float_cell(const bg_part *part) {
    for (int t = 0; t < BG_TABLES; t++)
        if (part->site[before[t]].kind != BG_SITE_FLOAT || part->site[behind[t]].kind != BG_SITE_FLOAT)
            return 0;
    return 1;
}

static void place_matrices(bg_arena *arena, const bg_model *model, bg_part *part, int fused) {
    const bg_parsed_part *file = part->file;
    int static_input =
        is_static_byte(&part->site[BG_INPUT]) && bg_route_of(&file->wx, &part->site[BG_INPUT]) == BG_PACKED;
    const bg_matrix_plan x = {model->kernels, 0, 1, 1, fused && static_input, file->integer_bias};
    const bg_matrix_plan h = {model->kernels, 0, 1, 1, fused != 0, NULL};
    uint8_t keep = model->pack_head || !model->file.generative;
    const bg_matrix_plan head = {model->kernels, keep ? BG_KEPT_ROWS : BG_PASSING_ROWS, keep, keep, 0, NULL};
    bg_place_matrix(arena, &file->wx, &file->sites[BG_INPUT], &x, &part->wx);
    bg_place_matrix(arena, &file->wh, &file->sites[BG_HIDDEN], &h, &part->wh);
    bg_place_matrix(arena, &file->head, &file->sites[BG_HEAD_INPUT], &head, &part->head);
}

static void place_classes(bg_arena *arena, const bg_model *model, bg_part *part) {
    part->classes.offsets = part->file->label_table;
    part->classes.stride = bg_padded(model->file.words);
    if (!is_factored(part->file))
        return;
    part->classes.largest = bg_take(arena, bg_padded(model->file.classes), sizeof(float));
    part->classes.weights = bg_take(arena, model->file.classes, part->classes.stride * sizeof(float));
}

static void place_part(bg_arena *arena, const bg_model *model, bg_part *part) {
    part->float_cell = (uint8_t)has_float_cell(part);
    int fused = can_fuse(model, part);
    place_matrices(arena, model, part, fused);
    part->bias = part->file->bias != NULL ? bg_take(arena, model->gate_stride, sizeof(float)) : NULL;
    for (int t = 0; t < BG_TABLES; t++)
        part->shown[t] = part->file->tables[t] != NULL && !fused ? bg_take(arena, 256, sizeof(float)) : NULL;
    int from_bytes = is_static_byte(&part->site[BG_HIDDEN]) && is_static_byte(&part->site[BG_HEAD_INPUT]) &&
                     part->head.route == BG_PACKED;
    part->head_bytes = from_bytes ? bg_take(arena, 256, 1) : NULL;
    part->fused = NULL;
    if (fused) {
        part->fused = bg_take(arena, 1, sizeof *part->fused);
        part->step_tables = bg_take(arena, BG_TABLES, 256);
    }
    place_classes(arena, model, part);
}

/* All that is computed once, and nothing of the file. */
static void place_model(bg_arena *arena, bg_model *model) {
    for (uint32_t k = 0; k < model->file.parts; k++)
        place_part(arena, model, &model->part[k]);
}

/* The integer behind a nonlinearity for byte `u` before it; of bytes behind the end that of the last. */
static int32_t table_entry(const bg_part *part, int table, uint32_t u) {
    const bg_site *from = &part->site[before[table]], *to = &part->site[behind[table]];
    uint32_t last = (uint32_t)(from->high - from->low);
    uint16_t entry = bg_load_u16(part->file->tables[table] + 2 * (u < last ? u : last));
    return to->low < 0 ? (int32_t)(int16_t)entry : (int32_t)entry;
}

static void fill_tables(bg_part *part) {
    for (int t = 0; t < BG_TABLES; t++)
        for (uint32_t u = 0; part->shown[t] != NULL && u < 256; u++)
            part->shown[t][u] = bg_dequantize_value(&part->grid[behind[t]], table_entry(part, t, u));
    const bg_site *hidden = &part->site[BG_HIDDEN], *head = &part->site[BG_HEAD_INPUT];
    for (int32_t u = 0; part->head_bytes != NULL && u <= hidden->high - hidden->low; u++) {
        float value = bg_dequantize_value(&part->grid[BG_HIDDEN], u + hidden->low);
        part->head_bytes[u] = (uint8_t)(bg_quantize_value(&part->grid[BG_HEAD_INPUT], value) - head->low);
    }
}

static void fill_fused(const bg_model *model, bg_part *part) {
    bg_static_step *step = part->fused;
    step->hidden = model->file.hidden;
    step->scale_h = part->wh.factors;
    for (int g = 0; g < 4; g++) {
        step->gate[g] = part->grid[before[g]];
        step->nonlinear[g] = part->grid[behind[g]];
    }
    step->cell = part->grid[BG_CELL];
    step->tanh_c = part->grid[BG_TANH_C];
    step->hidden_grid = part->grid[BG_HIDDEN];
    for (int t = 0; t < BG_TABLES; t++) {
        uint8_t *table = part->step_tables + 256 * t;
        for (uint32_t u = 0; u < 256; u++)
            table[u] = (uint8_t)(table_entry(part, t, u) - part->site[behind[t]].low);
        step->table[t] = table;
    }
}

static void fill_classes(const bg_model *model, bg_classes *classes) {
    size_t words = model->file.words;
    classes->least = 1.0f;
    for (size_t y = 0; classes->weights != NULL && y < model->file.classes; y++) {
        const float *offsets = classes->offsets + y * words;
        float *weights = classes->weights + y * classes->stride, most = offsets[0];
        for (size_t v = 0; v < words; v++)
            most = offsets[v] > most ? offsets[v] : most;
        for (size_t v = 0; v < words; v++) {
            weights[v] = bg_exp_32(offsets[v] - most);
            classes->least = weights[v] > 0.0f && weights[v] < classes->least ? weights[v] : classes->least;
        }
        classes->largest[y] = most;
    }
}

static void fill_part(const bg_model *model, bg_part *part, float *floats) {
    bg_fill_matrix(model->kernels, &part->wx, floats);
    bg_fill_matrix(model->kernels, &part->wh, floats);
    bg_fill_matrix(model->kernels, &part->head, floats);
    for (uint32_t r = 0; part->bias != NULL && r < part->file->wx.rows; r++)
        part->bias[bg_row_of(&part->wx, r)] = part->file->bias[r];
    fill_tables(part);
    if (part->fused != NULL)
        fill_fused(model, part);
    fill_classes(model, &part->classes);
}

/* max_y (max c_y - min c_y) */
static float widest_offsets(const bg_model *model) {
    const float *offsets = model->part[0].file->label_table;
    float widest = 0.0f;
    for (size_t y = 0; offsets != NULL && y < model->file.classes; y++, offsets += model->file.words) {
        float least = offsets[0], most = offsets[0];
        for (size_t v = 0; v < model->file.words; v++) {
            least = offsets[v] < least ? offsets[v] : least;
            most = offsets[v] > most ? offsets[v] : most;
        }
        widest = most - least > widest ? most - least : widest;
    }
    return model->part[0].file->label_table != NULL ? widest : -1.0f;
}

/* Memory at a multiple of 64, all zeros; `raw` is to be freed. */
static uint8_t *take_memory(size_t bytes, void **raw) {
    *raw = bytes <= SIZE_MAX - BG_ALIGN ? malloc(bytes + BG_ALIGN) : NULL;
    if (*raw == NULL)
        return NULL;
    uint8_t *aligned = (uint8_t *)*raw + (BG_ALIGN - (uintptr_t)*raw % BG_ALIGN) % BG_ALIGN;
    return memset(aligned, 0, bytes);
}

/* The parts with what they are read from, before memory is taken. */
static bg_status list_parts(bg_model *model) {
    const bg_parsed_model *file = &model->file;
    model->part = calloc(file->parts, sizeof *model->part);
    if (model->part == NULL)
        return BG_NO_MEMORY;
    for (uint32_t k = 0; k < file->parts; k++) {
        bg_part *part = &model->part[k];
        part->file = &file->part[k];
        part->site = part->file->sites;
        for (int s = 0; s < BG_SITES; s++)
            if (part->site[s].kind == BG_SITE_STATIC)
                part->grid[s] = bg_static_grid(&part->site[s], file);
    }
    return BG_OK;
}

/* Room to lay out a matrix, in bytes; the same for all parts. */
static size_t room_needed(const bg_model *model) {
    const bg_matrix *matrices[] = {&model->part[0].wx, &model->part[0].wh, &model->part[0].head};
    size_t most = 0;
    for (size_t k = 0; k < 3; k++) {
        size_t bytes = bg_room_to_lay_out(matrices[k]);
        most = bytes > most ? bytes : most;
    }
    return most;
}

static bg_status fill_model(bg_model *model) {
    size_t bytes = room_needed(model);
    void *raw = NULL;
    float *floats = NULL;
    if (bytes > 0) {
        floats = (float *)(void *)take_memory(bytes, &raw);
        if (floats == NULL)
            return BG_NO_MEMORY;
    }
    for (uint32_t k = 0; k < model->file.parts; k++)
        fill_part(model, &model->part[k], floats);
    free(raw);
    return BG_OK;
}

/* The input half of every word, computed as steps would. */
static bg_status make_input_tables(bg_model *model) {
    size_t stride = model->gate_stride, words = model->file.words;
    size_t bytes = bg_workspace_bytes(model, BG_SLOTS), row_bytes = stride * sizeof(float);
    size_t parts = model->file.parts;
    void *raw;
    if (words > SIZE_MAX / 2 / row_bytes / parts)
        return BG_NO_MEMORY;
    model->tables = bg_take_pages(parts * words * row_bytes);
    float *table = model->tables.memory;
    uint8_t *memory = take_memory(bytes, &raw);
    bg_workspace *w;
    bg_status status =
        table != NULL && memory != NULL ? bg_workspace_place(model, BG_SLOTS, memory, bytes, &w) : BG_NO_MEMORY;
    for (size_t k = 0; status == BG_OK && k < parts; k++, table += words * stride) {
        w->part = &model->part[k];
        for (size_t first = 0; first < words; first += w->ahead) {
            size_t count = words - first < w->ahead ? words - first : w->ahead;
            for (size_t i = 0; i < count; i++)
                w->ahead_words[i] = (uint32_t)(first + i);
            bg_input_half(w, count, table + first * stride);
        }
        model->part[k].input_table = table;
    }
    free(raw);
    if (status == BG_OK)
        model->private_bytes += parts * words * row_bytes;
    return status;
}

bg_status bg_prepare(bg_model *model, const bg_preparation *how) {
    model->kernels = how->kernels;
    model->pack_head = how->pack_head;
    model->rows = model->file.generative ? model->file.words : model->file.classes;
    model->gate_stride = bg_padded(4 * (size_t)model->file.hidden);
    bg_status status = list_parts(model);
    if (status != BG_OK)
        return status;
    bg_arena arena = {NULL, 0};
    place_model(&arena, model);
    arena.base = take_memory(arena.used, &model->memory);
    if (arena.base == NULL)
        return BG_NO_MEMORY;
    model->private_bytes =
        sizeof *model + model->file.parts * (sizeof *model->part + sizeof *model->file.part) + arena.used;
    arena.used = 0;
    place_model(&arena, model);
    model->offset_range = widest_offsets(model);
    status = fill_model(model);
    return status == BG_OK && how->input_table ? make_input_tables(model) : status;
}

void bg_release(bg_model *model) {
    bg_give_pages(&model->tables);
    free(model->memory);
    free(model->part);
}
