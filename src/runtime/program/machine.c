/* Cores are chosen by what is no part of POSIX. */
#define _GNU_SOURCE

#include "machine.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include "output.h"

#if defined(__x86_64__)
#define ARCH "x86_64"
#elif defined(__i386__)
#define ARCH "i386"
#elif defined(__aarch64__)
#define ARCH "aarch64"
#elif defined(__arm__)
#define ARCH "arm"
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH "riscv64"
#elif defined(__riscv)
#define ARCH "riscv32"
#elif defined(__powerpc64__)
#define ARCH "ppc64"
#else
#define ARCH "unknown"
#endif

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#if defined(__clang__)
#define COMPILER "clang " TEXT(__clang_major__) "." TEXT(__clang_minor__) "." TEXT(__clang_patchlevel__)
#elif defined(__GNUC__)
#define COMPILER "gcc " TEXT(__GNUC__) "." TEXT(__GNUC_MINOR__) "." TEXT(__GNUC_PATCHLEVEL__)
#else
#define COMPILER "unknown"
#endif

static uint64_t nanoseconds(struct timespec time) {
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t clock_now(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return nanoseconds(now);
}

uint64_t clock_resolution(void) {
    struct timespec step = {0, 0};
    clock_getres(CLOCK_MONOTONIC, &step);
    return nanoseconds(step);
}

uint64_t processor_time(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return nanoseconds(now);
}

static int by_size(const void *a, const void *b) {
    const uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
    return (first > second) - (first < second);
}

/* Two readings that follow one another lie apart what one takes. */
uint64_t clock_cost(void) {
    enum { READINGS = 1001 };
    uint64_t apart[READINGS];
    for (size_t k = 0; k < READINGS; k++) {
        const uint64_t first = clock_now();
        apart[k] = clock_now() - first;
    }
    qsort(apart, READINGS, sizeof *apart, by_size);
    return apart[READINGS / 2];
}

int use_core(uint32_t core) {
#if defined(__linux__)
    cpu_set_t only;
    CPU_ZERO(&only);
    if (core >= CPU_SETSIZE)
        return -1;
    CPU_SET(core, &only);
    return sched_setaffinity(0, sizeof only, &only);
#else
    (void)core;
    return -1;
#endif
}

static int is_little_endian(void) {
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* A figure of the system, or 1 where it does not say. */
static uint64_t system_figure(int name) {
    long value = sysconf(name);
    return value < 1 ? 1 : (uint64_t)value;
}

#if defined(__linux__)
/* Where a link of /proc leads; 0, or -1 where the system does not say. */
static int link_of(const char *path, char target[PATH_MAX]) {
    ssize_t length = readlink(path, target, PATH_MAX - 1);
    target[length < 0 ? 0 : length] = 0;
    return length <= 0 ? -1 : 0;
}
#endif

/*
 * The name of the program that the kernel runs in the place of this one: a translator of its instructions, as
 * `qemu-aarch64`. NULL where the kernel runs this one, or does not say. Translators answer for /proc/self/exe
 * themselves; the same link of a thread, which nobody asks for, is the kernel's.
 */
static const char *translator(char held[PATH_MAX]) {
#if defined(__linux__) && defined(SYS_gettid)
    char path[64], told[PATH_MAX];
    snprintf(path, sizeof path, "/proc/self/task/%ld/exe", syscall(SYS_gettid));
    if (link_of("/proc/self/exe", told) < 0 || link_of(path, held) < 0 || strcmp(told, held) == 0)
        return NULL;
    const char *slash = strrchr(held, '/');
    return slash == NULL ? held : slash + 1;
#else
    (void)held;
    return NULL;
#endif
}

void tell_machine(void) {
    char held[PATH_MAX];
    struct utsname names;
    const int named = uname(&names) >= 0;
    line_string("arch", ARCH);
    line_string("machine", named ? names.machine : NULL);
    line_string("system", named ? names.sysname : NULL);
    line_string("translator", translator(held));
    line_integer("pointer_bits", sizeof(void *) * CHAR_BIT);
    line_boolean("little_endian", is_little_endian());
    line_string("compiler", COMPILER);
    line_integer("cores", system_figure(_SC_NPROCESSORS_ONLN));
    line_integer("page_bytes", system_figure(_SC_PAGESIZE));
    line_integer("clock_ns", clock_resolution());
    line_integer("timer_ns", clock_cost());
}

/* The number behind `name` in a file of lines "Name:   123 kB", in bytes; -1 where there is none. */
static int64_t bytes_in(const char *path, const char *name) {
    char held[2048]; /* both files are shorter, or begin with what is looked for */
    size_t used = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    for (ssize_t count; used + 1 < sizeof held && (count = read(file, held + used, sizeof held - 1 - used)) > 0;)
        used += (size_t)count;
    close(file);
    held[used] = 0;
    const char *found = strstr(held, name);
    return found == NULL ? -1 : 1024 * (int64_t)strtoull(found + strlen(name), NULL, 10);
}

static void tell_bytes(const char *name, int64_t bytes) {
    if (bytes < 0)
        line_null(name);
    else
        line_integer(name, (uint64_t)bytes);
}

void tell_memory(void) {
    line_open("memory");
    /* The peak is read last: reading takes memory itself. */
    tell_bytes("rss_bytes", bytes_in("/proc/self/status", "\nVmRSS:"));
    tell_bytes("peak_rss_bytes", bytes_in("/proc/self/status", "\nVmHWM:"));
    tell_bytes("anonymous_bytes", bytes_in("/proc/self/smaps_rollup", "\nAnonymous:"));
    line_close();
}
