"""Stage events from CSV: time in stages, moves with their medians, variants.

Others are told which column is which. So crmeval is asked twice: with its mapping given, which is the same
work, and with the mapping that it proposes by the names and contents of the columns, as in the app. Beside it
the pandas idiom, a bare DuckDB that reads and groups the same columns, and PM4Py, where the variable
PM4PY_PYTHON leads to a Python that has it: it is AGPL, so it lives in an environment of its own and is never
imported by the project.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from side_by_side import compare, rows_asked

from crmeval.analyses import stages
from crmeval.mapping import MappingProposal, SheetMapping, apply, propose
from crmeval.reading import read_file
from crmeval.settings import Settings

COLUMNS = {"deal_id": "deal id", "stage": "stage", "entered_at": "entered at"}
STAGES = np.array(["New", "Qualified", "Offer", "Negotiation", "Contract", "Won"])
EVENTS_A_CASE = 6.7
BACK = 0.15


def events(rows: int) -> bytes:
    """A history of stages as a CRM writes it, in no order: on, now and then back; no two at one time."""
    rng = np.random.default_rng(7)
    cases = np.sort(rng.integers(0, max(int(rows / EVENTS_A_CASE), 1), rows))
    first = np.flatnonzero(np.concatenate(([True], cases[1:] != cases[:-1])))
    own = np.searchsorted(first, np.arange(rows), side="right") - 1  # of each row, its case
    far = np.cumsum(np.where(rng.random(rows) < BACK, -1, 1))
    minutes = np.cumsum(1 + rng.integers(0, 60 * 24 * 10, rows))
    begun = rng.integers(0, 60 * 24 * 600, len(first))
    minutes += (begun - minutes[first])[own]
    frame = pd.DataFrame(
        {
            "deal id": np.char.add("D-", cases.astype(str)),
            "stage": STAGES[np.abs(far - far[first][own]) % len(STAGES)],
            "entered at": pd.Timestamp("2023-01-01") + pd.to_timedelta(minutes, unit="min"),
        }
    )
    return frame.sample(frac=1, random_state=7).to_csv(index=False).encode()


def crmeval(data: bytes, *, mapped: bool) -> dict[str, object]:
    """Read, map (as told, or as proposed), account for every row, count."""
    sheets = read_file("stage_events.csv", data)
    told = MappingProposal((SheetMapping(sheets[0].file, "", "stage_events", columns=COLUMNS),))
    found = stages.ANALYSIS.run(apply(sheets, told if mapped else propose(sheets)), Settings(), {})
    moves = found.tables["transitions"]
    days = 86_400
    return {
        "moves": {f"{m['from']}>{m['to']}": [m["n"], round(m["median"] * days)] for _, m in moves.iterrows()},
        "variants": int(found["cases.variants"].value),
        "median": round(found["cases.duration_median"].value * days),
    }


def pandas(data: bytes) -> dict[str, object]:
    """The idiom: sort, shift within the case, group."""
    frame = pd.read_csv(io.BytesIO(data), parse_dates=["entered at"]).sort_values(["deal id", "entered at"])
    following = frame.groupby("deal id")[["stage", "entered at"]].shift(-1)
    frame["next"], frame["stay"] = following["stage"], following["entered at"] - frame["entered at"]
    moves = frame.groupby(["stage", "next"])["stay"].agg(["count", "median"])
    variants = frame.groupby("deal id")["stage"].agg(" → ".join).value_counts()
    cases = frame.groupby("deal id")["entered at"].agg(["min", "max"])
    frame.groupby("stage")["stay"].agg(["count", "median", "mean"])
    return {
        "moves": {f"{a}>{b}": [int(n), round(m.total_seconds())] for (a, b), n, m in moves.itertuples()},
        "variants": len(variants),
        "median": round((cases["max"] - cases["min"]).median().total_seconds()),
    }


def bare_duckdb(path: Path) -> None:
    """Reads and groups the same columns, and orders nothing: the least that any answer costs."""
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(f"""CREATE TABLE e AS SELECT * FROM read_csv('{path}')""")  # noqa: S608 - our own path
    connection.execute('SELECT stage, count(*), min("entered at"), max("entered at") FROM e GROUP BY stage')
    connection.execute(
        'SELECT count(*) FROM (SELECT "deal id", min("entered at"), max("entered at") FROM e GROUP BY 1)'
    ).fetchall()


PM4PY = """
import json, resource, sys, time
import pandas as pd, pm4py
def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
taken = []
for _ in range(2):
    began = spent()
    frame = pd.read_csv(sys.argv[1])
    frame["entered at"] = pd.to_datetime(frame["entered at"], utc=True)
    log = pm4py.format_dataframe(frame, case_id="deal id", activity_key="stage", timestamp_key="entered at")
    moves, _, _ = pm4py.discover_performance_dfg(log)
    variants = pm4py.get_variants(log)
    durations = pm4py.get_all_case_durations(log)
    counts = pm4py.discover_dfg(log)[0]
    taken.append(spent() - began)
print(json.dumps({
    "seconds": min(taken),
    "moves": {f"{a}>{b}": [counts[a, b], round(m["median"])] for (a, b), m in moves.items()},
    "variants": len(variants), "median": round(pd.Series(durations).median()),
}))
"""


def pm4py(path: Path, python: str) -> tuple[float, dict[str, object]]:
    """The CPU seconds of PM4Py's own way in a process of its own, and what it found."""
    done = subprocess.run([python, "-c", PM4PY, str(path)], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout.strip().splitlines()[-1])
    return said.pop("seconds"), said


def beside_others(found: dict[str, object], mine: dict[str, float], path: Path) -> bool:
    """Prints the ratios to a bare DuckDB and to PM4Py; returns whether PM4Py found the same."""
    bare = compare("  the same columns read and grouped", {"bare DuckDB": lambda: bare_duckdb(path)})
    for name, seconds in mine.items():
        print(f"  {name:<15} takes {seconds / bare['bare DuckDB']:.1f} × as much")
    python = os.environ.get("PM4PY_PYTHON", "")
    if not python:
        print("  PM4Py is not asked: PM4PY_PYTHON does not lead to a Python that has it")
        return True
    theirs, said = pm4py(path, python)
    same = {name: found[name] == said[name] for name in found}
    print(f"  {'PM4Py':<15}{theirs:7.2f} s CPU; equal results: {same}")
    for name, seconds in mine.items():
        print(f"  {theirs / seconds:.1f} × as much as {name}")
    return all(same.values())


if __name__ == "__main__":
    asked = rows_asked(200_000)
    data, few = events(asked), events(1000)
    found: dict[str, dict[str, object]] = {}
    ways = {
        "crmeval, mapped": lambda: found.update(mapped=crmeval(data, mapped=True)),
        "crmeval": lambda: found.update(proposed=crmeval(data, mapped=False)),
        "pandas": lambda: found.update(pandas=pandas(data)),
    }
    taken = compare(
        f"{asked} stage events from CSV: time in stages, moves, variants", ways,
        small=lambda: (crmeval(few, mapped=True), crmeval(few, mapped=False), pandas(few)),
    )  # fmt: skip
    equal = found["mapped"] == found["proposed"] == found["pandas"]
    print(f"  equal results of these: {equal}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        path.write_bytes(data)
        mine = {name: seconds for name, seconds in taken.items() if name != "pandas"}
        sys.exit(0 if beside_others(found["mapped"], mine, path) and equal else 1)
