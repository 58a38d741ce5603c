/* The sets of kernels, each NULL where this build does not have it or this machine cannot run it. */
#ifndef BG_KERNEL_SETS_H
#define BG_KERNEL_SETS_H

#include "kernels.h"

const bg_kernels *bg_kernels_avx512(void);
const bg_kernels *bg_kernels_avx2(void);
const bg_kernels *bg_kernels_dotprod(void);
const bg_kernels *bg_kernels_neon(void);
const bg_kernels *bg_kernels_scalar(void);

#endif
