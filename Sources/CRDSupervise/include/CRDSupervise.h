// What the Glibc module of Swift does not show of Linux: signals and changes of the clock as descriptors.
#ifndef CRDSUPERVISE_H
#define CRDSUPERVISE_H

// Blocks HUP, INT, TERM, USR1 and CHLD for this process and gives a descriptor that is readable when one came; -1 and
// errno where that fails.
int rd_signals_open(void);
// The next signal that came; 0 where none is left.
int rd_signals_read(int descriptor);
// A descriptor that is readable once the clock was set; -1 and errno where that fails.
int rd_clock_watch(void);
// Says that the change was seen, and watches for the next one.
void rd_clock_seen(int descriptor);
// Waits until one of `count` descriptors is readable or `nanoseconds` of the monotonic clock have passed; -1 for ever.
// 1 in `ready` marks those that are.
int rd_wait(const int *descriptors, unsigned char *ready, int count, long long nanoseconds);

#endif
