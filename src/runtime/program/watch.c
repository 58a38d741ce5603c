#define _POSIX_C_SOURCE 200809L

#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "output.h"

/* 0 where the file holds no whole number. The file is opened each time: one of sysfs that stays open may stay as it
 * was. */
static int read_number(const char *path, int64_t *number) {
    char text[64];
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    const ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0)
        return 0;
    text[count] = 0;
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return errno == 0 && end != text;
}

void tell_watched(const watched *watch, uint64_t ns) {
    if (watch->count == 0)
        return;
    line_open("watch");
    line_integer("ns", ns);
    line_array("values");
    for (size_t k = 0; k < watch->count; k++) {
        int64_t number;
        if (read_number(watch->paths[k], &number))
            line_item_signed(number);
        else
            line_item_null();
    }
    line_array_end();
    line_close();
}
