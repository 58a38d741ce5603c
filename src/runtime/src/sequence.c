#include "sequence.h"

#include <string.h>

#include "head.h"
#include "input.h"
#include "step.h"

/* Sums of integers of up to 16 bits fit 32 bits for BG_SUMMED_STEPS steps. */
static void keep_totals(bg_workspace *w, size_t count) {
    for (size_t k = 0; k < count * w->stride; k++)
        w->totals[k] += w->sums[k];
    memset(w->sums, 0, count * w->stride * sizeof *w->sums);
}

static void after_step(bg_workspace *w, size_t step, size_t active) {
    if (w->pools_mean && step % BG_SUMMED_STEPS == BG_SUMMED_STEPS - 1)
        keep_totals(w, active);
    for (size_t s = 0; w->model->file.generative && s < active; s++)
        bg_predict_word(w, s, step);
}

/* Slot 0 alone, where no step is looked at between the others. */
static void run_alone(bg_workspace *w) {
    for (size_t step = 0, summed = 0, some; step < w->slot[0].steps; step += some, summed += some) {
        some = bg_find_inputs(w, step);
        if (w->pools_mean && summed + some > BG_SUMMED_STEPS) {
            keep_totals(w, 1);
            summed = 0;
        }
        bg_steps(w, some);
    }
}

static void run_together(bg_workspace *w, size_t count) {
    size_t active = count;
    for (size_t step = 0;; step++) {
        while (active > 0 && w->slot[active - 1].steps <= step)
            active--;
        if (active == 0)
            break;
        for (size_t s = 0; w->trace != NULL && s < active; s++)
            w->hidden.places[s] = (bg_place){w->slot[s].text, (uint32_t)step};
        bg_find_input(w, step, active);
        bg_step(w, active);
        after_step(w, step, active);
    }
}

void bg_run_sequence(bg_workspace *w, size_t count) {
    bg_start_state(w, count);
    if (count == 1 && !w->model->file.generative && bg_can_run(w))
        run_alone(w);
    else
        run_together(w, count);
    if (w->pools_mean)
        keep_totals(w, count);
    for (size_t s = 0; !w->model->file.generative && s < count; s++)
        bg_classify_text(w, s);
    bg_flush_head(w);
}
