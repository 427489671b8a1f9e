#define _GNU_SOURCE
#include "CRDChain.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int rd_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno; }

int rd_pidfd_open(int32_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int rd_pidfd_signal(int descriptor, int signal) {
    return syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0) == 0 ? 0 : errno;
}

int rd_listen(void) {
    static const int heard[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++) sigaddset(&set, heard[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    // A reader that went away must not end the keeper.
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int rd_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int32_t rd_ended_child(void) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return errno == ECHILD ? -1 : 0;
    return info.si_pid;
}

int rd_spawn(int32_t *child, const char *path, char *const argv[], char *const envp[], const int descriptors[4]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int status = posix_spawn_file_actions_init(&actions);
    if (status != 0) return status;
    if ((status = posix_spawnattr_init(&attributes)) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return status;
    }
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    for (int i = 0; status == 0 && i < 4; i++)
        status = posix_spawn_file_actions_adddup2(&actions, descriptors[i], i);
    if (status == 0) status = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    if (status == 0) status = posix_spawn(child, path, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

// One line for a person, from where printf must not be used.
static void complain(const char *what) {
    const char *why = strerrordesc_np(errno);
    if (write(2, what, strlen(what)) < 0 || write(2, ": ", 2) < 0) return;
    if (why == NULL || write(2, why, strlen(why)) < 0) return;
    if (write(2, "\n", 1) < 0) return;
}

_Noreturn static void become(const struct rd_stage *stage, int32_t parent) {
    sigset_t none;
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) _exit(127);
    setpgid(0, stage->group);
    if (stage->niceness != 0) setpriority(PRIO_PROCESS, 0, stage->niceness);
    // The sources are all above 2, or already in their place: the keeper's own three are taken.
    if (dup2(stage->input, 0) < 0 || dup2(stage->output, 1) < 0 || dup2(stage->errors, 2) < 0) _exit(126);
    syscall(SYS_close_range, 3U, ~0U, 0U);
    if (stage->folder != NULL && chdir(stage->folder) != 0) {
        complain(stage->folder);
        _exit(126);
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(stage->argv[0], stage->argv, stage->envp);
    complain(stage->argv[0]);
    _exit(errno == ENOENT ? 127 : 126);
}

int32_t rd_fork_stage(const struct rd_stage *stage) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) become(stage, parent);
    // Here too, so that the group is there whichever of the two comes first.
    if (child > 0) setpgid(child, stage->group);
    return child;
}

int rd_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }
