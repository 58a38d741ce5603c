/*
 * Stands before the clocks of the C library in a program that is linked with it: the wall clock jumps by ten years to
 * and fro each time it is asked, the others are the machine's. Beside the program a file says that a clock was asked
 * here at all, another one that it was the wall clock.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void note(const char *what) {
    char path[4096];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 64);
    if (length <= 0)
        return;
    path[length] = 0;
    strcpy(strrchr(path, '/') + 1, what);
    close(open(path, O_CREAT | O_WRONLY, 0600));
}

static void jump(struct timespec *time) {
    static int asked;
    time->tv_sec += (asked++ % 2 ? -10 : 10) * 365 * 86400;
    note("wall-clock-was-asked");
}

int clock_gettime(clockid_t which, struct timespec *time) {
    static int asked;
    if (asked++ == 0)
        note("clock-was-asked");
    const int status = (int)syscall(SYS_clock_gettime, which, time);
    if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE || which == CLOCK_TAI)
        jump(time);
    return status;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *given) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (given != NULL)
        *given = now.tv_sec;
    return now.tv_sec;
}
