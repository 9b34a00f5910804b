"""Steps of which the file knows that they were, but not when, or not which: where they may lie."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


def gaps(case: Codes, place: Codes, undated: pd.DataFrame) -> Flags:
    """After which events a step without a date or a name lies, or may lie.

    Where the rows of a case stand in the file in the order of their dates, or in its reverse, the step lies
    between the rows it stands between; else it may lie after any of them.

    Args:
        case: the case of each event, in the order of case and time.
        place: where each event stands in its file, files one after the other.
        undated: `case` and `place` of each step without a date or a name.
    """
    found = np.zeros(len(case), dtype=bool)
    first = np.flatnonzero(np.append(True, case[1:] != case[:-1])[: len(case)])
    inside = case[1:] == case[:-1]
    rising, falling = (
        ~np.isin(case, case[1:][inside & wrong])
        for wrong in (place[1:] <= place[:-1], place[1:] >= place[:-1])
    )
    several = ~np.isin(case, case[first][np.diff(np.append(first, len(case))) == 1])
    hidden, at = undated["case"].to_numpy(np.int64), undated["place"].to_numpy(np.int64)
    span = int(max(place.max(initial=0), at.max(initial=0))) + 2
    told = np.zeros(len(case), dtype=bool)
    for ordered, sign in ((rising & several, 1), (falling & several, -1)):
        told |= ordered
        mine = np.flatnonzero(ordered)
        keys = case[mine] * 2 * span + sign * place[mine]
        before = np.searchsorted(keys, hidden * 2 * span + sign * at) - 1
        known = before >= 0
        at_event = mine[before[known]] if len(mine) else np.empty(0, dtype=np.int64)
        found[at_event[case[at_event] == hidden[known]]] = True
    return found | (~told & np.isin(case, hidden))
