"""Sales and time: what is achieved, how long it takes, where deals get stuck, and the deals behind it."""

import streamlit as st

from crmeval.analyses.stage_rows import deals_in_stage, deals_on_move
from crmeval.charts.cycles import AGEING, CYCLES, PROGRESS
from crmeval.charts.output import MONTHS, OWNERS
from crmeval.charts.stages import MEDIAN, SHARE, TRANSITIONS, VARIANTS
from crmeval.ui import state
from crmeval.ui.narrow_parts import narrow_control, results_of
from crmeval.ui.parts import answer, chart, chosen, how, metrics, need, notes, page, say, table

t = page("time")
tables = narrow_control(need("time", "deals", "stage_events", "activities"))
settings = state.settings()
results = results_of(tables, "output", "cycles", "stages")
output, cycles, stages = (results.get(name) for name in ("output", "cycles", "stages"))

sales_tab, cycle_tab, stages_tab = st.tabs([t(f"time.{name}") for name in ("output", "cycle", "stages")])

with sales_tab:
    if output is None:
        st.info(say("time.cannot", tables=t("not_measured.tables.output")))
    else:
        answer(output)
        metrics(
            output, "deals.win_rate", "deals.win_rate_all", "deals.revenue_won", "deals.amount_median_won",
            "deals.count", "deals.customers", "activities.per_won_deal", "response.median_hours",
        )  # fmt: skip
        notes(output)
        chart(MONTHS, output, "time_months")
        picked = {one["owner"] for one in chart(OWNERS, output, "time_owners", pick=True) if "owner" in one}
        owners = output.tables.get("owners")
        if owners is not None and len(owners):
            shown = owners[owners["owner"].isin(picked)] if picked else owners
            table(shown, "time_owners_rows", title="result_tables.owners")

with cycle_tab:
    if cycles is None:
        st.info(say("time.cannot", tables=t("not_measured.tables.cycles")))
    else:
        answer(cycles)
        metrics(cycles, "cycle.won.median", "cycle.lost.median", "cycle.closed.median", "cycle.km_median")
        notes(cycles)
        for shown in (PROGRESS, CYCLES, AGEING):
            chart(shown, cycles, f"time_{shown.name}")
        for name in ("cycles", "cycles_by_month"):
            if name in cycles.tables:
                table(cycles.tables[name], f"time_{name}_rows", title=f"result_tables.{name}")

with stages_tab:
    if stages is None or "stages" not in stages.tables:
        st.info(say("time.cannot", tables=t("not_measured.tables.stages")))
    else:
        answer(stages)
        metrics(stages, "stages.bottleneck", "cases.duration_median", "cases.rework", "cases.variants")
        notes(stages)
        by = st.segmented_control(
            t("time.show"), ("by_share", "by_median"), default="by_share", required=True, key="time_by",
            format_func=lambda way: t(f"time.{way}"),
        )  # fmt: skip
        picks = chart(SHARE if by == "by_share" else MEDIAN, stages, f"time_stages_{by}", pick=True)
        names = list(stages.tables["stages"]["stage"])
        if stage := chosen("time.choose_stage", names, picks, "stage", "time_stage"):
            st.markdown(f"**{say('time.in_stage', stage=stage)}**")
            table(deals_in_stage(tables, settings, stage), "time_in_stage")
        else:
            table(
                stages.tables["stages"],
                "time_stages_rows",
                title="result_tables.stages",
                hidden=("mean", "total", "stays", "stay_median"),
            )
        moves = chart(TRANSITIONS, stages, "time_transitions", pick=True)
        if moves:
            stage, next_stage = moves[0]["from"], moves[0]["to"]
            st.markdown(f"**{say('time.on_move', stage=stage, next_stage=next_stage)}**")
            table(deals_on_move(tables, settings, stage, next_stage), "time_on_move")
        else:
            st.caption(say("time.pick_move"))
        chart(VARIANTS, stages, "time_variants")
        table(stages.tables["variants"], "time_variants_rows", title="result_tables.variants")

how(output, cycles, stages)
