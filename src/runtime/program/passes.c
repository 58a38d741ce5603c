#define _POSIX_C_SOURCE 200809L

#include "passes.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "checksum.h"
#include "machine.h"
#include "output.h"
#include "stop.h"

/* Nanoseconds of a block where something is watched, about. */
#define WATCH_NS 200000000u

/* Batches of a block of one thread's timed pass: so many samples are held until they are told. */
enum { HELD_SAMPLES = 512, BATCHES_A_THREAD = 8, SAMPLES_A_LINE = 64 };

/* Of a thread besides the first: kernels keep some vectors on the stack. */
enum { STACK_BYTES = 512 * 1024 };

typedef struct {
    passes *of;
    size_t number;
    pthread_t thread;
    bg_workspace *workspace;
    void *memory;   /* of the workspace */
    bg_text *texts; /* [batch] */
    pass_sums sums; /* of the texts that this thread evaluated in a pass */
    bg_status status;
} worker;

struct passes {
    const bg_model *model;
    const bg_token_file *tokens;
    const uint32_t *labels; /* NULL where there are none, or those of other classes */
    size_t texts, batch, classes;
    size_t batches; /* of a pass */
    size_t threads, started;
    worker *workers;

    bg_result *results; /* [held] texts of a block where predictions are told, else of a batch of each thread */
    double *values, *scores;
    uint64_t *samples; /* [sample_room] nanoseconds of the batches of a block */
    size_t held_batches, sample_room;
    const watched *watch;  /* NULL: nothing is watched */
    size_t between;        /* batches of a timed block */
    uint64_t begun_timing; /* of the first timed pass; 0 before it */
    uint64_t watched;      /* when they were read last */

    /* The block under way; `lock` guards what is below. */
    pthread_mutex_t lock;
    pthread_cond_t begun, done;
    uint64_t round; /* counts blocks, so that a thread sees a new one */
    size_t next, block_first, block_end;
    size_t busy; /* threads that have not finished the block */
    int timed, closing;
};

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Words of the texts of a batch. */
static uint64_t words_of(const passes *p, size_t batch) {
    uint64_t words = 0;
    for (size_t i = batch * p->batch; i < least((batch + 1) * p->batch, p->texts); i++)
        words += bg_token_file_text(p->tokens, i).count;
    return words;
}

static void evaluate_batch(worker *w, size_t batch, int timed) {
    passes *p = w->of;
    const size_t first = batch * p->batch, count = least(p->batch, p->texts - first);
    const size_t slot = (timed ? w->number : batch - p->block_first) * p->batch;
    bg_result *results = p->results + slot;
    double *values = p->values + slot * p->classes, *scores = p->scores + slot * p->classes;
    for (size_t i = 0; i < count; i++)
        w->texts[i] = bg_token_file_text(p->tokens, first + i);
    const uint64_t start = clock_now();
    w->status = bg_evaluate(p->model, w->workspace, w->texts, count, results, values, scores);
    const uint64_t end = clock_now();
    if (w->status != BG_OK)
        return;
    if (timed)
        p->samples[batch - p->block_first] = end - start;
    for (size_t i = 0; i < count; i++) {
        w->sums.checksum += checksum_share(first + i, &results[i], scores + i * p->classes, p->classes);
        w->sums.guarded += results[i].guarded;
        if (p->labels != NULL)
            w->sums.right += results[i].predicted == p->labels[first + i];
    }
}

/* The next batch of the block, or SIZE_MAX: there is none left, or the program is to stop. */
static size_t take_batch(passes *p) {
    size_t batch = SIZE_MAX;
    pthread_mutex_lock(&p->lock);
    if (p->next < p->block_end && !stop_asked())
        batch = p->next++;
    pthread_mutex_unlock(&p->lock);
    return batch;
}

static void evaluate_block(worker *w, int timed) {
    for (size_t batch; w->status == BG_OK && (batch = take_batch(w->of)) != SIZE_MAX;)
        evaluate_batch(w, batch, timed);
}

static void *run_thread(void *context) {
    worker *w = context;
    passes *p = w->of;
    for (uint64_t seen = 0;;) {
        pthread_mutex_lock(&p->lock);
        while (p->round == seen && !p->closing)
            pthread_cond_wait(&p->begun, &p->lock);
        seen = p->round;
        const int closing = p->closing, timed = p->timed;
        pthread_mutex_unlock(&p->lock);
        if (closing)
            return NULL;
        evaluate_block(w, timed);
        pthread_mutex_lock(&p->lock);
        if (--p->busy == 0)
            pthread_cond_signal(&p->done);
        pthread_mutex_unlock(&p->lock);
    }
}

