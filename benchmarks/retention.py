"""Orders: cohorts by month, and who is silent for longer than is usual for them.

Beside the cohorts stands the pandas idiom of periods. Beside the habits of customers (days with a purchase,
the last, the usual gap, revenue of the last year) stands the summary of lifetimes (frequency, recency, age
and mean value), where the variable LIFETIMES_PYTHON leads to a Python that has it.
All begin with the orders in memory, for crmeval as the tables of an assessment.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from side_by_side import compare, rows_asked

from crmeval.analyses.at_risk import at_risk
from crmeval.analyses.cohorts import active_customers, triangle
from crmeval.analyses.purchases import purchases
from crmeval.analyses.repeat import first_and_second
from crmeval.settings import Settings
from crmeval.tables import Tables

ORDERS_A_CUSTOMER = 10
DAYS = 1095
SUMMARY = """
import json, sys, time
import numpy as np, pandas as pd
from lifetimes.utils import summary_data_from_transaction_data
kept = np.load(sys.argv[1])
frame = pd.DataFrame({"customer": np.char.add("C-", kept["customer"].astype(str)).astype(object),
                      "day": kept["day"].astype("M8[D]").astype("M8[ns]"), "amount": kept["amount"]})
began = time.process_time()
said = summary_data_from_transaction_data(frame, "customer", "day", monetary_value_col="amount")
print(json.dumps([time.process_time() - began, len(said), int((said["frequency"] > 0).sum())]))
"""


def orders(rows: int) -> dict[str, np.ndarray]:
    """Orders of customers who came over three years, some often and some once."""
    rng = np.random.default_rng(5)
    often = rng.gamma(0.6, 1, max(rows // ORDERS_A_CUSTOMER, 2))
    customer = rng.choice(len(often), rows, p=often / often.sum())
    since = rng.integers(0, DAYS, len(often))[customer]
    day = since + (rng.random(rows) ** 2 * (DAYS - since)).astype(int)
    amount = rng.gamma(2, 40, rows).round(2)
    return {"customer": customer, "day": np.datetime64("2022-01-01", "D") + day, "amount": amount}


def framed(data: dict[str, np.ndarray]) -> pd.DataFrame:
    """The orders under the names of our fields."""
    names = np.char.add("C-", data["customer"].astype(str)).astype(object)
    when = data["day"].astype("M8[us]")
    return pd.DataFrame({"customer_id": names, "ordered_at": when, "amount": data["amount"]})


def cohorts(tables: Tables) -> list[int]:
    """Customers who bought, by cohort and month; and the triangle of shares."""
    with purchases(tables, Settings()) as found:
        active = active_customers(tables, found)
        triangle(active, found)
        return list(active["active"])


def habits(tables: Tables) -> tuple[int, int]:
    """Customers, and those who came back; and who is silent."""
    with purchases(tables, Settings()) as found:
        at_risk(tables, found)
        visits = first_and_second(tables, found)
        return int(visits["customers"].sum()), int(visits.loc[visits["gap"].notna(), "customers"].sum())


def periods(frame: pd.DataFrame) -> list[int]:
    """The idiom: a period for each order, the first of each customer, customers counted by both."""
    month = frame["ordered_at"].dt.to_period("M")
    frame = frame.assign(month=month, cohort=month.groupby(frame["customer_id"]).transform("min"))
    active = frame.groupby(["cohort", "month"])["customer_id"].nunique()
    size = active[active.index.get_level_values(0) == active.index.get_level_values(1)].droplevel(1)
    active.div(size, level="cohort").unstack()
    return list(active)


def beside_lifetimes(data: dict[str, np.ndarray], found: tuple[int, int], mine: float) -> bool:
    """What lifetimes takes for its summary, where it is there; whether it finds as many customers."""
    python = os.environ.get("LIFETIMES_PYTHON", "")
    if not python:
        print("  lifetimes is not asked: LIFETIMES_PYTHON does not lead to a Python that has it")
        return True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.npz"
        np.savez(path, customer=data["customer"], day=data["day"].astype(int), amount=data["amount"])
        said = subprocess.run(
            [python, "-c", SUMMARY, path], capture_output=True, check=True, text=True
        ).stdout
    theirs, *counted = json.loads(said.splitlines()[-1])
    same = tuple(counted) == found
    print(f"  {'lifetimes':<18}{theirs:7.2f} s CPU   {theirs / mine:5.1f} ×; equal numbers: {same}")
    return same


if __name__ == "__main__":
    asked = rows_asked(1_000_000)
    data = orders(asked)
    frame, few = framed(data), framed(orders(1000))
    tables, small = Tables.from_frames(orders=frame), Tables.from_frames(orders=few)
    told: dict[str, list[int]] = {}
    compare(
        f"{asked} orders: cohorts by month",
        {
            "crmeval": lambda: told.update(ours=cohorts(tables)),
            "pandas": lambda: told.update(idiom=periods(frame)),
        },
        small=lambda: (cohorts(small), periods(few)),
    )  # fmt: skip
    equal = told["ours"] == told["idiom"]
    print(f"  equal numbers: {equal}")
    known: list[tuple[int, int]] = []
    taken = compare(
        f"{asked} orders: habits of customers", {"crmeval": lambda: known.append(habits(tables))},
        small=lambda: habits(small),
    )  # fmt: skip
    sys.exit(0 if beside_lifetimes(data, known[-1], taken["crmeval"]) and equal else 1)
