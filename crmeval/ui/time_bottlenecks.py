"""The section of the time page on the bottleneck: which stage, how sure, what it is worth, which deals."""

import streamlit as st

from crmeval.analyses.stage_rows import deals_in_stage
from crmeval.charts.bottlenecks import BY_GROUP, BY_STAGE
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui.chart_parts import chart, chosen
from crmeval.ui.narrow_parts import asked, behind
from crmeval.ui.parts import answer, how, metrics, notes, say
from crmeval.ui.table_parts import result_table, table


def show(tables: Tables, settings: Settings) -> None:
    """The stages ranked by the days of a won deal; one that is picked shows its deals."""
    found = asked(tables, "bottlenecks")
    if found is None:
        return
    answer(found)
    metrics(
        found, "bottleneck.days", "bottleneck.total", "bottleneck.probability", "bottleneck.waiting",
        "bottleneck.extra_sales", "bottleneck.gap",
    )  # fmt: skip
    notes(found)
    if "bottlenecks" in found.tables:
        ranked = found.tables["bottlenecks"]
        picks = chart(BY_STAGE, found, "time_bottlenecks", pick=True)
        if stage := chosen("time.choose_stage", list(ranked["stage"]), picks, "stage", "time_bottleneck"):
            st.markdown(f"**{say('time.in_stage', stage=stage)}**")
            table(behind(deals_in_stage, tables, settings, stage), "time_in_bottleneck")
        else:
            table(
                ranked,
                "time_bottlenecks_rows",
                title="result_tables.bottlenecks",
                hidden=("every", "per_deal", "stay", "undecided"),
            )
        if "bottleneck_groups" in found.tables:
            chart(BY_GROUP, found, "time_bottleneck_groups")
            result_table(found, "bottleneck_groups")
    how(found)
