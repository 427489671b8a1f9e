"""The measurements as tables and as JSON. Every number comes from this run, but for the goals."""
import json

from .rounds import Sample

MIB_GOALS = {"rd-ingest": 16, "rd-clean": 48, "rd-transform": 16, "rd-load": 24}

HISTORY_GOALS = [
    ("forced", "forced reload of the same rows", 2.0, 1.0),
    ("changed", "one corrected month", 0.5, 0.25),
    ("rollback", "rollback of the last version", 0.5, 0.25),
]


class Report:
    """What one run of the benchmark found; a part that did not run is None."""

    def __init__(self):
        self.about = {}
        self.loads = self.gates = self.history = self.filters = self.memory = self.scale = self.start = None
        self.schedule = self.lineage = None

    def write(self, out):
        (out / "results.md").write_text(self.markdown() + "\n")
        names = ["about", "loads", "gates", "history", "filters", "memory", "scale", "start", "schedule", "lineage"]
        parts = {name: getattr(self, name) for name in names}
        (out / "results.json").write_text(json.dumps(plain(parts), indent=2) + "\n")

    def markdown(self):
        parts = [self.introduction(), self.goals(), self.details()]
        return "\n\n".join(part for part in parts if part)

    def introduction(self):
        about = self.about
        versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
        settings = ", ".join(f"{name} {value}" for name, value in about["settings"].items())
        return (
            f"Measured {about['when']} on {about['cores']} cores of {about['processor']}, {about['system']},"
            f" load average {about['load_average']:.2f} before. Data: {about['data']}, {about['rows']:,} rows,"
            f" {about['contents']['facts']:,} facts. Medians of {about['rounds']} rounds, smallest and largest behind"
            f" them. {versions}; {settings}."
        )

    def goals(self):
        parts = [self.load_goals(), self.gate_goals(), self.history_goals(), self.filter_goals(), self.memory_goals()]
        parts += [self.scale_goals(), self.start_goals(), self.lineage_goals()]
        rows = [row for part in parts for row in part]
        if not rows:
            return ""
        return table(["what", "must reach", "aim", "measured", ""], rows)

    def load_goals(self):
        if not self.loads:
            return
        ours = self.loads["ours"].median
        for name, title, must, aim in [
            ("best load", "end to end, against best load", 1.5, 1.0),
            ("plain", "end to end, against plain `psql \\copy` into the constrained table", 0.25, 0.1),
            ("polars", "end to end, against polars and COPY BINARY", 0.9, 0.6),
        ]:
            if name in self.loads:
                ratio = ours / self.loads[name].median
                yield [title, f"{must} x", f"{aim} x", f"{ratio:.2f} x", verdict(ratio <= must, ratio <= aim)]

    def gate_goals(self):
        if not self.gates:
            return
        ratio = self.gates["with"].median / self.gates["without"].median
        yield ["all quality gates, against `--no-gate`", "1.1 x", "1.05 x", f"{ratio:.2f} x",
               verdict(ratio <= 1.1, ratio <= 1.05)]

    def history_goals(self):
        if not self.history:
            return
        for name, title, must, aim in HISTORY_GOALS:
            ratio = self.history[name].median / self.history["first"].median
            yield [f"{title}, against the first load", f"{must} x", f"{aim} x", f"{ratio:.2f} x",
                   verdict(ratio <= must, ratio <= aim)]

    def filter_goals(self):
        if not self.filters:
            return
        rate = self.about["rows"] / next(iter(self.filters.values())).median
        yield [
            "filters alone", "700,000 rows/s", "1,500,000 rows/s", f"{rate:,.0f} rows/s",
            verdict(rate >= 700_000, rate >= 1_500_000),
        ]

    def memory_goals(self):
        for name, found in (self.memory or {}).items():
            must, sample = MIB_GOALS[name], found["mib"]
            yield [
                f"peak memory of {name}", f"{must} MiB", f"{must // 2} MiB", f"{sample.median:.1f} MiB",
                verdict(sample.greatest <= must, sample.greatest <= must / 2),
            ]

    def scale_goals(self):
        if not self.scale:
            return
        ratio = self.scale["10x"]["seconds"].median / self.scale["1x"]["seconds"].median
        yield ["ten times the rows", "11 x the time", "", f"{ratio:.1f} x", verdict(ratio <= 11, True)]

    def start_goals(self):
        for kind in ["--help", "empty stream"]:
            found = {name: sample for name, sample in (self.start or {}).items() if name.endswith(kind)}
            if found:
                slowest = max(found, key=lambda name: found[name].median)
                value = found[slowest].median
                title = f"start-up, {kind}, the slowest: {slowest.split()[0].rstrip(',')}"
                yield [title, "10 ms", "3 ms", f"{value:.1f} ms", verdict(value <= 10, value <= 3)]

    def lineage_goals(self):
        for name, title in LINEAGE.items():
            if self.lineage and name in self.lineage:
                value = self.lineage[name].median
                yield [f"`rd-lineage why`: {title}", "100 ms", "50 ms", f"{value:.0f} ms", verdict(value <= 100, value <= 50)]

    def details(self):
        parts = []
        if self.loads:
            ours = self.loads["ours"].median
            rows = [[NAMES[n], spread(s, "{:.2f}"), f"{ours / s.median:.2f} x"] for n, s in self.loads.items()]
            parts.append(table(["from nothing to a loaded warehouse", "seconds", "ours takes"], rows))
        if self.gates:
            bare = self.gates["without"].median
            rows = [[GATES[n], spread(s, "{:.2f}"), f"{s.median / bare:.2f} x"] for n, s in self.gates.items()]
            parts.append(table(["quality gates", "seconds", "of the time without"], rows))
        if self.history:
            parts.append(self.history_table())
        if self.filters:
            rate = lambda s: f"{self.about['rows'] / s.median:,.0f}"  # noqa: E731
            ours = next(iter(self.filters.values())).median
            rows = [[n, rate(s), spread(s, "{:.2f}"), f"{ours / s.median:.2f} x"] for n, s in self.filters.items()]
            parts.append(table(["filters alone, CSV to facts in NDJSON", "rows/s", "seconds", "ours takes"], rows))
        if self.memory:
            heads = ["each filter of the pipeline", "peak MiB", "processor seconds"]
            rows = [
                [n, spread(found["mib"], "{:.1f}"), spread(found["cpu"], "{:.2f}")] for n, found in self.memory.items()
            ]
            parts.append(table(heads, rows))
        if self.scale:
            parts.append(self.scale_table())
        if self.start:
            rows = [[name, spread(sample, "{:.1f}")] for name, sample in self.start.items()]
            parts.append(table(["start-up", "milliseconds"], rows))
        if self.schedule:
            found = self.schedule
            rows = [
                ["from the moment that they are due to the end of the last, seconds", spread(found["seconds"], "{:.2f}")],
                ["from the first start to the last, seconds", spread(found["spread"], "{:.2f}")],
                ["peak memory of the scheduler, MiB", spread(found["mib"], "{:.1f}")],
            ]
            parts.append(table([f"{found['jobs']} jobs due in the same second, {found['slots']} at a time, none lost", ""], rows))
        if self.lineage:
            rows = [[LINEAGE[name], spread(sample, "{:.0f}")] for name, sample in self.lineage.items()]
            parts.append(table(["`rd-lineage why` on the full warehouse", "milliseconds"], rows))
        return "\n\n".join(parts)

    def history_table(self):
        found, first = self.history, self.history["first"].median
        names = {
            "first": "first load",
            "forced": "the same file again, by force: every fact compared, none changed",
            "changed": f"{found['month']} corrected: {found['rows']:,} rows, {found['updated']:,} facts changed",
            "rollback": "that version rolled back",
        }
        rows = [[text, spread(found[n], "{:.2f}"), f"{found[n].median / first:.2f} x"] for n, text in names.items()]
        return table(["over time", "seconds", "of the first load"], rows)

    def scale_table(self):
        small, large = self.scale["1x"], self.scale["10x"]
        rows = [["seconds", spread(small["seconds"], "{:.1f}"), spread(large["seconds"], "{:.1f}")]]
        for stage in small["memory"]:
            rows.append([
                f"peak MiB of {stage}", spread(small["memory"][stage], "{:.1f}"), spread(large["memory"][stage], "{:.1f}")
            ])
        return table(["rd-gen, end to end", f"{small['rows']:,} rows", f"{large['rows']:,} rows"], rows)


LINEAGE = {
    "first": "a fact, the whole file hashed",
    "again": "a fact, the file unchanged since",
    "month": "a month's total",
}

NAMES = {
    "ours": "`rd-ingest | rd-clean | rd-transform | rd-load`",
    "best load": "best load: COPY BINARY of ready facts, indexes, foreign keys",
    "plain": "plain `\\copy` of ready facts into the constrained table",
    "polars": "Benchmarks/polars_load.py: polars and COPY BINARY",
}


GATES = {
    "with": "the pipeline, by the rules of pipelines/quality.yaml",
    "without": "the same with `--no-gate` in each of the four",
}


def plain(value):
    """The measurements as JSON has them: a sample with its median and all of its runs."""
    if isinstance(value, Sample):
        return value.json() if value else None
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return value


def verdict(reached, aimed):
    return "aim reached" if reached and aimed else "reached" if reached else "**missed**"


def spread(sample, form):
    if not sample:
        return "not measured"
    return f"{form.format(sample.median)} ({form.format(sample.least)} to {form.format(sample.greatest)})"


def table(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
