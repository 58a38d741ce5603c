#include "kernel_sets.h"

#include <stdlib.h>
#include <string.h>

#include "bitgauge.h"

typedef struct {
    const char *name;
    const bg_kernels *(*find)(void);
} bg_kernel_set;

/* Fastest first: the best that a machine can run is the first of them that is there. */
static const bg_kernel_set sets[] = {
#if defined(__x86_64__) || defined(__i386__) || defined(_M_X64)
    {"avx512", bg_kernels_avx512},   {"avx2", bg_kernels_avx2},
#endif
#if defined(__aarch64__) || defined(__ARM_NEON)
    {"dotprod", bg_kernels_dotprod}, {"neon", bg_kernels_neon},
#endif
    {"scalar", bg_kernels_scalar},
};

static const size_t set_count = sizeof sets / sizeof sets[0];

const char *bg_kernels_name(size_t index) { return index < set_count ? sets[index].name : NULL; }

int bg_kernels_usable(const char *name) { return name != NULL && bg_find_kernels(name) != NULL; }

const bg_kernels *bg_find_kernels(const char *name) {
    const bg_kernels *found = NULL;
    for (size_t k = 0; k < set_count && found == NULL; k++)
        if (name == NULL || strcmp(name, sets[k].name) == 0)
            found = sets[k].find();
    return found;
}
