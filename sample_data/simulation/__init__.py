"""A made-up company of nine sellers, simulated: what happened, in codes that no language has yet."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation import customers, people, sales
from simulation.plan import SEED


@dataclass(frozen=True, slots=True)
class Company:
    """All that happened; owners, stages, sources, products and kinds are numbers."""

    deals: pd.DataFrame
    visits: pd.DataFrame
    activities: pd.DataFrame
    orders: pd.DataFrame
    records: pd.DataFrame
    feedback: pd.DataFrame
    usability: pd.DataFrame
    usage: pd.DataFrame
    months: pd.DataFrame


def simulate() -> Company:
    """The company, the same every time."""
    rng = np.random.default_rng(SEED)
    deals = sales.deals(rng)
    deals, visits = sales.as_seen(deals, sales.history(rng, deals))
    activities = sales.activities(rng, deals)
    orders = customers.orders(rng, customers.buyers(rng, deals, activities))
    records = people.records(rng)
    return Company(
        deals=deals,
        visits=visits,
        activities=activities,
        orders=orders,
        records=records,
        feedback=customers.feedback(rng, orders),
        usability=people.usability(rng),
        usage=people.usage(rng, deals, records),
        months=customers.months(rng, orders),
    )
