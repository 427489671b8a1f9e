"""How long a filter takes to be there."""
import subprocess

from .process import Failed, start
from .rounds import Sample

FILTERS = ["rd-ingest", "rd-clean", "rd-transform", "rd-load"]
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n"


def measure(programs, warehouse, folder, runs):
    """Milliseconds of each filter for --help and for a stream without records, name to Sample; and of /bin/true, which
    is what starting anything costs here."""
    streams = empty_streams(programs, warehouse, folder)
    commands = {"/bin/true": (["/bin/true"], "/dev/null")}
    for name in FILTERS:
        commands[f"{name} --help"] = ([str(programs / name), "--help"], "/dev/null")
    for name in FILTERS:
        words = [str(programs / name)] + (["-q"] if name == "rd-ingest" else [])
        commands[f"{name}, empty stream"] = (words, streams[name])
    # A load of no bytes ends without a database (exit 76); one that was loaded before connects, looks, and ends.
    commands["rd-load, loaded before: connects"] = commands["rd-load, empty stream"]
    commands["rd-load, empty stream"] = ([str(programs / "rd-load"), "-q"], "/dev/null")
    samples = {name: Sample() for name in commands}
    for number in range(runs + 5):
        for name, (words, stdin) in commands.items():
            seconds, code = start(words, stdin, warehouse.env)
            if code != (76 if name == "rd-load, empty stream" else 0):
                raise Failed(f"{name}: exit {code}")
            if number >= 5:
                samples[name].append(seconds * 1000)
    return samples


def empty_streams(programs, warehouse, folder):
    """For each filter a file with what comes where there are no rows: a header, and streams that open and close. The
    warehouse has such a stream already, so that rd-load connects, sees that, and ends."""
    warehouse.reset()
    path = folder / "empty.csv"
    path.write_text(HEADER)
    streams = {"rd-ingest": path}
    for name, after in zip(FILTERS, FILTERS[1:]):
        out = folder / f"empty-{after}.ndjson"
        with open(streams[name]) as source, open(out, "w") as sink:
            subprocess.run([programs / name, "-q"], stdin=source, stdout=sink, check=True, env=warehouse.env)
        streams[after] = out
    with open(streams["rd-load"]) as source:
        subprocess.run([programs / "rd-load", "-q"], stdin=source, check=True, env=warehouse.env, capture_output=True)
    return streams
