#!/usr/bin/env python3
"""Fires of cron expressions by cronsim, an implementation that shares nothing with rd-sched.

usage: oracle.py make SEED JOBS > timetable.yaml
       oracle.py expect timetable.yaml FROM UNTIL > expected.ndjson

`make` writes a timetable of random expressions in three time zones (cronsim walks in whole hours: no zone that moves by less); `expect` writes what `rd-sched next --json` must
say of it, one line a fire. FROM and UNTIL are ISO 8601 with an offset; fires lie after FROM and before UNTIL.
"""
import datetime
import json
import random
import re
import sys
import zoneinfo

ZONES = ("Europe/London", "America/New_York", "Australia/Sydney")


def field(rng, low, high, names=()):
    """One field: mostly numbers, at times a star, a step, a range, a list or a name."""
    kind = rng.random()
    if kind < 0.25:
        return "*"
    if kind < 0.35:
        return f"*/{rng.randint(1, high)}"
    if kind < 0.5:
        first = rng.randint(low, high)
        last = rng.randint(first, high)
        return f"{first}-{last}" + (f"/{rng.randint(1, 9)}" if rng.random() < 0.5 else "")
    if kind < 0.6:
        return ",".join(str(rng.randint(low, high)) for _ in range(rng.randint(2, 4)))
    if names and kind < 0.75:
        return rng.choice(names)
    return str(rng.randint(low, high))


def expression(rng):
    minute = field(rng, 0, 59) if rng.random() < 0.15 else str(rng.choice((0, 15, 30, 45, rng.randint(0, 59))))
    hour = field(rng, 0, 23) if rng.random() < 0.3 else str(rng.choice((0, 1, 1, 2, 2, 3, rng.randint(0, 23))))
    day = "L" if rng.random() < 0.1 else field(rng, 1, 31) if rng.random() < 0.3 else "*"
    month = field(rng, 1, 12, "jan feb mar oct nov".split()) if rng.random() < 0.2 else "*"
    week = field(rng, 0, 7, "sun mon fri sat mon#1 5L".split()) if rng.random() < 0.4 else "*"
    return f"{minute} {hour} {day} {month} {week}"


def possible(text):
    import cronsim
    try:
        next(cronsim.CronSim(text, datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)))
        return True
    except (cronsim.CronSimError, StopIteration):
        return False


def make(seed, jobs):
    rng = random.Random(seed)
    print("kind: timetable\nversion: 1\njobs:")
    made = 0
    while made < jobs:
        text = expression(rng)
        if possible(text):
            print(f"  - {{name: job-{made}, cron: '{text}', timezone: {ZONES[made % len(ZONES)]}, run: 'true'}}")
            made += 1


def fires(place, name, text, zone, start, end):
    """(instant, place, line) of each fire."""
    import cronsim
    last = None
    for at in cronsim.CronSim(text, start.astimezone(zoneinfo.ZoneInfo(zone))):
        instant = at.astimezone(datetime.timezone.utc)
        if instant >= end:
            return
        if start < instant != last:
            last = instant
            yield instant, place, json.dumps({"job": name, "at": at.isoformat()}, separators=(",", ":"))


def expect(path, start, end):
    pattern = re.compile(r"name: (\S+), cron: '([^']*)', timezone: ([^,]+),")
    jobs = [pattern.search(line).groups() for line in open(path, encoding="utf-8") if "cron:" in line]
    start, end = datetime.datetime.fromisoformat(start), datetime.datetime.fromisoformat(end)
    found = []
    for place, (name, text, zone) in enumerate(jobs):
        found += fires(place, name, text, zone, start, end)
    print("\n".join(line for _, _, line in sorted(found)))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), int(sys.argv[3]))
    else:
        expect(*sys.argv[2:5])
