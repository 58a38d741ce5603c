/* A file's bytes, read only. Where the system can map files nothing is copied and private memory stays as it is. */
#ifndef BG_MAP_FILE_H
#define BG_MAP_FILE_H

#include "bitgauge.h"

typedef struct {
    const void *bytes; /* at a multiple of 64; NULL for an empty file */
    size_t length;
    void *handle; /* of this file's own; NULL: nothing to give back */
} bg_mapped_file;

/*
 * `path` in UTF-8. The file must not change or become shorter while it is mapped.
 *
 * Fails with BG_CANNOT_READ, also for what is not a plain file; BG_TOO_LARGE where the address space has no room for
 * it; BG_NO_MEMORY.
 */
bg_status bg_map_file(const char *path, bg_mapped_file *file);

void bg_unmap_file(bg_mapped_file *file);

#endif
