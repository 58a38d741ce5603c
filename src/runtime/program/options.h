/* What the command line asks for. */
#ifndef BG_PROGRAM_OPTIONS_H
#define BG_PROGRAM_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *model, *tokens;
    const char *kernels; /* NULL: BITGAUGE_KERNELS, else the fastest */
    uint32_t batch;      /* 1 to 1,024 */
    uint32_t threads;    /* 1 to 256 */
    uint32_t repeat;     /* timed passes */
    uint32_t warmup;     /* passes before them */
    uint32_t limit;      /* texts; 0: all */
    int input_table, pack_head;
    int predictions, checksum, time;
    int help, version, probe;
} run_options;

/* 0; or the exit code, after the error was told. */
int read_options(int count, char **arguments, run_options *options);

extern const char usage_text[];

#endif
