/*
 * Numbers of the system that are read while a measurement runs, between its timed sections: clocks, temperatures,
 * power.
 */
#ifndef BG_PROGRAM_WATCH_H
#define BG_PROGRAM_WATCH_H

#include <stddef.h>
#include <stdint.h>

enum { MOST_WATCHED = 16 };

/* Files that hold one whole number each. */
typedef struct {
    const char *paths[MOST_WATCHED];
    size_t count;
} watched;

/* Tells the numbers as they are now: a line "watch", null for a file that cannot be read. `ns` since the beginning. */
void tell_watched(const watched *watch, uint64_t ns);

#endif
