/* Says why a file is refused. */
#ifndef BG_PARSE_REFUSAL_H
#define BG_PARSE_REFUSAL_H

#include "bitgauge.h"

#if defined(__GNUC__) && !defined(_WIN32)
#define BG_LIKE_PRINTF __attribute__((format(printf, 5, 6)))
#else
#define BG_LIKE_PRINTF
#endif

/* Fills `refusal` where it is not NULL and gives back `status`. A message that does not fit is cut off. */
bg_status bg_refuse(bg_refusal *refusal, bg_status status, uint32_t section, uint32_t part, const char *format,
                    ...) BG_LIKE_PRINTF;

#endif
