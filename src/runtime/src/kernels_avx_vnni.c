/*
 * The kernels of kernels_avx2.c with the products of bytes of AVX-VNNI (Alder Lake and Zen 5 on), which the caller has
 * found. Compilers that do not know it (before gcc 11, clang 12) leave them out.
 */
#include "cpu_x86.h"

#if defined(__x86_64__) && (defined(__clang__) ? __clang_major__ >= 12 : __GNUC__ >= 11)

#include <immintrin.h>
#include <string.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,avxvnni")
#endif

#define V_AVX_VNNI
#include "kernels_avx2_body.h"

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const bg_kernels *bg_kernels_avx_vnni(void) { return &v_kernels; }

#elif defined(__x86_64__)

const bg_kernels *bg_kernels_avx_vnni(void) { return NULL; }

#endif
