"""Many jobs that are due in the same second: how long until the last has ended, and what the scheduler weighs."""
import json
import os
import signal
import subprocess
import time

from .process import Failed
from .rounds import Sample, say

JOBS, SLOTS, STEP = 500, 8, 20


def measure(programs, folder, rounds):
    """Seconds from the moment that all are due to the end of the last, and MiB of the scheduler; each run is counted."""
    found = {"jobs": JOBS, "slots": SLOTS, "seconds": Sample(), "spread": Sample(), "mib": Sample()}
    for number in range(rounds + 1):
        seconds, spread, mib = once(programs, folder / f"sched-{number}")
        if number > 0:
            found["seconds"].append(seconds)
            found["spread"].append(spread)
            found["mib"].append(mib)
        say(f"  {'warm-up' if number == 0 else f'round {number}/{rounds}'}: {seconds:.3f} s")
    return found


def once(programs, folder):
    folder.mkdir()
    timetable = folder / "timetable.yaml"
    lines = [f"  - {{name: job{number}, every: {STEP}s, run: 'true | true'}}" for number in range(JOBS)]
    timetable.write_text("\n".join(["kind: timetable", "version: 1", f"slots: {SLOTS}", "jobs:", *lines]) + "\n")
    env = {**os.environ, "RD_HOME": str(folder / "home"), "RD_TIMETABLE": str(timetable), "RD_CONFIG": "/dev/null"}
    # Not in the seconds before they are due.
    while time.time() % STEP > STEP - 3:
        time.sleep(0.5)
    due = (int(time.time()) // STEP + 1) * STEP
    scheduler = subprocess.Popen([programs / "rd-sched", "start", "--no-alerts", "--no-mirror", "--starts-per-second", "1000"], env=env, stderr=subprocess.DEVNULL)
    try:
        time.sleep(max(due - time.time(), 0))
        events = wait_for_all(folder, due)
        with open(f"/proc/{scheduler.pid}/status") as status:
            kib = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    finally:
        scheduler.send_signal(signal.SIGTERM)
        scheduler.wait()
    began = [event["at"] for event in events if event["event"] == "began"]
    ended = [event["ended"] for event in events if event["event"] == "ended"]
    return max(ended) / 1000 - due, (max(began) - min(began)) / 1000, kib / 1024


def wait_for_all(folder, due):
    """The journal's events once every job of that moment has ended well; each of them once."""
    for _ in range(STEP * 5 - 20):
        time.sleep(0.2)
        paths = list(folder.glob("home/sched/*/journal.ndjson"))
        events = [json.loads(line) for path in paths for line in open(path) if line.endswith("}\n")]
        runs = {event["run"]: event["job"] for event in events if event["event"] == "queued" and event["date"] == due}
        ended = [event for event in events if event["event"] == "ended" and event["run"] in runs]
        if len(ended) >= JOBS:
            if any(event["status"] != "success" for event in ended) or len(set(runs.values())) != len(runs):
                break
            return [event for event in events if event.get("run") in runs]
    raise Failed(f"{len(ended)} of {JOBS} jobs of one moment ended, of {len(runs)} runs")
