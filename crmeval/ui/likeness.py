"""When what was made of one thing was made of another too: `state.once` tells by it what it made before."""

import pandas as pd

from crmeval.results import Result


class Same:
    """A thing that equals itself alone: what was made of it was made of this very one."""

    def __init__(self, thing: object) -> None:
        self._thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._thing is other._thing

    __hash__ = None  # type: ignore[assignment] - compared, never looked up


class Alike(Same):
    """A table, or a result by its tables: what was made of one was made of any other that holds the same."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike) and _alike(self._thing, other._thing)

    __hash__ = None  # type: ignore[assignment]


def _alike(one: object, other: object) -> bool:
    if isinstance(one, pd.DataFrame) and isinstance(other, pd.DataFrame):
        return one is other or one.equals(other)
    if not (isinstance(one, Result) and isinstance(other, Result)):
        return one is other
    return one is other or (
        one.measures is other.measures
        and one.tables.keys() == other.tables.keys()
        and all(_alike(table, other.tables[name]) for name, table in one.tables.items())
    )
