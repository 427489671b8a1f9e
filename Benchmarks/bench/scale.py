"""Memory, and what ten times the rows cost."""
import subprocess

from .data import generate
from .process import pipeline
from .rounds import Sample, alternate, say

STAGES = ["rd-ingest", "rd-clean", "rd-transform", "rd-load"]


def weighed(loads, data):
    """One run from the file to the committed warehouse: seconds, and each filter's peak in MiB and processor seconds."""
    loads.warehouse.reset()
    commands = [[str(loads.programs / name)] for name in STAGES]
    commands[0] += ["-q", str(data)]
    seconds, weights, _ = pipeline(commands, loads.warehouse.env, output=subprocess.PIPE)
    return seconds, [(kib / 1024, cpu) for kib, cpu in weights]


def memory(loads, rounds):
    """Peak MiB and processor seconds of each filter on the file."""
    samples = {name: {"mib": Sample(), "cpu": Sample()} for name in STAGES}
    for _ in range(rounds):
        for name, (mib, cpu) in zip(STAGES, weighed(loads, loads.data)[1]):
            samples[name]["mib"].append(mib)
            if cpu is not None:
                samples[name]["cpu"].append(cpu)
    return samples


def tenfold(loads, programs, folder, rounds):
    """rd-gen's file and one of ten times its rows, end to end: seconds and peaks of both, as samples."""
    result = {}
    contenders = {}
    for name, rows in {"1x": 541_909, "10x": 5_419_090}.items():
        path = generate(programs, folder, rows)
        result[name] = {"rows": rows, "memory": {stage: Sample() for stage in STAGES}}

        def run(path=path, kept=result[name]["memory"]):
            seconds, weights = weighed(loads, path)
            for stage, (mib, _) in zip(STAGES, weights):
                kept[stage].append(mib)
            return seconds

        contenders[name] = run
    for name, sample in alternate(contenders, rounds, say).items():
        result[name]["seconds"] = sample
        # The warm-up does not count here either.
        result[name]["memory"] = {stage: Sample(peaks[1:]) for stage, peaks in result[name]["memory"].items()}
    return result
