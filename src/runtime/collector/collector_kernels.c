#include "collector_kernels.h"

#include <string.h>

#include "bitgauge.h"

static const bg_collector_kernels *own(const char *name) {
    if (strcmp(name, "avx512") == 0)
        return bg_collector_avx512();
    if (strcmp(name, "avx2") == 0)
        return bg_collector_avx2();
    return bg_kernels_usable(name) ? &bg_collector_scalar : NULL;
}

const bg_collector_kernels *bg_find_collector_kernels(const char *name) {
    if (name != NULL)
        return own(name);
    const bg_collector_kernels *found = NULL;
    for (size_t k = 0; found == NULL && bg_kernels_name(k) != NULL; k++)
        found = own(bg_kernels_name(k));
    return found;
}
