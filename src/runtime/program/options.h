/* What the command line asks for. */
#ifndef BG_PROGRAM_OPTIONS_H
#define BG_PROGRAM_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "watch.h"

#define NO_CORE UINT32_MAX
#define NO_TEXT UINT32_MAX

typedef struct {
    const char *model, *tokens;
    const char *kernels; /* NULL: BITGAUGE_KERNELS, else the fastest */
    uint32_t batch;      /* 1 to 1,024 */
    uint32_t threads;    /* 1 to 256 */
    uint32_t repeat;     /* timed passes */
    uint32_t warmup;     /* passes before them */
    uint32_t limit;      /* texts; 0: all */
    uint32_t least_ms;   /* timed passes go on until so much time has gone by */
    uint32_t core;       /* the only one that is used; NO_CORE: any */
    uint32_t trace;      /* the text that is traced; NO_TEXT: none */
    watched watch;
    int shares;
    int input_table, pack_head;
    int predictions, checksum, time;
    int help, version, probe;
} run_options;

/* 0; or the exit code, after the error was told. */
int read_options(int count, char **arguments, run_options *options);

extern const char usage_text[];

#endif
