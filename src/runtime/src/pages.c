/* Memory without a file, and advice about it, are no part of POSIX. */
#if defined(__linux__) && !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE
#endif

#include "pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

static bg_pages allocated(size_t bytes) {
    bg_pages pages = {NULL, 0, bytes <= SIZE_MAX - BG_ALIGN ? malloc(bytes + BG_ALIGN) : NULL};
    if (pages.raw == NULL)
        return pages;
    uint8_t *aligned = (uint8_t *)pages.raw + (BG_ALIGN - (uintptr_t)pages.raw % BG_ALIGN) % BG_ALIGN;
    pages.memory = memset(aligned, 0, bytes);
    return pages;
}

#if defined(__linux__)

#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20 };

bg_pages bg_take_pages(size_t bytes) {
    if (bytes < 2 * (size_t)LARGE_PAGE || bytes > SIZE_MAX - LARGE_PAGE)
        return allocated(bytes);
    bg_pages pages = {NULL, bytes + LARGE_PAGE, NULL};
    pages.raw = mmap(NULL, pages.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages.raw == MAP_FAILED)
        return (bg_pages){0};
    uint8_t *aligned = (uint8_t *)pages.raw + (LARGE_PAGE - (uintptr_t)pages.raw % LARGE_PAGE) % LARGE_PAGE;
    pages.memory = aligned;
#ifdef MADV_HUGEPAGE
    /* Where that is refused, nothing is lost. */
    (void)madvise(aligned, bytes, MADV_HUGEPAGE);
#endif
    return pages;
}

void bg_give_pages(bg_pages *pages) {
    if (pages->mapped > 0)
        munmap(pages->raw, pages->mapped);
    else
        free(pages->raw);
    *pages = (bg_pages){0};
}

#else

bg_pages bg_take_pages(size_t bytes) { return allocated(bytes); }

void bg_give_pages(bg_pages *pages) {
    free(pages->raw);
    *pages = (bg_pages){0};
}

#endif
