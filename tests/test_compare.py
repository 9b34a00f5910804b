"""Groups of deals compared at equal follow-up: published shares, by hand, and the traps to avoid."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmeval.analyses.compare import grouped, of, run
from crmeval.analyses.differences import (
    CHANCE,
    DAYS,
    LESS,
    MORE,
    TOO_FEW,
    TOO_YOUNG,
    WINS,
    Question,
    compared,
    funnel,
    horizon_of,
    plain_rates,
)
from crmeval.analyses.groups import AFTER, BEFORE, GO_LIVE, PERIOD, deals_by, visits_by, ways
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

NONE = Settings()
START = pd.Timestamp("2024-01-01")


def deals(n, source, took, outcome="won", begun=0, **more):
    """Deals of a source, all begun on a day and closed after `took` days."""
    created = START + pd.Timedelta(days=begun)
    closed = created + pd.Timedelta(days=took) if outcome != "open" else pd.NaT
    return pd.DataFrame(
        {
            "source": source, "created_at": [created] * n, "closed_at": pd.to_datetime([closed] * n),
            "outcome": outcome, **more,
        }
    )  # fmt: skip


def tables(*parts):
    frame = pd.concat(parts, ignore_index=True)
    return Tables.from_frames(deals=frame.assign(deal_id=[str(n) for n in range(len(frame))]))


def found(parts, what, horizon, by="source", settings=NONE, against=None):
    made = deals_by(tables(*parts), settings, by)
    return compared(made, Question(what, horizon, against)).set_index("group")


@pytest.mark.trial
def test_maven_agents_as_published(trial_data):
    pipeline = pd.read_csv(trial_data / "maven_crm/sales_pipeline.csv")
    frame = pd.DataFrame(
        {
            "deal_id": pipeline["opportunity_id"], "owner": pipeline["sales_agent"],
            "created_at": pd.to_datetime(pipeline["engage_date"]),
            "closed_at": pd.to_datetime(pipeline["close_date"]),
            "outcome": pipeline["deal_stage"].map({"Won": "won", "Lost": "lost"}).fillna("open"),
        }
    )  # fmt: skip
    made = grouped(Tables.from_frames(deals=frame), NONE, "owner")
    assert round(made.rates["win_rate"].min(), 3) == 0.550
    assert round(made.rates["win_rate"].max(), 3) == 0.704
    said = of(made, Question(WINS, horizon_of(made.every, WINS)))
    assert not said.tables["compare_funnel"]["standing"].isin(["above", "below"]).any()
    assert "compare.late" in [note.key for note in said.notes]  # the file begins with what closed later


@pytest.mark.trial
def test_olist_channels_as_published(trial_data):
    folder = trial_data / "olist_funnel"
    leads = pd.read_csv(folder / "olist_marketing_qualified_leads_dataset.csv", dtype=str)
    won = pd.read_csv(folder / "olist_closed_deals_dataset.csv", dtype=str).set_index("mql_id")["won_date"]
    closed = pd.to_datetime(leads["mql_id"].map(won), dayfirst=True, format="mixed").dt.normalize()
    frame = pd.DataFrame(
        {
            "deal_id": leads["mql_id"], "source": leads["origin"], "closed_at": closed,
            "created_at": pd.to_datetime(leads["first_contact_date"], dayfirst=True),
            "outcome": np.where(closed.notna(), "won", "open"),
        }
    )  # fmt: skip
    made = grouped(Tables.from_frames(deals=frame), NONE, "source")
    shares = made.rates.set_index("group")["win_rate_all"]
    published = {"paid_search": 0.123, "organic_search": 0.118, "social": 0.0556, "other": 0.0267}
    assert shares[list(published)].to_numpy() == pytest.approx(list(published.values()), abs=0.0005)
    assert made.every.no_value == 60
    said = of(made, Question(WINS, horizon_of(made.every, WINS)))
    assert "compare.late" in [note.key for note in said.notes]


def test_shares_are_counted_within_the_horizon_and_the_interval_is_newcombes():
    # Newcombe 1998, table II (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339
    parts = [
        deals(56, "a", 5), deals(14, "a", 5, "lost"), deals(48, "b", 5), deals(32, "b", 5, "lost"),
        deals(1, None, 0, "lost", begun=400),
    ]  # fmt: skip
    every = found(parts, WINS, 30)
    assert every.loc["a", "within"] == 0.8
    assert (round(every.loc["a", "low"], 4), round(every.loc["a", "high"], 4)) == (0.0524, 0.3339)


def test_a_young_group_does_not_look_faster_or_worse():
    """Both groups are alike: one deal a day, won after 10 or after 50 days by turns; one is only young."""
    rows = []
    for source, first in (("old", 0), ("young", 240)):
        for day in range(120):
            took = 10 if day % 2 else 50
            over = first + day + took <= 360
            rows.append(deals(1, source, took, "won" if over else "open", begun=first + day))
    rows.append(deals(1, None, 0, "lost", begun=360))
    every = found(rows, WINS, 60)
    assert every.loc["young", "within"] == every.loc["old", "within"] == 1.0
    days = found(rows, DAYS, 60)
    assert days.loc["young", "days_within"] == pytest.approx(30, abs=1.5)
    assert set(days["judgement"]) == {CHANCE}


def test_a_slower_group_is_found_and_set_against_one_or_against_the_rest():
    parts = [deals(40, "slow", 40), deals(40, "fast", 10), deals(40, "other", 10, "lost")]
    days = found(parts, DAYS, 60)
    assert days.loc["slow", "difference"] == pytest.approx(30)
    assert list(days.loc[["slow", "fast"], "judgement"]) == [MORE, LESS]
    wins = found(parts, WINS, 20)
    assert wins.loc["slow", "within"] == 0  # won, but not within twenty days


def test_small_groups_are_hidden_and_count_with_the_rest():
    days = found([deals(40, "a", 10), deals(40, "b", 12), deals(9, "tiny", 500)], DAYS, 60)
    assert days.loc["tiny", "judgement"] == TOO_FEW
    assert np.isnan(days.loc["tiny", "difference"])
    assert days.loc["a", "n"] == 40


def test_a_group_that_could_not_be_watched_is_hidden_as_too_young():
    parts = [deals(40, "old", 10), deals(40, "new", 1, begun=300), deals(1, None, 0, begun=310)]
    assert found(parts, WINS, 60).loc["new", "judgement"] == TOO_YOUNG
    assert found(parts, DAYS, 60).loc["new", "judgement"] == TOO_YOUNG


def test_before_go_live_is_watched_only_up_to_that_day():
    """A deal begun before and closed long after go-live is open under the old system."""
    settings = Settings(go_live=date(2024, 3, 1), ramp_up_months=1)
    every = deals_by(
        tables(
            deals(20, "a", 10), deals(20, "a", 200), deals(5, "a", 3, begun=70), deals(30, "a", 10, begun=150)
        ),
        settings, GO_LIVE,
    )  # fmt: skip
    assert every.names == (BEFORE, AFTER)
    assert list(every.n) == [40, 30]
    assert every.ramp_up == 5
    assert every.length.max() == 60  # 1 January to 1 March
    assert every.won.sum() == 50
    assert ways(tables(deals(2, "a", 1), deals(2, "b", 1, begun=99)), settings)[0] == GO_LIVE


def test_a_column_that_says_the_outcome_again_is_no_way_to_compare():
    base = pd.concat([deals(40, "a", 5), deals(40, "b", 9, "lost"), deals(20, "b", 0, "open")])
    chance = base["outcome"].map({"won": "100", "lost": "0", "open": "50"})
    rank = np.resize(["A", "B", "C"], len(base))
    made = tables(base.assign(x1=chance, x2=rank))
    labels = {"deals": {"x1": "Probability", "x2": "Rank"}}
    offered = ways(Tables({"deals": made.arrow("deals")}, labels=labels), NONE)
    assert "x2" in offered
    assert "x1" not in offered


def test_periods_are_in_order_and_named_by_their_months():
    parts = [deals(10, "a", 5, begun=day) for day in (200, 0, 100)]
    assert deals_by(tables(*parts), NONE, PERIOD).names == ("01–03.2024", "04–06.2024", "07–09.2024")


def test_stays_in_a_stage_are_compared_too():
    base = tables(deals(20, "a", 30), deals(20, "b", 30))
    events = pd.DataFrame(
        {
            "deal_id": [str(n) for n in range(40)] * 2, "stage": ["Offer"] * 40 + ["Closed won"] * 40,
            "entered_at": [START] * 40
            + [START + pd.Timedelta(days=5 if n < 20 else 25) for n in range(40)],
        }
    )  # fmt: skip
    both = Tables(
        {
            "deals": base.arrow("deals"),
            "stage_events": Tables.from_frames(stage_events=events).arrow("stage_events"),
        }
    )
    every = visits_by(both, NONE, "source", "Offer")
    frame = compared(every, Question(DAYS, 30)).set_index("group")
    assert frame.loc["b", "difference"] == pytest.approx(20)


def test_deals_whose_beginning_nobody_knows_are_in_no_group():
    undated = deals(20, "site", 5).assign(created_at=pd.NaT)
    assert run(tables(undated), NONE, {}).answer.key == "compare.no_groups"


def test_the_funnel_stands_in_for_a_league_table():
    frame = pd.concat([deals(30, None, 5, owner="A"), deals(70, None, 5, "lost", owner="A"),
                       deals(90, None, 5, owner="B"), deals(10, None, 5, "lost", owner="B"),
                       deals(5, None, 5, owner="C")])  # fmt: skip
    rates = plain_rates(tables(frame), "owner")
    people = funnel(rates)
    assert list(people["group"]) == ["A", "B"]  # five deals say nothing
    assert people["overall"].iloc[0] == 0.6
    assert people["spread"].iloc[0] > 10  # two people cannot be this far apart by chance
    assert list(people["standing"]) == ["within", "within"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_it_says_can_be_said(language):
    words = Words(language)
    base = tables(
        deals(40, "slow", 40), deals(40, "fast", 10), deals(12, "other", 10, "lost"), deals(3, "x", 1),
        deals(30, None, 10, begun=300), deals(3, None, 10, begun=320, owner="o"),
    )  # fmt: skip
    settings = Settings(go_live=date(2024, 6, 1))
    for by in ways(base, settings):
        made = grouped(base, settings, by)
        for what in (WINS, DAYS):
            for against in (None, 0):
                said = of(made, Question(what, 30, against))
                assert words(said.answer)
                assert all(words(note) for note in said.notes)
    assert words(run(base, settings, {}).answer)
    sourced = run(tables(deals(60, None, 1).assign(source=["Web", "Fair"] * 30)), NONE, {})
    assert words("fields.deals.source") in words(sourced.answer)
    assert words(run(tables(deals(1, None, 1)), NONE, {}).answer)
