#define _GNU_SOURCE
#include "CRDSupervise.h"
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int rd_signals_open(void) {
    sigset_t set;
    sigemptyset(&set);
    int wanted[] = {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGCHLD};
    for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++) sigaddset(&set, wanted[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int rd_signals_read(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

static void arm(int descriptor) {
    // A moment that never comes: only a change of the clock makes the descriptor readable.
    struct itimerspec never = {.it_value = {.tv_sec = INT32_MAX}};
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) == 0) never.it_value.tv_sec = now.tv_sec + 10LL * 365 * 86400;
    timerfd_settime(descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

int rd_clock_watch(void) {
    int descriptor = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (descriptor >= 0) arm(descriptor);
    return descriptor;
}

void rd_clock_seen(int descriptor) {
    uint64_t count;
    if (read(descriptor, &count, sizeof count) < 0) arm(descriptor);
}

int rd_wait(const int *descriptors, unsigned char *ready, int count, long long nanoseconds) {
    struct pollfd *set = calloc((size_t)count + 1, sizeof *set);
    if (set == NULL) return -1;
    for (int i = 0; i < count; i++) {
        set[i].fd = descriptors[i];
        set[i].events = POLLIN;
    }
    struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    int found = ppoll(set, (nfds_t)count, nanoseconds < 0 ? NULL : &limit, NULL);
    for (int i = 0; i < count; i++) ready[i] = found > 0 && set[i].revents != 0;
    free(set);
    return found;
}
