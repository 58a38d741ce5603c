/* The container of a model's file, docs/format/quantized-model.md: a header, a table of sections, the sections. */
#ifndef BG_CONTAINER_H
#define BG_CONTAINER_H

#include "bitgauge.h"

typedef struct {
    const uint8_t *bytes;
    size_t length;
    uint32_t sections;
} bg_container;

typedef struct {
    uint16_t kind, part;
    const uint8_t *bytes; /* at a multiple of 64 of the file */
    size_t length;
} bg_section;

/*
 * Checks, in this order: magic, version, checksum of the header, counts and length, checksum of the table, each offset
 * and length (none but those that the writer writes), gaps, checksum of each section.
 */
bg_status bg_open_container(const void *bytes, size_t length, bg_container *container, bg_refusal *refusal);

/* Section `k` of a container that was checked. */
bg_section bg_section_at(const bg_container *container, uint32_t k);

#endif
