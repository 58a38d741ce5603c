/* SIGINT and SIGTERM ask the program to stop; a second one ends it at once. */
#ifndef BG_PROGRAM_STOP_H
#define BG_PROGRAM_STOP_H

/* Also: a closed pipe and a file that has grown too large are errors of a write, not signals. */
void stop_prepare(void);

int stop_asked(void);

#endif
