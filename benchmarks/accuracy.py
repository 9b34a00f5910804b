"""Checking records: completeness, formats, duplicates by key, wrong cells by person and month.

Beside the pandas idiom, and ydata-profiling with `minimal=True`, where the variable YDATA_PYTHON leads to a
Python that has it. The peer looks at completeness and values of each column alone: it knows no formats, no
keys, no persons and months. Our second line adds what neither does: duplicates by likeness, and every table.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from side_by_side import compare, rows_asked

from crmeval.analyses import accuracy
from crmeval.analyses.checks import run_checks, suggest_checks
from crmeval.settings import Settings
from crmeval.tables import Tables

EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
PHONE = r"(?:\+7|8)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}"
FAULTY = 0.01
FILLED = [f"x{number}" for number in range(1, 13)]


def records(rows: int) -> pd.DataFrame:
    """People with twelve fields, of which two in a hundred are empty or damaged."""
    rng = np.random.default_rng(7)
    number = np.arange(rows).astype(str)
    phones = rng.integers(9_000_000_000, 9_999_999_999, rows)
    frame = pd.DataFrame(
        {
            "record_id": number,
            "entered_by": np.char.add("Person ", rng.integers(0, 40, rows).astype(str)),
            "entered_at": pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700, rows), unit="D"),
            "x1": np.char.add(np.char.add("client", number), "@firm.ru"),
            "x2": np.char.add("+7", phones.astype(str)),
            "x3": np.char.add("Firm ", number),
        }
    ).astype(dict.fromkeys(("x1", "x2", "x3"), object))
    for place, name in enumerate(FILLED[3:], start=3):
        frame[name] = np.char.add(f"choice {place} ", rng.integers(0, 30, rows).astype(str)).astype(object)
    for name in FILLED:
        frame.loc[rng.random(rows) < FAULTY, name] = None
    frame.loc[rng.random(rows) < FAULTY, "x1"] = "client at firm"
    return frame


def crmeval(frame: pd.DataFrame) -> object:
    """Every check that the data suggest, repeated keys among them; wrong cells by field, person and month."""
    tables = Tables.from_frames(records=frame)
    judged, found = run_checks(tables, suggest_checks(tables, "RU"))
    return judged.spread.groupby(["person", "month"])[["cells", "wrong"]].sum(), found


def whole(frame: pd.DataFrame) -> object:
    """The same with duplicates by likeness and everything that the page and the reports say."""
    return accuracy.ANALYSIS.run(Tables.from_frames(records=frame), Settings(holiday_country="RU"), {})


def pandas(frame: pd.DataFrame) -> object:
    """The idiom: a mask per check, added up."""
    wrong = frame[FILLED].isna() | frame[FILLED].apply(lambda column: column.str.strip() == "")
    wrong["x1"] |= ~frame["x1"].str.fullmatch(EMAIL).fillna(True).astype(bool)
    wrong["x2"] |= ~frame["x2"].str.fullmatch(PHONE).fillna(True).astype(bool)
    for name in FILLED:
        wrong[name] |= frame[name].str.lower().isin(["-", "n/a", "test", "нет", "unknown"])
    repeated = frame.duplicated(FILLED).sum()
    whose = [frame["entered_by"], frame["entered_at"].dt.to_period("M")]
    return wrong.sum(), wrong.groupby(whose).sum(), repeated


YDATA = """
import json, resource, sys, warnings
warnings.simplefilter("ignore")
import pandas as pd
from ydata_profiling import ProfileReport
def spent():
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
frame = pd.read_csv(sys.argv[1], dtype={"record_id": str}, parse_dates=["entered_at"])
ProfileReport(frame.head(200), minimal=True, progress_bar=False).to_html()
began = spent()
report = ProfileReport(frame, minimal=True, progress_bar=False)
report.get_description()
described = spent()
report.to_html()
print(json.dumps([described - began, spent() - began]))
"""


def beside_ydata(frame: pd.DataFrame, taken: dict[str, float]) -> None:
    """Prints the CPU seconds of the peer in a process of its own: figures alone, and with its report."""
    python = os.environ.get("YDATA_PYTHON", "")
    if not python:
        print("  ydata-profiling is not asked: YDATA_PYTHON does not lead to a Python that has it")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.csv"
        frame.to_csv(path, index=False)
        done = subprocess.run([python, "-c", YDATA, str(path)], capture_output=True, text=True, check=True)
    described, reported = json.loads(done.stdout.strip().splitlines()[-1])
    for name, seconds in (("ydata, figures", described), ("ydata, report", reported)):
        ratios = ", ".join(f"{seconds / ours:.1f} × {way}" for way, ours in taken.items())
        print(f"  {name:<15}{seconds:7.2f} s CPU   {ratios}")


if __name__ == "__main__":
    asked = rows_asked(100_000)
    frame, few = records(asked), records(200)
    taken = compare(
        f"{asked} records × {frame.shape[1]} columns: completeness, formats, keys, by person and month",
        {
            "crmeval": lambda: crmeval(frame),
            "crmeval, whole": lambda: whole(frame),
            "pandas": lambda: pandas(frame),
        },
        small=lambda: (whole(few), pandas(few)),
    )
    beside_ydata(frame, taken)
