"""How deals flow: stages in their order, the moves between them, and which of them go back."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmeval.analyses import stages as stages_analysis
from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.endings import ending
from crmeval.analyses.kind_of_source import cannot_show
from crmeval.fields import LOST
from crmeval.results import EFFICIENCY, Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

MOST_STAGES = 15  # on a map: the stages beyond those that most deals enter are left out, and that is said
_MANY = 12  # kinds of moves from which on the rare ones hide the way
_USUAL = 0.95  # of the moves are then drawn to begin with


def run(tables: Tables, settings: Settings, results: Results) -> Result:
    """The map of all moves, from what the analysis of stages counted."""
    counted = results.get("stages") or stages_analysis.run(tables, settings, {})
    if "transitions" not in counted.tables or counted.tables["transitions"].empty:
        return Result(text("flow_map.no_moves"))
    every = counted.tables["stages"]
    nodes = every.nlargest(MOST_STAGES, "n", keep="first")[["stage", "n", "open", "share", "stay_median"]]
    edges = counted.tables["transitions"].rename(columns={"median": "days"})
    edges = edges[edges["from"].isin(nodes["stage"]) & edges["to"].isin(nodes["stage"])]
    edges = edges[edges["from"] != edges["to"]].reset_index(drop=True)
    if edges.empty:
        return Result(text("flow_map.no_moves"))
    place = order(nodes["stage"].tolist(), edges, _positions(tables))
    nodes = nodes.assign(place=nodes["stage"].map(place)).sort_values("place", ignore_index=True)
    edges["backward"] = edges["from"].map(place) > edges["to"].map(place)
    more = len(every) - MOST_STAGES
    notes = ((text("flow_map.some_stages", n=more),) if more > 0 else ()) + cannot_show(tables, settings)
    return Result(_answer(edges), tables={"map_nodes": nodes, "map_edges": edges}, notes=notes)


def _positions(tables: Tables) -> Mapping[str, float]:
    """The order of stages as the log itself says it."""
    if not tables.has("stage_events", "position"):
        return {}
    events = tables["stage_events"]
    frame = tables.frame(events.group_by("stage").agg(position=events.position.median()))
    known = frame.dropna()
    return dict(zip(known["stage"], known["position"], strict=True))


def order(stages: list[str], edges: pd.DataFrame, positions: Mapping[str, float]) -> dict[str, int]:
    """The stages' places from left to right; those whose names say that a deal ends there stand last.

    By their recorded positions or, where not all have one, so that moves go on average one place forward:
    the levels x that minimise Σ n (x_to − x_from − 1)² over all moves.
    """
    known = all(stage in positions for stage in stages)
    level = [positions[stage] for stage in stages] if known else _levels(stages, edges)
    ends = [ending(stage) for stage in stages]
    ranked = sorted(
        range(len(stages)),
        key=lambda at: (ends[at] is not None, ends[at] == LOST, level[at], stages[at]),
    )
    return {stages[at]: place for place, at in enumerate(ranked)}


def _levels(stages: list[str], edges: pd.DataFrame) -> NDArray[np.float64]:
    """The levels by least squares; the normal equations are the moves' weighted Laplacian."""
    at = pd.Index(stages)
    source, target = (at.get_indexer(pd.Index(edges[end])) for end in ("from", "to"))
    flow = np.zeros((len(stages), len(stages)))
    np.add.at(flow, (source, target), edges["n"].to_numpy(float))
    both = flow + flow.T
    laplacian = np.diag(both.sum(axis=1)) - both
    return np.linalg.lstsq(laplacian, flow.sum(axis=0) - flow.sum(axis=1), rcond=None)[0]


def usual(whole: Result) -> float:
    """The share of the moves to draw to begin with: all, where there are few kinds."""
    return 1.0 if len(whole.tables["map_edges"]) <= _MANY else _USUAL


def drawn(whole: Result, share: float) -> Result:
    """The map with the most frequent moves that together make up this share of all; how many are left out."""
    edges = whole.tables["map_edges"].sort_values(["n", "from", "to"], ascending=[False, True, True])
    before = edges["n"].cumsum() - edges["n"]
    kept = edges[before < share * edges["n"].sum()].reset_index(drop=True)
    left_out = len(edges) - len(kept)
    notes = whole.notes if not left_out else (*whole.notes, text("flow_map.left_out", n=left_out))
    return replace(whole, tables={**whole.tables, "map_edges": kept}, notes=notes)


def _answer(edges: pd.DataFrame) -> Text:
    """How many moves go back, and which is the most frequent of those."""
    n, back = int(edges["n"].sum()), edges[edges["backward"]]
    if back.empty:
        return text("flow_map.answer_forward", n=n)
    most = back.iloc[int(back["n"].argmax())]
    return text(
        "flow_map.answer", n=n, back=int(back["n"].sum()) / n, source=most["from"], target=most["to"],
        times=int(most["n"]),
    )  # fmt: skip


ANALYSIS = Analysis(
    name="flow_map",
    area=EFFICIENCY,
    page="bottlenecks",
    needs=("stage_events", "activities"),
    measures=(),
    run=run,
)
