/*
 * Kernels for AVX2 and FMA (Haswell and Zen on); where the machine has AVX-VNNI, those of kernels_avx_vnni.c.
 */
#include "kernel_sets.h"

#if defined(__x86_64__)

#include "cpu_x86.h"

#include <immintrin.h>
#include <string.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#include "kernels_avx2_body.h"

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const bg_kernels *bg_kernels_avx2_alone(void) { return &v_kernels; }

const bg_kernels *bg_kernels_avx2(void) {
    bg_cpu_x86 cpu = bg_cpu_x86_of_machine();
    if ((cpu.kept & BG_KEPT_YMM) != BG_KEPT_YMM || !(cpu.basic_c & BG_CPU_FMA) || !(cpu.extended_b & BG_CPU_AVX2))
        return NULL;
    const bg_kernels *better = cpu.more_a & BG_CPU_AVX_VNNI ? bg_kernels_avx_vnni() : NULL;
    return better ? better : bg_kernels_avx2_alone();
}

#else

const bg_kernels *bg_kernels_avx2(void) { return NULL; }

#endif
