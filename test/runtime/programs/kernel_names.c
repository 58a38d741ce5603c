/* kernel_names: the kernels that this machine can run, one a line, fastest first. */
#include <stdio.h>

#include "bitgauge.h"

int main(void) {
    for (size_t k = 0; bg_kernels_name(k) != NULL; k++)
        if (bg_kernels_usable(bg_kernels_name(k)))
            printf("%s\n", bg_kernels_name(k));
    return 0;
}
