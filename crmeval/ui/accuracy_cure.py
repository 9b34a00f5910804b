"""Cost and cure: what wrong data cost, the fixes that mend most, the list to hand out, what became of it."""

import pandas as pd
import streamlit as st

from crmeval.analyses import cure
from crmeval.analyses.accuracy import evidence
from crmeval.analyses.checks.columns import title
from crmeval.analyses.cure import MINUTES_OF_A_FIX, Wrong
from crmeval.analyses.progress import progress
from crmeval.charts.accuracy_cure import COSTS, CURVE, PROGRESS
from crmeval.report.fix_list import fix_list
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.likeness import Same
from crmeval.ui.parts import XLSX, say
from crmeval.ui.since_parts import errors_since, since_last_time
from crmeval.ui.table_parts import table
from crmeval.words import text

_MOST_OF_IT = 0.8
_SHOWN = ("fix", "wrong", "running_share", "hours", "costs")


def cost_and_cure(_said: Result, tables: Tables) -> None:
    """What the checks find, what mending it takes, and what was mended since the last fix list."""
    settings = state.settings()
    with st.spinner(state.words()("analyses.accuracy.doing")):
        wrong = evidence(tables, settings).wrong
    since_last_time(errors_since)
    _since(tables, wrong)
    if wrong.cells.empty:
        st.info(say("cure.nothing"))
        return
    made_of = (Same(wrong), settings)
    found = state.once("cure_fixes", made_of, lambda: cure.fixes(wrong, settings))
    problems = state.once("cure_problems", made_of, lambda: cure.by_problem(wrong, settings))
    few = cure.needed(found, _MOST_OF_IT)
    share = float(found["running_share"].iloc[few - 1])
    st.markdown(f"#### {say('cure.answer', n=few, share=share, wrong=len(wrong.cells))}")
    hours, costs = float(problems["hours"].sum()), problems["costs"].sum(min_count=1)
    st.markdown(say("cure.cost" if pd.notna(costs) else "cure.hours", hours=hours, costs=costs))
    if wrong.capped:
        st.caption(say("cure.capped", shown=len(wrong.cells), n=wrong.judged.wrong_cells))
    drawn = Result(text("cure.nothing"), tables={"fix_rules": found, "errors_by_problem": problems})
    chart(CURVE, drawn, "cure_curve")
    st.caption(say("cure.at_once", minutes=MINUTES_OF_A_FIX))
    t = state.words()
    told = found[list(_SHOWN)].assign(fix=found["fix"].map(t))
    table(told, "cure_fixes", title="result_tables.fix_rules")
    _list_to_hand_out(tables, wrong)
    chart(COSTS, drawn, "cure_costs")
    _minutes(problems)


def _list_to_hand_out(tables: Tables, wrong: Wrong) -> None:
    t = state.words()
    with st.container(horizontal=True, vertical_alignment="center"):
        apart = st.checkbox(t("cure.by_person"), key="cure_by_person")
        st.download_button(
            t("cure.download"), key="cure_list", file_name="crmeval-fix-list.xlsx", mime=XLSX,
            data=lambda: fix_list(wrong.cells, [one.file for one in tables.imports], t, by_person=apart),
            on_click="ignore", type="primary", icon=":material/checklist_rtl:",
        )  # fmt: skip
    st.caption(say("cure.back"))


def _minutes(problems: pd.DataFrame) -> None:
    """Minutes for each kind of error, to be changed in the table."""
    t, settings = state.words(), state.settings()
    st.caption(say("cure.minutes_help", minutes=settings.minutes_per_error))
    said = problems["problem"].map(lambda code: t(f"codes.problem.{code}"))
    shown = problems[["wrong", "minutes", "hours", "costs"]].assign(problem=said)
    edited = st.data_editor(
        shown[["problem", "wrong", "minutes", "hours", "costs"]],
        hide_index=True, disabled=["problem", "wrong", "hours", "costs"],
        key=f"cure_minutes_{len(settings.minutes_by_problem)}",
        column_config={
            "problem": t("columns.problem"),
            "wrong": st.column_config.NumberColumn(t("columns.wrong"), format="localized"),
            "minutes": st.column_config.NumberColumn(t("columns.minutes"), min_value=0.0, step=0.5),
            "hours": st.column_config.NumberColumn(t("columns.hours"), format="localized", step=0.1),
            "costs": st.column_config.NumberColumn(t("columns.costs"), format="localized", step=1.0),
        },
    )  # fmt: skip
    changed = edited["minutes"].notna() & (edited["minutes"] != problems["minutes"])
    if changed.any():
        told = dict(zip(problems.loc[changed, "problem"], edited.loc[changed, "minutes"], strict=True))
        state.set_settings(settings.with_(minutes_by_problem={**settings.minutes_by_problem, **told}))
        st.rerun()


def _since(tables: Tables, wrong: Wrong) -> None:
    """What became of the fix list that was loaded with the data."""
    found = progress(tables, wrong)
    if found is None:
        return
    st.markdown(f"#### {say(found.told)}")
    st.caption(say("cure.since_note", list=title(tables, "fix_list")))
    if wrong.capped:
        st.caption(say("cure.capped", shown=len(wrong.cells), n=wrong.judged.wrong_cells))
    chart(PROGRESS, Result(text("cure.nothing"), tables={"fix_progress": found.people}), "cure_progress")
    table(found.people, "fix_progress", title="result_tables.fix_progress")
    table(found.cells, "fix_cells", title="result_tables.fix_cells")
    st.divider()
