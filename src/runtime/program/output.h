/*
 * Standard output as lines of JSON (docs/format/board-protocol.md). Everything is collected in one buffer and written
 * when that is full or asked for, so that no write falls between two readings of the clock. Numbers are written without
 * printf: integers in decimal, float64 as the 16 hexadecimal digits of its word, the same on every machine and in every
 * locale.
 */
#ifndef BG_PROGRAM_OUTPUT_H
#define BG_PROGRAM_OUTPUT_H

#include <stdint.h>

#include "bitgauge.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_BAD_INPUT = 2, EXIT_INTERRUPTED = 130 };

/* A line is opened with its type, gets members, and is closed. */
void line_open(const char *type);
void line_close(void);

void line_integer(const char *name, uint64_t value);
void line_boolean(const char *name, int value);
void line_word(const char *name, double value);
void line_hexadecimal(const char *name, uint64_t value);
void line_string(const char *name, const char *text); /* NULL is null */
void line_null(const char *name);

void line_object(const char *name);
void line_object_end(void);

void line_array(const char *name);
void line_array_end(void);
void line_item_integer(uint64_t value);
void line_item_signed(int64_t value);
void line_item_null(void);
void line_item_word(double value);
void line_item_string(const char *text);

/* Lines closed so far. */
uint64_t output_lines(void);

/* Writes what is held. 0, or -1 where standard output takes no more; the reason stays in errno, and later calls give -1
 * too. */
int output_flush(void);
int output_failed(void);

/* Says on standard error why standard output takes no more; gives the exit code. */
int tell_output_failure(void);

/* Plain text besides lines, for --help and --version. */
void output_text(const char *text);

/*
 * Tells an error: a line on standard output, the same sentence on standard error.
 * `code` is one of docs/format/board-protocol.md. Gives `exit_code` back.
 */
int tell_error(int exit_code, const char *code, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* The code of a status, and the exit code that belongs to it. */
const char *code_of(bg_status status);
int exit_of(bg_status status);

#endif
