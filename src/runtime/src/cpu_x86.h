/*
 * What an x86-64 machine can run, and whether its operating system keeps the registers (XGETBV).
 */
#ifndef BG_CPU_X86_H
#define BG_CPU_X86_H

#include "kernels.h"

#if defined(__x86_64__)

#include <cpuid.h>

typedef struct {
    uint32_t basic_c;                /* leaf 1: ECX */
    uint32_t extended_b, extended_c; /* leaf 7: EBX, ECX */
    uint32_t more_a;                 /* leaf 7, 1: EAX */
    uint32_t kept;                   /* XCR0: the state that the operating system keeps */
} bg_cpu_x86;

enum {
    BG_CPU_FMA = 1 << 12, /* basic_c */
    BG_CPU_OSXSAVE = 1 << 27,
    BG_CPU_AVX2 = 1 << 5, /* extended_b */
    BG_CPU_AVX512F = 1 << 16,
    BG_CPU_AVX512DQ = 1 << 17,
    BG_CPU_AVX512BW = 1 << 30,
    BG_CPU_VBMI = 1 << 1, /* extended_c */
    BG_CPU_VNNI = 1 << 11,
    BG_CPU_AVX_VNNI = 1 << 4, /* more_a */
    BG_KEPT_YMM = 0x06,       /* kept: XMM and YMM */
    BG_KEPT_ZMM = 0xe6        /* besides these the masks, ZMM and the upper sixteen registers */
};
#define BG_CPU_AVX512VL (1u << 31)

static inline bg_cpu_x86 bg_cpu_x86_of_machine(void) {
    bg_cpu_x86 cpu = {0, 0, 0, 0, 0};
    uint32_t a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid(1, &a, &b, &cpu.basic_c, &d) || !(cpu.basic_c & BG_CPU_OSXSAVE))
        return cpu;
    __asm__ volatile("xgetbv" : "=a"(cpu.kept), "=d"(d) : "c"(0));
    if (!__get_cpuid_count(7, 0, &a, &cpu.extended_b, &cpu.extended_c, &d))
        return cpu;
    if (a >= 1)
        __get_cpuid_count(7, 1, &cpu.more_a, &b, &c, &d);
    return cpu;
}

/* What bg_kernels_avx2 chooses from: with AVX-VNNI (NULL where the compiler does not know it), and without. */
const bg_kernels *bg_kernels_avx_vnni(void);
const bg_kernels *bg_kernels_avx2_alone(void);

#endif
#endif
