/* What a workspace tells of its computation. Every function may only be called while a trace runs. */
#ifndef BG_TRACE_H
#define BG_TRACE_H

#include "model.h"

struct bg_trace {
    bg_trace_function function;
    void *context;
    uint32_t wanted;       /* bit `what` of what is told */
    int32_t *integers;     /* [longest vector] */
    float *values;         /* likewise */
    float *logits;         /* likewise */
    int64_t *accumulators; /* likewise */
};

static inline int bg_wants(const bg_workspace *w, bg_trace_what what) {
    return w->trace != NULL && (w->trace->wanted >> what & 1) != 0;
}

/* Whether anything that is told takes a word's logits. */
static inline int bg_wants_scores(const bg_trace *trace) {
    return (trace->wanted >> (BG_TRACE_POOLED + 1)) != 0 || (trace->wanted >> BG_TRACE_HEAD_OUTPUT & 1) != 0;
}

/* Numbers that are no site's. */
void bg_tell_values(const bg_workspace *w, bg_place place, bg_trace_what what, const float *values, size_t count);

/* A vector on a site of the part: what is missing of its forms is found from the others. */
void bg_tell_vector(const bg_workspace *w, bg_place place, bg_trace_what what, uint32_t label, const bg_site *site,
                    const bg_vector *vector, size_t count);

/* Accumulators of vector `at`: some rows of its matrix; they are told of when the last are there. */
void bg_tell_sums(const bg_workspace *w, const bg_vectors *x, size_t at, const bg_matrix *matrix, bg_rows rows,
                  const int32_t *acc);
/* Likewise, of `all` rows. */
void bg_tell_wide_sums(const bg_workspace *w, const bg_vectors *x, size_t at, uint32_t all, bg_rows rows,
                       const int64_t *acc);

#endif
