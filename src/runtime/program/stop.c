#define _POSIX_C_SOURCE 200809L

#include "stop.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

/* Set by a handler, read by every thread. */
static int asked;

static void ask(int signal) {
    (void)signal;
    __atomic_store_n(&asked, 1, __ATOMIC_RELAXED);
}

void stop_prepare(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = ask;
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    action.sa_flags = 0;
    sigaction(SIGPIPE, &action, NULL);
#ifdef SIGXFSZ
    sigaction(SIGXFSZ, &action, NULL);
#endif
}

int stop_asked(void) { return __atomic_load_n(&asked, __ATOMIC_RELAXED); }