/* Evaluates the batches [first, end) by all threads; nanoseconds in `time`. */
static bg_status run_block(passes *p, size_t first, size_t end, int timed, uint64_t *time) {
    const uint64_t start = clock_now();
    pthread_mutex_lock(&p->lock);
    p->next = p->block_first = first;
    p->block_end = end;
    p->timed = timed;
    p->busy = p->started;
    p->round++;
    pthread_cond_broadcast(&p->begun);
    pthread_mutex_unlock(&p->lock);
    evaluate_block(&p->workers[0], timed);
    pthread_mutex_lock(&p->lock);
    while (p->busy > 0)
        pthread_cond_wait(&p->done, &p->lock);
    pthread_mutex_unlock(&p->lock);
    *time += clock_now() - start;
    for (size_t k = 0; k < p->threads; k++)
        if (p->workers[k].status != BG_OK)
            return p->workers[k].status;
    return stop_asked() ? BG_CANCELLED : BG_OK;
}

static void tell_predictions(const passes *p, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        const size_t slot = i - first;
        const bg_result *result = &p->results[slot];
        line_open("prediction");
        line_integer("index", i);
        line_integer("predicted", result->predicted);
        line_integer("guarded", result->guarded);
        line_word("common", result->common);
        line_array("scores");
        for (size_t y = 0; y < p->classes; y++)
            line_item_word(p->scores[slot * p->classes + y]);
        line_array_end();
        line_close();
    }
}

static void tell_samples(const passes *p, uint64_t number, size_t first, size_t end) {
    for (size_t from = first; from < end; from += SAMPLES_A_LINE) {
        const size_t to = least(from + SAMPLES_A_LINE, end);
        line_open("samples");
        line_integer("pass", number);
        line_integer("first", from * p->batch);
        line_array("ns");
        for (size_t k = from; k < to; k++)
            line_item_integer(p->samples[k - first]);
        line_array_end();
        line_array("words");
        for (size_t k = from; k < to; k++)
            line_item_integer(words_of(p, k));
        line_array_end();
        line_close();
    }
}

static pass_sums take_sums(passes *p) {
    pass_sums all = {0, 0, 0, 0};
    for (size_t k = 0; k < p->threads; k++) {
        pass_sums *own = &p->workers[k].sums;
        all.checksum += own->checksum;
        all.guarded += own->guarded;
        all.right += own->right;
        memset(own, 0, sizeof *own);
    }
    return all;
}

bg_status passes_check(passes *p, int predictions, pass_sums *sums) {
    uint64_t time = 0;
    for (size_t first = 0; first < p->batches; first += p->held_batches) {
        const size_t end = least(first + p->held_batches, p->batches);
        bg_status status = run_block(p, first, end, 0, &time);
        if (status != BG_OK)
            return status;
        if (predictions)
            tell_predictions(p, first * p->batch, least(end * p->batch, p->texts));
        if (output_failed())
            return BG_CANCELLED;
    }
    *sums = take_sums(p);
    sums->labelled = p->labels != NULL;
    return BG_OK;
}

static void tell_pass(const passes *p, uint64_t number, uint64_t time, uint64_t processor, uint64_t checksum) {
    uint64_t words = 0;
    for (size_t k = 0; k < p->batches; k++)
        words += words_of(p, k);
    line_open("pass");
    line_integer("pass", number);
    line_integer("ns", time);
    line_integer("cpu_ns", processor);
    line_integer("texts", p->texts);
    line_integer("words", words);
    line_hexadecimal("checksum", checksum);
    line_close();
}

void passes_watch(passes *p, const watched *watch) { p->watch = watch->count == 0 ? NULL : watch; }

void passes_look(passes *p) {
    p->watched = clock_now();
    if (p->watch != NULL)
        tell_watched(p->watch, p->watched - p->begun_timing);
}

uint64_t passes_timed_ns(const passes *p) { return p->begun_timing == 0 ? 0 : clock_now() - p->begun_timing; }

/* What is watched is read about so often, however long a batch takes. */
static void tell_between(passes *p, size_t batches, uint64_t time) {
    if (p->watch == NULL)
        return;
    if (clock_now() - p->watched >= WATCH_NS)
        passes_look(p);
    const uint64_t batch = time / batches + 1, wanted = WATCH_NS / batch;
    p->between = wanted < 1 ? 1 : wanted > p->sample_room ? p->sample_room : (size_t)wanted;
}

