#define _POSIX_C_SOURCE 200809L

#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "stop.h"

/* One for the program: it has one standard output. */
static struct {
    char held[2048];
    size_t used;
    uint64_t lines;
    int error;     /* errno of the write that failed, or 0 */
    int separator; /* whether a comma stands before the next member */
} out;

int output_flush(void) {
    size_t at = 0;
    while (out.error == 0 && at < out.used) {
        ssize_t written = write(STDOUT_FILENO, out.held + at, out.used - at);
        if (written >= 0)
            at += (size_t)written;
        else if (errno != EINTR || stop_asked())
            out.error = errno;
    }
    out.used = 0;
    errno = out.error;
    return out.error == 0 ? 0 : -1;
}

int output_failed(void) { return out.error != 0; }

uint64_t output_lines(void) { return out.lines; }

static void put(char c) {
    if (out.used == sizeof out.held)
        output_flush();
    out.held[out.used++] = c;
}

void output_text(const char *text) {
    for (; *text != 0; text++)
        put(*text);
}

static void put_integer(uint64_t value) {
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value != 0);
    while (count > 0)
        put(digits[--count]);
}

static void put_hexadecimal(uint64_t value) {
    put('"');
    for (int shift = 60; shift >= 0; shift -= 4)
        put("0123456789abcdef"[(value >> shift) & 15]);
    put('"');
}

static void put_word(double value) {
    uint64_t word;
    memcpy(&word, &value, sizeof word);
    put_hexadecimal(word);
}

/* Bytes above 127 go as they are: a name of a file may be UTF-8, and who reads the lines replaces what is not. */
static void put_string(const char *text) {
    put('"');
    for (; *text != 0; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            put('\\');
            put((char)c);
        } else if (c < 0x20 || c == 0x7f) {
            output_text("\\u00");
            put("0123456789abcdef"[c >> 4]);
            put("0123456789abcdef"[c & 15]);
        } else {
            put((char)c);
        }
    }
    put('"');
}

static void separate(void) {
    if (out.separator)
        put(',');
    out.separator = 1;
}

static void name_member(const char *name) {
    separate();
    put_string(name);
    put(':');
}

void line_open(const char *type) {
    put('{');
    out.separator = 0;
    line_string("type", type);
}

void line_close(void) {
    output_text("}\n");
    out.lines++;
}

void line_integer(const char *name, uint64_t value) {
    name_member(name);
    put_integer(value);
}

void line_boolean(const char *name, int value) {
    name_member(name);
    output_text(value ? "true" : "false");
}

void line_word(const char *name, double value) {
    name_member(name);
    put_word(value);
}

void line_hexadecimal(const char *name, uint64_t value) {
    name_member(name);
    put_hexadecimal(value);
}

void line_string(const char *name, const char *text) {
    if (text == NULL) {
        line_null(name);
        return;
    }
    name_member(name);
    put_string(text);
}

void line_null(const char *name) {
    name_member(name);
    output_text("null");
}

void line_object(const char *name) {
    name_member(name);
    put('{');
    out.separator = 0;
}

void line_object_end(void) {
    put('}');
    out.separator = 1;
}

void line_array(const char *name) {
    name_member(name);
    put('[');
    out.separator = 0;
}

void line_array_end(void) {
    put(']');
    out.separator = 1;
}

void line_item_integer(uint64_t value) {
    separate();
    put_integer(value);
}

void line_item_signed(int64_t value) {
    separate();
    if (value < 0)
        put('-');
    put_integer(value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void line_item_null(void) {
    separate();
    output_text("null");
}

void line_item_word(double value) {
    separate();
    put_word(value);
}

void line_item_string(const char *text) {
    separate();
    put_string(text);
}

int tell_output_failure(void) {
    fprintf(stderr, "bitgauge-run: standard output takes no more: %s\n", strerror(out.error));
    return out.error == EINTR ? EXIT_INTERRUPTED : EXIT_FAILED;
}

int tell_error(int exit_code, const char *code, const char *format, ...) {
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    line_open("error");
    line_string("code", code);
    line_string("message", message);
    line_close();
    output_flush();
    fprintf(stderr, "bitgauge-run: %s\n", message);
    return exit_code;
}

const char *code_of(bg_status status) {
    static const char *const codes[] = {
        "ok",        "no-memory",  "cannot-read",     "not-this-format", "unsupported-version", "damaged",    "invalid",
        "too-large", "non-finite", "unknown-kernels", "bad-argument",    "unknown-word",        "interrupted"};
    return (size_t)status < sizeof codes / sizeof codes[0] ? codes[status] : "internal";
}

int exit_of(bg_status status) {
    if (status == BG_CANCELLED)
        return EXIT_INTERRUPTED;
    return status == BG_NO_MEMORY || status == BG_BAD_ARGUMENT || status > BG_CANCELLED ? EXIT_FAILED : EXIT_BAD_INPUT;
}
