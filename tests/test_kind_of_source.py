"""What each kind of source cannot show is said wherever it matters."""

import pandas as pd
import pytest
from mapping_sheets import mapped, sheet
from test_stages import log

from crmeval.analyses import bottlenecks, cycles, flow, flow_map, stages
from crmeval.analyses.dots import ageing
from crmeval.analyses.kind_of_source import cannot_show
from crmeval.settings import Settings
from crmeval.tables import Tables

NO_SETTINGS = Settings()
SECTIONS = (stages.run, bottlenecks.run, flow.run, flow_map.run)


def said(tables):
    return [note.key for note in cannot_show(tables, NO_SETTINGS)]


def deals(n=30):
    return pd.DataFrame(
        {
            "deal_id": [str(i) for i in range(n)], "outcome": "won",
            "created_at": pd.Timestamp("2024-01-01"), "closed_at": pd.Timestamp("2024-01-31"),
        }
    )  # fmt: skip


def wide():
    rows = [f"{i}|2024-01-01|2024-01-02|2024-01-0{3 + i % 6}|2024-01-1{i % 9}" for i in range(30)]
    one = sheet("deal|created|New|Offer|Won", *rows)
    columns = {"deal_id": "deal", "created_at": "created"}
    return mapped(one, "deals", columns, stage_columns={stage: stage for stage in ("New", "Offer", "Won")})


def history():
    rows = (
        f"{i} {stage} {day + (i % 8) / 8}"
        for i in range(60)
        for day, stage in enumerate(("New", "Offer", "Won"))
    )
    return Tables.from_frames(stage_events=log(*rows))


def snapshots():
    stood = ["New"] * 3 + ["Offer"] * 4 + ["Won"]
    rows = (f"{i} {stage} {7 * (i % 4 + week)}" for i in range(40) for week, stage in enumerate(stood))
    return Tables.from_frames(stage_events=log(*rows))


@pytest.mark.parametrize(
    ("make", "key"), [(wide, "sources.wide"), (history, "sources.history"), (snapshots, "sources.snapshots")]
)
def test_what_stages_cannot_show_is_said_in_every_section_on_them(make, key):
    tables = make()
    assert said(tables) == [key]
    for run in SECTIONS:
        if run is not flow.run or "deals" in tables:
            assert key in [note.key for note in run(tables, NO_SETTINGS, {}).notes]
    assert key in [note.key for note in ageing(tables, NO_SETTINGS).notes]


def test_deals_without_stages_do_not_show_where_they_wait():
    tables = Tables.from_frames(deals=deals())
    assert said(tables) == ["sources.plain"]
    for run in (cycles.run, flow.run):
        assert "sources.plain" in [note.key for note in run(tables, NO_SETTINGS, {}).notes]


def test_where_there_are_no_deals_nothing_is_said():
    answers = pd.DataFrame({"answered_at": [pd.Timestamp("2024-01-01")], "score": [9.0]})
    assert said(Tables.from_frames(feedback=answers)) == []
