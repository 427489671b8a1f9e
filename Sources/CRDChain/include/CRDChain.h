// What Linux offers to look after processes and Swift's Glibc module does not show: variadic calls, calls that have no
// wrapper, and a child between fork and exec, where nothing but async-signal-safe calls may be made.
#ifndef CRDCHAIN_H
#define CRDCHAIN_H

#include <stdint.h>

// Makes this process the one that orphans of its descendants go to. 0, or errno.
int rd_become_subreaper(void);

// A descriptor that is readable once the process has ended; -1 with errno set.
int rd_pidfd_open(int32_t process);

// Sends a signal to the process of a pidfd, whoever has its number by then. 0, or errno.
int rd_pidfd_signal(int descriptor, int signal);

// Blocks the signals that a keeper listens to and gives a descriptor to read them from; -1 with errno set.
int rd_listen(void);

// The next signal that came, 0 where none is left.
int rd_next_signal(int descriptor);

// A child that has ended and was not yet waited for: its id; 0 where all others still run; -1 where there is no child.
int32_t rd_ended_child(void);

// Starts a program with posix_spawn in a session of its own: `descriptors` become its 0, 1, 2 and 3, all others are
// closed; no signal is blocked, none ignored. 0, or errno.
int rd_spawn(int32_t *child, const char *path, char *const argv[], char *const envp[], const int descriptors[4]);

// How rd_fork_stage starts a program.
struct rd_stage {
    char *const *argv;
    char *const *envp;
    const char *folder;  // NULL: the one that this process is in
    int input, output, errors;
    int32_t group;  // 0: a new group, which it leads
    int niceness;
};

// Forks and runs argv[0], a path. In the child no signal is blocked or ignored, all descriptors but three are closed,
// and it is killed when this process dies. Forked and not spawned, so that the peak memory that wait4 tells is not
// this process's own. The child's id; -1 with errno set. A child that cannot run says why and exits 126 or 127.
int32_t rd_fork_stage(const struct rd_stage *stage);

// A pipe whose ends are closed in programs that are started. 0, or errno.
int rd_pipe(int ends[2]);

#endif
