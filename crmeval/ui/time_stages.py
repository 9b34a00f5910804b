"""The section of the time page on stages: how long deals stay in each, and which deals those are."""

import streamlit as st

from crmeval.analyses.stage_rows import deals_in_stage
from crmeval.charts.stages import MEDIAN, SHARE
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart, chosen
from crmeval.ui.narrow_parts import asked, behind
from crmeval.ui.parts import answer, how, metrics, notes, say
from crmeval.ui.table_parts import table


def show(tables: Tables, settings: Settings) -> None:
    """Where the time goes; a stage that is picked, in the chart or the list, shows its deals."""
    t = state.words()
    stages = asked(tables, "stages", "stages")
    if stages is None:
        return
    answer(stages)
    metrics(stages, "cases.count", "cases.duration_median", "cases.rework", "cases.variants")
    notes(stages)
    by = st.segmented_control(
        t("time.show"), ("by_share", "by_median"), default="by_share", required=True, key="time_by",
        format_func=lambda way: t(f"time.{way}"),
    )  # fmt: skip
    picks = chart(SHARE if by == "by_share" else MEDIAN, stages, f"time_stages_{by}", pick=True)
    names = list(stages.tables["stages"]["stage"])
    if stage := chosen("time.choose_stage", names, picks, "stage", "time_stage"):
        st.markdown(f"**{say('time.in_stage', stage=stage)}**")
        table(behind(deals_in_stage, tables, settings, stage), "time_in_stage")
    else:
        table(
            stages.tables["stages"],
            "time_stages_rows",
            title="result_tables.stages",
            hidden=("mean", "total", "stays", "stay_median"),
        )
    how(stages)
