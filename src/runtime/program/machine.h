/* What the program runs on. */
#ifndef BG_PROGRAM_MACHINE_H
#define BG_PROGRAM_MACHINE_H

#include <stdint.h>

/* Nanoseconds of the monotonic clock. */
uint64_t clock_now(void);
uint64_t clock_resolution(void);

/* Members of the line "hello": arch, machine, pointer bits, byte order, compiler, cores, page size, clock. */
void tell_machine(void);

/* The line "memory": the largest and the present resident set and the anonymous pages, where the system tells them. */
void tell_memory(void);

#endif
