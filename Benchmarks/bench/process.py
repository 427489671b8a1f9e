"""Runs commands and pipelines, and says how long they took and how much memory each part had."""
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

TIME = shutil.which("time")


class Failed(Exception):
    """A command that was to be measured did not do its work."""


def shell(command, env=None, stdin=subprocess.DEVNULL):
    """Runs a pipeline in bash with pipefail. Gives the seconds on the clock and what it wrote to standard output."""
    begin = time.perf_counter()
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], env=env, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    seconds = time.perf_counter() - begin
    if done.returncode != 0:
        raise Failed(f"exit {done.returncode} of: {command}\n{done.stderr.decode(errors='replace')[-2000:]}")
    return seconds, done.stdout.decode()


def pipeline(commands, env=None, output=subprocess.DEVNULL):
    """Runs `commands` (lists of words) as a pipeline and weighs each process.

    Gives the seconds on the clock, and for each command its peak memory in KiB and its processor seconds (None where
    time(1) is missing), and what the last wrote to standard output, where `output` is a pipe. The peak is what the kernel counted
    (VmHWM): by time(1) where that is installed, which starts the command from a small process of its own; a child that
    is forked from here would show this program's peak too. Without time(1) the mark is read from /proc each
    millisecond, and a growth in the last of them would be missed.
    """
    reports = [Path(f"{os.environ.get('TMPDIR', '/tmp')}/rd-bench-{os.getpid()}-{number}") for number in range(len(commands))]
    if TIME:
        commands = [[TIME, "-o", str(report), "-f", "%M %U %S", *command] for command, report in zip(commands, reports)]
    processes = []
    begin = time.perf_counter()
    source = subprocess.DEVNULL
    for number, command in enumerate(commands):
        last = number == len(commands) - 1
        process = subprocess.Popen(
            command, env=env, stdin=source, stdout=output if last else subprocess.PIPE, stderr=subprocess.PIPE
        )
        if source is not subprocess.DEVNULL:
            source.close()
        source = process.stdout
        processes.append(process)
    watch = None if TIME else PeakWatch(processes)
    text = processes[-1].stdout.read().decode() if output is subprocess.PIPE else ""
    codes = [process.wait() for process in processes]
    seconds = time.perf_counter() - begin
    errors = [process.stderr.read().decode(errors="replace") for process in processes]
    if any(codes):
        raise Failed(f"exits {codes}: {' | '.join(errors)[-2000:]}")
    weights = [(kib, None) for kib in watch.stop()] if watch else [weight(report) for report in reports]
    return seconds, weights, text


def weight(report):
    """What time(1) wrote: KiB, and seconds as user and in the kernel."""
    kib, user, kernel = report.read_text().split()[-3:]
    report.unlink()
    return int(kib), float(user) + float(kernel)


class PeakWatch:
    """Reads the high-water marks of running processes."""

    def __init__(self, processes):
        self.peaks = [0] * len(processes)
        self.pids = [process.pid for process in processes]
        self.is_on = True
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while self.is_on:
            for place, pid in enumerate(self.pids):
                self.peaks[place] = max(self.peaks[place], peak(pid))
            time.sleep(0.001)

    def stop(self):
        self.is_on = False
        self.thread.join()
        return self.peaks


def peak(pid):
    """VmHWM of a process in KiB; 0 where it has ended, or is not yet the program that it will be."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        if os.readlink(f"/proc/{pid}/exe") == os.readlink("/proc/self/exe"):
            return 0
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def start(command, stdin, env):
    """Starts a command, waits for its end and gives the seconds between and its exit code. As light as it gets."""
    source = os.open(stdin, os.O_RDONLY)
    null = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, source, 0), (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    begin = time.perf_counter()
    pid = os.posix_spawn(command[0], command, env, file_actions=actions)
    _, status = os.waitpid(pid, 0)
    seconds = time.perf_counter() - begin
    os.close(source)
    os.close(null)
    return seconds, os.waitstatus_to_exitcode(status)