bg_status passes_time(passes *p, int64_t number) {
    uint64_t time = 0, processor = 0;
    if (number == 0) {
        p->begun_timing = clock_now();
        passes_look(p);
        p->between = least(8, p->sample_room);
    }
    for (size_t first = 0, end; first < p->batches; first = end) {
        end = least(first + (p->watch == NULL ? p->sample_room : p->between), p->batches);
        const uint64_t time_before = time, before = processor_time();
        bg_status status = run_block(p, first, end, 1, &time);
        if (status != BG_OK)
            return status;
        processor += processor_time() - before;
        if (number >= 0) {
            tell_samples(p, (uint64_t)number, first, end);
            tell_between(p, end - first, time - time_before);
        }
        if (output_failed())
            return BG_CANCELLED;
    }
    const pass_sums sums = take_sums(p);
    if (number >= 0)
        tell_pass(p, (uint64_t)number, time, processor, sums.checksum);
    return BG_OK;
}

/* All memory in one piece: small pieces would take a page each. What is used by --time alone stands last. */
static void place(bg_arena *arena, passes *p) {
    const size_t held = p->held_batches * p->batch, workspace = bg_workspace_bytes(p->model, p->batch);
    bg_take(arena, 1, sizeof *p);
    p->workers = bg_take(arena, p->threads, sizeof *p->workers);
    p->results = bg_take(arena, held, sizeof *p->results);
    p->values = bg_take(arena, held, p->classes * sizeof *p->values);
    p->scores = bg_take(arena, held, p->classes * sizeof *p->scores);
    for (size_t k = 0; k < p->threads; k++) {
        bg_text *texts = bg_take(arena, p->batch, sizeof *texts);
        void *memory = bg_take(arena, 1, workspace);
        if (arena->base == NULL)
            continue;
        p->workers[k] = (worker){.of = p, .number = k, .texts = texts, .memory = memory};
    }
    p->samples = bg_take(arena, p->sample_room, sizeof *p->samples);
}

static bg_status open_workers(passes *p) {
    const size_t bytes = bg_workspace_bytes(p->model, p->batch);
    bg_status status = BG_OK;
    for (size_t k = 0; k < p->threads && status == BG_OK; k++)
        status = bg_workspace_place(p->model, p->batch, p->workers[k].memory, bytes, &p->workers[k].workspace);
    return status;
}

static bg_status start_threads(passes *p) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return BG_NO_MEMORY;
    bg_status status = BG_OK;
    if (pthread_attr_setstacksize(&attributes, STACK_BYTES) != 0)
        status = BG_NO_MEMORY;
    for (size_t k = 1; k < p->threads && status == BG_OK; k++) {
        if (pthread_create(&p->workers[k].thread, &attributes, run_thread, &p->workers[k]) != 0)
            status = BG_NO_MEMORY;
        else
            p->started++;
    }
    pthread_attr_destroy(&attributes);
    return status;
}

bg_status passes_open(const bg_model *model, const bg_token_file *tokens, size_t texts, size_t batch, size_t threads,
                      passes **opened) {
    bg_model_info info;
    bg_model_describe(model, &info);
    passes wanted = {.model = model, .tokens = tokens, .texts = texts, .batch = batch, .threads = threads};
    wanted.labels = tokens->classes == info.classes ? tokens->labels : NULL;
    wanted.classes = info.classes;
    wanted.batches = (texts + batch - 1) / batch;
    const size_t batches = wanted.batches > threads ? wanted.batches : threads;
    wanted.held_batches = threads == 1 ? 1 : least(threads * BATCHES_A_THREAD, batches);
    wanted.sample_room = threads == 1 ? least(HELD_SAMPLES, batches) : batches;
    wanted.between = wanted.sample_room;
    bg_arena arena = {NULL, 0};
    place(&arena, &wanted);
    void *memory = NULL;
    if (arena.used == SIZE_MAX || posix_memalign(&memory, BG_ALIGN, arena.used) != 0)
        return BG_NO_MEMORY;
    passes *p = memory;
    *p = wanted;
    arena = (bg_arena){memory, 0};
    place(&arena, p);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->begun, NULL);
    pthread_cond_init(&p->done, NULL);
    bg_status status = open_workers(p);
    if (status == BG_OK)
        status = start_threads(p);
    if (status == BG_OK)
        *opened = p;
    else
        passes_close(p);
    return status;
}

void passes_close(passes *p) {
    pthread_mutex_lock(&p->lock);
    p->closing = 1;
    pthread_cond_broadcast(&p->begun);
    pthread_mutex_unlock(&p->lock);
    for (size_t k = 1; k <= p->started; k++)
        pthread_join(p->workers[k].thread, NULL);
    pthread_cond_destroy(&p->begun);
    pthread_cond_destroy(&p->done);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
