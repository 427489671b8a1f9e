"""On what was measured, and with which versions."""
import os
import platform
import re
import shutil
import subprocess
import time
from pathlib import Path

from .contenders import PYTHON


def describe(warehouse, path, label, rows, truth, rounds):
    """Everything that a reader needs to weigh the numbers."""
    return {
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20,
        "system": f"{platform.system()} {platform.release()}",
        "load_average": os.getloadavg()[0],
        "data": label,
        "bytes": path.stat().st_size,
        "rows": rows,
        "contents": truth,
        "rounds": rounds,
        "versions": {"PostgreSQL": warehouse.value("SHOW server_version").split()[0], **tools(), **modules()},
        "settings": {name: warehouse.value(f"SHOW {name}") for name in ["fsync", "synchronous_commit", "shared_buffers"]},
    }


def processor():
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found.group(1) if found else platform.machine()


def tools():
    found = {}
    for program, name in {"mlr": "Miller", "jq": "jq"}.items():
        if shutil.which(program):
            text = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
            found[name] = text.split()[-1].removeprefix("jq-")
    return found


def modules():
    if not PYTHON.exists():
        return {}
    script = (
        "from importlib.metadata import distributions\n"
        "for d in distributions():\n"
        "    if d.name in ('polars', 'duckdb', 'numpy', 'psycopg'): print(d.name, d.version)"
    )
    text = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True).stdout
    return dict(line.split() for line in sorted(text.splitlines()))
