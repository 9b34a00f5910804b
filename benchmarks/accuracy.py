"""Checking records: completeness, formats, duplicates by key, wrong cells by person and month."""

import numpy as np
import pandas as pd
from side_by_side import compare, rows_asked

from crmeval.analyses import accuracy
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
    """Every check that the data suggest, duplicates by likeness, all spreads."""
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


if __name__ == "__main__":
    asked = rows_asked(100_000)
    frame, few = records(asked), records(200)
    compare(
        f"{asked} records × {len(FILLED)} fields: completeness, formats, duplicates, by person and month",
        {"crmeval": lambda: crmeval(frame), "pandas": lambda: pandas(frame)},
        small=lambda: (crmeval(few), pandas(few)),
    )
