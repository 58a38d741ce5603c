#include "parse_refusal.h"

#include <stdarg.h>
#include <stdio.h>

bg_status bg_refuse(bg_refusal *refusal, bg_status status, uint32_t section, uint32_t part, const char *format, ...) {
    if (refusal == NULL)
        return status;
    refusal->section = section;
    refusal->part = part;
    va_list values;
    va_start(values, format);
    vsnprintf(refusal->message, sizeof refusal->message, format, values);
    va_end(values);
    return status;
}
