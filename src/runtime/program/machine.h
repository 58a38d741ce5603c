/* What the program runs on. */
#ifndef BG_PROGRAM_MACHINE_H
#define BG_PROGRAM_MACHINE_H

#include <stdint.h>

/* Nanoseconds of the monotonic clock. */
uint64_t clock_now(void);
uint64_t clock_resolution(void);

/* Nanoseconds that one reading of the clock takes: the median of many that follow one another. */
uint64_t clock_cost(void);

/* Nanoseconds of processor time that the program has had, its threads together. */
uint64_t processor_time(void);

/* From now on the program runs on this core alone. 0, or -1 where the system does not do so. */
int use_core(uint32_t core);

/* Members of the line "hello": arch, machine, translator, pointer bits, byte order, compiler, cores, page, clock. */
void tell_machine(void);

/* The line "memory": the largest and the present resident set and the anonymous pages, where the system tells them. */
void tell_memory(void);

#endif
