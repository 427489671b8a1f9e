"""The file that is loaded."""
import shutil
import subprocess
from pathlib import Path

from .rounds import say


def find(given, checkout, programs, folder):
    """The file and what to call it: the one that was given, else the real one beside the checkout, else rd-gen's."""
    if given:
        return Path(given).resolve(), Path(given).name
    packed = sorted((checkout / "../shared/data").glob("*.csv.xz"))
    if packed and shutil.which("xz"):
        path = folder / packed[0].stem
        with open(path, "wb") as out:
            subprocess.run(["xz", "-dc", packed[0]], stdout=out, check=True)
        return path, packed[0].stem
    say("The real file is not beside the checkout (../shared/data/*.csv.xz): rd-gen makes one of its shape.")
    return generate(programs, folder, 541_909), "rd-gen"


def generate(programs, folder, rows):
    """A file of rd-gen's with so many rows."""
    path = folder / f"generated-{rows}.csv"
    subprocess.run([programs / "rd-gen", "-q", "--rows", str(rows), "-o", path], check=True)
    return path
