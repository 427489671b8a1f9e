"""The benchmark: what is measured, in which order."""
import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from . import data as source
from . import scale, schedule, start
from .contenders import Loads, check_facts, filter_pipelines, has_module
from .history import History
from .lineage import Lineage
from .machine import describe
from .process import Failed, shell
from .report import Report
from .rounds import alternate, say
from .warehouse import Warehouse

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PARTS = ["loads", "gates", "history", "filters", "memory", "scale", "start", "schedule", "lineage"]


def options(doc):
    parser = argparse.ArgumentParser(description=doc.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a look, not a measurement")
    parser.add_argument("--rounds", type=int, help="rounds that count (5, with --quick 2)")
    parser.add_argument("--data", metavar="FILE", help="the file to load instead of the real one")
    parser.add_argument("--bin", metavar="FOLDER", default=CHECKOUT / ".build-release/release", help="our executables")
    parser.add_argument("--only", metavar="PART,...", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    parser.add_argument(
        "--empty-database", metavar="NAME", help="use RD_DATABASE_URL's database, of this name, and EMPTY it many times"
    )
    parser.add_argument("--out", metavar="FOLDER", default=CHECKOUT / ".build-bench", help="where the results go")
    chosen = parser.parse_args()
    chosen.rounds = chosen.rounds or (2 if chosen.quick else 5)
    chosen.only = chosen.only.split(",")
    if unknown := set(chosen.only) - set(PARTS):
        parser.error(f"there is no part {', '.join(unknown)}: {', '.join(PARTS)}")
    if chosen.empty_database and "RD_DATABASE_URL" not in os.environ:
        parser.error("--empty-database needs RD_DATABASE_URL")
    return chosen


def main(doc):
    chosen = options(doc)
    programs, out = Path(chosen.bin).resolve(), Path(chosen.out).resolve()
    if not (programs / "rd-load").exists():
        raise SystemExit(f"There is no rd-load in {programs}: make build")
    out.mkdir(parents=True, exist_ok=True)
    # Ended from outside, it still stops its server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    warehouse = None
    # The server runs as another user where we are root, and must get through to its folder.
    with tempfile.TemporaryDirectory(prefix="rd-bench-", dir=os.environ.get("TMPDIR", "/tmp")) as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            warehouse = Warehouse(programs, folder, chosen.empty_database)
            report = Report()
            measure(chosen, programs, folder, warehouse, report)
            report.write(out)
        except Failed as failure:
            raise SystemExit(f"A contender failed: {failure}") from failure
        finally:
            if warehouse:
                warehouse.close()
    print(report.markdown())
    say(f"Written to {out}/results.md and results.json")
    return 0


def measure(chosen, programs, folder, warehouse, report):
    path, label = source.find(chosen.data, CHECKOUT, programs, folder)
    loads = Loads(programs, warehouse, path)
    say("Preparing: the file is loaded once, and the rows are kept for the others")
    loads.prepare()
    rows = warehouse.value("SELECT records_processed FROM retail_dw.etl_job_runs ORDER BY job_id DESC LIMIT 1")
    report.about = describe(warehouse, path, label, int(rows), loads.truth, chosen.rounds)
    if "loads" in chosen.only:
        measure_loads(chosen, loads, report)
    if "gates" in chosen.only:
        say("What the quality gates cost")
        contenders = {"with": loads.ours, "without": loads.without_gates}
        report.gates = alternate(contenders, chosen.rounds, say)
    if "history" in chosen.only:
        say("A full warehouse: again by force, a corrected month, and back")
        report.history = History(loads, folder).measure(chosen.rounds)
    if "filters" in chosen.only:
        measure_filters(chosen, programs, folder, loads, report)
    if "memory" in chosen.only:
        say("Peak memory of each filter")
        report.memory = scale.memory(loads, chosen.rounds)
    if "scale" in chosen.only:
        say("Ten times the rows")
        report.scale = scale.tenfold(loads, programs, folder, chosen.rounds)
    if "start" in chosen.only:
        say("Start-up")
        report.start = start.measure(programs, warehouse, folder, 40 if chosen.quick else 200)
    if "schedule" in chosen.only:
        say("Many jobs in the same second")
        report.schedule = schedule.measure(programs, folder, chosen.rounds)
    if "lineage" in chosen.only:
        say("Where a fact and a month's total of the full warehouse come from")
        report.lineage = Lineage(loads).measure(chosen.rounds)


def measure_loads(chosen, loads, report):
    say("End to end, and what else fills a warehouse")
    contenders = {"ours": loads.ours, "best load": loads.best_load, "plain": loads.plain_copy}
    if has_module("polars", "numpy", "psycopg"):
        contenders["polars"] = loads.polars
    else:
        say("polars_load.py is left out: polars, numpy and psycopg are not in Benchmarks/.venv (Benchmarks/setup)")
    report.loads = alternate(contenders, chosen.rounds, say)


def measure_filters(chosen, programs, folder, loads, report):
    say("Filters alone")
    commands = filter_pipelines(programs, loads.data)
    for name, command in commands.items():
        check_facts(name, command, loads.truth, folder)
    timed = {name: lambda command=command: shell(f"{{ {command} ; }} > /dev/null")[0] for name, command in commands.items()}
    report.filters = alternate(timed, chosen.rounds, say)
