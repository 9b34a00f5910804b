"""Stage events from CSV: time in stages, moves with their medians, variants."""

import io

import numpy as np
import pandas as pd
from side_by_side import compare, rows_asked

from crmeval.analyses import stages
from crmeval.mapping import apply, propose
from crmeval.reading import read_file
from crmeval.settings import Settings

STAGES = np.array(["New", "Qualified", "Offer", "Negotiation", "Contract", "Won"])
EVENTS_A_CASE = 6.7


def events(rows: int) -> bytes:
    """A history of stages as a CRM writes it, in no order."""
    rng = np.random.default_rng(7)
    cases = rng.integers(0, max(int(rows / EVENTS_A_CASE), 1), rows)
    minutes = rng.integers(0, 60 * 24 * 700, rows)
    frame = pd.DataFrame(
        {
            "deal id": np.char.add("D-", cases.astype(str)),
            "stage": STAGES[rng.integers(0, len(STAGES), rows)],
            "entered at": pd.Timestamp("2023-01-01") + pd.to_timedelta(minutes, unit="min"),
        }
    )
    return frame.to_csv(index=False).encode()


def crmeval(data: bytes) -> object:
    """Read, map, account for every row, count."""
    sheets = read_file("stage_events.csv", data)
    return stages.ANALYSIS.run(apply(sheets, propose(sheets)), Settings(), {})


def pandas(data: bytes) -> object:
    """The idiom: sort, shift within the case, group."""
    frame = pd.read_csv(io.BytesIO(data), parse_dates=["entered at"]).sort_values(["deal id", "entered at"])
    following = frame.groupby("deal id")[["stage", "entered at"]].shift(-1)
    frame["next"], frame["stay"] = following["stage"], following["entered at"] - frame["entered at"]
    in_stage = frame.groupby("stage")["stay"].agg(["count", "median", "mean"])
    moves = frame.groupby(["stage", "next"])["stay"].agg(["count", "median"])
    variants = frame.groupby("deal id")["stage"].agg(" → ".join).value_counts()
    return in_stage, moves, variants


if __name__ == "__main__":
    asked = rows_asked(200_000)
    data, few = events(asked), events(100)
    compare(
        f"{asked} stage events from CSV: time in stages, moves, variants",
        {"crmeval": lambda: crmeval(data), "pandas": lambda: pandas(data)},
        small=lambda: (crmeval(few), pandas(few)),
    )
