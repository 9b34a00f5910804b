"""Reading files: a csv to typed tables with every row accounted for, and workbooks a tenth as long.

Of workbooks the deals first, and then one for each kind of contents, a fortieth as long.
"""

import io

import numpy as np
import pandas as pd
import xlsxwriter
from side_by_side import compare, rows_asked

from crmeval.mapping import apply, propose
from crmeval.reading import Sheet, read_file

FILLED = 0.3
DATES = ["Created", "Closed"]
NUMBERS = ["Amount", "Probability"]
STAGES = ["New", "Qualified", "Offer", "Negotiation", "Won", "Lost"]
CITIES = ["Москва", "Казань", "Пермь", "Омск"]


def deals(rows: int) -> pd.DataFrame:
    """Deals as a CRM exports them: fifteen columns of ids, names, dates, money and texts."""
    rng = np.random.default_rng(7)
    number = np.arange(rows).astype(str)
    began = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700 * 86_400, rows), unit="s")

    def one_of(names: list[str]) -> np.ndarray:
        return np.array(names)[rng.integers(0, len(names), rows)]

    def numbered(name: str, many: int) -> np.ndarray:
        return np.char.add(f"{name} ", rng.integers(0, many, rows).astype(str))

    return pd.DataFrame(
        {
            "Deal ID": np.char.add("D-", number), "Client": numbered("Firm", rows // 3 + 1),
            "Stage": one_of(STAGES), "Created": began.strftime("%Y-%m-%d %H:%M:%S"),
            "Closed": (began + pd.Timedelta(days=40)).strftime("%Y-%m-%d"),
            "Amount": np.round(rng.lognormal(8, 1, rows), 2), "Owner": numbered("Person", 40),
            "Team": numbered("Team", 6), "Source": one_of(["Web", "Call", "Fair", "Partner"]),
            "Product": numbered("Product", 20), "Email": np.char.add(number, "@firm.ru"),
            "Phone": np.char.add("+7", rng.integers(9_000_000_000, 9_999_999_999, rows).astype(str)),
            "City": one_of(CITIES), "Probability": rng.integers(0, 100, rows),
            "Comment": numbered("called on", 1000),
        }
    )  # fmt: skip


def of_one_kind(rows: int) -> dict[str, pd.DataFrame]:
    """By the kind of their contents, fifteen columns of it."""
    rng = np.random.default_rng(3)
    shape = rows, 15
    numbered = np.tile(np.arange(rows).astype(str)[:, None], 15)
    contents = {
        "texts that repeat": np.array(STAGES)[rng.integers(0, len(STAGES), shape)],
        "texts that differ": np.char.add("called again on ", numbered),
        "texts in Cyrillic": np.char.add("Перезвонить клиенту, заказ ", numbered),
        "whole numbers": rng.integers(0, 100_000, shape),
        "amounts": np.round(rng.lognormal(8, 1, shape), 2),
        "few cells": np.where(rng.random(shape) < FILLED, "yes", ""),
        "dates": np.datetime64("2023-01-01") + rng.integers(0, 700 * 86_400, shape).astype("m8[s]"),
    }
    return {
        kind: pd.DataFrame(cells, columns=[f"Column {number}" for number in range(shape[1])])
        for kind, cells in contents.items()
    }


def workbook(frame: pd.DataFrame) -> bytes:
    """The same as Excel would save it, texts shared, dates as dates."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("Deals")
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        page.write_row(0, 0, list(frame.columns))
        for place, name in enumerate(frame.columns):
            if name in DATES or frame[name].dtype.kind == "M":
                for row, moment in enumerate(pd.to_datetime(frame[name]).dt.to_pydatetime(), start=1):
                    page.write_datetime(row, place, moment, day)
            else:
                page.write_column(1, place, frame[name].tolist())
    return target.getvalue()


def read(name: str, data: bytes) -> tuple[Sheet, ...]:
    return read_file(name, data)


def typed(name: str, data: bytes) -> object:
    """Read, map, tables of dates and numbers, and the receipt of every row."""
    sheets = read_file(name, data)
    return apply(sheets, propose(sheets))


def accounted(data: bytes) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """The nearest equal work in pandas: ids stay text, dates and numbers typed, what is no such cell told."""
    table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    wrong = {}
    for name in [*DATES, *NUMBERS]:
        said = table[name]
        table[name] = (
            pd.to_numeric(said, errors="coerce") if name in NUMBERS
            else pd.to_datetime(said, errors="coerce", format="ISO8601")
        )  # fmt: skip
        wrong[name] = said[table[name].isna() & (said != "")]
    return table, wrong


def csv_ways(data: bytes) -> dict:
    return {
        "crmeval, typed": lambda: typed("deals.csv", data),
        "crmeval, texts": lambda: read("deals.csv", data),
        "pandas": lambda: pd.read_csv(io.BytesIO(data)),
        "pandas, dates": lambda: pd.read_csv(io.BytesIO(data), parse_dates=DATES),
        "pandas, str": lambda: pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False),
        "pandas, accounted": lambda: accounted(data),
        "pandas, arrow": lambda: pd.read_csv(io.BytesIO(data), engine="pyarrow", parse_dates=DATES),
    }


def book_ways(data: bytes) -> dict:
    return {
        "crmeval, texts": lambda: read("deals.xlsx", data),
        "crmeval, typed": lambda: typed("deals.xlsx", data),
        "pandas": lambda: pd.read_excel(io.BytesIO(data), engine="openpyxl"),
    }


def every(ways: dict) -> None:
    for way in ways.values():
        way()


if __name__ == "__main__":
    asked = rows_asked(200_000)
    few, texts = deals(200), deals(asked).to_csv(index=False).encode()
    compare(
        f"a csv of {asked} rows × 15 columns, {len(texts) // 1_000_000} MB",
        csv_ways(texts), small=lambda: every(csv_ways(few.to_csv(index=False).encode())),
    )  # fmt: skip
    del texts
    book = workbook(deals(asked // 10))
    compare(
        f"a workbook of {asked // 10} rows × 15 columns",
        book_ways(book), small=lambda: every(book_ways(workbook(few))),
    )  # fmt: skip
    for kind, frame in of_one_kind(asked // 40).items():
        compare(f"a workbook of {asked // 40} rows × 15 columns, {kind}", book_ways(workbook(frame)))
