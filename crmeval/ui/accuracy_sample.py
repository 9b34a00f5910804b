"""The verified sample: how many records to check by telephone, the sheet to fill in, what came back."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from crmeval.analyses import sample_plan
from crmeval.analyses.checks.columns import CheckedTable, checkable, headers, title
from crmeval.analyses.sample_plan import SOURCE, Plan
from crmeval.charts.accuracy_sample import MARGINS, TRUE_PEOPLE, TRUTH
from crmeval.report.check_sheet import check_sheet
from crmeval.results import Result
from crmeval.stats.sampling import FEWEST, Expected, margin, records_for
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.parts import XLSX, metrics, say
from crmeval.ui.table_parts import result_table, table
from crmeval.words import Words, text

_COME_BACK = ("verified_rate", "checks_see", "false_alarms", "kappa")
_LIMITS = ("overall", "design_effect", "dispersion", "low_95", "high_95", "low_998", "high_998")
_FIELDS = 6  # so many can be asked in one call


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the visitor chose, and what follows from it."""

    plan: Plan
    wanted: Expected
    groups: pd.DataFrame

    @property
    def price(self) -> float:
        return sample_plan.unequal(self.groups)

    @property
    def margin(self) -> float:
        return margin(self.plan.records, self.wanted, self.price)


def verified_sample(said: Result, tables: Tables) -> None:
    """What came back, where a sample was verified; and the plan of the next one."""
    if said.get("accuracy.verified_rate"):
        metrics(said, *(f"accuracy.{name}" for name in _COME_BACK))
        chart(TRUTH, said, "sample_truth")
        result_table(said, "truth_by_field")
        chart(TRUE_PEOPLE, said, "sample_people")
        result_table(said, "truth_by_person", hidden=_LIMITS)  # the funnel above draws them
        result_table(said, "disputed")
        result_table(said, "verified_columns")
        st.divider()
        st.subheader(say("sample.next"))
    subjects = sample_plan.subjects(tables)
    if not subjects:
        st.info(say("sample.no_ids"))
        return
    top = st.container()
    choice = _chosen(said, tables, subjects)
    t = state.words()
    with top:
        _told(choice, tables, t)
    table(choice.groups.assign(stratum=_named(choice.groups["stratum"], t)), "sample_groups",
          title="result_tables.sample_groups")  # fmt: skip


def _told(choice: _Choice, tables: Tables, t: Words) -> None:
    """The answer, the sheet to take away, and what other numbers of calls would give."""
    plan, wanted = choice.plan, choice.wanted
    facts = {"n": plan.records, "points": round(choice.margin * 100, 1), "share": wanted.share}
    st.markdown(f"#### {say('sample.answer', **facts)}")
    st.caption(
        say("sample.why", effect=wanted.design_effect, cells=wanted.cells, population=wanted.population)
    )
    st.download_button(
        t("sample.download"), data=lambda: check_sheet(sample_plan.drawn(tables, plan), t),
        file_name="crmeval-check-sheet.xlsx", key="sample_sheet", mime=XLSX, on_click="ignore",
        type="primary", icon=":material/phone_in_talk:",
    )  # fmt: skip
    st.caption(say("sample.back"))
    frame = sample_plan.margins(wanted, choice.price, plan.records)
    chart(MARGINS, Result(text("sample.next"), tables={"sample_margins": frame}), "sample_margins")


def _chosen(said: Result, tables: Tables, subjects: tuple[CheckedTable, ...]) -> _Choice:
    t = state.words()
    left, right = st.columns(2)
    with left:
        subject = _subject(tables, subjects, t)
        columns = _fields(tables, subject, t)
        by = st.selectbox(
            t("sample.by"), ["", *sample_plan.groupings(tables, subject)], key="sample_by",
            format_func=lambda name: t(f"sample.groups.{name or 'none'}"),
        )  # fmt: skip
        equal = bool(by) and st.checkbox(t("sample.equal"), key="sample_equal", help=say("sample.equal_help"))
    records = state.once(
        "sample_groups", (tables.fingerprint, subject.name, by),
        lambda: sample_plan.groups_of(tables, subject, by),
    )  # fmt: skip
    known = sample_plan.expected(said, len(columns), len(records))
    with right:
        share = st.number_input(
            t("sample.share"), 0.5, 50.0, round(known.share * 100, 1), 0.5, key="sample_share",
            help=say("sample.share_help"),
        ) / 100  # fmt: skip
        wanted = sample_plan.expected(said, len(columns), len(records), share)
        number = _number(wanted, t)
        twice = st.number_input(
            t("sample.twice"), 0, number, 0, key="sample_twice", help=say("sample.twice_help")
        )
        seed = st.number_input(t("sample.seed"), 1, 9999, 1, key="sample_seed", help=say("sample.seed_help"))
    plan = Plan(subject.name, columns, number, by, equal, int(twice), int(seed))
    return _drawn_choice(plan, wanted, records)


def _drawn_choice(plan: Plan, wanted: Expected, records: pd.DataFrame) -> _Choice:
    """The choice with its groups, which may need a few records more: two of each at least."""
    groups = sample_plan.groups_to_draw(records, plan)
    drawn = int(groups["records"].sum())
    return _Choice(replace(plan, records=drawn), wanted, groups)


def _subject(tables: Tables, subjects: tuple[CheckedTable, ...], t: Words) -> CheckedTable:
    if len(subjects) == 1:
        return subjects[0]
    called = {one.name: title(tables, one.name) for one in subjects}
    name = st.selectbox(t("sample.table"), list(called), format_func=called.__getitem__, key="sample_table")
    return next(one for one in subjects if one.name == name)


def _fields(tables: Tables, subject: CheckedTable, t: Words) -> tuple[str, ...]:
    named = headers(tables, subject, checkable(tables))
    offered = sample_plan.columns_of(subject)
    chosen = st.multiselect(
        t("sample.fields"), offered, [one for one in offered if one != SOURCE][:_FIELDS],
        format_func=named.__getitem__, key=f"sample_fields_{subject.name}", help=say("sample.fields_help"),
    )  # fmt: skip
    return tuple(column for column in offered if column in chosen) or offered[:1]


def _number(wanted: Expected, t: Words) -> int:
    """How many records: from the margin wanted, or from the calls there is time for."""
    ways = {way: t(f"sample.ways.{way}") for way in ("margin", "calls")}
    way = st.segmented_control(
        t("sample.way"), list(ways), format_func=ways.__getitem__, default="margin", required=True,
        key="sample_way",
    )  # fmt: skip
    if way == "calls":
        least = min(2, wanted.population)
        start = min(100, wanted.population)
        return int(st.number_input(t("sample.calls"), least, wanted.population, start, key="sample_calls"))
    points = st.slider(t("sample.margin"), 0.5, 10.0, 3.0, 0.5, key="sample_margin")
    needed = records_for(points / 100, wanted)
    if needed == min(FEWEST, wanted.population):
        st.caption(say("sample.fewest", n=needed))
    return needed


def _named(strata: pd.Series, t: Words) -> pd.Series:
    everything = t("sample.groups.all" if len(strata) == 1 else "sample.groups.others")
    return strata.map(lambda name: name or everything)
