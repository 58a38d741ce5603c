/* Much memory that is read here and there: in large pages where the system has them, so that few addresses are looked
 * up. */
#ifndef BG_PAGES_H
#define BG_PAGES_H

#include <stddef.h>

typedef struct {
    void *memory;  /* zeros, at a multiple of 64; NULL where there is not so much */
    size_t mapped; /* of this file's own */
    void *raw;
} bg_pages;

bg_pages bg_take_pages(size_t bytes);

void bg_give_pages(bg_pages *pages);

#endif
